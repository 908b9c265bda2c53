import { formatFen } from './money.ts';

/** What a check rests on, as the database gives it: one row of whatever kind, told by its fields. */
export type Evidence = Record<string, string | number | null>;

const kinds: Record<string, string> = { order: '订单', redemption: '兑付申请', certification: '认证' };

/** One row of evidence in words (R38). */
export function evidenceWords(e: Evidence): string {
  if ('label' in e) return `${e['label']}${e['value'] ? `：${e['value']}` : ''}`;
  if ('file' in e) return `「${e['file']}」也在${kinds[String(e['entity'])] ?? ''} ${e['number']}`;
  if ('same' in e) return `${e['name']}：${e['same']}相同`;
  if ('buyer' in e) return `发票 ${e['number']}：购买方 ${e['buyer']}，销售方 ${e['seller']}`;
  if ('institution' in e) return `发票 ${e['number']}：${e['institution']}，券号 ${e['voucher_no']}（${e['state']}）`;
  if ('order_no' in e)
    return `${e['order_no']}（${e['state']}）：检测费 ${formatFen(Number(e['test_fee_fen']))} 元，${
      e['approved_fen'] ? `核定 ${formatFen(Number(e['approved_fen']))} 元` : '没有核定'
    }`;
  if ('uscc' in e) return `${e['name']}（代码 ${e['uscc'] ?? '无'}）`;
  if ('valid_to' in e) return `${e['name']}（${e['state']}，有效至 ${e['valid_to']}）`;
  return Object.values(e).join('，');
}
