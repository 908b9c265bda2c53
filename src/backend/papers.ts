import type { RowOf } from './answers.ts';
import { client } from './client.ts';
import { type Query, wholeOf } from './pages.ts';
import { command, row, rows } from './query.ts';
import { Refused } from './refusal.ts';

type Printed = RowOf<'pack_sheets', 'applicant_uscc' | 'contract_signed_on' | 'rate_bp'>;
/** One voucher's page: its fee lines, its invoices and the files of the last submission, which is the one that passed. */
export type Sheet = Omit<Printed, 'lines' | 'invoices' | 'papers'> & {
  lines: {
    line_no: number;
    description: string;
    quantity: number;
    amount_fen: number;
    exclusion_code: string | null;
  }[];
  invoices: { number: string; code: string | null; issued_on: string; amount_fen: number }[];
  papers: { original_name: string; sha256: string }[];
};

/** Each voucher of a pack, in order of payment, as it stands on paper: also for the recommender, who reads no claim itself (R26). */
const sheets = (packId: number): Promise<Sheet[]> =>
  wholeOf((how) => client().rpc('pack_sheets', { pack_id: packId }, how) as unknown as Query<Sheet>, {
    columns: ['paid_at', 'voucher_no'],
  });

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
        `id, round:rounds(year, quarter),
        institution:organizations!paper_packs_institution_id_fkey(name, uscc, recommender_id)`,
      )
      .eq('id', id)
      .maybeSingle(),
  );
  if (!pack) return undefined;
  const body = pack.institution.recommender_id;
  const [recommender, items, [sums]] = await Promise.all([
    body ? row(client().from('organizations').select('name').eq('id', body).maybeSingle()) : undefined,
    sheets(id),
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
