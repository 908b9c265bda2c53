import { measures } from './definitions.ts';
/** What the open data hold: one list that pages, CSV, JSON and both machine-readable schemas are made from. Money in 分; dates in Asia/Shanghai. */
export interface Field {
  key: string;
  type: 'string' | 'integer' | 'boolean' | 'date' | 'datetime';
  meaning: string;
  unit?: '分';
  /** The only values there are. */
  oneOf?: readonly (string | number)[];
  /** A pattern of the whole value. */
  pattern?: string;
  minimum?: number;
  /** May be empty. */
  optional?: true;
}
export interface Dataset {
  name: string;
  title: string;
  about: string /** The columns that tell one row from another. */;
  key: string[];
  columns: Field[];
}

/** Said in every file: who may use it is for the publisher to settle. */
export const licence = '〔待配置〕';

const text = (key: string, meaning: string, more: Partial<Field> = {}): Field => ({
  key,
  type: 'string',
  meaning,
  ...more,
});
const number = (key: string, meaning: string, more: Partial<Field> = {}): Field => ({
  key,
  type: 'integer',
  meaning,
  ...more,
});
const fen = (key: string, meaning: string): Field => number(key, meaning, { unit: '分', minimum: 0 });
const date = (key: string, meaning: string, more: Partial<Field> = {}): Field => ({
  key,
  type: 'date',
  meaning,
  ...more,
});
const time = (key: string, meaning: string): Field => ({ key, type: 'datetime', meaning });
const yes = (key: string, meaning: string): Field => ({ key, type: 'boolean', meaning });
const quarter = (key: string, meaning: string) => number(key, meaning, { oneOf: [1, 2, 3, 4] });
const hash = (key: string, meaning: string, more: Partial<Field> = {}) =>
  text(key, meaning, { pattern: '^[0-9a-f]{64}$', ...more });
const voucher = text('voucher_no', '券号', { pattern: '^[0-9]{2}-[0-9]{4}-[0-9]{4}-[0-9]{4}$' });

/** What statistics call the labels of fewer than three applicants a year, together (R34). */
export const folded = '其他（合并）';

export const datasets: Dataset[] = [
  {
    name: 'payouts',
    title: '已兑付清单',
    about:
      '每一笔兑付，到账后公布。先按列入拨付单的时间，同一份拨付单的退票重付在前，再按支付时间、券号排：次序可以照此核对；空着的次序号在途或退票。',
    key: ['voucher_no'],
    columns: [
      voucher,
      text('applicant_name', '用户单位'),
      text('institution_name', '管理单位'),
      text('city', '管理单位所在市'),
      fen('amount_fen', '兑付金额'),
      number('round_year', '季度汇总的年'),
      quarter('round_quarter', '季度汇总的季度'),
      number('fund_year', '由哪一年的资金兑付'),
      number('queue_rank', '列入该年资金的次序', { minimum: 1 }),
      yes('again', '退票重付'),
      time('used_at', '支付时间，兑付的先后依据'),
      time('listed_at', '列入拨付单的时间，一份拨付单的各笔相同'),
      date('arrived_on', '到账日'),
    ],
  },
  {
    name: 'payout-sums',
    title: '兑付合计',
    about: '每一年资金按管理单位、按用户单位的兑付笔数与金额，由已兑付清单加总；单位名与公示一致。',
    key: ['fund_year', 'side', 'name'],
    columns: [
      number('fund_year', '由哪一年的资金兑付'),
      text('side', '管理单位（institution）或用户单位（applicant）', { oneOf: ['institution', 'applicant'] }),
      text('name', '单位名'),
      number('payouts', '笔数', { minimum: 1 }),
      fen('amount_fen', '兑付金额合计'),
    ],
  },
  {
    name: 'queue',
    title: '等待兑付的队伍',
    about: '已公示、评审通过、还没有到账的，按支付时间、券号排队。',
    key: ['voucher_no'],
    columns: [
      number('queue_rank', '现在排第几', { minimum: 1 }),
      text('stage', '等待（waiting）、已列入拨付单（listed）、在途（in_transit）', {
        oneOf: ['waiting', 'listed', 'in_transit'],
      }),
      voucher,
      text('applicant_name', '用户单位'),
      text('institution_name', '管理单位'),
      fen('amount_fen', '等待兑付的金额'),
      number('round_year', '季度汇总的年'),
      quarter('round_quarter', '季度汇总的季度'),
      time('used_at', '支付时间，排队的依据'),
      date('notice_ends_on', '公示最后一日', { optional: true }),
    ],
  },
  {
    name: 'notices',
    title: '公示条目',
    about: '各季度公示的快照。',
    key: ['notice_id', 'voucher_no'],
    columns: [
      number('notice_id', '公示编号'),
      voucher,
      text('applicant_name', '用户单位'),
      text('institution_name', '管理单位'),
      fen('amount_fen', '抵扣金额'),
      text('result', '评审通过（yes）或不通过（no）', { oneOf: ['yes', 'no'] }),
    ],
  },
  {
    name: 'statistics',
    title: '统计',
    about: `每日重算；还没有结束的季度只到重算之时；没有的组合不列行；全年用户单位不足 3 家的名称并入「${folded}」。`,
    key: ['year', 'quarter', 'dimension', 'label', 'measure'],
    columns: [
      number('year', '年'),
      quarter('quarter', '季度'),
      text('dimension', '口径：全省、管理单位所在市、仪器类别、机构类型、用户类别', {
        oneOf: ['total', 'city', 'class', 'institution_type', 'applicant_kind'],
      }),
      text('label', '口径下的名称'),
      text('measure', measures.map(([key, name, meaning]) => `${key} ${name}：${meaning}`).join(''), {
        oneOf: measures.map(([key]) => key),
      }),
      number('vouchers', '张数', { minimum: 1 }),
      fen('amount_fen', '金额'),
    ],
  },
  {
    name: 'catalogue',
    title: '仪器与检测目录',
    about: '已发布的仪器资源与项目检测。',
    key: ['slug'],
    columns: [
      text('slug', '编号'),
      text('kind', '仪器（instrument）或检测（service）', { oneOf: ['instrument', 'service'] }),
      text('name', '名称'),
      text('model', '型号', { optional: true }),
      text('maker', '厂家', { optional: true }),
      text('class_code', '类别代码'),
      text('institution_name', '管理单位'),
      text('city', '管理单位所在市', { optional: true }),
      text('purpose', '用途', { optional: true }),
      text('unit', '计价单位', { optional: true }),
      fen('price_min_fen', '最低价'),
      fen('price_max_fen', '最高价'),
      yes('is_open', '对外开放'),
      yes('voucher_enabled', '支持创新券'),
    ],
  },
  {
    name: 'seals',
    title: '每日封存',
    about: '每天事件的 Merkle 根，逐日相连；可用来核对证明。',
    key: ['day'],
    columns: [
      date('day', '哪一日'),
      number('events', '事件数', { minimum: 0 }),
      hash('root', 'Merkle 根'),
      hash('prev_hash', '前一日封存值；第一日为空', { optional: true }),
      hash('hash', '本日封存值'),
    ],
  },
];

