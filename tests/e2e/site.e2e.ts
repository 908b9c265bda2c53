// The built site as files: what a government portal must have on every page, links that lead somewhere, and the weight of each page.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { site, test } from './harness.ts';

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

let pages: { path: string; html: string }[] = [];
test.beforeAll(() => {
  pages = files(site)
    .filter((f) => f.endsWith('.html'))
    .map((f) => ({ path: `/${relative(site, f)}`.replace(/index\.html$/, ''), html: readFileSync(f, 'utf8') }));
});
const meta = (html: string, name: string) => new RegExp(`<meta name="${name}" content="([^"]*)"`).exec(html)?.[1];

test('every page: title, description, site record; columns and articles their own; a way back; nothing secret', async () => {
  const wrong: string[] = [];
  for (const { path, html } of pages) {
    for (const name of ['description', 'SiteName', 'SiteDomain', 'SiteIDCode'])
      if (!meta(html, name)) wrong.push(`${path}: ${name}`);
    if (!/<title>[^<]+<\/title>/.test(html)) wrong.push(`${path}: title`);
    const column = meta(html, 'ColumnName') !== undefined;
    const article = meta(html, 'ArticleTitle') !== undefined;
    if (column)
      for (const name of ['ColumnDescription', 'ColumnKeywords', 'ColumnType'])
        if (!meta(html, name)) wrong.push(`${path}: ${name}`);
    // A document whose date is not known has no PubDate; an invented or empty one is worse than none.
    if (article) {
      if (!meta(html, 'ContentSource')) wrong.push(`${path}: ContentSource`);
      const date = meta(html, 'PubDate');
      if (date !== undefined && !/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/.test(date)) wrong.push(`${path}: PubDate ${date}`);
    }
    for (const [tag] of html.matchAll(/<meta [^>]*>/g))
      if (/\scontent(?:=""|[\s/>])/.test(tag)) wrong.push(`${path}: empty ${tag}`);
    if (path !== '/' && !html.includes('aria-label="当前位置"')) wrong.push(`${path}: breadcrumb`);
    // A workspace has no foot: what a person does there is not the public site.
    for (const words of ['/user/', '/institution/', '/desk/'].includes(path)
      ? []
      : ['政府网站标识码', 'ICP 备案', '网站找错', '主办单位', '承办单位'])
      if (!html.includes(words)) wrong.push(`${path}: footer ${words}`);
    if ((html.match(/<h1[\s>]/g) ?? []).length > 1) wrong.push(`${path}: more than one h1`);
    if (/sb_secret_|service_role|postgresql:\/\//.test(html)) wrong.push(`${path}: a secret`);
    if (/\sstyle="|\son[a-z]+="/.test(html)) wrong.push(`${path}: inline style or handler`);
  }
  assert.deepEqual(wrong.slice(0, 30), []);
  assert.ok(pages.length > 100);
});

test('every internal link leads to a page or a file', async () => {
  const known = new Map<string, boolean>();
  const broken: string[] = [];
  for (const { path, html } of pages) {
    for (const [, href] of html.matchAll(/(?:href|src)="(\/[^"#?]*)/g)) {
      const target = decodeURIComponent(href as string);
      if (!known.has(target))
        known.set(
          target,
          [join(site, target), join(site, target, 'index.html'), join(site, `${target}.html`)].some(
            (f) => existsSync(f) && statSync(f).isFile(),
          ),
        );
      if (!known.get(target)) broken.push(`${path} → ${target}`);
    }
  }
  assert.deepEqual([...new Set(broken.map((b) => b.split(' → ')[1]))].slice(0, 20), [], broken.slice(0, 5).join('; '));
});
/** The script files that are named, with all that they import. */
const withImports = (files: string[], seen = new Set<string>()): string[] => {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    withImports(
      [...readFileSync(join(site, file), 'utf8').matchAll(/(?:\bimport|\bfrom)\s*"(\.\.?\/[^"]+\.js)"/g)].map(
        ([, to]) => posix.join(posix.dirname(file), to as string),
      ),
      seen,
    );
  }
  return [...seen];
};

test('S1: a public page without an island weighs at most 14 kB compressed in all, its script at most 3 kB; an entry with its card 17 kB and 6 kB', async () => {
  const weight = new Map<string, number>();
  const of = (file: string) => {
    if (!weight.has(file)) weight.set(file, brotliCompressSync(readFileSync(join(site, file))).byteLength);
    return weight.get(file) ?? 0;
  };
  const heavy: string[] = [];
  for (const { path, html } of pages) {
    if (html.includes('<astro-island') || meta(html, 'robots') === 'noindex') continue;
    const named = [...html.matchAll(/(?:<link rel="stylesheet" href|<script[^>]* src)="(\/[^"]+)"/g)].map(
      (m) => m[1] as string,
    );
    const script = withImports(named.filter((p) => p.endsWith('.js'))).reduce((n, p) => n + of(p), 0);
    const total =
      brotliCompressSync(html).byteLength +
      script +
      named.filter((p) => !p.endsWith('.js')).reduce((n, p) => n + of(p), 0);
    const [most, mostScript] = html.includes('data-offer=') ? [17_408, 6_144] : [14_336, 3_072];
    // Long lists are content, not furniture: they are named where they exceed.
    if (total > most || script > mostScript) heavy.push(`${path}: ${total} B, script ${script} B`);
  }
  assert.deepEqual(heavy.slice(0, 10), []);
});

test('S1: the first screen of a workspace loads at most 60 kB of JavaScript (gzip)', async ({ signIn }) => {
  const weight = (file: string) => gzipSync(readFileSync(join(site, file))).byteLength;
  const heavy: string[] = [];
  // What the entry of each shell imports, and what that imports: all of it arrives before anything is shown.
  for (const page of ['work', 'user', 'institution', 'desk']) {
    const files = withImports(
      [
        ...readFileSync(join(site, page, 'index.html'), 'utf8').matchAll(
          /(?:component-url|renderer-url|src)="(\/[^"]+\.js)"/g,
        ),
      ].map((m) => m[1] as string),
    );
    const total = files.reduce((n, f) => n + weight(f), 0);
    console.log(`  /${page}/ ${total} B`);
    if (files.length < 5 || total > 61_440)
      heavy.push(`/${page}/: ${total} B in ${files.length} files: ${files.map((f) => `${f} ${weight(f)}`).join(', ')}`);
  }
  // And what a browser really fetched until the first view of a signed-in person stands.
  for (const name of ['firm', 'lab', 'platform']) {
    const page = await signIn(name);
    await page.reload();
    await page.getByRole('navigation', { name: '业务' }).waitFor();
    await page.waitForLoadState('networkidle');
    const fetched = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((e) => new URL(e.name).pathname)
        .filter((p) => p.endsWith('.js')),
    );
    const total = [...new Set(fetched)].reduce((n, f) => n + weight(f), 0);
    console.log(`  ${new URL(page.url()).pathname} as ${name}: ${total} B`);
    if (fetched.length < 5 || total > 61_440) heavy.push(`${page.url()} as ${name}: ${total} B`);
    await page.context().close();
  }
  assert.deepEqual(heavy, []);
});

test('every colour of the palette has the contrast it needs, in every theme', async () => {
  const measured = [
    ...(pages.find((p) => p.path === '/style/')?.html ?? '').matchAll(/data-ratio="([\d.]+)" data-needs="([\d.]+)"/g),
  ].map(([, ratio, needs]) => ({ ratio: Number(ratio), needs: Number(needs) }));
  assert.ok(measured.length >= 39);
  const weak = measured.filter((m) => m.ratio < m.needs);
  assert.deepEqual(weak, []);
});
