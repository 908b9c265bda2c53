-- 公众的请求：异议、找错、验券（R28、R35）。anon 不写任何表：只经边缘函数，以 service_role 调用这里的函数，并受次数限制。

create table private.public_turns (
  kind text not null,
  who text not null,
  net text not null,
  minute timestamptz not null,
  times integer not null default 1,
  primary key (kind, who, minute)
);
create index public_turns_minute_idx on private.public_turns (minute);
create index public_turns_net_idx on private.public_turns (net, kind, minute);
comment on table private.public_turns is
  '公众请求收下的次数（被拒绝的不计）：来源地址 who 与所在网段 net（IPv4 /24、IPv6 /64）只存带密钥的哈希，两天后删除。';
alter table private.public_turns enable row level security;

create function private.take_public_turn(p_kind text, p_who text, p_net text, p_per_minute integer, p_per_day integer)
  returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_minute timestamptz := date_trunc('minute', statement_timestamp());
  v_times integer;
begin
  delete from private.public_turns where minute < statement_timestamp() - interval '2 days';
  -- 一个网段至多是单个地址的 10 倍：换一个同网段的地址没有用。
  if (select coalesce(sum(t.times), 0) from private.public_turns t where t.net = p_net and t.kind = p_kind
      and t.minute = v_minute) >= p_per_minute * 10
    or (select coalesce(sum(t.times), 0) from private.public_turns t where t.net = p_net and t.kind = p_kind
      and t.minute > statement_timestamp() - interval '1 day') >= p_per_day * 10
    or (select coalesce(sum(t.times), 0) from private.public_turns t where t.who = p_who and t.kind = p_kind
      and t.minute > statement_timestamp() - interval '1 day') >= p_per_day then
    return 'refused';
  end if;
  -- 被拒绝的不写一行、不加一次：攻击者的重试占不了别人的份额。
  insert into private.public_turns as t (kind, who, net, minute) values (p_kind, p_who, p_net, v_minute)
  on conflict (kind, who, minute) do update set times = t.times + 1 where t.times < p_per_minute
  returning t.times into v_times;
  if v_times is null then return 'refused'; end if;
  -- 合计只提醒，不关门：超过单个地址 60 倍的，照收，等人看（或慢一点答）。
  if (select sum(t.times) from private.public_turns t where t.minute = v_minute and t.kind = p_kind) > p_per_minute * 60
    then
    return 'busy';
  end if;
  return 'taken';
end $$;
comment on function private.take_public_turn(text, text, text, integer, integer) is
  '公众请求计次：who 每分钟、每天，net 为其 10 倍，超过的 refused；全部来源合计超过 60 倍的仍收，返回 busy；其余 taken。按真实时间计。';
create function public.take_public_turn(kind text, who text, net text, per_minute integer, per_day integer) returns text
language sql volatile security invoker set search_path = ''
begin atomic select private.take_public_turn(kind, who, net, per_minute, per_day); end;
comment on function public.take_public_turn(text, text, text, integer, integer) is '仅 service_role（边缘函数）可执行。';

create function private.verify_voucher(p_voucher_no text, p_code text)
returns table (voucher_no text, amount_fen bigint, year integer, state text, state_label text, withdrawn boolean,
  rectified boolean, recovery text, institution_name text, issued_on date, expires_at timestamptz)
language sql stable security definer set search_path = ''
as $$
  select v.voucher_no, v.amount_fen, v.year, v.state,
    (select s.label from public.workflow_states s where s.entity = 'voucher' and s.state = v.state), v.withdrawn,
    v.rectified, v.recovery, i.name, (v.issued_at at time zone 'Asia/Shanghai')::date, v.expires_at
  from public.vouchers v join public.organizations i on i.id = v.institution_id
  where v.verify_code = private.identity_key(p_code, 'identifier')
    and private.identity_key(v.voucher_no, 'identifier') = private.identity_key(p_voucher_no, 'identifier')
$$;
comment on function private.verify_voucher(text, text)
  is '验券（R35）：券号与核验码都对才返回金额、状态、追回的标记（R44，不含原因与金额）、年度与管理单位；不含用户单位与个人。错误与不存在同样为空；空格、连字符与大小写不论。';
create function public.verify_voucher(no text, code text)
returns table (voucher_no text, amount_fen bigint, year integer, state text, state_label text, withdrawn boolean,
  rectified boolean, recovery text, institution_name text, issued_on date, expires_at timestamptz)
language sql stable security invoker set search_path = ''
begin atomic
  select v.voucher_no, v.amount_fen, v.year, v.state, v.state_label, v.withdrawn, v.rectified, v.recovery,
    v.institution_name, v.issued_on, v.expires_at from private.verify_voucher(no, code) v;
end;
comment on function public.verify_voucher(text, text) is '仅 service_role（边缘函数）可执行（R35）。';

create table public.corrections (
  id bigint generated always as identity primary key,
  receipt text not null unique default private.new_receipt('ZC'),
  needs_look boolean not null default false,
  page text not null check (char_length(page) between 1 and 300),
  body text not null check (char_length(body) between 5 and 2000),
  contact text not null default '' check (char_length(contact) <= 100),
  at timestamptz not null default private.now(),
  answer text check (char_length(answer) between 2 and 2000),
  answered_at timestamptz,
  check ((answer is null) = (answered_at is null))
);
comment on table public.corrections is '网站找错：哪一页、哪里不对；联系方式只有工作人员可见。';
alter table public.corrections enable row level security;
create policy corrections_read on public.corrections for select to authenticated using ((select private.is_staff()));
grant select on public.corrections to authenticated;

