// R36: text that people type is stored clean, through whichever door: every text column is either checked or named here with the reason why not.
import { expect, test } from 'vitest';
import { admin } from '../support/people.ts';

/** Columns that nobody types into, by hand: what they hold comes from the system, or is copied from columns that are checked. */
const written = new Set([
  // copies of checked columns, made when something is published
  ...['name', 'model', 'maker', 'purpose', 'unit', 'institution_name', 'city'].map((c) => `catalogue.${c}`),
  ...['applicant_name', 'institution_name', 'voucher_no'].map((c) => `notice_items.${c}`),
  ...['applicant_name', 'institution_name', 'voucher_no'].map((c) => `payout_queue.${c}`),
  ...['applicant_name', 'institution_name', 'voucher_no', 'city'].map((c) => `published_payouts.${c}`),
  // the copy that the platform made public with its answer
  ...['title', 'body', 'answer'].map((c) => `published_inquiries.${c}`),
  // the copy of a need that the public sees
  ...['class_code', 'class_label', 'sample', 'standard', 'city', 'applicant_name'].map((c) => `open_needs.${c}`),
  'bank_import_lines.problem',
  'payout_queue.stage',
  'redemptions.voucher_no',
  'orders.resource_name',
  'orders.resource_model',
  'notices.title',
  // numbers, keys and sentences that the system makes
  'catalogue.slug',
  'catalogue.institution_type',
  'documents.object_key',
  'orders.order_no',
  'objections.receipt',
  'corrections.receipt',
  'inquiries.receipt',
  'vouchers.voucher_no',
  'vouchers.verify_code',
  'pledge_signatures.text_sha256',
  ...['title', 'body', 'entity', 'dedupe_key'].map((c) => `notifications.${c}`),
  ...['entity', 'action', 'from_state', 'to_state', 'actor_role', 'actor_name', 'session_role'].map(
    (c) => `events.${c}`,
  ),
  ...['item', 'details'].map((c) => `reconciliations.${c}`),
  ...['dimension', 'measure', 'label'].map((c) => `statistics.${c}`),
  ...['from_state', 'action', 'to_state'].map((c) => `yearly_steps.${c}`),
  'yearly_exclusions.code',
  // states stand in the workflow table, which migrations write
  ...[
    'certifications',
    'instruments',
    'orders',
    'paper_packs',
    'payee_accounts',
    'payment_lists',
    'payments',
    'projects',
    'redemptions',
    'rounds',
    'recoveries',
    'rectifications',
    'services',
    'suspensions',
    'uscc_claims',
    'vouchers',
  ].map((t) => `${t}.state`),
  ...['entity', 'label', 'table_name'].map((c) => `workflow_entities.${c}`),
  ...['entity', 'state', 'label', 'holder', 'next_step', 'due_parameter'].map((c) => `workflow_states.${c}`),
  ...['entity', 'action', 'actor', 'label', 'guard', 'effect', 'from_state', 'to_state'].map(
    (c) => `workflow_transitions.${c}`,
  ),
  ...['label', 'group_label', 'example_counts', 'example_excluded'].map((c) => `exclusions.${c}`),
  'policy_parameters.unit',
  'policy_years.calendar_missing',
]);

test('R36: every text column is checked to be clean, has a list or a pattern of what it may be, or is written by the system', async () => {
  const columns = await admin()<{ name: string; checked: boolean }[]>`
    select c.relname || '.' || a.attname as name,
      exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.conkey @> array[a.attnum]
        and (k.contype = 'f' or k.contype = 'c' and pg_get_constraintdef(k.oid) ~ '(private.clean_(text|line)|= ANY \\(ARRAY|~ ''\\^)')) as checked
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.atttypid in ('text'::regtype, 'varchar'::regtype) and a.attgenerated = ''
    order by 1`;
  expect(columns.filter((c) => !c.checked && !written.has(c.name)).map((c) => c.name)).toEqual([]);
});

test('R36: a name of nothing, or with something hidden in it, is stored through no door', async () => {
  const put = (name: string) =>
    admin()`insert into public.carriers (name, kind, level, valid_from) values (${name}, 'other', 'national', '2026-01-01')`
      .then(() => 'stored')
      .catch((error: { code: string }) => error.code);
  for (const name of [
    '\u200b\u200b\u200b',
    '\u3164\u3164',
    '演示\u202e载体',
    ' 演示载体',
    '演示\n载体',
    '\u0301\u0301',
  ])
    expect([name, await put(name)]).toEqual([name, '23514']);
});

test('dates that cannot be are stored in no column that people fill', async () => {
  const columns = await admin()<{ name: string; type: string }[]>`
    select c.relname || '.' || a.attname as name, format_type(a.atttypid, null) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.atttypid = 'date'::regtype order by 1`;
  // Computed by the system from the calendar and from today.
  expect(columns.map((c) => c.name)).toEqual([
    'catalogue.reopens_on',
    'needs.open_until',
    'notices.from_on',
    'notices.to_on',
    'open_needs.open_until',
    'open_needs.posted_on',
    'open_needs.wanted_by',
    'payout_queue.notice_ends_on',
    'published_inquiries.asked_on',
    'reconciliations.day',
    'rounds.close_due_on',
    'seals.day',
  ]);
  for (const day of ['infinity', '-infinity', '0044-03-15 BC', '1900-01-01', '2999-01-01'])
    await expect(admin()`select ${day}::text::private.plausible_date`).rejects.toMatchObject({ code: '23514' });
});
