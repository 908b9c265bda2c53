// T2: random actors take random actions, legal and illegal, against the database and against a model written by hand from the rules.
// Each walk is one transaction that is undone, so that walks know nothing of each other. WALKS=10000 npm run bench -- walks
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  admin,
  answers,
  applicant,
  institution,
  type Person,
  platform,
  secondOfficer,
  setClock,
} from '../support/people.ts';
import { Model, type Order, type Outcome } from './rules.ts';

const walks = Number(process.env['WALKS'] ?? 300);
const eligibles = [1_000_000, 20_000_000, 45_000_000, 3_33, 66_666_667];
let firms: (Person & { projectId: number })[];
let labs: (Person & { instrumentId: number })[];
let officers: Person[];
let pledge: { applicant: number; institution: number };

beforeAll(async () => {
  await setClock('2026-02-09T10:00:00+08:00');
  firms = [await applicant(), await applicant()];
  labs = [await institution(), await institution()];
  officers = [await platform(), await secondOfficer()];
  const row = (
    await admin()`select (select id::integer from public.pledges where kind = 'applicant' and year = 2026) as a, (select id::integer from public.pledges where kind = 'institution' and year = 2026) as i`
  )[0];
  pledge = { applicant: row?.['a'], institution: row?.['i'] };
});
afterAll(() => setClock(null));

type Step = { act: string; a: number; b: number; c: number };
const stepOf = fc.record({
  // Half of the steps move an order on as its actor would, so that walks get far; the others are anybody doing anything.
  act: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('forward', 'forward', 'forward', 'forward', 'forward', 'book') },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'submit',
        'accept',
        'approve',
        'lower',
        'refuse',
        'agree',
        'disagree',
        'withdraw',
        'discard',
        'deliver',
        'pay',
        'dispute',
        'decline',
        'redeem',
        'pass',
        'back',
        'supplement',
        'lapse',
        'newYear',
        'night',
      ),
    },
  ),
  a: fc.nat(3),
  b: fc.nat(7),
  c: fc.nat(7),
});

/** The real system, on one connection inside one transaction. */
class Real {
  sql: postgres.TransactionSql;
  ids: number[] = [];
  /** What was booked, and what was claimed, by order: a second try restates it. */
  booked: Record<string, unknown>[] = [];
  claimed = new Map<number, Record<string, unknown>>();
  serial = 0;
  constructor(sql: postgres.TransactionSql) {
    this.sql = sql;
  }
  /** Calls a function of the API as a person; a refusal is undone alone and answers 'refused'. Anything that is no refusal of ours fails the walk. */
  async as(
    person: Person,
    call: string,
    values: unknown[],
  ): Promise<{ outcome: Outcome; result?: Record<string, unknown>; code?: string }> {
    try {
      const rows = await this.sql.savepoint(async (s) => {
        await s`select set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: person.userId })}, true), set_config('request.jwt.claim.sub', ${person.userId}, true), set_config('role', 'authenticated', true)`;
        const done = await s.unsafe(`select public.${call} as r`, values as never[]);
        await s`select set_config('role', 'none', true)`;
        return done;
      });
      return { outcome: 'ok', result: rows[0]?.['r'] as Record<string, unknown> };
    } catch (error) {
      const e = error as { code?: string; message: string };
      if (e.code !== 'PGRST') throw error;
      return { outcome: 'refused', code: (JSON.parse(e.message) as { code: string }).code };
    }
  }
  async document(person: Person, kind: string): Promise<number> {
    const [row] = await this
      .sql`insert into public.documents (kind, owner_id, uploaded_by, original_name, declared_bytes, byte_size, media_type, sha256, verified_at) values (${kind}, ${person.orgId}, ${person.userId}, '演示.pdf', 10, 10, 'application/pdf', repeat('a', 64), private.now()) returning id::integer`;
    return Number(row?.['id']);
  }
}
const uuid = () => crypto.randomUUID();
/** A 数电发票's number: 20 digits. */
const invoiceOf = (tag: string, n: number) => `2641${tag}00000${n}`;
/** The whole of what a claim, or its supplement, states (R23, R37). */
const papers = async (r: Real, who: Person, invoice: string, amount: number) => ({
  documents: [
    { id: await r.document(who, 'report'), kind: 'report' },
    { id: await r.document(who, 'invoice'), kind: 'invoice' },
  ],
  invoices: [
    {
      code: null,
      number: invoice,
      issued_on: '2026-02-01',
      amount_fen: amount,
      buyer: '演示买方',
      seller: '演示卖方',
    },
  ],
});

