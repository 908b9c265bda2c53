import { cleanup, fireEvent, render, screen } from '@solidjs/testing-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { projectsInReview } from '../../src/backend/queues.ts';
import { Queue } from '../../src/islands/desk/Queue.tsx';
import { go, idParam } from '../../src/islands/ui/route.ts';
import { rest } from './rest.ts';

const project = (id: number) => ({
  id,
  title: `项目 ${id}`,
  state: 'submitted',
  // Many came at the same moment.
  state_since: `2026-03-${String(2 + Math.floor(id / 100)).padStart(2, '0')}T10:00:00+08:00`,
  organization: { name: '演示单位' },
});
let waiting = Array.from({ length: 230 }, (_, i) => project(i + 1));
const queue = () => {
  let changed = () => {};
  render(() => (
    <Queue
      view="project"
      title="项目审核"
      list={projectsInReview}
      empty="没有待审核的项目。"
      name={(r) => r.title}
      note={(r) => r.organization.name}
      show={(id, onChanged) => {
        changed = onChanged;
        return <p>正在看 {id}</p>;
      }}
    />
  ));
  return { decide: () => changed() };
};
const shown = () => screen.getAllByText(/^项目 \d+$/).map((b) => Number(b.textContent?.slice(3)));

beforeEach(() => {
  waiting = Array.from({ length: 230 }, (_, i) => project(i + 1));
  window.scrollTo = () => {};
  go({ view: 'project' });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('a queue longer than 200 says its true length and goes on to its end, each case once, the longest waiting first', async () => {
  rest(() => waiting);
  queue();
  await screen.findByText(/^共 230 件/);
  expect(shown()).toHaveLength(50);
  for (const n of [100, 150, 200]) {
    fireEvent.click(screen.getByRole('button', { name: /^再显示 50 件$/ }));
    await screen.findByText(`已显示 ${n} 件。`);
  }
  fireEvent.click(screen.getByRole('button', { name: '再显示 30 件' }));
  await screen.findByText('项目 230');
  expect(shown()).toEqual(waiting.map((w) => w.id));
  expect(screen.queryByRole('button', { name: /再显示/ })).toBeNull();
});

test('J at the end of what is shown fetches the next ones; after a decision the next case opens and the length is right', async () => {
  rest(() => waiting);
  const { decide } = queue();
  await screen.findByText(/^共 230 件/);
  go({ view: 'project', id: 50 });
  await screen.findByText('正在看 50');
  fireEvent.keyDown(window, { key: 'j' });
  await screen.findByText('已显示 100 件。');
  fireEvent.keyDown(window, { key: 'j' });
  await screen.findByText('正在看 51');
  waiting = waiting.filter((w) => w.id !== 51);
  decide();
  await screen.findByText('正在看 52');
  expect(idParam()).toBe(52);
  await screen.findByText(/^共 229 件/);
});
