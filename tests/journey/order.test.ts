import { expect, test } from 'vitest';
import { admin, applicant, delivered, institution, paid, requestId } from '../support/people.ts';

test('R10–R17: a voucher from certification to payment, each act by its own actor', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const orderId = await delivered(firm, lab);
  const before = await firm.client
    .from('vouchers')
    .select('state, amount_fen, holder_id, voucher_no')
    .eq('order_id', orderId)
    .single();
  // 9,000 + 3,000 yuan count, 500 for packing do not: 30 % of 12,000.00 is 3,600.00.
  expect(before.data).toMatchObject({ state: 'unpaid', amount_fen: 360_000, holder_id: firm.orgId });
  expect(before.data?.voucher_no).toMatch(/^41-\d{4}-\d{4}-\d{4}$/);
  await firm.must('pay_voucher', { order_id: orderId, request_id: requestId() });
  const after = await lab.client.from('vouchers').select('state, holder_id').eq('order_id', orderId).single();
  expect(after.data).toEqual({ state: 'paid', holder_id: lab.orgId });
  const quota = await firm.client
    .from('quotas')
    .select('cap_fen, held_fen, spent_fen')
    .eq('organization_id', firm.orgId)
    .single();
  expect(quota.data).toEqual({ cap_fen: 20_000_000, held_fen: 0, spent_fen: 360_000 });
  await firm.must('rate_order', {
    order_id: orderId,
    target: 'institution',
    score: 5,
    comment: '及时',
    request_id: requestId(),
  });
  const events =
    await admin()`select action from public.events where entity = 'order' and entity_id = ${orderId} order by seq`;
  expect(events.map((e) => e['action'])).toEqual(['create', 'submit', 'accept', 'approve', 'deliver', 'pay', 'rate']);
});

test('R34: a stranger sees nothing of an order, its vouchers, files or events', async () => {
  const [firm, lab, stranger] = [await applicant(), await institution(), await applicant()];
  const orderId = await paid(firm, lab);
  for (const table of ['orders', 'vouchers', 'events', 'order_fee_lines', 'order_documents', 'order_submissions']) {
    const column = table === 'orders' ? 'id' : table === 'events' ? 'applicant_id' : 'order_id';
    const { data } = await stranger.client
      .from(table)
      .select(table === 'events' ? 'id' : '*')
      .eq(column, table === 'events' ? firm.orgId : orderId);
    expect(data, table).toEqual([]);
  }
  const refused = await stranger.act('withdraw_order', { order_id: orderId, request_id: requestId() });
  expect(refused).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
});
