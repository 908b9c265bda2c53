// T1 for the functions: every function of the API × every actor, each at a moment when the right actor may do it. What each must answer
// stands in actions.expected.ts, written by hand; a new function without a line fails with its name.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  accountPayload,
  admin,
  advance,
  applicant,
  approved,
  approvedProject,
  delivered,
  draft,
  experts,
  fileAccount,
  institution,
  mend,
  newCode,
  orderPayload,
  paid,
  passed,
  type Person,
  platform,
  projectPayload,
  recommender,
  redemptionPayload,
  requestId,
  resourcePayload,
  secondOfficer,
  setClock,
  signUp,
  staff,
  stateNoConflict,
  submitted,
  supplementPayload,
  upload,
  voteAll,
  voucherOf,
} from '../support/people.ts';
import { answerOf, bringIn, linesOf, type Result, step } from '../support/payments.ts';
import { type Call, stages } from './actions.expected.ts';
import { type Actor, actors } from './expected.ts';
import { fill, probe } from './probe.ts';

const people = {} as Record<Exclude<Actor, 'anon'>, Person>;
const ids: Record<string, string | number> = { request: 'gen_random_uuid()' };
let panel: Person[] = [];
let cells = 0;
const wrong: string[] = [];

const newNeed = { class_code: '01', sample: '演示轴承钢断口' };
const json = (value: unknown) => `'${JSON.stringify(value)}'::jsonb`;
const one = async (query: Promise<readonly Record<string, unknown>[]>) => Number((await query)[0]?.['id']);

