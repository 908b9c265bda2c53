import { type CatalogueEntry, catalogueKinds } from '../domain/catalogue.ts';
import type { Publication } from './publish.ts';
import { Refused } from './site.ts';

/** More than the search index is made for; a larger place would only take memory. */
const mostEntries = 10_000_000;
const whole = (n: unknown, most: number) => Number.isSafeInteger(n) && (n as number) >= 1 && (n as number) <= most;
const text = (value: unknown, shape: RegExp) => typeof value === 'string' && shape.test(value);

/** What of an entry becomes part of an address. The database holds them to the same alphabets (`catalogue_slug_from_id` and the checks of class, city and places): a row that says otherwise was planted. */
const shapes: [field: keyof CatalogueEntry, fits: (e: CatalogueEntry) => boolean][] = [
  ['kind', (e) => Object.hasOwn(catalogueKinds, e.kind)],
  ['slug', (e) => text(e.slug, /^[is][1-9][0-9]{0,18}$/) && e.slug[0] === e.kind[0]],
  ['class_code', (e) => text(e.class_code, /^[0-9]{2}$/)],
  ['city_code', (e) => text(e.city_code, /^41[0-9]{4}$/)],
  ['institution_id', (e) => whole(e.institution_id, Number.MAX_SAFE_INTEGER)],
  ['ordinal', (e) => whole(e.ordinal, mostEntries)],
  ['class_ordinal', (e) => whole(e.class_ordinal, mostEntries)],
];

/** Asked of everything before anything of it is written. */
export function refuseStrange(entries: CatalogueEntry[], { classes }: Publication): void {
  for (const [code] of classes) if (!text(code, /^[0-9]{2}$/)) throw new Refused('class code', code);
  for (const e of entries)
    for (const [field, fits] of shapes) if (!fits(e)) throw new Refused(`${field} of ${e.name}`, e[field]);
}
