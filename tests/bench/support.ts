import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed } from '../../local/seed.ts';
import { type Stack, startStack } from '../../local/stack.ts';

/** A throwaway stack with a little demo data; gone afterwards. */
export async function withStack(
  work: (stack: Stack) => Promise<void>,
  options: { instruments: number; applicants: number } = { instruments: 50, applicants: 12 },
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'voucher-bench-'));
  chmodSync(dataDir, 0o711);
  const stack = await startStack({ dataDir });
  try {
    await seed(stack, options);
    await work(stack);
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
export const median = (figures: number[]) =>
  [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] as number;

/** Runs the jobs with so many at a time; gives jobs per second. */
export async function throughput<T>(
  jobs: T[],
  width: number,
  work: (job: T, lane: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const ms = await timed(() =>
    Promise.all(
      Array.from({ length: width }, async (_, lane) => {
        while (next < jobs.length) await work(jobs[next++] as T, lane);
      }),
    ),
  );
  return jobs.length / (ms / 1000);
}

/** Orders made set-based from one real order's shape, spread over `quotas` quotas of their own applicants: for measuring, not for showing. */
export async function makeOrders(stack: Stack, count: number, state: string, quotas: number): Promise<void> {
  await stack.sql.begin(async (t) => {
    await t`set local session_replication_role = replica`;
    await t`insert into public.organizations (kind, name, region_code, is_demo) select 'applicant', '量测单位' || n || '（演示）', '410100', true from generate_series(1, ${quotas}) n where not exists (select 1 from public.organizations where name = '量测单位' || n || '（演示）')`;
    await t`insert into public.quotas (organization_id, year, kind, cap_fen, pledge_signature_id) select o.id, 2026, 'tech_sme', 20000000, (select min(id) from public.pledge_signatures) from public.organizations o where o.name like '量测单位%' on conflict do nothing`;
    await t`
      insert into public.orders (order_no, applicant_id, institution_id, project_id, instrument_id, title, resource_name, contract_no, contract_signed_on, contract_total_fen, test_fee_fen, eligible_fee_fen, accepted_fen, approved_fen, quota_id, rate_bp, policy_year, policy_version, state, submitted_at)
      select ${`B-${state}-`} || n, q.organization_id, p.institution_id, p.project_id, p.instrument_id, '量测检测', '量测仪器', 'B' || n, '2026-01-05', 1000, 1000, 1000, 300, case when ${state} in ('platform_review', 'submitted') then null else 300 end,
        case when ${state} in ('platform_review', 'submitted') then null else q.id end, 3000, 2026, 1, ${state}, now()
      from generate_series(1, ${count}) n
      join (select id, organization_id, row_number() over (order by id) as k from public.quotas where organization_id in (select id from public.organizations where name like '量测单位%')) q on q.k = (n - 1) % ${quotas} + 1
      cross join (select institution_id, project_id, instrument_id from public.orders where instrument_id is not null limit 1) p`;
  });
}

/** So many claims of one quarter that wait to be paid, each ready: made set-based, for measuring. */
export async function payableClaims(stack: Stack, count: number): Promise<void> {
  const { sql } = stack;
  await makeOrders(stack, count, 'paid', 1000);
  const [round] = await sql`insert into public.rounds (year, quarter) values (2026, 1) returning id`;
  await sql.begin(async (t) => {
    await t`set local session_replication_role = replica`;
    await t`update public.rounds set state = 'paying' where id = ${round?.['id']}`;
    await t`insert into public.vouchers (voucher_no, order_id, applicant_id, institution_id, holder_id, quota_id, amount_fen, year, expires_at, paid_at, state) select 'B' || id, id, applicant_id, institution_id, institution_id, quota_id, 300, 2026, '2027-01-01', now() - random() * interval '90 days', 'paid' from public.orders where order_no like 'B-paid-%'`;
    await t`insert into public.redemptions (voucher_id, order_id, applicant_id, institution_id, amount_fen, round_id, papers_round_id, paid_at, voucher_no, expert_result, papers_archived, state) select v.id, v.order_id, v.applicant_id, v.institution_id, v.amount_fen, ${round?.['id'] as number}, ${round?.['id'] as number}, v.paid_at, v.voucher_no, 'yes', true, 'passed' from public.vouchers v where v.voucher_no like 'B%'`;
  });
  await sql`analyze`;
}

/** A payment list's acts as the bank's answer needs them: the calls of the API in their order, each with who makes it (R43). */
export async function paymentActs(
  { sql }: Pick<Stack, 'sql'>,
  run: (who: string, name: string, call: string) => Promise<unknown>,
): Promise<number> {
  const [first, second] = (
    await sql`select user_id as id from public.staff_roles where role = 'platform' order by created_at, user_id limit 2`
  ).map((r) => String(r['id'])) as [string, string];
  await run(first, 'draw_up', 'draw_up_payment_list(gen_random_uuid())');
  const [list] = await sql`select max(id)::integer as id from public.payment_lists`;
  const id = Number(list?.['id']);
  const step = (who: string, action: string) =>
    run(who, action, `advance_payment_list(${id}, '${action}', null, gen_random_uuid())`);
  await step(second, 'approve');
  await step(first, 'send');
  const lines = await sql`
    select line_no, payment_no, amount_fen::text, '到账' as result, private.today()::text as result_on,
      'LS' || line_no as reference, '' as reason from public.payments where list_id = ${id} and state = 'in_transit' order by line_no`;
  await run(
    first,
    'open_import',
    `open_bank_import(${id}, repeat('a', 64), 'x.csv', ${lines.length}, gen_random_uuid())`,
  );
  const [file] = await sql`select max(id)::integer as id from public.bank_imports`;
  for (let at = 0; at < lines.length; at += 500)
    await run(
      first,
      at === 0 ? 'stage 500 lines' : '',
      `stage_bank_lines(${file?.['id']}, '${JSON.stringify(
        lines.slice(at, at + 500).map((l, i) => ({ ...l, line_no: at + i + 1 })),
      )}')`,
    );
  await run(first, 'results', `apply_bank_import(${id}, ${file?.['id']}, gen_random_uuid())`);
  return id;
}
