import { expect, test } from 'vitest';
import { admin, applicant, approved, institution } from '../support/people.ts';

test('a job that breaks, or runs out of time, leaves its row with SQLSTATE and place, tells the platform, and takes no other along', async () => {
  const undone = new Error('undo');
  await admin()
    .begin(async (sql) => {
      await sql`create function private.endless() returns integer language plpgsql volatile set search_path = ''
        as 'begin perform pg_catalog.pg_sleep(20); return 1; end'`;
      await sql`create function private.broken() returns integer language plpgsql volatile set search_path = ''
        as 'begin return 1 / 0; end'`;
      await sql`set local statement_timeout = '300ms'`;
      await sql`select private.run_job('endless') || private.run_job('broken') || private.run_job('sweep_documents')`;
      await sql`set local statement_timeout = 0`;
      const runs = await sql`select job, result, error from private.job_runs order by id desc limit 3`;
      expect(runs.map((r) => [r['job'], String(r['error']).slice(0, 5)])).toEqual([
        ['sweep_documents', 'null'],
        ['broken', '22012'],
        ['endless', '57014'],
      ]);
      expect(runs[2]?.['error']).toMatch(/private\.endless\(\)/);
      const told =
        await sql`select distinct title from public.notifications where title like '每日任务「%' and title ~ 'endless|broken'`;
      expect(told.length).toBe(2);
      throw undone;
    })
    .catch((error) => {
      if (error !== undone) throw error;
    });
});

test('R33: request ids older than ninety days go, a bounded number at a time; younger ones keep their answer', async () => {
  await admin()`insert into private.requests (user_id, request_id, fingerprint, at)
    select gen_random_uuid(), gen_random_uuid(), '\\x00', private.now() - interval '91 days' from generate_series(1, 20500)`;
  await admin()`insert into private.requests (user_id, request_id, fingerprint, at)
    values (gen_random_uuid(), gen_random_uuid(), '\\x01', private.now() - interval '89 days')`;
  const cleared = async () => Number((await admin()`select private.clear_old_requests() as n`)[0]?.['n']);
  expect(await cleared()).toBe(20_000);
  expect(await cleared()).toBeGreaterThanOrEqual(500);
  expect(await cleared()).toBe(0);
  const young = await admin()`delete from private.requests where fingerprint = '\\x01' returning 1`;
  expect(young).toHaveLength(1);
});

test('R35: statistics that have not changed are not written again, and those that no longer hold go', async () => {
  const rows = async () => [
    ...(await admin()`select ctid::text, xmin::text, s.* from public.statistics s order by s::text`),
  ];
  await approved(await applicant(), await institution());
  await admin()`select private.refresh_statistics()`;
  await admin()`insert into public.statistics values (2001, 1, 'total', '全省', 'issued', 1, 1)`;
  const before = (await rows()).filter((r) => r['year'] !== 2001);
  await admin()`select private.refresh_statistics()`;
  expect(before.length).toBeGreaterThan(0);
  expect(await rows()).toEqual(before);
});
