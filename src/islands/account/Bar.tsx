import { type JSX, onCleanup, Show, Suspense } from 'solid-js';
import { insert } from 'solid-js/web';
import type { Me } from '../../backend/session.ts';
import type { Found } from '../../backend/finding.ts';
import { keysOn, switchKeys } from '../ui/keys.ts';
import { lazy } from '../ui/lazy.ts';
import { follow, hrefOf } from '../ui/route.ts';
import { SwitchHat } from './Hats.tsx';

const Finder = lazy(() => import('./Finder.tsx').then((m) => ({ default: m.Finder })));

/** Draws into a place of the shell that the page has left for it. */
export function Into(props: { id: string; children: JSX.Element }) {
  const place = document.getElementById(props.id);
  if (!place) return null;
  insert(place, () => props.children);
  onCleanup(() => place.replaceChildren());
  return null;
}

/** The bar over a workspace: for whom one works, what has been said to one, who one is. */
export function Bar(props: {
  me: Me;
  unread: number;
  atMessages: boolean;
  found: (found: Found) => Record<string, string | number> | undefined;
  onSignOut: () => void;
}) {
  return (
    <>
      <div class="whom">
        <Show
          when={props.me.hats.length > 1}
          fallback={<span class="muted">{props.me.organization?.name ?? props.me.hats[0]?.name ?? ''}</span>}
        >
          <SwitchHat hats={props.me.hats} />
        </Show>
      </div>
      <Show when={props.me.organization || !props.me.roles.includes('expert')}>
        <Suspense fallback={<span class="finder" />}>
          <Finder place={props.found} />
        </Suspense>
      </Show>
      <a
        class="link"
        href={hrefOf({ view: 'messages' })}
        aria-current={props.atMessages ? 'page' : undefined}
        onClick={(event) => follow(event, { view: 'messages' })}
      >
        消息
        <Show when={props.unread > 0}>
          <span class="badge">{props.unread > 99 ? '99+' : props.unread}</span>
        </Show>
      </a>
      <button type="button" class="link person" popovertarget="person">
        <span class="email">{props.me.email}</span>
        <span class="short">账号</span>
      </button>
      <div id="person" class="display" popover role="dialog" aria-label="账号">
        <p>{props.me.email}</p>
        <a
          href={hrefOf({ view: 'me' })}
          onClick={(event) => {
            follow(event, { view: 'me' });
            event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
          }}
        >
          账号与安全
        </a>
        <label class="check">
          <input type="checkbox" checked={keysOn()} onChange={(e) => switchKeys(e.currentTarget.checked)} />{' '}
          <span>单键快捷键：/ 查找，审核时 J、K 换件，A、R 办理</span>
        </label>
        <button type="button" class="button" popovertarget="display">
          显示方式
        </button>
        <button type="button" class="button" onClick={props.onSignOut}>
          退出
        </button>
      </div>
    </>
  );
}
