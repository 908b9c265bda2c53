import { For, type JSX, Show } from 'solid-js';
import type { Me } from '../../backend/session.ts';
import { follow, hrefOf } from '../ui/route.ts';

/**
 * One view of a workspace: its place in the address, its name in the menu, what it shows. Without a name it is reached from the views of its
 * group only, and `inside` is what the crumbs say after the group. The menu puts views of one `part` together; what has none stands before all.
 */
export interface Menu {
  view: string;
  name?: string;
  part?: string;
  group?: string;
  inside?: string;
  show: (me: Me) => JSX.Element;
}

/** A view that the bar leads to, or only other views. */
const listed = (m: Menu) => m.name && m.view !== 'messages';

/** How many wait, said to the ear too. */
const Count = (props: { of: number }) => (
  <Show when={props.of > 0}>
    <span class="count">
      {props.of}
      <span class="unseen">件等您办</span>
    </span>
  </Show>
);

/** The menu beside the work, in parts; on a phone the bar below it, where a part opens its views. What waits in a view stands beside its name. */
export function MenuBar(props: { menus: Menu[]; marked: string; counts: Record<string, number> }) {
  const parts = () => [...new Set(props.menus.filter(listed).map((m) => m.part))];
  const of = (part: string | undefined) => props.menus.filter((m) => listed(m) && m.part === part);
  const sum = (part: string | undefined) => of(part).reduce((n, m) => n + (props.counts[m.view] ?? 0), 0);
  const Entry = (entry: { of: Menu }) => (
    <a
      href={hrefOf({ view: entry.of.view })}
      aria-current={props.marked === entry.of.view ? 'page' : undefined}
      onClick={(event) => {
        follow(event, { view: entry.of.view });
        event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
      }}
    >
      <span class="name">{entry.of.name}</span>
      <Count of={props.counts[entry.of.view] ?? 0} />
    </a>
  );
  return (
    <nav class="menu" aria-label="业务">
      <For each={parts()}>
        {(part, i) => (
          <Show
            when={part && of(part).length > 1}
            fallback={
              <div class="part">
                <Show when={part}>
                  <p class="partname">{part}</p>
                </Show>
                <For each={of(part)}>{(m) => <Entry of={m} />}</For>
              </div>
            }
          >
            <div class="part" classList={{ here: of(part).some((m) => m.view === props.marked) }}>
              <p class="partname">{part}</p>
              <button type="button" class="opens" popovertarget={`part-${i()}`}>
                <span class="name">{part}</span>
                <Count of={sum(part)} />
              </button>
              <div class="views" id={`part-${i()}`} popover>
                <For each={of(part)}>{(m) => <Entry of={m} />}</For>
              </div>
            </div>
          </Show>
        )}
      </For>
    </nav>
  );
}
