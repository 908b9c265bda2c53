import { cleanup, fireEvent, render, screen } from '@solidjs/testing-library';
import { createSignal, ErrorBoundary, Show, Suspense } from 'solid-js';
import { afterEach, expect, test } from 'vitest';
import { lazy } from '../../src/islands/ui/lazy.ts';

afterEach(cleanup);

test('a view whose script did not come is asked for again by its button; the views beside it open as ever', async () => {
  let asked = 0;
  const Orders = lazy(async () => {
    asked += 1;
    if (asked === 1) throw new TypeError('Failed to fetch dynamically imported module');
    return { default: (props: { of: string }) => <p>{props.of}的订单</p> };
  });
  const Vouchers = lazy(async () => ({ default: () => <p>我的电子券</p> }));
  const [view, setView] = createSignal<'orders' | 'vouchers'>('orders');
  render(() => (
    <Suspense fallback="正在打开…">
      <Show when={view()} keyed>
        {(shown) => (
          <ErrorBoundary
            fallback={(_error, retry) => (
              <button type="button" onClick={retry}>
                重试
              </button>
            )}
          >
            {shown === 'orders' ? <Orders of="甲公司" /> : <Vouchers />}
          </ErrorBoundary>
        )}
      </Show>
    </Suspense>
  ));
  await screen.findByText('重试');
  setView('vouchers');
  await screen.findByText('我的电子券');
  // Back at the view: it is tried anew, without a reload; once it has come it stays.
  setView('orders');
  await screen.findByText('甲公司的订单');
  setView('vouchers');
  setView('orders');
  await screen.findByText('甲公司的订单');
  expect(asked).toBe(2);
});

test('its own button asks for it again', async () => {
  let asked = 0;
  const Part = lazy(async () => {
    asked += 1;
    if (asked === 1) throw new TypeError('Failed to fetch');
    return { default: () => <p>来了</p> };
  });
  render(() => (
    <Suspense>
      <ErrorBoundary
        fallback={(_error, retry) => (
          <button type="button" onClick={retry}>
            重试
          </button>
        )}
      >
        <Part />
      </ErrorBoundary>
    </Suspense>
  ));
  fireEvent.click(await screen.findByText('重试'));
  await screen.findByText('来了');
});
