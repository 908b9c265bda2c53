import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { buildSite } from '../../local/build.ts';
import { Catalogue, type Question } from '../../src/backend/catalogue.ts';
import { CatalogueIndex } from '../../src/backend/catalogue-index.ts';
import { nameSpan, terms } from '../../src/domain/search/fold.ts';
import { nothingAsked } from '../../src/islands/catalogue/question.ts';
import { median, timed, withStack } from './support.ts';

/** From the most common to the rare, two characters first of all; names, models, makers, institutions, uses, and words that are nowhere. */
const words = [
  '分析',
  '显微',
  '材料',
  '研究',
  '检测',
  '样品',
  '演示',
  '大学',
  '质谱',
  '硬度',
  '电子显微镜',
  '扫描电子',
  '成分分析',
  '焊缝',
  '橡胶密封',
  '石墨烯',
  '稀土永磁',
  '重金属迁移',
  '人造金刚石',
  '疲劳裂纹扩展',
  '太行第三',
  '分析测试中心',
  '示范光电',
  '虚构',
  'demo',
  'hn-4',
  '8100',
  'ys-95',
  '镜',
  '显微 洛阳',
  '晶粒取向 石墨',
  '海流',
  '伽马谱仪',
  '没有的词',
  '镜显',
];
const nothing: Question = { ...nothingAsked, exact: true };

/** S3: search in the published files, at 10,000 and 100,000 instruments: bytes until the first twenty results on an empty cache, time with the files at hand, against an exact scan; recall of pagefind on the same 10,000 pages. */
export default async function finding(): Promise<void> {
  for (const instruments of (process.env['SIZES'] ?? '10000,100000').split(',').map(Number)) {
    await withStack(
      async (stack) => {
        const site = mkdtempSync(join(tmpdir(), 'voucher-finding-'));
        await buildSite(stack, site);
        // What travels: files of text as a static host compresses them, files of the index as they are.
        const weights = new Map<string, number>();
        const weigh = (path: string, content: Uint8Array) => {
          if (!weights.has(path))
            weights.set(
              path,
              path.endsWith('.json')
                ? brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).byteLength
                : content.byteLength,
            );
          return weights.get(path) as number;
        };
        const texts = readdirSync(join(site, 'catalogue/state/instrument/text')).flatMap(
          (f) =>
            JSON.parse(readFileSync(join(site, 'catalogue/state/instrument/text', f), 'utf8')) as [number, string][],
        );
        const exact = (query: string) => {
          const wanted = terms(query);
          return texts.filter(([, text]) => wanted.every((t) => text.includes(t))).map(([o]) => o);
        };
        const textOf = new Map(texts);
        // A match in the name first, then the newest.
        const key = (query: string, o: number) =>
          (terms(query).every((t) => (textOf.get(o) ?? '').slice(0, nameSpan).includes(t)) ? 0 : 1e9) - o;
        const files = new Map<string, Uint8Array<ArrayBuffer>>();
        const open = (onRead: (bytes: number) => void) =>
          new CatalogueIndex('instrument', async (path) => {
            if (!files.has(path))
              try {
                files.set(path, new Uint8Array(readFileSync(join(site, path))));
              } catch {
                return undefined;
              }
            const content = files.get(path) as Uint8Array<ArrayBuffer>;
            onRead(weigh(path, content));
            return content;
          });
        const rows: {
          word: string;
          found: number;
          kB: number;
          allKB: number;
          ms: number;
          unpackMs: number;
          scanMs: number;
          right: boolean;
        }[] = [];
        for (const word of words) {
          const question = { ...nothing, query: word };
          let bytes = 0;
          const index = open((n) => {
            bytes += n;
          });
          // As people ask: with the other names of the thing.
          await new Catalogue(index).search({ ...question, exact: false });
          const cold = bytes;
          const answer = await new Catalogue(index).search(question);
          // Whatever is asked last is unpacked already; another reader of the same files unpacks them first.
          const [runs, unpacking]: number[][] = [[], []];
          for (let i = 0; i < 9; i++) {
            const fresh = open(() => {});
            unpacking?.push(await timed(() => new Catalogue(fresh).search(question)));
            runs?.push(await timed(() => new Catalogue(index).search(question)));
          }
          const total = answer.instead ? 0 : (await new Catalogue(index).facets(question)).total;
          const t = performance.now();
          const scanned = exact(word);
          const scanMs = performance.now() - t;
          const first = scanned
            .map((o) => [key(word, o), o] as const)
            .sort((a, b) => a[0] - b[0])
            .slice(0, 20)
            .map(([, o]) => o);
          rows.push({
            word,
            found: total,
            kB: cold / 1000,
            allKB: bytes / 1000,
            ms: median(runs ?? []),
            unpackMs: median(unpacking ?? []),
            scanMs,
            right:
              total === scanned.length &&
              (answer.instead !== undefined || String(answer.rows.map((r) => r.ordinal)) === String(first)),
          });
        }
        const p95 = (of: number[]) => of.toSorted((a, b) => a - b)[Math.floor(of.length * 0.95)] as number;
        for (const r of rows)
          console.log(
            `${r.word.padEnd(8, '　')} ${String(r.found).padStart(6)} found${r.right ? '' : ' WRONG'}, ${r.kB.toFixed(1).padStart(5)} kB cold until the first twenty, ${r.allKB.toFixed(0)} with all counts, ${r.ms.toFixed(2)} ms at hand (${r.unpackMs.toFixed(1)} with unpacking), scan ${r.scanMs.toFixed(0)} ms`,
          );
        console.log(
          `${instruments} instruments: ${rows.every((r) => r.right) ? 'every count and first page exact' : 'SETS DIFFER'}; cold at most ${Math.max(...rows.map((r) => r.kB)).toFixed(1)} kB, median ${median(rows.map((r) => r.kB)).toFixed(1)} kB (goal 60); at hand p95 ${p95(rows.map((r) => r.ms)).toFixed(2)} ms (goal 5), with unpacking ${p95(rows.map((r) => r.unpackMs)).toFixed(1)} ms`,
        );
        if (instruments <= 10_000) await pagefind(site, stack.url, exact);
        rmSync(site, { recursive: true, force: true });
      },
      { instruments, applicants: 2 },
    );
  }
}

