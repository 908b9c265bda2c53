// Whatever ends the portal ends all of it, and never stands in the way of the next start: real scripts on throwaway data folders, ended in every way.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { identityOf, processes, type Seen } from '../../local/processes/identity.ts';
import { root } from '../../local/stack.ts';
import {
  eventually,
  left,
  nothingLeft,
  part,
  type Place,
  type Run,
  ready,
  remove,
  run,
  step,
  throwaway,
} from '../support/portal.ts';

const functions = readdirSync(join(root, 'supabase/functions')).filter((name) => !name.startsWith('_'));
const small = ['--instruments', '4', '--applicants', '0'];
const { accounts, password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as {
  accounts: { email: string }[];
  password: string;
};

/** The key stands in what `npm start` says. */
const keyOf = (portal: Run) => /apikey (\S+)/.exec(portal.said())?.[1] as string;
const ask = (place: Place, portal: Run, path: string, init: RequestInit = {}) =>
  fetch(`${place.url}${path}`, {
    ...init,
    headers: { apikey: keyOf(portal), 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
  })
    .then(async (answer) => ({ status: answer.status, body: await answer.text() }))
    .catch((error: Error) => ({ status: 0, body: error.message }));
const signIn = (place: Place, portal: Run, email: string) =>
  ask(place, portal, '/auth/v1/token?grant_type=password', {
    method: 'POST',
    body: JSON.stringify({ email, password }),
  });
/** What a visitor needs: the database through PostgREST, sign-in, an edge function, a page. */
async function works(place: Place, portal: Run): Promise<void> {
  const answers = await Promise.all([
    ask(place, portal, '/rest/v1/catalogue?select=slug&limit=1'),
    signIn(place, portal, 'firm@demo.example'),
    ask(place, portal, '/functions/v1/verify-voucher', { method: 'POST', body: '{"code":"0"}' }),
    ask(place, portal, '/'),
  ]);
  // The function is asked for a voucher that is none, perhaps too often: it answers, and not with a failure.
  expect(answers.map(({ status }) => (status >= 400 && status < 500 ? 'refused' : status))).toEqual([
    200,
    200,
    'refused',
    200,
  ]);
}
const kill = (pid: number, signal: NodeJS.Signals = 'SIGKILL') => process.kill(pid, signal);
const guardOf = (portal: Run) =>
  processes().find((p) => p.parent === portal.pid && p.command.join(' ').includes('processes/guard'))?.identity
    .pid as number;

describe('a portal that is ended', () => {
  let place: Place;
  let portal: Run;
  const start = async () => {
    portal = run(place, 'start');
    await ready(portal);
  };
  beforeAll(async () => {
    place = await throwaway();
    const seeding = run(place, 'seed', small);
    expect(await seeding.ended, seeding.said()).toBe(0);
    await nothingLeft(place);
  }, 300_000);
  // What a failed test left running must not fail the next one.
  afterEach(async () => {
    if (!portal.hasEnded()) kill(portal.pid);
    await nothingLeft(place);
  }, 300_000);
  afterAll(() => remove(place));

  test.each<[string, () => Promise<void> | void]>([
    ['Ctrl-C', () => kill(portal.pid, 'SIGINT')],
    ['SIGTERM', () => kill(portal.pid, 'SIGTERM')],
    [
      'a closed terminal',
      () => {
        portal.process.stdout?.destroy();
        portal.process.stderr?.destroy();
        kill(portal.pid, 'SIGHUP');
      },
    ],
    ['kill −9', () => kill(portal.pid)],
  ])(
    'leaves no process behind: %s; the next start works',
    async (_, end) => {
      await start();
      await works(place, portal);
      expect(left(place).length).toBeGreaterThan(8);
      await end();
      await portal.ended;
      await nothingLeft(place);
    },
    300_000,
  );

  test('killed together with its guard, it leaves processes; the next start ends them, and no stranger who was given a number', async () => {
    await start();
    const guard = guardOf(portal);
    kill(guard);
    kill(portal.pid);
    await portal.ended;
    expect(left(place).length).toBeGreaterThan(8);
    // A stranger has the postmaster's number now, as far as the pid file can say.
    const postmaster = part(place, 'bin/postgres') as { identity: { pid: number } };
    kill(postmaster.identity.pid);
    const stranger = spawn('sleep', ['60']);
    const pidFile = join(place.dataDir, 'postgres/postmaster.pid');
    const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n');
    writeFileSync(pidFile, [stranger.pid, ...rest].join('\n'));
    const orphans = left(place).map((p) => p.identity.pid);
    await start();
    expect(portal.said()).toMatch(/left \d+ processes/);
    await works(place, portal);
    expect(left(place).filter((p) => orphans.includes(p.identity.pid))).toEqual([]);
    expect(identityOf(stranger.pid as number)).toBeDefined();
    stranger.kill();
  }, 300_000);

  test('a guard that is killed is replaced, and does its work', async () => {
    await start();
    const guard = guardOf(portal);
    kill(guard);
    await eventually('another guard', () => guardOf(portal) !== undefined && guardOf(portal) !== guard);
    const second = run(place, 'start');
    expect(await second.ended).toBe(1);
    kill(portal.pid);
    await nothingLeft(place);
  }, 300_000);

  test('one portal a data folder: a second start, a reset and a seed say where the first runs, and leave it alone', async () => {
    await start();
    for (const script of ['start', 'reset', 'seed']) {
      const second = run(place, script);
      expect(await second.ended, script).toBe(1);
      expect(second.said(), script).toContain(`A portal already runs on ${place.dataDir}: ${place.url}`);
    }
    await works(place, portal);
  }, 300_000);

  test('npm killed by −9 takes the portal along', async () => {
    portal = run(place, 'start', [], ['npm', 'start', '--']);
    await ready(portal);
    expect(left(place).length).toBeGreaterThan(8);
    kill(portal.pid);
    await nothingLeft(place);
  }, 300_000);

  test('a closed pipe is no end: what nobody hears is said to nobody, and SIGTERM still ends all', async () => {
    await start();
    portal.process.stdout?.destroy();
    portal.process.stderr?.destroy();
    const rest = part(place, 'postgrest') as Seen;
    kill(rest.identity.pid);
    await eventually('the API answers', async () => {
      const { status } = await ask(place, portal, '/rest/v1/catalogue?select=slug&limit=1');
      return status === 200 && part(place, 'postgrest') !== undefined;
    });
    expect(portal.hasEnded()).toBe(false);
    kill(portal.pid, 'SIGTERM');
    expect(await portal.ended).toBe(0);
    await nothingLeft(place);
  }, 300_000);

  test('a part that dies is started again: Postgres, REST, auth, each function; the others reconnect', async () => {
    await start();
    const parts = ['bin/postgres', 'postgrest', 'lite/dist/cli', ...functions.map((name) => `functions/${name}/`)];
    for (const words of parts) {
      const before = part(place, words) as Seen;
      expect(before, words).toBeDefined();
      kill(before.identity.pid);
      await eventually(`${words} again`, () => {
        const now = part(place, words);
        return now && now.identity.pid !== before.identity.pid;
      });
      // Passwords may be tried thirty times a minute: the database answers first.
      await eventually(`the database answers after ${words}`, async () => {
        await new Promise((r) => setTimeout(r, 100));
        return (await ask(place, portal, '/rest/v1/catalogue?select=slug&limit=1')).status === 200;
      });
      await eventually(`the functions answer after ${words}`, async () => {
        const answers = functions.map((name) => ask(place, portal, `/functions/v1/${name}`, { method: 'OPTIONS' }));
        return (await Promise.all(answers)).every(({ status }) => status > 0 && status < 500);
      });
      await eventually(
        `auth answers after ${words}`,
        async () => (await ask(place, portal, '/auth/v1/settings')).status === 200,
      );
      await works(place, portal);
    }
    expect(portal.hasEnded()).toBe(false);
  }, 300_000);

  test('a part that dies again and again is the end of everything, with a clear sentence', async () => {
    await start();
    while (!portal.hasEnded()) {
      const one = await eventually('it runs, or all has ended', () =>
        portal.hasEnded() ? 'ended' : part(place, 'functions/verify-voucher/'),
      );
      if (one === 'ended') break;
      kill(one.identity.pid);
      await eventually('it has died', () => identityOf(one.identity.pid) === undefined);
    }
    expect(await portal.ended).toBe(1);
    expect(portal.said()).toMatch(
      /function verify-voucher ended 6 times within a minute and is not started again\.[\s\S]*The portal is stopped/,
    );
    await nothingLeft(place);
  }, 300_000);
});

test('a first start broken off at four moments by kill −9 is begun anew by itself, and never lists accounts that do not exist', async () => {
  const place = await throwaway();
  const moments: [string, (seeding: Run) => boolean][] = [
    ['making the cluster', () => part(place, 'bin/initdb') !== undefined],
    ['the migrations', () => part(place, 'db push') !== undefined],
    ['the demo data', () => step(place) === 'seeding'],
    ['the site', () => part(place, 'astro') !== undefined],
  ];
  // The first of them is the large seed, whose wish is remembered; the others are plain starts.
  for (const [index, [what, reached]] of moments.entries()) {
    const portal = index === 0 ? run(place, 'seed', small) : run(place, 'start');
    await eventually(what, () => reached(portal), { by: portal });
    kill(portal.pid);
    await portal.ended;
    await nothingLeft(place);
    expect(portal.said(), what).not.toContain('Demo accounts');
    if (index > 0 && index < 3) expect(portal.said(), what).toContain('The first start was broken off');
  }
  const portal = run(place, 'start');
  await ready(portal);
  await works(place, portal);
  for (const { email } of accounts) expect((await signIn(place, portal, email)).status, email).toBe(200);
  const listed = await ask(place, portal, '/rest/v1/catalogue?select=slug&kind=eq.instrument');
  expect(JSON.parse(listed.body).length).toBeLessThan(20);
  kill(portal.pid, 'SIGTERM');
  await nothingLeft(place);
  remove(place);
}, 300_000);
