// A list is whole: what is shown, summed and printed does not end at 200, at 1,000 or at the first page.
import { expect, test } from 'vitest';
import { underReview, withManyClaims } from '../support/many.ts';
import { experts, institution, type Person, platform } from '../support/people.ts';
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
      expect(new Set((await wholeOf(list, order, { chunk: 250 })).map((r) => r.id))).toEqual(seen);
      expect((await pageOf(ordersOf(side, person.orgId, 'draft'), order, {}, 50)).total).toBe(0);
    }
  });
}, 90_000);

test('R26: a pack of 260 vouchers is printed whole: every sheet with every line and invoice, and the sum that the database makes', async () => {
  await withManyClaims(260, 'listed', 6, async ({ lab, packId, roundId }) => {
    const { loadPack } = await import('../../src/backend/papers.ts');
    await as(lab);
    const pack = await loadPack(packId);
    expect(pack?.items).toHaveLength(260);
    expect(pack?.items.reduce((n, i) => n + i.lines.length, 0)).toBe(1_560);
    expect(pack?.items.every((i) => i.invoices.length === 1)).toBe(true);
    expect(pack?.sums).toEqual({ items: 260, amount_fen: 78_000 });
    // R8: in order of payment.
    const times = pack?.items.map((i) => new Date(i.paid_at).getTime()) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // The same data, the same fingerprint.
    expect((await loadPack(packId))?.sha256).toBe(pack?.sha256);
    const { claimsOf } = await import('../../src/backend/lists.ts');
    const { totalOf } = await import('../../src/backend/pages.ts');
    expect(await totalOf(claimsOf(lab.orgId, String(roundId)))).toBe(260);
    expect(await totalOf(claimsOf(lab.orgId, 'open'))).toBe(0);
    expect(await lab.must('redemption_sums', { institution_id: lab.orgId })).toEqual([
      {
        round_id: roundId,
        year: pack?.pack.round.year,
        quarter: pack?.pack.round.quarter,
        items: 260,
        amount_fen: 78_000,
      },
    ]);
  });
}, 90_000);

test('what stands in sums is what one may see: a stranger gets no pack and sums of nothing', async () => {
  await withManyClaims(3, 'listed', 1, async ({ lab, packId }) => {
    const stranger = await institution();
    const { loadPack } = await import('../../src/backend/papers.ts');
    await as(stranger);
    expect(await loadPack(packId)).toBeUndefined();
    expect(await stranger.must('pack_sums', { pack_id: packId })).toEqual([{ items: 0, amount_fen: 0 }]);
    expect(await stranger.must('redemption_sums', { institution_id: lab.orgId })).toEqual([]);
  });
}, 90_000);

test('R27, R40: a quarter of 1,300 claims under review: items, seats and an expert’s own list are whole, and nothing is added up on a page', async () => {
  await withManyClaims(1_300, 'in_review', 0, async ({ roundId }) => {
    const panel = await experts(3);
    await underReview(panel.slice(0, 3));
    const { allRoundItems, byPayment, loadRound, roundItems } = await import('../../src/backend/rounds.ts');
    const { loadReviews, seatsOf } = await import('../../src/backend/reviews.ts');
    const { pageOf, totalOf, wholeOf } = await import('../../src/backend/pages.ts');
    await as(await platform());
    const round = await loadRound(roundId);
    expect(round?.sums).toMatchObject({ passed: 0, refused: 0, undecided: 1_300, undecided_fen: 390_000 });
    expect(await pageOf(roundItems(roundId), byPayment, {}, 50)).toMatchObject({ total: 1_300, skipped: 0 });
    const items = await allRoundItems(roundId);
    expect(new Set(items.map((i) => i.id)).size).toBe(1_300);
    expect(items.every((i) => i.assignments.length === 3)).toBe(true);
    expect(await totalOf(seatsOf(roundId, false))).toBe(3_900);
    expect(await totalOf(seatsOf(roundId, true))).toBe(0);
    const seats = await wholeOf(seatsOf(roundId, false), { columns: ['seat'] });
    expect(new Set(seats.map((s) => `${s.redemption_id} ${s.expert_id}`)).size).toBe(3_900);

    await as(panel[0] as Person);
    const mine = await loadReviews();
    expect(mine.reviews).toHaveLength(1_300);
    expect(new Set(mine.items.map((i) => i.id)).size).toBe(1_300);
  });
}, 120_000);
