-- 需求（R53）：认证通过的用户单位写下要测什么；有这一类开放资源的管理单位收到消息，在各自的对话里答复；答复引向预约，不改变任何权利。
-- 公众看到的是另一张表 open_needs：没有联系方式，单位名只在发布者愿意时才有。

create table public.needs (
  id bigint generated always as identity primary key,
  applicant_id bigint not null references public.organizations (id),
  class_code text not null references public.instrument_classes (code),
  sample text not null check (char_length(sample) between 2 and 200),
  standard text not null default '' check (char_length(standard) <= 100),
  wanted_by private.plausible_date,
  city_code text references public.cities (code),
  named boolean not null default false,
  posted_at timestamptz not null default private.now(),
  open_until date not null,
  closed_at timestamptz,
  taken_down_at timestamptz,
  taken_down_reason text check (char_length(taken_down_reason) between 2 and 2000),
  check ((taken_down_at is null) = (taken_down_reason is null))
);
create index needs_applicant_id_idx on public.needs (applicant_id, id desc);
create index needs_class_code_idx on public.needs (class_code);
create index needs_city_code_idx on public.needs (city_code);
comment on table public.needs is
  '需求（R53）：领域（仪器类别）、样品、标准、期望日、城市；公开到 open_until，可以续期；closed_at 本单位关闭，taken_down_at 省平台下架。';
comment on column public.needs.named is '公开时是否写出单位名；否则公众看不到是谁。';

create table public.open_needs (
  need_id bigint primary key references public.needs (id),
  class_code text not null,
  class_label text not null,
  sample text not null,
  standard text not null,
  wanted_by date,
  city text,
  applicant_name text,
  posted_on date not null,
  open_until date not null
);
comment on table public.open_needs is
  '公开的需求（R53）：needs 的快照，过了 open_until 不再看得到；applicant_name 只在发布者愿意时有，没有联系方式。';

create table public.need_messages (
  id bigint generated always as identity primary key,
  need_id bigint not null references public.needs (id),
  institution_id bigint not null references public.organizations (id),
  from_applicant boolean not null,
  body text not null check (char_length(body) between 2 and 2000),
  slug text check (slug ~ '^[is][0-9]{1,18}$'),
  at timestamptz not null default private.now()
);
create index need_messages_need_id_idx on public.need_messages (need_id, institution_id, id);
create index need_messages_institution_id_idx on public.need_messages (institution_id, id);
comment on table public.need_messages is
  '需求的对话（R53、R41）：每家管理单位与发布者一条，别家看不到，省平台看得到；写了不改、不删，不改变任何状态。slug：引向预约的那台仪器或那项检测。';

create function private.owns_need(p_need bigint) returns boolean
language sql stable security definer set search_path = ''
as $$ select exists (select 1 from public.needs n where n.id = p_need and n.applicant_id = any (private.my_orgs())) $$;
comment on function private.owns_need(bigint) is '这条需求是不是此刻所代表的单位发布的。';
grant execute on function private.owns_need(bigint) to authenticated;

