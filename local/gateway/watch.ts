// What a monitor asks of the embedded stack: /health and /metrics, answered by the same functions as on hosted, the gateway's own figures beside them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestHeaders, type Upstream } from './proxy.ts';
import { refusals, refuse } from './refusals.ts';

interface Row {
  count: number;
  seconds: number;
}
/** What the gateway has answered, by service and class of status. */
export class Answered {
  #rows = new Map<string, Row>();
  #open = 0;

  /** Counts one request from now until its answer ends. */
  begin(service: string, res: ServerResponse): void {
    const began = performance.now();
    this.#open += 1;
    res.once('close', () => {
      this.#open -= 1;
      const status = res.headersSent ? `${Math.floor(res.statusCode / 100)}xx` : 'gone';
      const key = `service="${service}",status="${status}"`;
      const row = this.#rows.get(key) ?? { count: 0, seconds: 0 };
      row.count += 1;
      row.seconds += (performance.now() - began) / 1000;
      this.#rows.set(key, row);
    });
  }

  text(): string {
    const rows = [...this.#rows].sort();
    return [
      '# HELP voucher_gateway_requests_total Requests answered, by service and class of status.',
      '# TYPE voucher_gateway_requests_total counter',
      ...rows.map(([key, { count }]) => `voucher_gateway_requests_total{${key}} ${count}`),
      '# HELP voucher_gateway_request_seconds_total Time spent on them.',
      '# TYPE voucher_gateway_request_seconds_total counter',
      ...rows.map(([key, { seconds }]) => `voucher_gateway_request_seconds_total{${key}} ${seconds.toFixed(6)}`),
      '# HELP voucher_gateway_open_requests Requests that are being answered.',
      '# TYPE voucher_gateway_open_requests gauge',
      `voucher_gateway_open_requests ${this.#open}`,
      '',
    ].join('\n');
  }
}

const own = /^(127\.0\.0\.1|localhost)(:\d+)?$/i;
/** Figures tell how busy the office is: on this machine they are there for the asking, under a public name they need the token. */
const mayScrape = (req: IncomingMessage): boolean => {
  const token = process.env['METRICS_TOKEN']?.trim();
  return token ? req.headers.authorization === `Bearer ${token}` : own.test(req.headers.host ?? '');
};

export interface Watched {
  functions: Map<string, Upstream>;
  secretKey: string;
  answered: Answered;
}
/** Serves /health and /metrics; false when it is neither. */
export async function serveWatch(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  { functions, secretKey, answered }: Watched,
): Promise<boolean> {
  const name = path === '/health' ? 'health' : path === '/metrics' ? 'metrics' : undefined;
  if (!name) return false;
  const one = functions.get(name);
  if (!one || (name === 'metrics' && !mayScrape(req))) {
    refuse(res, refusals.closed);
    return true;
  }
  const headers = { ...requestHeaders(req.headers), ...(name === 'metrics' && { apikey: secretKey }) };
  await one.forward(req, res, {
    method: req.method ?? 'GET',
    path: `/${name}`,
    headers,
    ...(name === 'metrics' && { append: answered.text() }),
  });
  return true;
}
