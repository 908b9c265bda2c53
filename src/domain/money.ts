/** Money is an integer number of 分. Text in and out is 元 with two decimals. */

/** What a person typed or pasted, half width, without what nobody sees. */
export const plainOf = (text: string) =>
  text
    .normalize('NFKC')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
/** Digits, or digits in threes parted by commas or by spaces; then decimals. */
export const figure = /^(\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)(?:\.(\d+))?$/;
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

/** A quantity as typed, in hundredths; undefined when it is none: zero, a sign, more than two decimals. */
export function parseQuantity(text: string): number | undefined {
  const match = figure.exec(plainOf(text));
  if (!match || (match[2] ?? '').length > 2) return undefined;
  const whole = (match[1] as string).replaceAll(/[, ]/g, '');
  return whole.length > 9 ? undefined : Number(whole) * 100 + Number((match[2] ?? '').padEnd(2, '0')) || undefined;
}

/** A fee line's amount in 分: quantity (as typed, at most two decimals) times unit price, what is below one 分 dropped. Undefined when the quantity is none, or too great. */
export function lineAmount(quantity: string, unitPriceFen: number): number | undefined {
  const hundredths = parseQuantity(quantity);
  return !hundredths || hundredths > mostHundredths(unitPriceFen)
    ? undefined
    : Number((BigInt(hundredths) * BigInt(unitPriceFen)) / 100n);
}

/** Why `lineAmount` does not take a quantity, in words. */
export function quantityFault(quantity: string, unitPriceFen: number): string {
  const limit = mostHundredths(unitPriceFen);
  const match = figure.exec(plainOf(quantity));
  if (!match || (match[2] ?? '').length > 2 || Number(plainOf(quantity).replaceAll(/[, ]/g, '')) === 0)
    return '数量请填大于 0 的数，最多两位小数。';
  return `数量太大，最多 ${formatFen(limit)}${limit < columnMost ? '：一项费用不超过一亿元' : ''}。`;
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