/** What the right actor would do next with an order. */
function forward(step: Step, m: Model): Step {
  const i = step.a % Math.max(1, m.orders.length);
  const o = m.orders[i];
  if (!o) return { ...step, act: 'book' };
  const officer = (refusedBy: number[]) => [0, 1].find((n) => !refusedBy.includes(n)) ?? 0;
  const by = (act: string, b: number): Step => ({ ...step, act, a: i, b });
  switch (o.state) {
    case 'draft':
      return by(m.quotas[o.applicant] ? 'submit' : 'claim', 0);
    case 'returned':
      return by('submit', 0);
    case 'submitted':
      return by('accept', o.lab);
    case 'platform_review':
      return by(step.c < 5 ? 'approve' : step.c === 5 ? 'lower' : 'refuse', officer(o.refusedBy));
    case 'awaiting_consent':
      return by(step.c < 6 ? 'agree' : 'disagree', 0);
    case 'delivered':
      return { ...by(step.c < 6 ? 'pay' : 'dispute', 0), c: 0 };
    case 'approved':
    case 'disputed':
      return by('deliver', o.lab);
    default:
      if (o.redemption === '') return by('redeem', o.lab);
      if (o.redemption === 'submitted') return by(step.c < 4 ? 'pass' : 'back', officer(o.redemptionRefusedBy));
      return by('supplement', o.lab);
  }
}