beforeAll(async () => {
  // A quarter of its own, so that no other test's round is in the way.
  await setClock('2025-02-11T10:00:00+08:00');
  const [firm, otherFirm, lab, otherLab, office] = [
    await applicant(),
    await applicant(),
    await institution(),
    await institution({}, { account: false }),
    await platform(),
  ];
  const [body, otherBody] = [await recommender(lab), await recommender(otherLab)];
  panel = await experts(4);
  Object.assign(people, {
    nobody: await signUp(),
    firm,
    otherFirm,
    lab,
    otherLab,
    body,
    otherBody,
    platform: office,
    department: await staff('department'),
    finance: await staff('finance'),
  });
  // Until the review opens and chance has chosen, any two of the panel.
  Object.assign(people, { expert: panel[0], otherExpert: panel[1] });

  const dates = { contract_signed_on: '2025-01-10' };
  const booked = await draft(firm, lab, dates);
  const returned = await accepted(firm, lab, dates);
  await office.must('return_order', { order_id: returned, reason: '请补充合同附件', request_id: requestId() });
  await mend(firm, returned);
  const lowered = await accepted(firm, lab, dates);
  await office.must('approve_order', {
    order_id: lowered,
    request_id: requestId(),
    amount_fen: 100_000,
    reason: '按可核实的样品数核定',
  });
  const disputed = await delivered(firm, lab, dates);
  await firm.must('dispute_order', { order_id: disputed, reason: '缺少能谱数据', request_id: requestId() });
  const redeem = async () => {
    const voucher = (await voucherOf(await paid(firm, lab, dates))).id;
    return (
      await lab.must<{ id: number }>('submit_redemption', {
        voucher_id: voucher,
        payload: await redemptionPayload(lab),
        request_id: requestId(),
      })
    ).id;
  };
  const returnedRedemption = await redeem();
  await office.must('return_redemption', {
    redemption_id: returnedRedemption,
    reason: '发票不清晰',
    request_id: requestId(),
  });
  const returnedProject = (
    await firm.must<{ id: number }>('register_project', { request_id: requestId(), payload: projectPayload })
  ).id;
  await office.must('return_project', { project_id: returnedProject, reason: '内容过于简略', request_id: requestId() });
  const paidOrder = await paid(firm, lab, dates);
  const itemOrder = await paid(firm, lab, dates);
  const need = await firm.must<{ id: number }>('post_need', { payload: newNeed, request_id: requestId() });
  await lab.must('answer_need', { need_id: need.id, payload: { body: '可以做' }, request_id: requestId() });
  await admin()`select private.submit_inquiry('question', '演示：怎样认证', '演示：认证要交哪些材料？请告知。', '', true, false)`;
  Object.assign(ids, {
    draft: booked.id,
    figure: booked.figure_fen,
    returned,
    lowered,
    disputed,
    returnedRedemption,
    returnedProject,
    itemOrder,
    paid: paidOrder,
    voucher: (await voucherOf(paidOrder)).id,
    submitted: await submitted(firm, lab, dates),
    inReview: await accepted(firm, lab, dates),
    approved: await approved(firm, lab, dates),
    delivered: await delivered(firm, lab, dates),
    redemption: await redeem(),
    newAccount: await fileAccount(otherLab),
    newClaim: (
      await otherLab.must<{ id: number }>('claim_uscc', {
        payload: { uscc: newCode(), reason: '演示理由', document_id: await upload(otherLab, 'certificate') },
        request_id: requestId(),
      })
    ).id,
    claim: json({ uscc: newCode(), reason: '演示理由', document_id: await upload(lab, 'certificate') }),
    account: json(await accountPayload(lab)),
    item: await passed(lab, itemOrder),
    instrument: lab.instrumentId,
    firmOrg: firm.orgId,
    labOrg: lab.orgId,
    bodyOrg: body.orgId,
    result: await upload(lab, 'result'),
    contract: await upload(firm, 'contract'),
    certification: (
      await firm.must<{ id: number }>('submit_certification', {
        request_id: requestId(),
        payload: {
          kind: 'tech_sme',
          certificate_no: '202541010000001',
          valid_from: '2025-01-01',
          valid_to: '2099-12-31',
        },
      })
    ).id,
    newProject: (
      await firm.must<{ id: number }>('register_project', { request_id: requestId(), payload: projectPayload })
    ).id,
    newService: (
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
    ).id,
    applicantPledge: await one(admin()`select id from public.pledges where kind = 'applicant' and year = 2025`),
    institutionPledge: await one(admin()`select id from public.pledges where kind = 'institution' and year = 2025`),
    event: await one(
      admin()`select id from public.events where entity = 'order' and entity_id = ${paidOrder} and action = 'pay'`,
    ),
    round: await one(admin()`select id from public.rounds where year = 2025 and quarter = 1`),
    correction: await one(
      admin()`select private.report_error('/guides/', '演示：此处的日期写错了，请更正。', '') as id`,
    ),
    need: need.id,
    newNeed: json(newNeed),
    inquiry: await one(admin()`select max(id) as id from public.inquiries`),
    profile: json({
      name: '演示单位又一家',
      region_code: '410100',
      contact_name: '演示联系人',
      contact_phone: '037100000000',
      legal_representative: '演示法人',
    }),
    certificate: json({
      kind: 'high_tech_enterprise',
      certificate_no: 'GR202441000002',
      valid_from: '2025-01-01',
      valid_to: '2099-12-31',
    }),
    project: json(projectPayload),
    resource: json({ ...resourcePayload, name: '场发射扫描电子显微镜（改）' }),
    order: json(await orderPayload(firm, lab, dates)),
    papers: json(await redemptionPayload(lab)),
    supplement: json(await supplementPayload(returnedRedemption)),
  });
  // Two corrections that wait: one proposed by another officer, one by oneself.
  const decided = (entity: string, id: number) =>
    one(admin()`select max(id)::integer as id from public.events
      where entity = ${entity} and entity_id = ${id} and action in ('approve', 'return')`);
  const words = { reason: '演示原因', evidence: '演示依据' };
  const propose = async (who: Person, event: number) =>
    (
      await who.must<{ id: number }>('propose_rectification', {
        event_id: event,
        payload: words,
        request_id: requestId(),
      })
    ).id;
  ids['decision'] = await decided('order', Number(ids['approved']));
  ids['rectify'] = json(words);
  ids['rectification'] = await propose(await secondOfficer(), await decided('order', returned));
  ids['ownRectification'] = await propose(office, await decided('project', returnedProject));
  // A suspension of next winter: nothing of this story waits for it.
  const days = { from_on: '2025-12-01', to_on: '2025-12-31', holds_payouts: false, reason: '演示原因' };
  ids['suspension'] = json(days);
  ids['suspended'] = (
    await people.department.must<{ id: number }>('suspend_organization', {
      organization_id: lab.orgId,
      payload: days,
      request_id: requestId(),
    })
  ).id;
  await approvedProject(otherFirm);
}, 120_000);
afterAll(() => setClock(null));

const statement = ({ call }: Call) => fill(call.startsWith('(') ? `select ${call}` : `select public.${call}`, ids);
const fits = (expected: string, answer: string) =>
  expected === 'ok' ? !answer.startsWith('!') : expected === (answer.startsWith('!') ? answer : `=${answer}`);

/** Asks every actor at this moment. */
async function ask(stage: string): Promise<void> {
  const calls = stages[stage] ?? [];
  expect(calls.length, stage).toBeGreaterThan(0);
  for (const actor of actors) {
    const answers = await probe(actor === 'anon' ? null : people[actor].userId, calls.map(statement));
    for (const [i, call] of calls.entries()) {
      cells++;
      const answer = answers[i] as string;
      if (!fits(call.answers[actor], answer))
        wrong.push(`${stage}: ${actor} calls ${call.call} → ${answer.slice(0, 80)}, must be ${call.answers[actor]}`);
    }
  }
}

