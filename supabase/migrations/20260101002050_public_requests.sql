-- 公众的请求：异议、找错、验券（R28、R35）。anon 不写任何表：只经边缘函数，以 service_role 调用这里的函数，并受次数限制。

create table private.public_turns (
  kind text not null,
  who text not null,
  minute timestamptz not null,
  times integer not null default 1,
  primary key (kind, who, minute)
);
create index public_turns_minute_idx on private.public_turns (minute);
comment on table private.public_turns is '公众请求的次数：来源地址只存哈希，两天后删除。';
alter table private.public_turns enable row level security;

create function private.take_public_turn(p_kind text, p_who text, p_per_minute integer, p_per_day integer) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_minute integer;
  v_day integer;
  v_all integer;
begin
  insert into private.public_turns (kind, who, minute) values (p_kind, p_who, date_trunc('minute', statement_timestamp()))
  on conflict (kind, who, minute) do update set times = public_turns.times + 1 returning times into v_minute;
  select sum(t.times) into v_day from private.public_turns t where t.kind = p_kind and t.who = p_who and t.minute > statement_timestamp() - interval '1 day';
  -- 全部来源合计也有限：换地址（或伪造地址）绕不过去。
  select sum(t.times) into v_all from private.public_turns t where t.minute = date_trunc('minute', statement_timestamp()) and t.kind = p_kind;
  delete from private.public_turns where minute < statement_timestamp() - interval '2 days';
  return v_minute <= p_per_minute and v_day <= p_per_day and v_all <= p_per_minute * 60;
end $$;
comment on function private.take_public_turn(text, text, integer, integer) is '公众请求计次：每分钟、每天、全部来源每分钟合计（单个来源的 60 倍）都没有超过才返回 true。按真实时间计。';
create function public.take_public_turn(kind text, who text, per_minute integer, per_day integer) returns boolean
language sql volatile security invoker set search_path = ''
begin atomic select private.take_public_turn(kind, who, per_minute, per_day); end;
comment on function public.take_public_turn(text, text, integer, integer) is '仅 service_role（边缘函数）可执行。';

create function private.verify_voucher(p_voucher_no text, p_code text) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('voucher_no', v.voucher_no, 'amount_fen', v.amount_fen, 'year', v.year, 'state', v.state, 'withdrawn', v.withdrawn,
    'state_label', (select s.label from public.workflow_states s where s.entity = 'voucher' and s.state = v.state), 'institution_name', i.name,
    'issued_on', (v.issued_at at time zone 'Asia/Shanghai')::date, 'expires_at', v.expires_at)
  from public.vouchers v join public.organizations i on i.id = v.institution_id
  where v.verify_code = upper(regexp_replace(p_code, '[^0-9A-Za-z]', '', 'g')) and replace(v.voucher_no, '-', '') = regexp_replace(p_voucher_no, '[^0-9]', '', 'g')
$$;
comment on function private.verify_voucher(text, text) is '验券（R35）：券号与核验码都对才返回金额、状态、年度与管理单位；不含用户单位与个人。错误与不存在同样为空；空格、连字符与大小写不论。';
create function public.verify_voucher(voucher_no text, code text) returns jsonb
language sql stable security invoker set search_path = ''
begin atomic select private.verify_voucher(voucher_no, code); end;
comment on function public.verify_voucher(text, text) is '仅 service_role（边缘函数）可执行（R35）。';

create table public.corrections (
  id bigint generated always as identity primary key,
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

create function private.report_error(p_page text, p_body text, p_contact text) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint;
begin
  -- 重发同样的内容只记一次（R33）。
  select c.id into v_id from public.corrections c where c.answer is null and (c.page, c.body, c.contact) = (trim(p_page), trim(p_body), coalesce(trim(p_contact), '')) limit 1;
  if v_id is not null then return v_id; end if;
  begin
    insert into public.corrections (page, body, contact) values (trim(p_page), trim(p_body), coalesce(trim(p_contact), '')) returning id into v_id;
  exception when check_violation or not_null_violation then perform private.refuse('INPUT_INVALID', '请写明页面与问题（5–2000 字）');
  end;
  perform private.notify_role('platform', 'told', 'correction', v_id, '网站找错：' || left(trim(p_page), 80), left(trim(p_body), 200));
  return v_id;
end $$;
comment on function private.report_error(text, text, text) is '收下一条找错，返回受理编号。';
create function public.report_error(page text, body text, contact text) returns bigint
language sql volatile security invoker set search_path = ''
begin atomic select private.report_error(page, body, contact); end;
comment on function public.report_error(text, text, text) is '仅 service_role（边缘函数）可执行。';
grant execute on function private.take_public_turn(text, text, integer, integer), public.take_public_turn(text, text, integer, integer), private.verify_voucher(text, text), public.verify_voucher(text, text),
  private.report_error(text, text, text), public.report_error(text, text, text) to service_role;

create function private.answer_correction(p_request_id uuid, p_id bigint, p_answer text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('correction', p_id, p_answer)::text);
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  if coalesce(char_length(trim(p_answer)), 0) not between 2 and 2000 then perform private.refuse('REASON_REQUIRED'); end if;
  update public.corrections set answer = trim(p_answer), answered_at = private.now() where id = p_id and answer is null;
  if not found then perform private.refuse('NOT_FOUND'); end if;
  return private.end_request(p_request_id, jsonb_build_object('answered', true));
end $$;
comment on function private.answer_correction(uuid, bigint, text) is '省平台处理一条找错，写明结果；处理过的不再改。';
create function public.answer_correction(correction_id bigint, answer text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.answer_correction(request_id, correction_id, answer); end;
comment on function public.answer_correction(bigint, text, uuid) is '省平台处理找错。';
grant execute on function private.answer_correction(uuid, bigint, text), public.answer_correction(bigint, text, uuid) to authenticated;
