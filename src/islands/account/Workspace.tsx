import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  ErrorBoundary,
  onCleanup,
  Show,
  Suspense,
} from 'solid-js';
import { insert } from 'solid-js/web';
import { acts, asRefusal, signInNeeded } from '../../backend/client.ts';
import { unreadCount } from '../../backend/notifications.ts';
import { currentUserId, loadMe, type Me, signOut } from '../../backend/session.ts';
import { myTasks, type Task } from '../../backend/workflow.ts';
import { lazy } from '../ui/lazy.ts';
import { dropAllDrafts } from '../ui/draft.ts';
import { Refused } from '../ui/Refused.tsx';
import { follow, hrefOf, param } from '../ui/route.ts';
import { SideContext } from '../ui/State.tsx';
import { Toasts } from '../ui/toast.tsx';
import { useArrival } from './arrive.ts';
import { Bar, Into } from './Bar.tsx';
import { ChooseHat } from './Hats.tsx';
import { placeOf, placeOfFound } from './links.ts';
import { type Menu, MenuBar } from './Menu.tsx';
import { byKind, WaitingContext } from './waiting.ts';

const Account = lazy(() => import('./Account.tsx').then((m) => ({ default: m.Account })));
const SuspensionBanner = lazy(() => import('../suspension/Banner.tsx').then((m) => ({ default: m.SuspensionBanner })));
// Most who come are signed in already.
const SignIn = lazy(() => import('./SignIn.tsx').then((m) => ({ default: m.SignIn })));

/** Where a signed-in person works: by the organization acted for or the staff role. */
export function homeOf(me: Me): string {
  if (me.organization?.kind === 'applicant') return '/user/';
  if (me.organization?.kind === 'institution') return '/institution/';
  return me.organization || me.roles.length > 0 ? '/desk/' : '/work/';
}
/** The public pages lead a signed-in person to his workspace, by its name: they read this and ask nobody. */
function rememberHome(home: string | undefined): void {
  try {
    if (home && home !== '/work/') localStorage.setItem('home', home.replaceAll('/', ''));
    else localStorage.removeItem('home');
  } catch {}
}
/** As which party of the workflow he acts. */
const sideOf = (me: Me) => me.organization?.kind ?? me.roles[0] ?? '';
/** Several things, and none chosen yet. */
export const undecided = (me: Me) => me.hats.length > 1 && !me.hats.some((h) => h.chosen);

/** Of every workspace: the person's own account, reached from the bar. */
const account: Menu = { view: 'me', group: 'tasks', inside: '账号与安全', show: (me) => <Account me={me} /> };

/** The frame of every workspace: who I am, what waits, the menu, the view that the address names. Whoever belongs elsewhere is sent there. */
export function Workspace(props: {
  home: string;
  title: string;
  menus: (me: Me) => Menu[];
  /** Where a case is shown in this workspace. */
  place?: (me: Me) => (entity: string, id: number) => Record<string, string | number>;
}) {
  const [me, { refetch }] = createResource(loadMe);
  const [online, setOnline] = createSignal(navigator.onLine);
  const update = () => setOnline(navigator.onLine);
  window.addEventListener('online', update);
  window.addEventListener('offline', update);
  onCleanup(() => {
    window.removeEventListener('online', update);
    window.removeEventListener('offline', update);
  });
  // Kept while the person is the same, so that a view is not drawn anew when only the address's filters change.
  const menus = createMemo(() => {
    const person = me();
    return person ? [...props.menus(person), account] : [];
  });
  createEffect(() => {
    const person = me();
    if (me.loading || (person && undecided(person))) return;
    rememberHome(person && homeOf(person));
    if (person && homeOf(person) !== props.home) window.location.replace(homeOf(person) + window.location.search);
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
              menus={menus()}
              place={props.place?.(person()) ?? placeOf}
              onSignOut={async () => {
                dropAllDrafts();
                rememberHome(undefined);
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

function Frame(props: {
  me: Me;
  home: string;
  title: string;
  menus: Menu[];
  place: (entity: string, id: number) => Record<string, string | number>;
  onSignOut: () => void;
}) {
  const current = () => (param('view') ? props.menus.find((m) => m.view === param('view')) : props.menus[0]);
  // A view reached from a menu entry keeps that entry marked.
  const marked = () => (current()?.name ? current()?.view : current()?.group) ?? '';
  // What waits is asked again with each view and after each act.
  const asked = () => `${current()?.view} ${acts()}`;
  const [tasks, { refetch }] = createResource(asked, () => myTasks());
  const [unread] = createResource(asked, () => unreadCount().catch(() => 0));
  const place = (task: Task) => props.place(task.entity, task.id);
  const list = (task: Task) => {
    const menu = props.menus.find((m) => m.view === place(task)['view']);
    return menu?.name ? menu : props.menus.find((m) => m.view === menu?.group);
  };
  const counts = () => {
    const found: Record<string, number> = {};
    for (const kind of byKind((!tasks.error && tasks.latest) || [])) {
      const view = list(kind.tasks[0] as Task)?.view ?? '';
      for (const at of [view, 'tasks']) found[at] = (found[at] ?? 0) + kind.total;
    }
    return found;
  };
  const pageTitle = document.title;
  useArrival((heading) => {
    const menu = current();
    return [heading === menu?.name ? '' : heading, menu?.inside ?? menu?.name ?? '', pageTitle]
      .filter(Boolean)
      .join(' · ');
  });
  return (
    <WaitingContext.Provider value={{ tasks, retry: () => void refetch(), place, list }}>
      <SideContext.Provider value={() => sideOf(props.me)}>
        <SignInAgain userId={props.me.userId} />
        <Toasts />
        <Into id="bar">
          <Bar
            me={props.me}
            unread={unread.latest ?? 0}
            atMessages={current()?.view === 'messages'}
            found={(f) => placeOfFound(f, (view) => props.menus.some((m) => m.view === view))}
            onSignOut={props.onSignOut}
          />
        </Into>
        <Into id="menu">
          <MenuBar menus={props.menus} marked={marked()} counts={counts()} />
        </Into>
        <Crumbs
          home={props.home}
          title={props.title}
          group={props.menus.find((m) => m.view === marked())}
          inside={current()?.inside}
        />
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
      </SideContext.Provider>
    </WaitingContext.Provider>
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
