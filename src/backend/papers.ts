import { client } from './client.ts';
import { wholeOf } from './pages.ts';
import { command, row, rows } from './query.ts';
import { Refused } from './refusal.ts';

const sheet = `id, voucher_no, order_id, amount_fen, paid_at, supplement_no,
  applicant:organizations!redemptions_applicant_id_fkey(name, uscc), voucher:vouchers(verify_code, issued_at),
  order:orders(order_no, title, contract_no, contract_signed_on, contract_total_fen, eligible_fee_fen, rate_bp,
    resource_name, resource_model, project:projects(title),
    lines:order_fee_lines(line_no, description, quantity, amount_fen, exclusion_code)),
  invoices(number, code, issued_on, amount_fen),
  papers:redemption_documents(supplement_no, document:documents(original_name, sha256))` as const;

const sheetsOf = (roundId: number, institutionId: number) => () =>
  client().from('redemptions').select(sheet).eq('papers_round_id', roundId).eq('institution_id', institutionId);
type Read = NonNullable<Awaited<ReturnType<ReturnType<typeof sheetsOf>>>['data']>[number];
export type Sheet = Awaited<ReturnType<typeof sheets>>[number];

/** Each voucher of a pack, in order of payment, with its lines, invoices and the files of the last submission: what passed. */
async function sheets(roundId: number, institutionId: number) {
  const all = await wholeOf<Read>(
    sheetsOf(roundId, institutionId),
    { columns: ['paid_at', 'voucher_no'] },
    { chunk: 200 },
  );
  return all.map((r) => ({
    ...r,
    lines: r.order.lines.sort((a, b) => a.line_no - b.line_no),
    invoices: r.invoices.sort((a, b) => a.number.localeCompare(b.number)),
    papers: r.papers.filter((p) => p.supplement_no === r.supplement_no),
  }));
}

/** The fingerprint of what is printed: the same data give the same, on any machine. */
async function fingerprint(packId: number, all: Sheet[]): Promise<string> {
  const content = JSON.stringify([
    packId,
    all.map((i) => [
      [i.voucher_no, i.amount_fen, i.order_id],
      i.lines.map((l) => [l.line_no, l.amount_fen]),
      i.invoices.map((v) => [v.number, v.code, v.amount_fen]),
    ]),
  ]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content)));
  return [...digest].map((b) => b.toString(16).padStart(2, '0')).join('');
}

/** Everything that one institution's quarter puts on paper (R26), as the caller may read it: all of it, or nothing. */
export async function loadPack(id: number) {
  const pack = await row(
    client()
      .from('paper_packs')
      .select(
        `id, round:rounds(id, year, quarter),
        institution:organizations!paper_packs_institution_id_fkey(id, name, uscc, recommender_id)`,
      )
      .eq('id', id)
      .maybeSingle(),
  );
  if (!pack) return undefined;
  const body = pack.institution.recommender_id;
  const [recommender, items, [sums]] = await Promise.all([
    body ? row(client().from('organizations').select('name').eq('id', body).maybeSingle()) : undefined,
    sheets(pack.round.id, pack.institution.id),
    rows(client().rpc('pack_sums', { pack_id: id })),
  ]);
  // The database counts and sums; what was fetched must come to the same, or something changed while it was read.
  const fetched = items.reduce((sum, i) => sum + i.amount_fen, 0);
  if (items.length !== sums?.items || fetched !== sums.amount_fen)
    throw new Refused({
      code: 'PACK_CHANGED',
      message: '材料在读取时有了变化。',
      hint: '请重新打开这一页再打印。',
    });
  return { pack, recommender: recommender?.name ?? '', items, sums, sha256: await fingerprint(id, items) };
}
export type Pack = NonNullable<Awaited<ReturnType<typeof loadPack>>>;

/** One institution's papers of a quarter, as a case. */
export const paperPack = (id: number) =>
  row(
    client()
      .from('paper_packs')
      .select('*, round:rounds(year, quarter), institution:organizations!paper_packs_institution_id_fkey(name)')
      .eq('id', id)
      .maybeSingle(),
  );
export type PaperPack = NonNullable<Awaited<ReturnType<typeof paperPack>>>;
export const advancePaperPack = (pack_id: number, action: string, request_id: string, reason: string | null) =>
  command('advance_paper_pack', { pack_id, action, request_id, reason });
