import { catalogueKinds } from '../domain/catalogue.ts';
import type { PublishedCatalogue } from './published-catalogue.ts';

/** A page of a list is a block of places by first publication: a new entry moves no other, and the newest page has the highest number. */
export const perPage = 48;
/** What a front page shows before it leads to the numbered pages. */
export const onFront = 24;
export const pageOf = (place: number): number => Math.ceil(place / perPage);

/** A class, a city or an institution's entries of one kind, with the addresses of its lists. */
export interface Sublist {
  catalogue: PublishedCatalogue;
  label: string;
  /** Its numbered pages stand below `at`; its newest `first` entries on the page `home`. */
  at: string;
  home: string;
  first: number;
  /** What the search is asked for to look within it. */
  query: string;
  /** The ordinal of who stands at each place, the oldest first; 0 where an entry has left a class. */
  places: number[];
  entries: number;
}
/** A list that its first page shows whole has no numbered pages. */
export const pagesOf = (sublist: Sublist): number =>
  sublist.entries > sublist.first ? pageOf(sublist.places.length) : 0;
/** The places of its newest entries, the newest first; at most `most`. */
export function newestIn(sublist: Sublist, most: number): number[] {
  const found: number[] = [];
  for (let place = sublist.places.length; place > 0 && found.length < most; place--)
    if (sublist.places[place - 1]) found.push(place);
  return found;
}
export const isInstitution = (sublist: Sublist): boolean => sublist.home !== sublist.at;
/** The pages of all institutions that share anything. */
export const institutionHomes = (kinds: Map<string, Sublist>[]): Set<string> =>
  new Set(kinds.flatMap((sublists) => [...sublists.values()].filter(isInstitution).map((p) => p.home)));
/** What the institution whose page is `home` has of each kind. */
export const sharedBy = (home: string, kinds: Map<string, Sublist>[]): Sublist[] =>
  Object.values(catalogueKinds).flatMap(({ base }) =>
    kinds.flatMap((sublists) => sublists.get(home.slice(0, -1) + base) ?? []),
  );

/** All sublists of a kind by address, in one pass over the columns. Every class has one, cities and institutions that have entries. */
export function sublistsOf(catalogue: PublishedCatalogue): Map<string, Sublist> {
  const { base } = catalogueKinds[catalogue.kind];
  const sublists = new Map<string, Sublist>();
  const sublist = (at: string, home: string, first: number, label: string, query: string): Sublist => {
    const made = sublists.get(at) ?? { catalogue, label, at, home, first, query, places: [], entries: 0 };
    sublists.set(at, made);
    return made;
  };
  const list = (path: string, label: string, query: string) =>
    sublist(`${base}${path}/`, `${base}${path}/`, perPage, label, query);
  const put = (sublist: Sublist | undefined, place: number, ordinal: number) => {
    if (!sublist) return;
    while (sublist.places.length < place) sublist.places.push(0);
    sublist.places[place - 1] = ordinal;
    sublist.entries++;
  };
  const { classes, institutions } = catalogue.manifest;
  const ofClass = classes.map(([code, label]) => list(`class/${code}`, label, `class=${code}`));
  const ofCity = institutions.map(([, , city, , code]) =>
    list(`city/${code}`, city, `city=${encodeURIComponent(city)}`),
  );
  const ofInstitution = institutions.map(([id, name]) =>
    sublist(`/institutions/${id}${base}`, `/institutions/${id}/`, onFront, name, `institution=${id}`),
  );
  for (let o = 1; o <= catalogue.last; o++) {
    if (!catalogue.has(o)) continue;
    const institution = catalogue.institution[o] as number;
    put(ofClass[(catalogue.classAt[o] as number) - 1], catalogue.placeInClass[o] as number, o);
    // An entry never leaves its institution, and with it a city all at once: their places close up.
    for (const sublist of [ofCity[institution], ofInstitution[institution]])
      put(sublist, (sublist?.places.length ?? 0) + 1, o);
  }
  return sublists;
}

/** The pages of a sublist that say something else than before, or stand no more: where a changed entry stands, and from the first that moved on to the end. */
export function changedPages(sublist: Sublist, before: Sublist | undefined, changed: Set<number>): Set<number> {
  const [old, now, pages] = [before?.places ?? [], sublist.places, new Set<number>()];
  const renamed = sublist.label !== before?.label;
  for (let i = 0; i < Math.max(old.length, now.length); i++)
    if (renamed || old[i] !== now[i] || changed.has(now[i] as number)) pages.add(pageOf(i + 1));
  // The pages before the last name those after them.
  const [was, is] = [before ? pagesOf(before) : 0, pagesOf(sublist)];
  if (was !== is)
    for (let page = Math.max(1, Math.min(was, is) - 1); page <= Math.max(was, is); page++) pages.add(page);
  return pages;
}
