import { publishedHeads, publishedSeals } from '../../backend/seals.ts';
import {
  checkExport,
  checkHeads,
  checkRecord,
  checkSeals,
  compareSeals,
  type Finding,
  readFiles,
  type Seal,
  type SealedEvent,
} from '../../domain/seal.ts';

/** What was found, what was looked at to find it, and what a reader should know beside it. */
export interface Checked {
  findings: Finding[];
  checked: string[];
  notes: string[];
  /** The events of the files as their texts say them; none of a whole export. */
  events: SealedEvent[];
}
type Input = NonNullable<ReturnType<typeof readFiles>>;

/** The seals as this page was built with them: another copy than the database's. Null when there is none. */
async function builtSeals(): Promise<Seal[] | null> {
  const answer = await fetch('/open-data/seals.json').catch(() => null);
  return answer?.ok ? ((await answer.json()) as { rows: Seal[] }).rows : null;
}

/** The published seals against the two other copies: the page's own, and the one that the files carry. */
async function checkCopies(input: Input, published: Seal[], into: Checked) {
  const built = await builtSeals();
  into.checked.push(`公布的 ${published.length} 日封存：每日的值都重算过，日期相连不缺。`);
  if (built) {
    into.findings.push(...compareSeals(built, published));
    into.checked.push(`本页发布时写下的 ${built.length} 日封存与数据库现在公布的逐日比较。`);
  }
  if (input.kept.length > 0) {
    into.findings.push(...compareSeals(input.kept, published));
    into.checked.push(`文件里带着的 ${input.kept.length} 日封存与现在公布的逐日比较。`);
  }
}

async function checkWholeExport(input: Input, published: Seal[], into: Checked, onShare: (share: number) => void) {
  const r = await checkExport(input.events, published, input.period, onShare);
  into.findings.push(...r.findings);
  // A part of the events has only parts of the heads.
  const heads = await publishedHeads();
  into.findings.push(...(await checkHeads(heads, input.period.from || input.period.to ? [] : input.events)));
  into.checked.push(
    `${heads.length} 个每小时的链头：每个的值与前后相连，全部导出时连同它们的根。`,
    `${r.events} 条事件、${r.records} 件业务：内容的 hash 与前后相连。`,
    `${r.days} 日的根：由导出的事件重算，与公布的比较。`,
  );
  if (r.waiting > 0) into.notes.push(`${r.waiting} 条还没有封存，次日可核。`);
  if (r.late > 0) into.notes.push(`${r.late} 条的时间早于所属的封存日，是那一天封存之后才写入的，请人工查看。`);
}

async function checkProofs(input: Input, published: Seal[], into: Checked) {
  const r = await checkRecord(input.events, published);
  into.findings.push(...r.findings);
  into.checked.push(
    `${r.records} 件业务的 ${input.events.length} 条事件：内容的 hash 与前后相连，从第一条起不缺。`,
    `${r.sealed} 条事件：沿证明路径到达公布的根。`,
  );
  if (r.waiting > 0) into.notes.push(`${r.waiting} 条还没有封存，次日可核。`);
  if (r.hidden > 0) into.notes.push(`${r.hidden} 条不归您查看，只有 hash。`);
  into.notes.push('下载之后新发生的事件不在文件里。');
  into.events = input.events;
}

/** Checks the texts of files against the published seals, in this browser. Undefined when they are none of ours; throws when the seals cannot be had. */
export async function checkFiles(texts: string[], onShare: (share: number) => void): Promise<Checked | undefined> {
  const input = readFiles(texts);
  if (!input) return undefined;
  const into: Checked = { findings: [], checked: [], notes: [], events: [] };
  const published = await publishedSeals();
  await checkCopies(input, published, into);
  if (input.isExport) await checkWholeExport(input, published, into, onShare);
  else if (input.events.length > 0) await checkProofs(input, published, into);
  else into.findings.push(...(await checkSeals(published)));
  into.findings = into.findings.filter(
    (f, i, all) => all.findIndex((g) => g.where === f.where && g.what === f.what) === i,
  );
  return into;
}
