// R43: paying out takes two persons and a list; the bank's answer decides each line; the fund's equation holds after every step.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  archivePapers,
  decideAccount,
  experts,
  fileAccount,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  recommender,
  requestId,
  secondOfficer,
  setClock,
  staff,
  toNotice,
  verifiedAccount,
  voucherOf,
} from '../support/people.ts';
import {
  answerOf,
  bringIn,
  drawUp,
  type Line,
  type List,
  linesOf,
  payOut,
  record,
  sent,
  step,
} from '../support/payments.ts';

const year = 2023;
const small = {
  contract_signed_on: '2023-01-05',
  contract_total_fen: 100_000,
  test_fee_fen: 100_000,
  lines: [{ description: '检测', quantity: 1, unit_price_fen: 100_000 }],
};
let [office, second, finance]: Person[] = [];
let labs: Awaited<ReturnType<typeof institution>>[] = [];
const orders: number[] = [];
const items: number[] = [];
let body: Person;
let roundId: number;

const fund = async () => {
  const [row] = await admin()`
    select fund_fen::integer as fund, listed_fen::integer as listed, in_transit_fen::integer as transit,
      arrived_fen::integer as arrived, used_fen::integer as used, free_fen::integer as free
    from private.fund_of(${year})`;
  return row as Record<'fund' | 'listed' | 'transit' | 'arrived' | 'used' | 'free', number>;
};
const setFund = (fen: number | null) =>
  admin()`update public.policy_parameters set value = ${fen} where year = ${year} and key = 'fund_fen'`;
const state = async (i: number) => (await voucherOf(orders[i] as number)).state;
const numbers = async (indices: number[]) =>
  Promise.all(indices.map(async (i) => (await voucherOf(orders[i] as number)).voucher_no));
const candidates = async () =>
  (office as Person).must<{ voucher_no: string; hindrance: string | null; hindrance_label: string | null }[]>(
    'payout_candidates',
    {},
  );
const hindrances = async () => Object.fromEntries((await candidates()).map((c) => [c.voucher_no, c.hindrance]));
const lineOf = async (list: number, i: number) =>
  (await linesOf(list)).find((l) => l.redemption_id === items[i]) as Line;
let elsewhere: Record<string, { items: number; fen: number }> = {};
const overview = async () =>
  Object.fromEntries(
    (
      await (finance as Person).must<{ hindrance_label: string | null; items: number; amount_fen: number }[]>(
        'payout_overview',
        {},
      )
    ).map((o) => [o.hindrance_label ?? 'ready', { items: o.items, fen: o.amount_fen }]),
  );
/** What the daily reconciliation says of the money. */
const imbalances = async () =>
  (
    await admin()`select item, details from private.imbalances() where item in ('年度资金', '拨付单与各笔', '到账与兑付成功的券')`
  ).map((r) => `${r['item']}：${r['details']}`);

// Nine vouchers of three institutions, paid one after another: 0–2 the first's, 3–5 the second's, 6–8 the third's, which has no account.
beforeAll(async () => {
  // What other tests left ready is paid from the fund of their own time.
  await payOut();
  await ownYear(year);
  await setClock('2023-02-06T10:00:00+08:00');
  [office, second, finance] = [await platform(), await secondOfficer(), await staff('finance')];
  const firm = await applicant();
  labs = [await institution(), await institution(), await institution({}, { account: false })];
  body = await recommender(...labs);
  for (const lab of labs) for (let n = 0; n < 3; n++) orders.push(await paid(firm, lab, small));
  for (const [i, order] of orders.entries()) items.push(await passed(labs[Math.floor(i / 3)] as Person, order));
  roundId = Number(
    (await admin()`select round_id from public.redemptions where id = ${items[0] as number}`)[0]?.['round_id'],
  );
  await setClock('2023-04-10T10:00:00+08:00');
  await toNotice(roundId, await experts(3));
  await archivePapers(roundId, labs[0] as Person, body);
  await archivePapers(roundId, labs[2] as Person, body);
  await setClock('2023-04-24T10:00:00+08:00');
  elsewhere = await overview();
  await advance(office, roundId, 'start_payout');
}, 180_000);
afterAll(async () => {
  await setFund(null);
  await setClock(null);
});
// After whatever a test did: used and free are the fund, and the books agree.
beforeEach(async () => {
  const f = await fund();
  expect(f.used).toBe(f.listed + f.transit + f.arrived);
  if (f.fund !== null) expect(f.used + f.free).toBe(f.fund);
  expect(await imbalances()).toEqual([]);
});

