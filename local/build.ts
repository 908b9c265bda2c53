import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { entriesOf, publicationOf } from '../src/publish/api.ts';
import { publishAll } from '../src/publish/publish.ts';
import { Site } from '../src/publish/site.ts';
import { Complaint } from './complaints.ts';
import { runGuarded } from './processes/guarded.ts';
import { root, runningPortal, type Stack, siteDir } from './stack.ts';
import { mark } from './stack/hold.ts';
import { inModules } from './stack/places.ts';

/** What a site is built from: a running API; `dataDir` where it is a stack of this machine. */
export type Source = Pick<Stack, 'url' | 'keys'> & { dataDir?: string };

/** The public site's address: SITE_URL, or the API's own where both are one origin. */
export const siteOrigin = (apiUrl: string): string => process.env['SITE_URL'] ?? apiUrl;

const sourceFile = '/catalogue/state/source.txt';
/** Says of which sources, and for which addresses, a site is made. */
function sourceMark({ url, keys }: Pick<Stack, 'url' | 'keys'>): string {
  const hash = createHash('sha256').update(
    JSON.stringify([url, keys.publishableKey, siteOrigin(url), process.env['PUBLIC_SUPABASE_URL']]),
  );
  for (const place of ['src', 'content', 'public', 'astro.config.mjs', 'package-lock.json']) {
    const at = join(root, place);
    const files = statSync(at).isDirectory()
      ? readdirSync(at, { recursive: true, withFileTypes: true })
          .filter((f) => f.isFile())
          .map((f) => join(f.parentPath, f.name))
          .sort()
      : [at];
    for (const file of files) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}
/** Whether the site in `dir` is made from today's sources for this stack, and whole: else `npm start` builds it anew. */
export const isCurrent = (dir: string, stack: Pick<Stack, 'url' | 'keys'>): boolean =>
  new Site(dir).text(sourceFile) === sourceMark(stack) && !new Site(dir).isBroken;

/** Builds the site from the running stack's public API: Astro's pages, then the catalogue's. */
export async function buildSite(
  stack: Source,
  outDir: string,
): Promise<{ entries: number; pagesMs: number; catalogueMs: number }> {
  const start = performance.now();
  const sources = sourceMark(stack);
  // Until it is whole nothing says that it is.
  new Site(outDir).remove(sourceFile);
  await buildPages(stack, outDir);
  const built = performance.now();
  const api = { url: stack.url, key: stack.keys.publishableKey };
  const { entries } = await publishAll(outDir, entriesOf(api), await publicationOf(api, siteOrigin(stack.url)));
  new Site(outDir).write(sourceFile, sources);
  return { entries, pagesMs: built - start, catalogueMs: performance.now() - built };
}
/** Where Astro builds a site. It runs what it has built, beside node_modules: for a folder outside the project it takes one inside, but knows «outside» by the first letters, and takes /srv/portal-site for a part of /srv/portal. */
export function workshopOf(outDir: string): string {
  const dir = resolve(outDir);
  return dir.startsWith(root) && !dir.startsWith(root + sep) ? join(root, '.astro/site') : dir;
}
/** Puts a site in the place of another, as Astro does: what is there goes, but for what a version control keeps. */
function moveSite(from: string, to: string): void {
  if (existsSync(to)) {
    for (const name of readdirSync(to)) if (name !== '.git') rmSync(join(to, name), { recursive: true });
  } else mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
  rmSync(from, { recursive: true });
}
/** Astro's part alone. Asynchronous, because the gateway that answers it lives in this process. */
export async function buildPages(stack: Source, outDir: string): Promise<void> {
  const workshop = workshopOf(outDir);
  await runGuarded(process.execPath, [inModules('astro/bin/astro.mjs'), 'build', '--outDir', workshop], {
    cwd: root,
    env: {
      ...process.env,
      ...(stack.dataDir && mark(stack.dataDir)),
      ASTRO_TELEMETRY_DISABLED: '1',
      BUILD_API_URL: stack.url,
      PUBLIC_SUPABASE_KEY: stack.keys.publishableKey,
    },
  }).catch((error: Error) => {
    throw new Error(`astro build failed:\n${error.message}`);
  });
  if (workshop !== resolve(outDir)) moveSite(workshop, outDir);
  // The script of every page is served as it is written, but for its comments.
  const site = new Site(outDir);
  site.write('/site.js', (site.text('/site.js') ?? '').replaceAll(/^\s*\/\/.*\n/gm, ''));
}

if (import.meta.main) {
  // `npm run build`: from the API that BUILD_API_URL names (production), else from the portal that `npm start` runs now.
  const url = process.env['BUILD_API_URL'];
  const portal = url ? undefined : await runningPortal();
  if (!url && !portal) {
    throw new Complaint(
      'Nothing to build from: start the portal ("npm start"), or set BUILD_API_URL and PUBLIC_SUPABASE_KEY.',
    );
  }
  const keys = {
    publishableKey: portal?.keys.publishableKey ?? process.env['PUBLIC_SUPABASE_KEY'] ?? '',
  } as Stack['keys'];
  const { entries, pagesMs, catalogueMs } = await buildSite({ url: url ?? (portal?.url as string), keys }, siteDir);
  console.log(
    `The site is built in ${siteDir}: pages ${(pagesMs / 1000).toFixed(1)} s, catalogue of ${entries} entries ${(catalogueMs / 1000).toFixed(1)} s, peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB.`,
  );
  process.exit(0);
}
