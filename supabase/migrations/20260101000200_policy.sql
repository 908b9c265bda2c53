-- 政策参数、放假调休日历与工作日计算（R6、R25）。

create table public.policy_years (
  year integer primary key check (year between 2021 and 2100),
  version integer not null default 1 check (version >= 1),
  calendar_authoritative_until private.plausible_date not null,
  calendar_missing text,
  note text not null default ''
);
comment on table public.policy_years is '政策年度（R6）。version 随任何参数改动加一；订单记录它获批时的版本。';
comment on column public.policy_years.calendar_authoritative_until is '放假安排可信到哪一天（含）；之后系统说“日历缺失”，不猜（R25）。';
comment on column public.policy_years.calendar_missing is
  '放假安排还缺什么（R49），空为齐全；由触发器按 holidays 写，手工写的不算。不齐全的年度不计算任何时限。';

create table public.policy_parameters (
  year integer not null references public.policy_years (year),
  key text not null check (key ~ '^[a-z_]+$'),
  value bigint,
  unit text not null,
  label text not null,
  source text not null,
  primary key (year, key)
);
comment on table public.policy_parameters is '政策参数（R6）：比例、额度、期限、文件上限、年度资金等，逐年逐项。value 为空只允许 fund_fen，表示没有上限。';
comment on column public.policy_parameters.unit is '单位：bp（万分之一）、fen（分）、working_days（工作日）、bytes（字节）、count（个）、flag（0/1）。';

-- 每个参数的合理范围（R6、R49）：填错一个数量级的存不进去；新参数先在这里有一行。
create table private.parameter_ranges (
  key text primary key,
  least bigint not null check (least >= 0),
  most bigint not null,
  odd boolean not null default false,
  may_be_empty boolean not null default false,
  check (most >= least)
);
comment on table private.parameter_ranges is
  '政策参数的合理范围，单位同参数自己的 unit：least 至 most（含），odd 须为奇数（R27），may_be_empty 可空（只有资金，表示没有上限）。';
alter table private.parameter_ranges enable row level security;
insert into private.parameter_ranges (key, least, most, odd, may_be_empty) values
  ('rate_bp', 100, 10000, false, false),
  ('quota_enterprise_fen', 100000, 10000000000, false, false),
  ('quota_team_fen', 100000, 10000000000, false, false),
  ('fund_fen', 0, 10000000000000, false, true),
  ('file_max_bytes', 102400, 104857600, false, false),
  ('files_per_organization', 1, 1000000, false, false),
  ('file_bytes_per_organization', 1000, 1099511627776, false, false),
  ('open_uploads_per_organization', 1, 1000, false, false),
  ('files_uncertified', 1, 1000, false, false),
  ('close_working_days', 1, 30, false, false),
  ('notice_working_days', 1, 60, false, false),
  ('experts_per_item', 1, 21, true, false),
  ('restore_quota_on_failure', 0, 1, false, false),
  ('accept_working_days', 1, 120, false, false),
  ('review_working_days', 1, 120, false, false),
  ('revise_working_days', 1, 120, false, false),
  ('supplement_working_days', 1, 120, false, false),
  ('confirm_working_days', 1, 120, false, false),
  ('expert_working_days', 1, 120, false, false),
  ('authority_working_days', 1, 120, false, false),
  ('papers_working_days', 1, 120, false, false),
  ('account_working_days', 1, 120, false, false),
  ('rectification_working_days', 1, 120, false, false),
  ('objection_working_days', 1, 120, false, false);
alter table public.policy_parameters add constraint policy_parameters_key_known
  foreign key (key) references private.parameter_ranges (key);
create index policy_parameters_key_idx on public.policy_parameters (key);

create function private.check_parameter() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v private.parameter_ranges;
begin
  select r.* into v from private.parameter_ranges r where r.key = new.key;
  if (new.value is null and not v.may_be_empty) or new.value not between v.least and v.most
    or (v.odd and new.value % 2 = 0) then
    raise exception 'R49: % 须在 % 至 % 之间%，现在是 %', new.key, v.least, v.most,
      case when v.odd then '且为奇数' else '' end, coalesce(new.value::text, '空') using errcode = 'check_violation';
  end if;
  return new;
end $$;
comment on function private.check_parameter() is '触发器：参数须在 parameter_ranges 的范围内（R6、R49）；公示期 0 日、偶数位专家、0.3% 的比例之类存不进去。';
create trigger check_parameter before insert or update on public.policy_parameters
  for each row execute function private.check_parameter();

create table public.holidays (
  day private.plausible_date primary key,
  is_off boolean not null,
  name text not null,
  source text not null
);
comment on table public.holidays is '国务院放假调休安排：与周一至周五常规不同的日子。is_off 为 true 放假，false 调休上班（R25）。';

