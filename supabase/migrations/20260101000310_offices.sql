-- 任用与免去工作人员（R40、R49、R50）：数据库管理员在后台的 SQL 编辑器里用这里的两个函数，写明原因与办理人。

insert into private.refusals (code, http_status, message, hint) values
  ('OFFICE_UNKNOWN_ADDRESS', 404, '没有用这个地址注册的账号。',
    '请本人先在门户注册并确认邮箱；地址与注册时的一致，大小写不限。'),
  ('OFFICE_NOT_CONFIRMED', 409, '这个地址还没有确认过，不能证明是本人的。', '请本人打开确认邮件里的链接，再授予角色。'),
  ('OFFICE_UNKNOWN_ROLE', 400, '没有这种角色。',
    '角色写 platform（省平台）、expert（评审专家）、department（省科技厅）、finance（省财政厅）或 administrator（系统管理员）。'),
  ('R40_ONE_OFFICE', 409, '这个人已有另一个角色，一人只有一个（R40）。', '请先用 private.revoke_role 收回原来的角色，再授予新的。'),
  ('OFFICE_NONE', 404, '这个人没有工作人员角色。', '没有什么要收回的；请核对地址。'),
  ('OFFICE_ONLY_EXPERTS', 400, '所在单位与职称只为评审专家登记。', '授予其他角色时，这两项留空。'),
  ('OFFICE_ORGANIZATION_UNKNOWN', 404, '找不到这个单位，或有几个同名的。',
    '请写它的统一社会信用代码；它没有在门户登记过的留空，与门户内单位的关系登记在 expert_relations。'),
  ('EXPERT_IN_OFFICE', 409, '这个人仍是评审专家，专家登记不能删除。', '请先用 private.revoke_role 收回角色。');

-- ── 评审专家一定有专家登记：派专家时看的是它，回避看的也是它 ──────────────
create function private.register_expert() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.experts (user_id) values (new.user_id) on conflict (user_id) do nothing;
  -- 锁住这一行：正在删除它的等到角色提交，届时看得到角色而被拒绝。
  perform 1 from public.experts e where e.user_id = new.user_id for key share;
  if not found then perform private.refuse('BUSY'); end if;
  return new;
end $$;
comment on function private.register_expert() is '触发器：成为评审专家的同时登记为专家，无论经由哪条路（R27）；所在单位与职称此后补写。';
create trigger register_expert before insert or update on public.staff_roles
  for each row when (new.role = 'expert') execute function private.register_expert();

create function private.keep_expert() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if exists (select 1 from public.staff_roles s where s.user_id = old.user_id and s.role = 'expert') then
    perform private.refuse('EXPERT_IN_OFFICE');
  end if;
  return null;
end $$;
comment on function private.keep_expert() is '约束触发器（提交时）：仍是评审专家的，专家登记不能删除或改给别人；账号整个删除时一并消失。';
create constraint trigger keep_expert after delete or update of user_id on public.experts
  deferrable initially deferred for each row execute function private.keep_expert();

-- ── 授予与收回 ──────────────────────────────────────────────────────────
create function private.account_of(p_email text) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_user uuid;
  v_confirmed timestamptz;
begin
  select u.id, u.email_confirmed_at into v_user, v_confirmed from auth.users u
    where lower(u.email) = lower(private.clean_line(p_email)) order by u.email_confirmed_at nulls last limit 1;
  if v_user is null then perform private.refuse('OFFICE_UNKNOWN_ADDRESS', p_email); end if;
  if v_confirmed is null then perform private.refuse('OFFICE_NOT_CONFIRMED', p_email); end if;
  return v_user;
end $$;
comment on function private.account_of(text) is '用这个地址注册并确认过的账号；没有的拒绝。';

