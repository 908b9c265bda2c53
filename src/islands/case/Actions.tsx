import { createSignal, For, type JSX, Show } from 'solid-js';
import type { Done } from '../../backend/query.ts';
import type { Action } from '../../backend/workflow.ts';
import type { Entity } from '../../backend/workflow.types.ts';
import { Form } from '../ui/Form.tsx';
import { type ActForm, type ActsOn, nameOf } from './act-form.ts';
import { formFor } from './forms.ts';
import { useReviewKeys } from './keys.ts';

/** The buttons that would not be refused, each with its form. `extra` adds what is no transition (edit, redeem). On a reviewer's desk keys open them too. */
export function Actions(props: {
  entity: Entity;
  row: ActsOn;
  actions: Action[];
  onDone: (result: Done) => void;
  extra?: JSX.Element;
}) {
  const [own, setOwn] = createSignal<string>();
  const desk = useReviewKeys();
  const open = () => (desk ? desk.open() : own());
  const setOpen = (action: string | undefined) => (desk ? desk.setOpen(action) : setOwn(action));
  const shown = () => props.actions.filter((a) => formFor(props.entity, a, props.row));
  return (
    <>
      <div class="row actions">
        {props.extra}
        <For each={shown()}>
          {(a) => (
            <button
              type="button"
              class={`button ${formFor(props.entity, a, props.row)?.grave ? 'grave' : 'main'}`}
              aria-expanded={open() === a.action}
              onClick={() => setOpen(open() === a.action ? undefined : a.action)}
            >
              {a.label}
              <Show when={desk?.keys[a.action]}>{(key) => <kbd>{key()}</kbd>}</Show>
            </button>
          )}
        </For>
      </div>
      <For each={shown().filter((a) => a.action === open())}>
        {(a) => {
          const form = formFor(props.entity, a, props.row) as ActForm;
          return (
            <Form
              title={a.label}
              fields={form.fields}
              button={`确定${a.label}`}
              grave={form.grave ?? false}
              focus
              about={nameOf(props.row)}
              send={form.send}
              onDone={(result) => {
                setOpen(undefined);
                props.onDone(result);
              }}
            >
              <Show when={form.words}>
                <p>
                  <b>{form.words}</b>
                </p>
              </Show>
            </Form>
          );
        }}
      </For>
    </>
  );
}
