import { client } from './client.ts';
import { count, row } from './query.ts';
import { wholeOf } from './pages.ts';

const parties =
  'institution:organizations!vouchers_institution_id_fkey(name), applicant:organizations!vouchers_applicant_id_fkey(name)';

/** Where an organization stands: it uses vouchers, or holds those that it was paid with. */
export type VoucherSide = 'applicant_id' | 'holder_id';

/** All vouchers of one organization in one state, the newest first; those that are claimed already say so. */
export const vouchersOf = (side: VoucherSide, organizationId: number, state: string) =>
  wholeOf(
    () =>
      client()
        .from('vouchers')
        .select(`*, redemption:redemptions(id), order:orders(title, rate_bp), ${parties}`)
        .eq(side, organizationId)
        .eq('state', state),
    { columns: ['id'], descending: true },
  );
export type Voucher = Awaited<ReturnType<typeof vouchersOf>>[number];

export const countVouchers = (side: VoucherSide, organizationId: number, state: string) =>
  count(
    client().from('vouchers').select('id', { count: 'exact', head: true }).eq(side, organizationId).eq('state', state),
  );

/** One voucher with all that stands on its paper. */
export const voucherSheet = (id: number) =>
  row(
    client()
      .from('vouchers')
      .select(
        `*, order:orders(title, order_no, resource_name, resource_model, contract_no, rate_bp, eligible_fee_fen, contract_total_fen), ${parties}`,
      )
      .eq('id', id)
      .maybeSingle(),
  );
export type VoucherSheet = NonNullable<Awaited<ReturnType<typeof voucherSheet>>>;
