import { authRefusal } from '../domain/auth-errors.ts';
import { auth, client, Refused } from './client.ts';

export interface Me {
  userId: string;
  email: string;
  organization?: { id: number; kind: string; name: string };
  roles: string[];
}

/** Who is signed in, for which organization, in which staff roles. Undefined when nobody is. */
export async function loadMe(): Promise<Me | undefined> {
  const { data } = await auth().getSession();
  const user = data.session?.user;
  if (!user) return undefined;
  const [members, roles] = await Promise.all([
    client().from('memberships').select('organization:organizations(id, kind, name)').eq('user_id', user.id).limit(1),
    client().from('staff_roles').select('role').eq('user_id', user.id),
  ]);
  const organization = members.data?.[0]?.organization as unknown as Me['organization'];
  return {
    userId: user.id,
    email: user.email ?? '',
    ...(organization && { organization }),
    roles: (roles.data ?? []).map((r) => r.role as string),
  };
}

const refuse = (error: { code?: string | undefined; status?: number | undefined; message?: string }): never => {
  throw new Refused(authRefusal(error));
};
const captcha = (captchaToken: string | undefined) => (captchaToken ? { captchaToken } : {});
/** Where a mail's link leads back to. */
const back = () => ({ emailRedirectTo: `${window.location.origin}/work/?confirmed` });

export async function signIn(email: string, password: string, captchaToken?: string): Promise<void> {
  const { error } = await auth().signInWithPassword({ email, password, options: captcha(captchaToken) });
  if (error) refuse(error);
}

/**
 * Makes an account. `confirm`: a mail has to be read first, or the address has an account already. The two look alike, so that nobody learns
 * who has one; the embedded Auth, which has no mail, therefore gives no session, and the password tells whose account it is.
 */
export async function signUp(email: string, password: string, captchaToken?: string): Promise<'confirm' | 'signed_in'> {
  const { data, error } = await auth().signUp({
    email,
    password,
    options: { ...captcha(captchaToken), ...back() },
  });
  if (error) refuse(error);
  if (data.session) return 'signed_in';
  if (data.user?.confirmation_sent_at) return 'confirm';
  return (await auth().signInWithPassword({ email, password })).error ? 'confirm' : 'signed_in';
}

/** Sends the mail of a new account once more. */
export async function resendConfirmation(email: string, captchaToken?: string): Promise<void> {
  const { error } = await auth().resend({ type: 'signup', email, options: { ...captcha(captchaToken), ...back() } });
  if (error) refuse(error);
}
export const signOut = () => auth().signOut();