alter table public.policy_years enable row level security;
alter table public.policy_parameters enable row level security;
alter table public.holidays enable row level security;
create policy policy_years_read on public.policy_years for select to anon, authenticated using (true);
create policy policy_parameters_read on public.policy_parameters for select to anon, authenticated using (true);
-- 一年的放假安排何时算齐全（R49）：只写了可信日期、没有放假日的年度，会算出看似有理的错时限。
create function private.calendar_fault(p_year integer) returns text
language sql stable security definer set search_path = ''
as $$
  with d as (select h.day, h.is_off, h.name from public.holidays h where extract(year from h.day) = p_year)
  select nullif(concat_ws('、',
    (select '放假日共 ' || count(*) || ' 日（应为 25 至 40 日）' from d where d.is_off having count(*) not between 25 and 40),
    (select string_agg(x.name, '、' order by x.n)
      from (values (1, '元旦', 1), (2, '春节', 3), (3, '清明', 1), (4, '劳动节', 1), (5, '端午', 1), (6, '中秋', 1),
        (7, '国庆', 3)) x (n, name, least)
      where (select count(*) from d where d.is_off and d.name like '%' || x.name || '%') < x.least),
    (select string_agg(d.day || ' 不是周末，不能调休上班', '、' order by d.day) from d
      where not d.is_off and extract(isodow from d.day) < 6)), '')
$$;
comment on function private.calendar_fault(integer) is
  '一年的放假安排缺什么（R49）：放假 25 至 40 日，每个法定节日都有，调休上班只在周末；齐全为空。';

create function private.check_calendar() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_table_name = 'policy_years' then
    new.calendar_missing := private.calendar_fault(new.year);
    return new;
  end if;
  update public.policy_years y set calendar_missing = private.calendar_fault(y.year)
    where y.calendar_missing is distinct from private.calendar_fault(y.year);
  return null;
end $$;
comment on function private.check_calendar() is '触发器：放假安排一有改动，各年重新看齐全没有（R49）。';
create trigger check_calendar before insert or update on public.policy_years
  for each row execute function private.check_calendar();
create trigger check_calendar after insert or update or delete on public.holidays
  for each statement execute function private.check_calendar();

create policy holidays_read on public.holidays for select to anon, authenticated using (true);
grant select on public.policy_years, public.policy_parameters, public.holidays to anon, authenticated, service_role;

create function private.parameter(p_year integer, p_key text) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select p.value from public.policy_parameters p where p.year = p_year and p.key = p_key);
end $$;
comment on function private.parameter(integer, text) is '某年某参数的值，单位见该行 unit；没有则为空（R6）。';

create function private.is_working_day(p_day date) returns boolean
language sql stable security definer set search_path = ''
as $$
  select case
    when not exists (select 1 from public.policy_years y where y.year = extract(year from p_day)
      and p_day <= y.calendar_authoritative_until and y.calendar_missing is null) then null
    else coalesce((select not h.is_off from public.holidays h where h.day = p_day), extract(isodow from p_day) < 6)
  end
$$;
comment on function private.is_working_day(date) is '是否工作日；日历缺失时返回空而不猜（R25）。';

create function private.add_working_days(p_from date, p_days integer) returns date
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_day date := p_from;
  v_left integer := p_days;
  v_working boolean;
begin
  if p_from is null or p_days is null or p_days < 1 or p_days > 366 then return null; end if;
  while v_left > 0 loop
    v_day := v_day + 1;
    v_working := private.is_working_day(v_day);
    if v_working is null then return null; end if;
    if v_working then v_left := v_left - 1; end if;
  end loop;
  return v_day;
end $$;
comment on function private.add_working_days(date, integer) is 'p_from 之后（不含当日）第 p_days 个工作日；日历缺失返回空（R25）。';

create function private.quarter_end(p_year integer, p_quarter integer) returns date
language sql immutable set search_path = ''
as $$ select (make_date(p_year, p_quarter * 3, 1) + interval '1 month - 1 day')::date $$;
comment on function private.quarter_end(integer, integer) is '某季度最后一日。';

create function public.working_day_after(p_from date, p_days integer) returns date
language sql stable security invoker set search_path = ''
begin atomic
  select private.add_working_days(p_from, p_days);
end;
comment on function public.working_day_after(date, integer) is '公众可用的工作日计算（R25）；返回空表示日历缺失。';
grant execute on function private.add_working_days(date, integer), public.working_day_after(date, integer) to anon,
  authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R6_YEAR_MISSING', 409, '本年度的政策参数还没有建齐，暂不能办理。', '业务保留原位；请由数据库管理员先建立本年度的参数与放假安排。');

