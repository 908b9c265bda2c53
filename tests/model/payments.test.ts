// R43 as a property: whatever is done in whatever order, each attempt is in exactly one state, an item is on one list at a time, used and
// free make up the fund, and only what arrived has redeemed its voucher. Random walks against a model written by hand.
import fc from 'fast-check';
import type postgres from 'postgres';
import { beforeAll, expect, test } from 'vitest';
import { aside, manyClaims } from '../support/many.ts';
import { type Person, platform, requestId, secondOfficer } from '../support/people.ts';
import { payOut } from '../support/payments.ts';

const walks = Number(process.env['WALKS'] ?? 12);
const price = 300;
let officers: [Person, Person];
beforeAll(async () => {
  await payOut();
  officers = [await platform(), await secondOfficer()];
});

type Step = {
  act: 'draw' | 'approve' | 'sendBack' | 'send' | 'arrive' | 'return' | 'mend' | 'fund' | 'papers' | 'correct';
  n: number;
  who: 0 | 1;
};
const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom(
    'draw',
    'draw',
    'approve',
    'approve',
    'sendBack',
    'send',
    'send',
    'arrive',
    'arrive',
    'return',
    'mend',
    'fund',
    'papers',
    'correct',
    'correct',
  ),
  n: fc.nat(9),
  who: fc.constantFrom(0, 1),
});

/** What the rules say, in memory: one institution, items of one price, in order of payment. */
class Model {
  fund = 5 * price;
  account = 0;
  items: {
    id: number;
    state: 'waiting' | 'drafted' | 'listed' | 'in_transit' | 'arrived';
    archived: boolean;
    returnedOn: number;
  }[] = [];
  lists: { id: number; state: string; by: number; account: number; lines: number[] }[] = [];
  attempts = { arrived: 0, returned: 0, dropped: 0 };
  used = () => this.items.filter((i) => ['listed', 'in_transit', 'arrived'].includes(i.state)).length * price;
  ready = (i: Model['items'][number]) => i.archived && i.returnedOn !== this.account;
  /** Who would be served: returned ones first, then in order, until the fund stops. */
  served() {
    const queue = this.items
      .filter((i) => i.state === 'waiting' && this.ready(i))
      .sort(
        (a, b) =>
          Number(b.returnedOn >= 0) - Number(a.returnedOn >= 0) || this.items.indexOf(a) - this.items.indexOf(b),
      );
    return queue.slice(0, Math.max(0, Math.floor((this.fund - this.used()) / price)));
  }
}

class Real {
  sql: postgres.TransactionSql;
  constructor(sql: postgres.TransactionSql) {
    this.sql = sql;
  }
  /** Calls a function as a person; a refusal is undone alone. */
  async act(who: Person, call: string): Promise<{ ok?: Record<string, unknown>; code?: string }> {
    try {
      const rows = await this.sql.savepoint(async (s) => {
        await s`select set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: who.userId })}, true),
          set_config('request.jwt.claim.sub', ${who.userId}, true), set_config('role', 'authenticated', true)`;
        const done = await s.unsafe(`select public.${call} as r`);
        await s`select set_config('role', 'none', true)`;
        return done;
      });
      return { ok: rows[0]?.['r'] as Record<string, unknown> };
    } catch (error) {
      const e = error as { code?: string; message: string };
      if (e.code !== 'PGRST') throw error;
      return { code: (JSON.parse(e.message) as { code: string }).code };
    }
  }
}

