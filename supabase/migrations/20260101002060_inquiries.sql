-- 咨询、投诉、建议（R35、R47）：任何人可提，凭受理编号查答复；提的人同意、省平台也认为可以公开的，连同答复公开。
-- anon 不写任何表：只经边缘函数 submit-inquiry，以 service_role 调用这里的函数，并受次数限制。

create table public.inquiries (
  id bigint generated always as identity primary key,
  receipt text not null unique,
  needs_look boolean not null default false,
  kind text not null check (kind in ('question', 'complaint', 'proposal')),
  title text not null check (char_length(title) between 4 and 100),
  body text not null check (char_length(body) between 10 and 2000),
  contact text not null default '' check (char_length(contact) <= 100),
  may_publish boolean not null default false,
  at timestamptz not null default private.now(),
  answer text check (char_length(answer) between 2 and 2000),
  answered_at timestamptz,
  check ((answer is null) = (answered_at is null))
);
comment on table public.inquiries is
  '咨询、投诉、建议：标题、内容、联系方式、是否同意公开；只有工作人员可见，公开的另有 published_inquiries。';
comment on column public.inquiries.kind is 'question 咨询、complaint 投诉、proposal 建议。';
comment on column public.inquiries.may_publish is '提的人同意公开标题、内容与答复；不含联系方式。';
create index inquiries_open_idx on public.inquiries (id) where answer is null;
alter table public.inquiries enable row level security;
create policy inquiries_read on public.inquiries for select to authenticated using ((select private.is_staff()));
grant select on public.inquiries to authenticated;

create table public.published_inquiries (
  inquiry_id bigint primary key references public.inquiries (id),
  kind text not null check (kind in ('question', 'complaint', 'proposal')),
  title text not null,
  body text not null,
  answer text not null,
  asked_on date not null,
  answered_at timestamptz not null
);
comment on table public.published_inquiries is
  '公开的咨询、投诉、建议与答复：答复时写入的快照，标题和内容由省平台核对过，不含个人信息与联系方式。';
alter table public.published_inquiries enable row level security;
create policy published_inquiries_read on public.published_inquiries for select to anon, authenticated using (true);
grant select on public.published_inquiries to anon, authenticated;

insert into private.refusals values
  ('R35_NOT_TO_PUBLISH', 409, '提的人没有同意公开，答复不能公开。', '请只答复、不公开；对方凭受理编号可以看到。');

create function private.submit_inquiry(p_kind text, p_title text, p_body text, p_contact text, p_may_publish boolean,
  p_needs_look boolean) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_title text := private.clean_line(p_title);
  v_body text := private.clean_text(p_body);
  v_contact text := coalesce(private.clean_line(p_contact), '');
  v_prefix text := case p_kind when 'question' then 'ZX' when 'complaint' then 'TS' when 'proposal' then 'JY' end;
  v public.inquiries;
begin
  if v_prefix is null then perform private.refuse('INPUT_INVALID', 'kind', '请选择咨询、投诉或建议。'); end if;
  if private.visible_length(v_title) < 4
    then perform private.refuse('INPUT_INVALID', 'title', '请写一句标题，至少 4 个字。'); end if;
  if private.visible_length(v_body) < 10
    then perform private.refuse('INPUT_INVALID', 'body', '请写明是什么事，至少 10 个字。'); end if;
  if char_length(v_title) > 100 then perform private.refuse('INPUT_INVALID', 'title', '标题最多 100 字。'); end if;
  if char_length(v_body) > 2000 then perform private.refuse('INPUT_INVALID', 'body', '内容最多 2000 字。'); end if;
  if char_length(v_contact) > 100
    then perform private.refuse('INPUT_INVALID', 'contact', '联系方式最多 100 字。'); end if;
  -- 重发同样的内容只记一次（R33），同时到的也一样；同不同意公开，以最后一次说的为准。
  perform pg_advisory_xact_lock(hashtextextended('inquiry:' || v_title || v_body, 0));
  update public.inquiries i set may_publish = coalesce(p_may_publish, false)
    where i.answer is null and (i.kind, i.title, i.body, i.contact) = (p_kind, v_title, v_body, v_contact)
    returning i.* into v;
  if found then return v.receipt; end if;
  insert into public.inquiries (receipt, kind, title, body, contact, may_publish, needs_look)
    values (private.new_receipt(v_prefix), p_kind, v_title, v_body, v_contact, coalesce(p_may_publish, false),
      coalesce(p_needs_look, false)) returning * into v;
  perform private.notify_role('platform', 'told', 'inquiry', v.id,
    case p_kind when 'question' then '咨询：' when 'complaint' then '投诉：' else '建议：' end || left(v_title, 80),
    left(v_body, 200));
  return v.receipt;
