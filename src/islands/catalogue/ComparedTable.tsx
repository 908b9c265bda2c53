import { For, Show } from 'solid-js';
import { type CatalogueEntry, catalogueKinds, flagsOf, usable } from '../../domain/catalogue.ts';
import { factsOf } from './compared-facts.ts';

const full = (e: CatalogueEntry) => `${e.name} ${e.model}`.trim();

/** Entries side by side, a column each; a line that says the same of all stands back. */
export function ComparedTable(props: {
  entries: CatalogueEntry[];
  classes: Record<string, string>;
  remove: (slug: string) => void;
}) {
  const facts = () => factsOf(props.entries, props.classes).filter(([, of]) => props.entries.some((e) => of(e)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls from the keyboard.
    <div class="scroll" role="region" aria-label="对比表" tabIndex={0}>
      <table class="compared">
        <thead>
          <tr>
            <td />
            <For each={props.entries}>
              {(e) => (
                <th scope="col">
                  <a href={`${catalogueKinds[e.kind].base}${e.slug}/`}>{full(e)}</a>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={facts()}>
            {([label, of]) => (
              <tr
                classList={{
                  same:
                    props.entries.length > 1 &&
                    props.entries.every((e) => of(e) === of(props.entries[0] as CatalogueEntry)),
                }}
              >
                <th scope="row">{label}</th>
                <For each={props.entries}>{(e) => <td>{of(e) || '—'}</td>}</For>
              </tr>
            )}
          </For>
          <tr class="noprint">
            <td />
            <For each={props.entries}>
              {(e) => (
                <td>
                  <Show when={usable(flagsOf(e))}>
                    <a class="button" href={`/user/?book=${e.slug}`} aria-label={`创新券预约：${full(e)}`}>
                      创新券预约
                    </a>
                  </Show>{' '}
                  <button
                    type="button"
                    class="link"
                    aria-label={`移出对比：${full(e)}`}
                    onClick={() => props.remove(e.slug)}
                  >
                    移出
                  </button>
                </td>
              )}
            </For>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
