import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { type Keys, roleToken } from './keys.ts';

export interface Routes {
  port: number;
  keys: Keys;
  restPort: number;
  litePort: number;
  /** Port of each edge function by its name. */
  functions: Map<string, number>;
  /** Folder of the built site; a port number when the development server answers. */
  site: string | number;
  /** Beside a development server: the built site, whose catalogue (made by the publisher, not by Astro) is served as it was built. */
  built?: string;
}

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
  '.ics': 'text/calendar; charset=utf-8',
  '.webp': 'image/webp',
};
const siteHeaders = {
  // script-src and style-src stand in each page with the hashes of what it carries; these the page cannot say itself or must not weaken.
  'content-security-policy': "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

function refuse(res: ServerResponse, status: number, code: string, message: string, hint: string): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  res.end(JSON.stringify({ code, message, hint, details: null }));
}

/** A file may have 20 MiB (R6), and a form around it. */
const mostBytes = 22 * 1024 * 1024;

function forward(
  req: IncomingMessage,
  res: ServerResponse,
  port: number,
  path: string,
  headers: IncomingMessage['headers'],
  extra: Record<string, string> = {},
): void {
  const upstream = request(
    { host: '127.0.0.1', port, path, method: req.method, headers: { ...headers, host: `127.0.0.1:${port}` } },
    (answer) => {
      res.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...extra });
      answer.pipe(res);
    },
  );
  // A length can be left out: what is sent is counted too.
  let received = 0;
  req.on('data', (part: Buffer) => {
    received += part.byteLength;
    if (received <= mostBytes || upstream.destroyed) return;
    req.unpipe(upstream);
    if (!res.headersSent) {
      res.setHeader('connection', 'close');
      refuse(res, 413, 'TOO_LARGE', '发送的内容太大。', '单个文件不超过 20 MiB，请压缩后重试。');
    }
    upstream.destroy();
    res.once('finish', () => req.destroy());
  });
  upstream.on('error', () => {
    if (received > mostBytes) return;
    if (!res.headersSent) refuse(res, 502, 'UPSTREAM_DOWN', '服务暂时不可用。', '请稍后重试；您填写的内容没有丢失。');
    else res.destroy();
  });
  req.pipe(upstream);
}

/** Password attempts per address and account: Lite has no limit of its own; hosted Auth has. */
function attemptLimit(max: number, windowMs: number): (key: string) => boolean {
  const seen = new Map<string, number[]>();
  return (key) => {
    const now = Date.now();
    const recent = (seen.get(key) ?? []).filter((at) => now - at < windowMs);
    recent.push(now);
    seen.set(key, recent);
    if (seen.size > 10_000) seen.delete(seen.keys().next().value as string);
    return recent.length <= max;
  };
}

const isFile = (root: string, pathname: string): boolean => {
  const path = join(root, normalize(pathname));
  return path.startsWith(root) && [path, join(path, 'index.html')].some((f) => existsSync(f) && statSync(f).isFile());
};

