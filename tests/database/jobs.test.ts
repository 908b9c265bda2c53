import { expect, test } from 'vitest';
import { admin } from '../support/people.ts';

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
