import { formatFen } from './money.ts';

/** The year's figures as words on the public pages; `Policy` of the backend fits. */
export interface Figures {
  rateBp: number;
  enterpriseFen: number;
  teamFen: number;
  closeDays: number;
  noticeDays: number;
  experts: number;
  /** 平台服务时限, in working days. */
  acceptDays: number;
  reviewDays: number;
  supplementDays: number;
  confirmDays: number;
  expertDays: number;
  authorityDays: number;
}

/** `200,000`, `12,345.50`: whole yuan lose their two noughts, where a sentence reads better without. */
export const shortYuan = (fen: number) => formatFen(fen).replace(/\.00$/, '');

/** Words never repeat a figure (R6): {rate}, {close}, {review} … stand for the policy parameters. An unknown name is a mistake of the writer. */
export function withFigures(text: string, f: Figures): string {
  const values: Record<string, string> = {
    rate: `${f.rateBp / 100}%`,
    enterprise: shortYuan(f.enterpriseFen),
    team: shortYuan(f.teamFen),
    close: String(f.closeDays),
    notice: String(f.noticeDays),
    review: String(f.reviewDays),
    experts: String(f.experts),
  };
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (values[name] === undefined) throw new Error(`no figure is called ${name}`);
    return values[name];
  });
}

/** An amount for a chart's label, in 万元 with three figures: 734000000 分 → 734, 7344000 → 7.34. */
export function inWan(fen: number): string {
  const wan = fen / 1_000_000;
  return wan.toFixed(wan >= 100 ? 0 : wan >= 10 ? 1 : 2);
}
