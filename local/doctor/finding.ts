/** One thing looked at: as it should be, missing, or not to be known from here. */
export interface Finding {
  part: string;
  state: 'good' | 'missing' | 'note';
  says: string;
  /** The way out. */
  way?: string;
}
export const good = (part: string, says: string): Finding => ({ part, state: 'good', says });
export const missing = (part: string, says: string, way: string): Finding => ({ part, state: 'missing', says, way });
export const note = (part: string, says: string, way?: string): Finding => ({
  part,
  state: 'note',
  says,
  ...(way && { way }),
});

/** Where the portal stands, and the keys to ask it with. */
export interface Patient {
  /** The public site. */
  site: string;
  /** The project's API. */
  api: string;
  publishableKey: string;
  /** Without it only what everyone sees is looked at. */
  secretKey?: string | undefined;
  /** The stack of `npm start`, where some things are otherwise on purpose: no mail, no pg_cron, a clock of its own. */
  embedded: boolean;
}

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}
/** Never throws: no answer is an answer too (status 0). */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(15_000), ...init });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  } catch (error) {
    const cause = (error as Error & { cause?: Error }).cause ?? (error as Error);
    return { status: 0, text: cause.message, headers: new Headers() };
  }
}
export function json<T = Record<string, unknown>>(answer: Answer): T | undefined {
  try {
    return JSON.parse(answer.text) as T;
  } catch {
    return undefined;
  }
}
/** How an answer failed, in a few words. */
export const failure = ({ status, text }: Answer): string =>
  status === 0 ? `no answer (${text})` : `${status} ${text.replaceAll(/\s+/g, ' ').slice(0, 120)}`;
