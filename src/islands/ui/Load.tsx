import { createSignal, type JSX, onCleanup, type Resource, Show } from 'solid-js';
import { asRefusal } from '../../backend/client.ts';
import { Refused } from './Refused.tsx';

/** A wait of more than 200 ms shows that something is under way; what is not there, or not one's own, says so; an error shows the server's words and a way to try again. */
export function Load<T>(props: {
  of: Resource<T>;
  retry?: () => void;
  children: (value: () => NonNullable<T>) => JSX.Element;
}) {
  const [slow, setSlow] = createSignal(false);
  const timer = setTimeout(() => setSlow(true), 200);
  onCleanup(() => clearTimeout(timer));
  return (
    <Show
      when={!props.of.error}
      fallback={
        <>
          <Refused refusal={asRefusal(props.of.error)} />
          <Show when={props.retry}>
            <button type="button" class="button" onClick={() => props.retry?.()}>
              重试
            </button>
          </Show>
        </>
      }
    >
      <Show
        when={props.of.latest}
        fallback={
          <Show
            when={props.of.state === 'ready'}
            fallback={
              <p class="loading" role="status">
                {slow() ? '正在读取…' : ''}
              </p>
            }
          >
            <Empty>没有找到，它可能不属于您的单位。</Empty>
          </Show>
        }
      >
        {(value) => props.children(value as () => NonNullable<T>)}
      </Show>
    </Show>
  );
}

/** An empty list says what to do next. */
export function Empty(props: { children: JSX.Element }) {
  return <p class="empty">{props.children}</p>;
}