create function private.report_error(p_page text, p_body text, p_contact text, p_needs_look boolean default false)
  returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_page text := private.clean_line(p_page);
  v_body text := private.clean_text(p_body);
  v_contact text := coalesce(private.clean_line(p_contact), '');
  v_id bigint;
begin
  if private.visible_length(v_body) < 5 or char_length(v_body) > 2000
    then perform private.refuse('INPUT_INVALID', 'body', '请写明哪里不对，5 至 2000 个字。'); end if;
  if coalesce(char_length(v_page) not between 1 and 300, true)
    then perform private.refuse('INPUT_INVALID', 'page', '请写明是哪一页，至多 300 个字符。'); end if;
  if char_length(v_contact) > 100
    then perform private.refuse('INPUT_INVALID', 'contact', '联系方式至多 100 个字符，也可以不填。'); end if;
  -- 重发同样的内容只记一次（R33），同时到的也一样。
  perform pg_advisory_xact_lock(hashtextextended('correction:' || v_page || v_body, 0));
  select c.id into v_id from public.corrections c
    where c.answer is null and (c.page, c.body, c.contact) = (v_page, v_body, v_contact) limit 1;
  if v_id is not null then return v_id; end if;
  begin
    insert into public.corrections (page, body, contact, needs_look) values (v_page, v_body, v_contact, p_needs_look)
      returning id into v_id;
  exception when check_violation
    or not_null_violation then perform private.refuse('INPUT_INVALID', '请写明页面与问题（5–2000 字）');
  end;
  perform private.notify_role('platform', 'told', 'correction', v_id, '网站找错：' || left(v_page, 80), left(v_body, 200));
  return v_id;
end $$;
comment on function private.report_error(text, text, text, boolean) is '收下一条找错，返回编号；needs_look：来得太多、等人看的。';
create function private.report_error_receipt(p_page text, p_body text, p_contact text, p_needs_look boolean)
  returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint := private.report_error(p_page, p_body, p_contact, p_needs_look);
begin
  return (select c.receipt from public.corrections c where c.id = v_id);
end $$;
comment on function private.report_error_receipt(text, text, text, boolean) is '收下一条找错，返回受理编号。';
create function public.report_error(page text, body text, contact text, needs_look boolean default false) returns text
language sql volatile security invoker set search_path = ''
begin atomic select private.report_error_receipt(page, body, contact, needs_look); end;
comment on function public.report_error(text, text, text, boolean) is '仅 service_role（边缘函数）可执行；返回受理编号。';

create function private.objection_follows(p_objection public.objections) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when p_objection.decision is null then '由省科技厅裁定'
      || coalesce('，平台服务时限至 ' || private.due_on('objection', 'open', p_objection.submitted_at), '')
      || '；裁定之前这一项不予兑付。'
    when p_objection.decision = 'rejected' then '公示的结论不变。'
    when i.result = 'yes' and r.state = 'objected' then '这一项已退出兑付，不予拨付。'
    when i.result = 'yes' then '款项在裁定之前已经拨付；是否追回由省科技厅另行决定。'
    when again.id is null then '这一项由另一组专家重新评审，复评结果另行公示。'
    when private.today() <= again.to_on then '复评' || again.words || '，公示至 ' || again.to_on || '。'
    else '复评' || again.words || '，公示已满。' end
  from public.redemptions r
  join public.notice_items i on i.notice_id = p_objection.notice_id and i.redemption_id = p_objection.redemption_id
  -- 复评的结论在它自己的公示里才公开（R28、R47）。
  left join lateral (select n.id, n.to_on, case x.result when 'yes' then '通过' else '未通过' end as words
    from public.notices n join public.notice_items x on x.notice_id = n.id and x.redemption_id = n.redemption_id
    where n.redemption_id = r.id and n.id > p_objection.notice_id order by n.id desc limit 1) again on true
  where r.id = p_objection.redemption_id
$$;
comment on function private.objection_follows(public.objections) is
  '一件异议的下文（R28、R47）：等谁裁定、至何日；不成立的结论不变；成立的退出兑付或复评，复评的结论与公示期。只说公开的。';

grant execute on function private.take_public_turn(text, text, text, integer, integer),
  public.take_public_turn(text, text, text, integer, integer), private.verify_voucher(text, text),
    public.verify_voucher(text, text),
  private.report_error_receipt(text, text, text, boolean), public.report_error(text, text, text, boolean)
    to service_role;

create function private.answer_correction(p_request_id uuid, p_id bigint, p_answer text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('correction', p_id, p_answer)::text);
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  update public.corrections set answer = private.read_reason(p_answer, 'answer'), answered_at = private.now()
    where id = p_id and answer is null;
  if not found then perform private.refuse('NOT_FOUND'); end if;
  return private.end_request(p_request_id, jsonb_build_object('answered', true));
end $$;
comment on function private.answer_correction(uuid, bigint, text) is '省平台处理一条找错，写明结果；处理过的不再改。';
create function public.answer_correction(correction_id bigint, answer text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.answer_correction(request_id, correction_id, answer); end;
comment on function public.answer_correction(bigint, text, uuid) is '省平台处理找错。';
grant execute on function private.answer_correction(uuid, bigint, text),
  public.answer_correction(bigint, text, uuid) to authenticated;
