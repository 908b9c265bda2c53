/** Money is an integer number of 分. Text in and out is 元 with two decimals. */

/** Reads 元 as typed by a person (`1,234.50`). Returns 分, or undefined when it is not an amount: negative, more than two decimals, not a number, over 1 亿元. */
export function parseYuan(text: string): number | undefined {
  const plain = text.normalize('NFKC').replaceAll(/[,\s]/g, '');
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!match) return undefined;
  const fen = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return fen <= 10_000_000_000 ? fen : undefined;
}

/** Why a text is no amount, in words; for what `parseYuan` does not take. */
export function yuanFault(text: string): string {
  const plain = text.normalize('NFKC').replaceAll(/[,\s]/g, '');
  if (!/^[-+]?\d+(\.\d*)?$/.test(plain)) return '请填数字，例如 800 或 99.5。';
  if (plain.startsWith('-')) return '金额不能是负数。';
  return /\.(\d{3,})?$|\.\d{3,}/.test(plain) ? '金额最多两位小数，例如 99.5。' : '金额太大，最多一亿元。';
}

/** `360000` → `3,600.00`. */
export function formatFen(fen: number | string): string {
  const value = BigInt(fen);
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
  const whole = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0n ? '-' : ''}${whole}.${digits.slice(-2)}`;
}

/** R5: the share of the eligible fee, in 分, rounded down once over the sum. Rate in basis points (3000 = 30 %). */
export function rawDeduction(eligibleFen: number, rateBp: number): number {
  return Number((BigInt(eligibleFen) * BigInt(rateBp)) / 10_000n);
}

/** The greatest quantity, in hundredths, that the database takes in a fee line: as its column holds it, and worth at most 1 亿元. */
const columnMost = 9_999_999_999;
const mostHundredths = (unitPriceFen: number): number =>
  Math.min(columnMost, Math.floor(1_000_000_000_099 / unitPriceFen));

/** A fee line's amount in 分: quantity (as typed, at most two decimals) times unit price, what is below one 分 dropped. Undefined when the quantity is none, or too great. */
export function lineAmount(quantity: string, unitPriceFen: number): number | undefined {
  const hundredths = parseYuan(quantity);
  return !hundredths || hundredths > mostHundredths(unitPriceFen)
    ? undefined
    : Number((BigInt(hundredths) * BigInt(unitPriceFen)) / 100n);
}

/** Why `lineAmount` does not take a quantity, in words. */
export function quantityFault(quantity: string, unitPriceFen: number): string {
  const plain = quantity.normalize('NFKC').replaceAll(/[,\s]/g, '');
  const most = mostHundredths(unitPriceFen);
  if (!/^\d+(\.\d{1,2})?$/.test(plain) || Number(plain) === 0) return '数量请填大于 0 的数，最多两位小数。';
  return `数量太大，最多 ${formatFen(most)}${most < columnMost ? '：一项费用不超过一亿元' : ''}。`;
}

export interface DeductionInput {
  /** Fee lines in 分; `excluded` ones (E3) never count. */
  lines: { amountFen: number; excluded: boolean }[];
  testFeeFen: number;
  contractTotalFen: number;
  rateBp: number;
  /** What the year's quota still has. */
  leftFen: number;
}
export interface Deduction {
  eligibleFen: number;
  excludedFen: number;
  rawFen: number;
  deductionFen: number;
  cashFen: number;
  leftAfterFen: number;
  /** What held the figure down: the contract's test fee, the quota, or nothing. */
  limitedBy: ('test_fee' | 'quota')[];
}
/** R5: min(share of the eligible fee, quota left). The eligible fee is the sum of the lines no exclusion takes out, at most the contract's test fee. */
export function deduct(input: DeductionInput): Deduction {
  const sum = (excluded: boolean) =>
    input.lines.filter((l) => l.excluded === excluded).reduce((total, l) => total + l.amountFen, 0);
  const counted = sum(false);
  const eligibleFen = Math.min(counted, input.testFeeFen);
  const rawFen = rawDeduction(eligibleFen, input.rateBp);
  const deductionFen = Math.max(0, Math.min(rawFen, input.leftFen));
  const limitedBy: Deduction['limitedBy'] = [];
  if (counted > input.testFeeFen) limitedBy.push('test_fee');
  if (rawFen > input.leftFen) limitedBy.push('quota');
  return {
    eligibleFen,
    excludedFen: sum(true),
    rawFen,
    deductionFen,
    cashFen: input.contractTotalFen - deductionFen,
    leftAfterFen: input.leftFen - deductionFen,
    limitedBy,
  };
}

/** `600.00–1,200.00`; one figure where both are the same. */
export const formatRange = (minFen: number, maxFen: number) =>
  minFen === maxFen ? formatFen(minFen) : `${formatFen(minFen)}–${formatFen(maxFen)}`;
/** `12,345`: how many. */
export const formatCount = (n: number): string => n.toLocaleString('en-US');