async function take(chosen: Step, m: Model, r: Real, tag: string): Promise<void> {
  const { sql } = r;
  const step = chosen.act === 'forward' ? forward(chosen, m) : chosen;
  const i = m.orders.length > 0 ? step.a % m.orders.length : -1;
  const o = m.orders[i] as Order;
  const id = r.ids[i] as number;
  const firm = (n: number) => firms[n % 2] as (typeof firms)[number];
  const lab = (n: number) => labs[n % 2] as (typeof labs)[number];
  const officer = (n: number) => officers[n % 2] as Person;
  const same = (expected: Outcome, real: { outcome: Outcome; code?: string }) =>
    expect(real.outcome, `${step.act} of order ${i} (${o?.state}): ${real.code ?? ''}`).toBe(expected);
  if (step.act === 'claim')
    same(m.claim(step.a % 2), await r.as(firm(step.a), 'claim_quota($1, $2)', [uuid(), pledge.applicant]));
  else if (step.act === 'book') {
    if (m.yearOver) return;
    const eligible = eligibles[step.c % eligibles.length] as number;
    const contract = `${tag}-${step.c % 3}`;
    const person = firm(step.a);
    const payload = {
      instrument_id: lab(step.b).instrumentId,
      project_id: person.projectId,
      title: '随机检测',
      contract_no: contract,
      contract_signed_on: '2026-01-05',
      contract_total_fen: eligible + 100,
      test_fee_fen: eligible,
      answers,
      answers_declared: true,
      lines: [
        { description: '检测', quantity: 1, unit_price_fen: eligible },
        { description: '耗材', quantity: 1, unit_price_fen: 100, exclusion_code: 'E3.2' },
      ],
      documents: [{ id: await r.document(person, 'contract'), kind: 'contract' }],
    };
    const saved = await r.as(person, 'save_order($1, null, $2::jsonb)', [uuid(), payload]);
    same(m.book(step.a % 2, step.b % 2, contract, eligible), saved);
    r.ids.push(Number(saved.result?.['id']));
    r.booked.push(payload);
    // Before the claim the figure is only an estimate.
    if (m.quotas[step.a % 2])
      expect(Number(saved.result?.['figure_fen'] ?? 0)).toBe(m.figure(m.orders.at(-1) as Order));
  } else if (step.act === 'lapse') {
    // Certification lapses with the certificate (R2), for the second applicant.
    m.certified[1] = false;
    await sql`update public.certifications set valid_to = '2026-02-01' where organization_id = ${firm(1).orgId}`;
  } else if (step.act === 'newYear') {
    // Once in a while: the year ends and the job runs.
    if (step.a !== 0 || m.yearOver) return;
    m.newYear();
    await sql`select private.set_clock('2027-01-01T00:00:01+08:00'), private.expire_vouchers()`;
  } else if (step.act === 'night') await sql`select private.expire_vouchers()`;
  else if (i < 0) return;
  else if (step.act === 'submit') {
    // Once in a while a returned order is sent again as it was (R15).
    const changed = step.c !== 7;
    if (o.state === 'returned') {
      const mended = { ...r.booked[i], explanation: changed ? '已按意见补充说明' : '\u200b ' };
      const saved = await r.as(firm(o.applicant), 'save_order($1, $2, $3::jsonb)', [uuid(), id, mended]);
      expect(saved.outcome, 'saving a revision').toBe('ok');
    }
    same(
      m.submit(o, changed),
      await r.as(firm(o.applicant), 'submit_order($1, $2, $3)', [id, m.figure(o) || 1, uuid()]),
    );
  } else if (step.act === 'discard')
    same(m.discard(o), await r.as(firm(o.applicant), 'discard_order($1, $2)', [id, uuid()]));
  else if (step.act === 'accept')
    same(m.accept(o, step.b % 2), await r.as(lab(step.b), 'accept_order($1, $2)', [id, uuid()]));
  else if (step.act === 'decline')
    same(m.decline(o, step.b % 2), await r.as(lab(step.b), 'decline_order($1, $2, $3)', [id, '不受理原因', uuid()]));
  else if (step.act === 'approve')
    same(m.approve(o, step.b % 2, undefined), await r.as(officer(step.b), 'approve_order($1, $2)', [id, uuid()]));
  else if (step.act === 'lower') {
    const lower = Math.floor(o.eligible / 10) * (step.c + 1);
    same(
      m.approve(o, step.b % 2, lower),
      await r.as(officer(step.b), 'approve_order($1, $2, $3, $4)', [id, uuid(), lower, '核定较低']),
    );
  } else if (step.act === 'refuse')
    same(m.refuse(o, step.b % 2), await r.as(officer(step.b), 'return_order($1, $2, $3)', [id, '不通过原因', uuid()]));
  else if (step.act === 'agree') same(m.agree(o), await r.as(firm(o.applicant), 'agree_order($1, $2)', [id, uuid()]));
  else if (step.act === 'disagree')
    same(m.disagree(o), await r.as(firm(o.applicant), 'disagree_order($1, $2)', [id, uuid()]));
  else if (step.act === 'withdraw')
    same(m.withdraw(o), await r.as(firm(o.applicant), 'withdraw_order($1, $2)', [id, uuid()]));
  else if (step.act === 'deliver')
    same(
      m.deliver(o, step.b % 2),
      await r.as(lab(step.b), 'deliver_order($1, $2, $3, $4)', [
        id,
        [await r.document(lab(step.b), 'result')],
        '',
        uuid(),
      ]),
    );
  else if (step.act === 'dispute')
    same(m.dispute(o), await r.as(firm(o.applicant), 'dispute_order($1, $2, $3)', [id, '结果缺数据', uuid()]));
  else if (step.act === 'pay') {
    // Sometimes somebody else tries (wrong actor).
    if (step.c === 7) same('refused', await r.as(firm(o.applicant + 1), 'pay_voucher($1, $2)', [id, uuid()]));
    else same(m.pay(o), await r.as(firm(o.applicant), 'pay_voucher($1, $2)', [id, uuid()]));
  } else {
    const [v] = await sql`select id::integer from public.vouchers where order_id = ${id}`;
    const [x] = await sql`select id::integer from public.redemptions where order_id = ${id}`;
    if (step.act === 'redeem') {
      const invoice = invoiceOf(tag, step.c % 4);
      const payload = await papers(r, lab(step.b), invoice, o.eligible);
      const made = await r.as(lab(step.b), 'submit_redemption($1, $2::jsonb, $3)', [v?.['id'] ?? 0, payload, uuid()]);
      if (made.outcome === 'ok') r.claimed.set(i, payload);
      same(m.redeem(o, step.b % 2, invoice), made);
    } else if (step.act === 'pass')
      same(m.pass(o, step.b % 2), await r.as(officer(step.b), 'pass_redemption($1, $2)', [x?.['id'] ?? 0, uuid()]));
    else if (step.act === 'back')
      same(
        m.returnRedemption(o, step.b % 2),
        await r.as(officer(step.b), 'return_redemption($1, $2, $3)', [x?.['id'] ?? 0, '材料不全', uuid()]),
      );
    else if (step.act === 'supplement') {
      const changed = step.c !== 7;
      const restated = { ...r.claimed.get(i), explanation: changed ? '已按意见补充说明' : null };
      same(
        m.supplement(o, step.b % 2, changed),
        await r.as(lab(step.b), 'supplement_redemption($1, $2::jsonb, $3)', [x?.['id'] ?? 0, restated, uuid()]),
      );
    }
  }
}

