import { createResource, For, Show } from 'solid-js';
import { type Message, markRead, messages, mute, mutes } from '../../backend/notifications.ts';
import { formatTime } from '../../domain/dates.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { Pager } from '../ui/Pager.tsx';
import { createPages } from '../ui/pages.ts';
import { follow, hrefOf } from '../ui/route.ts';
import { placeOf } from './links.ts';

const isRead = (m: Message) => m.notification_reads.length > 0;
const kinds: Record<string, string> = { turn: '轮到您办', told: '进展', reminder: '提醒', system: '系统' };

/** 消息: what happened and what waits, unread first in weight; two kinds can be switched off. */
export function Messages() {
  const pages = createPages<Message>({ list: messages, order: { columns: ['id'], descending: true } });
  const [off, { refetch: again }] = createResource(mutes);
  const toggle = async (kind: string, muted: boolean) => {
    await mute(kind, muted);
    void again();
    pages.refetch();
  };
  return (
    <>
      <div class="row">
        <h1>消息</h1>
        <button
          type="button"
          class="button push"
          onClick={async () => {
            await markRead(null);
            pages.refetch();
          }}
        >
          全部标为已读
        </button>
      </div>
      <Load of={pages.data} retry={pages.refetch}>
        {() => (
          <Show
            when={(pages.page()?.total ?? 0) > 0}
            fallback={<Empty>还没有消息。业务有进展时，这里会告诉您。</Empty>}
          >
            <ul class="messages">
              <For each={pages.page()?.rows}>
                {(m) => (
                  <li classList={{ unread: !isRead(m) }}>
                    <span class="tag state">{kinds[m.kind]}</span>{' '}
                    <a
                      href={hrefOf(placeOf(m.entity, m.entity_id))}
                      onClick={(event) => {
                        void markRead([m.id]);
                        follow(event, placeOf(m.entity, m.entity_id));
                      }}
                    >
                      {m.title}
                    </a>
                    <span class="muted small">
                      {' '}
                      {formatTime(m.at)}
                      {isRead(m) ? '' : ' · 未读'}
                    </span>
                    <Show when={m.body}>
                      <p class="small muted pre">{m.body}</p>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
            <Pager pages={pages} />
          </Show>
        )}
      </Load>
      <fieldset class="card">
        <legend>接收哪些消息</legend>
        <label class="check">
          <input type="checkbox" checked disabled /> <span>轮到本单位办的（不能关）</span>
        </label>
        <For
          each={
            [
              ['told', '业务进展'],
              ['reminder', '时限与到期提醒'],
            ] as const
          }
        >
          {([kind, label]) => (
            <label class="check">
              <input
                type="checkbox"
                checked={!(off() ?? []).includes(kind)}
                onChange={(e) => void toggle(kind, !e.currentTarget.checked)}
              />{' '}
              <span>{label}</span>
            </label>
          )}
        </For>
      </fieldset>
    </>
  );
}
