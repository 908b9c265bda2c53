import { createMemo, createSignal, For, Show } from 'solid-js';
import type { Option } from '../../backend/catalogue.ts';
import { formatCount } from '../../domain/money.ts';

const first = 8;
/** One condition of the search: its options with how many entries each would leave; several may be chosen. */
export function FacetList(props: {
  title: string;
  options: Option[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}) {
  const [open, setOpen] = createSignal(false);
  const known = createMemo(() => new Map(props.options.map((o) => [o.value, o])));
  // What an address asks for need not be there, and is not said in its words; what was not counted yet has no name yet.
  const nameOf = (value: string) => {
    const o = known().get(value);
    return o ? o.label || `未知${props.title}` : `所选${props.title}`;
  };
  // What is chosen stays in sight, even before it is counted. By value, so that a row, and the focus in it, stays through every new count.
  const shown = () => {
    const all = [...known().keys(), ...props.chosen.filter((c) => !known().has(c))];
    return open() ? all : all.filter((value, i) => i < first || props.chosen.includes(value));
  };
  return (
    <Show when={props.options.length > 0 || props.chosen.length > 0}>
      <fieldset>
        <legend>{props.title}</legend>
        <For each={shown()}>
          {(value) => (
            <label class="option">
              <input
                type="checkbox"
                checked={props.chosen.includes(value)}
                onChange={(e) =>
                  props.onChange(
                    e.currentTarget.checked ? [...props.chosen, value] : props.chosen.filter((c) => c !== value),
                  )
                }
              />
              <span>{nameOf(value)}</span>
              <span class="n">{formatCount(known().get(value)?.n ?? 0)}</span>
            </label>
          )}
        </For>
        <Show when={props.options.length > first}>
          <button type="button" class="link small" aria-expanded={open()} onClick={() => setOpen(!open())}>
            {open() ? '收起' : `展开全部 ${props.options.length} 项`}
          </button>
        </Show>
      </fieldset>
    </Show>
  );
}