/** Everything that must hold after every step, whatever happened. */
async function invariants(m: Model, r: Real): Promise<void> {
  const { sql } = r;
  const rows = await sql`
    select o.id::integer, o.state, o.revision_no, coalesce(v.state, '') as voucher, coalesce(x.state, '') as redemption, coalesce(x.supplement_no, 0) as supplement
    from public.orders o left join public.vouchers v on v.order_id = o.id left join public.redemptions x on x.order_id = o.id where o.id = any (${r.ids}) order by o.id`;
  expect(rows.map((x) => [x['state'], x['revision_no'], x['voucher'], x['redemption'], x['supplement']])).toEqual(
    m.orders
      .filter((o) => o.state !== 'discarded')
      .map((o) => [o.state, o.revision, o.voucher, o.redemption, o.supplement]),
  );
  const quotas = await sql`
    select q.organization_id::integer as org, q.cap_fen::integer as cap, q.held_fen::integer as held, q.spent_fen::integer as spent from public.quotas q where q.year = 2026 and q.organization_id = any (${firms.map((f) => f.orgId)})`;
  for (const [i, q] of m.quotas.entries()) {
    const found = quotas.find((x) => x['org'] === firms[i]?.orgId);
    expect(found ? { cap: found['cap'], held: found['held'], spent: found['spent'] } : undefined).toEqual(q);
    if (q) expect(q.held >= 0 && q.spent >= 0 && q.held + q.spent <= q.cap).toBe(true);
  }
}

test(`T2: ${walks} random walks of several actors: the database does what the rules say, and every invariant holds after every step`, async () => {
  const sql = postgres(inject('databaseUrl'), { max: 1, onnotice: () => {} });
  // Every walk begins before the claim: what the fixtures claimed is undone inside its transaction.
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepOf, { minLength: 25, maxLength: 50, size: 'max' }),
      fc.integer({ min: 1e9, max: 9e9 }),
      async (steps, tag) => {
        await sql
          .begin(async (t) => {
            await t`set local session_replication_role = replica`;
            await t`delete from public.quota_entries where quota_id in (select id from public.quotas where organization_id = any (${firms.map((f) => f.orgId)}))`;
            await t`delete from public.quotas where organization_id = any (${firms.map((f) => f.orgId)})`;
            await t`set local session_replication_role = origin`;
            const model = new Model([20_000_000, 20_000_000]);
            const real = new Real(t);
            for (const step of steps) {
              await take(step, model, real, String(tag));
              await invariants(model, real);
              for (const o of model.orders) {
                reached.add(o.state);
                reached.add(`voucher ${o.voucher}`);
                reached.add(`redemption ${o.redemption}`);
              }
            }
            const broken =
              await t`select finding from private.check_events() c where c.entity in ('order', 'voucher', 'redemption', 'quota')`;
            expect(broken.map((b) => b['finding'])).toEqual([]);
            expect([...(await t`select * from private.imbalances()`)]).toEqual([]);
            throw new Error('undo');
          })
          .catch((error: Error) => {
            if (error.message !== 'undo') throw error;
          });
      },
    ),
    { numRuns: walks, seed: Number(process.env['SEED'] ?? 20260209), endOnFailure: true },
  );
  await sql.end();
  // A walk that never gets anywhere proves nothing.
  expect([...reached]).toEqual(
    expect.arrayContaining([
      'paid',
      'returned',
      'ordinary',
      'disputed',
      'withdrawn',
      'discarded',
      'declined',
      'awaiting_consent',
      'voucher paid',
      'voucher expired',
      'redemption submitted',
      'redemption passed',
      'redemption failed',
      'voucher failed',
    ]),
  );
}, 3_600_000);
