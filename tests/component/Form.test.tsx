import { cleanup, fireEvent, render, screen, waitFor } from '@solidjs/testing-library';
import { afterEach, expect, test, vi } from 'vitest';
import { command, type Done } from '../../src/backend/query.ts';
import { resourceFields } from '../../src/islands/resource/fields.ts';
import { Form } from '../../src/islands/ui/Form.tsx';

/** The network: answers in turn, and what was asked. */
function network(answers: (Record<string, unknown> | 'lost')[]): Record<string, unknown>[] {
  const asked: Record<string, unknown>[] = [];
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    asked.push(JSON.parse(String(init.body)) as Record<string, unknown>);
    const answer = answers[asked.length - 1];
    if (answer === 'lost' || !answer) throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify(answer), { status: 200, headers: { 'content-type': 'application/json' } });
  });
  return asked;
}
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const form = (onDone: (result: Done) => void) =>
  render(() => (
    <Form
      title="兑付"
      button="兑付"
      fields={[]}
      send={(_, request_id) => command('apply_bank_import', { list_id: 1, import_id: 1, request_id })}
      onDone={onDone}
    />
  ));
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

test('an act in batches goes on by itself, each batch under an id of its own, and reports what all did together', async () => {
  const asked = network([
    { count: 500, amount_fen: 1500, left: 700 },
    { count: 500, amount_fen: 1500, left: 200 },
    { count: 200, amount_fen: 600, left: 0 },
  ]);
  const done = vi.fn();
  form(done);
  press('兑付');
  await waitFor(() => expect(done).toHaveBeenCalled());
  expect(done.mock.calls[0]?.[0]).toEqual({ count: 1200, amount_fen: 3600, left: 0 });
  expect(new Set(asked.map((a) => a['request_id'])).size).toBe(3);
});

test('R33: a batch whose answer was lost is asked for again under the same id, and what is done is not forgotten', async () => {
  const asked = network([
    { count: 500, amount_fen: 1500, left: 200 },
    'lost',
    { count: 200, amount_fen: 600, left: 0 },
  ]);
  const done = vi.fn();
  form(done);
  press('兑付');
  await screen.findByText(/已办 500 项，还有 200 项/);
  await waitFor(() => expect(screen.getByRole('button', { name: '接着办' })).toHaveProperty('disabled', false));
  press('接着办');
  await waitFor(() => expect(done).toHaveBeenCalled());
  expect(done.mock.calls[0]?.[0]).toMatchObject({ count: 700, amount_fen: 2100 });
  expect(asked[2]?.['request_id']).toBe(asked[1]?.['request_id']);
});

test('it can be broken off: the batch under way ends, and the rest waits', async () => {
  const asked = network([
    { count: 500, left: 700 },
    { count: 500, left: 200 },
  ]);
  const done = vi.fn();
  form(done);
  press('兑付');
  fireEvent.click(await screen.findByRole('button', { name: '停下' }));
  await waitFor(() => expect(done).toHaveBeenCalled());
  expect(done.mock.calls[0]?.[0]).toMatchObject({ left: expect.any(Number) });
  expect(asked.length).toBeLessThanOrEqual(2);
});

test('R21: the form to edit a service shows CMA and CNAS as they are, and saving without touching them keeps them', async () => {
  const service = {
    name: '拉伸',
    purpose: '测抗拉强度',
    class_code: '01',
    cma: true,
    cnas: false,
    price_min_fen: 100,
    price_max_fen: 100,
  };
  const send = vi.fn(async (_values: Record<string, unknown>) => ({}));
  render(() => (
    <Form
      title="修改"
      button="提交审核"
      fields={resourceFields('service', [{ code: '01', label: '力学' }] as never, service as never)}
      send={send}
      onDone={() => {}}
    />
  ));
  const ticked = (label: RegExp) => screen.getByLabelText<HTMLInputElement>(label).checked;
  expect([ticked(/CMA/), ticked(/CNAS/)]).toEqual([true, false]);
  press('提交审核');
  await waitFor(() => expect(send).toHaveBeenCalled());
  expect(send.mock.calls[0]?.[0]).toMatchObject({ cma: true, cnas: false, name: '拉伸' });
});
