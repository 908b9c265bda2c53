-- 科技研发项目登记（R11）。

create table public.projects (
  id bigint generated always as identity primary key,
  organization_id bigint not null references public.organizations (id),
  title text not null check (char_length(title) between 4 and 100),
  tech_field text not null check (char_length(tech_field) between 2 and 50),
  source text not null check (source in ('self', 'national', 'provincial', 'municipal', 'horizontal')),
  start_on private.plausible_date not null,
  end_on private.plausible_date not null,
  budget_fen bigint not null check (budget_fen between 1 and 100000000000),
  leader text not null check (char_length(leader) between 1 and 50),
  content text not null check (char_length(content) between 20 and 2000),
  state text not null default 'submitted',
  state_since timestamptz not null default private.now(),
  created_at timestamptz not null default private.now(),
  check (end_on >= start_on)
);
create index projects_organization_id_idx on public.projects (organization_id, id);
create index projects_state_idx on public.projects (state) where state = 'submitted';
comment on table public.projects is '科技研发项目（R11）：订单必须挂在本单位已通过的项目下。金额为分。';

insert into public.workflow_entities values ('project', 'projects', '科技研发项目');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('project', 'submitted', '待审核', 'platform', '省平台审核项目登记。', 'review_working_days', true, 1),
  ('project', 'approved', '已通过', null, '用户单位可以在此项目下预约检测。', null, false, 2),
  ('project', 'returned', '已退回', 'applicant', '用户单位按意见修改后重新提交。', null, false, 3);

create function private.guard_certified(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when not private.is_certified(x.org, private.today()) then 'NOT_CERTIFIED'
    when private.suspended(x.org, private.today()) then 'R46_SUSPENDED' end
  from (select coalesce((p_row ->> 'applicant_id')::bigint, (p_row ->> 'organization_id')::bigint) as org) x
$$;
comment on function private.guard_certified(jsonb, jsonb) is '条件：用户单位仍在认证有效期内（R2），没有在暂停资格（R46）。';

create function private.write_project(p_id bigint, p_org bigint, p_payload jsonb) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint := p_id;
  v public.projects;
begin
  v.title := private.read_text(p_payload, 'title', 4, 100);
  v.tech_field := private.read_text(p_payload, 'tech_field', 2, 50);
  v.source := private.read_choice(p_payload, 'source',
    array['self', 'national', 'provincial', 'municipal', 'horizontal']);
  v.start_on := private.read_date(p_payload, 'start_on');
  v.end_on := private.read_date(p_payload, 'end_on');
  if v.end_on < v.start_on then
    perform private.refuse('DATE_INVALID', 'end_on', '结束日期不能早于开始日期 ' || v.start_on || '。');
  end if;
  v.budget_fen := private.read_fen(p_payload, 'budget_fen', 1, 100000000000);
  v.leader := private.read_text(p_payload, 'leader', 1, 50);
  v.content := private.read_text(p_payload, 'content', 20, 2000, true);
  if p_id is null then
    insert into public.projects (organization_id, title, tech_field, source, start_on, end_on, budget_fen, leader,
      content)
    values (p_org, v.title, v.tech_field, v.source, v.start_on, v.end_on, v.budget_fen, v.leader, v.content)
      returning id into v_id;
  else
    update public.projects set title = v.title, tech_field = v.tech_field, source = v.source, start_on = v.start_on,
      end_on = v.end_on, budget_fen = v.budget_fen, leader = v.leader, content = v.content where id = p_id;
  end if;
  return v_id;
end $$;
comment on function private.write_project(bigint, bigint, jsonb) is '写入项目内容；不合要求则拒绝，details 写明是哪一栏。';

create function private.effect_project_resubmit(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.write_project((p_row ->> 'id')::bigint, null, p_payload);
  -- 负责人与内容可能含个人信息：事件里只有摘要（R51）。
  return jsonb_build_object('details', jsonb_build_object('before', p_row - array['leader', 'content']));
end $$;
comment on function private.effect_project_resubmit(jsonb, jsonb) is '效果：以新内容重新提交，旧内容留在事件里。';
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('project', 'submitted', 'approve', 'approved', 'platform', '通过', false, 'guard_not_own', null),
  ('project', 'submitted', 'return', 'returned', 'platform', '退回', true, 'guard_not_own', null),
  ('project', 'returned', 'resubmit', 'submitted', 'applicant', '修改并重新提交', false, null, 'effect_project_resubmit'),
  ('project', 'approved', 'rectify', 'submitted', 'system', '更正：撤销通过', false, null, null),
  ('project', 'returned', 'rectify', 'submitted', 'system', '更正：撤销退回', false, null, null);
create trigger check_transition before insert or update of state on public.projects
  for each row execute function private.check_transition('project');

alter table public.projects enable row level security;
create policy projects_read on public.projects for select to authenticated
  using (organization_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.projects to authenticated;

create function private.register_project(p_request_id uuid, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('project', p_payload)::text);
  v_org public.organizations;
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1] and o.kind = 'applicant';
  if v_org.id is null or not private.is_certified(v_org.id, private.today())
    then perform private.refuse('NOT_CERTIFIED'); end if;
  perform private.hold_standing(v_org.id, 'R46_SUSPENDED', true);
  v_id := private.write_project(null, v_org.id, p_payload);
  perform private.append_event('project', v_id, 'submit', null, 'submitted', null,
    (select to_jsonb(p) - array['id', 'organization_id', 'state', 'state_since', 'created_at', 'leader', 'content']
      from public.projects p where p.id = v_id),
    'applicant', v_org.name, v_org.id, null);
  return private.end_request(p_request_id, jsonb_build_object('entity', 'project', 'id', v_id, 'state', 'submitted'));
end $$;
comment on function private.register_project(uuid, jsonb) is '登记项目并提交审核（R11）。拒绝：未认证（R2）、暂停资格（R46）、内容不合要求。';
create function public.register_project(request_id uuid, payload jsonb) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.register_project(request_id, payload); end;
comment on function public.register_project(uuid, jsonb)
  is '项目登记（R11）。payload：title、tech_field、source、start_on、end_on、budget_fen（分）、leader、content。';
create function public.approve_project(project_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('project', project_id, 'approve', request_id, '{}'::jsonb); end;
comment on function public.approve_project(bigint, uuid) is '省平台通过项目（R11）。';
create function public.return_project(project_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('project', project_id, 'return', request_id, jsonb_build_object('reason', reason)); end;
comment on function public.return_project(bigint, text, uuid) is '省平台退回项目，写明原因（R11）。';
create function public.resubmit_project(project_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('project', project_id, 'resubmit', request_id, payload); end;
comment on function public.resubmit_project(bigint, jsonb, uuid) is '用户单位修改后重新提交项目（R11）。';
grant execute on function private.register_project(uuid, jsonb), public.register_project(uuid, jsonb),
  public.approve_project(bigint, uuid),
  public.return_project(bigint, text, uuid), public.resubmit_project(bigint, jsonb, uuid) to authenticated;
