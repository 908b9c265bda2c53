/** What a request line asks for: the path decoded and checked once, for routing, counting and looking up alike. */
export interface Address {
  /** Decoded, begins with «/», without «.», «..», empty or doubly encoded segments. */
  path: string;
  /** As sent, with its question mark; empty without one. */
  search: string;
}

export const longestTarget = 8 * 1024;

/** Reads a request target in origin form or absolute form; undefined for everything that no browser sends. */
export function readAddress(target: string): (Address & { host?: string }) | undefined {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  const local = absolute ? (absolute[2] as string) || '/' : target;
  if (!local.startsWith('/')) return undefined;
  const mark = local.search(/[?#]/);
  const search = mark < 0 ? '' : (local.slice(mark).split('#', 1)[0] as string);
  let path: string;
  try {
    path = decodeURIComponent(mark < 0 ? local : local.slice(0, mark));
  } catch {
    return undefined;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these have no place in an address.
  if (/[\u0000-\u001f\u007f\\]|%[0-9a-f]{2}/i.test(path)) return undefined;
  const segments = path.split('/').slice(1);
  if (segments.some((s, i) => s === '.' || s === '..' || (s === '' && i < segments.length - 1))) return undefined;
  return { path, search, ...(absolute && { host: (absolute[1] as string).toLowerCase() }) };
}

/** Whether a query is text at all: a page is served with any (old links carry words in GBK), a service is asked nothing that has no meaning. */
export function isReadable(search: string): boolean {
  try {
    decodeURIComponent(search.replaceAll('+', ' '));
    return true;
  } catch {
    return false;
  }
}

/** The path as it goes on: encoded afresh, so that the next server reads what was checked here. */
export const encodePath = (path: string): string => encodeURI(path).replace(/[?#]/g, encodeURIComponent);

/** The query without one name, the rest as it was sent. */
export function without(search: string, name: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && part.split('=', 1)[0] !== name);
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

/** The names under which the gateway answers: a page of another site that points its own name here gets nothing. */
export function ownHosts(port: number): Set<string> {
  const more = (process.env['SITE_HOST'] ?? '').split(',').map((host) => host.trim().toLowerCase());
  return new Set([`127.0.0.1:${port}`, `localhost:${port}`, ...more.filter(Boolean)]);
}
