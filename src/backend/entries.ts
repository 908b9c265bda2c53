import { type CatalogueEntry, entryFields } from '../domain/catalogue.ts';

/** Public entries from the API, without the client of the workspaces. */
export async function readCatalogue(filter: Record<string, string>): Promise<CatalogueEntry[]> {
  const origin = import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin;
  const answer = await fetch(`${origin}/rest/v1/catalogue?${new URLSearchParams({ select: entryFields, ...filter })}`, {
    headers: { apikey: import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '' },
  });
  if (!answer.ok) throw new Error(`catalogue: ${answer.status}`);
  return (await answer.json()) as CatalogueEntry[];
}
/** Entries as they are now, for comparing and for the state of one page; apart from the search, which their pages need not load. */
export const entriesNow = (slugs: string[]): Promise<CatalogueEntry[]> =>
  readCatalogue({ slug: `in.(${slugs.filter((s) => /^[is]\d{1,9}$/.test(s)).join(',')})` });
