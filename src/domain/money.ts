/** Money is an integer number of 分. Text in and out is 元 with two decimals. */

/** Reads 元 as typed by a person (`1,234.50`). Returns 分, or undefined when it is not an amount: negative, more than two decimals, not a number, over 1 亿元. */
export function parseYuan(text: string): number | undefined {
  const plain = text.normalize('NFKC').replaceAll(/[,\s]/g, '');
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!match) return undefined;
  const fen = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return fen <= 10_000_000_000 ? fen : undefined;
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