end $$;
comment on function private.submit_inquiry(text, text, text, text, boolean, boolean) is
  '收下一件咨询、投诉或建议，返回受理编号；needs_look：来得太多、等人看的。';
create function public.submit_inquiry(kind text, title text, body text, contact text, may_publish boolean,
  needs_look boolean default false) returns text
language sql volatile security invoker set search_path = ''
begin atomic select private.submit_inquiry(kind, title, body, contact, may_publish, needs_look); end;
comment on function public.submit_inquiry(text, text, text, text, boolean, boolean) is
  '仅 service_role（边缘函数 submit-inquiry）可执行；返回受理编号。';
grant execute on function private.submit_inquiry(text, text, text, text, boolean, boolean),
  public.submit_inquiry(text, text, text, text, boolean, boolean) to service_role;

create function private.answer_inquiry(p_request_id uuid, p_id bigint, p_answer text, p_publish boolean) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('inquiry', p_id, p_answer, p_publish)::text);
  v public.inquiries;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  update public.inquiries i set answer = private.read_reason(p_answer, 'answer'), answered_at = private.now()
    where i.id = p_id and i.answer is null returning i.* into v;
  if not found then perform private.refuse('NOT_FOUND'); end if;
  if p_publish then
    if not v.may_publish then perform private.refuse('R35_NOT_TO_PUBLISH'); end if;
    insert into public.published_inquiries (inquiry_id, kind, title, body, answer, asked_on, answered_at)
      values (v.id, v.kind, v.title, v.body, v.answer, (v.at at time zone 'Asia/Shanghai')::date, v.answered_at);
  end if;
  return private.end_request(p_request_id,
    jsonb_build_object('answered', true, 'published', coalesce(p_publish, false)));
end $$;
comment on function private.answer_inquiry(uuid, bigint, text, boolean) is
  '省平台答复一件咨询、投诉或建议，一次；publish：连同答复公开，须提的人同意。';
create function public.answer_inquiry(inquiry_id bigint, answer text, publish boolean, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.answer_inquiry(request_id, inquiry_id, answer, publish); end;
comment on function public.answer_inquiry(bigint, text, boolean, uuid) is '省平台答复咨询、投诉、建议。';
grant execute on function private.answer_inquiry(uuid, bigint, text, boolean),
  public.answer_inquiry(bigint, text, boolean, uuid) to authenticated;

create function private.check_receipt(p_receipt text)
returns table (kind text, about text, received_on date, decision text, answer text, decided_on date, notice text,
  result text, follows text)
language sql stable security definer set search_path = ''
as $$
  with asked as (
    -- 手抄的：空格、连字符、大小写不论，字母 O 当 0，I、L 当 1（编号里没有这三个字母）。
    select substr(x.k, 1, 2) || regexp_replace(translate(substr(x.k, 3), 'OIL', '011'), '(.{5})', '-\1', 'g') as receipt
    from (select private.identity_key(left(p_receipt, 60), 'identifier') as k) x)
  select 'objection', r.voucher_no, (o.submitted_at at time zone 'Asia/Shanghai')::date, o.decision, o.decision_reason,
    (o.decided_at at time zone 'Asia/Shanghai')::date, n.title, i.result, private.objection_follows(o)
  from asked a join public.objections o on o.receipt = a.receipt join public.redemptions r on r.id = o.redemption_id
  join public.notices n on n.id = o.notice_id
  join public.notice_items i on i.notice_id = o.notice_id and i.redemption_id = o.redemption_id
  union all
  select 'correction', c.page, (c.at at time zone 'Asia/Shanghai')::date, null, c.answer,
    (c.answered_at at time zone 'Asia/Shanghai')::date, null, null, null
  from asked a join public.corrections c on c.receipt = a.receipt
  union all
  select i.kind, i.title, (i.at at time zone 'Asia/Shanghai')::date, null, i.answer,
    (i.answered_at at time zone 'Asia/Shanghai')::date, null, null, null
  from asked a join public.inquiries i on i.receipt = a.receipt
$$;
comment on function private.check_receipt(text) is
  '凭受理编号查结果（R28、R47）：针对哪份公示、哪一项、什么结论，何时收到，裁定与理由全文，下文怎样（或找错、咨询、投诉、建议的答复）；不含提出者的任何信息，查无此号为空。';
create function public.check_receipt(receipt text)
returns table (kind text, about text, received_on date, decision text, answer text, decided_on date, notice text,
  result text, follows text)
language sql stable security invoker set search_path = ''
begin atomic
  select c.kind, c.about, c.received_on, c.decision, c.answer, c.decided_on, c.notice, c.result, c.follows
  from private.check_receipt(receipt) c;
end;
comment on function public.check_receipt(text) is '仅 service_role（边缘函数 check-receipt）可执行（R47）。';
grant execute on function private.check_receipt(text), public.check_receipt(text) to service_role;
