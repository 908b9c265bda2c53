import { createEffect, createMemo, createSignal, onMount, Show } from 'solid-js';
import { Catalogue } from '../../backend/catalogue.ts';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import { searchHint } from '../../domain/catalogue-rows.ts';
import { takeOver } from '../search/early-form.ts';
import { SearchField } from '../search/SearchField.tsx';
import { createAnswers } from './answers.ts';
import { createAsking } from './asking.ts';
import { Conditions } from './Conditions.tsx';
import { createFresh } from './fresh.ts';
import { drawRows } from './question.ts';
import { Results } from './Results.tsx';

/** The catalogue as one searches it: from the published files, exact, as one types; conditions with counts; an address that can be shared. Over it lies what changed since the files were written. While nothing is asked the page's own list stands. */
export function CatalogueSearch(props: { kind: CatalogueKind }) {
  const { measure } = catalogueKinds[props.kind];
  const list = document.getElementById('list');
  const preset = list?.querySelector<HTMLElement>('[data-preset]')?.dataset['preset'] ?? '';
  const catalogue = Catalogue.of(props.kind);
  const early = takeOver();
  let field: HTMLInputElement | undefined;
  const [version, setVersion] = createSignal(0);
  const asking = createAsking(props.kind, early.typed, preset);
  const { typed, setTyped, ask, active } = asking;
  createEffect(() => {
    if (list) list.hidden = active();
    delete document.documentElement.dataset['asked'];
  });
  const answers = createAnswers(props.kind, catalogue, asking, version);
  onMount(() => {
    early.remove();
    if (early.hadFocus) field?.focus();
  });
  const fresh = createFresh(props.kind, catalogue, list, () => setVersion(version() + 1));
  const freshRows = createMemo(() => drawRows(props.kind, fresh()?.rows));
  // A button that goes away hands the focus on.
  const write = (query: string) => {
    setTyped(query);
    field?.focus();
  };
  return (
    <section aria-label="搜索">
      <SearchField
        ref={(input) => {
          field = input;
        }}
        value={typed()}
        placeholder="名称、型号、单位或用途"
        onType={setTyped}
        onAsk={() => ask({ query: typed() })}
      />
      <div class="below" aria-live="polite">
        <Show when={!active() && (fresh()?.total ?? 0) > 0} fallback={<p class="small muted">{searchHint}</p>}>
          <details class="fresh">
            <summary>
              刚刚更新 {fresh()?.total} {measure}
            </summary>
            <ul class="entries" innerHTML={freshRows()} />
          </details>
        </Show>
      </div>
      <Show when={active()}>
        <div class="browse">
          <Conditions asking={asking} answers={answers} />
          <Results kind={props.kind} asking={asking} answers={answers} write={write} />
        </div>
      </Show>
    </section>
  );
}
