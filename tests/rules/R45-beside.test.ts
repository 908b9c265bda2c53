// R38, R45, R46: two acts of which only one may stand, the second begun before the first is committed: one of them comes first.
import type postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  approvedProject,
  certify,
  draft,
  experts,
  institution,
  newCode,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  pledgeId,
  projectPayload,
  registered,
  requestId,
  secondOfficer,
  setClock,
  staff,
  stateNoConflict,
  upload,
} from '../support/people.ts';

let office: Person;
let second: Person;
let lab: Person & { instrumentId: number };
beforeAll(async () => {
  await setClock('2026-05-13T10:00:00+08:00');
  [office, second, lab] = [await platform(), await secondOfficer(), await institution()];
}, 60_000);
afterAll(() => setClock(null));

/** Acts as this person inside a transaction that stays open while `other` is on its way; both outcomes. */
async function beside<T>(
  who: Person,
  act: (sql: postgres.TransactionSql) => Promise<unknown>,
  other: () => Promise<T>,
): Promise<{ first: string | null; second: T }> {
  let answer: Promise<T> | undefined;
  const first = await admin()
    .begin(async (sql) => {
      const claims = JSON.stringify({ sub: who.userId, role: 'authenticated' });
      await sql`select set_config('request.jwt.claims', ${claims}, true), set_config('request.jwt.claim.sub', ${who.userId}, true)`;
      await act(sql);
      answer = other();
      await Promise.race([answer, new Promise((done) => setTimeout(done, 500))]);
    })
    .then(
      () => null,
      (error: Error) => error.message,
    );
  return { first, second: (await answer) as T };
}
const words = { reason: '核对时看错了证书', evidence: '证书第 3 页，见扫描件' };
/** A correction of the last decision on a case, proposed and waiting for the second officer. */
async function proposed(entity: string, id: number): Promise<() => ReturnType<Person['act']>> {
  const [decision] = await office.must<{ event_id: number }[]>('correctable_decisions', { entity, entity_id: id });
  const { id: rectification } = await office.must<{ id: number }>('propose_rectification', {
    event_id: decision?.event_id,
    payload: words,
    request_id: requestId(),
  });
  return () =>
    second.act('advance_rectification', {
      rectification_id: rectification,
      action: 'confirm',
      reason: null,
      request_id: requestId(),
    });
}

/** The last decision on a case is corrected, not yet committed, while `other` is on its way. */
async function correctedBeside<T>(entity: string, id: number, other: () => Promise<T>) {
  await proposed(entity, id);
  return beside(
    second,
    async (sql) => {
      const [r] = await sql`select id from public.rectifications where entity = ${entity} and entity_id = ${id}`;
      await sql`select public.advance_rectification(${r?.['id']}, 'confirm', null, ${requestId()})`;
    },
    other,
  );
}

test('R45: a certification is corrected beside what is begun on it: what began first stands in the way, by name', async () => {
  for (const begin of [
    (sql: postgres.TransactionSql) =>
      sql`select private.register_project(${requestId()}, ${sql.json({ ...projectPayload, title: '同时登记的项目' })})`,
    async (sql: postgres.TransactionSql) =>
      sql`select private.claim_quota(${requestId()}, ${await pledgeId('applicant')})`,
  ]) {
    const firm = await registered('applicant');
    const confirm = await proposed('certification', await certify(firm, 'high_tech_enterprise'));
    const { first, second: corrected } = await beside(firm, begin, confirm);
    expect(first).toBeNull();
    expect(corrected.error?.code).toBe('R45_IN_THE_WAY');
  }
  // The other way round: the correction comes first, and nothing begins on it any more.
  const firm = await registered('applicant');
  const { first, second: begun } = await correctedBeside(
    'certification',
    await certify(firm, 'high_tech_enterprise'),
    () => firm.act('register_project', { request_id: requestId(), payload: projectPayload }),
  );
  expect([first, begun.error?.code]).toEqual([null, 'NOT_CERTIFIED']);
});

test('R45: a project’s approval is corrected beside the submission of an order under it: the order stands in the way', async () => {
  const firm = await applicant();
  const projectId = await approvedProject(firm);
  const order = await draft({ ...firm, projectId }, lab);
  const confirm = await proposed('project', projectId);
  const { first, second: corrected } = await beside(
    firm,
    (sql) => sql`select public.submit_order(${order.id}, ${order.figure_fen}, ${requestId()})`,
    confirm,
  );
  expect([first, corrected.error?.code]).toEqual([null, 'R45_IN_THE_WAY']);
  const other = await approvedProject(firm);
  const late = await draft({ ...firm, projectId: other }, lab);
  const { second: sent } = await correctedBeside('project', other, () =>
    firm.act('submit_order', { order_id: late.id, accepted_fen: late.figure_fen, request_id: requestId() }),
  );
  expect(sent.error?.code).toBe('R11_PROJECT_REQUIRED');
});

