-- 暂停资格（R46）：省科技厅一人决定，自某日至某日；到期自行结束，或由省科技厅解除。

create table public.suspensions (
  id bigint generated always as identity primary key,
  applicant_id bigint references public.organizations (id),
  institution_id bigint references public.organizations (id),
  organization_id bigint not null generated always as (coalesce(applicant_id, institution_id)) stored,
  from_on private.plausible_date not null,
  to_on private.plausible_date not null,
  holds_payouts boolean not null,
  reason text not null check (char_length(reason) between 2 and 2000),
  state text not null default 'suspended',
  state_since timestamptz not null default private.now(),
  created_at timestamptz not null default private.now(),
  check (num_nonnulls(applicant_id, institution_id) = 1),
  check (to_on >= from_on),
  -- 兑付付给管理单位：用户单位没有可以等待的兑付。
  check (not holds_payouts or institution_id is not null)
);
create index suspensions_applicant_id_idx on public.suspensions (applicant_id);
create index suspensions_institution_id_idx on public.suspensions (institution_id);
create unique index suspensions_one_running on public.suspensions (organization_id) where state = 'suspended';
comment on table public.suspensions is
  '暂停资格（R46）：某单位自 from_on 至 to_on（都含，北京时间）；一个单位同时至多一项没有结束的。在办的业务照常办完。';
comment on column public.suspensions.holds_payouts is '它的兑付是否等待：为真时不列入拨付单，已在银行文件里的照常付（R43、R46）。';
comment on column public.suspensions.reason is '原因：该单位看得到全文，别人只知道不接受新的预约。';

insert into public.workflow_entities values ('suspension', 'suspensions', '暂停资格');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('suspension', 'suspended', '暂停中', null, '暂停期间不能开始新的业务；已经开始的照常办完。', null, true, 1),
  ('suspension', 'lifted', '已解除', null, '资格已经恢复。', null, false, 2),
  ('suspension', 'ended', '已期满', null, '资格已经恢复。', null, false, 3);
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('suspension', 'suspended', 'lift', 'lifted', 'department', '解除暂停', true, 'guard_not_own', 'effect_suspension_lift'),
  ('suspension', 'suspended', 'end', 'ended', 'system', '暂停期满', false, null, null);
create trigger check_transition before insert or update of state on public.suspensions
  for each row execute function private.check_transition('suspension');

alter table public.suspensions enable row level security;
create policy suspensions_read on public.suspensions for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
    or institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.suspensions to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R46_SUSPENDED', 403, '您的单位正在暂停资格期间，不能开始新的业务。', '已经开始的可以办完；起止日期和原因见页面上方。'),
  ('R46_INSTITUTION_SUSPENDED', 409, '这家管理单位目前不接受新的预约。', '请选择其他机构，或等它恢复后再预约。'),
  ('R46_RESOURCE_WAITS', 409, '该管理单位正在暂停资格期间，不能发布资源。', '申请保留原位；暂停结束或解除之后再审核。'),
  ('R46_ALREADY', 409, '该单位已有一项没有结束的暂停。', '请先解除那一项，再另作决定。'),
  ('R46_CARRIED_ONLY', 409, '该单位本年的额度只限用于上年转入的订单。', '用户单位恢复认证和资格之后，再领取一次额度即可用于新的订单。');

create function private.suspension_of(p_org bigint, p_day date) returns public.suspensions
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.suspensions;
begin
  select s.* into v from public.suspensions s
    where s.organization_id = p_org and s.state = 'suspended' and p_day between s.from_on and s.to_on limit 1;
  return v;
end $$;
comment on function private.suspension_of(bigint, date) is '某单位某日有效的暂停；没有返回空（R46）。只看日期，不等每日任务。';

create function private.suspended(p_org bigint, p_day date) returns boolean
language plpgsql stable security definer set search_path = ''
as $$ begin return (private.suspension_of(p_org, p_day)).id is not null; end $$;
comment on function private.suspended(bigint, date) is '某单位某日是否在暂停期间（R46）。';

create function private.payouts_suspended(p_org bigint, p_day date) returns boolean
language sql stable security definer set search_path = ''
as $$ select coalesce((private.suspension_of(p_org, p_day)).holds_payouts, false) $$;
comment on function private.payouts_suspended(bigint, date) is '某管理单位某日的兑付是否因暂停而等待（R43、R46）：等待的不算就绪，保留次序。';

create function private.hold_standing(p_org bigint, p_code text, p_certified boolean default false) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('standing:' || p_org, 0));
  if private.suspended(p_org, private.today()) then perform private.refuse(p_code); end if;
  if p_certified and not private.is_certified(p_org, private.today()) then
    perform private.refuse('NOT_CERTIFIED');
  end if;
end $$;
comment on function private.hold_standing(bigint, text, boolean) is
  '开始新业务的最后一步：锁住资格再看一遍，暂停中的拒绝，p_certified 为真的连认证也再看（R45、R46）。'
  '开始与暂停或更正同时到，总有一个在先：或者业务已经开始，或者被拒绝。';

create function private.lock_standing(p_org bigint) returns void
language sql volatile security definer set search_path = ''
as $$ select pg_advisory_xact_lock(hashtextextended('standing:' || p_org, 0)) $$;
comment on function private.lock_standing(bigint) is
  '要改变一个单位的资格（暂停、解除、更正认证）：等正在开始的业务办完，之后开始的看得到改变。锁在暂停、更正的行之后。';

