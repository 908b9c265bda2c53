import { client } from './client.ts';
import { wholeOf } from './pages.ts';
import { row } from './query.ts';

/** One order's figures as both sides settle them: fee, deduction, cash, voucher, invoices. */
export async function orderSettlement(id: number) {
  const order = await row(
    client()
      .from('orders')
      .select(
        `id, order_no, title, contract_no, contract_signed_on, contract_total_fen, test_fee_fen, eligible_fee_fen, approved_fen, rate_bp,
        resource_name, resource_model, applicant:organizations!orders_applicant_id_fkey(name, uscc),
        institution:organizations!orders_institution_id_fkey(name, uscc),
        vouchers(voucher_no, amount_fen, state, paid_at, rectified),
        redemption:redemptions(voucher_no, state, invoices(code, number, issued_on, amount_fen))`,
      )
      .eq('id', id)
      .maybeSingle(),
  );
  // A voucher whose approval was corrected (R45) counts nothing: the order has another, or none.
  return order && { ...order, voucher: order.vouchers.find((v) => !v.rectified) ?? null };
}
export type OrderSettlement = NonNullable<Awaited<ReturnType<typeof orderSettlement>>>;

const lineColumns =
  `id, voucher_no, amount_fen, paid_at, state, applicant:organizations!redemptions_applicant_id_fkey(name),
  order:orders(order_no), payments(payment_no, state, arrived_on, bank_reference, returned_reason)` as const;
const linesOf = (roundId: number, institutionId: number) => () =>
  client().from('redemptions').select(lineColumns).eq('round_id', roundId).eq('institution_id', institutionId);
type SettlementLine = NonNullable<Awaited<ReturnType<ReturnType<typeof linesOf>>>['data']>[number];

/** One institution's quarter with each line's result, whole or not at all. */
export async function quarterSettlement(roundId: number, institutionId: number) {
  const [round, institution, lines] = await Promise.all([
    row(client().from('rounds').select('id, year, quarter').eq('id', roundId).maybeSingle()),
    row(client().from('organizations').select('name, uscc').eq('id', institutionId).maybeSingle()),
    wholeOf<SettlementLine>(linesOf(roundId, institutionId), { columns: ['paid_at', 'voucher_no'] }, { chunk: 500 }),
  ]);
  return round && institution && { round, institution, lines };
}
export type QuarterSettlement = NonNullable<Awaited<ReturnType<typeof quarterSettlement>>>;
