/** How the catalogue's words are written for searching: half width, lower case, without hyphens, so that «ＤＥＭＯ-8100» and «demo8100» are one. */
export const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_‐–—·]/g, '');

/** What of an entry is searched. The name stands first: a match in it ranks before others. */
export interface Searchable {
  name: string;
  model: string;
  maker: string;
  standard: string;
  institution_name: string;
  city: string;
  purpose: string;
}

/** Matches at or after this position are not in the name. */
export const nameSpan = 64;

const step = 32;
/** The folded text of one entry: the name from 0, the rest from `nameSpan` on, each field on lines of its own so that no word spans two. Fields begin at multiples of 32: a longer model moves no word of the use, and equal fields stand at equal places, which packs better. */
export function searchText(entry: Searchable): string {
  const rest = [entry.model, entry.maker, entry.standard, entry.institution_name, entry.city, entry.purpose]
    .filter(Boolean)
    .map((field) => fold(field).replaceAll('\n', ' '));
  return `${fold(entry.name).padEnd(nameSpan - 1, '\n')}\n${rest.map((field) => field.padEnd(Math.ceil((field.length + 1) / step) * step, '\n')).join('')}`;
}

/** The words of a query: all of them must occur, in any order. At most eight, from the first 100 characters: cut before anything is done with them. */
export const terms = (query: string): string[] => fold(query.slice(0, 100)).split(/\s+/).filter(Boolean).slice(0, 8);
