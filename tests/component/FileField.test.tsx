import { cleanup, fireEvent, render, screen, waitFor } from '@solidjs/testing-library';
import { afterEach, expect, test } from 'vitest';
import { FileField } from '../../src/islands/ui/FileField.tsx';
import { Form } from '../../src/islands/ui/Form.tsx';
import { createUploads } from '../../src/islands/ui/uploads.ts';

// The server's answers, told when the test says so: what is tested is what the page shows of them.
const real = globalThis.fetch;
afterEach(() => {
  cleanup();
  globalThis.fetch = real;
});
const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
function server(refused: string[]) {
  const names = new Map<number, string>();
  let open: (() => void) | undefined;
  globalThis.fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = String(input instanceof Request ? input.url : input);
    const body = JSON.parse(String(typeof init?.body === 'string' ? init.body : '{}')) as { name: string; id: number };
    if (url.includes('create_document')) {
      names.set(names.size + 1, body.name);
      return json(200, { id: names.size, object_key: `k${names.size}` });
    }
    if (url.includes('/storage/')) return json(200, {});
    if (url.includes('verify-document')) {
      await new Promise<void>((resolve) => {
        open = resolve;
      });
      const name = names.get(body.id) as string;
      return refused.includes(name)
        ? json(422, { code: 'FILE_DAMAGED', message: '文件不完整或已损坏，读不出内容。', hint: '请重新导出。' })
        : json(200, { id: body.id, name });
    }
    return json(404, {});
  }) as typeof fetch;
  /** Lets the verification that is waiting answer. */
  return async () => {
    await waitFor(() => expect(open).toBeDefined());
    const go = open as () => void;
    open = undefined;
    go();
  };
}
const choose = (names: string[]) =>
  fireEvent.change(document.querySelector('input[type=file]') as HTMLInputElement, {
    target: { files: names.map((name) => new File(['x'], name)) },
  });

test('of several files each keeps its own outcome: a refusal of one is not wiped by the next', async () => {
  const answer = server(['坏.pdf']);
  let ids: number[] = [];
  render(() => <FileField label="合同" kind="contract" uploads={createUploads()} onChange={(now) => (ids = now)} />);
  choose(['坏.pdf', '好.pdf', '又一个.pdf']);
  await answer();
  await screen.findByText(/文件不完整或已损坏/);
  await answer();
  await screen.findByText(/已核验：好.pdf/);
  await answer();
  await screen.findByText(/已核验：又一个.pdf/);
  expect(screen.getByText(/文件不完整或已损坏/)).toBeTruthy();
  expect(ids).toEqual([2, 3]);
  fireEvent.click(screen.getByRole('button', { name: '移除 好.pdf' }));
  expect(ids).toEqual([3]);
});

test('a form cannot be sent while a file of it is on its way, and can be afterwards', async () => {
  const answer = server([]);
  render(() => (
    <Form
      title="上传检测结果"
      fields={[{ name: 'documents', label: '检测结果', kind: 'file', documentKind: 'result' }]}
      button="确定"
      send={async () => ({})}
      onDone={() => {}}
    />
  ));
  const button = () => screen.getByRole('button', { name: /确定|等待文件上传/ }) as HTMLButtonElement;
  expect(button().disabled).toBe(false);
  choose(['结果.pdf']);
  await waitFor(() => expect(button().disabled).toBe(true));
  expect(button().textContent).toBe('等待文件上传…');
  await answer();
  await waitFor(() => expect(button().disabled).toBe(false));
});
