import { createResource, createSignal, For, type JSX, Show } from 'solid-js';
import { Load } from './Load.tsx';

/** One thing found by words and chosen, before something is done with it; the words stay while another is chosen. */
export function Find<T extends object>(props: {
  label: string;
  /** Asked from the second character on. */
  find: (words: string) => PromiseLike<T[]>;
  /** What is said when nothing is found. */
  none: string;
  name: (found: T) => string;
  about: (found: T) => string;
  /** Found, but nothing can be done with it. */
  closed?: (found: T) => boolean;
  /** What is done with the chosen one; `leave` goes back to the choice, `done` begins anew. */
  children: (chosen: () => T, leave: () => void, done: () => void) => JSX.Element;
}) {
  const [words, setWords] = createSignal('');
  const [chosen, setChosen] = createSignal<T>();
  const asked = () => (words().trim().length >= 2 ? words().trim() : undefined);
  const [found, { refetch }] = createResource(asked, async (w) => props.find(w));
  const leave = () => setChosen(undefined);
  return (
    <Show
      when={chosen()}
      fallback={
        <>
          <label>
            <span>{props.label}</span>
            <input
              type="search"
              maxlength="100"
              autocomplete="off"
              value={words()}
              onInput={(e) => setWords(e.currentTarget.value)}
            />
          </label>
          <Show when={asked()}>
            <Load of={found} retry={() => void refetch()}>
              {(list) => (
                <Show when={list().length > 0} fallback={<p class="muted">{props.none}</p>}>
                  <ul>
                    <For each={list()}>
                      {(one) => (
                        <li>
                          <button
                            type="button"
                            class="link"
                            disabled={props.closed?.(one)}
                            onClick={() => setChosen(() => one)}
                          >
                            {props.name(one)}
                          </button>{' '}
                          <span class="small muted">{props.about(one)}</span>
                        </li>
                      )}
                    </For>
                  </ul>
                </Show>
              )}
            </Load>
          </Show>
        </>
      }
    >
      {(one) =>
        props.children(one, leave, () => {
          leave();
          setWords('');
        })
      }
    </Show>
  );
}
