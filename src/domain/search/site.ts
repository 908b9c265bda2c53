import { fold } from './fold.ts';

/** What the search of the whole site knows of a page: first its headings, soon after them its text. */
export interface SitePage {
  url: string;
  title: string;
  /** The column it stands in, as the reader calls it. */
  column: string;
  about: string;
  sections: [anchor: string, heading: string][];
}
/** The texts of each page's sections, in the order of the pages and of their sections. */
export type SiteTexts = string[][];
export const siteSearchFiles = { pages: '/search/pages.json', texts: '/search/texts.json' };

/** As `fold`, and without blanks, brackets and quotation marks: «豫科[2018]137号» is «豫科〔2018〕137号». */
export const plain = (text: string): string =>
  fold(text).replaceAll(/[\s〔〕[\](){}「」『』《》〈〉【】“”"'‘’、，。：；？！?!,;:]/g, '');

/** What people put around the thing that they ask for. */
const asking =
  /怎么样|怎么办|怎么|怎样|如何|是什么|什么是|什么|在哪里|哪里|在哪|哪些|哪个|哪儿|多少|为什么|能不能|是不是|可不可以|可以|是否|请问|我要|我想|谁能|谁可以|谁|吗|呢|了/g;
/** What is left of a question when the words of asking are taken off; the question itself where nothing would be. */
export const essence = (term: string): string[] => {
  const left = term
    .replaceAll(asking, ' ')
    .split(' ')
    .filter((piece) => piece.length >= 2);
  return left.length > 0 ? left : [term];
};

/** Words that readers use for those of the site. */
export type SiteWords = Record<string, string[]>;

export interface SiteHit {
  page: SitePage;
  /** The section that fits best, by its place; the page itself where that is -1. */
  section: number;
  excerpt: string;
}
export interface SiteAnswer {
  hits: SiteHit[];
  /** The words to mark. */
  marks: string[];
  /** What was searched beside the words themselves. */
  also: string[];
  /** No page has all of it: these have most. */
  nearest: boolean;
}

/** How much a word in a title, a heading, the description or the text says. */
const worth = { title: 24, heading: 10, about: 8, text: 3 };
/** Answers and guides say more than the lists of one quarter; most of all to who asks a question. */
const leaning: Record<string, number> = { 常见问题: 2, 操作指南: 1.5, 公示: -3 };
const answering: Record<string, number> = { 常见问题: 25, 操作指南: 24 };

interface Prepared {
  page: SitePage;
  title: string;
  about: string;
  headings: string[];
  texts: string[];
  originals: string[];
}
/** The site's pages made ready; asked anew when the texts have arrived. */
export class SiteIndex {
  private pages: Prepared[];
  private words: SiteWords;
  constructor(pages: SitePage[], texts: SiteTexts = [], words: SiteWords = {}) {
    this.words = words;
    this.pages = pages.map((page, i) => ({
      page,
      title: plain(page.title),
      about: plain(page.about),
      headings: page.sections.map(([, heading]) => plain(heading)),
      texts: page.sections.map((_, k) => plain(texts[i]?.[k] ?? '')),
      originals: page.sections.map((_, k) => texts[i]?.[k] ?? ''),
    }));
  }

  search(query: string): SiteAnswer {
    const typed = [...new Set(query.slice(0, 100).split(/\s+/).map(plain).filter(Boolean))].slice(0, 8);
    if (typed.length === 0) return { hits: [], marks: [], also: [], nearest: false };
    const whole = plain(query.slice(0, 100));
    const wanted = [...new Set(typed.flatMap(essence))];
    const asks = wanted.join() !== typed.join();
    const options = wanted.map((w) => [w, ...(this.words[w] ?? []).map(plain)]);
    const also = [...new Set(options.flatMap((o) => o.slice(1)))];
    const all = this.ranked((page) => this.score(page, whole, options, asks));
    if (all.length > 0) return { hits: all, marks: [...typed, ...wanted, ...also], also, nearest: false };
    const pairs = [
      ...new Set(wanted.flatMap((w) => Array.from({ length: w.length - 1 }, (_, i) => w.slice(i, i + 2)))),
    ];
    if (pairs.length < 2) return { hits: [], marks: [], also: [], nearest: false };
    const near = this.ranked((page) => this.nearness(page, pairs));
    return { hits: near.slice(0, 8), marks: pairs, also: [], nearest: near.length > 0 };
  }

  private ranked(score: (page: Prepared) => { score: number; section: number; at: number } | undefined): SiteHit[] {
    return this.pages
      .flatMap((p) => {
        const s = score(p);
        return s ? [{ p, ...s }] : [];
      })
      .sort((a, b) => b.score - a.score || (a.p.page.url < b.p.page.url ? 1 : -1))
      .map(({ p, section, at }) => ({ page: p.page, section, excerpt: excerptOf(p, section, at) }));
  }
  /** Every word in one of its forms, somewhere on the page; the more telling the place, the higher. */
  private score(p: Prepared, whole: string, options: string[][], asks: boolean) {
    let score = (asks ? answering : leaning)[p.page.column] ?? 0;
    const bySection = p.headings.map(() => 0);
    for (const forms of options) {
      let best = 0;
      for (const [n, form] of forms.entries()) {
        const share = n === 0 ? 1 : 0.6;
        if (p.title.includes(form)) best = Math.max(best, share * (worth.title + (12 * form.length) / p.title.length));
        if (p.about.includes(form)) best = Math.max(best, share * worth.about);
        for (const [i, heading] of p.headings.entries()) {
          const here = heading.includes(form) ? worth.heading : p.texts[i]?.includes(form) ? worth.text : 0;
          if (here > 0) {
            bySection[i] = (bySection[i] as number) + share * here;
            best = Math.max(best, share * here);
          }
        }
      }
      if (best === 0) return undefined;
      score += best;
    }
    const section = bySection.reduce((best, n, i) => (n > (bySection[best] ?? 0) ? i : best), 0);
    // All of it in one place, as it was typed.
    if (p.title.includes(whole)) score += 10;
    else if (p.headings.some((h) => h.includes(whole))) score += 16;
    else if (p.about.includes(whole)) score += 9;
    else if (p.texts.some((t) => t.includes(whole))) score += 5;
    score += Math.min(3, Math.max(0, ...bySection) / 10);
    const found = (bySection[section] ?? 0) > 0 ? section : -1;
    const first = options.flat().map((form) => p.texts[section]?.indexOf(form) ?? -1);
    return { score, section: found, at: first.find((at) => at >= 0) ?? -1 };
  }
  /** The section with most pairs of characters: half of them at least. */
  private nearness(p: Prepared, pairs: string[]) {
    let best: { score: number; section: number; at: number } | undefined;
    for (const [i, heading] of p.headings.entries()) {
      const text = heading + (p.texts[i] ?? '');
      const found = pairs.filter((pair) => text.includes(pair) || p.title.includes(pair));
      const score = found.length / pairs.length;
      const at = Math.min(...found.map((pair) => p.texts[i]?.indexOf(pair) ?? -1).filter((n) => n >= 0));
      if (score >= 0.5 && score > (best?.score ?? 0)) best = { score, section: i, at: Number.isFinite(at) ? at : -1 };
    }
    return best;
  }
}

const [before, shown] = [24, 110];
/** A piece of the section around the place; the page's description where the words stand in no text. */
function excerptOf(p: Prepared, section: number, at: number): string {
  const text = p.originals[section] ?? '';
  if (at < 0 || !text) return text.slice(0, shown) || p.page.about;
  // The place is one of the plain text: walked to in the original.
  let [seen, from] = [0, 0];
  for (const char of text) {
    if (seen >= at) break;
    seen += plain(char).length;
    from += char.length;
  }
  const start = from <= before + 8 ? 0 : from - before;
  const piece = text.slice(start, start + shown);
  return `${start > 0 ? '…' : ''}${piece}${start + shown < text.length ? '…' : ''}`;
}
