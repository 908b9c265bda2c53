import { expect, test } from 'vitest';
import { admin, institution } from '../support/people.ts';

test('R21, R35: an entry joins the end of its class’s list; who leaves a class leaves the place empty; any number at once', async () => {
  const labs = await Promise.all([institution(), institution(), institution(), institution()]);
  labs.sort((a, b) => a.instrumentId - b.instrumentId);
  const places = async () => {
    const rows =
      await admin()`select class_code, class_ordinal from public.catalogue where kind = 'instrument' and resource_id = any (${labs.map((l) => l.instrumentId)}) order by resource_id`;
    return rows.map((r) => [String(r['class_code']), Number(r['class_ordinal'])] as const);
  };
  const last = async (code: string) =>
    Number(
      (
        await admin()`select coalesce(max(class_ordinal), 0) as n from public.catalogue where kind = 'instrument' and class_code = ${code}`
      )[0]?.['n'],
    );
  const move = (lab: { instrumentId: number }, code: string) =>
    admin()`update public.catalogue set class_code = ${code} where kind = 'instrument' and resource_id = ${lab.instrumentId}`;
  const before = await places();
  expect(new Set(before.map(([, n]) => n)).size).toBe(4);
  const end = await last('15');
  await Promise.all(labs.slice(1).map((lab) => move(lab, '15')));
  const after = await places();
  expect(after[0]).toEqual(before[0]);
  expect(
    after
      .slice(1)
      .map(([code, n]) => `${code} ${n}`)
      .sort(),
  ).toEqual([1, 2, 3].map((n) => `15 ${end + n}`).sort());
  // Named again with the class it has: nothing moves.
  await move(labs[1] as (typeof labs)[number], '15');
  expect(await places()).toEqual(after);
});
