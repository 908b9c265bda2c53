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

export async function signIn(email: string, password: string, fresh: boolean): Promise<void> {
  const { error } = fresh
    ? await auth().signUp({ email, password })
    : await auth().signInWithPassword({ email, password });
  if (error) {
    throw new Refused(
      fresh
        ? {
            code: 'SIGN_UP_REFUSED',
            message: '没有注册成功。',
            hint: '请检查邮箱；密码至少 10 位。已有账号请直接登录。',
          }
        : { code: 'SIGN_IN_REFUSED', message: '邮箱或密码不对。', hint: '请检查后重试；多次失败后请稍等一分钟。' },
    );
  }
}
export const signOut = () => auth().signOut();