test('R43: what is ready and what is left out is shown with its reason; without an account an item keeps its place and the institution is told', async () => {
  await setFund(70_000);
  const [a, , , d, , , g] = await numbers([0, 1, 2, 3, 4, 5, 6]);
  expect(await hindrances()).toMatchObject({
    [a as string]: null,
    ...Object.fromEntries((await numbers([2])).map((n) => [n, 'fund'])),
    [d as string]: 'papers',
    [g as string]: 'account',
  });
  // Whatever other tests left waiting is not counted.
  const now = await overview();
  expect(
    Object.fromEntries(
      Object.entries(now).map(([k, v]) => [
        k,
        [v.items - (elsewhere[k]?.items ?? 0), v.fen - (elsewhere[k]?.fen ?? 0)],
      ]),
    ),
  ).toMatchObject({
    ready: [2, 60_000],
    '当年资金不足，等待': [1, 30_000],
    没有已核验的收款账户: [3, 90_000],
    纸质材料没有归存: [3, 90_000],
  });
  expect(await (labs[0] as Person).must('payout_candidates', {})).toEqual([]);
  await admin()`select private.tell_missing_accounts()`;
  await admin()`select private.tell_missing_accounts()`;
  const told =
    await admin()`select title from public.notifications where organization_id = ${(labs[2] as Person).orgId} and entity = 'payee_account' and kind = 'turn'`;
  expect(told.map((t) => t['title'])).toEqual(['请登记收款账户：2023 年第 1 季度有兑付等待']);
  const tasks = await (labs[2] as Person).must<{ entity: string; title: string }[]>('my_tasks', {});
  expect(tasks.filter((t) => t.entity === 'payee_account').map((t) => t.title)).toEqual(['登记收款账户：3 笔兑付等待']);
});

test('R43: one draws up and another approves; a list sent back drops its lines, which keep their place; one unapproved list at a time', async () => {
  for (const who of [labs[0], finance, await staff('department')] as Person[])
    expect((await who.act('draw_up_payment_list', { request_id: requestId() })).error?.code).toBe('NOT_FOUND');
  const { data: first } = await drawUp();
  expect(first).toMatchObject({ count: 2, amount_fen: 60_000, stopped_by_fund: true });
  const list = first?.id as number;
  expect((await (second as Person).act('draw_up_payment_list', { request_id: requestId() })).error?.code).toBe(
    'R43_LIST_OPEN',
  );
  // Drafted is charged to nothing yet, and the institution does not see it.
  expect((await fund()).used).toBe(0);
  expect((await (labs[0] as Person).client.from('payments').select('id').eq('list_id', list)).data).toEqual([]);
  expect((await step(office as Person, list, 'approve')).error?.code).toBe('R43_SECOND_PERSON');
  expect((await step(finance as Person, list, 'approve')).error?.code).toBe('NOT_YOUR_TURN');
  const may = async (who: Person) =>
    (await who.must<{ action: string }[]>('available_actions', { entity: 'payment_list', entity_id: list })).map(
      (a) => a.action,
    );
  expect(await may(office as Person)).toEqual(['send_back']);
  expect(await may(second as Person)).toEqual(['approve', 'send_back']);
  expect((await step(second as Person, list, 'send_back')).error?.code).toBe('REASON_REQUIRED');
  expect((await step(second as Person, list, 'send_back', '请等材料')).data?.state).toBe('sent_back');
  expect((await linesOf(list)).map((l) => l.state)).toEqual(['dropped', 'dropped']);
  const { data: again } = await drawUp();
  expect((await linesOf(again?.id as number)).map((l) => l.redemption_id)).toEqual([items[0], items[1]]);
  await step(second as Person, again?.id as number, 'send_back', '下一个测试再拟');
});

