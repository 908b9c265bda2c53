import { client } from './client.ts';
import { command, row, rows } from './query.ts';

const parties =
  'applicant:organizations!redemptions_applicant_id_fkey(name), institution:organizations!redemptions_institution_id_fkey(name)';
/** A claim as its parties read it: what the experts concluded is no column of theirs; it stands in the notice (R28). */
export const redemptionColumns =
  'id, voucher_id, order_id, applicant_id, institution_id, amount_fen, round_id, paid_at, voucher_no, supplement_no, refusals, papers_archived, state, state_since, submitted_at';
const columns =
  `${redemptionColumns}, order:orders(id, title, order_no, contract_no, contract_total_fen, eligible_fee_fen, resource_name, resource_model), ${parties}, round:rounds!redemptions_round_id_fkey(year, quarter)` as const;

/** One claim with its order and quarter. */
export const redemption = (id: number) => row(client().from('redemptions').select(columns).eq('id', id).maybeSingle());
export type Redemption = NonNullable<Awaited<ReturnType<typeof redemption>>>;
/** What a claim rests on: at most fifty invoices, and its files. */
export const invoicesOf = (redemptionId: number) =>
  rows(client().from('invoices').select().eq('redemption_id', redemptionId).order('id', { ascending: false }));
export const redemptionPapers = (redemptionId: number) =>
  rows(
    client()
      .from('redemption_documents')
      .select('kind, supplement_no, document:documents(id, original_name, byte_size, sha256)')
      .eq('redemption_id', redemptionId)
      .order('document_id'),
  );

/** An invoice as a claim states it. */
export interface InvoiceOfClaim {
  code: string | null;
  number: string;
  issued_on: string;
  amount_fen: number;
  buyer: string;
  seller: string;
}
/** A claim as it was submitted, frozen; the first one, and the one with what was supplemented (R24). */
export interface RedemptionSnapshot {
  documents: { id: number; kind: string; name: string; sha256: string }[];
  invoices: InvoiceOfClaim[];
  [field: string]: unknown;
}
export const redemptionSubmissions = async (redemptionId: number): Promise<RedemptionSnapshot[]> =>
  (
    await rows(
      client()
        .from('redemption_submissions')
        .select('snapshot')
        .eq('redemption_id', redemptionId)
        .order('supplement_no'),
    )
  ).map((s) => s.snapshot as unknown as RedemptionSnapshot);

/** A voucher as the form of its claim needs it. */
const claimable = (voucherId: number) =>
  row(
    client()
      .from('vouchers')
      .select(
        '*, order:orders(id, title, contract_no, contract_total_fen, eligible_fee_fen), applicant:organizations!vouchers_applicant_id_fkey(name), institution:organizations!vouchers_institution_id_fkey(name)',
      )
      .eq('id', voucherId)
      .maybeSingle(),
  );
export type ClaimedVoucher = NonNullable<Awaited<ReturnType<typeof claimable>>>;
/** A file by its number and the name that it was uploaded with. */
export interface NamedFile {
  id: number;
  name: string;
}

/** A paid voucher with the delivered results, which can serve as its report; undefined where there is no such voucher. */
export async function loadClaim(voucherId: number) {
  const voucher = await claimable(voucherId);
  if (!voucher) return undefined;
  const results = await rows(
    client()
      .from('order_documents')
      .select('document:documents(id, original_name)')
      .eq('order_id', voucher.order_id)
      .eq('kind', 'result')
      .order('document_id'),
  );
  return {
    voucher,
    results: results.map(({ document }): NamedFile => ({ id: document.id, name: document.original_name })),
  };
}

/** A returned claim with what was submitted and why it came back; undefined when it is not waiting for a supplement (R24). */
export async function loadReturnedClaim(redemptionId: number) {
  const claim = await row(
    client().from('redemptions').select('id, voucher_id, state').eq('id', redemptionId).maybeSingle(),
  );
  if (claim?.state !== 'returned') return undefined;
  const [voucher, submissions, returned] = await Promise.all([
    claimable(claim.voucher_id),
    redemptionSubmissions(redemptionId),
    rows(
      client()
        .from('events')
        .select('reason')
        .eq('entity', 'redemption')
        .eq('entity_id', redemptionId)
        .eq('action', 'return')
        .order('id', { ascending: false })
        .limit(1),
    ),
  ]);
  return voucher && { voucher, submitted: submissions.at(-1), reason: returned[0]?.reason ?? '' };
}

/** What a claim sends: files by their numbers, invoices as stated. */
export interface ClaimPayload {
  documents: { id: number; kind: 'report' | 'invoice' | 'evidence' }[];
  invoices: (Omit<InvoiceOfClaim, 'amount_fen'> & { amount_fen: number | undefined })[];
}
export const submitRedemption = (voucher_id: number, payload: ClaimPayload, request_id: string) =>
  command('submit_redemption', { voucher_id, payload, request_id });
export const supplementRedemption = (
  redemption_id: number,
  payload: ClaimPayload & { explanation: string },
  request_id: string,
) => command('supplement_redemption', { redemption_id, payload, request_id });
export const passRedemption = (redemption_id: number, request_id: string) =>
  command('pass_redemption', { redemption_id, request_id });
export const returnRedemption = (redemption_id: number, request_id: string, reason: string) =>
  command('return_redemption', { redemption_id, request_id, reason });
/** The second review that an upheld objection brings about: one step of it. */
export const advanceReReview = (redemption_id: number, action: string, request_id: string, reason: string | null) =>
  command('advance_re_review', { redemption_id, action, request_id, reason });
