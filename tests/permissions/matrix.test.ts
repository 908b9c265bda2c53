// T1: every role × table × verb × own/other, against the real database. The cells come from the catalogue, so that a new table without
// an entry fails; what each must answer stands in expected.ts, written by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Person,
  accepted,
  admin,
  advance,
  anonymous,
  applicant,
  archivePapers,
  draft,
  experts,
  institution,
  mend,
  newCode,
  paid,
  passed,
  platform,
  recommender,
  requestId,
  setClock,
  signUp,
  staff,
  stateNoConflict,
  submitted,
  upload,
  voteAll,
  voucherOf,
} from '../support/people.ts';
import { linesOf, payOut } from '../support/payments.ts';
import { type Actor, actors, counterpart, drafts, papers, tables } from './expected.ts';
import { fill, probe } from './probe.ts';

const people = {} as Record<Exclude<Actor, 'anon'>, Person>;
type Values = Record<string, string | number>;
/** The same story lived twice: `own` by firm, lab, body and expert, `other` by otherFirm and its partners. */
const own: Values = {};
const other: Values = {};

const id = async (query: Promise<readonly Record<string, unknown>[]>) => Number((await query)[0]?.['id']);

/** A question that was answered, and made public with its answer. */
async function askedAndAnswered(office: Person): Promise<number> {
  await admin()`select private.submit_inquiry('question', '演示：怎样认证', '演示：认证要交哪些材料？请告知。', '', true, false)`;
  const inquiry = await id(admin()`select max(id) as id from public.inquiries`);
  const answer = await office.must('answer_inquiry', {
    inquiry_id: inquiry,
    answer: '请看操作指南的“认证”。',
    publish: true,
    request_id: requestId(),
  });
  expect(answer).toEqual({ answered: true, published: true });
  return inquiry;
}

