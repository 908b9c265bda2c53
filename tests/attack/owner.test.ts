// T5, R32: what the owner of the database alters with the protection switched off, and what the books then say.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alterEveryColumn, asOwner, sentences } from '../support/owner.ts';
import {
  accepted,
  admin,
  advance,
  applicant,
  archivePapers,
  certify,
  experts,
  institution,
  newCode,
  ownYear,
  paid,
  passed,
  platform,
  recommender,
  registered,
  requestId,
  setClock,
  staff,
  toNotice,
  upload,
  voucherOf,
} from '../support/people.ts';
import { payOut } from '../support/payments.ts';

/** Two orders of one firm with one laboratory: the first is paid out after a notice with an objection, the second refused by the experts. */
let order = 0;
let refused = 0;
let redemption = 0;
let round = 0;
let objection = 0;
let otherLab = 0;
let quota = 0;
let certificate = 0;
let instrument = 0;

beforeAll(async () => {
  // A year of its own: the quarters of other files are not in the way.
  await ownYear(2022);
  await setClock('2022-02-15T10:00:00+08:00');
  const [firm, lab, other] = [await applicant(), await institution(), await institution()];
  otherLab = other.orgId;
  const body = await recommender(lab);
  const panel = await experts(3);
  const [department, office] = [await staff('department'), await platform()];
  const signed = { contract_signed_on: '2022-01-05' };
  [order, refused] = [await paid(firm, lab, signed), await paid(firm, lab, signed)];
  redemption = await passed(lab, order);
  const no = await passed(lab, refused);
  round = Number((await admin()`select round_id from public.redemptions where id = ${redemption}`)[0]?.['round_id']);
  await setClock('2022-04-11T10:00:00+08:00');
  await toNotice(round, panel, [no]);
  await archivePapers(round, lab, body);
  const { voucher_no } = await voucherOf(order);
  objection = Number(
    (
      await admin()`select id from private.submit_objection(${voucher_no}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。', '') x (id)`
    )[0]?.['id'],
  );
  await department.must('decide_objection', {
    objection_id: objection,
    upheld: false,
    reason: '经核查属于研发检测',
    request_id: requestId(),
  });
  await setClock('2022-04-27T10:00:00+08:00');
  await advance(office, round, 'start_payout');
  await payOut();
  quota = Number((await admin()`select quota_id from public.orders where id = ${order}`)[0]?.['quota_id']);
  const school = await registered('institution', { institution_type: 'university' });
  certificate = await certify(school, 'institution', { documents: [await upload(school, 'certificate')] });
  await department.must('suspend_organization', {
    organization_id: school.orgId,
    payload: { from_on: '2022-05-01', to_on: '2022-05-20', holds_payouts: false, reason: '提交的合同经核查不实' },
    request_id: requestId(),
  });
  await firm.must('rate_order', {
    order_id: order,
    target: 'institution',
    score: 5,
    comment: '',
    request_id: requestId(),
  });
  const back = await accepted(firm, lab, signed);
  await office.must('return_order', { order_id: back, reason: '合同缺页', request_id: requestId() });
  const recovered = await department.must<{ id: number }>('decide_recovery', {
    redemption_id: redemption,
    payload: { amount_fen: 1000, reason: '检测没有实际进行' },
    request_id: requestId(),
  });
  await lab.must('answer_recovery', { recovery_id: recovered.id, answer: '检测记录见附件三', request_id: requestId() });
  await (await staff('finance')).must('record_repayment', {
    recovery_id: recovered.id,
    payload: { amount_fen: 400, received_on: '2022-04-27', reference: `LS-${requestId()}` },
    request_id: requestId(),
  });
  const [wrong] =
    await admin()`select id from public.events where entity = 'order' and entity_id = ${back} and action = 'return'`;
  await office.must('propose_rectification', {
    event_id: Number(wrong?.['id']),
    payload: { reason: '合同没有缺页', evidence: '扫描件第三页' },
    request_id: requestId(),
  });
  await other.must('claim_uscc', {
    payload: { uscc: newCode(), reason: '执照在本单位名下', document_id: await upload(other, 'certificate') },
    request_id: requestId(),
  });
  instrument = lab.instrumentId;
  await lab.must('set_resource_switches', {
    kind: 'instrument',
    resource_id: instrument,
    is_open: false,
    voucher_enabled: true,
    request_id: requestId(),
  });
  await firm.must('post_need', {
    payload: {
      sample: '轴承钢断口，看形貌',
      class_code: '01',
      standard: '',
      wanted_by: '',
      city_code: '',
      named: false,
    },
    request_id: requestId(),
  });
  await admin()`insert into public.announcements (kind, audience, title, body, source, published_on)
    values ('call', 'applicant', '演示：年度申领通知', '演示：今年的申领从今天开始，请留意。', '演示单位', '2022-01-05')`;
  await admin()`insert into public.expert_relations (expert_id, organization_id, note) values (${panel[0]?.userId as string}, ${otherLab}, '曾任职')`;
  await admin()`insert into public.carriers (name, kind, level, valid_from) values (${`演示载体${requestId().slice(0, 8)}`}, 'incubator', 'provincial', '2020-01-01')`;
  await admin()`select private.seal_days()`;
  await admin()`select private.seal_hour()`;
}, 180_000);
afterAll(() => setClock(null));