test('R43: approval computes anew: a line that is no longer ready is named and nothing is approved', async () => {
  const { data } = await drawUp();
  const list = data?.id as number;
  const approve = () => step(second as Person, list, 'approve');
  const [one] = await numbers([1]);
  // An objection opened in the meantime, as the longer notice of a changed calendar allows.
  const [notice] = await admin()`select id from public.notices where round_id = ${roundId} and redemption_id is null`;
  await admin()`insert into public.objections (notice_id, redemption_id, real_name, contact, body)
    values (${notice?.['id']}, ${items[1] as number}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。')`;
  const refused = await approve();
  expect(refused.error).toMatchObject({ code: 'R43_LINE_NOT_READY' });
  expect(refused.error?.hint).toContain(`第 2 笔（${one}）有异议没有裁定`);
  expect((await linesOf(list)).map((l) => l.state)).toEqual(['drafted', 'drafted']);
  await admin()`update public.objections set decision = 'rejected', decision_reason = '经核查属于研发检测', decided_at = private.now()
    where redemption_id = ${items[1] as number}`;
  await setFund(59_999);
  expect((await approve()).error?.code).toBe('R43_FUND_SHORT');
  await setFund(70_000);
  // Someone in front became ready, and would not fit behind this list.
  await step(second as Person, list, 'send_back', '重新拟制');
  await admin()`update public.redemptions set papers_archived = false where id = ${items[0] as number}`;
  const later = (await drawUp()).data?.id as number;
  expect((await linesOf(later)).map((l) => l.redemption_id)).toEqual([items[1], items[2]]);
  await admin()`update public.redemptions set papers_archived = true where id = ${items[0] as number}`;
  const overtaken = await step(second as Person, later, 'approve');
  expect(overtaken.error?.code).toBe('R43_OVERTAKEN');
  expect(overtaken.error?.hint).toContain((await numbers([0]))[0]);
  await setFund(90_000);
  expect((await approve()).error?.code).toBe('STATE_REFUSED');
  expect((await step(second as Person, later, 'approve')).data).toMatchObject({
    state: 'approved',
    amount_fen: 60_000,
  });
  expect(await fund()).toMatchObject({ listed: 60_000, used: 60_000, free: 30_000 });
});

test('R43: before the bank’s file a line that is no longer ready is dropped and keeps its place; the file has full numbers for the platform alone', async () => {
  const [{ id: list }] =
    (await admin()`select id::integer from public.payment_lists where state = 'approved'`) as unknown as [
      { id: number },
    ];
  expect((await record(list, { ...(await answerOf((await linesOf(list))[0] as Line)) })).error?.code).toBe(
    'STATE_REFUSED',
  );
  await admin()`update public.redemptions set papers_archived = false where id = ${items[2] as number}`;
  expect((await step(office as Person, list, 'send')).data).toMatchObject({
    state: 'in_transit',
    count: 1,
    dropped: 1,
  });
  await admin()`update public.redemptions set papers_archived = true where id = ${items[2] as number}`;
  expect((await linesOf(list)).map((l) => l.state)).toEqual(['in_transit', 'dropped']);
  expect(await fund()).toMatchObject({ listed: 0, transit: 30_000, used: 30_000, free: 60_000 });
  const file = await (office as Person).must<{ account_no: string; amount_fen: number }[]>('bank_file', {
    list_id: list,
  });
  const [whole] =
    await admin()`select account_no from public.payee_accounts where id = private.current_account(${(labs[0] as Person).orgId})`;
  expect(file).toMatchObject([{ account_no: whole?.['account_no'], amount_fen: 30_000 }]);
  for (const who of [finance, labs[0]] as Person[]) expect(await who.must('bank_file', { list_id: list })).toEqual([]);
  const lines = await (finance as Person).must<Record<string, unknown>[]>('payment_list_lines', { list_id: list });
  expect(JSON.stringify(lines)).not.toContain(whole?.['account_no']);
  expect(lines[0]).toMatchObject({ account_tail: String(whole?.['account_no']).slice(-4), state_label: '在途' });
  expect(await state(1)).toBe('paid');
});