alter table public.needs enable row level security;
alter table public.open_needs enable row level security;
alter table public.need_messages enable row level security;
create policy needs_read on public.needs for select to authenticated
  using (applicant_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
create policy open_needs_read on public.open_needs for select to anon, authenticated
  using (open_until >= (select private.today()));
create policy need_messages_read on public.need_messages for select to authenticated using (
  institution_id = any ((select private.my_orgs())::bigint[]) or private.owns_need(need_id)
  or (select private.has_role('platform')));
grant select on public.needs, public.need_messages to authenticated;
grant select on public.open_needs to anon, authenticated;

insert into private.refusals values
  ('R53_TOO_MANY', 409, '同时公开的需求已有 10 条。', '请先关闭不再需要的，再发布新的。'),
  ('R53_TOO_MANY_TODAY', 429, '一天之内写得太多。', '请过一天再试；同一件事写在一条里就够。'),
  ('R53_NOT_OPEN', 409, '这条需求已经关闭、到期或下架。', '请刷新页面；到期的可以由发布单位续期。'),
  ('R53_NO_SUCH_RESOURCE', 409, '本单位没有这一类对外开放的资源。', '请先在“资源管理”添加、在“创新券管理”设为对外开放，再答复。'),
  ('R53_NOT_ASKED', 409, '这家管理单位还没有答复这条需求。', '请等它先答复，再在对话里回复。');

insert into private.action_labels (entity, action, label) values
  ('need', 'post', '发布需求'), ('need', 'renew', '续期'), ('need', 'close', '关闭'), ('need', 'take_down', '下架');

create function private.show_need(p_id bigint) returns void
language sql volatile security definer set search_path = ''
as $$
  delete from public.open_needs o where o.need_id = p_id;
  insert into public.open_needs (need_id, class_code, class_label, sample, standard, wanted_by, city, applicant_name,
    posted_on, open_until)
  select n.id, n.class_code, c.label, n.sample, n.standard, n.wanted_by, t.name, case when n.named then a.name end,
    (n.posted_at at time zone 'Asia/Shanghai')::date, n.open_until
  from public.needs n join public.instrument_classes c on c.code = n.class_code
  join public.organizations a on a.id = n.applicant_id left join public.cities t on t.code = n.city_code
  where n.id = p_id and n.closed_at is null and n.taken_down_at is null
$$;
comment on function private.show_need(bigint) is '把一条需求此刻的样子写进公开的表；关闭、下架的拿走。';

create function private.hold_need_room(p_org bigint, p_except bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- 同一单位的几个人同时发布、续期，一个一个来。
  perform pg_advisory_xact_lock(hashtextextended('needs:' || p_org, 0));
  if (select count(*) from public.needs n where n.applicant_id = p_org and n.id is distinct from p_except
    and n.closed_at is null and n.taken_down_at is null and n.open_until >= private.today()) >= 10
    then perform private.refuse('R53_TOO_MANY'); end if;
end $$;
comment on function private.hold_need_room(bigint, bigint) is
  '一个单位同时公开的需求至多 10 条（R53）：发布与续期都看；p_except：续期的那一条不算。';

create function private.post_need(p_request_id uuid, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('need', p_payload)::text);
  v_org public.organizations;
  v public.needs;
begin
  if v_done is not null then return v_done; end if;
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1] and o.kind = 'applicant';
  if v_org.id is null or not private.is_certified(v_org.id, private.today())
    then perform private.refuse('NOT_CERTIFIED'); end if;
  perform private.hold_standing(v_org.id, 'R46_SUSPENDED');
  v.class_code := private.read_choice(p_payload, 'class_code', (select array_agg(c.code)
    from public.instrument_classes c));
  v.sample := private.read_text(p_payload, 'sample', 2, 200);
  v.standard := private.read_text(p_payload, 'standard', 0, 100);
  v.wanted_by := private.read_date(p_payload, 'wanted_by', false, private.today(), private.today() + 730);
  if coalesce(p_payload ->> 'city_code', '') <> '' then
    v.city_code := private.read_choice(p_payload, 'city_code', (select array_agg(t.code) from public.cities t));
  end if;
  perform private.hold_need_room(v_org.id, null);
  -- 每发布一条，能做的管理单位都收到消息：关了又发，一天也至多 20 条。
  if (select count(*) from public.needs n where n.applicant_id = v_org.id
    and n.posted_at > private.now() - interval '1 day') >= 20 then perform private.refuse('R53_TOO_MANY_TODAY'); end if;
  insert into public.needs (applicant_id, class_code, sample, standard, wanted_by, city_code, named, open_until)
  values (v_org.id, v.class_code, v.sample, v.standard, v.wanted_by, v.city_code,
    p_payload -> 'named' is not distinct from 'true'::jsonb, private.today() + 30) returning * into v;
  perform private.show_need(v.id);
  perform private.append_event('need', v.id, 'post', null, null, null,
    jsonb_build_object('class_code', v.class_code, 'open_until', v.open_until), 'applicant', v_org.name,
    v_org.id, null);
  insert into public.notifications (organization_id, kind, entity, entity_id, title, body)
  select k.institution_id, 'told', 'need', v.id, '有用户单位发布了您能做的需求：' || left(v.sample, 60),
    '在“需求”里查看和答复。'
  from (select distinct c.institution_id from public.catalogue c where c.class_code = v.class_code and c.is_open) k;
  return private.end_request(p_request_id,
    jsonb_build_object('entity', 'need', 'id', v.id, 'open_until', v.open_until));
end $$;
comment on function private.post_need(uuid, jsonb) is
  '发布一条需求（R53），公开 30 天，有这一类开放资源的管理单位收到消息。'
  '拒绝：未认证、暂停资格、公开的已有 10 条、一天已发 20 条、内容不合要求。';
create function public.post_need(payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.post_need(request_id, payload); end;
comment on function public.post_need(jsonb, uuid) is
  '用户单位发布需求（R53）。payload：class_code、sample、standard、wanted_by、city_code、named（愿意公开单位名）。';

create function private.change_need(p_request_id uuid, p_id bigint, p_action text, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('need', p_id, p_action, p_reason)::text);
  v public.needs;
  v_platform boolean := p_action = 'take_down';
  v_reason text;
  v_name text;
begin
  if v_done is not null then return v_done; end if;
  select n.* into v from public.needs n where n.id = p_id for update;
  if v.id is null or (v_platform and not private.has_role('platform'))
    or (not v_platform and not v.applicant_id = any (private.my_orgs()))
    then perform private.refuse('NOT_FOUND'); end if;
  if v_platform and v.applicant_id = any (private.orgs_of((select auth.uid())))
    then perform private.refuse('OWN_ORGANIZATION'); end if;
  if v.closed_at is not null or v.taken_down_at is not null then perform private.refuse('R53_NOT_OPEN'); end if;
  if p_action = 'take_down' then
    v_reason := private.read_reason(p_reason);
    update public.needs set taken_down_at = private.now(), taken_down_reason = v_reason where id = p_id;
    insert into public.notifications (organization_id, kind, entity, entity_id, title, body)
      values (v.applicant_id, 'told', 'need', p_id, '您发布的需求已由省平台下架', '原因：' || v_reason);
  elsif p_action = 'close' then update public.needs set closed_at = private.now() where id = p_id;
  else
    if not private.is_certified(v.applicant_id, private.today()) then perform private.refuse('NOT_CERTIFIED'); end if;
    perform private.hold_standing(v.applicant_id, 'R46_SUSPENDED');
    perform private.hold_need_room(v.applicant_id, p_id);
    update public.needs set open_until = private.today() + 30 where id = p_id;
  end if;
  perform private.show_need(p_id);
  select o.name into v_name from public.organizations o where o.id = v.applicant_id;
  perform private.append_event('need', p_id, p_action, null, null, v_reason, '{}',
    case when v_platform then 'platform' else 'applicant' end, case when v_platform then '省平台' else v_name end,
    v.applicant_id, null);
  return private.end_request(p_request_id, jsonb_build_object('entity', 'need', 'id', p_id, 'done', p_action));
end $$;
comment on function private.change_need(uuid, bigint, text, text) is
  '续期（再公开 30 天）、关闭（发布单位）、下架（省平台，写明原因）一条需求（R53）；关闭、下架之后不再改。';
create function public.renew_need(need_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.change_need(request_id, need_id, 'renew', null); end;
comment on function public.renew_need(bigint, uuid) is '发布单位把需求续期到 30 天以后（R53）。';
create function public.close_need(need_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.change_need(request_id, need_id, 'close', null); end;
comment on function public.close_need(bigint, uuid) is '发布单位关闭需求（R53）。';
create function public.take_down_need(need_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.change_need(request_id, need_id, 'take_down', reason); end;
comment on function public.take_down_need(bigint, text, uuid) is '省平台下架需求，写明原因（R53）。';

create function private.write_on_need(p_request_id uuid, p_id bigint, p_institution_id bigint, p_payload jsonb)
  returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('need', p_id, p_institution_id, p_payload)::text);
  v public.needs;
  v_org public.organizations;
  v_body text;
  v_slug text := nullif(p_payload ->> 'slug', '');
  v_message bigint;
begin
  if v_done is not null then return v_done; end if;
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1];
  select n.* into v from public.needs n where n.id = p_id for share;
  -- 管理单位答复公开的需求；发布者只在对方先答复之后回复。
  if v.id is null or v_org.id is null or not (v_org.id = v.applicant_id or v_org.kind = 'institution')
    then perform private.refuse('NOT_FOUND'); end if;
  if v.closed_at is not null or v.taken_down_at is not null or v.open_until < private.today()
    then perform private.refuse('R53_NOT_OPEN'); end if;
  v_body := private.read_text(p_payload, 'body', 2, 2000, true);
  if v_org.id = v.applicant_id then
    if not exists (select 1 from public.need_messages m where m.need_id = p_id and m.institution_id = p_institution_id)
      then perform private.refuse('R53_NOT_ASKED'); end if;
    v_slug := null;
  else
    p_institution_id := v_org.id;
    if not exists (select 1 from public.catalogue c where c.institution_id = v_org.id and c.is_open
      and c.class_code = v.class_code and (v_slug is null or c.slug = v_slug))
      then perform private.refuse('R53_NO_SUCH_RESOURCE'); end if;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('need:' || p_id || ':' || p_institution_id, 0));
  if (select count(*) from public.need_messages m where m.need_id = p_id and m.institution_id = p_institution_id
    and m.from_applicant = (v_org.id = v.applicant_id) and m.at > private.now() - interval '1 day') >= 20
    then perform private.refuse('R53_TOO_MANY_TODAY'); end if;
  insert into public.need_messages (need_id, institution_id, from_applicant, body, slug)
    values (p_id, p_institution_id, v_org.id = v.applicant_id, v_body, v_slug) returning id into v_message;
  insert into public.notifications (organization_id, kind, entity, entity_id, title, body)
  values (case when v_org.id = v.applicant_id then p_institution_id else v.applicant_id end, 'told', 'need', p_id,
    case when v_org.id = v.applicant_id then '需求的发布单位回复了您' else v_org.name || '答复了您的需求' end,
    left(v_body, 200));
  return private.end_request(p_request_id, jsonb_build_object('entity', 'need', 'id', p_id, 'message', v_message));
end $$;
comment on function private.write_on_need(uuid, bigint, bigint, jsonb) is
  '在需求的对话里写一条（R53）：管理单位须有这一类开放的资源，可附上引向预约的一项；发布者回复已经答复过的管理单位。'
  '拒绝：关闭、到期、下架的；一方在一段对话里一天已写 20 条。';
create function public.answer_need(need_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.write_on_need(request_id, need_id, null, payload); end;
comment on function public.answer_need(bigint, jsonb, uuid) is
  '管理单位答复需求（R53）。payload：body、slug（本单位引向预约的一项，可不填）。';
create function public.reply_on_need(need_id bigint, institution_id bigint, payload jsonb, request_id uuid)
  returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.write_on_need(request_id, need_id, institution_id, payload); end;
comment on function public.reply_on_need(bigint, bigint, jsonb, uuid) is '发布单位回复一家答复过的管理单位（R53）。';
grant execute on function private.post_need(uuid, jsonb), public.post_need(jsonb, uuid),
  private.change_need(uuid, bigint, text, text), public.renew_need(bigint, uuid), public.close_need(bigint, uuid),
  public.take_down_need(bigint, text, uuid), private.write_on_need(uuid, bigint, bigint, jsonb),
  public.answer_need(bigint, jsonb, uuid), public.reply_on_need(bigint, bigint, jsonb, uuid) to authenticated;
