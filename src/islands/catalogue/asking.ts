import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import type { Question } from '../../backend/catalogue.ts';
import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import { formatFen } from '../../domain/money.ts';
import { asks, nothingAsked, readQuestion, writeQuestion } from './question.ts';

const priceOf = (q: Question) => (q.maxFen === undefined ? '' : formatFen(q.maxFen).replaceAll(',', ''));
const countChosen = (q: Question) =>
  q.classes.length +
  q.cities.length +
  q.institutions.length +
  Number(q.voucherOnly) +
  Number(q.cma) +
  Number(q.cnas) +
  Number(q.maxFen !== undefined);

/**
 * What is asked: what stands in the field, what was chosen beside it, and the address that says both. `early` is what was typed before this script came;
 * `preset` what the page's own list is narrowed to.
 */
export function createAsking(kind: CatalogueKind, early: string, preset: string) {
  const { base } = catalogueKinds[kind];
  const home = window.location.pathname;
  const [typed, setTyped] = createSignal(early || readQuestion(window.location.search).query);
  const [question, setQuestion] = createSignal(readQuestion(window.location.search));
  const [price, setPrice] = createSignal(priceOf(question()));
  // What was chosen, turned or sent is a step that 后退 takes back; what is typed on the way is not.
  let step = false;
  const ask = (part: Partial<Question>, isStep = true) => {
    // A list of one class or city searches within it.
    const within = asks(question()) ? {} : readQuestion('', preset);
    step = isStep || !asks(question());
    setQuestion({ ...question(), ...within, page: 1, query: typed(), ...part });
  };
  // A pause in typing asks; the address follows.
  createEffect(
    on(
      typed,
      (query) => {
        const timer = setTimeout(() => {
          if (query !== question().query) ask({ query, exact: false }, false);
        }, 90);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
  if (typed() !== question().query) ask({ query: typed() }, false);
  createEffect(
    on(question, (q) => {
      const query = writeQuestion(q);
      const address = query ? `${base}?${query}` : home;
      if (address !== window.location.pathname + window.location.search)
        window.history[step ? 'pushState' : 'replaceState'](null, '', address);
      step = false;
    }),
  );
  const back = () => {
    const q = readQuestion(window.location.search);
    setTyped(q.query);
    setPrice(priceOf(q));
    setQuestion(q);
  };
  window.addEventListener('popstate', back);
  onCleanup(() => window.removeEventListener('popstate', back));
  return {
    typed,
    setTyped,
    question,
    ask,
    /** Is anything asked? Otherwise the page's own list stands. */
    active: () => asks(question()),
    /** How many conditions are chosen beside the words. */
    chosen: () => countChosen(question()),
    price,
    /** Why the price cannot be read. */
    unread: () => (price().trim() && parseYuan(price()) === undefined ? yuanFault(price()) : ''),
    askPrice: (text: string) => {
      setPrice(text);
      ask({ maxFen: parseYuan(text) });
    },
    /** The words alone, without the conditions. */
    widen: () => {
      setPrice('');
      ask({ ...nothingAsked, query: question().query });
    },
    clear: () => {
      step = true;
      setPrice('');
      setQuestion(nothingAsked);
      setTyped('');
    },
  };
}
export type Asking = ReturnType<typeof createAsking>;
