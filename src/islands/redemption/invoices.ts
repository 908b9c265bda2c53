import type { ClaimPayload, InvoiceOfClaim } from '../../backend/redemptions.ts';
import type { Refusal } from '../../backend/refusal.ts';
import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { formatFen } from '../../domain/money.ts';

/** One invoice as typed. */
export interface Invoice {
  code: string;
  number: string;
  issuedOn: string;
  amount: string;
  buyer: string;
  seller: string;
}
/** An invoice of an earlier submission, as it was typed. */
export const typedInvoice = (i: InvoiceOfClaim): Invoice => ({
  code: i.code ?? '',
  number: i.number,
  issuedOn: i.issued_on,
  amount: formatFen(i.amount_fen).replaceAll(',', ''),
  buyer: i.buyer,
  seller: i.seller,
});
export const sentInvoices = (invoices: Invoice[]): ClaimPayload['invoices'] =>
  invoices.map((i) => ({
    code: i.code || null,
    number: i.number,
    issued_on: i.issuedOn,
    amount_fen: parseYuan(i.amount),
    buyer: i.buyer,
    seller: i.seller,
  }));
export const sumFen = (invoices: Invoice[]) => invoices.reduce((n, i) => n + (parseYuan(i.amount) ?? 0), 0);
/** The first amount that is none, refused at its field before anything is sent. */
export function unreadAmount(invoices: Invoice[]): Refusal | undefined {
  const i = invoices.findIndex((invoice) => parseYuan(invoice.amount) === undefined);
  return i < 0
    ? undefined
    : {
        code: 'AMOUNT_INVALID',
        message: `第 ${i + 1} 张发票的金额不符合要求。`,
        hint: yuanFault(invoices[i]?.amount ?? ''),
        field: `invoices.${i}.amount_fen`,
      };
}
