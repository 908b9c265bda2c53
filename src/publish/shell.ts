import { escapeHtml } from '../domain/html.ts';
import type { Site } from './site.ts';

/** What a page of the catalogue puts into the site's layout. Astro renders each kind of page once with these marks for values; the publisher fills them in. */
export const mark = (name: string): string => `⟦${name}⟧`;

/** Text as Astro writes it into an attribute. */
const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

export type Shell = (values: Record<string, string>) => string;

/** Cuts a rendered page at its marks. `html` names those whose value is HTML already; others are escaped as Astro would, by where they stand. */
export function compileShell(page: string, html: string[]): Shell {
  const parts = page.split(/⟦(\w+)⟧/);
  const holes: { name: string; write: (value: string) => string; before: string }[] = [];
  let seen = '';
  for (let i = 0; i + 1 < parts.length; i += 2) {
    seen += parts[i];
    const name = parts[i + 1] as string;
    const inTag = seen.lastIndexOf('<') > seen.lastIndexOf('>');
    holes.push({
      name,
      before: parts[i] as string,
      write: html.includes(name) ? (v) => v : inTag ? attribute : escapeHtml,
    });
  }
  const end = parts.at(-1) as string;
  return (values) => {
    let text = '';
    for (const hole of holes) {
      const value = values[hole.name];
      if (value === undefined) throw new Error(`shell: no value for ${hole.name}`);
      text += hole.before + hole.write(value);
    }
    return text + end;
  };
}

const kept = '/catalogue/state/shells.json';
/** The shells of a fresh Astro build, taken out of the site (they are no pages) and kept beside the index for later changes. */
export function takeShells(site: Site, paths: Record<string, string>): void {
  const pages = Object.fromEntries(
    Object.entries(paths).map(([name, path]) => {
      const page = site.take(`${path}index.html`);
      if (page === undefined) throw new Error(`The build made no ${path}`);
      return [name, page];
    }),
  );
  site.write(kept, JSON.stringify(pages));
}
export function readShells(site: Site, html: string[]): Record<string, Shell> {
  const pages = site.text(kept);
  if (!pages) throw new Error('The site was not built by "npm run build": its shells are missing.');
  return Object.fromEntries(
    Object.entries(JSON.parse(pages) as Record<string, string>).map(([name, page]) => [name, compileShell(page, html)]),
  );
}
