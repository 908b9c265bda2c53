import { createSignal, For, Show } from 'solid-js';
import type { Option } from '../../backend/catalogue.ts';

const first = 8;
/** One condition of the search: its options with how many entries each would leave; several may be chosen. */
export function FacetList(props: { title: string; options: Option[]; chosen: string[]; onChange: (chosen: string[]) => void }) {
  const [open, setOpen] = createSignal(false);
  // What is chosen stays in sight, even when nothing is left of it.
  const shown = () => { const options = [...props.options, ...props.chosen.filter((c) => !props.options.some((o) => o.value === c)).map((value) => ({ value, label: value, n: 0 }))]; return open() ? options : options.filter((o, i) => i < first || props.chosen.includes(o.value)); };
  return (
    <Show when={props.options.length > 0 || props.chosen.length > 0}>
      <fieldset>
        <legend>{props.title}</legend>
        <For each={shown()}>{(o) => (
          <label class="option"><input type="checkbox" checked={props.chosen.includes(o.value)} onChange={(e) => props.onChange(e.currentTarget.checked ? [...props.chosen, o.value] : props.chosen.filter((c) => c !== o.value))} /><span>{o.label}</span><span class="n">{o.n.toLocaleString('en-US')}</span></label>
        )}</For>
        <Show when={props.options.length > first}><button type="button" class="link small" aria-expanded={open()} onClick={() => setOpen(!open())}>{open() ? '收起' : `展开全部 ${props.options.length} 项`}</button></Show>
      </fieldset>
    </Show>
  );
}