/** One sentence of the reconciliation matches. */
const finds = async (expected: RegExp, ...statements: string[]) => {
  const said = await sentences(admin(), ...statements);
  expect(said.join('\n'), statements.join('; ')).toMatch(expected);
};

test('T5: before anything is altered the books are right', async () => {
  expect(await sentences(admin())).toEqual([]);
});

test('T5: one amount altered alike in order, voucher, claim, ledger, quota, payout and what is published', async () => {
  await finds(
    new RegExp(`订单 ${order}：.*核定额（approved_fen）现为 \\d+，事件记的是 \\d+`),
    `update public.orders set approved_fen = approved_fen + 100 where id = ${order}`,
    `update public.vouchers set amount_fen = amount_fen + 100 where order_id = ${order}`,
    `update public.redemptions set amount_fen = amount_fen + 100 where id = ${redemption}`,
    `update public.quota_entries set amount_fen = amount_fen + 100 where order_id = ${order}`,
    `update public.quotas set spent_fen = spent_fen + 100 where id = ${quota}`,
    `update public.payments set amount_fen = amount_fen + 100 where redemption_id = ${redemption}`,
    `update public.published_payouts set amount_fen = amount_fen + 100 where payment_id = (select id from public.payments where redemption_id = ${redemption})`,
    `update public.notice_items set amount_fen = amount_fen + 100 where redemption_id = ${redemption}`,
  );
});
test('T5: the laboratory exchanged everywhere', async () => {
  await finds(
    new RegExp(`电子券 \\d+：.*管理单位（institution_id）现为 ${otherLab}，事件记的是`),
    ...['orders where id', 'vouchers where order_id', 'redemptions where order_id'].map((t) => {
      const [table, , column] = t.split(' ');
      return `update public.${table} set institution_id = ${otherLab} where ${column} = ${order}`;
    }),
    `update public.vouchers set holder_id = ${otherLab} where order_id = ${order}`,
    `update public.payments set institution_id = ${otherLab} where redemption_id = ${redemption}`,
  );
});
test('T5: a vote and its result', async () => {
  await finds(
    new RegExp(`兑付申请的评审 ${redemption}：.*评审意见（votes）与事件所记不同`),
    `update public.expert_votes set verdict = 'no', reason = '改过的理由' where redemption_id = ${redemption}`,
    `update public.redemptions set expert_result = 'no' where id = ${redemption}`,
    `update public.review_turns set result = 'no' where redemption_id = ${redemption}`,
    `update public.notice_items set result = 'no' where redemption_id = ${redemption}`,
  );
  await finds(/评审结论与意见：/, `update public.redemptions set expert_result = 'no' where id = ${redemption}`);
});
test('T5: an invoice, its number, amount, date and who took it', async () => {
  const what = new RegExp(`兑付申请 ${redemption}：.*发票（invoices）与事件所记不同`);
  for (const change of ["number = '25410000000000000000'", 'amount_fen = amount_fen - 1', 'issued_on = issued_on - 1'])
    await finds(what, `update public.invoices set ${change} where redemption_id = ${redemption}`);
  await finds(/占下的发票（taken）/, `delete from private.taken_invoices where redemption_id = ${redemption}`);
});
test('T5: a contract’s hash and the frozen snapshot', async () => {
  await finds(
    new RegExp(`订单 ${order}：.*文件与哈希（documents）.*提交的快照（submissions）`),
    `update public.documents set sha256 = repeat('0', 64) where id = (select document_id from public.order_documents where order_id = ${order} and kind = 'contract' limit 1)`,
    `update public.order_submissions set snapshot = snapshot || '{"contract_no": "HT-1"}' where order_id = ${order}`,
  );
  await finds(
    /费用清单与提交的快照：/,
    `update public.order_fee_lines set amount_fen = amount_fen + 1 where order_id = ${order} and line_no = 1`,
  );
});
test('T5: an objection, its text and its decision; one that disappears', async () => {
  await finds(
    new RegExp(`异议 ${objection}：.*裁定（decision）现为 upheld，事件记的是 rejected`),
    `update public.objections set decision = 'upheld' where id = ${objection}`,
  );
  await finds(
    /异议正文（body）/,
    `update public.objections set body = '改过的正文，至少要有十个字。' where id = ${objection}`,
  );
  await finds(new RegExp(`异议 ${objection} 已不在表里`), `delete from public.objections where id = ${objection}`);
});
test('T5: a certificate’s dates and paper', async () => {
  await finds(
    new RegExp(`认证 ${certificate}：有效期止（valid_to）现为 2098-12-31，事件记的是 2099-12-31`),
    `update public.certifications set valid_to = '2098-12-31' where id = ${certificate}`,
  );
  await finds(
    new RegExp(`认证 ${certificate}：文件与哈希（documents）与事件所记不同`),
    `delete from public.certification_documents where certification_id = ${certificate}`,
  );
});
test('T5: payouts, ledger entries and published figures; rows added, removed, altered', async () => {
  await finds(
    /拨付单 \d+：.*笔数（lines）现为/,
    `delete from public.published_payouts where payment_id = (select id from public.payments where redemption_id = ${redemption})`,
    `delete from public.payments where redemption_id = ${redemption}`,
  );
  await finds(
    new RegExp(`订单 ${refused}：.*额度流水（entries）`),
    `delete from public.quota_entries where order_id = ${refused} and kind = 'restore'`,
  );
  await finds(
    new RegExp(`额度 ${quota}：.*额度流水（entries）`),
    `insert into public.quota_entries (quota_id, kind, amount_fen) values (${quota}, 'grant', 100)`,
    `update public.quotas set cap_fen = cap_fen + 100 where id = ${quota}`,
  );
  for (const change of [
    'amount_fen = amount_fen + 1',
    'queue_rank = queue_rank + 7',
    "city = '别处'",
    "institution_name = '别的单位'",
  ])
    await finds(
      /公布的兑付/,
      `update public.published_payouts set ${change} where payment_id = (select id from public.payments where redemption_id = ${redemption})`,
    );
  await finds(
    /公示 \d+：/,
    `update public.notice_items set applicant_name = '别的单位' where redemption_id = ${redemption}`,
  );
});
test('T5: an order, a voucher, a claim added out of nothing', async () => {
  await finds(
    /订单 \d+ 没有任何事件.*电子券 \d+ 没有任何事件/s,
    `insert into public.orders (order_no, applicant_id, institution_id, project_id, instrument_id, title, resource_name, contract_no, contract_signed_on,
       contract_total_fen, test_fee_fen, eligible_fee_fen, accepted_fen, approved_fen, quota_id, rate_bp, policy_year, policy_version, state, submitted_at)
     select 'X-1', applicant_id, institution_id, project_id, instrument_id, title, resource_name, 'X-1', contract_signed_on,
       contract_total_fen, test_fee_fen, eligible_fee_fen, accepted_fen, approved_fen, quota_id, rate_bp, policy_year, policy_version, 'paid', submitted_at
     from public.orders where id = ${order}`,
    `insert into public.vouchers (voucher_no, order_id, applicant_id, institution_id, holder_id, quota_id, amount_fen, year, expires_at, paid_at, state)
     select 'X-1', (select id from public.orders where order_no = 'X-1'), applicant_id, institution_id, holder_id, quota_id, amount_fen, year, expires_at, paid_at, 'paid'
     from public.vouchers where order_id = ${order}`,
  );
});

