import { createSignal, onCleanup, onMount } from 'solid-js';
import type { Answer, Catalogue } from '../../backend/catalogue.ts';
import type { CatalogueKind } from '../../domain/catalogue.ts';
import { listRow } from '../../domain/catalogue-rows.ts';

/** What changed since the page was written, looked for every half minute while the page is seen. What the page's own list shows is brought up to date in place. */
export function createFresh(kind: CatalogueKind, catalogue: Catalogue, list: HTMLElement | null, onChange: () => void) {
  const [fresh, setFresh] = createSignal<ReturnType<Catalogue['changes']>>();
  const redrawn = new Map<string, string>();
  const redraw = (rows: Answer['rows']) => {
    for (const e of rows) {
      const text = listRow(kind, e).text;
      const row =
        redrawn.get(e.slug) === text ? undefined : list?.querySelector(`[data-compare="${e.slug}"]`)?.closest('li');
      redrawn.set(e.slug, text);
      if (row) row.outerHTML = text;
    }
  };
  onMount(() => {
    const look = async () => {
      if (document.hidden) return;
      if (!(await catalogue.refresh().catch(() => false))) return;
      onChange();
      const changes = catalogue.changes(200);
      redraw(changes.rows);
      setFresh({ ...changes, rows: changes.rows.slice(0, 6) });
    };
    void look();
    const timer = setInterval(() => void look(), 30_000);
    onCleanup(() => clearInterval(timer));
  });
  return fresh;
}
