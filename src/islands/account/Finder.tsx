import { createEffect, createResource, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { type Found, findMine } from '../../backend/finding.ts';
import type { Entity } from '../../backend/workflow.types.ts';
import { Load } from '../ui/Load.tsx';
import { StateTag } from '../ui/State.tsx';
import { isTyping, keysOn } from '../ui/keys.ts';
import { follow, hrefOf } from '../ui/route.ts';

const kinds: Record<string, string> = {
  order: '订单',
  voucher: '电子券',
  redemption: '兑付申请',
  project: '研发项目',
  instrument: '仪器',
  service: '检测项目',
  certification: '单位认证',
};
const groups = (found: Found[]) =>
  Object.keys(kinds).flatMap((entity) => {
    const of = found.filter((f) => f.entity === entity);
    return of.length > 0 ? [{ entity, of }] : [];
  });

/** What was found, by kind; following a link leaves the list. */
function FoundList(props: {
  found: Found[];
  place: (found: Found) => Record<string, string | number> | undefined;
  onFollow: () => void;
}) {
  return (
    <>
      <p class="small muted" role="status">
        {props.found.length > 0
          ? `找到 ${props.found.length} 件，每类列最近的几件`
          : '没有找到。可以换几个字，词之间用空格隔开。'}
      </p>
      <For each={groups(props.found)}>
        {(group) => (
          <section>
            <p class="kindname">{kinds[group.entity]}</p>
            <ul>
              <For each={group.of}>
                {(f) => {
                  const to = props.place(f) ?? {};
                  return (
                    <li>
                      <a
                        href={hrefOf(to)}
                        onClick={(event) => {
                          props.onFollow();
                          follow(event, to);
                        }}
                      >
                        <b>{f.title}</b>
                        <StateTag of={f.entity as Entity} state={f.state} label={f.state_label ?? ''} />
                        <span class="about small muted">{[f.number, f.party].filter(Boolean).join(' · ')}</span>
                      </a>
                    </li>
                  );
                }}
              </For>
            </ul>
          </section>
        )}
      </For>
    </>
  );
}

/** Finds among all that I may see, from anywhere with `/`; arrows go through what was found, Escape leaves it. */
export function Finder(props: { place: (found: Found) => Record<string, string | number> | undefined }) {
  const [words, setWords] = createSignal('');
  const [asked, setAsked] = createSignal<string>();
  const [open, setOpen] = createSignal(false);
  const [found, { refetch }] = createResource(asked, async (w) =>
    (await findMine(w)).filter((f) => props.place(f) !== undefined),
  );
  let box!: HTMLElement;
  let field!: HTMLInputElement;
  // Asked when the hand rests, from the second character on.
  createEffect(() => {
    const typed = words().trim();
    const timer = setTimeout(() => setAsked([...typed].length >= 2 ? typed : undefined), 150);
    onCleanup(() => clearTimeout(timer));
  });
  const leave = () => {
    setOpen(false);
    field.blur();
  };
  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && open()) leave();
      if (event.key !== '/' || !keysOn() || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      setOpen(true);
      field.focus();
    };
    const onPress = (event: Event) => {
      if (!box.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('pointerdown', onPress);
    onCleanup(() => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('pointerdown', onPress);
    });
  });
  const move = (event: KeyboardEvent) => {
    const links = [...box.querySelectorAll<HTMLAnchorElement>('.found a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter' && at < 0) links[0]?.click();
    if (!by) return;
    event.preventDefault();
    if (at + by < 0) field.focus();
    else links[Math.min(at + by, links.length - 1)]?.focus();
  };
  return (
    <search class="finder" classList={{ open: open() }} ref={box} onKeyDown={move}>
      <button
        type="button"
        class="link opener"
        onClick={() => {
          setOpen(true);
          field.focus();
        }}
      >
        查找
      </button>
      <div class="field">
        <input
          ref={field}
          type="search"
          aria-label="查找"
          aria-keyshortcuts={keysOn() ? '/' : undefined}
          placeholder="查订单号、单位、项目、资源、券号、合同号"
          maxlength="100"
          autocomplete="off"
          value={words()}
          onFocus={() => setOpen(true)}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <Show when={keysOn()}>
          <kbd>/</kbd>
        </Show>
        <button type="button" class="link closer" onClick={leave}>
          关闭
        </button>
      </div>
      <Show when={open() && asked()}>
        <div class="found">
          <Load of={found} retry={() => void refetch()}>
            {(list) => <FoundList found={list()} place={props.place} onFollow={() => setOpen(false)} />}
          </Load>
        </div>
      </Show>
    </search>
  );
}