test('R43: a result that is not on the list, differs, lies before the list, comes twice, or looks like a formula is refused with its reason', async () => {
  const [{ id: list }] =
    (await admin()`select id::integer from public.payment_lists where state = 'in_transit' and year = ${year}`) as unknown as [
      { id: number },
    ];
  const line = (await linesOf(list))[0] as Line;
  const good = await answerOf(line);
  const dropped = (await linesOf(list))[1] as Line;
  for (const [change, said] of [
    [{ payment_no: 'BF2023-9999-0001' }, '不在这份拨付单上'],
    [{ payment_no: '' }, '没有业务编号'],
    [{ payment_no: dropped.payment_no }, '撤出'],
    [{ amount_fen: 30_001 }, '金额不同：文件 300.01 元，拨付单 300.00 元'],
    [{ amount_fen: '三百' }, '金额读不懂'],
    [{ result_on: '2023-04-23' }, '早于银行文件生成'],
    [{ result_on: '2023-04-25' }, '在今天之后'],
    [{ result_on: null }, '到账须有日期'],
    [{ result_on: '2023-02-30' }, '日期读不懂'],
    [{ reference: '' }, '流水号'],
    [{ result: '可能到账' }, '到账”或“退票'],
    [{ result: '退票' }, '退票须写明原因'],
    [{ reference: '=HYPERLINK("http://x")' }, '像公式'],
    [{ amount_fen: '=1+1' }, '像公式'],
  ] as const) {
    const { error } = await record(list, { ...good, ...change });
    expect([change, error?.code]).toEqual([change, 'R43_LINES_BAD']);
    expect(error?.hint).toContain(said);
  }
  for (const bad of [null, 'x', [], 7]) expect((await record(list, bad as never)).error?.code).toBe('INPUT_INVALID');
  expect((await linesOf(list))[0]?.state).toBe('in_transit');
  expect(await state(1)).toBe('paid');
  for (const who of [labs[0], finance] as Person[])
    expect((await record(list, { ...good }, who)).error?.code).toMatch(/NOT_FOUND|NOT_YOUR_TURN/);
});

test('R43: returned, it is charged no more and waits for a mended account; mended, it is paid first in order; only an arrival redeems the voucher', async () => {
  const [{ id: list }] =
    (await admin()`select id::integer from public.payment_lists where state = 'in_transit' and year = ${year}`) as unknown as [
      { id: number },
    ];
  const line = (await linesOf(list))[0] as Line;
  expect((await record(list, { ...(await answerOf(line, '账号与户名不符')) })).data).toMatchObject({
    state: 'done',
    returned: 1,
  });
  expect(await state(1)).toBe('paid');
  expect(await fund()).toMatchObject({ transit: 0, used: 0, free: 90_000 });
  expect((await record(list, { ...(await answerOf(line)) })).error?.code).toBe('STATE_REFUSED');
  const lab = labs[0] as Person;
  const told =
    await admin()`select title, body from public.notifications where organization_id = ${lab.orgId} and title like '银行退票%'`;
  expect(told).toHaveLength(1);
  expect(told[0]?.['body']).toContain('账号与户名不符');
  const tasks = await lab.must<{ title: string }[]>('my_tasks', {});
  expect(tasks.map((t) => t.title)).toContain('银行退票，请更正收款账户');
  const why = await lab.must<{ label: string; reason: string | null }[]>('timeline', {
    entity: 'redemption',
    entity_id: items[1],
  });
  expect(why.map((e) => e.label)).toEqual(expect.arrayContaining(['复核通过，列入拨付单', '生成银行文件', '银行退票']));
  expect(JSON.stringify(why)).not.toContain('"items"');
  // The other items of the same account are ready; the returned one waits for the account to be mended.
  const [one] = await numbers([1]);
  expect((await hindrances())[one as string]).toBe('account_returned');
  await verifiedAccount(lab);
  const queue = await candidates();
  expect(queue[0]).toMatchObject({ voucher_no: one, hindrance: null });
  const next = await sent(2);
  expect((await linesOf(next.id)).map((l) => l.redemption_id)).toEqual([items[1], items[0]]);
  expect(
    (await bringIn(next.id, await Promise.all((await linesOf(next.id)).map((l) => answerOf(l))))).data?.state,
  ).toBe('done');
  expect([await state(0), await state(1), await state(2)]).toEqual(['redeemed', 'redeemed', 'paid']);
  expect(await fund()).toMatchObject({ arrived: 60_000, used: 60_000, free: 30_000 });
  const published =
    await admin()`select voucher_no, again from public.published_payouts where fund_year = ${year} order by queue_rank`;
  expect(published.map((p) => [p['voucher_no'], p['again']])).toEqual([
    [one, true],
    [(await numbers([0]))[0], false],
  ]);
  const attempts =
    await admin()`select state from public.payments where redemption_id = ${items[1] as number} order by id`;
  expect(attempts.at(-2)?.['state']).toBe('returned');
  expect(attempts.at(-1)?.['state']).toBe('arrived');
});

