import { cleanup, fireEvent, render, screen, waitFor } from '@solidjs/testing-library';
import { createSignal } from 'solid-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { client } from '../../src/backend/client.ts';
import type { Counted } from '../../src/backend/pages.ts';
import { DataTable } from '../../src/islands/ui/DataTable.tsx';
import { go } from '../../src/islands/ui/route.ts';
import { rest } from './rest.ts';

interface Carrier {
  id: number;
  name: string;
  level: string;
}
/** 120 carriers; three share each name, every second one is national. */
const all: Carrier[] = Array.from({ length: 120 }, (_, i) => ({
  id: i + 1,
  name: `载体 ${String(Math.floor(i / 3)).padStart(2, '0')}`,
  level: i % 2 ? 'national' : 'provincial',
}));

const carriers = (level: string | undefined) => (how?: Counted) => {
  const query = client().from('carriers').select('id, name, level', how);
  return level ? query.eq('level', level) : query;
};
const table = (again?: () => number) =>
  render(() => (
    <DataTable<Carrier>
      caption="载体"
      list={({ level }) => carriers(level)}
      order={{ columns: ['id'] }}
      filters={[
        {
          name: 'level',
          label: '级别',
          options: [
            ['national', '国家级'],
            ['provincial', '省级'],
          ],
        },
      ]}
      again={again?.()}
      empty="还没有载体。"
      columns={[
        { name: '名称', sort: 'name', cell: (r) => r.name },
        { name: '序号', cell: (_, n) => n },
        { name: '编号', cell: (r) => `#${r.id}` },
      ]}
    />
  ));
const ids = () => screen.getAllByText(/^#\d+$/).map((cell) => Number(cell.textContent?.slice(1)));
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

beforeEach(() => {
  window.HTMLElement.prototype.scrollIntoView = () => {};
  go({ view: 'carriers' });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('a page is on the screen, the number is that of all; pages follow each other and lead back', async () => {
  rest(() => all);
  table();
  await screen.findByText('第 1–50 项，共 120 项');
  expect(ids()).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  press('下一页');
  await screen.findByText('第 51–100 项，共 120 项');
  press('下一页');
  await screen.findByText('第 101–120 项，共 120 项');
  expect(ids()).toEqual(Array.from({ length: 20 }, (_, i) => i + 101));
  expect(screen.getByText('120', { selector: 'td' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: '下一页' })).toBeNull();
  press('上一页');
  await screen.findByText('第 51–100 项，共 120 项');
  expect(ids()[0]).toBe(51);
});

test('sorted by a column that several rows share, every row comes once; head and address say how it is sorted', async () => {
  rest(() => all);
  table();
  await screen.findByText('第 1–50 项，共 120 项');
  press(/名称/);
  press(/名称/);
  await waitFor(() => expect(ids()[0]).toBe(120));
  expect(screen.getByRole('columnheader', { name: /名称/ }).getAttribute('aria-sort')).toBe('descending');
  expect(new URLSearchParams(window.location.search).get('sort')).toBe('-name');
  const seen = [...ids()];
  for (const wait of ['第 51–100 项，共 120 项', '第 101–120 项，共 120 项']) {
    press('下一页');
    await screen.findByText(wait);
    seen.push(...ids());
  }
  expect(seen).toEqual(all.map((r) => r.id).reverse());
  expect(new URLSearchParams(window.location.search).get('view')).toBe('carriers');
});

test('a filter narrows rows and number, begins at the first page, and an address that asks for something unknown asks for all', async () => {
  const asked = rest(() => all);
  table();
  await screen.findByText('第 1–50 项，共 120 项');
  press('下一页');
  await screen.findByText('第 51–100 项，共 120 项');
  fireEvent.change(screen.getByLabelText('级别'), { target: { value: 'national' } });
  await screen.findByText('第 1–50 项，共 60 项');
  expect(ids().every((id) => id % 2 === 0)).toBe(true);
  cleanup();
  go({ view: 'carriers', level: 'galactic', sort: 'secret', after: 'nonsense' });
  asked.length = 0;
  table();
  await screen.findByText('第 1–50 项，共 120 项');
  expect(asked.every((url) => !url.searchParams.get('level') && !url.search.includes('secret'))).toBe(true);
});

test('what was open in an address is open again, and a row that has gone shifts nothing', async () => {
  let rows = all;
  rest(() => rows);
  go({ view: 'carriers', after: '[50]' });
  table();
  await screen.findByText('第 51–100 项，共 120 项');
  cleanup();
  rows = all.filter((r) => r.id !== 7);
  table();
  await screen.findByText('第 50–99 项，共 119 项');
  expect(ids()[0]).toBe(51);
  cleanup();
  rows = all.slice(0, 30);
  table();
  await waitFor(() => expect(ids()).toHaveLength(30));
});

test('paper gets all of it: the button and the browser’s own key fetch to the end before they print', async () => {
  rest(() => all);
  const print = vi.fn(() => expect(ids()).toHaveLength(120));
  vi.stubGlobal('print', print);
  window.print = print;
  table();
  await screen.findByText('第 1–50 项，共 120 项');
  const key = new KeyboardEvent('keydown', { key: 'p', ctrlKey: true, cancelable: true });
  window.dispatchEvent(key);
  expect(key.defaultPrevented).toBe(true);
  await waitFor(() => expect(print).toHaveBeenCalledOnce());
  press('按页显示');
  await waitFor(() => expect(ids()).toHaveLength(50));
  press('打印全部 120 项');
  await waitFor(() => expect(print).toHaveBeenCalledTimes(2));
});

test('what is too short for pages has none, and an empty list says what to do', async () => {
  let rows = all.slice(0, 3);
  const asked = rest(() => rows);
  const [again, setAgain] = createSignal(0);
  table(again);
  await screen.findByText('共 3 项');
  expect(screen.queryByRole('navigation')).toBeNull();
  expect(asked).toHaveLength(1);
  rows = [];
  setAgain(1);
  await screen.findByText('还没有载体。');
});
