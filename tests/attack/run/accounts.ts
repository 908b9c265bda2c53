// An account taken over by guessing: codes and passwords, by every spelling of the address.
import { inParallel, type Outcome, type Target } from './outcome.ts';

async function post(target: Target, path: string, body: unknown, key = target.publishableKey) {
  const answer = await fetch(target.url + path, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}
async function victim(target: Target): Promise<string> {
  const email = `victim-${crypto.randomUUID()}@demo.example`;
  await post(target, '/auth/v1/signup', { email, password: crypto.randomUUID() }, target.secretKey);
  return email;
}
/** Ways to one route that look like others. */
const spellings = (route: string) => [
  `/auth/v1/${route}`,
  `/auth/v1/%${route.charCodeAt(0).toString(16)}${route.slice(1)}`,
  `/auth/v1//${route}`,
  `/auth/v1/./${route}`,
  `/auth/v1/x/../${route}`,
  `/auth/v1/${route}/`,
  `/auth/v1/${route.toUpperCase()}`,
  `/%61uth/v1/${route}`,
];

/** Twelve thousand guesses of a recovery code; a session, or a try beyond the five that a code has, is a success. */
export async function guessedCodes(target: Target, count = 12_000): Promise<Outcome> {
  const email = await victim(target);
  await post(target, '/auth/v1/recover', { email });
  let [sessions, looked] = [0, 0];
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1000;
  await inParallel(count, 40, async (i) => {
    const token = String(i).padStart(i % 2 === 0 ? 6 : 8, '0');
    const paths = spellings('verify');
    const { status, text } = await post(target, paths[i % paths.length] as string, { email, token, type: 'recovery' });
    if (/access_token/.test(text)) sessions++;
    // 403 is a code that was looked up; 429, 404 and 400 are refused before.
    if (status === 403) looked++;
  });
  return {
    attack: 'recovery codes guessed',
    tried: count,
    // After the five one more is looked up every half minute, and the code is dead by then.
    succeeded: sessions + Math.max(0, looked - 5 - Math.floor(seconds() / 30)),
    note: `${looked} looked up in ${Math.round(seconds())} s`,
  };
}

/** Passwords of one account; more than the five free ones and one a second is a success. */
export async function guessedPasswords(target: Target, count = 2_000): Promise<Outcome> {
  const email = await victim(target);
  let looked = 0;
  const began = Date.now();
  await inParallel(count, 40, async (i) => {
    const paths = spellings('token');
    const path = `${paths[i % paths.length]}?grant_type=password`;
    const { text } = await post(target, path, { email, password: `guess-${i}-12345` });
    if (/invalid_credentials|access_token/.test(text)) looked++;
  });
  const seconds = (Date.now() - began) / 1000;
  return {
    attack: 'passwords guessed',
    tried: count,
    succeeded: Math.max(0, looked - 6 - Math.floor(seconds / 2)),
    note: `${looked} looked up in ${Math.round(seconds)} s`,
  };
}

/** A hundred accounts at once from one address. */
export async function floodedSignUps(target: Target, count = 100): Promise<Outcome> {
  let made = 0;
  await inParallel(count, 20, async () => {
    const email = `flood-${crypto.randomUUID()}@demo.example`;
    if ((await post(target, '/auth/v1/signup', { email, password: crypto.randomUUID() })).status === 200) made++;
  });
  return { attack: 'sign-ups from one address', tried: count, succeeded: Math.max(0, made - 25), note: `${made} made` };
}
