// Brings a built site up to date with the catalogue: `npm run publish-changes` once (from cron, after a deploy), or `-- --watch` for as long as it runs.
import { type Api, changesAround, publicationOf } from '../src/publish/api.ts';
import { publishedThrough, republish } from '../src/publish/publish.ts';
import { siteOrigin } from './build.ts';
import { Complaint } from './complaints.ts';
import { runningPortal, siteDir } from './stack.ts';

/** Publishes what changed since the files were written; `known` remembers what was taken in, for the time before is asked again. Answers with the number of files written. */
export async function publishChanges(api: Api, dir: string, known = new Map<string, string>()): Promise<number> {
  const changes = await Promise.all(publishedThrough(dir).map(([kind, through]) => changesAround(api, kind, through)));
  const entries = changes.flat().filter((e) => known.get(e.slug) !== e.updated_at);
  if (entries.length === 0) return 0;
  const written = republish(dir, entries, await publicationOf(api, siteOrigin(api.url)));
  if (written === 'full')
    throw new Error(
      'The catalogue has outgrown its search index, or an earlier change broke off: run "npm run build".',
    );
  for (const e of entries) known.set(e.slug, e.updated_at);
  return written.length;
}
/** Looks every few seconds until the answer is called; a failure is said once and tried again. */
export function watchCatalogue(api: Api, dir: string): () => void {
  let ended = false;
  const known = new Map<string, string>();
  let said = '';
  const look = async () => {
    try {
      await publishChanges(api, dir, known);
      said = '';
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== said && !ended) console.error(`publish: ${message}`);
      said = message;
    }
    if (!ended) setTimeout(() => void look(), 3000).unref();
  };
  void look();
  return () => {
    ended = true;
  };
}

if (import.meta.main) {
  const portal = process.env['BUILD_API_URL'] ? undefined : await runningPortal();
  const api = {
    url: process.env['BUILD_API_URL'] ?? portal?.url ?? '',
    key: portal?.keys.publishableKey ?? process.env['PUBLIC_SUPABASE_KEY'] ?? '',
  };
  if (!api.url) {
    throw new Complaint(
      'Nothing to read from: start the portal ("npm start"), or set BUILD_API_URL and PUBLIC_SUPABASE_KEY.',
    );
  }
  if (process.argv.includes('--watch')) {
    watchCatalogue(api, siteDir);
    setInterval(() => {}, 1 << 30);
  } else {
    console.log(`${await publishChanges(api, siteDir)} files written.`);
    process.exit(0);
  }
}
