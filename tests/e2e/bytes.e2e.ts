import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildPages } from '../../local/build.ts';
import { publishChanges } from '../../local/publish.ts';
import { root } from '../../local/stack.ts';
import { site, stack, test } from './harness.ts';

// One source for the catalogue's pages: what the publisher wrote is what Astro renders from the same parts.
test('S2: every entry and list that the publisher wrote has the bytes that Astro gives, hostile names too', async () => {
  const names = ['<script>alert("1")</script>', '引号 \' 与 " 与 & 与 &amp;', '⟦title⟧ $1 $& 仪'];
  const before =
    await stack.sql`select slug, name, purpose, class_code, city_code, city from public.catalogue where kind = 'instrument'`;
  for (const [i, name] of names.entries())
    await stack.sql`update public.catalogue set name = ${name}, purpose = ${`${name}的用途`}, updated_at = clock_timestamp() where kind = 'instrument' and ordinal = ${i + 2}`;
  // A class and a city of several pages.
  await stack.sql`update public.catalogue set class_code = '01', city_code = '410100', city = '郑州', updated_at = clock_timestamp() where kind = 'instrument'`;
  const api = { url: stack.url, key: stack.keys.publishableKey };
  assert.ok((await publishChanges(api, site)) > names.length);
  // Beside the project, under a name that begins with its own.
  const whole = mkdtempSync(`${root}-by-astro-`);
  process.env['CATALOGUE_BY_ASTRO'] = '1';
  try {
    await buildPages(stack, whole);
  } finally {
    delete process.env['CATALOGUE_BY_ASTRO'];
  }
  const pages = (at: string): string[] =>
    readdirSync(at).flatMap((f) => {
      const path = join(at, f);
      return statSync(path).isDirectory() ? pages(path) : [path];
    });
  const made = ['instruments', 'services', 'institutions'].flatMap((folder) => pages(join(whole, folder)));
  const differing = made.filter((path) => !readFileSync(path).equals(readFileSync(join(site, relative(whole, path)))));
  assert.deepEqual(differing.map((path) => relative(whole, path)).slice(0, 5), []);
  assert.ok(made.length > 200);
  for (const path of ['class/01', 'city/410100'])
    assert.ok(made.includes(join(whole, 'instruments', path, 'page/3/index.html')), path);
  rmSync(whole, { recursive: true });
  for (const row of before)
    await stack.sql`update public.catalogue set name = ${row['name']}, purpose = ${row['purpose']}, class_code = ${row['class_code']}, city_code = ${row['city_code']}, city = ${row['city']}, updated_at = clock_timestamp() where slug = ${row['slug']}`;
  await publishChanges(api, site);
  assert.ok(
    !existsSync(join(site, 'instruments/class/01/page/3/index.html')),
    'a list that got shorter loses its pages',
  );
});
