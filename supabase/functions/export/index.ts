// One table as CSV of whatever the caller may read: row-level security decides, this function only turns rows into lines and streams them.
import { csvMark, csvRow } from '../../../src/domain/csv.ts';
import { inShanghai } from '../../../src/domain/dates.ts';
import { cityName } from '../../../src/domain/henan.ts';
import { publishableKey, url } from '../_shared/environment.ts';
import { corsHeaders, refusal } from '../_shared/http.ts';
import { restError, serve } from '../_shared/serve.ts';

type Row = Record<string, unknown>;
interface Table {
  file: string;
  from: string;
  select: string;
  round?: string;
  columns: [label: string, value: (row: Row) => string | number | null][];
}
/** `order.title` of a row with embedded rows. */
const at = (path: string) => (row: Row) => {
  const value = path.split('.').reduce<unknown>((v, key) => (v as Row | null | undefined)?.[key], row);
  return value === undefined || value === null ? null : typeof value === 'number' ? value : String(value);
};
/** 分 as 元, two decimals: what finance adds up. */
const yuan = (path: string) => (row: Row) => {
  const fen = at(path)(row);
  return fen === null ? null : Number((Number(fen) / 100).toFixed(2));
};
const day = (path: string) => (row: Row) => {
  const value = at(path)(row);
  return value === null ? null : inShanghai(String(value)).slice(0, 19).replace('T', ' ');
};
/** What the experts of a claim concluded, from its last turn: only staff have rows to read (R28). */
const lastResult = (row: Row) =>
  ((row['turns'] as { turn: number; result: string | null }[] | undefined) ?? []).sort((a, b) => b.turn - a.turn)[0]
    ?.result;
const firm = 'applicant:organizations!{}_applicant_id_fkey(name,uscc,city_code)';
const lab = 'institution:organizations!{}_institution_id_fkey(name,uscc)';
const parties = (table: string) => `${firm},${lab}`.replaceAll('{}', table);

const tables: Record<string, Table> = {
  orders: {
    file: '创新券订单',
    from: 'orders',
    select: `id,order_no,title,contract_no,contract_signed_on,contract_total_fen,test_fee_fen,eligible_fee_fen,approved_fen,state,submitted_at,${parties('orders')}`,
    columns: [
      ['订单号', at('order_no')],
      ['检测名称', at('title')],
      ['用户单位', at('applicant.name')],
      ['用户单位代码', at('applicant.uscc')],
      ['所在市', (r) => cityName(String(at('applicant.city_code')(r)))],
      ['管理单位', at('institution.name')],
      ['合同号', at('contract_no')],
      ['签订日期', at('contract_signed_on')],
      ['合同总额（元）', yuan('contract_total_fen')],
      ['检测费（元）', yuan('test_fee_fen')],
      ['可抵扣检测费（元）', yuan('eligible_fee_fen')],
      ['核定抵扣（元）', yuan('approved_fen')],
      ['状态', at('state')],
      ['提交时间', day('submitted_at')],
    ],
  },
  redemptions: {
    file: '兑付申请',
    from: 'redemptions',
    round: 'round_id',
    select: `id,voucher_no,amount_fen,paid_at,submitted_at,turns:review_turns(turn,result),papers_archived,state,round:rounds!redemptions_round_id_fkey(year,quarter),order:orders(order_no,title),${parties('redemptions')}`,
    columns: [
      ['券号', at('voucher_no')],
      ['订单号', at('order.order_no')],
      ['检测名称', at('order.title')],
      ['用户单位', at('applicant.name')],
      ['管理单位', at('institution.name')],
      ['管理单位代码', at('institution.uscc')],
      ['金额（元）', yuan('amount_fen')],
      ['支付时间', day('paid_at')],
      ['申请时间', day('submitted_at')],
      ['季度', (r) => (r['round'] ? `${at('round.year')(r)}Q${at('round.quarter')(r)}` : null)],
      ['专家结论', (r) => ({ yes: '通过', no: '不通过' })[String(lastResult(r))] ?? null],
      ['材料归存', (r) => (r['papers_archived'] ? '是' : '否')],
      ['状态', at('state')],
    ],
  },
  payouts: {
    file: '兑付',
    from: 'payments',
    round: 'redemption.round_id',
    // No account: it is in the bank's file and nowhere else (R42).
    select:
      'id,payment_no,amount_fen,fund_year,state,arrived_on,bank_reference,returned_reason,institution:organizations(name,uscc),redemption:redemptions!inner(voucher_no,paid_at,round_id,applicant:organizations!redemptions_applicant_id_fkey(name),round:rounds!redemptions_round_id_fkey(year,quarter))',
    columns: [
      ['拨付编号', at('payment_no')],
      ['券号', at('redemption.voucher_no')],
      ['管理单位', at('institution.name')],
      ['管理单位代码', at('institution.uscc')],
      ['用户单位', at('redemption.applicant.name')],
      ['金额（元）', yuan('amount_fen')],
      ['资金年度', at('fund_year')],
      ['季度', (r) => `${at('redemption.round.year')(r)}Q${at('redemption.round.quarter')(r)}`],
      ['支付时间', day('redemption.paid_at')],
      ['状态', at('state')],
      ['到账日', at('arrived_on')],
      ['银行流水号', at('bank_reference')],
      ['退票原因', at('returned_reason')],
    ],
  },
};

