// What is wrong with the machine is told in a sentence with the way out: each from the error that really comes.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Complaint, explain } from '../../local/complaints.ts';

const root = resolve(import.meta.dirname, '../..');
/** The error that an act ends with. */
async function errorOf(act: () => unknown): Promise<Error> {
  try {
    await act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing went wrong');
}

test('a full disk', async () => {
  expect(explain(await errorOf(() => writeFileSync('/dev/full', 'x')))).toMatch(/^The disk is full\..*df -h/);
  expect(explain(new Error('initdb: could not write to file "base/1": No space left on device'))).toMatch(
    /^The disk is full/,
  );
});

test('a port that is taken', async () => {
  const first = createServer();
  const port = await new Promise<number>((done) =>
    first.listen(0, '127.0.0.1', () => done((first.address() as { port: number }).port)),
  );
  const error = await new Promise<Error>((done) => {
    const second: Server = createServer();
    second.once('error', done);
    second.listen(port, '127.0.0.1');
  });
  first.close();
  expect(explain(error)).toMatch(new RegExp(`^Port ${port} is taken by another program\\..*PORT=54400 npm start`));
});

test('a folder that cannot be written', async () => {
  const error = await errorOf(() => mkdirSync('/sys/data'));
  expect(explain(error)).toMatch(/^\/sys\/data cannot be written.*DATA_DIR=/);
});

test('a program or a package that is not installed', async () => {
  const program = join(root, 'node_modules/none/of/that');
  expect(explain(await errorOf(() => promisify(execFile)(program)))).toMatch(
    /of\/that is not there\. Run "npm ci" again/,
  );
  expect(explain(await errorOf(() => import(String('no-such-package'))))).toMatch(/Run "npm ci"/);
});

test('no browser', async () => {
  const { chromium } = await import('playwright-core');
  const error = await errorOf(() => chromium.launch({ executablePath: '/nowhere/chromium' }));
  expect(explain(error)).toMatch(/^Chromium is not there: .*apt-get install chromium/);
});

test('a sentence of our own stays as it is; what nobody knows keeps its place in the code', () => {
  expect(explain(new Complaint('So it is. Do that.'))).toBe('So it is. Do that.');
  expect(explain(new TypeError('odd'))).toContain('complaints.test.ts');
});

/** What a script says when Node, the machine or the folder is not as it must be. */
async function entry(before: string, folder = root): Promise<string> {
  const args = [
    `--import=data:text/javascript,${encodeURIComponent(before)}`,
    '--import',
    './local/entry.mjs',
    'local/clock.ts',
  ];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return stdout + stderr;
}
const pretend = (object: string, key: string, value: string) =>
  `Object.defineProperty(${object}, '${key}', { value: '${value}' })`;

test('an old Node, another system and a missing npm ci are told before anything else is read', async () => {
  expect(await entry(pretend('process.versions', 'node', '20.20.2'))).toBe(
    'Node 24 is needed and is installed beside the project; this is 20.20.2. Run the script through npm ("npm start", "npm run …"), which takes the right one.\n',
  );
  expect(await entry(pretend('process', 'platform', 'win32'))).toMatch(
    /^The embedded database .* On Windows use WSL 2/,
  );
  const folder = mkdtempSync(join(tmpdir(), 'voucher-entry-'));
  chmodSync(folder, 0o755);
  await promisify(execFile)('cp', ['-r', join(root, 'local'), join(root, 'package.json'), folder]);
  expect(await entry('', folder)).toBe('The packages are not installed. Run "npm ci" first.\n');
  rmSync(folder, { recursive: true });
});

test('every script of package.json goes through the entry', async () => {
  const { scripts } = (await import('../../package.json', { with: { type: 'json' } })).default as {
    scripts: Record<string, string>;
  };
  const others = Object.entries(scripts).filter(
    ([name, command]) => name !== 'format' && !command.startsWith('node --import ./local/entry.mjs '),
  );
  expect(others).toEqual([]);
});
