import type { CatalogueEntry } from '../catalogue.ts';
import { fold, searchText } from './fold.ts';
import { codesOf, type Vocabulary } from './vocabulary.ts';

/** All of an entry that is searched: its words, and what they mean to the trade. Written by the publisher, and by the browser for what changed since. */
export function entryText(e: CatalogueEntry, vocabulary: Vocabulary): string {
  const { standard = '', specs = '' } = e.details;
  const name = vocabulary.codesIn(fold(e.name));
  const codes = codesOf(vocabulary, { standard, text: `${e.name}\n${e.model}\n${e.purpose}\n${standard}\n${specs}` });
  return searchText({ ...e, standard }, { name, rest: codes.filter((code) => !name.includes(code)) });
}
