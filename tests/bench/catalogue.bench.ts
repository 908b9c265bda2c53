import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publishChanges } from '../../local/publish.ts';
import { root } from '../../local/stack.ts';
import { median, timed, withStack } from './support.ts';

/** S2: the whole site built from a running API at 1,000, 10,000 and 100,000 entries against plain writing of as many files, with the build's peak memory; then one change after another republished. `SIZES=1000,10000` for others. */
export default async function catalogue(): Promise<void> {
  const sizes = (process.env['SIZES'] ?? '1000,10000,100000').split(',').map(Number);
  for (const instruments of sizes) {
    await withStack(
      async (stack) => {
        const out = mkdtempSync(join(tmpdir(), 'voucher-site-'));
        chmodSync(out, 0o711);
        const env = {
          ...process.env,
          BUILD_API_URL: stack.url,
          PUBLIC_SUPABASE_KEY: stack.keys.publishableKey,
          OUT_DIR: join(out, 'site'),
        };
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ['--max-semi-space-size=8', '--heap-growing-percent=20', join(root, 'local/build.ts')],
          { env, maxBuffer: 1 << 26 },
        );
        const built = /pages ([\d.]+) s, catalogue of (\d+) entries ([\d.]+) s, peak memory (\d+) MB/.exec(stdout);
        if (!built) throw new Error(stdout);
        const [pages, entries, seconds, memory] = built.slice(1).map(Number) as [number, number, number, number];
        const sample = readFileSync(join(out, 'site/instruments/i2/index.html'));
        const plain = await timed(async () => {
          for (let i = 0; i < entries; i++) {
            mkdirSync(join(out, `plain/${i}`), { recursive: true });
            writeFileSync(join(out, `plain/${i}/index.html`), sample);
          }
        });
        rmSync(join(out, 'plain'), { recursive: true, force: true });
        const per = (ms: number) => `${(ms / entries).toFixed(3)} ms`;
        console.log(
          `${instruments} instruments: all ${(pages + seconds).toFixed(1)} s = ${per((pages + seconds) * 1000)} an entry (goal 0.25 over plain writing), of it the catalogue ${seconds} s = ${per(seconds * 1000)}; plain writing of the same pages ${per(plain)}; peak memory ${memory} MB`,
        );

        const { sql } = stack;
        const api = { url: stack.url, key: stack.keys.publishableKey };
        const known = new Map<string, string>();
        await publishChanges(api, join(out, 'site'), known);
        for (const [what, change] of [
          [
            'a switch',
            (id: number) =>
              sql`update public.catalogue set is_open = not is_open, reopens_on = null, updated_at = clock_timestamp() where slug = ${`i${id}`}`,
          ],
          [
            'an edit of name, model and use',
            (id: number) =>
              sql`update public.catalogue set name = '原位拉曼' || name, model = model || 'Z', purpose = '改写后的用途：' || purpose, updated_at = clock_timestamp() where slug = ${`i${id}`}`,
          ],
          [
            'another class',
            (id: number) =>
              sql`update public.catalogue set class_code = case class_code when '01' then '02' else '01' end, updated_at = clock_timestamp() where slug = ${`i${id}`}`,
          ],
        ] as const) {
          const runs: number[] = [];
          let files = 0;
          for (let k = 1; k <= 7; k++) {
            await change(Math.ceil((instruments * k) / 9));
            runs.push(
              await timed(async () => {
                files = await publishChanges(api, join(out, 'site'), known);
              }),
            );
          }
          console.log(
            `  ${what}, read from the API and everything that shows it republished: median ${median(runs).toFixed(0)} ms, most ${Math.max(...runs).toFixed(0)} ms (goal 500), ${files} files`,
          );
        }
        rmSync(out, { recursive: true, force: true });
      },
      { instruments, applicants: 2 },
    );
  }
}
