import { auth, client, Refused, session } from './client.ts';
import { answer, command } from './query.ts';

/** One of the things a person is: a member of an organization, or the holder of a staff role (R39). */
export interface Hat {
  kind: 'organization' | 'platform' | 'department' | 'finance' | 'administrator' | 'expert';
  organization_id: number | null;
  name: string;
  organization_kind: string | null;
  chosen: boolean;
}
export interface Me {
  userId: string;
  email: string;
  hats: Hat[];
  /** The one acted for in this session; both are empty while several could be meant and none is chosen. */
  organization?: { id: number; kind: string; name: string };
  roles: string[];
}

const myHats = async () => (await answer(client().rpc('my_hats'))) as Hat[];

/** Who is signed in, and as what he acts in this session. Undefined when nobody is. */
export async function loadMe(): Promise<Me | undefined> {
  const user = (await session())?.user;
  if (!user) return undefined;
  const hats = await myHats().catch(() => []);
  const hat = hats.find((h) => h.chosen);
  return {
    userId: user.id,
    email: user.email,
    hats,
    ...(hat?.organization_id && {
      organization: { id: hat.organization_id, kind: hat.organization_kind ?? '', name: hat.name },
    }),
    roles: hat && hat.kind !== 'organization' ? [hat.kind] : [],
  };
}
/** Chooses what this session acts as; the database holds it and every right follows (R39). */
export const actAs = (hat: Hat) => command('act_as', { kind: hat.kind, organization_id: hat.organization_id });

/** The words for Auth's codes are loaded when something was refused. */
const refuse = async (error: { code?: string | undefined; status?: number | undefined; message?: string }) => {
  const { authRefusal } = await import('../domain/auth-errors.ts');
  throw new Refused(authRefusal(error));
};
const captcha = (captchaToken: string | undefined) => (captchaToken ? { captchaToken } : {});
/** Where a mail's link leads back to. */
const back = () => ({ emailRedirectTo: `${window.location.origin}/work/?confirmed` });

export async function signIn(email: string, password: string, captchaToken?: string): Promise<void> {
  const { error } = await (await auth()).signInWithPassword({ email, password, options: captcha(captchaToken) });
  if (error) await refuse(error);
}

/**
 * Makes an account. `confirm`: a mail has to be read first, or the address has an account already. The two look alike, so that nobody learns
 * who has one; the embedded Auth, which has no mail, therefore gives no session, and the password tells whose account it is.
 */
export async function signUp(email: string, password: string, captchaToken?: string): Promise<'confirm' | 'signed_in'> {
  const { data, error } = await (await auth()).signUp({
    email,
    password,
    options: { ...captcha(captchaToken), ...back() },
  });
  if (error) await refuse(error);
  if (data.session) return 'signed_in';
  if (data.user?.confirmation_sent_at) return 'confirm';
  return (await (await auth()).signInWithPassword({ email, password })).error ? 'confirm' : 'signed_in';
}

/** Sends the mail of a new account once more. */
export async function resendConfirmation(email: string, captchaToken?: string): Promise<void> {
  const { error } = await (await auth()).resend({
    type: 'signup',
    email,
    options: { ...captcha(captchaToken), ...back() },
  });
  if (error) await refuse(error);
}
/** Sends a code to whoever forgot his password; it is said the same whether there is such an account or not. */
export async function forgotPassword(email: string, captchaToken?: string): Promise<void> {
  const { error } = await (await auth()).resetPasswordForEmail(email, captcha(captchaToken));
  if (error) await refuse(error);
}
/** The code proves the mail; the new password is set with the session that it opens. */
export async function renewPassword(email: string, token: string, password: string): Promise<void> {
  const { error } = await (await auth()).verifyOtp({ email, token, type: 'recovery' });
  if (error) await refuse(error);
  await changePassword(password);
}
/** Every other session of the account ends with it. */
export async function changePassword(password: string): Promise<void> {
  const { error } = await (await auth()).updateUser({ password });
  if (error) await refuse(error);
}
/** Sends a code to the old address and one to the new: the address changes when both have been given. */
export async function askForAddress(email: string): Promise<void> {
  const { error } = await (await auth()).updateUser({ email });
  if (error) await refuse(error);
}
export async function confirmAddress(email: string, token: string): Promise<void> {
  const { error } = await (await auth()).verifyOtp({ email, token, type: 'email_change' });
  if (error) await refuse(error);
}
/** Ends all sessions of the account, on every machine. */
export async function signOutEverywhere(): Promise<void> {
  const { error } = await (await auth()).signOut({ scope: 'global' });
  if (error) await refuse(error);
}

/** The account that is signed in, for what this browser keeps in its name. */
export const currentUserId = async () => (await session())?.user.id ?? '';
export const signOut = async () => (await auth()).signOut();
