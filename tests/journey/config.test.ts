// supabase/config.toml, as the CLI reads it on `config push`: against a management API of our own that knows nothing yet.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../local/stack.ts';

const config = readFileSync(join(root, 'supabase/config.toml'), 'utf8');
const wanted = [...new Set([...config.matchAll(/env\((\w+)\)/g)].map((m) => m[1] as string))];

let api: Server;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'voucher-config-'));
  api = createServer((_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  writeFileSync(
    join(dir, 'profile.yaml'),
    `name: test\napi_url: ${url}\ndashboard_url: ${url}\nproject_host: 127.0.0.1\npooler_host: ""\n`,
  );
});
afterAll(() => {
  api.close();
  rmSync(dir, { recursive: true, force: true });
});

const diff = (env: Record<string, string>, workdir = root) =>
  promisify(execFile)(
    join(root, 'node_modules/.bin/supabase'),
    ['config', 'diff', '--remote=abcdefghijklmnopqrst', '--profile', join(dir, 'profile.yaml'), '--workdir', workdir],
    {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HOME: dir,
        SUPABASE_TELEMETRY_DISABLED: '1',
        DO_NOT_TRACK: '1',
        SUPABASE_ACCESS_TOKEN: `sbp_${'0'.repeat(40)}`,
        ...env,
      },
    },
  ).then(({ stdout, stderr }) => stdout + stderr);

test('the CLI takes config.toml: no key is unknown or deprecated, each variable is put in', async () => {
  const said = await diff(Object.fromEntries(wanted.map((name) => [name, `value-of-${name.toLowerCase()}`])));
  expect(said).not.toMatch(/WARN|deprecated|[Uu]nknown|Invalid/);
  expect(said).not.toContain('env(');
  for (const [key, value] of Object.entries({
    'auth.site_url': '"value-of-site_url"',
    'auth.email.smtp.host': '"value-of-smtp_host"',
    'auth.email.enable_confirmations': 'true',
    'auth.sessions.inactivity_timeout': '"8h0m0s"',
    'auth.sessions.timebox': '"24h0m0s"',
    'auth.mfa.totp.verify_enabled': 'true',
    'auth.additional_redirect_urls': '[]',
    'api.max_rows': '1000',
    'storage.file_size_limit': '"20MiB"',
  }))
    expect(said).toContain(`${key} [local-only]\n  local:  ${value}`);
}, 60_000);

test('every variable that it asks for stands in the example, and db push needs none of them', async () => {
  const example = readFileSync(join(root, 'supabase/.env.example'), 'utf8');
  for (const name of wanted) expect(example, name).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
  // The stack of these tests was made by `db push` without any; the CLI reads the whole file for every command.
  expect(await diff({})).not.toMatch(/Invalid/);
}, 60_000);

test('the captcha that is commented out is taken too, once it is uncommented', async () => {
  mkdirSync(join(dir, 'supabase'));
  writeFileSync(
    join(dir, 'supabase/config.toml'),
    config.replaceAll(/^# (\[auth\.captcha\]|enabled|provider|secret)/gm, '$1'),
  );
  const said = await diff({ CAPTCHA_SECRET: 'x' }, dir);
  expect(said).not.toMatch(/WARN|Invalid/);
  expect(said).toContain('auth.captcha.enabled [local-only]\n  local:  true');
  expect(said).toContain('auth.captcha.secret');
}, 60_000);