test('R38: a code is given to another beside the certification of its holder: nobody is certified without a code', async () => {
  for (const certifiedFirst of [true, false]) {
    const code = newCode();
    const [holder, claimant] = [await registered('applicant'), await registered('applicant')];
    await admin()`update public.organizations set uscc = null where id = ${claimant.orgId}`;
    await admin()`update public.organizations set uscc = ${code} where id = ${holder.orgId}`;
    const { id: claim } = await claimant.must<{ id: number }>('claim_uscc', {
      payload: { uscc: code, reason: '营业执照在我单位名下', document_id: await upload(claimant, 'certificate') },
      request_id: requestId(),
    });
    const { id: certification } = await holder.must<{ id: number }>('submit_certification', {
      request_id: requestId(),
      payload: {
        kind: 'high_tech_enterprise',
        certificate_no: `GR${requestId()}`,
        valid_from: '2020-01-01',
        valid_to: '2099-12-31',
      },
    });
    const approving = { certification_id: certification, request_id: requestId(), reason: '已核对' };
    const giving = { claim_id: claim, action: 'give', reason: null, request_id: requestId() };
    const outcome = certifiedFirst
      ? await beside(
          office,
          (sql) => sql`select public.approve_certification(${certification}, ${requestId()}, '已核对')`,
          () => second.act('decide_uscc_claim', giving),
        )
      : await beside(
          office,
          (sql) => sql`select public.decide_uscc_claim(${claim}, 'give', null, ${requestId()})`,
          () => second.act('approve_certification', approving),
        );
    expect([outcome.first, outcome.second.error?.code]).toEqual([
      null,
      certifiedFirst ? 'USCC_TAKEN' : 'USCC_RELEASED',
    ]);
    const [org] = await admin()`select uscc, private.is_certified(id, private.today()) as certified
      from public.organizations where id = ${holder.orgId}`;
    expect(org).toEqual(certifiedFirst ? { uscc: code, certified: true } : { uscc: null, certified: false });
  }
});

test('R46: a suspension is lifted beside the next one of the same organization: neither waits for the other in a ring', async () => {
  const department = await staff('department');
  const suspended = await registered('institution');
  const suspend = (from: string, to: string) =>
    department.act<{ id: number }>('suspend_organization', {
      organization_id: suspended.orgId,
      payload: { from_on: from, to_on: to, holds_payouts: false, reason: '提交的合同经核查不实' },
      request_id: requestId(),
    });
  const { data } = await suspend('2026-05-13', '2026-05-14');
  await setClock('2026-05-18T10:00:00+08:00');
  // Lifting has its row and is about to take the standing; the next suspension of the same organization comes between.
  const { first, second: next } = await beside(
    department,
    async (sql) => {
      await sql`select private.lock_row('suspension', ${Number(data?.id)})`;
    },
    async () => {
      const answer = suspend('2026-05-18', '2026-05-20');
      await new Promise((done) => setTimeout(done, 400));
      const [free] =
        await admin()`select pg_try_advisory_xact_lock(hashtextextended(${`standing:${suspended.orgId}`}, 0)) as free`;
      return { free: free?.['free'], answer: await answer };
    },
  );
  await setClock('2026-05-13T10:00:00+08:00');
  expect([first, next.free, next.answer.error]).toEqual([null, true, null]);
});

test('R40, R45: a pass is no longer withdrawn once experts have been asked, also when its review was put off to an open quarter', async () => {
  await ownYear(2070);
  await setClock('2070-05-10T10:00:00+08:00');
  const signed = { contract_signed_on: '2070-04-06' };
  const firm = await applicant();
  const its = await institution();
  const item = await passed(its, await paid(firm, its, signed));
  const [round] = await admin()`select id::integer from public.rounds where year = 2070 and quarter = 2`;
  const panel = await experts(3);
  await setClock('2070-07-08T10:00:00+08:00');
  await advance(office, Number(round?.['id']), 'close');
  await advance(office, Number(round?.['id']), 'open_review');
  const [voter] = panel as [Person];
  await stateNoConflict(voter);
  await voter.must('cast_votes', {
    votes: [{ redemption_id: item, verdict: 'yes', reason: null }],
    request_id: requestId(),
  });
  await office.must('postpone_review', {
    redemption_id: item,
    reason: '专家不足，下季度再评',
    request_id: requestId(),
  });
  const [decision] = await office.must<{ event_id: number; blocks: string[] }[]>('correctable_decisions', {
    entity: 'redemption',
    entity_id: item,
  });
  expect(decision?.blocks).toEqual(['专家评审已经开始']);
  const { error } = await office.act('propose_rectification', {
    event_id: decision?.event_id,
    payload: words,
    request_id: requestId(),
  });
  expect(error).toMatchObject({ code: 'R45_IN_THE_WAY', details: '专家评审已经开始' });
}, 60_000);
