import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { formatFen, lineAmount, quantityFault } from '../../domain/money.ts';
import { estimate } from '../../domain/order-form.ts';

/** A line of fees as it is typed. */
export interface Line {
  name: string;
  quantity: string;
  price: string;
  excluded: boolean;
}
/** Everything that is typed. */
export interface Typed {
  lines: Line[];
  used: string;
  testFee: string;
}
export const mostLines = 50;
export const newLine = (): Line => ({ name: '', quantity: '1', price: '', excluded: false });

/** One line of the address: name~quantity~price~excluded. */
const pack = (l: Line) => [l.name.replaceAll(/[~|]/g, ' '), l.quantity, l.price, l.excluded ? '1' : ''].join('~');
function unpack(text: string): Line {
  const [name = '', quantity = '1', price = '', excluded = ''] = text.split('~');
  return { name, quantity, price, excluded: excluded === '1' };
}
export const packLines = (lines: Line[]) =>
  lines
    .filter((l) => l.price || l.name)
    .map(pack)
    .join('|');
export const unpackLines = (text: string) => text.split('|').slice(0, mostLines).map(unpack);

function amountOf(l: Line) {
  const price = parseYuan(l.price);
  return price === undefined ? undefined : lineAmount(l.quantity, price);
}
export const isBad = (l: Line | undefined) => l !== undefined && l.price !== '' && amountOf(l) === undefined;
export const usedFen = (t: Typed) => parseYuan(t.used || '0');

/** What is wrong with what was typed, in words; empty when nothing is. */
export function faultOf(t: Typed, capFen: number): string {
  const at = t.lines.findIndex(isBad);
  const line = t.lines[at];
  if (line) {
    const price = parseYuan(line.price);
    return `第 ${at + 1} 行${price === undefined ? `的单价：${yuanFault(line.price)}` : `：${quantityFault(line.quantity, price)}`}`;
  }
  const used = usedFen(t);
  if (used === undefined) return '本年已用额度看不懂：请填金额，最多两位小数。';
  if (used > capFen) return `本年已用额度不能超过 ${formatFen(capFen)} 元。`;
  if (t.testFee !== '' && parseYuan(t.testFee) === undefined) return '合同检测费看不懂：请填金额，最多两位小数。';
  return '';
}

/** What the lines come to (R5), by the one arithmetic of a booking. Undefined while no line has an amount or something is wrong. */
export function resultOf(t: Typed, rateBp: number, capFen: number) {
  if (t.lines.every((l) => amountOf(l) === undefined) || faultOf(t, capFen)) return undefined;
  const lines = t.lines.map(({ name, quantity, price, excluded }) => ({
    description: name,
    quantity,
    price,
    exclusion: excluded ? 'excluded' : '',
  }));
  return estimate(lines, parseYuan(t.testFee), undefined, rateBp, capFen - (usedFen(t) ?? 0));
}
export type DeductionResult = NonNullable<ReturnType<typeof resultOf>>;