beforeAll(async () => {
  await setClock('2025-11-10T10:00:00+08:00');
  const [firm, otherFirm, lab, otherLab] = [
    await applicant(),
    await applicant(),
    await institution(),
    await institution(),
  ];
  const [body, otherBody] = [await recommender(lab), await recommender(otherLab)];
  const [office, department, finance] = [await platform(), await staff('department'), await staff('finance')];
  const sides = [
    { firm, lab, body, values: own },
    { firm: otherFirm, lab: otherLab, body: otherBody, values: other },
  ];
  // Twice three: each side's item gets a panel of its own.
  const panel = await experts(6);
  // A first quarter that was paid out, then one under review.
  for (const { firm, lab, values } of sides) {
    values['old'] = await paid(firm, lab, { contract_signed_on: '2025-10-10' });
    values['paidRedemption'] = await passed(lab, values['old']);
  }
  const first = await id(admin()`select id from public.rounds where year = 2025 and quarter = 4`);
  await setClock('2026-01-08T10:00:00+08:00');
  await advance(office, first, 'close');
  await advance(office, first, 'open_review');
  await voteAll(panel, first);
  await advance(office, first, 'report');
  await advance(department, first, 'confirm');
  await advance(finance, first, 'confirm');
  await advance(office, first, 'publish');
  for (const { lab, body, values } of sides) {
    await archivePapers(first, lab, body);
    values['objection'] = await id(
      admin()`select private.submit_objection(${(await voucherOf(Number(values['old']))).voucher_no}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。') as id`,
    );
    await department.must('decide_objection', {
      objection_id: values['objection'],
      upheld: false,
      reason: '经核查属于研发检测',
      request_id: requestId(),
    });
  }
  await setClock('2026-01-20T10:00:00+08:00');
  await advance(office, first, 'start_payout');
  const list = await payOut();
  for (const { values } of sides) {
    values['recovery'] = (
      await department.must<{ id: number }>('decide_recovery', {
        redemption_id: values['paidRedemption'],
        payload: { amount_fen: 1000, reason: '演示原因' },
        request_id: requestId(),
      })
    ).id;
    await finance.must('record_repayment', {
      recovery_id: values['recovery'],
      payload: { amount_fen: 400, received_on: '2026-01-20', reference: 'LS-1' },
      request_id: requestId(),
    });
  }
  for (const { values } of sides) {
    values['list'] = list.id;
    values['paymentNo'] = String(
      (await linesOf(list.id)).find((l) => l.redemption_id === values['paidRedemption'])?.payment_no,
    );
  }
  for (const { firm, lab, values } of sides) {
    await firm.must('claim_quota', {
      request_id: requestId(),
      pledge_id: await id(admin()`select id from public.pledges where kind = 'applicant' and year = 2026`),
    });
    await lab.must('sign_institution_pledge', {
      request_id: requestId(),
      pledge_id: await id(admin()`select id from public.pledges where kind = 'institution' and year = 2026`),
    });
    const order = await paid(firm, lab);
    await firm.must('rate_order', {
      order_id: order,
      target: 'platform',
      score: 5,
      comment: '',
      request_id: requestId(),
    });
    Object.assign(values, {
      order,
      draft: (await draft(firm, lab)).id,
      declined: await submitted(firm, lab),
      withdrawn: await submitted(firm, lab),
      returned: await accepted(firm, lab),
      certificate: await upload(firm, 'certificate'),
      project: firm.projectId,
      instrument: lab.instrumentId,
      firmOrg: firm.orgId,
      labOrg: lab.orgId,
      firmUser: firm.userId,
    });
    const suspension = await department.must<{ id: number }>('suspend_organization', {
      organization_id: lab.orgId,
      payload: { from_on: '2026-02-01', to_on: '2026-02-02', holds_payouts: false, reason: '演示原因' },
      request_id: requestId(),
    });
    await department.must('lift_suspension', {
      suspension_id: suspension.id,
      reason: '演示原因',
      request_id: requestId(),
    });
    await lab.must('decline_order', { order_id: values['declined'], reason: '设备检修中', request_id: requestId() });
    await firm.must('withdraw_order', { order_id: values['withdrawn'], request_id: requestId() });
    await office.must('return_order', { order_id: values['returned'], reason: '请补充合同', request_id: requestId() });
    const need = await firm.must<{ id: number }>('post_need', {
      payload: { class_code: '01', sample: '演示轴承钢断口' },
      request_id: requestId(),
    });
    await lab.must('answer_need', { need_id: need.id, payload: { body: '可以做，请预约。' }, request_id: requestId() });
    values['need'] = need.id;
    values['rectification'] = (
      await office.must<{ id: number }>('propose_rectification', {
        event_id: await id(
          admin()`select id from public.events where entity = 'order' and entity_id = ${Number(values['returned'])} and action = 'return'`,
        ),
        payload: { reason: '演示原因', evidence: '演示依据' },
        request_id: requestId(),
      })
    ).id;
    await mend(firm, Number(values['returned']), {
      documents: [{ id: await upload(firm, 'contract'), kind: 'contract' }],
    });
    await firm.must('submit_certification', {
      request_id: requestId(),
      payload: {
        kind: 'tech_sme',
        certificate_no: `2026410${String(firm.orgId).padStart(8, '0')}`,
        valid_from: '2026-01-01',
        valid_to: '2026-12-31',
        documents: [values['certificate']],
      },
    });
    await lab.must('claim_uscc', {
      payload: { uscc: newCode(), reason: '演示理由', document_id: await upload(lab, 'certificate') },
      request_id: requestId(),
    });
    values['service'] = (
      await lab.must<{ id: number }>('add_resource', {
        kind: 'service',
        request_id: requestId(),
        payload: {
          name: '演示检测',
          class_code: '01',
          price_min_fen: 1,
          price_max_fen: 2,
          unit: '样',
          purpose: '演示',
        },
      })
    ).id;
  }
  for (const { lab, values } of sides) values['redemption'] = await passed(lab, Number(values['order']));
  await setClock('2026-04-02T10:00:00+08:00');
  const second = await id(admin()`select id from public.rounds where year = 2026 and quarter = 1`);
  await advance(office, second, 'close');
  await advance(office, second, 'open_review');
  const reviewers: Person[] = [];
  for (const { firm, lab, values } of sides) {
    const assigned = (
      await admin()`select expert_id from public.expert_assignments where redemption_id = ${Number(values['redemption'])}`
    ).map((r) => r['expert_id']);
    const reviewer = panel.find((p) => assigned.includes(p.userId)) as Person;
    await stateNoConflict(reviewer);
    await reviewer.must('cast_votes', {
      votes: [{ redemption_id: values['redemption'], verdict: 'yes', reason: null }],
      request_id: requestId(),
    });
    await reviewer.must('save_vote_drafts', {
      drafts: [{ redemption_id: values['redemption'], verdict: 'no', reason: '再想一想' }],
    });
    const [elsewhere] =
      await admin()`select id from public.organizations where kind = 'recommender' order by id desc limit 1`;
    await admin()`insert into public.expert_relations (expert_id, organization_id, note) values (${reviewer.userId}, ${elsewhere?.['id']}, '兼职')`;
    reviewers.push(reviewer);
    // The story is longer than a need is open.
    await firm.must('renew_need', { need_id: values['need'], request_id: requestId() });
    await firm.must('mute_notifications', { kind: 'told', muted: true });
    await firm.must('mark_notifications_read', { notification_ids: null });
    // Muting hides what is only told; a message of the firm's own turn stays.
    await admin()`insert into public.notifications (organization_id, kind, entity, entity_id, title) values (${firm.orgId}, 'turn', 'order', ${Number(values['order'])}, '演示')`;
    const file = (order: unknown) =>
      admin()`select d.id, d.sha256 as key from public.order_documents od join public.documents d on d.id = od.document_id where od.order_id = ${Number(order)} and od.kind = 'contract'`;
    const [[contract], [draftFile]] = [await file(values['order']), await file(values['draft'])];
    Object.assign(values, {
      expertUser: reviewer.userId,
      round: second,
      notice: await id(admin()`select id from public.notices where round_id = ${first}`),
      pack: await id(
        admin()`select id from public.paper_packs where round_id = ${second} and institution_id = ${lab.orgId}`,
      ),
      correction: await id(admin()`select private.report_error('/faq/', '第三条的数字不对', '') as id`),
      announcement: await id(admin()`insert into public.announcements (kind, title, body, source, published_on)
        values ('call', '演示：年度申领通知', '演示：今年的申领从今天开始，请留意。', '演示单位', '2025-01-01') returning id`),
      inquiry: await askedAndAnswered(office),
      document: Number(contract?.['id']),
      key: String(contract?.['key']),
      draftDocument: Number(draftFile?.['id']),
      draftKey: String(draftFile?.['key']),
    });
  }
  await admin()`select private.reconcile(), private.seal_hour(), private.seal_days(), private.refresh_statistics()`;
  // Nobody waits for a payout in this story: a specimen of the queue, which the next refresh takes away.
  await admin()`insert into public.payout_queue (redemption_id, queue_rank, stage, voucher_no, applicant_name, institution_name, amount_fen, round_year, round_quarter, used_at)
    select id, 1, 'waiting', voucher_no, '演示', '演示', amount_fen, 2025, 4, paid_at from public.redemptions where id = ${Number(own['paidRedemption'])}`;
  await admin()`insert into public.carriers (name, kind, level, valid_from) values (${`演示载体${Date.now()}`}, 'incubator', 'provincial', '2020-01-01')`;
  const [expert, otherExpert] = reviewers as [Person, Person];
  Object.assign(people, {
    nobody: await signUp(),
    firm,
    otherFirm,
    lab,
    otherLab,
    body,
    otherBody,
    expert,
    otherExpert,
    platform: office,
    department,
    finance,
  });
}, 120_000);
afterAll(() => setClock(null));