create function private.parameters_missing(p_year integer) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select '政策参数（' || string_agg(r.key, '、' order by r.key) || '）' from private.parameter_ranges r
    where not exists (select 1 from public.policy_parameters p where p.year = p_year and p.key = r.key));
end $$;
comment on function private.parameters_missing(integer) is '某年还缺哪些政策参数（R6）；不缺为空。';

create function private.require_year() returns integer
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_missing text := private.parameters_missing(private.this_year());
begin
  if v_missing is not null then perform private.refuse('R6_YEAR_MISSING', '还缺：' || v_missing); end if;
  return private.this_year();
end $$;
comment on function private.require_year() is '今年的政策年度；参数不齐全则拒绝并说缺什么，而不是在中途出错、也不当作没有上限（R6）。';

-- 参数改动即版本加一；事件由 0400 的触发器记下（R32）。
create function private.bump_policy_version() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then return new; end if;
  update public.policy_years set version = version + 1 where year = coalesce(new.year, old.year);
  return coalesce(new, old);
end $$;
comment on function private.bump_policy_version() is '参数每次修改或删除，年度版本加一（R6）。';
create trigger bump_policy_version after update or delete on public.policy_parameters
  for each row execute function private.bump_policy_version();

-- 出厂值：2021 年政策口径。之后各年先沿用，由管理员改成当年数据。
insert into public.policy_years (year, calendar_authoritative_until, note) values
  (2021, '2021-12-31', '2021年政策口径'), (2025, '2025-12-31', '演示按 2021 年口径设定，须以当年通知为准'),
    (2026, '2026-12-31', '演示按 2021 年口径设定，须以当年通知为准');
insert into public.policy_parameters (year, key, value, unit, label, source)
select y.year, p.key, p.value, p.unit, p.label, p.source
from public.policy_years y cross join (values
  ('rate_bp', 3000::bigint, 'bp', '补助比例', '2021-09-24 实务操作介绍：30%'),
  ('quota_enterprise_fen', 20000000, 'fen', '企业年度额度', '2021-09-24 实务操作介绍：每年 20 万元'),
  ('quota_team_fen', 10000000, 'fen', '团队年度额度', '2021-09-24 实务操作介绍：每年 10 万元'),
  ('fund_fen', null, 'fen', '年度兑付资金', '现有资料没有写明；空表示没有上限'),
  ('file_max_bytes', 20971520, 'bytes', '单个文件上限', '平台约定：20 MiB'),
  ('files_per_organization', 20000, 'count', '一个单位的文件数上限', '平台约定：2 万份'),
  ('file_bytes_per_organization', 107374182400, 'bytes', '一个单位的文件总大小上限', '平台约定：100 GiB'),
  ('open_uploads_per_organization', 20, 'count', '一个单位未传完的文件数上限', '平台约定：20 份'),
  ('files_uncertified', 20, 'count', '没有认证的单位的文件数上限', '平台约定：20 份'),
  ('close_working_days', 7, 'working_days', '季度汇总期限', '2021-09-24 实务操作介绍：季度结束后 7 个工作日内'),
  ('notice_working_days', 5, 'working_days', '公示期', '平台约定：5个工作日，首日计入'),
  ('experts_per_item', 3, 'count', '每项评审专家数', '平台约定：3人，须为奇数'),
  ('restore_quota_on_failure', 1, 'flag', '兑付失败退还额度', '平台约定：同一年度内退还'),
  ('accept_working_days', 5, 'working_days', '平台服务时限：受理', '平台服务时限'),
  ('review_working_days', 5, 'working_days', '平台服务时限：审核', '平台服务时限'),
  ('revise_working_days', 10, 'working_days', '平台服务时限：修改', '平台服务时限'),
  ('supplement_working_days', 10, 'working_days', '平台服务时限：补充', '平台服务时限'),
  ('confirm_working_days', 10, 'working_days', '平台服务时限：确认', '平台服务时限'),
  ('expert_working_days', 10, 'working_days', '平台服务时限：专家评审', '平台服务时限'),
  ('authority_working_days', 5, 'working_days', '平台服务时限：两厅确认', '平台服务时限'),
  ('papers_working_days', 10, 'working_days', '平台服务时限：纸质材料', '平台服务时限'),
  ('account_working_days', 5, 'working_days', '平台服务时限：核验收款账户', '平台服务时限'),
  ('rectification_working_days', 5, 'working_days', '平台服务时限：更正', '平台服务时限'),
  ('objection_working_days', 10, 'working_days', '平台服务时限：裁定异议', '平台服务时限')
) as p (key, value, unit, label, source);
