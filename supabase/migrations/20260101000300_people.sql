-- 单位、成员与工作人员角色：谁代表谁（“Who may do what”）。

create table public.organizations (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('applicant', 'institution', 'recommender', 'platform', 'department', 'finance')),
  name text not null check (char_length(name) between 2 and 100),
  uscc text check (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  region_code text not null check (region_code ~ '^[0-9]{6}$'),
  city_code text not null generated always as (private.city_of(region_code)) stored references public.cities (code),
  address text not null default '' check (char_length(address) <= 200),
  legal_representative text not null default '' check (char_length(legal_representative) <= 50),
  parent_uscc text check (parent_uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  institution_type text check (institution_type in ('university', 'institute', 'service', 'enterprise', 'other')),
  recommender_id bigint references public.organizations (id),
  cma_no text check (char_length(cma_no) <= 50),
  cnas_no text check (char_length(cnas_no) <= 50),
  is_demo boolean not null default false,
  uscc_changed_at timestamptz,
  created_at timestamptz not null default private.now(),
  constraint organizations_institution_type_only check ((kind = 'institution') = (institution_type is not null))
);
create unique index organizations_uscc_key on public.organizations (kind, uscc) where uscc is not null;
create index organizations_recommender_id_idx on public.organizations (recommender_id);
create index organizations_city_code_idx on public.organizations (city_code);
-- 同一个名称、法定代表人、地址怎样写都找得到（R36、R38）。
create index organizations_name_key_idx on public.organizations (private.identity_key(name, 'name'));
create index organizations_legal_representative_key_idx
  on public.organizations (private.identity_key(legal_representative, 'name'));
create index organizations_address_key_idx on public.organizations (private.identity_key(address, 'address'));
create index organizations_parent_uscc_idx on public.organizations (parent_uscc);
comment on table public.organizations is '单位。统一社会信用代码可空（团队）；同类单位代码唯一（R1、R9）。不含个人联系方式。';
comment on column public.organizations.uscc_changed_at is
  '代码收回或重新填写的时间，登记以来没有变过为空；没有认证的占用由它或 created_at 起算七天。代码空而它不空：代码已被收回。';
comment on column public.organizations.city_code is '所在的市，由注册地代码得出，不能另填，所以二者总是一致；没有这个市的注册地存不进来。';
create function private.institution_type_label(p_type text) returns text
language sql immutable set search_path = ''
as $$
  select case p_type when 'university' then '高校' when 'institute' then '科研院所' when 'service' then '科技服务机构'
    when 'enterprise' then '企业' when 'other' then '其他' end
$$;
comment on function private.institution_type_label(text) is '管理单位类型的屏幕名称；只在此处定义，网页用的由它生成。';

create table public.organization_contacts (
  organization_id bigint primary key references public.organizations (id),
  contact_name text not null check (char_length(contact_name) between 1 and 50),
  contact_phone text not null check (char_length(contact_phone) between 5 and 40),
  email text check (char_length(email) <= 100)
);
create index organization_contacts_phone_key_idx
  on public.organization_contacts (private.identity_key(contact_phone, 'phone'));
comment on table public.organization_contacts is '联系人（个人信息，R34）：本单位、订单对方与审核人员可见，公众不可见。';

create table public.memberships (
  user_id uuid not null references auth.users (id) on delete cascade,
  organization_id bigint not null references public.organizations (id),
  created_at timestamptz not null default private.now(),
  primary key (user_id, organization_id)
);
create index memberships_organization_id_idx on public.memberships (organization_id);
comment on table public.memberships is '谁代表哪个单位办事。';

create table public.staff_roles (
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('platform', 'expert', 'department', 'finance', 'administrator')),
  display_name text not null check (char_length(display_name) between 1 and 50),
  created_at timestamptz not null default private.now(),
  -- 一人一个角色：省平台、省科技厅、省财政厅、管理员不能兼任，评审专家不兼任其中任何一个（R40）。
  constraint staff_roles_one_role_a_person primary key (user_id)
);
comment on table public.staff_roles is
  '工作人员角色：省平台、评审专家、省科技厅、省财政厅、系统管理员，一人只有一个（R40）。只能由数据库管理员授予；每次改动留事件（R32）。';

create table public.experts (
  user_id uuid primary key references auth.users (id) on delete cascade,
  organization_id bigint references public.organizations (id),
  title text not null default ''
);
create index experts_organization_id_idx on public.experts (organization_id);
comment on table public.experts is '评审专家及其所在单位（回避用，R27）。';

