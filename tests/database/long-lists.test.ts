// A list is whole: what is shown, summed and printed does not end at 200, at 1,000 or at the first page.
import { expect, test } from 'vitest';
import { withManyClaims } from '../support/many.ts';
import { pageOf as as } from '../support/page.ts';

test('600 orders: the number is the database’s, and the pages come to every order once', async () => {
  await withManyClaims(599, 'listed', 0, async ({ firm, lab }) => {
    const { ordersOf } = await import('../../src/backend/orders.ts');
    const { pageOf, placeOf, wholeOf } = await import('../../src/backend/pages.ts');
    const order = { columns: ['state_since', 'id'], descending: true };
    for (const [person, side] of [
      [firm, 'applicant_id'],
      [lab, 'institution_id'],
    ] as const) {
      await as(person);
      const list = ordersOf(side, person.orgId, '');
      const seen = new Set<number>();
      let page = await pageOf(list, order, {}, 50);
      for (let skipped = 0; ; skipped += 50) {
        expect(page).toMatchObject({ total: 600, skipped });
        for (const r of page.rows) seen.add(r.id);
        if (skipped + page.rows.length === 600) break;
        page = await pageOf(list, order, { after: placeOf(page.rows.at(-1) as object, order) }, 50);
      }
      expect(seen.size).toBe(600);
      const back = await pageOf(list, order, { before: placeOf(page.rows[0] as object, order) }, 50);
      expect(back).toMatchObject({ total: 600, skipped: 500 });
      expect(new Set((await wholeOf(list, order, undefined, 250)).map((r) => r.id))).toEqual(seen);
      expect((await pageOf(ordersOf(side, person.orgId, 'draft'), order, {}, 50)).total).toBe(0);
    }
  });
}, 90_000);
