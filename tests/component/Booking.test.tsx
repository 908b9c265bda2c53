import { cleanup, fireEvent, render, screen } from '@solidjs/testing-library';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Booking } from '../../src/backend/bookings.ts';
import { BookingForm } from '../../src/islands/order/BookingForm.tsx';
import { dropAllDrafts } from '../../src/islands/ui/draft.ts';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const zhang = '00000000-0000-4000-8000-000000000001';
const li = '00000000-0000-4000-8000-000000000002';
/** What the database says of a draft order; `title` as it was last saved. */
const booking = (title: string, userId = zhang) =>
  ({
    day: '2026-11-24',
    userId,
    entry: {
      slug: 'i5',
      kind: 'instrument',
      resource_id: 5,
      name: '电镜',
      model: '',
      institution_name: '所',
      city: '',
    },
    order: { id: 7, revision_no: 1, state: 'draft' },
    content: {
      fields: {
        title,
        purpose: '',
        project_id: 1,
        expected_from: null,
        expected_to: null,
        contract_no: '',
        contract_signed_on: null,
        contract_total_fen: 0,
        test_fee_fen: 0,
      },
      lines: [],
      answers: [],
      papers: [],
      explanation: '',
      declared: false,
      reason: '',
    },
    projects: [{ id: 1, title: '项目' }],
    exclusions: [],
    quota: {},
    missing: [],
    leftFen: 1_000_000,
    rateBp: 3000,
  }) as unknown as Booking;
const open = (of: Booking) => render(() => <BookingForm booking={of} />);
const title = () => screen.getByLabelText<HTMLInputElement>('检测名称');
const type = (text: string) => fireEvent.input(title(), { target: { value: text } });
const restored = () => screen.queryByText(/已恢复上次没有保存的内容/);
const asks = () => screen.queryByText(/是在这份订单最近一次保存之前填写的/);

test('what was typed is there again after a reload, and says so; what was only looked at leaves nothing', () => {
  open(booking('断口分析'));
  expect(localStorage.length).toBe(0);
  type('断口形貌分析');
  cleanup();
  open(booking('断口分析'));
  expect([title().value, Boolean(restored()), Boolean(asks())]).toEqual(['断口形貌分析', true, false]);
});

test('a colleague at the same computer finds nothing of it; signed out, nobody does', () => {
  open(booking('断口分析'));
  type('断口形貌分析');
  cleanup();
  open(booking('断口分析', li));
  expect([title().value, Boolean(restored())]).toEqual(['断口分析', false]);
  cleanup();
  dropAllDrafts();
  open(booking('断口分析'));
  expect([title().value, Boolean(restored())]).toEqual(['断口分析', false]);
});

test('saved elsewhere since, it overwrites nothing: the person is asked, and either answer is kept to', () => {
  const typed = () => {
    localStorage.clear();
    open(booking('断口分析'));
    type('断口形貌分析');
    cleanup();
    open(booking('硬度分析'));
    expect([title().value, Boolean(restored()), Boolean(asks())]).toEqual(['硬度分析', false, true]);
  };
  typed();
  fireEvent.click(screen.getByRole('button', { name: '用没有保存的内容' }));
  expect([title().value, Boolean(asks())]).toEqual(['断口形貌分析', false]);
  cleanup();
  typed();
  fireEvent.click(screen.getByRole('button', { name: '用已保存的内容' }));
  expect([title().value, Boolean(asks())]).toEqual(['硬度分析', false]);
  cleanup();
  open(booking('硬度分析'));
  expect([title().value, Boolean(restored()), Boolean(asks())]).toEqual(['硬度分析', false, false]);
});
