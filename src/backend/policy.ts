import { client } from './client.ts';
import { answer, once, rows } from './query.ts';

/** The figures of one policy year (R6), by key: rates in basis points, money in 分. A year has as many as the documents name. */
export async function parametersOf(year: number): Promise<Record<string, number | null>> {
  const parameters = await rows(client().from('policy_parameters').select('key, value').eq('year', year).order('key'));
  return Object.fromEntries(parameters.map((p) => [p.key, p.value]));
}
/** What a year still lacks before anything new can be begun in it (R6); null when nothing. */
export const yearMissing = async (year: number): Promise<string | null> =>
  answer(client().rpc('year_missing', { year }));
/** The portal's own day, Asia/Shanghai: the browser's clock decides nothing. */
export const today = once<string>(() => answer(client().rpc('today')));
export const thisYear = async () => Number((await today()).slice(0, 4));