create table public.expert_relations (
  expert_id uuid not null references public.experts (user_id) on delete cascade,
  organization_id bigint not null references public.organizations (id),
  note text not null check (char_length(note) between 2 and 200),
  primary key (expert_id, organization_id)
);
create index expert_relations_organization_id_idx on public.expert_relations (organization_id);
comment on table public.expert_relations is '专家申报过的利害关系（R40）：兼职、亲属、持股等，由管理员登记；与其所在单位、所代表的单位同样回避。';

create function private.kin(p_orgs bigint[]) returns text[]
language sql stable security definer set search_path = ''
as $$
  with recursive line as (
    select o.uscc, o.parent_uscc from public.organizations o where o.id = any (p_orgs)
    union
    select o.uscc, o.parent_uscc from line l join public.organizations o on o.uscc = l.parent_uscc)
  select coalesce(array_agg(distinct k.uscc) filter (where k.uscc is not null), '{}')
  from line l cross join lateral (values (l.uscc), (l.parent_uscc)) k (uscc)
$$;
comment on function private.kin(bigint[]) is '一些单位自己与其各级上级的统一社会信用代码：两方有一个相同，即同一单位、上下级或同属一个上级（R9、R40）。';

create function private.orgs_of(p_user uuid) returns bigint[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select coalesce(array_agg(x.id), '{}') from (
    select m.organization_id as id from public.memberships m where m.user_id = p_user
    union select e.organization_id from public.experts e where e.user_id = p_user and e.organization_id is not null
    union select k.organization_id from public.expert_relations k where k.expert_id = p_user) x);
end $$;
comment on function private.orgs_of(uuid) is '一个人与哪些单位有关：代表的全部单位、专家所在单位、申报过的利害关系；禁止与回避看这一切（R39、R40）。';

-- ── 以谁的身份办事（R39）────────────────────────────────────────────────
-- 权利随选择走：下面的 my_orgs、has_role、is_staff 只看此刻的一个身份；禁止与回避看一切：见 orgs_of。
create table private.session_choices (
  session text primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  organization_id bigint references public.organizations (id) on delete cascade,
  role text,
  at timestamptz not null default private.now(),
  check (num_nonnulls(organization_id, role) = 1)
);
create index session_choices_user_id_idx on private.session_choices (user_id);
create index session_choices_organization_id_idx on private.session_choices (organization_id);
comment on table private.session_choices is
  '一次登录（JWT 的 session_id）选了以哪个单位或哪个角色办事（R39）；身份被取消后选择即无效，每次使用时核对。';
alter table private.session_choices enable row level security;

create function private.session_key() returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id', auth.uid()::text);
end $$;
comment on function private.session_key() is '这次登录的键：令牌里的 session_id，没有则为账号。';

create function private.hats(p_user uuid) returns table (organization_id bigint, role text)
language sql stable security definer set search_path = ''
as $$
  select m.organization_id, null from public.memberships m where m.user_id = p_user
  union all select null, s.role from public.staff_roles s where s.user_id = p_user
$$;
comment on function private.hats(uuid) is '一个人的全部身份：代表的各单位与工作人员角色，一行一个。';

-- 每个请求都要问几次：plpgsql 的计划随会话保留，SQL 函数每次都要重新计划。
create function private.my_hat(out organization_id bigint, out role text)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_count integer;
begin
  if v_user is null then return; end if;
  select max(h.organization_id), max(h.role), count(*) into organization_id, role, v_count from (
    select m.organization_id, null as role from public.memberships m where m.user_id = v_user
    union all select null, s.role from public.staff_roles s where s.user_id = v_user) h;
  if v_count <= 1 then return; end if;
  organization_id := null; role := null;
  select c.organization_id, c.role into organization_id, role from private.session_choices c
    where c.session = private.session_key() and c.user_id = v_user
      and (exists (select 1 from public.memberships m
          where m.user_id = v_user and m.organization_id = c.organization_id)
        or exists (select 1 from public.staff_roles s where s.user_id = v_user and s.role = c.role));
end $$;
comment on function private.my_hat() is '此刻以哪个身份办事：只有一个身份的就是它；有几个的由 act_as 选，没有选为空（R39）。';

create function private.my_orgs() returns bigint[]
language plpgsql stable security definer set search_path = ''
as $$ begin return array_remove(array[(private.my_hat()).organization_id], null); end $$;
comment on function private.my_orgs() is '此刻所代表的单位编号（R39）：至多一个。';

create function private.my_roles() returns text[]
language plpgsql stable security definer set search_path = ''
as $$ begin return array_remove(array[(private.my_hat()).role], null); end $$;
comment on function private.my_roles() is '此刻的工作人员角色（R39）：至多一个。';

