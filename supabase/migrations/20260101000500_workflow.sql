-- 工作流：状态、流转、办理人、条件、次数都是数据，只在这里（R11–R31）。
-- 各实体的行由其后的迁移写入；private.act 是唯一改变状态的函数。

create table public.workflow_entities (
  entity text primary key,
  table_name text not null unique,
  label text not null
);
comment on table public.workflow_entities is '有状态的业务种类。';

create table public.workflow_states (
  entity text not null references public.workflow_entities (entity),
  state text not null,
  label text not null,
  holder text,
  next_step text not null default '',
  due_parameter text,
  is_initial boolean not null default false,
  sort integer not null,
  primary key (entity, state)
);
comment on table public.workflow_states is '每种业务的状态：屏幕名称、此刻由谁办（holder）、下一步一句话、服务时限参数（R31）。标签只在此处定义。';

create table public.workflow_transitions (
  id integer generated always as identity primary key,
  entity text not null,
  from_state text not null,
  action text not null,
  to_state text not null,
  actor text not null,
  label text not null,
  needs_reason boolean not null default false,
  guard text,
  effect text,
  unique (entity, from_state, action, actor, to_state),
  foreign key (entity, from_state) references public.workflow_states (entity, state),
  foreign key (entity, to_state) references public.workflow_states (entity, state)
);
create index workflow_transitions_to_idx on public.workflow_transitions (entity, to_state);
comment on table public.workflow_transitions
  is '允许的流转：从哪个状态、做什么、到哪个状态、谁能做。guard 是 private 中返回拒绝代码的函数，页面按钮与办理共用；effect 是本步自己的效果。';

alter table public.workflow_entities enable row level security;
alter table public.workflow_states enable row level security;
alter table public.workflow_transitions enable row level security;
create policy workflow_entities_read on public.workflow_entities for select to anon, authenticated using (true);
create policy workflow_states_read on public.workflow_states for select to anon, authenticated using (true);
create policy workflow_transitions_read on public.workflow_transitions for select to anon, authenticated using (true);
grant select on public.workflow_entities, public.workflow_states, public.workflow_transitions to anon, authenticated,
  service_role;

-- 表的状态列只能沿流转表走，哪怕函数写错（约束触发器）。
create function private.check_transition() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_entity text := tg_argv[0];
begin
  if tg_op = 'INSERT' then
    if not exists (select 1 from public.workflow_states s where s.entity = v_entity and s.state = new.state
      and s.is_initial) then
      raise exception '% cannot start in state %', v_entity, new.state;
    end if;
  elsif new.state is distinct from old.state
    and not exists (select 1 from public.workflow_transitions t where t.entity = v_entity and t.from_state = old.state
      and t.to_state = new.state) then
    raise exception '% cannot go from % to %', v_entity, old.state, new.state;
  end if;
  return new;
end $$;
comment on function private.check_transition() is '约束触发器：没有流转就没有状态变化。参数：实体名。';

-- 一行业务的双方（列名约定：applicant_id、institution_id、organization_id）。
create function private.parties(p_entity text, p_row jsonb, out applicant_id bigint, out institution_id bigint)
language plpgsql immutable set search_path = ''
as $$
begin
  applicant_id := coalesce((p_row ->> 'applicant_id')::bigint,
    case when p_entity in ('certification', 'project') then (p_row ->> 'organization_id')::bigint end);
  -- 没有提交过的订单，管理单位不是它的一方：不给消息，也不在事件里（R12）。
  institution_id := case when p_entity = 'order' and p_row ->> 'submitted_at' is null then null
    else coalesce((p_row ->> 'institution_id')::bigint,
      case when p_entity in ('instrument', 'service') then (p_row ->> 'organization_id')::bigint end) end;
end $$;
comment on function private.parties(text, jsonb) is '业务行的用户单位与管理单位；没有提交过的订单只有用户单位。';

-- 当前登录者对这一行是谁：applicant / institution / recommender / platform / department / finance / expert。
create function private.actors_for(p_entity text, p_row jsonb) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_orgs bigint[] := private.my_orgs();
  v_applicant bigint;
  v_institution bigint;
  v text[];