const names = {
  string: '文本',
  integer: '整数',
  boolean: 'true / false',
  date: '日期',
  datetime: '时间（北京时间，不取整）',
};
/** A field's type in words, for the page. */
export const typeInWords = (f: Field) =>
  [f.oneOf ? f.oneOf.join(' / ') : names[f.type], f.unit, f.optional && '可空'].filter(Boolean).join('，');

/** What a dataset's JSON says before its rows. */
export const datasetHead = (set: Dataset, day: string) => ({
  name: set.name,
  title: set.title,
  about: set.about,
  date: day,
  licence,
  schema: `/open-data/${set.name}.schema.json`,
  columns: set.columns.map((f) => ({ key: f.key, type: typeInWords(f), meaning: f.meaning })),
});

/** JSON Schema (2020-12) of the JSON file of one dataset: what it says of itself, and its rows. */
export function jsonSchema(set: Dataset) {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: set.title,
    description: set.about,
    type: 'object',
    required: ['name', 'title', 'about', 'date', 'licence', 'schema', 'columns', 'rows'],
    properties: {
      name: { const: set.name },
      title: { type: 'string' },
      about: { type: 'string' },
      date: { type: 'string', format: 'date' },
      licence: { type: 'string' },
      schema: { type: 'string' },
      columns: { type: 'array', items: { type: 'object', required: ['key', 'type', 'meaning'] } },
      rows: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: set.columns.map((f) => f.key),
          properties: Object.fromEntries(
            set.columns.map((f) => {
              const type = f.type === 'date' || f.type === 'datetime' ? 'string' : f.type;
              return [
                f.key,
                {
                  description: f.unit ? `${f.meaning}（${f.unit}）` : f.meaning,
                  type: f.optional ? [type, 'null'] : type,
                  ...(f.type === 'date' && { format: 'date' }),
                  ...(f.type === 'datetime' && { format: 'date-time' }),
                  ...(f.oneOf && { enum: f.oneOf }),
                  ...(f.pattern && { pattern: f.pattern }),
                  ...(f.minimum !== undefined && { minimum: f.minimum }),
                },
              ];
            }),
          ),
        },
      },
    },
  };
}

/** How the CSV files are written: a spreadsheet needs the mark, a reader of the package takes it away first. */
export const csvEncoding =
  'CSV 文件是 UTF-8，开头有 BOM（EF BB BF）：按 utf-8 读取前先去掉，不去掉第一个字段名会对不上。';

/** All datasets as one Frictionless data package: a reader's tools load and check the CSV files by it. */
export function dataPackage(day: string) {
  return {
    profile: 'tabular-data-package',
    name: 'henan-innovation-voucher',
    title: '河南省科技创新券开放数据',
    description: `金额一律为整数分，日期为北京时间；不含个人信息。${csvEncoding}使用许可：${licence}`,
    created: `${day}T00:00:00+08:00`,
    resources: datasets.map((set) => ({
      profile: 'tabular-data-resource',
      name: set.name,
      title: set.title,
      description: set.about,
      path: `${set.name}.csv`,
      format: 'csv',
      mediatype: 'text/csv',
      encoding: 'utf-8',
      byteOrderMark: true,
      dialect: { delimiter: ',', lineTerminator: '\r\n', header: true },
      schema: {
        primaryKey: set.key,
        missingValues: [''],
        fields: set.columns.map((f) => ({
          name: f.key,
          type: f.type,
          ...(f.type === 'datetime' && { format: 'any' }),
          title: f.meaning,
          ...(f.unit && { description: '单位：分' }),
          constraints: {
            required: !f.optional,
            ...(f.oneOf && { enum: f.oneOf }),
            ...(f.pattern && { pattern: f.pattern }),
            ...(f.minimum !== undefined && { minimum: f.minimum }),
          },
        })),
      },
    })),
  };
}
