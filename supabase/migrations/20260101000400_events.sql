-- 事件链与请求去重（R32、R33）。

create table public.events (
  id bigint generated always as identity primary key,
  entity text not null,
  entity_id bigint not null,
  seq integer not null check (seq >= 1),
  at timestamptz not null,
  actor_user uuid,
  actor_role text not null,
  actor_name text not null,
  session_role text not null default session_user,
  action text not null,
  from_state text,
  to_state text,
  reason text check (char_length(reason) <= 2000),
  details jsonb not null default '{}',
  applicant_id bigint references public.organizations (id),
  institution_id bigint references public.organizations (id),
  salt bytea not null,
  prev_hash bytea,
  hash bytea not null,
  unique (entity, entity_id, seq)
);
create index events_applicant_id_idx on public.events (applicant_id);
create index events_institution_id_idx on public.events (institution_id);
create index events_at_idx on public.events (at);
comment on table public.events is '事件（R32）：每次流转、角色与参数改动各一条；同一业务的事件以 SHA-256 相连，任何 API 角色不能改删。';
comment on column public.events.salt is '每条事件的随机盐：公开每日根时，不能由根反推内容。';
comment on column public.events.hash is 'sha256(上一条 hash ‖ 盐 ‖ 规范化内容)。';

create function private.event_text(p_event public.events) returns text
language sql stable set search_path = ''
as $$
  select jsonb_build_array(
    p_event.entity, p_event.entity_id, p_event.seq, extract(epoch from p_event.at)::text, p_event.actor_user, p_event.actor_role, p_event.actor_name,
    p_event.action, p_event.from_state, p_event.to_state, p_event.reason, p_event.details, p_event.session_role, p_event.applicant_id, p_event.institution_id)::text
$$;
comment on function private.event_text(public.events) is '一条事件的规范文字：哈希的就是它，核验页显示的也从它读出，两者不会不同（R32）。';

create function private.event_hash(p_event public.events) returns bytea
language sql stable set search_path = ''
as $$
  select sha256(coalesce(p_event.prev_hash, ''::bytea) || p_event.salt || convert_to(private.event_text(p_event), 'UTF8'))
$$;
comment on function private.event_hash(public.events) is '一条事件应有的哈希；对账与核验用同一算法（R32）。';

create function private.has_row(p_entity text) returns boolean
language sql immutable set search_path = ''
as $$
  select p_entity in ('order', 'voucher', 'redemption', 'round', 'paper_pack', 'certification', 'project', 'instrument', 'service', 'quota', 'objection')
$$;
comment on function private.has_row(text) is '该实体的事件是否总在其业务行被锁住时写入（或行刚建立，别人还看不到）。';

create function private.append_event(
  p_entity text, p_entity_id bigint, p_action text, p_from text, p_to text, p_reason text, p_details jsonb,
  p_actor_role text, p_actor_name text, p_applicant_id bigint, p_institution_id bigint
) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.events;
  v_last public.events;
begin
  -- 有状态的业务行已被调用者锁住；没有业务行的实体（参数、角色）以咨询锁排队。
  -- 一次兑付上万张券，若每条事件一把咨询锁，会耗尽数据库的锁位。
  if not private.has_row(p_entity) then
    perform pg_advisory_xact_lock(hashtextextended(p_entity || ':' || p_entity_id, 0));
  end if;
  select e.* into v_last from public.events e where e.entity = p_entity and e.entity_id = p_entity_id order by e.seq desc limit 1;
  v.entity := p_entity; v.entity_id := p_entity_id; v.seq := coalesce(v_last.seq, 0) + 1; v.at := private.now();
  v.actor_user := (select auth.uid()); v.actor_role := p_actor_role; v.actor_name := p_actor_name; v.session_role := session_user;
  v.action := p_action; v.from_state := p_from; v.to_state := p_to; v.reason := p_reason; v.details := coalesce(p_details, '{}');
  v.applicant_id := p_applicant_id; v.institution_id := p_institution_id;
  v.salt := decode(replace(gen_random_uuid()::text, '-', ''), 'hex'); v.prev_hash := v_last.hash;
  v.hash := private.event_hash(v);
  insert into public.events (entity, entity_id, seq, at, actor_user, actor_role, actor_name, session_role, action, from_state, to_state, reason,
    details, applicant_id, institution_id, salt, prev_hash, hash)
  values (v.entity, v.entity_id, v.seq, v.at, v.actor_user, v.actor_role, v.actor_name, v.session_role, v.action, v.from_state, v.to_state, v.reason,
    v.details, v.applicant_id, v.institution_id, v.salt, v.prev_hash, v.hash)
  returning id into v.id;
  return v.id;
