import { readFileSync } from 'node:fs';
import { pinyin } from 'pinyin-pro';
import vocabulary from '../../content/vocabulary.json' with { type: 'json' };
import {
  type CatalogueEntry,
  type CatalogueKind,
  catalogueFiles,
  lettersFile,
  vocabularyFile,
} from '../domain/catalogue.ts';
import { fold } from '../domain/search/fold.ts';
import type { Letters } from '../domain/search/sounds.ts';
import { type Concept, Vocabulary } from '../domain/search/vocabulary.ts';
import type { Site } from './site.ts';

/** Without tones; all of a character that has several. */
const readingsOf = (c: string): string[] => [
  ...new Set(pinyin(c, { toneType: 'none', type: 'array', multiple: true, v: true })),
];

/** Lays the words of the trade beside the index that is made by them: whoever changes or reads it later goes by the same. */
export function writeVocabulary(site: Site): Vocabulary {
  const concepts = (vocabulary.trade.concepts as Concept[]).map(({ name, words, asked }) => ({
    name,
    words,
    ...(asked && { asked }),
  }));
  site.write(vocabularyFile, JSON.stringify(concepts));
  site.write(lettersFile, JSON.stringify(letters()));
  return readVocabulary(site);
}
export const readVocabulary = (site: Site): Vocabulary =>
  new Vocabulary(JSON.parse(site.text(vocabularyFile) ?? '[]') as Concept[]);

/** The usual characters (the first level of GB 2312) by how they sound, and those of the vocabulary. */
function letters(): Letters {
  const sounds: Record<string, string> = {};
  const decoder = new TextDecoder('gbk');
  const usual = new Set([...JSON.stringify(vocabulary.trade.concepts)].filter((c) => /\p{Script=Han}/u.test(c)));
  for (let high = 0xb0; high <= 0xd7; high++)
    for (let low = 0xa1; low <= 0xfe; low++) {
      const c = decoder.decode(Uint8Array.of(high, low));
      if (/^\p{Script=Han}$/u.test(c)) usual.add(c);
    }
  for (const c of [...usual].sort()) for (const reading of readingsOf(c)) sounds[reading] = (sounds[reading] ?? '') + c;
  const traditional = readFileSync(new URL('../../content/traditional.txt', import.meta.url), 'utf8').trim();
  return { traditional, sounds };
}

/** What the search asks when a word is nowhere: names with their readings (拼音), and model numbers. Each with how many entries have it, so that a change can be taken back. */
export class Words {
  private names: Map<string, number>;
  private models: Map<string, number>;
  private site: Site;
  private kind: CatalogueKind;
  constructor(site: Site, kind: CatalogueKind) {
    [this.site, this.kind] = [site, kind];
    const files = catalogueFiles(kind);
    this.names = new Map((JSON.parse(site.text(files.names) ?? '{"names":[]}') as { names: [string, number][] }).names);
    this.models = new Map(JSON.parse(site.text(files.models) ?? '[]') as [string, number][]);
  }
  add(e: Pick<CatalogueEntry, 'name' | 'model' | 'institution_name'>, by: 1 | -1): void {
    const count = (map: Map<string, number>, key: string) => {
      const n = (map.get(key) ?? 0) + by;
      if (n > 0) map.set(key, n);
      else map.delete(key);
    };
    count(this.names, e.name);
    count(this.names, e.institution_name);
    for (const model of fold(e.model).split(/\s+/)) if (model) count(this.models, model);
  }
  save(): void {
    const files = catalogueFiles(this.kind);
    const byCount = (a: [string, number], b: [string, number]) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
    const names = [...this.names].sort(byCount);
    // The names of the trade are spelled as those of the catalogue.
    const spelled = `${names.map(([name]) => name).join('')}${readVocabulary(this.site).words.join('')}`;
    const chars = [...new Set(spelled)].filter((c) => /\p{Script=Han}/u.test(c)).sort();
    const readings = Object.fromEntries(chars.map((c) => [c, readingsOf(c)]));
    this.site.write(files.names, JSON.stringify({ names, readings }));
    this.site.write(files.models, JSON.stringify([...this.models].sort((a, b) => (a[0] < b[0] ? -1 : 1))));
  }
}