/** pagefind over the same entry pages, asked in Chromium. */
async function pagefind(site: string, _url: string, exact: (query: string) => number[]): Promise<void> {
  const only = mkdtempSync(join(tmpdir(), 'voucher-pagefind-'));
  for (const slug of readdirSync(join(site, 'instruments')).filter((n) => /^i\d+$/.test(n))) {
    mkdirSync(join(only, slug));
    cpSync(join(site, 'instruments', slug, 'index.html'), join(only, slug, 'index.html'));
  }
  const { createIndex } = await import('pagefind');
  const { index } = await createIndex({ rootSelector: 'article', forceLanguage: 'zh-cn' });
  if (!index) throw new Error('pagefind made no index');
  const t = performance.now();
  await index.addDirectory({ path: only });
  await index.writeFiles({ outputPath: join(only, 'pagefind') });
  const seconds = (performance.now() - t) / 1000;
  const { createServer } = await import('node:http');
  const server = createServer((req, res) => {
    try {
      const path = (req.url ?? '').split('?')[0] as string;
      const content = readFileSync(join(only, path === '/' ? 'i2/index.html' : path));
      res.writeHead(200, {
        'content-type': path.endsWith('.js')
          ? 'text/javascript'
          : path === '/'
            ? 'text/html'
            : 'application/octet-stream',
      });
      res.end(path === '/' ? '<!doctype html>' : content);
    } catch {
      res.writeHead(404);
      res.end();
    }
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const chrome = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await chrome.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
    const results = await page.evaluate(async (list) => {
      const api = (await import(/* @vite-ignore */ '/pagefind/pagefind.js' as string)) as {
        init(): Promise<void>;
        search(q: string): Promise<{ results: { id: string }[] }>;
      };
      await api.init();
      const out: [string, string[]][] = [];
      for (const word of list) out.push([word, (await api.search(word)).results.map((r) => r.id)]);
      return out;
    }, words);
    const slugOf = (id: string) =>
      Number(
        /"url":"\/i(\d+)\//.exec(
          gunzipSync(readFileSync(join(only, 'pagefind/fragment', `${id}.pf_fragment`))).toString('utf8'),
        )?.[1] ?? 0,
      );
    let [both, all] = [0, 0];
    const recalls = results.flatMap(([word, ids]) => {
      const right = new Set(exact(word));
      if (right.size === 0) return [];
      const hits = ids.map(slugOf).filter((o) => right.has(o)).length;
      both += hits;
      all += right.size;
      return [[word, hits / right.size] as const];
    });
    const size = (dir: string): number =>
      readdirSync(dir, { withFileTypes: true }).reduce(
        (n, f) => n + (f.isDirectory() ? size(join(dir, f.name)) : readFileSync(join(dir, f.name)).byteLength),
        0,
      );
    console.log(
      `pagefind on the same pages: built in ${seconds.toFixed(1)} s, ${(size(join(only, 'pagefind')) / 1e6).toFixed(1)} MB; recall ${((both / all) * 100).toFixed(0)} % of all entries, per word ${((recalls.reduce((n, [, r]) => n + r, 0) / recalls.length) * 100).toFixed(0)} %, words it finds less than half of: ${recalls
        .filter(([, r]) => r < 0.5)
        .map(([w]) => w)
        .join(' ')}; ours 100 %`,
    );
  } finally {
    await chrome.close();
    server.close();
    rmSync(only, { recursive: true, force: true });
  }
}