end $$;
comment on function private.append_event(text, bigint, text, text, text, text, jsonb, text, text, bigint, bigint) is '在某业务的事件链尾加一条（R32）。';

create function private.keep_forever() returns trigger
language plpgsql security definer set search_path = ''
as $$ begin raise exception '% is append-only', tg_table_name; end $$;
comment on function private.keep_forever() is '只增不改的表：任何修改或删除都中止。';
create trigger keep_forever before update or delete on public.events for each row execute function private.keep_forever();
create trigger keep_all before truncate on public.events for each statement execute function private.keep_forever();

alter table public.events enable row level security;
create policy events_read on public.events for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[]) or institution_id = any ((select private.my_orgs())::bigint[])
  -- 订单提交之前是申请人自己的事：建立与删除草稿，工作人员看不到（R12）。
  or (not (entity = 'order' and coalesce(to_state, '') in ('draft', 'discarded')) and (select private.is_staff())));
-- 办理人的账号不给人看：谁办的，看 actor_role 与 actor_name（R34）；查账的导出经 export_events。
grant select (id, entity, entity_id, seq, at, actor_role, actor_name, action, from_state, to_state, reason, details, applicant_id,
  institution_id, prev_hash, hash) on public.events to authenticated;

-- 角色、参数、日历、成员的改动，不论来自 API 还是后台，都留事件（R32）。
create function private.record_admin_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_row jsonb := to_jsonb(coalesce(new, old));
begin
  perform private.append_event(tg_table_name, coalesce((v_row ->> 'year')::bigint, (v_row ->> 'organization_id')::bigint, 0), lower(tg_op), null, null, null,
    jsonb_build_object('old', case when tg_op <> 'INSERT' then to_jsonb(old) end, 'new', case when tg_op <> 'DELETE' then to_jsonb(new) end),
    'system', session_user, null, null);
  return coalesce(new, old);
end $$;
comment on function private.record_admin_change() is '后台改动的事件触发器，记 session_user（R32）。';
create trigger record_change after insert or update or delete on public.policy_parameters for each row execute function private.record_admin_change();
create trigger record_change after insert or update or delete on public.policy_years for each row execute function private.record_admin_change();
create trigger record_change after insert or update or delete on public.cities for each row execute function private.record_admin_change();
create trigger record_change after insert or update or delete on public.holidays for each row execute function private.record_admin_change();
create trigger record_change after insert or update or delete on public.staff_roles for each row execute function private.record_admin_change();
create trigger record_change after insert or update or delete on public.memberships for each row execute function private.record_admin_change();

-- ── 请求去重（R33）──────────────────────────────────────────────────────
create table private.requests (
  user_id uuid not null,
  request_id uuid not null,
  fingerprint bytea not null,
  result jsonb,
  at timestamptz not null default private.now(),
  primary key (user_id, request_id)
);
comment on table private.requests is '已办请求（R33）：同一编号重发得到第一次的结果；同一编号换内容被拒绝。';
alter table private.requests enable row level security;

create function private.begin_request(p_request_id uuid, p_what text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user uuid := (select auth.uid());
  v_print bytea;
  v private.requests;
begin
  if v_user is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  if p_request_id is null then perform private.refuse('REQUEST_ID_REQUIRED'); end if;
  -- 先量长短，再做别的：任何一项业务的内容都远不到这么长。
  if octet_length(p_what) > 200000 then perform private.refuse('TEXT_TOO_LONG'); end if;
  v_print := sha256(convert_to(p_what, 'UTF8'));
  insert into private.requests (user_id, request_id, fingerprint) values (v_user, p_request_id, v_print) on conflict do nothing;
  if found then return null; end if;
  select r.* into v from private.requests r where r.user_id = v_user and r.request_id = p_request_id;
  if v.fingerprint <> v_print then perform private.refuse('REQUEST_REUSED'); end if;
  return coalesce(v.result, '{}'::jsonb);
end $$;
comment on function private.begin_request(uuid, text) is '登记一次请求：第一次返回空，重发返回当时的结果；未登录、无编号、内容超过 200 千字节、同号异文则拒绝（R33）。并发的同号请求在主键上排队。';

create function private.end_request(p_request_id uuid, p_result jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  update private.requests set result = p_result where user_id = (select auth.uid()) and request_id = p_request_id returning result
$$;
comment on function private.end_request(uuid, jsonb) is '记下请求的结果并返回它（R33）。';
