import { nameOf } from './organizations.ts';
import { inner, list, one, redemptionColumns, type Row } from './work.ts';

/** Everything that one institution's quarter puts on paper (R26), as the caller may read it. */
export async function loadPack(id: number) {
  const pack = await one<Row>(
    'paper_packs',
    '*, round:rounds(id, year, quarter), institution:organizations!paper_packs_institution_id_fkey(id, name, uscc, recommender_id)',
    { id },
  );
  if (!pack) return undefined;
  const recommender = await nameOf((pack['institution'] as { recommender_id: number | null }).recommender_id);
  const items = await list<Row>(
    'redemptions',
    `${redemptionColumns}, order:orders(id, order_no, title, contract_no, contract_signed_on, contract_total_fen, test_fee_fen, eligible_fee_fen, rate_bp, resource_name, resource_model, project:projects(title)), applicant:organizations!redemptions_applicant_id_fkey(name, uscc), voucher:vouchers(verify_code, issued_at)`,
    { papers_round_id: Number(inner(pack, 'round', 'id')), institution_id: Number(inner(pack, 'institution', 'id')) },
    'paid_at',
    1000,
  );
  const [orders, redemptions] = [items.map((i) => Number(i['order_id'])), items.map((i) => i.id)];
  const [lines, invoices, papers] =
    items.length > 0
      ? await Promise.all([
          list<Row>('order_fee_lines', '*', { order_id: orders }, 'line_no', 1000),
          list<Row>('invoices', '*', { redemption_id: redemptions }, 'number', 1000),
          list<Row>(
            'redemption_documents',
            'redemption_id, kind, supplement_no, document:documents(original_name, sha256)',
            { redemption_id: redemptions },
            'document_id',
            1000,
          ),
        ])
      : [[], [], []];
  // The fingerprint of what is printed: the same data give the same, on any machine.
  const content = JSON.stringify([
    pack.id,
    items.map((i) => [i['voucher_no'], i['amount_fen'], i['order_id']]),
    lines.map((l) => [l['order_id'], l['line_no'], l['amount_fen']]),
    invoices.map((v) => [v['number'], v['code'], v['amount_fen']]),
  ]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content)));
  return {
    pack,
    recommender,
    items,
    lines,
    invoices,
    // The pack shows what passed: the set of the last submission.
    papers: papers.filter((p) =>
      items.some((i) => i.id === p['redemption_id'] && i['supplement_no'] === p['supplement_no']),
    ),
    sha256: [...digest].map((b) => b.toString(16).padStart(2, '0')).join(''),
  };
}
export type Pack = NonNullable<Awaited<ReturnType<typeof loadPack>>>;
