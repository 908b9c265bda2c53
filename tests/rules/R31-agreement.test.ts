// R31, generated: every state of the workflow tables is reached, and in each one every role is asked. Sentence, holder, buttons, tasks,
// timeline and rail must tell the same story, and whoever is said to act can act or is told why not.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type postgres from 'postgres';
import { positionOf, voucherPath } from '../../src/domain/rail.ts';
import {
  accepted,
  admin,
  advance,
  applicant,
  approved,
  certify,
  delivered,
  draft,
  experts,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  projectPayload,
  recommender,
  redemptionPayload,
  registered,
  requestId,
  resourcePayload,
  secondOfficer,
  setClock,
  signUp,
  staff,
  stateNoConflict,
  submitted,
  supplementPayload,
  voteAll,
  voucherOf,
} from '../support/people.ts';

const year = 2058;
const at = (day: string) => setClock(`${year}-${day}T10:00:00+08:00`);
type Side = 'first' | 'late';
interface Case {
  entity: string;
  id: number;
  side: Side;
}
interface Step {
  state: string;
  sentence: string;
  holder: string | null;
  you: boolean;
  elsewhere_entity: string | null;
  elsewhere_id: number | null;
  actions: { action: string; label: string; actor: string }[];
  blocked: { action: string; message: string }[];
}
interface Seen {
  entity: string;
  id: number;
  refused: string | null;
  step: Step | null;
  timeline: { entity_of: string; to_state: string | null; action: string }[] | null;
}

const people: Record<string, Person> = {};
let panel: Person[] = [];
const cases: Case[] = [];
const reached = new Set<string>();
let labels: { entity: string; state: string; label: string }[] = [];

const track = (entity: string, id: number, side: Side = 'first') => {
  cases.push({ entity, id, side });
  return id;
};
/** What an actor of the workflow is called in this story, for a case of one side. */
const actorsOf = (name: string, c: Case): string[] =>
  ({
    firm: ['applicant'],
    lab: c.side === 'first' ? ['institution'] : [],
    lateLab: c.side === 'late' ? ['institution'] : [],
    body: c.entity === 'paper_pack' && c.side === 'first' ? ['recommender'] : [],
    platform: ['platform'],
    department: ['department'],
    finance: ['finance'],
  })[name] ?? (name.startsWith('expert') ? ['expert'] : []);
/** Whoever may do something though it is another's turn: by hand, from the rules. */
const besides = new Set([
  'order withdraw applicant',
  'paper_pack move platform',
  'instrument edit institution',
  'service edit institution',
]);
/** Sentences that say what is waited for, where the holder has nothing to press yet. */
const waits = /期满后|归存之后兑付|已经就绪/;

/** What one person is told of all cases, in one statement and as the API's role. */
async function seenBy(sql: postgres.TransactionSql, who: Person): Promise<{ seen: Seen[]; tasks: Set<string> }> {
  const claims = JSON.stringify({ role: 'authenticated', sub: who.userId });
  await sql`select set_config('request.jwt.claims', ${claims}, true), set_config('request.jwt.claim.sub', ${who.userId}, true)`;
  await sql`set local role authenticated`;
  const seen = await sql<Seen[]>`select c.entity, c.id::integer, s.refused, s.step, s.timeline
    from unnest(${cases.map((c) => c.entity)}::text[], ${cases.map((c) => c.id)}::bigint[]) c (entity, id), pg_temp.told(c.entity, c.id) s`;
  const tasks = await sql`select entity || ' ' || id as key from public.my_tasks()`;
  await sql`reset role`;
  return { seen: [...seen], tasks: new Set(tasks.map((t) => String(t['key']))) };
}