create function private.suspend_organization(p_request_id uuid, p_organization_id bigint, p_payload jsonb)
  returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('suspend', p_organization_id, p_payload)::text);
  v_org public.organizations;
  v_from date;
  v_to date;
  v_reason text;
  v_holds boolean;
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('department') then perform private.refuse('NOT_FOUND'); end if;
  select o.* into v_org from public.organizations o
    where o.id = p_organization_id and o.kind in ('applicant', 'institution');
  if v_org.id is null then perform private.refuse('NOT_FOUND'); end if;
  if v_org.id = any (private.orgs_of((select auth.uid()))) then perform private.refuse('OWN_ORGANIZATION'); end if;
  v_from := private.read_date(p_payload, 'from_on', true, private.today(), private.today() + 366);
  v_to := private.read_date(p_payload, 'to_on', true, v_from, v_from + 1826);
  v_reason := private.read_reason(p_payload ->> 'reason');
  v_holds := p_payload -> 'holds_payouts' = 'true'::jsonb;
  if jsonb_typeof(p_payload -> 'holds_payouts') is distinct from 'boolean' then
    perform private.refuse('FIELD_REQUIRED', 'holds_payouts', '请说明它的兑付是否等待。');
  end if;
  if v_holds and v_org.kind = 'applicant' then
    perform private.refuse('INPUT_INVALID', 'holds_payouts', '兑付付给管理单位；用户单位没有可以等待的兑付。');
  end if;
  -- 先锁已有的暂停再锁资格，次序与解除相同；两人同时暂停同一单位在资格上排队。
  perform 1 from public.suspensions s where s.organization_id = v_org.id and s.state = 'suspended' for update;
  perform private.lock_standing(v_org.id);
  perform private.end_suspension(s.id) from public.suspensions s
    where s.organization_id = v_org.id and s.state = 'suspended' and s.to_on < private.today();
  if exists (select 1 from public.suspensions s where s.organization_id = v_org.id and s.state = 'suspended') then
    perform private.refuse('R46_ALREADY');
  end if;
  insert into public.suspensions (applicant_id, institution_id, from_on, to_on, holds_payouts, reason)
  values (case when v_org.kind = 'applicant' then v_org.id end, case when v_org.kind = 'institution' then v_org.id end,
    v_from, v_to, v_holds, v_reason) returning id into v_id;
  perform private.append_event('suspension', v_id, 'suspend', null, 'suspended', v_reason,
    jsonb_build_object('from_on', v_from, 'to_on', v_to, 'holds_payouts', v_holds), 'department', '省科技厅',
    case when v_org.kind = 'applicant' then v_org.id end, case when v_org.kind = 'institution' then v_org.id end);
  perform private.show_pause(v_org.id);
  return private.end_request(p_request_id,
    jsonb_build_object('entity', 'suspension', 'id', v_id, 'state', 'suspended'));
end $$;
comment on function private.suspend_organization(uuid, bigint, jsonb) is
  '省科技厅一人暂停一个单位的资格（R46）。拒绝：本人所在的单位、日期不对、没有原因或没有说明兑付是否等待、已有没有结束的暂停。';
create function public.suspend_organization(organization_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.suspend_organization(request_id, organization_id, payload); end;
comment on function public.suspend_organization(bigint, jsonb, uuid) is
  '暂停资格（R46）。payload：from_on、to_on（日期，都含）、holds_payouts（兑付是否等待）、reason。';

create function private.effect_suspension_lift(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.lock_standing((p_row ->> 'organization_id')::bigint);
  update public.suspensions set state = 'lifted' where id = (p_row ->> 'id')::bigint;
  perform private.show_pause((p_row ->> 'organization_id')::bigint);
  return '{}';
end $$;
comment on function private.effect_suspension_lift(jsonb, jsonb) is '效果：资格恢复，公众目录随即恢复预约（R46）。';
create function public.lift_suspension(suspension_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('suspension', suspension_id, 'lift', request_id,
  jsonb_build_object('reason', reason)); end;
comment on function public.lift_suspension(bigint, text, uuid) is '省科技厅解除暂停，写明原因（R46）。';

create function private.end_suspension(p_id bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.system_move('suspension', p_id, 'end', 'ended', null);
  perform private.show_pause(s.organization_id) from public.suspensions s where s.id = p_id;
end $$;
comment on function private.end_suspension(bigint) is '记下一项暂停期满（R46）；资格在期满的次日已经恢复，不等这一步。';

create function private.turn_suspensions() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint;
  v_count integer := 0;
begin
  for v_id in select s.id from public.suspensions s where s.state = 'suspended' and s.to_on < private.today()
    order by s.id for update skip locked loop
    perform private.end_suspension(v_id);
    v_count := v_count + 1;
  end loop;
  -- 今天开始的：公众目录从今天起显示暂停预约。
  perform private.show_pause(s.organization_id) from public.suspensions s
    where s.state = 'suspended' and s.institution_id is not null and s.from_on = private.today();
  return v_count;
end $$;
comment on function private.turn_suspensions() is '每日任务（R46）：期满的暂停记为已期满，今天开始的显示到公众目录；可重复执行，返回期满数。';

grant execute on function private.suspend_organization(uuid, bigint, jsonb),
  public.suspend_organization(bigint, jsonb, uuid), public.lift_suspension(bigint, text, uuid) to authenticated;
