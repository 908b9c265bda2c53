// One address for everything, as a hosted project with its own domain has. Binds 127.0.0.1 only.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type postgres from 'postgres';
import { type Address, isReadable, longestTarget, ownHosts, readAddress, without } from './gateway/address.ts';
import { type AuthParts, serveAuth } from './gateway/auth.ts';
import { OpenBodies, TooLarge, TooSlow } from './gateway/body.ts';
import { addressOf, type Call } from './gateway/call.ts';
import { authLimits } from './gateway/limits.ts';
import { requestHeaders, Upstream } from './gateway/proxy.ts';
import { refusals, refuse } from './gateway/refusals.ts';
import { mostBytes, serveFunction, serveRest, serveStorage } from './gateway/services.ts';
import { serveSite, siteFile } from './gateway/site.ts';
import { bearer, readToken } from './gateway/token.ts';
import { Transfers } from './gateway/transfers.ts';
import { Turns } from './gateway/turns.ts';
import { Answered, serveWatch } from './gateway/watch.ts';
import { networkOf } from '../supabase/functions/_shared/network.ts';
import { type Keys, roleToken } from './keys.ts';
import { mailbox } from './mail.ts';

export interface Routes {
  port: number;
  keys: Keys;
  /** As postgres: for the account rules in local/auth.sql. */
  sql: postgres.Sql;
  /** Folder for the mails that the embedded stack does not send. */
  mail: string;
  restPort: number;
  litePort: number;
  /** Port of each edge function by its name. */
  functions: Map<string, number>;
  /** Folder of the built site; a port number when the development server answers. */
  site: string | number;
  /** Beside a development server: the built site, whose catalogue (made by the publisher, not by Astro) is served as it was built. */
  built?: string;
}

const services = /^\/(rest|auth|storage|functions)\/v1(\/.*)?$/;
const catalogue = /^\/(instruments|services|institutions|catalogue|sitemaps|_astro)\//;
const isSmall = (service: string): service is keyof typeof mostBytes => service in mostBytes;
const none = Buffer.alloc(0);
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Who is refused while still sending gets the answer only if somebody reads on: for a while, and as much as a file. */
function drain(req: IncomingMessage): void {
  if (req.complete || req.destroyed) return;
  let left = 24 * 1024 * 1024;
  const late = setTimeout(() => req.destroy(), 15_000).unref();
  req.on('data', (part: Buffer) => {
    left -= part.byteLength;
    if (left < 0) req.destroy();
  });
  req.once('close', () => clearTimeout(late));
  req.resume();
}

