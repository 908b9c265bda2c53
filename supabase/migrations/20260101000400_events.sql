-- 事件链与请求去重（R32、R33）。

create table public.events (
  id bigint generated always as identity primary key,
  format smallint not null default 2 check (format = 2),
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
  reason_salt bytea,
  reason_digest text check (reason_digest ~ '^[0-9a-f]{64}$'),
  details jsonb not null default '{}',
  facts jsonb,
  applicant_id bigint references public.organizations (id),
  institution_id bigint references public.organizations (id),
  witness_id bigint,
  witness_hash bytea,
  salt bytea not null,
  prev_hash bytea,
  hash bytea not null,
  request text check (request ~ '^[0-9A-Za-z-]{8,64}$'),
  unique (entity, entity_id, seq),
  check (reason is null or reason_digest is not null)
);
create index events_applicant_id_idx on public.events (applicant_id);
create index events_institution_id_idx on public.events (institution_id);
create index events_at_idx on public.events (at);
comment on table public.events is '事件（R32）：每次流转、角色与参数改动各一条；同一业务的事件以 SHA-256 相连，任何 API 角色不能改删。';
comment on column public.events.format is '规范文字的格式版本：读的人按它拆开文字。';
comment on column public.events.reason is '原因全文：不进哈希，进哈希的是 reason_digest；所以保存期满清除它不断链、不破封存（R51）。清除后为空。';
comment on column public.events.reason_salt is '原因自己的盐：与原因一同清除，之后无从由摘要反推。';
comment on column public.events.reason_digest is '原因的摘要：sha256(reason_salt ‖ reason)，十六进制，留在哈希里。';
comment on column public.events.facts is
  '这件业务此刻的样子：金额、状态、双方、发票、文件哈希、额度流水等；姓名、评审意见等只有加盐摘要。对账以它与各表逐项比较（R32）。';
comment on column public.events.witness_id is '写入时看得到的最新一条事件（任何业务的）：谁删掉一条业务的最后一条事件，也会被别人的下一条指出。';
comment on column public.events.witness_hash is '见证的那条事件的 hash。';
comment on column public.events.salt is '每条事件的随机盐：公开每日根时，不能由根反推内容。';
comment on column public.events.request is
  '哪一次请求写下的：页面给办理的编号（R33），或边缘函数的 x-request-id；用来把日志、请求与事件连起来，不进哈希。系统自己写的为空。';
comment on column public.events.hash is 'sha256(上一条 hash ‖ 盐 ‖ 规范文字)。';

create table private.salts (
  entity text not null,
  entity_id bigint not null,
  salt bytea not null,
  primary key (entity, entity_id)
);
comment on table private.salts is '各业务自己的盐：facts 里的姓名、评审意见等以它加盐取摘要；清除个人信息时一并删除（R51）。';
alter table private.salts enable row level security;

-- 热路径上的小函数写成 plpgsql：它的计划随会话保留，SQL 函数每个事务都要重新计划。
create function private.event_text(p_event public.events) returns text
language plpgsql stable set search_path = ''
as $$
begin
  return jsonb_build_array(
    p_event.format, p_event.entity, p_event.entity_id, p_event.seq, extract(epoch from p_event.at)::text,
    case when p_event.actor_user is not null then encode(sha256(p_event.salt || uuid_send(p_event.actor_user)),
      'hex') end,
    p_event.actor_role, p_event.actor_name, p_event.action, p_event.from_state, p_event.to_state, p_event.reason_digest,
      p_event.details, p_event.facts,
    p_event.session_role, p_event.applicant_id, p_event.institution_id, p_event.witness_id,
      encode(p_event.witness_hash, 'hex'))::text;
end $$;
comment on function private.event_text(public.events) is
  '一条事件的规范文字，第一项是格式版本：哈希的就是它，核验页显示的也从它读出，两者不会不同（R32）。账号只以摘要出现，办理人的编号不给双方看。';