async function walk(sql: postgres.TransactionSql, m: Model, r: Real, lab: number, s: Step): Promise<void> {
  const who = officers[s.who];
  const list = m.lists.at(-1);
  const open = m.lists.find((l) => l.state === 'drafted');
  const id = requestId();
  const advance = (l: { id: number } | undefined, action: string) =>
    r.act(who, `advance_payment_list(${l?.id ?? 0}, '${action}', '演示理由', '${id}')`);
  const of = (l: Model['lists'][number]) =>
    l.lines.map((n) => m.items.find((i) => i.id === n) as Model['items'][number]);
  switch (s.act) {
    case 'fund':
      m.fund = s.n * price;
      await sql`update public.policy_parameters set value = ${m.fund} + (select used_fen from private.fund_of(private.this_year())) - ${m.used()}
        where year = private.this_year() and key = 'fund_fen'`;
      return;
    case 'papers': {
      const item = m.items[s.n % m.items.length] as Model['items'][number];
      if (item.state === 'arrived') return;
      item.archived = !item.archived;
      await sql`update public.redemptions set papers_archived = ${item.archived} where id = ${item.id}`;
      return;
    }
    case 'mend':
      m.account = Number(
        (
          await sql`with old as (update public.payee_accounts set state = 'replaced' where institution_id = ${lab} and state = 'verified' returning *)
            insert into public.payee_accounts (institution_id, holder_name, bank_name, account_no, bank_code, document_id, replaces_id)
            select institution_id, holder_name, bank_name, account_no, bank_code, document_id, id from old returning id::integer`
        )[0]?.['id'],
      );
      await sql`update public.payee_accounts set state = 'verified' where id = ${m.account}`;
      return;
    case 'correct': {
      // R45: the latest result of an item becomes the other one, by two persons; a later attempt stands in the way.
      const item = m.items[s.n % m.items.length] as Model['items'][number];
      const [p] =
        await sql`select id::integer, payment_no, state, account_id::integer as account, list_id::integer as list
        from public.payments where redemption_id = ${item.id} and state in ('arrived', 'returned') order by id desc limit 1`;
      if (!p) return;
      const [event] = await sql`select id::integer from private.result_events(${item.id}) e
        where e.details ->> 'payment_no' = ${p['payment_no']}`;
      const change =
        p['state'] === 'arrived'
          ? { result: 'returned', return_reason: '账户已注销' }
          : {
              result: 'arrived',
              reference: 'LS2',
              result_on: (await sql`select private.today()::text as day`)[0]?.['day'],
            };
      const proposed = await r.act(
        who,
        `propose_rectification(${event?.['id']}, '${JSON.stringify({ ...change, reason: '看错了行', evidence: '银行回单' })}', '${id}')`,
      );
      const blocked = p['state'] === 'returned' && item.state !== 'waiting';
      expect(proposed.code).toBe(blocked ? 'R45_IN_THE_WAY' : undefined);
      if (blocked) return;
      const number = Number(proposed.ok?.['id']);
      const confirm = (n: 0 | 1) =>
        r.act(officers[n], `advance_rectification(${number}, 'confirm', null, '${requestId()}')`);
      expect((await confirm(s.who)).code).toBe('R45_FOUR_EYES');
      expect((await confirm(s.who === 0 ? 1 : 0)).code).toBeUndefined();
      const by = p['state'] === 'arrived' ? 1 : -1;
      m.attempts.returned += by;
      m.attempts.arrived -= by;
      item.state = by > 0 ? 'waiting' : 'arrived';
      if (by > 0) {
        item.returnedOn = Number(p['account']);
        const its = m.lists.find((l) => l.id === p['list']);
        if (its) its.lines = its.lines.filter((n) => n !== item.id);
      } else item.returnedOn = await latest(sql, item.id);
      return;
    }
    case 'draw': {
      const expected = open ? 'R43_LIST_OPEN' : m.served().length === 0 ? 'R43_NOTHING_READY' : undefined;
      const served = m.served();
      const { ok, code } = await r.act(who, `draw_up_payment_list('${id}')`);
      expect(code).toBe(expected);
      if (!ok) return;
      const lines =
        await sql`select redemption_id::integer as id from public.payments where list_id = ${Number(ok['id'])} order by line_no`;
      expect(lines.map((l) => l['id'])).toEqual(served.map((i) => i.id));
      for (const i of served) i.state = 'drafted';
      m.lists.push({
        id: Number(ok['id']),
        state: 'drafted',
        by: s.who,
        account: m.account,
        lines: served.map((i) => i.id),
      });
      return;
    }
    case 'approve': {
      const { code } = await advance(open ?? list, 'approve');
      if (!open) return void expect(code).toMatch(/STATE_REFUSED|NOT_FOUND/);
      const lines = of(open);
      const last = lines.at(-1) as Model['items'][number];
      const rank = (i: Model['items'][number]) => (i.returnedOn >= 0 ? 0 : 1000) + m.items.indexOf(i);
      const room = m.fund - m.used() - lines.length * price;
      const expected =
        open.by === s.who
          ? 'R43_SECOND_PERSON'
          : lines.some((i) => !m.ready(i)) || open.account !== m.account
            ? 'R43_LINE_NOT_READY'
            : room < 0
              ? 'R43_FUND_SHORT'
              : room < price && m.items.some((i) => i.state === 'waiting' && m.ready(i) && rank(i) < rank(last))
                ? 'R43_OVERTAKEN'
                : undefined;
      expect(code).toBe(expected);
      if (code) return;
      open.state = 'approved';
      for (const i of lines) i.state = 'listed';
      return;
    }
    case 'sendBack': {
      const { code } = await advance(open ?? list, 'send_back');
      if (!open) return void expect(code).toMatch(/STATE_REFUSED|NOT_FOUND/);
      expect(code).toBeUndefined();
      open.state = 'sent_back';
      for (const i of of(open)) i.state = 'waiting';
      m.attempts.dropped += open.lines.length;
      return;
    }
    case 'send': {
      const l = m.lists.find((x) => x.state === 'approved');
      const { code } = await advance(l ?? list, 'send');
      if (!l) return void expect(code).toMatch(/STATE_REFUSED|NOT_FOUND/);
      expect(code).toBeUndefined();
      for (const i of of(l)) {
        const stays = m.ready(i) && l.account === m.account;
        i.state = stays ? 'in_transit' : 'waiting';
        if (!stays) m.attempts.dropped++;
      }
      l.lines = of(l).flatMap((i) => (i.state === 'in_transit' ? [i.id] : []));
      l.state = of(l).some((i) => i.state === 'in_transit') ? 'in_transit' : 'emptied';
      return;
    }
    default: {
      const l = m.lists.find((x) => x.state === 'in_transit');
      if (!l) return;
      const moving = of(l).filter((i) => i.state === 'in_transit' && l.lines.includes(i.id));
      const item = moving[s.n % moving.length] as Model['items'][number];
      const [p] =
        await sql`select payment_no, amount_fen::integer from public.payments where list_id = ${l.id} and redemption_id = ${item.id}`;
      const line = {
        payment_no: p?.['payment_no'],
        amount_fen: p?.['amount_fen'],
        result: s.act === 'arrive' ? '到账' : '退票',
        result_on: s.act === 'arrive' ? (await sql`select private.today()::text as day`)[0]?.['day'] : null,
        reference: s.act === 'arrive' ? 'LS1' : '',
        reason: s.act === 'arrive' ? '' : '账号与户名不符',
      };
      const { code } = await r.act(who, `record_bank_result(${l.id}, '${JSON.stringify(line)}', '${id}')`);
      expect(code).toBeUndefined();
      if (s.act === 'arrive') {
        item.state = 'arrived';
        m.attempts.arrived++;
      } else {
        item.state = 'waiting';
        item.returnedOn = l.account;
        m.attempts.returned++;
        // Its next attempt stands on another list.
        l.lines = l.lines.filter((n) => n !== item.id);
      }
      if (!of(l).some((i) => i.state === 'in_transit')) l.state = 'done';
    }
  }
}