export async function startGateway(routes: Routes): Promise<Server> {
  const { keys } = routes;
  const hosts = ownHosts(routes.port);
  // As many as PostgREST has connections to the database: what waits, waits here, where its caller can give it up.
  const rest = new Upstream(routes.restPort, 40);
  // Two to the same server: whatever the files do, signing in has connections of its own.
  const lite = new Upstream(routes.litePort, 64);
  const storage = new Upstream(routes.litePort, 128);
  const functions = new Map([...routes.functions].map(([name, port]) => [name, new Upstream(port)]));
  // A function asks the API in its turn: the two have rows of their own, or each would wait for the other.
  const turns = new Turns();
  const functionTurns = new Turns();
  const bodies = new OpenBodies();
  const site = typeof routes.site === 'number' ? new Upstream(routes.site) : undefined;
  const auth: AuthParts = {
    lite,
    sql: routes.sql,
    jwtSecret: keys.jwtSecret,
    limits: authLimits(),
    send: mailbox(routes.mail),
  };

  const watched = { functions, secretKey: keys.secretKey, answered: new Answered() };
  const files = { storage, sql: routes.sql, jwtSecret: keys.jwtSecret, transfers: new Transfers() };

  /** The request as one that carries a key; undefined when it carries none of ours. */
  function readCall(req: IncomingMessage, res: ServerResponse, { path, search }: Address, service: string) {
    const apikey = req.headers['apikey'] ?? new URLSearchParams(search).get('apikey') ?? '';
    const admin = apikey === keys.secretKey;
    if (!admin && apikey !== keys.publishableKey) return undefined;
    const headers = requestHeaders(req.headers);
    headers['apikey'] = apikey;
    const token = bearer(req.headers.authorization);
    // A key is no JWT: PostgREST would refuse it. The publishable key means anon, the secret key service_role.
    if (!token || token.startsWith('sb_')) {
      delete headers['authorization'];
      if (admin && service === 'rest') headers['authorization'] = `Bearer ${roleToken(keys.jwtSecret, 'service_role')}`;
    }
    const client = req.socket.remoteAddress ?? '';
    return {
      req,
      res,
      path,
      search: without(search, 'apikey'),
      headers,
      body: none,
      admin,
      client,
      network: networkOf(client),
    };
  }

  async function servePages(req: IncomingMessage, res: ServerResponse, { path }: Address): Promise<unknown> {
    if (typeof routes.site === 'string') return serveSite(req, res, routes.site, path);
    const { built } = routes;
    if (built && catalogue.test(path) && (await siteFile(built, path))) return serveSite(req, res, built, path);
    const headers = requestHeaders(req.headers);
    return site?.forward(req, res, { method: req.method ?? 'GET', path: req.url ?? '/', headers });
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const target = req.url ?? '';
    if (target.length > longestTarget) return refuse(res, refusals.addressTooLong);
    const address = readAddress(target);
    if (!address) return refuse(res, refusals.address);
    const names = [...(req.headersDistinct['host'] ?? []), ...(address.host === undefined ? [] : [address.host])];
    if (names.length === 0 || !names.every((name) => hosts.has(name.toLowerCase()))) return refuse(res, refusals.host);
    if (!methods.has(req.method ?? '')) return refuse(res, refusals.method);
    const [, service, rest_ = '/'] = services.exec(address.path) ?? [];
    watched.answered.begin(service ?? 'site', res);
    if (!service) return (await serveWatch(req, res, address.path, watched)) || servePages(req, res, address);
    if (!isReadable(address.search)) return refuse(res, refusals.address);
    const call: Call | undefined = readCall(req, res, address, service);
    if (!call) return refuse(res, refusals.key);
    // Who has signed in has a row of his own, wherever he sits; a stranger shares his address's.
    const person = readToken(bearer(req.headers.authorization), keys.jwtSecret)?.sub;
    // First the whole body: a turn is for work, not for waiting on its sender.
    if (isSmall(service)) call.body = await bodies.read(person ?? addressOf(call), req, mostBytes[service]);
    // Files have turns of their own (transfers.ts); whoever has the secret key is one of us.
    if (service !== 'storage' && !call.admin) {
      const row = service === 'functions' ? functionTurns : turns;
      if (!(await row.take(person ?? addressOf(call), res)))
        return res.destroyed ? undefined : refuse(res, refusals.busy);
    }
    if (service === 'rest') return serveRest(call, rest_, rest, routes.sql);
    if (service === 'functions') return serveFunction(call, rest_, functions);
    if (service === 'storage') return serveStorage(call, rest_, files);
    return serveAuth(call, rest_, auth);
  }

  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 15_000, requestTimeout: 300_000, keepAliveTimeout: 5_000 },
    (req, res) => {
      // Each part of the way hears when the answer ends.
      res.setMaxListeners(32);
      handle(req, res)
        .catch((error: unknown) => {
          if (error instanceof TooLarge) return refuse(res, refusals.bodyTooLarge);
          if (error instanceof TooSlow) return refuse(res, refusals.slow);
          if (res.destroyed) return undefined;
          console.error('gateway:', error);
          if (res.headersSent) return res.destroy();
          return refuse(res, refusals.failed);
        })
        .finally(() => drain(req));
    },
  );
  // Who neither reads nor sends for two minutes is gone.
  server.setTimeout(120_000);
  server.once('close', () => {
    for (const upstream of [rest, lite, storage, site, ...functions.values()]) void upstream?.close();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(routes.port, '127.0.0.1', resolve);
  });
  return server;
}