create function private.state_ground(p_reason text, p_by text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_reason text := private.read_text(jsonb_build_object('p_reason', p_reason), 'p_reason', 2, 1900);
  v_by text := private.read_text(jsonb_build_object('p_by', p_by), 'p_by', 2, 50);
begin
  perform set_config('private.ground', v_reason || '（办理人：' || v_by || '）', true);
end $$;
comment on function private.state_ground(text, text) is
  '本事务里接下来对设置与名册的改动，事件里写这个原因与办理人（R50）：后台只知道是 postgres，谁办的要自己写明。';

create function private.find_expert_organization(p_organization text) returns bigint
language sql stable security definer set search_path = ''
as $$
  -- 同一个单位可以既是用户单位又是管理单位：代码相同，回避也相同，取最早的一个。
  select case when count(distinct coalesce(o.uscc, o.id::text)) = 1 then min(o.id) end from public.organizations o
  where o.uscc = private.identity_key(p_organization, 'identifier')
    or private.identity_key(o.name, 'name') = private.identity_key(p_organization, 'name')
$$;
comment on function private.find_expert_organization(text) is '按统一社会信用代码或名称找一个单位；没有，或有几个不同的，为空。';

create function private.grant_role(p_email text, p_role text, p_name text, p_reason text, p_by text,
  p_organization text default null, p_title text default null) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := private.account_of(p_email);
  v_name text := private.read_text(jsonb_build_object('p_name', p_name), 'p_name', 2, 50);
  v_title text := private.read_text(jsonb_build_object('p_title', p_title), 'p_title', 0, 50);
  v_role text;
  v_organization bigint;
begin
  if p_role is null or p_role not in ('platform', 'expert', 'department', 'finance', 'administrator') then
    perform private.refuse('OFFICE_UNKNOWN_ROLE', p_role);
  end if;
  if p_role <> 'expert' and (v_title <> '' or private.clean_line(p_organization) is not null) then
    perform private.refuse('OFFICE_ONLY_EXPERTS');
  end if;
  if private.clean_line(p_organization) is not null then
    v_organization := private.find_expert_organization(p_organization);
    if v_organization is null then perform private.refuse('OFFICE_ORGANIZATION_UNKNOWN', p_organization); end if;
  end if;
  -- 两人同时给一个人授予：后一个等前一个提交，然后看得到。
  perform pg_advisory_xact_lock(hashtextextended('office:' || v_user, 0));
  select s.role into v_role from public.staff_roles s where s.user_id = v_user;
  if v_role <> p_role then perform private.refuse('R40_ONE_OFFICE', v_role); end if;
  perform private.state_ground(p_reason, p_by);
  insert into public.staff_roles as s (user_id, role, display_name) values (v_user, p_role, v_name)
  on conflict (user_id) do update set display_name = excluded.display_name
    where s.display_name <> excluded.display_name;
  if p_role = 'expert' then
    update public.experts e set organization_id = coalesce(v_organization, e.organization_id),
      title = coalesce(nullif(v_title, ''), e.title) where e.user_id = v_user
      and (v_organization is distinct from e.organization_id and v_organization is not null
        or v_title not in ('', e.title));
  end if;
  perform set_config('private.ground', '', true);
  return p_email || case when v_role is null then ' 已有角色 ' else ' 早有角色，内容已是最新：' end || p_role
    || case when p_role = 'expert' and not exists (select 1 from public.experts e
      where e.user_id = v_user and e.organization_id is not null)
      then '。还没有登记所在单位：回避看不到它，请补写 p_organization，或在 expert_relations 登记利害关系。' else '。' end;
end $$;
comment on function private.grant_role(text, text, text, text, text, text, text) is
  '授予一个人工作人员角色（R40）：注册地址、角色、姓名、原因、办理人；评审专家另写所在单位（代码或全称）与职称，同时登记为专家。'
  '已有同一角色的更新姓名与登记。拒绝：没有这个账号、没有确认地址、没有这种角色、已有别的角色、找不到单位。留事件。仅数据库所有者可执行。';

create function private.revoke_role(p_email text, p_reason text, p_by text) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := private.account_of(p_email);
  v_role text;
  v_open integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('office:' || v_user, 0));
  perform private.state_ground(p_reason, p_by);
  delete from public.staff_roles s where s.user_id = v_user returning s.role into v_role;
  if v_role is null then perform private.refuse('OFFICE_NONE', p_email); end if;
  perform set_config('private.ground', '', true);
  delete from private.session_choices c where c.user_id = v_user and c.role = v_role;
  if v_role = 'expert' then
    select count(*) into v_open from public.expert_assignments a join public.redemptions r on r.id = a.redemption_id
      where a.expert_id = v_user and a.active and r.review_open;
    if v_open > 0 then
      perform private.notify_role('platform', 'turn', 'system', 0, '评审专家已免去，有评审需要换人',
        '还有 ' || v_open || ' 项评审没有结束：请在“评审进度”里更换专家。');
    end if;
  end if;
  return p_email || ' 不再有角色 ' || v_role || case when v_open > 0
    then '。还有 ' || v_open || ' 项评审没有结束，已告诉省平台更换。' else '。' end;
end $$;
comment on function private.revoke_role(text, text, text) is
  '收回一个人的工作人员角色（R40）：注册地址、原因、办理人。办过的业务与专家登记不变；没有结束的评审告诉省平台换人。留事件。仅数据库所有者可执行。';