begin
  select p.applicant_id, p.institution_id into v_applicant, v_institution from private.parties(p_entity, p_row) p;
  select coalesce(array_agg(x), '{}') into v from unnest(private.my_roles()) x
    where x in ('platform', 'department', 'finance');
  -- 未提交的订单只有用户单位知道：其他人与“不存在”同样回答（R12）。
  if p_entity = 'order' and p_row ->> 'submitted_at' is null then
    return case when v_applicant = any (v_orgs) then array['applicant'] else '{}'::text[] end;
  end if;
  -- 收款账户只有管理单位、省平台与省财政厅看得到（R42）。
  if p_entity = 'payee_account' then v := array_remove(v, 'department'); end if;
  if v_applicant = any (v_orgs) then v := v || 'applicant'::text; end if;
  if v_institution = any (v_orgs) then v := v || 'institution'::text; end if;
  if exists (select 1 from public.organizations o where o.id = v_institution and o.recommender_id = any (v_orgs))
    and p_entity = 'paper_pack' then
    v := v || 'recommender'::text;
  end if;
  return v;
end $$;
comment on function private.actors_for(text, jsonb) is '当前登录者对某业务行的身份；空数组表示无关，按“不存在”回答。';

create function private.holder_label(p_holder text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  return case p_holder when 'applicant' then '用户单位' when 'institution' then '管理单位' when 'recommender' then '推荐单位'
    when 'platform' then '省平台' when 'expert' then '评审专家' when 'department' then '省科技厅'
    when 'finance' then '省财政厅' when 'administrator' then '系统管理员' end;
end $$;
comment on function private.holder_label(text) is '办理方的屏幕名称；只在此处定义，网页用的由它生成。';

create function private.actor_name(p_actor text, p_applicant_id bigint, p_institution_id bigint) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return case p_actor
    when 'applicant' then (select o.name from public.organizations o where o.id = p_applicant_id)
    when 'institution' then (select o.name from public.organizations o where o.id = p_institution_id)
    else coalesce(private.holder_label(p_actor), '系统') end;
end $$;
comment on function private.actor_name(text, bigint, bigint) is '事件里显示的办理方：单位名或机关名，不显示个人（R34）。';

create function private.lock_row(p_entity text, p_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_table text;
  v_row jsonb;
begin
  select e.table_name into v_table from public.workflow_entities e where e.entity = p_entity;
  if v_table is null then perform private.refuse('NOT_FOUND'); end if;
  execute format('select to_jsonb(t) from public.%I t where t.id = $1 for update', v_table) into v_row using p_id;
  return v_row;
end $$;
comment on function private.lock_row(text, bigint) is '取一行业务并加行锁；没有返回空。';

create function private.read_row(p_entity text, p_id bigint) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_table text;
  v_row jsonb;
begin
  select e.table_name into v_table from public.workflow_entities e where e.entity = p_entity;
  if v_table is null then return null; end if;
  execute format('select to_jsonb(t) from public.%I t where t.id = $1', v_table) into v_row using p_id;
  return v_row;
end $$;
comment on function private.read_row(text, bigint) is '取一行业务，不加锁；没有这种业务或这一行返回空。';

create function private.guard_says(p_guard text, p_row jsonb, p_payload jsonb) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_code text;
begin
  if p_guard is null then return null; end if;
  execute format('select private.%I($1, $2)', p_guard) into v_code using p_row, p_payload;
  return v_code;
end $$;
comment on function private.guard_says(text, jsonb, jsonb) is '问一个条件函数：可办返回空，不可办返回拒绝代码。payload 为空表示“只问能不能做”。';

create function private.run_effect(p_effect text, p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_effect jsonb;
begin
  execute format('select private.%I($1, $2)', p_effect) into v_effect using p_row, p_payload;
  return v_effect;
end $$;
comment on function private.run_effect(text, jsonb, jsonb) is '办一步自己的效果；返回 to、details、result、reason 中有的各项。';

create function private.set_state(p_entity text, p_id bigint, p_state text, p_since timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_table text;
  v_row jsonb;
begin
  select e.table_name into v_table from public.workflow_entities e where e.entity = p_entity;
  execute format('update public.%I t set state = $1, state_since = coalesce($2, t.state_since)
    where t.id = $3 returning to_jsonb(t)', v_table) into v_row using p_state, p_since, p_id;
  return v_row;
end $$;
comment on function private.set_state(text, bigint, text, timestamptz) is
  '写状态与进入的时刻（空为不变），返回写后的行；行已被效果删掉的返回空。只由 private.act 与 private.system_move 调用。';

insert into private.refusals (code, http_status, message, hint) values
  ('OWN_ORGANIZATION', 403, '不能办理与本单位有关的业务。', '请由其他人员办理。');

create function private.guard_not_own(p_row jsonb, p_payload jsonb) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return case when array[(p_row ->> 'applicant_id')::bigint, (p_row ->> 'institution_id')::bigint,
    (p_row ->> 'organization_id')::bigint] && private.orgs_of(auth.uid()) then 'OWN_ORGANIZATION' end;
end $$;
comment on function private.guard_not_own(jsonb, jsonb) is
  '条件：审核人员不办与自己有关的单位的业务（认证、项目、资源、订单、兑付、材料）；看本人的一切，不看此刻以谁的身份办事（R39）。';

create function private.both_parties(p_actor text, p_applicant_id bigint, p_institution_id bigint) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return case when p_actor in ('applicant', 'institution') and p_applicant_id <> p_institution_id
    and array[p_applicant_id, p_institution_id] <@ private.orgs_of(auth.uid()) then 'R39_BOTH_PARTIES' end;
end $$;
comment on function private.both_parties(text, bigint, bigint) is
  '条件：同是双方成员的人不代表任何一方办理（R39）；看本人的一切，不看此刻的选择。';

create function private.four_eyes(p_entity text, p_id bigint) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select 'FOUR_EYES' from public.events e where e.entity = p_entity and e.entity_id = p_id
    and e.action = 'return' and e.actor_user = (select auth.uid()) and not private.rectified(e.id) limit 1);
end $$;
comment on function private.four_eyes(text, bigint) is '条件：作出过第一次不通过意见（没有更正的）的人，不再作第二次审核。';

create function private.act(p_entity text, p_id bigint, p_action text, p_request_id uuid, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_result jsonb;
  v_row jsonb;
  v_actors text[];
  v_applicant bigint;
  v_institution bigint;
  v_t public.workflow_transitions;
  v_code text;
  v_reason text := private.clean_text(p_payload ->> 'reason');
  v_effect jsonb := '{}';
  v_shown jsonb := '{}';
  v_to text;
  v_after jsonb;
begin
  v_result := private.begin_request(p_request_id, jsonb_build_array(p_entity, p_id, p_action, p_payload)::text);
  if v_result is not null then return v_result; end if;
  begin
    v_row := private.lock_row(p_entity, p_id);
  exception when lock_not_available then perform private.refuse('BUSY');
  end;
  if v_row is null then perform private.refuse('NOT_FOUND'); end if;
  v_actors := private.actors_for(p_entity, v_row);
  if cardinality(v_actors) = 0 then perform private.refuse('NOT_FOUND'); end if;
  select t.* into v_t from public.workflow_transitions t
    where t.entity = p_entity and t.from_state = v_row ->> 'state' and t.action = p_action
      and t.actor = any (v_actors) order by t.id limit 1;
  if v_t.id is null then
    if exists (select 1 from public.workflow_transitions t
      where t.entity = p_entity and t.from_state = v_row ->> 'state' and t.action = p_action) then
      perform private.refuse('NOT_YOUR_TURN');
    end if;
    perform private.refuse('STATE_REFUSED',
      '当前状态：' || coalesce((select s.label from public.workflow_states s
      where s.entity = p_entity and s.state = v_row ->> 'state'), ''));
  end if;
  if char_length(v_reason) > 2000 then perform private.refuse('TEXT_TOO_LONG', 'reason', '最多 2000 字，请缩短后重新提交。'); end if;
  if v_t.needs_reason and private.visible_length(v_reason) < 2 then
    perform private.refuse('REASON_REQUIRED', 'reason');
  end if;
  select p.applicant_id, p.institution_id into v_applicant, v_institution from private.parties(p_entity, v_row) p;
  v_code := coalesce(private.both_parties(v_t.actor, v_applicant, v_institution),
    private.guard_says(v_t.guard, v_row, coalesce(p_payload, '{}')));
  if v_code is not null then perform private.refuse(v_code); end if;
  -- 审核人员作决定时看到的核对结果，随事件留存（R38）；要在效果改动业务之前算。
  if v_t.actor = 'platform' and p_action in ('approve', 'check', 'pass', 'return') then
    v_shown := private.record_checks(p_entity, v_row, p_action);
  end if;
  if v_t.effect is not null then
    v_effect := private.run_effect(v_t.effect, v_row, coalesce(p_payload, '{}'));
  end if;
  -- 有两种去向的步骤（如退回或转普通订单）由 effect 以 to 选定，且必须是流转表里有的。
  v_to := coalesce(v_effect ->> 'to', v_t.to_state);
  if v_to <> v_t.to_state and not exists (select 1 from public.workflow_transitions t where t.entity = p_entity
    and t.from_state = v_t.from_state and t.action = p_action and t.to_state = v_to) then
    raise exception 'effect % chose % for %, which is no transition', v_t.effect, v_to, p_action;
  end if;
  -- 分批办的步骤没有办完之前留在原状态，何时进入这一状态不变（R31 的时限由此算）。
  -- 双方按办完之后的行：草稿一提交，管理单位就是一方。效果删掉了行的（删除草稿），按办之前的。
  v_after := private.set_state(p_entity, p_id, v_to, case when v_to <> v_t.from_state then private.now() end);
  select p.applicant_id, p.institution_id into v_applicant, v_institution
    from private.parties(p_entity, coalesce(v_after, v_row)) p;
  perform private.append_event(p_entity, p_id, p_action, v_t.from_state, v_to,
    coalesce(v_reason, v_effect ->> 'reason'), coalesce(v_effect -> 'details', '{}') || v_shown,
    v_t.actor, private.actor_name(v_t.actor, v_applicant, v_institution), v_applicant, v_institution);
  return private.end_request(p_request_id, jsonb_build_object('entity', p_entity, 'id', p_id, 'state', v_to)
    || coalesce(v_effect -> 'result', '{}'));
end $$;
comment on function private.act(text, bigint, text, uuid, jsonb)
  is '唯一的流转函数：去重、行锁、办理人、条件、效果、状态、事件，一次事务（R31–R33）。无关者得到“没有找到”。';

create function private.batch(p_row jsonb, p_done integer, p_left integer, p_details jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('details', p_details || case when p_left > 0 then jsonb_build_object('left', p_left)
    else '{}' end,
      'result', jsonb_build_object('count', coalesce(p_done, 0), 'left', p_left))
    || case when p_left > 0 then jsonb_build_object('to', p_row ->> 'state') else '{}' end
$$;
comment on function private.batch(jsonb, integer, integer, jsonb) is
  '分批办的效果怎样回答：还有余下的，业务留在原状态（流转表里须有这一步），页面见 left 不为零便以新的请求编号接着办；中断也不丢已办的。';

create function private.system_move(p_entity text, p_id bigint, p_action text, p_to text, p_reason text,
  p_details jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_row jsonb := private.lock_row(p_entity, p_id);
  v_applicant bigint;
  v_institution bigint;
begin
  perform private.set_state(p_entity, p_id, p_to, private.now());
  select p.applicant_id, p.institution_id into v_applicant, v_institution from private.parties(p_entity, v_row) p;
  perform private.append_event(p_entity, p_id, p_action, v_row ->> 'state', p_to, p_reason, p_details, 'system', '系统',
    v_applicant, v_institution);
end $$;
comment on function private.system_move(text, bigint, text, text, text, jsonb)
  is '由系统或另一业务带动的流转（到期、评审结果等）；同样受流转约束并留事件。';

create function private.available_actions(p_entity text, p_id bigint)
returns table (action text, label text, actor text, needs_reason boolean)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row jsonb := private.read_row(p_entity, p_id);
  v_actors text[];
begin
  if v_row is null then return; end if;
  v_actors := private.actors_for(p_entity, v_row);
  return query
    select distinct on (t.action) t.action, t.label, t.actor, t.needs_reason from public.workflow_transitions t
    cross join private.parties(p_entity, v_row) p
    where private.both_parties(t.actor, p.applicant_id, p.institution_id) is null and t.entity = p_entity
      and t.from_state = v_row ->> 'state' and t.actor = any (v_actors)
      and private.guard_says(t.guard, v_row, null) is null
    order by t.action, t.id;
end $$;
comment on function private.available_actions(text, bigint) is '我现在能对这一行做什么：与办理时同一张流转表、同一批条件函数。';

create function public.available_actions(entity text, entity_id bigint)
returns table (action text, label text, actor text, needs_reason boolean)
language sql stable security invoker set search_path = ''
begin atomic
  select a.action, a.label, a.actor, a.needs_reason from private.available_actions(entity, entity_id) a;
end;
comment on function public.available_actions(text, bigint) is '我现在能做什么（页面按此显示按钮，不显示会被拒绝的按钮）。';
grant execute on function private.available_actions(text, bigint),
  public.available_actions(text, bigint) to authenticated;
grant execute on function private.act(text, bigint, text, uuid, jsonb) to authenticated;