test('R42, R43: an account changed after drawing up refuses the approval; changed after the approval, the line is dropped; what is with the bank keeps its account', async () => {
  const lab = labs[0] as Person;
  const { data } = await drawUp();
  const before = Number((await admin()`select private.current_account(${lab.orgId}) as id`)[0]?.['id']);
  const changed = await fileAccount(lab);
  await decideAccount(office as Person, changed, 'check');
  await decideAccount(second as Person, changed, 'approve');
  const refused = await step(second as Person, data?.id as number, 'approve');
  expect(refused.error?.hint).toContain('收款账户已更换');
  await step(second as Person, data?.id as number, 'send_back', '账户已更换');
  const list = await sent();
  const [line] =
    await admin()`select account_id::integer as account from public.payments where list_id = ${list.id} and redemption_id = ${items[2] as number}`;
  expect(line?.['account']).toBe(changed);
  await verifiedAccount(lab);
  const [kept] =
    await admin()`select account_id::integer as account, state from public.payments where list_id = ${list.id} and redemption_id = ${items[2] as number}`;
  expect(kept).toEqual({ account: changed, state: 'in_transit' });
  expect(before).not.toBe(changed);
  await expect(admin()`update public.payments set account_id = ${before} where list_id = ${list.id}`).rejects.toThrow(
    /append-only/,
  );
  expect((await bringIn(list.id, [await answerOf(await lineOf(list.id, 2))])).error).toBeNull();
});

test('R43: a file of results takes everything or nothing, names every bad line, and a second time changes nothing', async () => {
  await setFund(null);
  await archivePapers(roundId, labs[1] as Person, body);
  const list = await sent();
  const lines = await linesOf(list.id);
  expect(lines.map((l) => l.redemption_id)).toEqual([items[3], items[4], items[5]]);
  const [a, b, c] = lines as [Line, Line, Line];
  const bad = await bringIn(list.id, [
    await answerOf(a),
    { ...(await answerOf(b)), amount_fen: 1 },
    await answerOf(a),
    { ...(await answerOf(c)), result_on: '2022-01-01' },
  ]);
  expect(bad.error?.code).toBe('R43_LINES_BAD');
  const named = await (finance as Person).must<{ line_no: number; problem: string }[]>('bank_import_problems', {
    import_id: bad.import_id,
  });
  expect(named.map((n) => n.line_no)).toEqual([1, 2, 3, 4]);
  expect(named[0]?.problem).toContain('出现了 2 次');
  expect((await linesOf(list.id)).map((l) => l.state)).toEqual(Array(3).fill('in_transit'));
  const first = [await answerOf(a), await answerOf(b, '账户已注销')];
  expect((await bringIn(list.id, first)).data?.state).toBe('in_transit');
  expect((await linesOf(list.id)).map((l) => l.state)).toEqual(['arrived', 'returned', 'in_transit']);
  const events = async () => (await admin()`select count(*)::integer as n from public.events`)[0]?.['n'];
  const before = await events();
  expect((await bringIn(list.id, first)).error?.code).toBe('R43_IMPORTED');
  expect(await events()).toBe(before);
  // A later file that repeats what is known and adds what is new is taken; one that contradicts is not.
  expect((await bringIn(list.id, [...first, { ...(await answerOf(c)), reference: '' }])).error?.hint).toContain(
    '第 3 行',
  );
  expect((await bringIn(list.id, [await answerOf(b), await answerOf(c)])).error?.hint).toContain('已登记为退票');
  expect((await bringIn(list.id, [...first, await answerOf(c)])).data?.state).toBe('done');
  expect([await state(3), await state(4), await state(5)]).toEqual(['redeemed', 'paid', 'redeemed']);
  await verifiedAccount(labs[1] as Person);
  expect((await payOut()).count).toBe(1);
  expect(await state(4)).toBe('redeemed');
});