serve(async (request) => {
  if (request.method !== 'GET') return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '请从本站页面进入。');
  const authorization = request.headers.get('authorization') ?? '';
  if (!/^Bearer [^.]+\.[^.]+\.[^.]+$/i.test(authorization))
    return refusal(401, 'SIGN_IN_REQUIRED', '您还没有登录。', '请先登录，再导出。');
  const query = new URL(request.url).searchParams;
  const table = Object.hasOwn(tables, query.get('what') ?? '') ? tables[query.get('what') ?? ''] : undefined;
  if (!table)
    return refusal(
      400,
      'INPUT_INVALID',
      '没有这种导出。',
      '可以导出：orders（订单）、redemptions（兑付申请）、payouts（兑付）。',
    );
  const round = query.get('round');
  if (round !== null && (!/^[1-9][0-9]{0,14}$/.test(round) || !table.round))
    return refusal(400, 'INPUT_INVALID', '季度编号不对。', '请从季度页面导出。');
  const labels = new Map<string, string>();
  const get = (path: string) => fetch(`${url}/rest/v1/${path}`, { headers: { apikey: publishableKey, authorization } });
  const read = async (path: string): Promise<Row[]> => {
    const response = await get(path);
    if (!response.ok) throw await restError(response);
    return (await response.json()) as Row[];
  };
  // Keyset pages: each is one indexed read, and the memory stays that of a page however long the table is.
  const address = (after: number) =>
    `${table.from}?select=${table.select}&id=gt.${after}${round === null ? '' : `&${table.round}=eq.${round}`}&order=id.asc&limit=1000`;
  const page = (after: number) => read(address(after));
  const start = await get(address(0));
  if (start.status >= 500) throw await restError(start);
  if (!start.ok) {
    await start.body?.cancel();
    return refusal(401, 'SIGN_IN_REQUIRED', '登录已失效，或您的身份不能导出。', '请重新登录后再导出。');
  }
  let rows = (await start.json()) as Row[];
  for (const s of await read('workflow_states?select=entity,state,label&entity=in.(order,redemption,payment)'))
    labels.set(`${s['entity']}s ${s['state']}`, String(s['label']));
  const line = (row: Row) =>
    csvRow(
      table.columns.map(([label, value]) =>
        label === '状态' ? (labels.get(`${table.from} ${row['state']}`) ?? String(row['state'])) : value(row),
      ),
    );
  let first = true;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (!first && rows.length === 1000) rows = await page(Number(rows[999]?.['id']));
        else if (!first) return controller.close();
        controller.enqueue(
          new TextEncoder().encode(
            (first ? csvMark + csvRow(table.columns.map(([label]) => label)) : '') + rows.map(line).join(''),
          ),
        );
        first = false;
      } catch (error) {
        // A broken download is seen as broken, never as a shorter table.
        controller.error(error);
      }
    },
  });
  return new Response(stream, {
    headers: {
      ...corsHeaders,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${query.get('what')}.csv"; filename*=UTF-8''${encodeURIComponent(`${table.file}.csv`)}`,
    },
  });
});