create function private.has_role(p_role text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$ begin return p_role = any (private.my_roles()); end $$;
comment on function private.has_role(text) is '此刻是否以某一工作人员角色办事（R39）。';

create function private.is_staff() returns boolean
language plpgsql stable security definer set search_path = ''
as $$ begin return private.my_roles() && array['platform', 'department', 'finance']; end $$;
comment on function private.is_staff() is '此刻是否以省平台、省科技厅或省财政厅的身份办事（可看全部业务；专家与系统管理员不在其内）。';
grant execute on function private.my_orgs(), private.my_roles(), private.has_role(text),
  private.is_staff() to authenticated;

alter table public.organizations enable row level security;
alter table public.organization_contacts enable row level security;
alter table public.memberships enable row level security;
alter table public.staff_roles enable row level security;
alter table public.experts enable row level security;
alter table public.expert_relations enable row level security;
create policy experts_read on public.experts for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_staff()));
create policy expert_relations_read on public.expert_relations for select to authenticated
  using (expert_id = (select auth.uid()) or (select private.is_staff()));
grant select on public.experts, public.expert_relations to authenticated;
-- 名称等公开的登记信息登录者可读；法定代表人、地址与上级单位不在其列，只经 organization_details（R34）。
create policy organizations_read on public.organizations for select to authenticated using (true);
create policy memberships_read on public.memberships for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_staff()));
create policy staff_roles_read on public.staff_roles for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_staff()));
grant select (id, kind, name, uscc, region_code, city_code, institution_type, recommender_id, cma_no, cnas_no, is_demo,
  uscc_changed_at, created_at)
  on public.organizations to authenticated;
grant select on public.organizations to service_role;
grant select on public.organization_contacts, public.memberships, public.staff_roles to authenticated, service_role;

insert into private.refusals (code, http_status, message, hint) values
  ('R39_BOTH_PARTIES', 403, '您同时是订单双方的成员，不能办理。', '请由只代表其中一方的同事办理。');

