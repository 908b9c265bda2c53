import { SiteIndex, type SitePage, siteSearchFiles, type SiteTexts, type SiteWords } from '../domain/search/site.ts';

const read = async <T>(path: string, empty: T): Promise<T> => {
  const answer = await fetch(path, { cache: 'no-cache' });
  if (answer.status === 404) return empty;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
};

/** Two frames on: what was found by title stands on the page by then. */
const drawn = () =>
  new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));

/** The pages of the site to be searched: by title and heading as soon as those are here, by every word a moment later. */
export async function siteIndex(whole: (index: SiteIndex) => void): Promise<SiteIndex> {
  const { pages, words } = await read<{ pages: SitePage[]; words: SiteWords }>(siteSearchFiles.pages, {
    pages: [],
    words: {},
  });
  // The texts are the larger part: the first results do not share the line with them.
  void drawn()
    .then(() => read<SiteTexts>(siteSearchFiles.texts, []))
    .then(
      (texts) => whole(new SiteIndex(pages, texts, words)),
      // Titles and headings alone are found then.
      () => whole(new SiteIndex(pages, [], words)),
    );
  return new SiteIndex(pages, [], words);
}
