import { policyOf } from '../backend/public.ts';
import type { CatalogueEntry, CatalogueKind } from '../domain/catalogue.ts';
import type { Publication, Source } from './publish.ts';

/** The public API as the publisher reads it: as anyone could, with the publishable key. */
export interface Api { url: string; key: string }
const fields = 'slug,kind,ordinal,name,model,maker,class_code,institution_id,institution_name,city,purpose,details,unit,price_min_fen,price_max_fen,cma,cnas,is_open,voucher_enabled,reopens_on,published_at,updated_at';
async function read<T>({ url, key }: Api, table: string, query: Record<string, string>): Promise<T[]> {
  const answer = await fetch(`${url}/rest/v1/${table}?${new URLSearchParams(query)}`, { headers: { apikey: key } });
  if (!answer.ok) throw new Error(`${table}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T[];
}

/** What of the policy and the classes the catalogue's pages need. */
export async function publicationOf(api: Api, origin: string): Promise<Publication> {
  const years = await read<Parameters<typeof policyOf>[0][number]>(api, 'policy_years', { select: '*', order: 'year' });
  const parameters = await read<Parameters<typeof policyOf>[1][number]>(api, 'policy_parameters', { select: '*' });
  const classes = await read<{ code: string; label: string }>(api, 'instrument_classes', { select: 'code,label', order: 'code' });
  const [day] = [await (await fetch(`${api.url}/rest/v1/rpc/today`, { headers: { apikey: api.key } })).json()] as [string];
  const { rateBp, note } = policyOf(years, parameters, day);
  return { rate: { rateBp, note }, classes: classes.map(({ code, label }) => [code, label]), origin, day };
}

const batch = 1000;
/** All entries by ordinal, a batch ahead: the API answers with at most 1,000 rows. */
export const entriesOf = (api: Api): Source => async function* (kind: CatalogueKind) {
  const [newest] = await read<{ ordinal: number }>(api, 'catalogue', { select: 'ordinal', kind: `eq.${kind}`, order: 'ordinal.desc', limit: '1' });
  const after = (n: number) => read<CatalogueEntry>(api, 'catalogue', { select: fields, kind: `eq.${kind}`, and: `(ordinal.gt.${n},ordinal.lte.${n + batch})`, order: 'ordinal' });
  let next = after(0);
  for (let n = 0; n < (newest?.ordinal ?? 0); n += batch) {
    const entries = await next;
    if (n + batch < (newest?.ordinal ?? 0)) next = after(n + batch);
    yield entries;
  }
};
/** What was published, changed or switched since; a little of the time before is asked too, for a transaction may end after a later one. */
export const changesSince = (api: Api, through: string): Promise<CatalogueEntry[]> =>
  read(api, 'catalogue', { select: fields, updated_at: `gt.${new Date(Date.parse(through) - 600_000).toISOString()}`, order: 'updated_at', limit: String(batch) });
