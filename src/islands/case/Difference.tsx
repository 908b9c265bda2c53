import { For, Show } from 'solid-js';
import { formatFen } from '../../domain/money.ts';

type Snapshot = Record<string, unknown>;
interface Line {
  line_no: number;
  description: string;
  quantity: number;
  unit_price_fen: number;
  amount_fen: number;
  exclusion_code: string | null;
}

const names: Record<string, string> = {
  title: '检测名称',
  purpose: '检测目的',
  contract_no: '合同号',
  contract_signed_on: '签订日期',
  contract_total_fen: '合同总额（元）',
  test_fee_fen: '其中检测费（元）',
  eligible_fee_fen: '可抵扣检测费（元）',
  accepted_fen: '接受的抵扣额（元）',
  expected_from: '期望开始',
  expected_to: '期望完成',
  related_declared: '声明关联关系',
  answers_declared: '确认其余各项均无',
  explanation: '修改说明',
};
const lineText = (l: Line) =>
  `${l.description} × ${l.quantity}，单价 ${formatFen(l.unit_price_fen)}，${l.exclusion_code ? `不抵扣（${l.exclusion_code}）` : '可抵扣'}`;
const answerText = (a: { code: string; applies: boolean; justification: string }) =>
  `${a.code} ${a.applies ? '是' : '否'}${a.justification ? `：${a.justification}` : ''}`;
const invoiceText = (i: {
  number: string;
  code: string | null;
  issued_on: string;
  amount_fen: number;
  buyer: string;
  seller: string;
}) =>
  `${i.number}${i.code ? `（代码 ${i.code}）` : ''}，${i.issued_on}，${formatFen(Number(i.amount_fen))} 元，${i.buyer} ← ${i.seller}`;
const paperText = (d: { kind: string; name: string; sha256: string }) =>
  `${d.name}（指纹 ${String(d.sha256).slice(0, 12)}）`;

/** The rows that two frozen submissions do not share (R15): the reviewer reads only the difference. */
export function differenceOf(before: Snapshot, after: Snapshot): { name: string; before: string; after: string }[] {
  const show = (key: string, value: unknown) =>
    value === null || value === undefined || value === ''
      ? '（空）'
      : key.endsWith('_fen')
        ? formatFen(Number(value))
        : typeof value === 'boolean'
          ? value
            ? '是'
            : '否'
          : String(value);
  const rows = Object.keys(names)
    .filter((key) => String(before[key] ?? '') !== String(after[key] ?? ''))
    .map((key) => ({ name: names[key] as string, before: show(key, before[key]), after: show(key, after[key]) }));
  const listed = <T,>(key: string, name: string, say: (item: T) => string) => {
    const [old, now] = [((before[key] as T[]) ?? []).map(say), ((after[key] as T[]) ?? []).map(say)];
    const [gone, fresh] = [old.filter((x) => !now.includes(x)), now.filter((x) => !old.includes(x))];
    if (gone.length + fresh.length > 0)
      rows.push({ name, before: gone.join('\n') || '（无）', after: fresh.join('\n') || '（无）' });
  };
  listed<Line>('lines', '费用清单', lineText);
  listed('answers', '适用范围自查', answerText);
  listed('invoices', '发票', invoiceText);
  listed('documents', '文件', paperText);
  return rows;
}

export function Difference(props: { before: Snapshot; after: Snapshot }) {
  const rows = () => differenceOf(props.before, props.after);
  return (
    <section class="card difference">
      <h2>与上一次提交的不同</h2>
      <Show when={rows().length > 0} fallback={<p>内容没有改动，原样重新提交。</p>}>
        <table class="stack">
          <thead>
            <tr>
              <th>项目</th>
              <th>上一次</th>
              <th>这一次</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(r) => (
                <tr>
                  <th scope="row" data-label="项目">
                    {r.name}
                  </th>
                  <td data-label="上一次">
                    <del>{r.before}</del>
                  </td>
                  <td data-label="这一次">
                    <ins>{r.after}</ins>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