create function private.event_hash(p_event public.events) returns bytea
language plpgsql stable set search_path = ''
as $$
begin
  return sha256(coalesce(p_event.prev_hash, ''::bytea) || p_event.salt || convert_to(private.event_text(p_event),
    'UTF8'));
end $$;
comment on function private.event_hash(public.events) is '一条事件应有的哈希；对账与核验用同一算法（R32）。';

create function private.random_salt() returns bytea
language plpgsql volatile set search_path = ''
as $$ begin return uuid_send(gen_random_uuid()); end $$;
comment on function private.random_salt() is '16 字节的盐，其中 122 位随机。';

create function private.digest(p_salt bytea, p_text text) returns text
language plpgsql immutable set search_path = ''
as $$ begin return encode(sha256(p_salt || convert_to(p_text, 'UTF8')), 'hex'); end $$;
comment on function private.digest(bytea, text) is '一项文字的加盐摘要：sha256(盐 ‖ 文字)，十六进制；没有盐（已清除）或没有文字为空。';

create function private.has_row(p_entity text) returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  return p_entity in ('order', 'voucher', 'redemption', 'round', 'paper_pack', 'certification', 'project', 'instrument',
    'service', 'quota', 'objection', 'suspension', 'payee_account', 'payment_list', 'rectification',
    'recovery', 'uscc_claim');
end $$;
comment on function private.has_row(text) is '该实体的事件是否总在其业务行被锁住时写入（或行刚建立，别人还看不到）。';

-- 有状态的业务行已被调用者锁住；没有业务行的实体（参数、角色）以咨询锁排队。
-- 一次兑付上万张券，若每条事件一把咨询锁，会耗尽数据库的锁位；发起评审同理，所以评审合用一把（各步都先锁完自己的行才写事件）。
create function private.lock_chain(p_entity text, p_entity_id bigint) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(p_entity || ':' || case when p_entity = 'redemption_review' then 0
    else p_entity_id end, 0));
end $$;
comment on function private.lock_chain(text, bigint) is '没有自己业务行的事件链，写入前在此排队。';

create function private.current_request() returns text
language plpgsql stable set search_path = ''
as $$
declare
  v_text text := nullif(current_setting('private.request', true), '');
begin
  if v_text is null then
    v_text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-trace-id';
  end if;
  return case when v_text ~ '^[0-9A-Za-z-]{8,64}$' then v_text end;
end $$;
comment on function private.current_request() is
  '此刻办理的是哪一次请求：begin_request 记下的编号，没有则是边缘函数经 x-trace-id 带来的；都没有为空。';

create function private.append_event(
  p_entity text, p_entity_id bigint, p_action text, p_from text, p_to text, p_reason text, p_details jsonb,
  p_actor_role text, p_actor_name text, p_applicant_id bigint, p_institution_id bigint
) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.events;
begin
  if not private.has_row(p_entity) then perform private.lock_chain(p_entity, p_entity_id); end if;
  select e.seq + 1, e.hash into v.seq, v.prev_hash
  from public.events e where e.entity = p_entity and e.entity_id = p_entity_id order by e.seq desc limit 1;
  if v.seq is null then
    v.seq := 1;
    insert into private.salts (entity, entity_id, salt)
      values (p_entity, p_entity_id, private.random_salt()) on conflict do nothing;
  end if;
  select e.id, e.hash into v.witness_id, v.witness_hash from public.events e order by e.id desc limit 1;
  v.format := 2; v.entity := p_entity; v.entity_id := p_entity_id; v.at := private.now();
  v.actor_user := (select auth.uid()); v.actor_role := p_actor_role; v.actor_name := p_actor_name;
    v.session_role := session_user;
  v.action := p_action; v.from_state := p_from; v.to_state := p_to; v.details := coalesce(p_details, '{}');
  v.facts := (select f.facts from private.facts_of(p_entity, array[p_entity_id]) f);
  v.applicant_id := p_applicant_id; v.institution_id := p_institution_id;
  if p_reason is not null then
    v.reason := p_reason; v.reason_salt := private.random_salt(); v.reason_digest := private.digest(v.reason_salt,
      p_reason);
  end if;
  v.request := private.current_request();
  v.salt := private.random_salt();
  v.hash := private.event_hash(v);
  insert into public.events (format, entity, entity_id, seq, at, actor_user, actor_role, actor_name, session_role,
    action, from_state, to_state,
    reason, reason_salt, reason_digest, details, facts, applicant_id, institution_id, witness_id, witness_hash, salt,
      prev_hash, hash, request)
  values (v.format, v.entity, v.entity_id, v.seq, v.at, v.actor_user, v.actor_role, v.actor_name, v.session_role,
    v.action, v.from_state, v.to_state,
    v.reason, v.reason_salt, v.reason_digest, v.details, v.facts, v.applicant_id, v.institution_id, v.witness_id,
      v.witness_hash, v.salt, v.prev_hash, v.hash, v.request)
  returning id into v.id;
  return v.id;