/** The order as it stood before it was accepted, without the event that says it was. */
const undo = (id: number) => [
  `delete from public.events where entity = 'order' and entity_id = ${id} and action = 'accept'`,
  `update public.orders set state = 'submitted', state_since = (select (facts ->> 'state_since')::timestamptz from public.events
     where entity = 'order' and entity_id = ${id} order by seq desc limit 1) where id = ${id}`,
];
test('T5: the last event of a record removed with its state: the next event of anybody says so, the answer given says so, the hourly head says so', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const last = await accepted(firm, lab, { contract_signed_on: '2022-01-05' });
  // The very last event of all, not yet published: only the answer that was given still knows.
  await finds(new RegExp(`答复与事件：创新券订单 ${last}：已答复办理人状态到了 platform_review`), ...undo(last));
  const gone = ['delete from private.requests', ...undo(last)];
  // That trace removed as well: nothing is left to say so. It is named as what cannot be found on /seals/.
  expect(await sentences(admin(), ...gone)).toEqual([]);
  // Anybody's next event is a witness.
  await registered('applicant');
  await finds(/见证的事件被删除或改动/, ...gone);
  // And so is the hourly head.
  await admin()`select private.seal_hour()`;
  await finds(/已公布链头的事件被删除/, ...gone);
});
test('T5: a head removed or rewritten, and a member moved', async () => {
  await finds(
    /链头断开|链头的根不符/,
    `update public.seal_heads set root = sha256('x'::bytea) where id = (select max(id) from public.seal_heads)`,
  );
  await finds(
    /链头的根不符/,
    `delete from private.head_members where event_id = (select max(event_id) from private.head_members)`,
  );
  await expect(admin()`delete from public.seal_heads where true`).rejects.toThrow(/append-only/);
});
test('T5: settings, registers and memberships', async () => {
  for (const [expected, statement] of [
    [
      /设置“政策参数” 2025：/,
      `update public.policy_parameters set value = value * 2 where year = 2025 and key = 'rate_bp'`,
    ],
    [
      /设置“[^”]+”：/,
      `update public.workflow_transitions set actor = 'applicant' where entity = 'order' and action = 'approve'`,
    ],
    [
      /单位 \d+：.*统一社会信用代码（uscc）/,
      `update public.organizations set uscc = '91410100MA00000000' where id = ${otherLab}`,
    ],
    [
      /单位 \d+：联系人（contacts）/,
      `update public.organization_contacts set contact_phone = '00000' where organization_id = ${otherLab}`,
    ],
    [/设置“[^”]+” \d+ 已不在表里/, `delete from public.memberships where organization_id = ${otherLab}`],
    [
      /设置“[^”]+”：/,
      `insert into public.staff_roles (user_id, role, display_name) select user_id, 'finance', '冒名' from public.memberships where organization_id = ${otherLab}`,
    ],
    [/设置“[^”]+”：/, `update public.experts set organization_id = null, title = '改'`],
  ] as const)
    await finds(expected, statement);
});
test('T5: resources without their act, against the catalogue; a rating; a second row of checks', async () => {
  const one = `where id = ${instrument}`;
  for (const [expected, ...statements] of [
    [
      /仪器资源 \d+ 的状态现为 returned，事件记的是 published/,
      `update public.instruments set state = 'returned' ${one}`,
    ],
    [/仪器资源 \d+ 在公众目录里，却没有发布/, `update public.instruments set state = 'submitted' ${one}`],
    [/仪器资源 \d+ 的单位现为/, `update public.instruments set organization_id = ${otherLab} ${one}`],
    [
      /仪器资源 \d+ 的开关与最后一次设置的事件不同/,
      `update public.instruments set is_open = true ${one}`,
      `update public.catalogue set is_open = true where kind = 'instrument' and resource_id = ${instrument}`,
    ],
    [/仪器资源 \d+ 的名称、类别、用途、价格/, `update public.instruments set price_max_fen = price_max_fen + 1 ${one}`],
    [/仪器资源 \d+ 已不在表里/, `delete from public.instruments ${one}`],
    [
      /检测项目 \d+ 已发布，公众目录里却没有/,
      `insert into public.services (organization_id, class_code, name, price_min_fen, price_max_fen, state)
         values (${otherLab}, '01', '后台插入的项目', 1, 1, 'published')`,
    ],
    [/订单 \d+ 的评价与事件所记不同/, `delete from public.ratings where order_id = ${order}`],
    [/订单 \d+ 的评价与事件所记不同/, `update public.ratings set score = 1 where order_id = ${order}`],
    [
      /作决定时的核对结果记了不止一次/,
      `insert into public.decision_checks (entity, entity_id, action, at, checks, salt, sha256)
         select entity, entity_id, action, at, checks, salt, sha256 from public.decision_checks limit 1`,
    ],
  ] as [RegExp, ...string[]][])
    await finds(expected, ...statements);
});

