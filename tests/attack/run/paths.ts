// Addresses that lead out of the site, out of a service, or past a rule. Sent as bytes: fetch would tidy them.
import { connect } from 'node:net';
import type { Outcome, Target } from './outcome.ts';

/** Bytes on the wire exactly as written; what came back until the other side closed. */
export function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      answer += part;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? resolve(answer) : reject(error),
    );
    socket.setTimeout(5_000, () => socket.destroy());
  });
}

const up = ['..', '%2e%2e', '%2E.', '.%2e', '%252e%252e', '..;', '%c0%ae%c0%ae', '..%00'];
const slash = ['/', '%2f', '%5c', '\\', '//', '%252f'];
const wanted = ['etc/passwd', 'package.json', '.local/keys.json', 'local/gateway.ts'];

export async function pathEscapes(target: Target): Promise<Outcome> {
  const { port, host } = new URL(target.url);
  const targets = ['', '/_astro', '/rest/v1', '/auth/v1', '/storage/v1/object/documents', '/functions/v1'].flatMap(
    (start) => up.flatMap((u) => slash.flatMap((s) => wanted.map((w) => `${start}${s}${`${u}${s}`.repeat(6)}${w}`))),
  );
  const got: string[] = [];
  for (let i = 0; i < targets.length; i += 50) {
    await Promise.all(
      targets.slice(i, i + 50).map(async (path) => {
        for (const line of [path, `http://${host}${path.startsWith('/') ? path : `/${path}`}`]) {
          const answer = await raw(
            Number(port),
            `GET ${line} HTTP/1.1\r\nHost: ${host}\r\napikey: ${target.publishableKey}\r\nConnection: close\r\n\r\n`,
          );
          if (
            !/^HTTP\/1\.1 (30\d|4\d\d)/.test(answer) ||
            /root:x:0|jwtSecret|"devDependencies"|createServer/.test(answer)
          )
            got.push(line);
        }
      }),
    );
  }
  return {
    attack: 'addresses that lead out',
    tried: targets.length * 2,
    succeeded: got.length,
    ...(got.length > 0 && { note: got.slice(0, 5).join(' ') }),
  };
}
