import { type Accessor, createMemo, createResource } from 'solid-js';
import { Catalogue, type Facets, pageSize, type Question } from '../../backend/catalogue.ts';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import type { Asking } from './asking.ts';
import { nothingAsked, saidCount } from './question.ts';

interface Asked {
  q: Question;
  alternatives: string[][];
  v: number;
}

/** How many entries each condition would leave, and how many there are in all: counted beside the rows, once for all pages of an answer. */
function createCounts(catalogue: Catalogue, asked: Accessor<Asked | undefined>) {
  const [counted] = createResource<{ q: Question; facets: Facets } | undefined, Asked>(
    asked,
    ({ q, alternatives }, last) =>
      catalogue.facets(q, alternatives).then(
        (facets) => ({ q, facets }),
        () => last.value,
      ),
  );
  return {
    counting: () => counted.loading,
    facets: () => counted.latest?.facets,
    total: () => {
      const c = counted.latest;
      return c && JSON.stringify(c.q) === JSON.stringify(asked()?.q) ? c.facets.total : undefined;
    },
  };
}

/** What is found for what is asked, its counts, and what leads on from an empty answer. `version` moves when the catalogue has changed. */
export function createAnswers(kind: CatalogueKind, catalogue: Catalogue, asking: Asking, version: Accessor<number>) {
  const other: CatalogueKind = kind === 'instrument' ? 'service' : 'instrument';
  const others = Catalogue.of(other);
  const { active, question, chosen } = asking;
  const [answer, { refetch }] = createResource(
    () => (active() ? { q: question(), v: version() } : undefined),
    ({ q }) => catalogue.search(q),
  );
  // Reading a resource that failed throws.
  const found = () => (answer.error ? undefined : answer.latest);
  // What is to be counted: kept while the next answer is awaited, and the same for every page.
  const asked = createMemo<Asked | undefined>(
    (before) => {
      const a = found();
      return !active() || !a
        ? undefined
        : answer.loading
          ? before
          : { q: { ...question(), page: 1 }, alternatives: a.alternatives, v: version() };
    },
    undefined,
    { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  const counts = createCounts(catalogue, asked);
  /** How many there are in all: known with the rows, or soon after them with the counts of the conditions. */
  const total = () => {
    const a = found();
    return !a || a.whole ? a?.total : counts.total();
  };
  const [elsewhere] = createResource(
    () => (active() && question().query && !answer.loading && found() ? question().query : undefined),
    (query) => others.search({ ...nothingAsked, query }).catch(() => undefined),
  );
  const [help] = createResource(
    () => {
      const a = active() && !answer.loading ? found() : undefined;
      return a?.total === 0 ? { query: question().query, narrowed: chosen() > 0 } : undefined;
    },
    async ({ query, narrowed }) => {
      try {
        const wide = narrowed ? await catalogue.search({ ...nothingAsked, query }) : undefined;
        return wide && wide.total > 0
          ? { relaxed: saidCount(wide, catalogueKinds[kind].measure) }
          : { piece: await catalogue.pieceOf(query) };
      } catch {
        return {};
      }
    },
  );
  return {
    found,
    failed: () => Boolean(answer.error),
    again: () => void refetch(),
    counting: counts.counting,
    facets: counts.facets,
    total,
    pages: () => Math.ceil((total() ?? 0) / pageSize),
    /** What would lead on from an empty answer: fewer conditions, or a piece of the word. None while the next question is being thought of. */
    lead: (): { relaxed?: string; piece?: string | undefined } => (help.loading ? {} : (help() ?? {})),
    /** The catalogue's other half, and how many it has for the same words. */
    other,
    alsoThere: () => {
      const e = elsewhere();
      return e && e.total > 0 ? saidCount(e, '项') : '';
    },
  };
}
export type Answers = ReturnType<typeof createAnswers>;
