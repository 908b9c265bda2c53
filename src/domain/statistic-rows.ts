import { folded } from './datasets.ts';

export interface Counted {
  dimension: string;
  label: string;
  measure: string;
  vouchers: number;
  amount_fen: number;
}
export interface StatisticRow {
  label: string;
  by: Record<string, { vouchers: number; fen: number } | undefined>;
}
/** One row a label, with what each measure comes to; the largest sum paid first, what is folded together last, whatever its sum. */
export function statisticRows(all: Counted[], dimension: string): StatisticRow[] {
  const rows = new Map<string, StatisticRow>();
  for (const s of all.filter((x) => x.dimension === dimension)) {
    const row = rows.get(s.label) ?? { label: s.label, by: {} };
    const sum = row.by[s.measure] ?? { vouchers: 0, fen: 0 };
    row.by[s.measure] = { vouchers: sum.vouchers + s.vouchers, fen: sum.fen + Number(s.amount_fen) };
    rows.set(s.label, row);
  }
  return [...rows.values()].sort(
    (a, b) =>
      Number(a.label === folded) - Number(b.label === folded) || (b.by['paid']?.fen ?? 0) - (a.by['paid']?.fen ?? 0),
  );
}