test('R43, R28: an objection cannot be upheld while the money is with the bank; a result is recorded all the same', async () => {
  await verifiedAccount(labs[2] as Person);
  const list = await sent(1);
  const [notice] = await admin()`select id from public.notices where round_id = ${roundId} and redemption_id is null`;
  const [objection] = await admin()`insert into public.objections (notice_id, redemption_id, real_name, contact, body)
    values (${notice?.['id']}, ${items[6] as number}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。') returning id::integer`;
  const department = await staff('department');
  const decide = (upheld: boolean) =>
    department.act('decide_objection', {
      objection_id: objection?.['id'],
      upheld,
      reason: '经核查属于批量检验',
      request_id: requestId(),
    });
  expect((await decide(true)).error?.code).toBe('R43_IN_TRANSIT');
  expect((await bringIn(list.id, [await answerOf(await lineOf(list.id, 6))])).error).toBeNull();
  expect(await state(6)).toBe('redeemed');
  expect((await decide(false)).error).toBeNull();
});

test('R43: the ten-thousandth line has a number of its own', async () => {
  const [row] =
    await admin()`select private.numbered(7) as short, private.numbered(1000) as four, private.numbered(10000) as five`;
  expect(row).toEqual({ short: '0007', four: '1000', five: '10000' });
});

test('R43: a list that is not approved by 31 December 24:00 is dropped; its lines keep their place', async () => {
  const { data } = await drawUp();
  const list = data?.id as number;
  await setClock('2024-01-01T00:00:30+08:00');
  expect((await step(second as Person, list, 'approve')).error?.code).toBe('R43_YEAR_OVER');
  expect((await admin()`select private.drop_lapsed_lists() as n`)[0]?.['n']).toBe(1);
  expect((await admin()`select private.drop_lapsed_lists() as n`)[0]?.['n']).toBe(0);
  const [row] = await admin()`select state from public.payment_lists where id = ${list}`;
  expect(row?.['state']).toBe('dropped');
  expect(new Set((await linesOf(list)).map((l) => l.state))).toEqual(new Set(['dropped']));
  await setClock('2023-04-24T10:00:00+08:00');
  const again = (await drawUp()).data;
  expect(again?.count).toBe(data?.count);
  await step(second as Person, again?.id as number, 'send_back', '下一个测试再拟');
});

test('R48, R43: a round is settled when every item has arrived; one that waits for its account keeps it in payout and holds up nobody', async () => {
  const settle = () =>
    (office as Person).act('advance_round', {
      round_id: roundId,
      action: 'settle',
      reason: null,
      request_id: requestId(),
    });
  expect((await settle()).error?.code).toBe('R30_ITEMS_WAITING');
  // Two persons draw up at once: one list comes of it, and the other is told so.
  const both = await Promise.all(
    [office, second].map((who) => (who as Person).act<List>('draw_up_payment_list', { request_id: requestId() })),
  );
  expect(both.map((p) => p.error?.code ?? 'ok').sort()).toEqual(['R43_LIST_OPEN', 'ok']);
  const mine = both[0]?.data ? (second as Person) : (office as Person);
  const list = (both[0]?.data ?? both[1]?.data) as List;
  // Approved twice at once, it is approved once.
  const approvals = await Promise.all([1, 2].map(() => step(mine, list.id, 'approve')));
  expect(approvals.map((p) => p.error?.code ?? 'ok').sort()).toEqual(['STATE_REFUSED', 'ok']);
  expect((await step(mine, list.id, 'send')).data).toMatchObject({ count: 2, dropped: 0 });
  expect((await settle()).error?.code).toBe('R30_ITEMS_WAITING');
  await bringIn(list.id, await Promise.all((await linesOf(list.id)).map((l) => answerOf(l))));
  expect((await settle()).error).toBeNull();
});
