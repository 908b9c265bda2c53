import { type Cell, csvMark, csvRow } from '../domain/csv.ts';
import { datasetHead, datasets } from '../domain/datasets.ts';
import type { CatalogueEntry } from '../domain/catalogue.ts';
import type { Site } from './site.ts';

const [csv, json] = ['/open-data/catalogue.csv', '/open-data/catalogue.json'];

/** The catalogue's open data, written batch by batch: CSV and JSON of any size without holding it. */
export class OpenCatalogue {
  private set = datasets.find((d) => d.name === 'catalogue') as (typeof datasets)[number];
  private first = true;
  private site: Site;
  constructor(site: Site, day: string) {
    this.site = site;
    site.write(csv, csvMark + csvRow(this.set.columns.map((f) => f.key)));
    site.write(json, `${JSON.stringify(datasetHead(this.set, day)).slice(0, -1)},"rows":[`);
  }
  add(entries: CatalogueEntry[]): void {
    const cells = entries.map((e) =>
      this.set.columns.map((f) => (e as unknown as Record<string, Cell>)[f.key] ?? null),
    );
    this.site.append(
      csv,
      cells.map((row) => csvRow(row.map((v) => (typeof v === 'boolean' ? String(v) : v)))).join(''),
    );
    this.site.append(
      json,
      cells
        .map(
          (row) =>
            `${this.first && row === cells[0] ? '' : ','}${JSON.stringify(Object.fromEntries(this.set.columns.map((f, i) => [f.key, row[i]])))}`,
        )
        .join(''),
    );
    if (entries.length > 0) this.first = false;
  }
  end(): void {
    this.site.append(json, ']}');
  }
}
