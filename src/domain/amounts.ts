import { figure, plainOf } from './money.ts';

/** Amounts as people type and paste them. Apart from money.ts: pages that only show amounts do not load it. */
const most = 10_000_000_000;

/** `¥ 1,234.50 元` → its figure and whether it counts in 万. */
function amountParts(text: string): { figure: string; wan: boolean } {
  const bare = plainOf(text).replace(/^(?:¥|RMB|CNY|人民币)\s*/i, '');
  const unit = /\s*(万)?\s*(?:元整?)?$/.exec(bare) as RegExpExecArray;
  return { figure: bare.slice(0, unit.index), wan: unit[1] !== undefined };
}

/**
 * Reads 元 as people write and paste it, where it has one meaning: `1,234.50`, `￥600`, `600元`, `50万`, `1.5 万元`.
 * Returns 分, or undefined when it is no amount: a sign, commas that part no thousands (`1 234,50`), a fraction of a 分,
 * over 1 亿元.
 */
export function parseYuan(text: string): number | undefined {
  const { figure: typed, wan } = amountParts(text);
  const match = figure.exec(typed);
  if (!match) return undefined;
  const places = wan ? 6 : 2;
  const [whole, part] = [(match[1] as string).replaceAll(/[, ]/g, ''), (match[2] ?? '').replace(/0+$/, '')];
  if (whole.length > 12 || part.length > places || (!wan && (match[2] ?? '').length > places)) return undefined;
  const fen = Number(whole) * 10 ** places + Number(part.padEnd(places, '0') || 0);
  return fen <= most ? fen : undefined;
}

/** Why a text is no amount, in words; for what `parseYuan` does not take. */
export function yuanFault(text: string): string {
  const { figure: typed, wan } = amountParts(text);
  if (typed === '') return '请填金额，例如 800 或 99.5。';
  if (/^[-−]/.test(typed)) return '金额不能是负数。';
  if (typed.startsWith('+')) return '金额前不用写加号，直接填数字，例如 800。';
  if (/^[\d., ]+$/.test(typed) && !figure.test(typed) && !/^\d+\.$/.test(typed))
    return '逗号只在千位之间，小数点用「.」，例如 1,234.50。';
  if (!figure.test(typed) && !/^\d+\.$/.test(typed)) return '请填数字，例如 800、1,234.50 或 50万。';
  if (wan && !/\.\d{7,}$/.test(typed)) return '金额太大，最多一亿元。';
  return /\.(\d{3,})?$|\.\d{3,}/.test(typed) ? '金额最多两位小数，例如 99.5。' : '金额太大，最多一亿元。';
}
