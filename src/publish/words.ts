import { pinyin } from 'pinyin-pro';
import { type CatalogueEntry, type CatalogueKind, catalogueFiles } from '../domain/catalogue.ts';
import { fold } from '../domain/search/fold.ts';
import type { Site } from './site.ts';

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
    const chars = [...new Set(names.map(([name]) => name).join(''))].filter((c) => /\p{Script=Han}/u.test(c)).sort();
    const readings = Object.fromEntries(
      chars.map((c) => [c, [...new Set(pinyin(c, { toneType: 'none', type: 'array', multiple: true, v: true }))]]),
    );
    this.site.write(files.names, JSON.stringify({ names, readings }));
    this.site.write(files.models, JSON.stringify([...this.models].sort((a, b) => (a[0] < b[0] ? -1 : 1))));
  }
}
