import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Turns } from '../../local/gateway/turns.ts';

/** As much of an answer as the turns look at. */
const answer = () => Object.assign(new EventEmitter(), { destroyed: false }) as unknown as ServerResponse;
const end = (res: ServerResponse) => res.emit('close');

test('a caller alone has so many at work, the rest wait in order; who ends makes room', async () => {
  const turns = new Turns({ alone: 2, least: 1 });
  const all = [answer(), answer(), answer(), answer()];
  const came: number[] = [];
  const asked = all.map((res, i) => turns.take('a', res).then((ok) => ok && came.push(i)));
  await pause(5);
  expect(came).toEqual([0, 1]);
  end(all[1] as ServerResponse);
  await pause(5);
  expect(came).toEqual([0, 1, 2]);
  end(all[0] as ServerResponse);
  await Promise.all(asked);
  expect(came).toEqual([0, 1, 2, 3]);
});

test('beside another caller he has fewer; the other never waits for his row', async () => {
  const turns = new Turns({ alone: 4, least: 1 });
  expect(await turns.take('visitor', answer())).toBe(true);
  const flood = Array.from({ length: 50 }, answer);
  let came = 0;
  for (const res of flood) void turns.take('flood', res).then((ok) => ok && came++);
  await pause(5);
  expect(came).toBe(2);
  const began = performance.now();
  expect(await turns.take('visitor', answer())).toBe(true);
  expect(performance.now() - began).toBeLessThan(5);
});

test('who hangs up leaves the row; a full row says so; what takes long gives its turn on', async () => {
  const turns = new Turns({ alone: 1, least: 1, row: 1, long: 40 });
  const [first, second, third] = [answer(), answer(), answer()] as const;
  expect(await turns.take('a', first)).toBe(true);
  const waits = turns.take('a', second);
  expect(await turns.take('a', third)).toBe(false);
  end(second);
  expect(await waits).toBe(false);
  const began = performance.now();
  expect(await turns.take('a', answer())).toBe(true);
  expect(performance.now() - began).toBeGreaterThan(20);
});

test('who has kept the machine busy rests after each turn while another is here, and only then', async () => {
  vi.useFakeTimers();
  try {
    const turns = new Turns({ alone: 1, least: 1, tired: 1_000 });
    const work = async (name: string, ms: number) => {
      const res = answer();
      expect(await turns.take(name, res)).toBe(true);
      await vi.advanceTimersByTimeAsync(ms);
      end(res);
    };
    /** Whether his next turn comes within so many ms. */
    const comesIn = async (name: string, ms: number) => {
      let came = false;
      const res = answer();
      void turns.take(name, res).then((ok) => (came = ok));
      await vi.advanceTimersByTimeAsync(ms);
      if (came) end(res);
      else res.emit('close');
      return came;
    };
    for (let i = 0; i < 20; i++) await work('flood', 100);
    expect(await comesIn('flood', 1)).toBe(true);
    await work('visitor', 10);
    await work('flood', 100);
    expect(await comesIn('flood', 150)).toBe(false);
    expect(await comesIn('flood', 100)).toBe(true);
    expect(await comesIn('visitor', 0)).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    await work('visitor', 10);
    await work('flood', 100);
    expect(await comesIn('flood', 1)).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