/** The numbers of the files behind a condition on links, which the one who asks may not see. */
const ids: Record<string, number[]> = {};
const as = (actor: Actor, statements: string[]) => probe(actor === 'anon' ? null : people[actor].userId, statements);
const closed = '!42501';

test('T1, R34, R35: every role, table and verb, own rows and others’', async () => {
  const found = await admin()<{ schema: string; name: string; column: string }[]>`
    select n.nspname as schema, c.relname as name, (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = '' order by a.attnum limit 1) as column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1, 2`;
  const names = found.filter((t) => t.schema === 'public').map((t) => t.name);
  expect(
    names.filter((n) => !(n in tables)),
    'tables without an entry in expected.ts',
  ).toEqual([]);
  expect(
    Object.keys(tables).filter((n) => !names.includes(n)),
    'entries without a table',
  ).toEqual([]);
  let cells = 0;
  const wrong: string[] = [];
  for (const values of [own, other]) {
    const rowOf = (t: { schema: string; name: string }) =>
      t.schema === 'public' ? fill(tables[t.name]?.row ?? 'false', values) : 'true';
    // The specimens exist: a cell about no row proves nothing.
    for (const name of names) {
      const [row] = await admin().unsafe(
        `select exists (select 1 from public.${name} where ${fill(tables[name]?.row ?? 'false', values)}) as there`,
      );
      expect(row?.['there'], `specimen of ${name}`).toBe(true);
    }
    // Tables without a row of one's own are asked about once.
    const asked = found.filter((t) => values === own || (t.schema === 'public' && tables[t.name]?.row.includes('$')));
    for (const actor of actors) {
      const statements = asked.flatMap((t) => {
        const [table, row] = [`${t.schema}.${t.name}`, rowOf(t)];
        return [
          `select exists (select 1 from ${table} where ${row})`,
          `insert into ${table} default values`,
          `update ${table} set ${t.column} = ${t.column} where ${row}`,
          `delete from ${table} where ${row}`,
          `truncate ${table}`,
        ];
      });
      const answers = await as(actor, statements);
      for (const [i, answer] of answers.entries()) {
        cells++;
        const table = asked[Math.floor(i / 5)] as (typeof asked)[number];
        const reads = tables[table.name]?.read.includes(values === own ? actor : counterpart(actor));
        const expected =
          i % 5 !== 0 || table.schema === 'private' ? closed : reads ? 'true' : actor === 'anon' ? closed : 'false';
        if (answer !== expected) wrong.push(`${actor}: ${statements[i]} → ${answer}, must be ${expected}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(cells).toBeGreaterThanOrEqual(1000);
});

test('T1, R12, R34: what is not submitted yet is nobody else’s', async () => {
  const wrong: string[] = [];
  for (const values of [own, other]) {
    for (const actor of actors) {
      const cells = Object.entries(drafts);
      const answers = await as(
        actor,
        cells.map(
          ([table, { row }]) =>
            `select exists (select 1 from ${table.includes('.') ? table : `public.${table}`} where ${fill(row, values)})`,
        ),
      );
      for (const [i, [table, { read }]] of cells.entries()) {
        // What a stranger is told about files is Storage's own affair, as long as it is not the file.
        const expected = read.includes(values === own ? actor : counterpart(actor))
          ? ['true']
          : actor === 'anon'
            ? [closed, ...(table === 'storage.objects' ? ['false'] : [])]
            : ['false'];
        if (!expected.includes(answers[i] as string))
          wrong.push(`${actor}: draft in ${table} → ${answers[i]}, must be ${expected[0]}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('T1, R15, R34: files follow their links: unsent ones are the applicant’s, and a declined or withdrawn order shows the institution none', async () => {
  const wrong: string[] = [];
  for (const values of [own, other]) {
    for (const { row } of Object.values(papers)) {
      const linked = await admin().unsafe(`select document_id from public.order_documents where ${fill(row, values)}`);
      expect(linked.length, row).toBeGreaterThan(0);
      ids[fill(row, values)] = linked.map((l) => Number(l['document_id']));
    }
    for (const actor of actors) {
      const cells = Object.entries(papers);
      const answers = await as(
        actor,
        cells.flatMap(([, { row }]) => [
          `select exists (select 1 from public.order_documents where ${fill(row, values)})`,
          `select exists (select 1 from public.documents d where d.id in (${ids[fill(row, values)]?.join(',')}))`,
        ]),
      );
      for (const [i, answer] of answers.entries()) {
        const [what, { read }] = cells[Math.floor(i / 2)] as (typeof cells)[number];
        const may = read.includes(values === own ? actor : counterpart(actor));
        const expected = actor === 'anon' ? closed : String(may);
        if (answer !== expected)
          wrong.push(`${actor}: ${what} (${i % 2 ? 'file' : 'link'}) → ${answer}, must be ${expected}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('T1: accounts and files: passwords and tokens are closed, a file is read by whoever may read its row, and by nobody else', async () => {
  const expected: Actor[] = ['firm', 'lab', 'expert', 'platform', 'department', 'finance'];
  for (const actor of actors) {
    const [users, file, overwrite, remove] = await as(actor, [
      'select exists (select 1 from auth.users)',
      `select exists (select 1 from storage.objects where name = '${own['key']}')`,
      `with x as (update storage.objects set name = name where name = '${own['key']}' returning 1) select count(*) from x`,
      `with x as (delete from storage.objects where name = '${own['key']}' returning 1) select count(*) from x`,
    ]);
    expect(users, `${actor} auth.users`).toBe(closed);
    expect(file === 'true', `${actor} reads the contract: ${file}`).toBe(expected.includes(actor));
    expect(['0', closed], `${actor} overwrites: ${overwrite}`).toContain(overwrite);
    expect(['0', closed], `${actor} deletes: ${remove}`).toContain(remove);
  }
});

test('through HTTP as a stranger would: forged and foreign tokens, direct writes, private functions, other people’s files', async () => {
  const stranger = anonymous();
  const key = String(own['key']);
  expect((await stranger.storage.from('documents').download(key)).error).not.toBeNull();
  expect((await people.otherFirm.client.storage.from('documents').download(key)).error).not.toBeNull();
  expect((await people.firm.client.storage.from('documents').download(key)).error).toBeNull();
  const draft = people.otherFirm.client.storage.from('documents').download(String(own['draftKey']));
  expect((await draft).error).not.toBeNull();
  // Nobody lists the files, not even one’s own; each is opened by the key that its row tells.
  for (const person of [people.nobody, people.firm, people.otherFirm])
    expect((await person.client.storage.from('documents').list()).data).toBeNull();
  for (const person of [people.otherFirm, people.firm]) {
    const again = await person.client.storage
      .from('documents')
      .upload(key, new TextEncoder().encode('%PDF-1.4 x').buffer as ArrayBuffer, {
        contentType: 'application/pdf',
        upsert: true,
      });
    expect(again.error, 'overwriting a submitted file').not.toBeNull();
    await person.client.storage.from('documents').remove([key]);
    expect(
      (await people.firm.client.storage.from('documents').download(key)).error,
      'the file is still there',
    ).toBeNull();
  }
  // A file nobody registered, a path that climbs: refused.
  for (const name of ['frei.pdf', '../../etc/passwd', `${crypto.randomUUID()}`]) {
    const put = await people.firm.client.storage
      .from(name === 'frei.pdf' ? 'uploads' : 'documents')
      .upload(name, new TextEncoder().encode('%PDF-1.4').buffer as ArrayBuffer, { contentType: 'application/pdf' });
    expect(put.error, name).not.toBeNull();
  }
  const mine = await upload(people.firm, 'evidence');
  expect(mine).toBeGreaterThan(0);
});
