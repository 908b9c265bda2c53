import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.csv': 'text/csv; charset=utf-8',
  '.atom': 'application/atom+xml; charset=utf-8',
  '.ics': 'text/calendar; charset=utf-8',
  '.webp': 'image/webp',
};
const siteHeaders = {
  // script-src and style-src stand in each page with the hashes of what it carries; these the page cannot say itself or must not weaken.
  'content-security-policy': "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

/** The one way from a public address (decoded, see address.ts) to a file: inside the site, links followed, never hidden. */
export async function siteFile(root: string, path: string): Promise<string | undefined> {
  if (path.split('/').some((segment) => segment.startsWith('.') && segment !== '.well-known')) return undefined;
  const home = await realpath(root).catch(() => undefined);
  if (!home) return undefined;
  for (const candidate of [path, join(path, 'index.html'), `${path}.html`]) {
    const file = await realpath(join(home, candidate)).catch(() => undefined);
    if (file?.startsWith(home + sep) && (await stat(file)).isFile()) return file;
  }
  return undefined;
}

export async function serveSite(req: IncomingMessage, res: ServerResponse, root: string, path: string): Promise<void> {
  const file = await siteFile(root, path);
  const found = file ?? (await siteFile(root, '/404.html'));
  if (!found) {
    res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('没有找到这一页。');
    return;
  }
  const accepted = String(req.headers['accept-encoding'] ?? '');
  const text = /^(text\/|application\/(json|xml|atom\+xml)|image\/svg)/.test(types[extname(found)] ?? '');
  const encoding = text ? ['br', 'gzip'].find((e) => accepted.includes(e)) : undefined;
  if (res.destroyed) return;
  res.writeHead(file ? 200 : 404, {
    ...siteHeaders,
    ...(text && { vary: 'accept-encoding' }),
    ...(encoding && { 'content-encoding': encoding }),
    'content-type': types[extname(found)] ?? 'application/octet-stream',
    'cache-control': path.startsWith('/_astro/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  // A pipeline closes the file when the reader goes away in the middle.
  const source = createReadStream(found);
  const sent =
    encoding === 'br'
      ? pipeline(source, createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }), res)
      : encoding === 'gzip'
        ? pipeline(source, createGzip(), res)
        : pipeline(source, res);
  await sent.catch(() => {});
}