function serveFile(req: IncomingMessage, res: ServerResponse, root: string, pathname: string): void {
  let path: string;
  try {
    path = normalize(decodeURIComponent(pathname));
  } catch {
    path = '/404.html';
  }
  const inside = join(root, path);
  const candidates = [inside, join(inside, 'index.html'), `${inside}.html`];
  const file = inside.startsWith(root) ? candidates.find((c) => existsSync(c) && statSync(c).isFile()) : undefined;
  const found = file ?? join(root, '404.html');
  if (!existsSync(found)) {
    res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    res.end('没有找到这一页。');
    return;
  }
  const accepted = String(req.headers['accept-encoding'] ?? '');
  const text = /^(text\/|application\/(json|xml)|image\/svg)/.test(types[extname(found)] ?? '');
  const encoding = text ? ['br', 'gzip'].find((e) => accepted.includes(e)) : undefined;
  res.writeHead(file ? 200 : 404, {
    ...siteHeaders,
    ...(text && { vary: 'accept-encoding' }),
    ...(encoding && { 'content-encoding': encoding }),
    'content-type': types[extname(found)] ?? 'application/octet-stream',
    'cache-control': path.startsWith('/_astro/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (req.method === 'HEAD') res.end();
  else if (encoding === 'br')
    createReadStream(found)
      .pipe(createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }))
      .pipe(res);
  else if (encoding === 'gzip') createReadStream(found).pipe(createGzip()).pipe(res);
  else createReadStream(found).pipe(res);
}

/** One origin for everything, as a hosted project with its own domain has. Binds 127.0.0.1 only. */
export function startGateway(routes: Routes): Promise<Server> {
  const { keys } = routes;
  const attempts = attemptLimit(30, 60_000);
  const server = createServer((req, res) => {
    // «//» is a path to a browser and no address to URL: a request line must never end the process.
    if (!URL.canParse(req.url ?? '/', 'http://127.0.0.1')) {
      refuse(res, 400, 'INPUT_INVALID', '请求的地址不对。', '请从本站页面进入。');
      return;
    }
    const url = new URL(req.url ?? '/', 'http://127.0.0.1');
    const api = /^\/(rest|auth|storage|functions)\/v1(\/.*|$)/.exec(url.pathname);
    if (!api) {
      if (
        typeof routes.site === 'number' &&
        routes.built &&
        /^\/(instruments|services|institutions|catalogue|sitemaps|_astro)\//.test(url.pathname) &&
        isFile(routes.built, url.pathname)
      )
        serveFile(req, res, routes.built, url.pathname);
      else if (typeof routes.site === 'number') forward(req, res, routes.site, req.url ?? '/', req.headers);
      else serveFile(req, res, routes.site, url.pathname);
      return;
    }
    if (Number(req.headers['content-length'] ?? 0) > mostBytes) {
      refuse(res, 413, 'TOO_LARGE', '发送的内容太大。', '单个文件不超过 20 MiB，请压缩后重试。');
      return;
    }
    const [, service, rest] = api as unknown as [string, string, string];
    const apikey = (req.headers['apikey'] as string | undefined) ?? url.searchParams.get('apikey') ?? '';
    if (apikey !== keys.publishableKey && apikey !== keys.secretKey) {
      refuse(res, 401, 'API_KEY_REQUIRED', '缺少或错误的 apikey。', '请从本站页面进入。');
      return;
    }
    const headers = { ...req.headers };
    const bearer = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
    // A key is no JWT: PostgREST would refuse it. The publishable key means anon, the secret key service_role.
    if (!bearer || bearer.startsWith('sb_')) {
      delete headers.authorization;
      if (apikey === keys.secretKey && service === 'rest')
        headers.authorization = `Bearer ${roleToken(keys.jwtSecret, 'service_role')}`;
    }
    if (service === 'rest') {
      url.searchParams.delete('apikey');
      forward(req, res, routes.restPort, `${rest || '/'}${url.search}`, headers);
    } else if (service === 'functions') {
      const name = rest.split('/')[1] ?? '';
      const port = routes.functions.get(name);
      if (port === undefined) refuse(res, 404, 'NOT_FOUND', '没有这项服务。', '请从本站页面进入。');
      // Who asks: an edge function limits by it; a header that the caller brings is not believed.
      else
        forward(req, res, port, `${rest}${url.search}`, {
          ...headers,
          'x-forwarded-for': req.socket.remoteAddress ?? '',
        });
    } else {
      if (
        service === 'auth' &&
        req.method === 'POST' &&
        !attempts(`${req.socket.remoteAddress} ${rest}`) &&
        rest.startsWith('/token') &&
        url.searchParams.get('grant_type') === 'password'
      ) {
        refuse(res, 429, 'TOO_MANY_ATTEMPTS', '登录尝试过于频繁。', '请一分钟后再试。');
        return;
      }
      const safe: Record<string, string> =
        service === 'storage'
          ? {
              'x-content-type-options': 'nosniff',
              'content-disposition': 'attachment',
              'content-security-policy': "default-src 'none'; sandbox",
            }
          : {};
      forward(req, res, routes.litePort, req.url ?? '/', headers, safe);
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(routes.port, '127.0.0.1', () => resolve(server));
  });
}
