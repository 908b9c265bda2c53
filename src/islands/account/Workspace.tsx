import {
  createEffect,
  createResource,
  createSignal,
  ErrorBoundary,
  For,
  type JSX,
  onCleanup,
  Show,
  Suspense,
} from 'solid-js';
import { insert } from 'solid-js/web';
import { acts, asRefusal, signInNeeded } from '../../backend/client.ts';
import { unreadCount } from '../../backend/notifications.ts';
import { currentUserId, loadMe, type Me, signOut } from '../../backend/session.ts';
import { myTasks } from '../../backend/workflow.ts';
import { lazy } from '../ui/lazy.ts';
import { dropAllDrafts } from '../ui/draft.ts';
import { Refused } from '../ui/Refused.tsx';
import { follow, hrefOf, param } from '../ui/route.ts';
import { ChooseHat, SwitchHat } from './Hats.tsx';

const SuspensionBanner = lazy(() => import('../suspension/Banner.tsx').then((m) => ({ default: m.SuspensionBanner })));
// Most who come are signed in already.
const SignIn = lazy(() => import('./SignIn.tsx').then((m) => ({ default: m.SignIn })));

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
                dropAllDrafts();
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
  const current = () => (param('view') ? props.menus.find((m) => m.view === param('view')) : props.menus[0]);
  // A view reached from a menu entry keeps that entry marked.
  const marked = () => (current()?.name ? current()?.view : (current()?.group ?? ''));
  // What waits is asked again with each view and after each act.
  const [tasks] = createResource(
    () => `${current()?.view} ${acts()}`,
    () =>
      myTasks()
        .then((t) => t.length)
        .catch(() => 0),
  );
  const [unread] = createResource(
    () => `${current()?.view} ${acts()}`,
    () => unreadCount().catch(() => 0),
  );
  // On a phone the menu is one line: the entry one is at must be seen.
  let bar!: HTMLElement;
  createEffect(() => {
    marked();
    queueMicrotask(() => bar.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }));
  });
  const pageTitle = document.title;
  createEffect(() => {
    const menu = current();
    const name = menu?.inside ?? menu?.name ?? '';
    document.title = name ? `${name} · ${pageTitle}` : pageTitle;
  });
  const badge = (view: string) => (view === 'tasks' ? tasks.latest : view === 'messages' ? unread.latest : 0) ?? 0;
  return (
    <>
      <SignInAgain userId={props.me.userId} />
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
      <Show
        when={
          (props.me.organization?.kind === 'applicant' || props.me.organization?.kind === 'institution') &&
          props.me.organization
        }
      >
        {(organization) => (
          <Suspense>
            <SuspensionBanner organization={organization()} />
          </Suspense>
        )}
      </Show>
      <Suspense
        fallback={
          <p class="loading" role="status">
            正在打开…
          </p>
        }
      >
        <Show when={current()} keyed fallback={<UnknownView first={props.menus[0]?.view ?? ''} />}>
          {(menu) => (
            <ErrorBoundary fallback={(error, retry) => <FailedView error={error} retry={retry} />}>
              {menu.show(props.me)}
            </ErrorBoundary>
          )}
        </Show>
      </Suspense>
    </>
  );
}

/** An address that names no view of this workspace. */
function UnknownView(props: { first: string }) {
  return (
    <>
      <h1>没有这一页</h1>
      <p class="empty">
        地址「{param('view')}」可能写错了，或不属于您现在的身份。
        <a href={hrefOf({ view: props.first })} onClick={(event) => follow(event, { view: props.first })}>
          回到待办
        </a>
      </p>
    </>
  );
}

/** A view that could not be drawn: it says why and can be tried again; the others go on working. */
function FailedView(props: { error: unknown; retry: () => void }) {
  return (
    <>
      <Refused refusal={asRefusal(props.error)} />
      <button type="button" class="button" onClick={() => props.retry()}>
        重试
      </button>
    </>
  );
}

/** The session has ended while something was being done: signing in again happens over it, and nothing typed below is lost. */
function SignInAgain(props: { userId: string }) {
  let dialog!: HTMLDialogElement;
  createEffect(() => {
    if (signInNeeded() > 0 && !dialog.open) dialog.showModal();
  });
  // Another person's screen does not go on under this one's name.
  const done = async () => {
    if ((await currentUserId()) === props.userId) dialog.close();
    else window.location.reload();
  };
  return (
    <dialog ref={dialog} aria-label="重新登录">
      <p class="next">登录已过期。重新登录后，请再点一次刚才的按钮；填好的内容还在。</p>
      <Show when={signInNeeded() > 0}>
        <Suspense>
          <SignIn onDone={() => void done()} />
        </Suspense>
      </Show>
      <button type="button" class="link" onClick={() => dialog.close()}>
        暂不登录
      </button>
    </dialog>
  );
}