/** What an owner can do to the schema itself, and the words that name it. */
const alteredSchema: [says: RegExp, ...statements: string[]][] = [
  [
    /触发器 public\.quota_entries keep_forever 被改动或停用/,
    'alter table public.quota_entries disable trigger keep_forever',
  ],
  [/触发器 public\.orders record_facts 被改动或停用/, 'alter table public.orders disable trigger record_facts'],
  [/触发器 public\.quota_entries keep_forever 不在了/, 'drop trigger keep_forever on public.quota_entries'],
  [/触发器 public\.events keep_forever 不在了/, 'drop trigger keep_forever on public.events'],
  [
    /触发器 public\.events keep_forever 被改动或停用/,
    'drop trigger keep_forever on public.events',
    'create trigger keep_forever before update on public.events for each row when (false) execute function private.keep_events()',
  ],
  [
    /触发器 public\.vouchers record_facts 被改动或停用/,
    'drop trigger record_facts on public.vouchers',
    `create constraint trigger record_facts after insert or update or delete on public.vouchers deferrable initially deferred
       for each row when (false) execute function private.record_facts('voucher', 'id')`,
  ],
  [/触发器 public\.orders check_transition 不在了/, 'drop trigger check_transition on public.orders'],
  [
    /触发器 public\.redemptions check_transition 被改动或停用/,
    'alter table public.redemptions disable trigger check_transition',
  ],
  [
    /触发器 public\.order_documents keep_submitted 被改动或停用/,
    'alter table public.order_documents disable trigger keep_submitted',
  ],
  [
    /触发器 public\.redemptions record_facts_update 被改动或停用/,
    'alter table public.redemptions disable trigger record_facts_update',
  ],
  [/行级安全：表 public\.orders 被改动或停用/, 'alter table public.orders disable row level security'],
  [
    /策略 public\.expert_votes x 是封存之后加的/,
    'create policy x on public.expert_votes for select to authenticated using (true)',
  ],
  [/授权 public\.objections → anon 是封存之后加的/, 'grant insert on public.objections to anon'],
  [/授权 public\.orders → authenticated /, 'grant update on public.orders to authenticated'],
  [/授权 public\.orders\.state → authenticated /, 'grant update (state) on public.orders to authenticated'],
  [
    /约束 public\.invoices invoices_once_in_an_institution 不在了/,
    'alter table public.invoices drop constraint invoices_once_in_an_institution',
  ],
  [/列 public\.orders\.state 被改动/, "alter table public.orders alter column state set default 'paid'"],
  [
    /函数 private\.facts_of\(p_entity text, p_ids bigint\[\]\) 被改动/,
    `create or replace function private.facts_of(p_entity text, p_ids bigint[]) returns table (id bigint, facts jsonb)
       language sql stable as $$ select e.entity_id, e.facts from public.events e where e.entity = p_entity and e.entity_id = any (p_ids) $$`,
  ],
  [
    /规则 public\.events nothing 是封存之后加的/,
    'create rule nothing as on insert to public.events do instead nothing',
  ],
  [/存储桶 uploads 被改动/, "update storage.buckets set public = true where id = 'uploads'"],
  [
    /存储桶 documents 被改动/,
    "update storage.buckets set file_size_limit = null, allowed_mime_types = null where id = 'documents'",
  ],
];
test('T5: the schema altered: triggers, rules, row security, policies, grants, constraints, columns, functions, buckets', async () => {
  for (const [says, ...statements] of alteredSchema) {
    const said = await asOwner(admin(), async (tx) => {
      for (const statement of statements) await tx.unsafe(statement);
      return (await tx`select details from private.schema_differences()`).map((r) => String(r['details']));
    });
    expect(said.join('\n'), statements.join('; ')).toMatch(says);
    // A unique constraint goes with its index; nothing else is named.
    expect(said.length, said.join('; ')).toBeLessThanOrEqual(2);
  }
  // And the daily reconciliation says it.
  await finds(
    /触发器与存储桶：触发器 public\.events keep_forever 不在了/,
    'drop trigger keep_forever on public.events',
  );
});
test('T5: who seals the altered schema anew leaves an event; who writes the seal by hand is found', async () => {
  const altered = 'alter table public.orders disable trigger record_facts';
  const [event] = await asOwner(admin(), async (tx) => {
    await tx`set local session_replication_role = origin`;
    await tx.unsafe(altered);
    await tx`select private.seal_schema()`;
    return tx`select action, details from public.events where entity = 'schema_seal' order by seq desc limit 1`;
  });
  expect(event).toMatchObject({ action: 'update', details: { new: { object: '触发器 public.orders record_facts' } } });
  await finds(
    /设置“数据库结构的封存”：/,
    altered,
    `update private.schema_seal set sha256 = o.sha256 from private.schema_objects() o where o.object = schema_seal.object`,
  );
});
test('T5: looking at the whole schema takes less than 0.3 s', async () => {
  const [plan] = await admin()`explain (analyze, format json) select * from private.schema_differences()`;
  expect(plan?.['QUERY PLAN'][0]['Execution Time']).toBeLessThan(300);
});
test('R32: what is kept as evidence cannot be emptied, by the owner neither', async () => {
  for (const table of [
    'quota_entries',
    'expert_votes',
    'published_payouts',
    'payments',
    'payment_lists',
    'payee_accounts',
    'orders',
    'vouchers',
    'events',
    'seals',
    'seal_heads',
  ])
    await expect(admin().unsafe(`truncate public.${table} cascade`), table).rejects.toThrow(/append-only/);
  for (const table of ['quota_entries', 'payments', 'payee_accounts', 'published_payouts', 'pledge_signatures'])
    await expect(admin().unsafe(`delete from public.${table}`), table).rejects.toThrow(/append-only|R30/);
});

/** By hand: a column whose change no comparison finds, and why it decides nothing. */
const decidesNothing: Record<string, string> = {
  'decision_checks.id': 'a number that nothing refers to',
  'documents.kind': 'what a file was registered for; the link to the case says what it is there',
  'documents.uploaded_by': 'who uploaded; the act that attached it has its own actor',
  'documents.original_name': 'a name for reading',
  'documents.declared_bytes': 'what was announced before the upload; the size that was read stands in the event',
  'documents.verified_at': 'when it was read; its hash, size and type stand in the event',
  'documents.created_at': 'when it was registered',
  'orders.related_evidence': 'computed anew when looked at',
  'orders.created_at': 'when the draft was begun',
};
test('T5: every column of every table in the path of the money: a change is found, or decides nothing', async () => {
  const all = await alterEveryColumn(admin());
  expect(all.length).toBeGreaterThan(300);
  expect(all.filter((a) => a.outcome === 'empty').map((a) => a.where)).toEqual([]);
  expect(
    all
      .filter((a) => a.outcome === 'unseen')
      .map((a) => a.where)
      .sort(),
  ).toEqual(Object.keys(decidesNothing).sort());
}, 240_000);