/** Asks everybody about every case, and compares. `change` happens before and is undone afterwards. */
async function look(change?: (sql: postgres.TransactionSql) => Promise<unknown>): Promise<void> {
  const undo = new Error('undo');
  const wrong: string[] = [];
  await admin()
    .begin(async (sql) => {
      await change?.(sql);
      await sql.unsafe(`create function pg_temp.told(p_entity text, p_id bigint, out refused text, out step jsonb, out timeline jsonb)
        language plpgsql as $$ begin
          select to_jsonb(n) || jsonb_build_object('actions', (select coalesce(jsonb_agg(to_jsonb(a)), '[]') from public.available_actions(p_entity, p_id) a),
            'blocked', (select coalesce(jsonb_agg(to_jsonb(b)), '[]') from public.blocked_actions(p_entity, p_id) b)) into step from public.next_step(p_entity, p_id) n;
          select jsonb_agg(to_jsonb(t) order by t.at, t.id) into timeline from public.timeline(p_entity, p_id) t;
        exception when sqlstate 'PGRST' then refused := sqlerrm::jsonb ->> 'code'; end $$;
        grant execute on function pg_temp.told(text, bigint) to authenticated`);
      const told = new Map<string, { name: string; seen: Seen; tasks: Set<string> }[]>();
      for (const [name, person] of Object.entries(people)) {
        const { seen, tasks } = await seenBy(sql, person);
        for (const s of seen) {
          const key = `${s.entity} ${s.id}`;
          told.set(key, [...(told.get(key) ?? []), { name, seen: s, tasks }]);
        }
      }
      const claimsOf = await sql`select r.order_id::integer as id, r.state, q.state as round
        from public.redemptions r left join public.rounds q on q.id = r.round_id`;
      for (const c of cases) wrong.push(...judge(c, told.get(`${c.entity} ${c.id}`) ?? [], told, claimsOf));
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  expect(wrong).toEqual([]);
}

type Told = { name: string; seen: Seen; tasks: Set<string> };
/** Everything that does not agree about one case. */
function judge(c: Case, told: Told[], all: Map<string, Told[]>, claims: readonly Record<string, unknown>[]): string[] {
  const wrong: string[] = [];
  const viewers = told.filter((t) => t.seen.step);
  const first = viewers[0]?.seen.step as Step | undefined;
  if (!first)
    return told.every((t) => t.seen.refused === 'NOT_FOUND') ? [] : [`${c.entity} ${c.id}: nobody is answered`];
  reached.add(`${c.entity} ${first.state}`);
  const say = (who: string, what: string) =>
    wrong.push(`${c.entity} ${first.state} (${c.id}), ${who}: ${what} — «${first.sentence}» ${first.holder}`);
  // One story for all, in words that name no other state.
  for (const { name, seen } of viewers)
    if (seen.step?.sentence !== first.sentence || seen.step.holder !== first.holder || seen.step.state !== first.state)
      say(name, `is told «${seen.step?.sentence}» ${seen.step?.holder}`);
  if (first.sentence.length < 6 || /null|NaN|undefined/.test(first.sentence)) say('all', 'an empty sentence');
  for (const l of labels)
    if (l.entity === c.entity && l.state !== first.state && l.label.length > 2 && first.sentence.includes(l.label))
      if (!first.sentence.includes(labels.find((x) => x.entity === c.entity && x.state === first.state)?.label ?? '?'))
        say('all', `the sentence names ${l.label}`);
  for (const { name, seen, tasks } of told) {
    const actors = actorsOf(name, c);
    const step = seen.step;
    if (!step) {
      if (seen.refused !== 'NOT_FOUND') say(name, `is refused with ${seen.refused}`);
      if (first.holder && first.holder !== 'expert' && actors.includes(first.holder))
        say(name, 'holds what he cannot see');
      continue;
    }
    const holds = first.holder !== null && first.holder !== 'expert' && actors.includes(first.holder);
    if (first.holder !== 'expert' && step.you !== holds) say(name, `you = ${step.you}`);
    // An expert's turn is an item that waits for his own opinion, and no other.
    if (name.startsWith('expert') && c.entity === 'redemption' && step.you !== tasks.has(`redemption ${c.id}`))
      say(name, `you = ${step.you} and not so among his tasks`);
    const own = step.actions.filter((a) => a.actor === first.holder);
    for (const a of step.actions)
      if (!(step.you && a.actor === first.holder) && !besides.has(`${c.entity} ${a.action} ${a.actor}`))
        say(name, `has the button ${a.action} (${a.actor}) out of turn`);
    if (
      step.you &&
      own.length === 0 &&
      step.blocked.length === 0 &&
      !step.elsewhere_entity &&
      !waits.test(step.sentence)
    )
      if (first.holder !== 'expert' && !(c.entity === 'voucher' && tasks.has(`voucher ${c.id}`)))
        // A paid voucher is claimed with a form of its own (R23), and is a task.
        say(name, 'holds it, and can neither act nor is told why not');
    if (!step.you && step.blocked.length > 0) say(name, 'is told why he cannot do another’s step');
    const there = step.elsewhere_entity && `${step.elsewhere_entity} ${step.elsewhere_id}`;
    const beyond = there && all.get(there)?.find((t) => t.name === name)?.seen.step;
    if (step.you && beyond && !beyond.you) say(name, `is sent to ${there}, where it is not his turn`);
    // The list of tasks and the frame agree.
    const key = `${c.entity} ${c.id}`;
    if (step.you && own.length > 0 && !tasks.has(key)) say(name, 'has it not among his tasks');
    if (!step.you && tasks.has(key) && !(c.entity === 'paper_pack' && name === 'platform'))
      say(name, 'has it among his tasks');
    // The last step of the timeline leads to where the case is; a stranger to the round sees its public steps.
    const last = seen.timeline?.findLast((e) => e.entity_of === c.entity && e.to_state);
    if (last && last.to_state !== first.state && !name.startsWith('expert'))
      say(name, `timeline ends at ${last.to_state}`);
    if (!last && !['paper_pack', 'round'].includes(c.entity) && !name.startsWith('expert'))
      say(name, 'an empty timeline');
    const claim = c.entity === 'order' ? claims.find((x) => x['id'] === c.id) : undefined;
    if (claim && ['in_notice', 'paying'].includes(String(claim['round'])) && !name.startsWith('expert'))
      for (const needed of ['close', 'report', 'publish'])
        if (!seen.timeline?.some((e) => e.entity_of === 'round' && e.action === needed))
          say(name, `timeline without ${needed}`);
  }
  if (c.entity === 'order') {
    const claim = claims.find((x) => x['id'] === c.id) as { state: string; round: string } | undefined;
    const n = positionOf(first.state, claim?.state, claim?.round, first.holder);
    const ended = ['declined', 'withdrawn', 'ordinary'].includes(first.state);
    if ((n === undefined) !== ended) say('rail', `stands at ${n}`);
    const station = n === undefined ? '' : (voucherPath[n]?.[3] ?? '完');
    const by: Record<string, (string | null)[]> = {
      提交: ['applicant'],
      受理: ['institution'],
      审核发券: ['platform', 'applicant'],
      检测: ['institution'],
      确认并支付: ['applicant'],
      申请兑付: ['institution', 'platform'],
      季度评审: ['platform', 'expert', 'department', 'finance'],
      公示: ['platform', 'department', null],
      兑付: ['platform', 'institution', 'recommender'],
      完: [null],
      '': [null],
    };
    if (!by[station]?.includes(first.holder)) say('rail', `stands at ${station}`);
  }
  return wrong;
}

const roundId = async () =>
  Number((await admin()`select id from public.rounds where year = ${year} and quarter = 1`)[0]?.['id']);
const packOf = async (lab: Person) =>
  Number((await admin()`select id from public.paper_packs where institution_id = ${lab.orgId} order by id`)[0]?.['id']);
type Firm = Person & { projectId: number };
type Lab = Person & { instrumentId: number };
const signed = { contract_signed_on: `${year}-01-15` };
const claim: Record<string, number> = {};
let [firm, lab, lateLab] = [{} as Firm, {} as Lab, {} as Lab];
let office: Person;

beforeAll(async () => {
  await ownYear(year);
  await at('02-10');
  labels = [...(await admin()<typeof labels>`select entity, state, label from public.workflow_states`)];
  [firm, lab, lateLab, office] = [await applicant(), await institution(), await institution(), await platform()];
  panel = await experts(6);
  Object.assign(people, { firm, lab, lateLab, body: await recommender(lab), platform: office });
  Object.assign(people, { department: await staff('department'), finance: await staff('finance') });
  Object.assign(
    people,
    Object.fromEntries(panel.filter((_, n) => n === 0 || n === 5).map((p, n) => [`expert${n}`, p])),
  );
  people['stranger'] = await signUp();
}, 120_000);
afterAll(() => setClock(null));

test('R31: certification, project, resources: each state and each role', async () => {
  const ask = (name: string, args: object) => office.must(name, { request_id: requestId(), ...args });
  const [own] = await admin()`select id::integer from public.certifications where organization_id = ${firm.orgId}`;
  track('certification', own?.['id'] as number);
  const again = {
    kind: 'tech_sme',
    certificate_no: `2058410${firm.orgId}`,
    valid_from: `${year}-01-01`,
    valid_to: `${year}-12-31`,
  };
  const { id } = await firm.must<{ id: number }>('submit_certification', { request_id: requestId(), payload: again });
  track('certification', id);
  track('project', firm.projectId);
  const project = await firm.must<{ id: number }>('register_project', {
    request_id: requestId(),
    payload: projectPayload,
  });
  track('project', project.id);
  const made: [string, number][] = [];
  for (const kind of ['instrument', 'service'])
    for (let i = 0; i < 3; i++) {
      const payload = kind === 'instrument' ? resourcePayload : { ...resourcePayload, model: undefined };
      const { id } = await lab.must<{ id: number }>('add_resource', { kind, payload, request_id: requestId() });
      made.push([kind, track(kind, id)]);
    }
  await look();
  await ask('return_certification', { certification_id: id, reason: '请补充证明' });
  await ask('return_project', { project_id: project.id, reason: '请写明技术路线' });
  for (const [n, [kind, resource_id]] of made.entries())
    await ask(n % 3 === 0 ? 'return_resource' : 'approve_resource', {
      kind,
      resource_id,
      ...(n % 3 === 0 && { reason: '请补充用途' }),
    });
  for (const [kind, resource_id] of made.filter((_, n) => n % 3 === 2))
    await lab.must('edit_resource', {
      kind,
      resource_id,
      payload: { ...resourcePayload, name: '改名的仪器' },
      request_id: requestId(),
    });
  await look();
  // A newer certification stands in the place of the returned one; whoever is not certified is told so.
  await firm.must('submit_certification', {
    request_id: requestId(),
    payload: { ...again, certificate_no: `2059410${firm.orgId}` },
  });
  const fresh = await registered('applicant');
  await look();
  await certify(fresh, 'high_tech_enterprise');
}, 120_000);

test('R31: orders and vouchers: each state and each role', async () => {
  const [pre, order] = [cases.length, {} as Record<string, number>];
  order['draft'] = (await draft(firm, lab, signed)).id;
  const discarded = (await draft(firm, lab, signed)).id;
  for (const [name, make] of Object.entries({ submitted, platform_review: accepted, approved, delivered, paid }))
    order[name] = await make(firm, lab, signed);
  for (const name of ['declined', 'withdrawn']) order[name] = await submitted(firm, lab, signed);
  for (const name of ['returned', 'awaiting_consent', 'ordinary']) order[name] = await accepted(firm, lab, signed);
  order['revoked'] = await approved(firm, lab, signed);
  order['disputed'] = await delivered(firm, lab, signed);
  const act = (who: Person, name: string, of: string, extra: object = {}) =>
    who.must(name, { order_id: order[of], request_id: requestId(), ...extra });
  await act(lab, 'decline_order', 'declined', { reason: '设备检修' });
  await act(firm, 'withdraw_order', 'withdrawn');
  await act(firm, 'withdraw_order', 'revoked');
  await act(office, 'return_order', 'returned', { reason: '请补充合同' });
  for (const of of ['awaiting_consent', 'ordinary'])
    await act(office, 'approve_order', of, { amount_fen: 100_000, reason: '部分为耗材' });
  await act(firm, 'disagree_order', 'ordinary');
  await act(firm, 'dispute_order', 'disputed', { reason: '缺少数据' });
  await firm.must('discard_order', { order_id: discarded, request_id: requestId() });
  track('order', discarded);
  for (const id of Object.values(order)) track('order', id);
  for (const of of ['approved', 'delivered', 'paid', 'revoked'])
    track('voucher', Number((await voucherOf(order[of] as number)).id));
  await look();
  // A deleted draft is nobody's, not even its maker's, and told the institution nothing.
  expect((await firm.act('next_step', { entity: 'order', entity_id: discarded })).error?.code).toBe('NOT_FOUND');
  expect(
    (await lab.client.from('notifications').select('id').eq('entity', 'order').eq('entity_id', discarded)).data,
  ).toEqual([]);
  reached.add('order discarded');
  cases.length = pre;
}, 120_000);

test('R31: claims, papers and the round, from the first claim to the settled quarter: each state and each role', async () => {
  const second = await secondOfficer();
  people['second'] = second;
  const claimed = async (name: string, at: Lab, side: Side = 'first') => {
    const order = track('order', await paid(firm, at, signed), side);
    track('voucher', Number((await voucherOf(order)).id), side);
    claim[name] = await passed(at, order);
    track('redemption', claim[name] as number, side);
  };
  const order = track('order', await paid(firm, lab, signed));
  const voucher = track('voucher', Number((await voucherOf(order)).id));
  const failing = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: voucher,
    payload: await redemptionPayload(lab),
    request_id: requestId(),
  });
  track('redemption', failing.id);
  delete people['second'];
  await look();
  const back = { redemption_id: failing.id, reason: '报告缺页', request_id: requestId() };
  await office.must('return_redemption', back);
  await look();
  await lab.must('supplement_redemption', {
    redemption_id: failing.id,
    payload: await supplementPayload(failing.id),
    request_id: requestId(),
  });
  // The first reviewer may not decide again (R24): he is told so.
  await look();
  await second.must('return_redemption', { ...back, request_id: requestId() });
  await look();
  cases.length = 0;
  for (const name of ['good', 'refused', 'objected', 'again']) await claimed(name, lab);
  await claimed('late', lateLab, 'late');
  const round = track('round', await roundId());
  await look();
  await at('04-03');
  await advance(office, round, 'close');
  const pack = track('paper_pack', await packOf(lab));
  const latePack = track('paper_pack', await packOf(lateLab), 'late');
  await look();
  const papers = async (who: string, action: string, reason: string | null = null) => {
    await (people[who] as Person).must('advance_paper_pack', {
      pack_id: pack,
      action,
      reason,
      request_id: requestId(),
    });
    await look();
  };
  await papers('lab', 'print');
  await papers('lab', 'send');
  await papers('body', 'return', '缺骑缝章');
  await papers('lab', 'print');
  await papers('lab', 'send');
  await papers('body', 'approve');
  await papers('body', 'forward');
  // What a settled quarter does with papers that nobody waits for is reached by the system's own move, and undone.
  await look((sql) => sql`select private.system_move('paper_pack', ${pack}, 'close', 'closed', null)`);
  await advance(office, round, 'open_review');
  await look();
  for (const expert of panel) await stateNoConflict(expert);
  await look();
  await voteAll(panel.slice(0, 5), round, [claim['refused'], claim['again']] as number[]);
  await look();
  await voteAll(panel, round, [claim['refused'], claim['again']] as number[]);
  await look();
  for (const [who, action] of [
    ['platform', 'report'],
    ['department', 'confirm'],
    ['finance', 'confirm'],
    ['platform', 'publish'],
  ] as const) {
    await advance(people[who] as Person, round, action);
    await look();
  }
  await papers('platform', 'archive');
  await afterNotice(round, latePack);
}, 300_000);

