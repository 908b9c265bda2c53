/** What was typed and not yet saved, kept in this browser for one person: another one at the same computer never sees it. */
export interface Draft<T> {
  value: T;
  /** The server's content that it was typed over, as text: when that has changed since, the person is asked. */
  over: string;
}

const prefix = 'draft:';
const keyOf = (userId: string, name: string) => `${prefix}${userId}:${name}`;

export function readDraft<T>(userId: string, name: string): Draft<T> | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(userId, name)) ?? 'null') as Draft<T> | null;
    return kept && typeof kept.over === 'string' ? kept : undefined;
  } catch {
    return undefined;
  }
}
/** Keeps what was typed; what is as the server has it is no draft. */
export function keepDraft<T>(userId: string, name: string, value: T, server: T): void {
  const over = JSON.stringify(server);
  if (JSON.stringify(value) === over) dropDraft(userId, name);
  else tryTo(() => localStorage.setItem(keyOf(userId, name), JSON.stringify({ value, over } satisfies Draft<T>)));
}
export const dropDraft = (userId: string, name: string): void =>
  tryTo(() => localStorage.removeItem(keyOf(userId, name)));

/** Signing out leaves nothing of the person in this browser. */
export function dropAllDrafts(): void {
  tryTo(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  });
}

/** A browser that keeps nothing, or no more, still fills in forms. */
function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    /* Nothing is kept: what is typed stands in the form alone. */
  }
}
