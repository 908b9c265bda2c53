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

const tooOften = { code: 'TOO_MANY_ATTEMPTS', message: '尝试过于频繁。', hint: '请稍等片刻再试。' };

export async function signIn(email: string, password: string): Promise<void> {
  const { error } = await auth().signInWithPassword({ email, password });
  if (!error) return;
  throw new Refused(
    error.status === 429
      ? tooOften
      : { code: 'SIGN_IN_REFUSED', message: '邮箱或密码不对。', hint: '请检查后重试；多次失败后请稍等片刻。' },
  );
}

/**
 * Makes an account. True when it is signed in by now; false when a mail has to be read first, or the address has an account already:
 * the two look alike, so that nobody learns who has one.
 */
export async function signUp(email: string, password: string): Promise<boolean> {
  const { data, error } = await auth().signUp({ email, password });
  if (error)
    throw new Refused(
      error.status === 429
        ? tooOften
        : {
            code: 'SIGN_UP_REFUSED',
            message: '没有注册成功。',
            hint: '请检查邮箱；密码至少 10 位，不超过 72 个字节（汉字每个占 3 个）。',
          },
    );
  if (data.session) return true;
  return !(await auth().signInWithPassword({ email, password })).error;
}
export const signOut = () => auth().signOut();