/** Objections, the second review, late papers, and what ends the quarter. */
async function afterNotice(round: number, latePack: number): Promise<void> {
  const objected: Record<string, number> = {};
  for (const name of ['objected', 'again', 'refused']) {
    const [no] = await admin()`select voucher_no from public.redemptions where id = ${claim[name] as number}`;
    objected[name] = Number(
      (
        await admin()`select private.submit_objection(${no?.['voucher_no']}, '演示公民', '0371-00000000', '这项结论与事实不符，请予核查。') as id`
      )[0]?.['id'],
    );
  }
  await look();
  for (const [name, id] of Object.entries(objected))
    await (people['department'] as Person).must('decide_objection', {
      objection_id: id,
      upheld: name !== 'refused',
      reason: '经核查作此裁定',
      request_id: requestId(),
    });
  await look();
  await at('04-20');
  await advance(office, round, 'start_payout');
  await look();
  await office.must('advance_paper_pack', {
    pack_id: latePack,
    action: 'move',
    reason: '逾期没有报送',
    request_id: requestId(),
  });
  await look();
  const again = claim['again'] as number;
  for (const expert of panel) {
    const waiting = await stateNoConflict(expert);
    if (waiting.length === 0) continue;
    const votes = waiting.map((redemption_id) => ({ redemption_id, verdict: 'yes', reason: null }));
    await expert.must('cast_votes', { votes, request_id: requestId() });
  }
  await look();
  for (const [who, action] of [
    ['platform', 'report'],
    ['department', 'confirm'],
    ['finance', 'confirm'],
    ['platform', 'publish'],
  ] as const) {
    await (people[who] as Person).must('advance_re_review', {
      redemption_id: again,
      action,
      reason: null,
      request_id: requestId(),
    });
    await look();
  }
  await at('05-20');
  await admin()`select private.finish_notices()`;
  await look();
  // Paying is a story of its own: the states that follow are reached here by the system's own moves, and undone.
  await look(async (sql) => {
    for (const name of ['good', 'again']) {
      const [r] = await sql`select id, voucher_id from public.redemptions where id = ${claim[name] as number}`;
      await sql`select private.system_move('redemption', ${r?.['id']}, 'pay_out', 'paid_out', null), private.system_move('voucher', ${r?.['voucher_id']}, 'redeem', 'redeemed', null)`;
    }
    await sql`select private.system_move('round', ${round}, 'settle', 'settled', null)`;
  });
}

test('R31: every state of the workflow tables was reached', () => {
  // Payments, corrections, recoveries, suspensions (R42–R46) and claims to a code (R38) have their own stories.
  const others = ['payee_account', 'payment', 'payment_list', 'suspension', 'rectification', 'recovery', 'uscc_claim'];
  const all = labels.filter((l) => !others.includes(l.entity)).map((l) => `${l.entity} ${l.state}`);
  expect(all.filter((s) => !reached.has(s))).toEqual([]);
});
