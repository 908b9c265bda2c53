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
  cma: boolean;
  cnas: boolean;
}

/** Matches at or after this position are not in the name. */
export const nameSpan = 64;

const step = 32;
/** The words by which an accreditation is asked for. */
export const accreditations = { cma: 'cma 资质认定 计量认证', cnas: 'cnas 实验室认可' };

/** The folded text of one entry: the name from 0, the rest from `nameSpan` on, each field on lines of its own so that no word spans two. The codes of what it means (vocabulary.ts) stand after the name, or at the end. Fields begin at multiples of 32: a longer model moves no word of the use, and equal fields stand at equal places, which packs better. */
export function searchText(
  entry: Searchable,
  codes: { name: string[]; rest: string[] } = { name: [], rest: [] },
): string {
  const rest = [
    ...[
      entry.model,
      entry.maker,
      entry.standard,
      entry.institution_name,
      /[市区县]$/.test(entry.city) ? entry.city : `${entry.city}市`,
      entry.purpose,
      entry.cma ? accreditations.cma : '',
      entry.cnas ? accreditations.cnas : '',
    ]
      .filter(Boolean)
      .map((field) => fold(field).replaceAll('\n', ' ')),
    codes.rest.join('\n'),
  ].filter(Boolean);
  return `${[fold(entry.name), ...codes.name].join('\n').padEnd(nameSpan - 1, '\n')}\n${rest.map((field) => field.padEnd(Math.ceil((field.length + 1) / step) * step, '\n')).join('')}`;
}

/** The words of a query: all of them must occur, in any order. At most eight, from the first 100 characters: cut before anything is done with them. */
export const terms = (query: string): string[] => fold(query.slice(0, 100)).split(/\s+/).filter(Boolean).slice(0, 8);