create function private.act_as(p_kind text, p_organization_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := (select auth.uid());
  v record;
begin
  if v_user is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  select h.organization_id, h.role into v from private.hats(v_user) h
  where case when p_kind = 'organization' then h.organization_id = p_organization_id else h.role = p_kind end;
  if not found then perform private.refuse('NOT_FOUND'); end if;
  delete from private.session_choices where user_id = v_user and at < private.now() - interval '60 days';
  insert into private.session_choices as c (session, user_id, organization_id, role)
  values (private.session_key(), v_user, v.organization_id, v.role)
  on conflict (session) do update set user_id = excluded.user_id, organization_id = excluded.organization_id,
    role = excluded.role, at = excluded.at;
  return jsonb_build_object('kind', p_kind, 'organization_id', v.organization_id, 'role', v.role);
end $$;
comment on function private.act_as(text, bigint) is
  '选择这次登录以谁的身份办事（R39）：kind 为 organization（附单位编号）或角色名；没有这个身份按“没有找到”回答。';
create function public.act_as(kind text, organization_id bigint default null) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act_as(kind, organization_id); end;
comment on function public.act_as(text, bigint) is '选择以谁的身份办事（R39）。';

create function private.my_hats()
returns table (kind text, organization_id bigint, name text, organization_kind text, chosen boolean)
language sql stable security definer set search_path = ''
as $$
  select coalesce(h.role, 'organization'), h.organization_id, coalesce(o.name, s.display_name), o.kind,
    exists (select 1 from private.my_hat() m where m.organization_id is not distinct from h.organization_id
      and m.role is not distinct from h.role)
  from private.hats((select auth.uid())) h
  left join public.organizations o on o.id = h.organization_id
  left join public.staff_roles s on s.user_id = (select auth.uid()) and h.role is not null
  order by h.organization_id nulls last
$$;
comment on function private.my_hats() is '我的全部身份与此刻所选（R39）。';
create function public.my_hats()
returns table (kind text, organization_id bigint, name text, organization_kind text, chosen boolean)
language sql stable security invoker set search_path = ''
begin atomic select h.kind, h.organization_id, h.name, h.organization_kind, h.chosen from private.my_hats() h; end;
comment on function public.my_hats() is '我的全部身份与此刻所选（R39）。';
grant execute on function private.act_as(text, bigint), public.act_as(text, bigint), private.my_hats(),
  public.my_hats() to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('ALREADY_MEMBER', 409, '您已经代表一个单位。', '一个账号只代表一个单位；请用原单位继续办理，或换一个账号登记。'),
  ('USCC_TAKEN', 409, '该统一社会信用代码已经登记。', '请联系本单位已登记的经办人，或拨打服务热线核实。'),
  ('NOT_IN_HENAN', 403, '单位注册地不在河南省。', '创新券只面向在河南省登记注册的单位和入驻省内载体的团队（R1）。'),
  ('CITY_UNKNOWN', 400, '没有这个注册地。', '请从列表中选择单位注册地所在的市。');

create function private.uscc_released(p_organization_id bigint) returns boolean
language sql stable security definer set search_path = ''
as $$ select exists (select 1 from public.organizations o
  where o.id = p_organization_id and o.uscc is null and o.uscc_changed_at is not null) $$;
comment on function private.uscc_released(bigint) is '这个单位的代码是否已被收回、还没有填写自己的：是则什么也不能提交。';

create function private.register_organization(p_request_id uuid, p_kind text, p_profile jsonb) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := (select auth.uid());
  v_id bigint;
  v_done jsonb;
begin
  if v_user is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  if p_request_id is not null then
    v_done := private.begin_request(p_request_id, jsonb_build_array('register_organization', p_kind, p_profile)::text);
    if v_done is not null then return (v_done ->> 'id')::bigint; end if;
  end if;
  if p_kind is null or p_kind not in ('applicant', 'institution') then
    perform private.refuse('INPUT_INVALID', 'kind');
  end if;
  if jsonb_typeof(p_profile) is distinct from 'object' or pg_column_size(p_profile) > 8000 then
    perform private.refuse('INPUT_INVALID', '单位资料');
  end if;
  perform pg_advisory_xact_lock(hashtextextended(v_user::text, 1));
  if exists (select 1 from public.memberships m where m.user_id = v_user)
    then perform private.refuse('ALREADY_MEMBER'); end if;
  if coalesce(p_profile ->> 'region_code', '') !~ '^41[0-9]{4}$'
    then perform private.refuse('NOT_IN_HENAN', 'region_code'); end if;
  if not exists (select 1 from public.cities c where c.code = private.city_of(p_profile ->> 'region_code')) then
    perform private.refuse('CITY_UNKNOWN', 'region_code');
  end if;
  -- 占着代码而七天没有认证的，让给后来的（R38）。
  perform private.take_uscc(p_kind, private.read_uscc(p_profile, 'uscc', false));
  begin
    insert into public.organizations (kind, name, uscc, region_code, address, legal_representative, parent_uscc,
      institution_type)
    values (p_kind, private.read_text(p_profile, 'name', 2, 100), private.read_uscc(p_profile, 'uscc', false),
      p_profile ->> 'region_code', private.read_text(p_profile, 'address', 0, 200),
      private.read_text(p_profile, 'legal_representative', 1, 50), private.read_uscc(p_profile, 'parent_uscc', false),
      case when p_kind <> 'institution' then null when p_profile ->> 'institution_type' is null then 'other'
        else private.read_choice(p_profile, 'institution_type',
          array['university', 'institute', 'service', 'enterprise', 'other']) end)
    returning id into v_id;
  exception when unique_violation then perform private.refuse('USCC_TAKEN', 'uscc');
  end;
  insert into public.organization_contacts (organization_id, contact_name, contact_phone, email)
  values (v_id, private.read_text(p_profile, 'contact_name', 1, 50), private.read_phone(p_profile, 'contact_phone'),
    nullif(private.read_text(p_profile, 'email', 0, 100), ''));
  insert into public.memberships (user_id, organization_id) values (v_user, v_id);
  perform private.act_as('organization', v_id);
  if p_request_id is not null then perform private.end_request(p_request_id, jsonb_build_object('id', v_id)); end if;
  return v_id;
end $$;
comment on function private.register_organization(uuid, text, jsonb)
  is '登记单位并成为其成员（R10、R20）。所在的市由注册地代码得出。拒绝：未登录、已有单位、代码已登记、不在河南、没有这个市、资料不全。返回单位编号。';

create function public.register_organization(kind text, profile jsonb, request_id uuid default null) returns bigint
language sql volatile security invoker set search_path = ''
begin atomic
  select private.register_organization(request_id, kind, profile);
end;
comment on function public.register_organization(text, jsonb, uuid)
  is '登记单位（R10、R20）。kind：applicant 用户单位 / institution 管理单位；profile：名称、代码、地区、法定代表人、联系人等。';
grant execute on function private.register_organization(uuid, text, jsonb),
  public.register_organization(text, jsonb, uuid) to authenticated;