end $$;
comment on function private.append_event(text, bigint, text, text, text, text, jsonb, text, text, bigint, bigint) is
  '在某业务的事件链尾加一条（R32）。原因只有加盐摘要进哈希；p_details 里不写姓名等个人信息（R51）。facts 由系统自己取。返回事件编号。';

create function private.append_events(p_template public.events, p_ids bigint[], p_reasons text[], p_details jsonb[],
  p_applicants bigint[], p_institutions bigint[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.events := p_template;
  v_all public.events[];
  r record;
begin
  if not private.has_row(p_template.entity) then raise exception '% has no row to lock', p_template.entity; end if;
  v.format := 2; v.at := private.now(); v.actor_user := (select auth.uid()); v.session_role := session_user;
  select e.id, e.hash into v.witness_id, v.witness_hash from public.events e order by e.id desc limit 1;
  insert into private.salts (entity, entity_id, salt)
    select v.entity, i.id, private.random_salt() from unnest(p_ids) i (id)
    where not exists (select 1 from public.events e where e.entity = v.entity and e.entity_id = i.id)
    on conflict do nothing;
  for r in
    select g.*, f.facts, l.seq, l.hash
    from unnest(p_ids, p_reasons, p_details, p_applicants, p_institutions) with ordinality
      g (id, reason, details, applicant_id, institution_id, n)
    left join private.facts_of(v.entity, p_ids) f on f.id = g.id
    left join lateral (select e.seq, e.hash from public.events e
      where e.entity = v.entity and e.entity_id = g.id order by e.seq desc limit 1) l on true
    order by g.n
  loop
    v.id := nextval('public.events_id_seq');
    v.entity_id := r.id; v.seq := coalesce(r.seq, 0) + 1; v.prev_hash := r.hash;
    v.details := coalesce(r.details, '{}'); v.facts := r.facts;
    v.applicant_id := r.applicant_id; v.institution_id := r.institution_id;
    v.reason := r.reason;
    v.reason_salt := case when r.reason is not null then private.random_salt() end;
    v.reason_digest := private.digest(v.reason_salt, r.reason);
    v.salt := private.random_salt();
    v.hash := private.event_hash(v);
    v_all := v_all || v;
    -- 一批之内也一条见证一条。
    v.witness_id := v.id; v.witness_hash := v.hash;
  end loop;
  insert into public.events overriding system value select x.* from unnest(v_all) x;
end $$;
comment on function private.append_events(public.events, bigint[], text[], jsonb[], bigint[], bigint[]) is
  '同一步办了许多件业务：在各自的事件链尾各加一条，一句写入（R32）。p_template：entity、action、from_state、to_state、actor_role、actor_name；各行已由调用者锁住、已改好。';

-- ── 只增不改 ────────────────────────────────────────────────────────────
create function private.erasing() returns boolean
language sql stable set search_path = ''
as $$ select coalesce(current_setting('private.erasing', true), '') = 'on' $$;
comment on function private.erasing() is '是否正由 private.erase_personal 清除个人信息（R51）：只有它可以越过“只增不改”。';

create function private.keep_forever() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op in ('UPDATE', 'DELETE') and tg_argv[0] = 'erasable'
    and private.erasing() then return coalesce(new, old); end if;
  raise exception '% is append-only', tg_table_name;
end $$;
comment on function private.keep_forever() is '只增不改的表：任何修改、删除或清空都中止；参数 erasable 的表例外，依 R51 清除个人信息时可以。';

create function private.keep_events() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v public.events := old;
begin
  v.reason := null; v.reason_salt := null;
  if tg_op = 'UPDATE' and private.erasing() and new = v then return new; end if;
  raise exception 'events is append-only';
end $$;
comment on function private.keep_events() is '事件只增不改；只有依 R51 清除个人信息时可以去掉原因的文字与它的盐，摘要仍在，链不断。';
create trigger keep_forever before update or delete on public.events
  for each row execute function private.keep_events();
create trigger keep_all before truncate on public.events for each statement execute function private.keep_forever();

-- 不能清空的表：逐行的约束管不到 truncate，凡留作凭据的表都装这一个。
create function private.keep_rows(variadic p_tables text[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_table text;
begin
  foreach v_table in array p_tables loop
    execute format('create or replace trigger keep_all before truncate on %s '
      'for each statement execute function private.keep_forever()', v_table);
  end loop;
end $$;
comment on function private.keep_rows(text[]) is '给一批表装上“不能清空”的触发器。参数：带模式的表名。';

alter table public.events enable row level security;
create function private.is_draft_event(p_event public.events) returns boolean
language sql immutable set search_path = ''
as $$ select p_event.entity = 'order' and coalesce(p_event.to_state, '') in ('draft', 'discarded') $$;
comment on function private.is_draft_event(public.events) is '订单提交之前的事件（建立、删除草稿）：只有用户单位看得到内容（R12）。';

create policy events_read on public.events for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
    or institution_id = any ((select private.my_orgs())::bigint[])
  -- 订单提交之前是用户单位自己的事：建立与删除草稿，工作人员看不到（R12）。
  or (not (entity = 'order' and coalesce(to_state, '') in ('draft', 'discarded')) and (select private.is_staff())));
-- 办理人的账号不给人看：谁办的，看 actor_role 与 actor_name（R34）；查账的导出经 export_events。
grant select (id, entity, entity_id, seq, at, actor_role, actor_name, action, from_state, to_state, reason, details,
  applicant_id,
  institution_id, prev_hash, hash) on public.events to authenticated;

-- ── 请求去重（R33）──────────────────────────────────────────────────────
create table private.requests (
  user_id uuid not null,
  request_id uuid not null,
  fingerprint bytea not null,
  result jsonb,
  at timestamptz not null default private.now(),
  primary key (user_id, request_id)
);
create index requests_at_idx on private.requests (at);
comment on table private.requests is '已办请求（R33）：同一编号重发得到第一次的结果；同一编号换内容被拒绝。留九十天。';
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
  perform set_config('private.request', p_request_id::text, true);
  v_print := sha256(convert_to(p_what, 'UTF8'));
  insert into private.requests (user_id, request_id, fingerprint)
    values (v_user, p_request_id, v_print) on conflict do nothing;
  if found then return null; end if;
  select r.* into v from private.requests r where r.user_id = v_user and r.request_id = p_request_id;
  if v.fingerprint <> v_print then perform private.refuse('REQUEST_REUSED'); end if;
  return coalesce(v.result, '{}'::jsonb);
end $$;
comment on function private.begin_request(uuid, text)
  is '登记一次请求：第一次返回空，重发返回当时的结果；未登录、无编号、内容超过 200 千字节、同号异文则拒绝（R33）。并发的同号请求在主键上排队。';

create function private.end_request(p_request_id uuid, p_result jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update private.requests r set result = p_result where r.user_id = auth.uid() and r.request_id = p_request_id;
  return case when found then p_result end;
end $$;
comment on function private.end_request(uuid, jsonb) is '记下请求的结果并返回它（R33）。';
