-- 本机栈的账号规则：Supabase Lite 没有做、托管的 Auth 会做的事。每次启动由超级用户执行，可重复执行；托管环境没有本文件。
-- 为什么有每一条：docs/architecture.md，“Accounts on the embedded stack”。
create extension if not exists pgcrypto with schema extensions;

-- ── 注册：地址是否已有账号，耗时与结果都看不出来 ──────────────────────────
create or replace function local.sign_up(p_email text, p_password text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid := gen_random_uuid();
  -- 先算散列再查重：两种情形做同样的事。代价 10 与 Lite 相同。
  v_hash text := extensions.crypt(p_password, extensions.gen_salt('bf', 10));
  v_who jsonb := jsonb_build_object('sub', v_id, 'email', p_email, 'email_verified', true, 'phone_verified', false);
begin
  insert into auth.users (id, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
  values (v_id, p_email, v_hash, now(), '{"provider":"email","providers":["email"]}', v_who)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into auth.identities (id, provider, provider_id, user_id, identity_data)
  values (gen_random_uuid(), 'email', v_id::text, v_id, v_who);
  return true;
end $$;
comment on function local.sign_up(text, text) is
  '建立账号（地址须已转小写）。返回 false：该地址已有账号，什么也没有改变。散列总要计算，耗时相同。';

-- 没有账号的地址改用这个账号核对密码：同一个进程做同样的工作，耗时相同。它的密码没有人知道。
select local.sign_up('nobody@localhost', encode(extensions.gen_random_bytes(32), 'hex'));

create or replace function local.account_to_check(p_email text) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce((select u.email from auth.users u where u.email = p_email), 'nobody@localhost')
$$;
comment on function local.account_to_check(text) is '登录时核对哪个账号的密码：该地址的账号，没有则是无人能登录的那一个。';

-- ── 验证码：8 位，1 小时内有效，错 5 次即作废 ────────────────────────────
create or replace function local.new_code() returns text
language sql volatile set search_path = '' as $$
  select lpad((('x' || encode(extensions.gen_random_bytes(6), 'hex'))::bit(48)::bigint % 100000000)::text, 8, '0')
$$;
comment on function local.new_code() is '一个新的 8 位验证码。';

create or replace function local.code_hash(p_email text, p_code text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(p_email || p_code, 'UTF8')), 'hex')
$$;
comment on function local.code_hash(text, text) is '账号表里存的是它：地址加验证码的 SHA-256，与 Lite 的算法相同。';

create or replace function local.begin_recovery(p_email text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_code text := local.new_code();
begin
  update auth.users set recovery_token = local.code_hash(p_email, v_code), recovery_sent_at = clock_timestamp()
  where email = p_email;
  return case when found then v_code end;
end $$;
comment on function local.begin_recovery(text) is '找回密码：换发验证码并返回它，由调用者寄出；没有这个账号时返回 null，对外的回答不变。';

create table if not exists local.code_tries (
  user_id uuid primary key references auth.users (id) on delete cascade,
  tries integer not null
);
comment on table local.code_tries is '当前验证码已经试过几次；换发新码时清零。';

create or replace function local.count_code_try(p_email text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_user uuid;
  v_tries integer;
begin
  select u.id into v_user from auth.users u where p_email in (u.email, u.email_change)
  order by u.email = p_email desc limit 1;
  if v_user is null then
    return;
  end if;
  insert into local.code_tries as t (user_id, tries) values (v_user, 1)
  on conflict (user_id) do update set tries = t.tries + 1 returning t.tries into v_tries;
  if v_tries > 5 then
    update auth.users set recovery_token = null, confirmation_token = null, reauthentication_token = null,
      email_change_token_current = null, email_change_token_new = null
    where id = v_user and coalesce(recovery_token, confirmation_token, reauthentication_token,
      email_change_token_current, email_change_token_new) is not null;
  end if;
end $$;
comment on function local.count_code_try(text) is '核对验证码之前计一次；第 6 次起该账号未用的验证码全部作废，对的也不再接受。';

create or replace function local.on_account_change() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if (new.recovery_token is not null and new.recovery_token is distinct from old.recovery_token)
    or (new.email_change_sent_at is distinct from old.email_change_sent_at)
    or (new.confirmation_token is not null and new.confirmation_token is distinct from old.confirmation_token) then
    delete from local.code_tries where user_id = new.id;
  end if;
  if new.encrypted_password is distinct from old.encrypted_password or new.email is distinct from old.email then
    delete from auth.sessions s where s.user_id = new.id and not exists (
      select from local.kept_sessions k where k.session_id = s.id and k.at > clock_timestamp() - interval '10 seconds');
    delete from local.kept_sessions k where k.user_id = new.id;
  end if;
  return null;
end $$;
comment on function local.on_account_change() is
  '换发验证码时清零已试次数；密码或地址改变时结束该账号的其他会话（改密码的那一个除外，见 local.kept_sessions）。';

-- ── 会话：改密码后其他会话结束，用过的刷新令牌失效 ──────────────────────
create table if not exists local.kept_sessions (
  session_id uuid primary key,
  user_id uuid not null,
  at timestamptz not null default clock_timestamp()
);
comment on table local.kept_sessions is '正在改密码的会话：这一个在改完后保留。只在 10 秒内有效。';

create or replace trigger local_on_account_change after update on auth.users
for each row execute function local.on_account_change();

create or replace function local.keep_session(p_user uuid, p_session uuid) returns void
language sql volatile security definer set search_path = '' as $$
  insert into local.kept_sessions (session_id, user_id) values (p_session, p_user)
  on conflict (session_id) do update set at = clock_timestamp()
$$;
comment on function local.keep_session(uuid, uuid) is '改密码前登记：这个会话在改完后保留。';

create or replace function local.end_reused_family(p_token text) returns void
language sql volatile security definer set search_path = '' as $$
  delete from auth.sessions s using auth.refresh_tokens t
  where t.token = p_token and t.session_id = s.id and t.revoked and t.updated_at < now() - interval '10 seconds'
$$;
comment on function local.end_reused_family(text) is
  '刷新令牌换过之后 10 秒以外又被使用：有人持有副本，整个会话（连同后来的令牌）结束。';

create or replace function local.session_lives(p_session uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from auth.sessions s where s.id = p_session)
$$;
comment on function local.session_lives(uuid) is '会话是否还在：退出或改密码之后，没有到期的访问令牌也不再有效。';

-- ── 更换邮箱：新旧两个地址都确认才生效 ──────────────────────────────────
create or replace function local.begin_address_change(p_user uuid, p_new text)
returns table (old_email text, old_code text, new_code text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_old text := (select u.email from auth.users u where u.id = p_user);
  v_codes text[] := array[local.new_code(), local.new_code()];
begin
  -- 新地址已有账号时什么也不登记，对调用者的回答不变。
  if v_old is null or exists (select from auth.users u where u.email = p_new) then
    return;
  end if;
  update auth.users set email_change = p_new, email_change_sent_at = clock_timestamp(), email_change_confirm_status = 0,
    email_change_token_current = local.code_hash(v_old, v_codes[1]),
    email_change_token_new = local.code_hash(p_new, v_codes[2])
  where id = p_user;
  return query select v_old, v_codes[1], v_codes[2];
end $$;
comment on function local.begin_address_change(uuid, text) is
  '申请更换邮箱：返回旧地址与两个 8 位验证码（分别寄往旧、新地址）；新地址已有账号时不返回行，也不改变什么。';

create or replace function local.confirm_address(p_email text, p_code text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v auth.users;
  v_hash text := local.code_hash(p_email, p_code);
begin
  select u.* into v from auth.users u
  where (u.email = p_email and u.email_change_token_current = v_hash
      or u.email_change = p_email and u.email_change_token_new = v_hash)
    and u.email_change_sent_at > clock_timestamp() - interval '1 hour'
  for update;
  if v.id is null then
    return null;
  end if;
  if v.email_change_token_current = v_hash then
    v.email_change_token_current := null;
  else
    v.email_change_token_new := null;
  end if;
  if v.email_change_token_current is not null or v.email_change_token_new is not null then
    update auth.users set email_change_token_current = v.email_change_token_current,
      email_change_token_new = v.email_change_token_new where id = v.id;
    return 'half';
  end if;
  update auth.identities set identity_data = identity_data || jsonb_build_object('email', v.email_change)
  where user_id = v.id and provider = 'email';
  update auth.users set email = v.email_change, email_change = null, email_change_token_current = null,
    email_change_token_new = null where id = v.id;
  return 'done';
end $$;
comment on function local.confirm_address(text, text) is
  '确认更换邮箱的一个验证码。half：还差另一个地址；done：两个都已确认，地址已换，全部会话结束；null：验证码不对或已过 1 小时。';

-- ── PostgREST 的每个请求：会话须还在，有名字可以中止，并把声明抄给 Lite 的 auth.uid() ─────
create or replace function local.end_statement(p_name text) returns void
language sql volatile security definer set search_path = '' as $$
  select pg_cancel_backend(a.pid) from pg_stat_activity a
  where a.application_name = p_name and a.usename = 'authenticator' and a.state = 'active'
$$;
comment on function local.end_statement(text) is '调用者已经离开：中止它那个请求还在执行的语句。PostgREST 自己不会中止。';

create or replace function local.copy_claims() returns void
language plpgsql volatile set search_path = '' as $$
declare
  c json := nullif(current_setting('request.jwt.claims', true), '')::json;
begin
  if c ->> 'session_id' is not null and not local.session_lives((c ->> 'session_id')::uuid) then
    raise sqlstate 'PGRST' using
      message = json_build_object('code', 'SIGN_IN_REQUIRED', 'message', '登录已失效。', 'details', null,
        'hint', '请重新登录，再办理这项业务。')::text,
      detail = json_build_object('status', 401, 'headers', json_build_object())::text;
  end if;
  perform set_config('application_name',
    coalesce(nullif(current_setting('request.headers', true), '')::json ->> 'x-request-id', ''), true);
  perform set_config('request.jwt.claim.sub', coalesce(c ->> 'sub', ''), true);
  perform set_config('request.jwt.claim.role', coalesce(c ->> 'role', ''), true);
  perform set_config('request.jwt.claim.email', coalesce(c ->> 'email', ''), true);
end $$;

revoke execute on all functions in schema local from public;
grant execute on function local.copy_claims(), local.session_lives(uuid)
  to authenticator, anon, authenticated, service_role;
-- 网关以 postgres 身份调用以上函数。
grant usage on schema local to postgres;
grant execute on all functions in schema local to postgres;