/** The account of an item's last returned attempt; none is -1. */
const latest = async (sql: postgres.TransactionSql, item: number) =>
  Number(
    (
      await sql`select account_id::integer as account from public.payments
        where redemption_id = ${item} and state = 'returned' order by id desc limit 1`
    )[0]?.['account'] ?? -1,
  );

/** The straight way, with a return on it: a few random walks alone need not come to the bank. */
const straight: Step[] = (
  [
    'draw',
    'approve',
    'send',
    'arrive',
    'return',
    'mend',
    'draw',
    'approve',
    'send',
    'arrive',
    'correct',
    'correct',
  ] as const
).map((act) => ({ act, n: 0, who: act === 'approve' ? 1 : 0 }));

test('R43: over random walks each attempt is in one state, used + free = fund, and only arrivals redeem', async () => {
  let steps = 0;
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 45 }), async (plan) => {
      await aside(async (sql) => {
        const round = await manyClaims(sql, 6, 'paying');
        const m = new Model();
        const rows =
          await sql`select id::integer, institution_id::integer as lab from public.redemptions where round_id = ${round} order by paid_at, voucher_no`;
        const lab = Number(rows[0]?.['lab']);
        m.account = Number((await sql`select private.current_account(${lab})::integer as id`)[0]?.['id']);
        m.items = rows.map((i) => ({ id: Number(i['id']), state: 'waiting', archived: true, returnedOn: -1 }));
        const r = new Real(sql);
        await walk(sql, m, r, lab, { act: 'fund', n: 5, who: 0 });
        for (const s of plan) {
          await walk(sql, m, r, lab, s);
          steps++;
          const [now] = await sql`
            select count(*) filter (where p.state = 'arrived')::integer as arrived, count(*) filter (where p.state = 'returned')::integer as returned,
              count(*) filter (where p.state = 'dropped')::integer as dropped,
              coalesce(sum(p.amount_fen) filter (where p.state in ('listed', 'in_transit', 'arrived')), 0)::integer as used,
              (select count(*)::integer from public.vouchers v join public.redemptions x on x.voucher_id = v.id
                where x.round_id = ${round} and v.state = 'redeemed') as redeemed
            from public.payments p join public.redemptions r on r.id = p.redemption_id where r.round_id = ${round}`;
          expect(now).toEqual({ ...m.attempts, used: m.used(), redeemed: m.attempts.arrived });
          const states = await sql`select r.id::integer, coalesce(p.state, 'waiting') as state from public.redemptions r
            left join public.payments p on p.redemption_id = r.id and p.state in ('drafted', 'listed', 'in_transit', 'arrived')
            where r.round_id = ${round} order by r.paid_at, r.voucher_no`;
          expect(states.map((x) => x['state'])).toEqual(m.items.map((i) => i.state));
          const [f] =
            await sql`select fund_fen = used_fen + free_fen as sums, free_fen::integer as free from private.fund_of(private.this_year())`;
          expect(f).toEqual({ sums: true, free: m.fund - m.used() });
          for (const i of m.items) reached.add(i.state);
        }
        const wrong =
          await sql`select item, details from private.imbalances() where item in ('拨付单与各笔', '到账与兑付成功的券') and details like '%LONG-%'`;
        expect([...wrong]).toEqual([]);
      });
    }),
    { numRuns: walks, endOnFailure: true, examples: [[straight]] },
  );
  console.log(`${walks} walks, ${steps} steps`);
  expect([...reached].sort()).toEqual(['arrived', 'drafted', 'in_transit', 'listed', 'waiting']);
}, 240_000);
