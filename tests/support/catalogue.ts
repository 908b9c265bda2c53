import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CatalogueIndex } from '../../src/backend/catalogue-index.ts';
import type { CatalogueEntry, CatalogueKind } from '../../src/domain/catalogue.ts';
import { henanCities } from '../../src/domain/henan.ts';
import { type Publication, publishAll } from '../../src/publish/publish.ts';
import { mark } from '../../src/publish/shell.ts';

export const publication: Publication = {
  rate: { rateBp: 3000, note: '演示' },
  classes: [
    ['01', '分析仪器'],
    ['02', '物理性能测试仪器'],
    ['15', '其他仪器'],
  ],
  origin: 'https://example.invalid',
  day: '2026-11-25',
};

/** A folder as Astro would leave it, with the smallest possible shells. */
export function emptySite(): string {
  const dir = mkdtempSync(join(tmpdir(), 'catalogue-test-'));
  const list = `<html><title>${mark('title')}</title><meta content="${mark('description')}"><main>${mark('main')}</main></html>`;
  const entry = `<html><title>${mark('title')}</title><meta content="${mark('description')} ${mark('source')} ${mark('published')}"><script>${mark('jsonLd')}</script><main>${mark('main')}</main></html>`;
  const page = (path: string, html: string) => {
    mkdirSync(join(dir, path), { recursive: true });
    writeFileSync(join(dir, path, 'index.html'), html);
  };
  for (const kind of ['instruments', 'services']) {
    page(kind, list);
    page(`${kind}/_list`, list);
    page(`${kind}/_entry`, entry);
  }
  page('institutions', list);
  page('institutions/_institution', list);
  page('.', '<span data-count="instrument">0</span><span data-count="service">0</span>');
  return dir;
}
/** The two columns of a city. */
export const cityOf = (name: string) => ({
  city: name,
  city_code: henanCities.find((c) => c[1] === name)?.[0] as string,
});
/** An entry of 演示数据 with what a test does not care about filled in. */
export function entry(part: Partial<CatalogueEntry> & { ordinal: number }): CatalogueEntry {
  const kind = part.kind ?? 'instrument';
  return {
    slug: `${kind[0]}${part.ordinal}`,
    kind,
    name: '光学显微镜',
    model: '',
    maker: '',
    class_code: '01',
    class_ordinal: part.ordinal,
    institution_id: 1,
    institution_name: '中原大学（演示）',
    institution_type: 'university',
    ...cityOf('郑州'),
    purpose: '',
    details: {},
    unit: '样',
    price_min_fen: 10_000,
    price_max_fen: 20_000,
    cma: false,
    cnas: false,
    is_open: true,
    voucher_enabled: true,
    reopens_on: null,
    published_at: '2026-04-01T01:00:00+00:00',
    updated_at: '2026-04-01T01:00:00+00:00',
    ...part,
  };
}
/** The next place in a class, as the database gives it. */
export const nextInClass = (entries: Iterable<CatalogueEntry>, kind: CatalogueKind, code: string): number =>
  1 + Math.max(0, ...[...entries].filter((e) => e.kind === kind && e.class_code === code).map((e) => e.class_ordinal));
/** As it is, or moved to the end of another class. */
export const inClass = (e: CatalogueEntry, code: string, entries: Iterable<CatalogueEntry>): CatalogueEntry =>
  e.class_code === code ? e : { ...e, class_code: code, class_ordinal: nextInClass(entries, e.kind, code) };
export async function publishTo(dir: string, entries: CatalogueEntry[]): Promise<void> {
  await publishAll(
    dir,
    async function* (kind: CatalogueKind) {
      const own = entries.filter((e) => e.kind === kind).sort((a, b) => a.ordinal - b.ordinal);
      for (let i = 0; i < own.length; i += 100) yield own.slice(i, i + 100);
    },
    publication,
  );
}
/** Every file below a folder with its content; links are not followed. */
export const contents = (dir: string): Map<string, string> =>
  new Map(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((f) => f.isFile())
      .map((f) => join(f.parentPath, f.name))
      .map((path) => [relative(dir, path), readFileSync(path).toString('base64')]),
  );
/** The browser's reader on a folder; `bytes` counts what it was given. */
export function readerOf(
  dir: string,
  kind: CatalogueKind = 'instrument',
): { index: CatalogueIndex; bytes: () => number } {
  let bytes = 0;
  const index = new CatalogueIndex(kind, async (path) => {
    try {
      const content = new Uint8Array(readFileSync(join(dir, path)));
      bytes += content.byteLength;
      return content;
    } catch {
      return undefined;
    }
  });
  return { index, bytes: () => bytes };
}