test('T1: each function of the API has a line, and each line a function', async () => {
  const functions =
    await admin()`select distinct p.proname as name from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1`;
  const asked = new Set(
    Object.values(stages)
      .flat()
      .map(({ call }) => /(?:public\.)?(\w+)\(/.exec(call.replace(/^\(select .*? from /, ''))?.[1]),
  );
  expect([...asked].sort()).toEqual(functions.map((r) => r['name']));
});

test('T1, R2–R32: who may do what, at a moment when it can be done', async () => {
  const { platform: office, department, finance, lab, body } = people;
  const roundId = Number(ids['round']);
  const pack = (person: Person, action: string) =>
    person.must('advance_paper_pack', { pack_id: ids['pack'], action, reason: null, request_id: requestId() });
  await ask('start');
  await setClock('2025-04-08T10:00:00+08:00');
  await ask('quarter_over');
  await advance(office, roundId, 'close');
  ids['pack'] = await one(
    admin()`select id from public.paper_packs where round_id = ${roundId} and institution_id = ${lab.orgId}`,
  );
  await ask('listed');
  await advance(office, roundId, 'open_review');
  const assigned = (
    await admin()`select expert_id from public.expert_assignments where redemption_id = ${Number(ids['item'])}`
  ).map((r) => r['expert_id']);
  people.expert = panel.find((p) => assigned.includes(p.userId)) as Person;
  people.otherExpert = panel.find((p) => !assigned.includes(p.userId)) as Person;
  ids['expert'] = `'${people.expert.userId}'`;
  ids['items'] = json([{ redemption_id: ids['item'], reason: '请核对报告' }]);
  await ask('assigned');
  await stateNoConflict(people.expert);
  await ask('in_review');
  await voteAll(panel, roundId);
  await ask('voted');
  await advance(office, roundId, 'report');
  await ask('reported');
  await advance(department, roundId, 'confirm');
  await ask('department_confirmed');
  await advance(finance, roundId, 'confirm');
  await ask('finance_confirmed');
  await advance(office, roundId, 'publish');
  for (const [stage, person, action] of [
    ['not_printed', lab, 'print'],
    ['printed', lab, 'send'],
    ['sent', body, 'approve'],
    ['body_approved', body, 'forward'],
    ['forwarded', office, 'archive'],
  ] as const) {
    await ask(stage);
    await pack(person, action);
  }
  const { voucher_no } = await voucherOf(Number(ids['itemOrder']));
  ids['objection'] = await one(
    admin()`select private.submit_objection(${voucher_no}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。') as id`,
  );
  await ask('in_notice');
  await department.must('decide_objection', {
    objection_id: ids['objection'],
    upheld: false,
    reason: '经核查属于研发检测',
    request_id: requestId(),
  });
  await setClock('2025-04-22T10:00:00+08:00');
  await ask('notice_over');
  await advance(office, roundId, 'start_payout');
  await ask('paying');
  // Drawn up by another officer, so that this one may approve.
  const second = await secondOfficer();
  const drawn = await second.must<{ id: number }>('draw_up_payment_list', { request_id: requestId() });
  ids['list'] = drawn.id;
  await ask('drafted');
  await step(office, drawn.id, 'approve');
  await ask('approved_list');
  await step(office, drawn.id, 'send');
  const results = await Promise.all((await linesOf(drawn.id)).map((l) => answerOf(l)));
  ids['result_line'] = json(results[0]);
  ids['lines'] = json([{ ...results[0], line_no: 1 }]);
  const bad = await bringIn(drawn.id, [{ ...(results[0] as Result), amount_fen: 1 }]);
  ids['import'] = bad.import_id;
  await ask('in_transit');
  await bringIn(drawn.id, results);
  ids['recover'] = json({ amount_fen: 1000, reason: '演示原因' });
  await ask('arrived');
  ids['recovery'] = (
    await department.must<{ id: number }>('decide_recovery', {
      redemption_id: ids['item'],
      payload: { amount_fen: 1000, reason: '演示原因' },
      request_id: requestId(),
    })
  ).id;
  const [day] = await admin()`select private.today()::text as day`;
  ids['repayment'] = json({ amount_fen: 400, received_on: day?.['day'], reference: 'LS-1' });
  await ask('recovering');
  await ask('paid_out');
  await advance(office, roundId, 'settle');
  await ask('settled');
  expect(wrong).toEqual([]);
  expect(cells).toBeGreaterThanOrEqual(1000);
}, 60_000);
