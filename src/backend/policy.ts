import { act } from './client.ts';
import { list, type Row } from './work.ts';

/** The figures of one policy year (R6), by key: rates in basis points, money in 分. */
export async function policyOf(year: number): Promise<Record<string, number | null>> {
  const rows = await list<Row>('policy_parameters', 'key, value', { year }, 'key');
  return Object.fromEntries(rows.map((r) => [String(r['key']), r['value'] === null ? null : Number(r['value'])]));
}
let asked: Promise<string> | undefined;
/** The portal's own day, Asia/Shanghai: the browser's clock decides nothing. */
export const today = () => (asked ??= act<string>('today', {}));
export const thisYear = async () => Number((await today()).slice(0, 4));
