import { createEffect, createResource, createSignal, For, type JSX, onCleanup, Show, Suspense } from 'solid-js';
import { insert } from 'solid-js/web';
import { unreadCount } from '../../backend/notifications.ts';
import { loadMe, type Me, signOut } from '../../backend/session.ts';
import { myTasks } from '../../backend/work.ts';
import { follow, hrefOf, param } from '../ui/route.ts';
import { ChooseHat, SwitchHat } from './Hats.tsx';
import { SignIn } from './SignIn.tsx';

/** One view of a workspace: its place in the address, its name in the menu, what it shows. Without a name it is reached from the views of its group only, and `inside` is what the crumbs say after the group. */
export interface Menu {
  view: string;
  name?: string;
  group?: string;
  inside?: string;
  show: (me: Me) => JSX.Element;
}

/** Where a signed-in person works: by the organization acted for or the staff role. */
export function homeOf(me: Me): string {
  if (me.organization?.kind === 'applicant') return '/user/';
  if (me.organization?.kind === 'institution') return '/institution/';
  return me.organization || me.roles.length > 0 ? '/desk/' : '/work/';
}
/** Several things, and none chosen yet. */
export const undecided = (me: Me) => me.hats.length > 1 && !me.hats.some((h) => h.chosen);

/** The frame of every workspace: who I am, what waits, the menu, the view that the address names. Whoever belongs elsewhere is sent there. */
export function Workspace(props: { home: string; title: string; menus: (me: Me) => Menu[] }) {
  const [me, { refetch }] = createResource(loadMe);
  const [online, setOnline] = createSignal(navigator.onLine);
  const update = () => setOnline(navigator.onLine);
  window.addEventListener('online', update);
  window.addEventListener('offline', update);
  onCleanup(() => {
    window.removeEventListener('online', update);
    window.removeEventListener('offline', update);
  });
  createEffect(() => {
    const person = me();
    if (person && !undecided(person) && homeOf(person) !== props.home)
      window.location.replace(homeOf(person) + window.location.search);
  });
  return (
    <Show
      when={!me.loading || me.latest}
      fallback={
        <p class="loading" role="status">
          正在打开…
        </p>
      }
    >
      <Show when={me()} fallback={<SignIn onDone={() => void refetch()} />}>
        {(person) => (
          <Show
            when={homeOf(person()) === props.home}
            fallback={
              <Show
                when={undecided(person())}
                fallback={
                  <p class="loading" role="status">
                    正在转到您的页面…
                  </p>
                }
              >
                <ChooseHat hats={person().hats} />
              </Show>
            }
          >
            <Show when={!online()}>
              <p class="refused" role="alert">
                现在没有网络：可以继续填写，恢复后再提交，填好的内容不会丢。
              </p>
            </Show>
            <Frame
              me={person()}
              home={props.home}
              title={props.title}
              menus={props.menus(person())}
              onSignOut={async () => {
                await signOut();
                window.location.assign('/work/');
              }}
            />
          </Show>
        )}
      </Show>
    </Show>
  );
}

/** The way here, carried on from the page's own crumbs: the workspace becomes a link, the view stands last. */
function Crumbs(props: { home: string; title: string; group: Menu | undefined; inside: string | undefined }) {
  const place = document.querySelector('.crumbs ol');
  if (!place) return null;
  const written = [...place.children];
  written.at(-1)?.remove();
  insert(
    place,
    () => (
      <>
        <li>
          <a href={props.home} onClick={(event) => follow(event, {})}>
            {props.title}
          </a>
        </li>
        <Show when={props.group}>
          {(group) => (
            <Show when={props.inside} fallback={<li aria-current="page">{group().name}</li>}>
              <li>
                <a href={hrefOf({ view: group().view })} onClick={(event) => follow(event, { view: group().view })}>
                  {group().name}
                </a>
              </li>
              <li aria-current="page">{props.inside}</li>
            </Show>
          )}
        </Show>
      </>
    ),
    null,
  );
  onCleanup(() => place.replaceChildren(...written));
  return null;
}

function Frame(props: { me: Me; home: string; title: string; menus: Menu[]; onSignOut: () => void }) {
  const current = () => props.menus.find((m) => m.view === (param('view') || props.menus[0]?.view)) ?? props.menus[0];
  // A view reached from a menu entry keeps that entry marked.
  const marked = () => (current()?.name ? current()?.view : (current()?.group ?? ''));
  const [tasks] = createResource(
    () => current()?.view,
    () =>
      myTasks()
        .then((t) => t.length)
        .catch(() => 0),
  );
  const [unread] = createResource(
    () => current()?.view,
    () => unreadCount().catch(() => 0),
  );
  // On a phone the menu is one line: the entry one is at must be seen.
  let bar!: HTMLElement;
  createEffect(() => {
    marked();
    queueMicrotask(() => bar.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }));
  });
  const badge = (view: string) => (view === 'tasks' ? tasks.latest : view === 'messages' ? unread.latest : 0) ?? 0;
  return (
    <>
      <Crumbs
        home={props.home}
        title={props.title}
        group={props.menus.find((m) => m.view === marked())}
        inside={current()?.inside}
      />
      <div class="workhead">
        <p class="worktitle">{props.title}</p>
        <Show
          when={props.me.hats.length > 1}
          fallback={<span class="muted">{props.me.organization?.name ?? props.me.email}</span>}
        >
          <SwitchHat hats={props.me.hats} />
        </Show>
        <button type="button" class="link push" onClick={props.onSignOut}>
          退出
        </button>
      </div>
      <nav ref={bar} class="tabs" aria-label="业务">
        <For each={props.menus.filter((m) => m.name)}>
          {(m) => (
            <a
              href={hrefOf({ view: m.view })}
              aria-current={marked() === m.view ? 'page' : undefined}
              onClick={(event) => follow(event, { view: m.view })}
            >
              {m.name}
              <Show when={badge(m.view) > 0}>
                <span class="badge">{badge(m.view) > 99 ? '99+' : badge(m.view)}</span>
              </Show>
            </a>
          )}
        </For>
      </nav>
      <Suspense
        fallback={
          <p class="loading" role="status">
            正在打开…
          </p>
        }
      >
        <Show when={current()} keyed>
          {(menu) => menu.show(props.me)}
        </Show>
      </Suspense>
    </>
  );
}
