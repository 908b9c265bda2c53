-- 基础：收回默认授权、私有模式、时钟、拒绝目录。
-- 之后每一张表、每一个函数都按名称逐一授权；没有写出的权限就不存在。

drop extension if exists pg_graphql;

revoke all on schema public from public;
grant usage on schema public to anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
-- PUBLIC 的函数执行权是全局默认，只有不带 in schema 才收得回。
alter default privileges revoke execute on functions from public;

create schema private;
comment on schema private is '实现：security definer 函数、工作流引擎与内部表。不经 API 公开；API 角色没有本模式的 usage。';
revoke all on schema private from public;

-- ── 时钟 ────────────────────────────────────────────────────────────────
create table private.clock (
  singleton boolean primary key default true check (singleton),
  shift interval not null default interval '0'
);
comment on table private.clock is '演示与测试用的时钟偏移；生产环境恒为 0，API 角色不可读写。';
insert into private.clock default values;
alter table private.clock enable row level security;

-- plpgsql：计划随会话保留；每个写入都要问几次现在。
create function private.now() returns timestamptz
language plpgsql stable security definer set search_path = ''
as $$ begin return (select pg_catalog.statement_timestamp() + c.shift from private.clock c); end $$;
comment on function private.now() is '全系统唯一的“现在”：真实时刻加时钟偏移。返回 timestamptz。';

create function private.today() returns date
language plpgsql stable security definer set search_path = ''
as $$ begin return (private.now() at time zone 'Asia/Shanghai')::date; end $$;
comment on function private.today() is '全系统唯一的“今天”，按 Asia/Shanghai 计。';

create function public.today() returns date
language sql stable security invoker set search_path = ''
begin atomic
  select private.today();
end;
comment on function public.today() is '门户的今天（Asia/Shanghai），任何人可问：页面据此算还剩几天、属于哪一年。';
grant execute on function private.today(), public.today() to anon, authenticated;

create function private.this_year() returns integer
language plpgsql stable security definer set search_path = ''
as $$ begin return extract(year from private.today())::integer; end $$;
comment on function private.this_year() is '当前政策年度（Asia/Shanghai 公历年）。';

create function private.set_clock(p_at timestamptz) returns timestamptz
language sql volatile security definer set search_path = ''
as $$
  update private.clock set shift = p_at - pg_catalog.statement_timestamp() where singleton returning p_at
$$;
comment on function private.set_clock(timestamptz) is '把时钟拨到某一时刻（传 null 不变）。仅数据库所有者可执行，用于演示与测试。';

-- ── 拒绝目录 ────────────────────────────────────────────────────────────
create table private.refusals (
  code text primary key check (code ~ '^[A-Z][A-Z0-9_]+$'),
  http_status integer not null check (http_status between 400 and 499 or http_status = 503),
  message text not null,
  hint text not null
);
comment on table private.refusals is
  '全部拒绝的唯一目录：稳定代码、HTTP 状态（503 只给“稍后重试即可”）、发生了什么（message）、该怎么办（hint）。';
alter table private.refusals enable row level security;

create function private.refuse(p_code text, p_details text default null, p_hint text default null) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v private.refusals;
begin
  select r.* into v from private.refusals r where r.code = p_code;
  if v.code is null then
    raise exception 'unknown refusal code %', p_code;
  end if;
  -- sqlstate PGRST 让 PostgREST 原样返回我们的代码、提示与状态。
  raise sqlstate 'PGRST' using
    message = json_build_object('code', v.code, 'message', v.message, 'details', p_details,
      'hint', coalesce(p_hint, v.hint))::text,
    detail = json_build_object('status', v.http_status, 'headers', json_build_object())::text;
end $$;
comment on function private.refuse(text, text, text) is
  '按目录拒绝当前请求并回滚整个事务。参数：代码；details，即哪一栏（payload 里的名称，如 uscc、lines.0.quantity，页面据此标出）或补充说明；'
  'hint，比目录里更具体的办法（空则用目录的）。';

insert into private.refusals (code, http_status, message, hint) values
  ('SIGN_IN_REQUIRED', 401, '您还没有登录。', '请先登录，再办理这项业务。'),
  ('NOT_FOUND', 404, '没有找到这项业务。', '它可能不存在，或不属于您的单位。请从“待办”或列表重新进入。'),
  ('NOT_YOUR_TURN', 403, '这一步不由您办理。', '请查看“下一步”中写明的办理方。'),
  ('STATE_REFUSED', 409, '当前状态不能这样办理，内容没有改变。', '请刷新页面，查看最新状态和可办理的操作。'),
  ('REQUEST_REUSED', 409, '同一个请求编号被用于不同的内容。', '请刷新页面后重新提交。'),
  ('REQUEST_ID_REQUIRED', 400, '缺少请求编号。', '请刷新页面后重新提交。'),
  ('INPUT_INVALID', 400, '填写的内容不符合要求。', '请按提示改正后重新提交。'),
  ('TEXT_TOO_LONG', 400, '填写的文字太长。', '请缩短文字后重新提交。'),
  ('REASON_REQUIRED', 400, '请写明原因。', '原因至少 2 个字，对方会看到全文。'),
  ('FIELD_REQUIRED', 400, '有一栏没有填写。', '请填写标出的一栏；只有空格或看不见的字符不算填写。'),
  ('QUANTITY_INVALID', 400, '数量不符合要求。', '数量填大于 0 的数，最多两位小数。'),
  ('AMOUNT_INVALID', 400, '金额不符合要求。', '金额以元填写，最多两位小数，须大于 0 且不超过 1 亿元。'),
  ('DATE_INVALID', 400, '日期不符合要求。', '请检查日期的先后和范围。'),
  ('NOT_CERTIFIED', 403, '您的单位还没有通过认证，或证书已过有效期。', '请在用户中心提交认证；已开始的业务可以继续办完。'),
  -- 以下各项由 src/domain/database-errors.ts 用来翻译 Postgres 与 PostgREST 自己的代码。
  ('NUMBER_OUT_OF_RANGE', 400, '数字超出了可以填写的范围。', '请检查数字后重新提交。'),
  ('ALREADY_EXISTS', 409, '同样的内容已经有了，没有重复登记。', '请刷新页面，查看已有的内容。'),
  ('STILL_IN_USE', 409, '它所关联的内容不存在，或仍被使用。', '请刷新页面后重试。'),
  ('NOT_ALLOWED', 403, '您的身份不能办理这一项。', '请用有权办理的账号登录。'),
  ('PAGE_OUTDATED', 404, '页面与服务的版本不同，没有办成。', '请刷新页面后重试。');
