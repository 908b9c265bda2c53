import type { InstrumentClass, Resource, ResourceKind } from '../../backend/resources.ts';
import { formatFen } from '../../domain/money.ts';
import type { Fact } from '../case/CaseView.tsx';
import type { Field } from '../ui/Form.tsx';

/** A column of either kind; empty where this kind has none. */
const columnOf = (row: Resource | undefined, column: string): unknown =>
  (row as Record<string, unknown> | undefined)?.[column] ?? '';

/** What an institution says of an instrument or a service; empty columns are not shown to the public. */
export function resourceFields(kind: ResourceKind, classes: InstrumentClass[], row?: Resource): Field[] {
  const text = (column: string) => String(columnOf(row, column));
  const price = (fen: number | undefined) => (fen === undefined ? '' : formatFen(fen).replaceAll(',', ''));
  const own: Field[] =
    kind === 'instrument'
      ? [
          { name: 'model', label: '型号', kind: 'text', max: 100, optional: true, value: text('model') },
          { name: 'maker', label: '生产厂家', kind: 'text', max: 100, optional: true, value: text('maker') },
          { name: 'specs', label: '主要技术指标', kind: 'long', optional: true, value: text('specs') },
        ]
      : [
          {
            name: 'standard',
            label: '方法标准',
            kind: 'text',
            max: 200,
            optional: true,
            value: text('standard'),
            hint: '如国家标准、行业标准编号',
          },
          {
            name: 'sample_requirement',
            label: '样品要求',
            kind: 'long',
            max: 500,
            optional: true,
            value: text('sample_requirement'),
          },
          {
            name: 'turnaround_days',
            label: '检测周期（工作日，1–365）',
            kind: 'number',
            optional: true,
            value: text('turnaround_days'),
          },
          { name: 'cma', label: '已取得 CMA 资质认定', kind: 'check', optional: true, value: text('cma') },
          { name: 'cnas', label: '已取得 CNAS 认可', kind: 'check', optional: true, value: text('cnas') },
        ];
  return [
    { name: 'name', label: '名称', kind: 'text', min: 2, max: 100, value: row?.name ?? '' },
    {
      name: 'class_code',
      label: '类别',
      kind: 'choice',
      options: classes.map((c) => [c.code, c.label] as const),
      value: row?.class_code ?? '',
    },
    ...own,
    {
      name: 'purpose',
      label: '能做什么',
      kind: 'long',
      value: row?.purpose ?? '',
      hint: '写清能测什么、不能测什么，用户据此判断。',
    },
    { name: 'unit', label: '计价单位', kind: 'text', max: 10, value: row?.unit || '样' },
    { name: 'price_min_fen', label: '最低价（元）', kind: 'yuan', value: price(row?.price_min_fen) },
    { name: 'price_max_fen', label: '最高价（元）', kind: 'yuan', value: price(row?.price_max_fen) },
  ];
}

const names: [string, string][] = [
  ['name', '名称'],
  ['model', '型号'],
  ['maker', '生产厂家'],
  ['class_code', '类别代码'],
  ['purpose', '能做什么'],
  ['specs', '主要技术指标'],
  ['standard', '方法标准'],
  ['sample_requirement', '样品要求'],
  ['turnaround_days', '检测周期'],
  ['cma', 'CMA'],
  ['cnas', 'CNAS'],
  ['unit', '计价单位'],
  ['price_min_fen', '最低价'],
  ['price_max_fen', '最高价'],
];
const show = (key: string, value: unknown) =>
  value === null || value === undefined || value === ''
    ? '（空）'
    : key.endsWith('_fen')
      ? `${formatFen(Number(value))} 元`
      : typeof value === 'boolean'
        ? value
          ? '有'
          : '无'
        : String(value);

export const resourceFacts = (row: Resource): Fact[] =>
  names.filter(([key]) => columnOf(row, key) !== '').map(([key, label]) => [label, show(key, columnOf(row, key))]);
/** What an edit that waits for review would change. */
export const pendingChanges = (row: Resource): { name: string; before: string; after: string }[] => {
  const pending = (row.pending as Record<string, unknown> | null) ?? {};
  return names
    .filter(([key]) => key in pending && String(pending[key] ?? '') !== String(columnOf(row, key)))
    .map(([key, label]) => ({ name: label, before: show(key, columnOf(row, key)), after: show(key, pending[key]) }));
};
