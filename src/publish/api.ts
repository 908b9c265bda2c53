import { policyOf } from '../backend/public.ts';
import { type CatalogueEntry, type CatalogueKind, entryFields } from '../domain/catalogue.ts';
import type { Publication, Source } from './publish.ts';

/** The public API as the publisher reads it: as anyone could, with the publishable key. */
export interface Api {
  url: string;
  key: string;
}
async function read<T>({ url, key }: Api, table: string, query: Record<string, string>): Promise<T[]> {
  const ask = () => fetch(`${url}/rest/v1/${table}?${new URLSearchParams(query)}`, { headers: { apikey: key } });
  // While pages are written the server may have closed the idle connection: asked again on a new one.
  const answer = await ask().catch(ask);
  if (!answer.ok) throw new Error(`${table}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T[];
}

/** What of the policy and the classes the catalogue's pages need. */
export async function publicationOf(api: Api, origin: string): Promise<Publication> {
  const years = await read<Parameters<typeof policyOf>[0][number]>(api, 'policy_years', { select: '*', order: 'year' });
  const parameters = await read<Parameters<typeof policyOf>[1][number]>(api, 'policy_parameters', { select: '*' });
  const classes = await read<{ code: string; label: string }>(api, 'instrument_classes', {
    select: 'code,label',
    order: 'code',
  });
  const [day] = [await (await fetch(`${api.url}/rest/v1/rpc/today`, { headers: { apikey: api.key } })).json()] as [
    string,
  ];
  const { rateBp, note } = policyOf(years, parameters, day);
  return { rate: { rateBp, note }, classes: classes.map(({ code, label }) => [code, label]), origin, day };
}

const batch = 1000;
/** All entries by ordinal, a batch ahead: the API answers with at most 1,000 rows. */
export const entriesOf = (api: Api): Source =>
  async function* (kind: CatalogueKind) {
    const [newest] = await read<{ ordinal: number }>(api, 'catalogue', {
      select: 'ordinal',
      kind: `eq.${kind}`,
      order: 'ordinal.desc',
      limit: '1',
    });
    const after = (n: number) =>
      read<CatalogueEntry>(api, 'catalogue', {
        select: entryFields,
        kind: `eq.${kind}`,
        and: `(ordinal.gt.${n},ordinal.lte.${n + batch})`,
        order: 'ordinal',
      });
    let next = after(0);
    for (let n = 0; n < (newest?.ordinal ?? 0); n += batch) {
      const entries = await next;
      if (n + batch < (newest?.ordinal ?? 0)) next = after(n + batch);
      yield entries;
    }
  };
/** What of a kind was published, changed or switched since, the newest first. A little of the time before is asked too (at most a batch of it), for a transaction may end after a later one. */
export async function changesAround(api: Api, kind: CatalogueKind, through: string): Promise<CatalogueEntry[]> {
  const from = new Date(Date.parse(through) - 600_000).toISOString();
  const changes: CatalogueEntry[] = [];
  for (let offset = 0; ; offset += batch) {
    const page = await read<CatalogueEntry>(api, 'catalogue', {
      select: entryFields,
      kind: `eq.${kind}`,
      updated_at: `gt.${from}`,
      order: 'updated_at.desc,ordinal',
      limit: String(batch),
      offset: String(offset),
    });
    changes.push(...page);
    if (page.length < batch || Date.parse(page.at(-1)?.updated_at ?? '') <= Date.parse(through)) return changes;
  }
}
