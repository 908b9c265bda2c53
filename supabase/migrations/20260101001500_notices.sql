-- 公示、异议与兑付（R8、R28–R30、R35）。

create table public.notices (
  id bigint generated always as identity primary key,
  round_id bigint not null unique references public.rounds (id),
  title text not null,
  from_on date not null,
  to_on date not null check (to_on >= from_on),
  published_at timestamptz not null default private.now()
);
comment on table public.notices is '公示（R28）：自 from_on 起若干工作日，首日计入，至 to_on 24:00。';

create table public.notice_items (
  notice_id bigint not null references public.notices (id),
  redemption_id bigint not null unique references public.redemptions (id),
  voucher_no text not null,
  applicant_name text not null,
  institution_name text not null,
  amount_fen bigint not null,
  result text not null check (result in ('yes', 'no')),
  primary key (notice_id, voucher_no)
);
create index notice_items_voucher_key_idx on public.notice_items (private.identity_key(voucher_no, 'identifier'));
comment on table public.notice_items is '公示条目快照：只有单位名、券号、金额与结论，没有个人信息（R34、R35）。';

create function private.new_receipt(p_prefix text) returns text
language sql volatile security definer set search_path = ''
as $$
  select p_prefix || '-' || string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(r.bytes, n) & 31), 1)
    || case when n % 5 = 4 and n < 19 then '-' else '' end, '' order by n)
  from (select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as bytes) r, generate_series(0, 19) n
$$;
comment on function private.new_receipt(text) is
  '受理编号：前缀加 20 个字符，每个 5 位，共 100 个随机位，数不出来（R47）；字母表没有容易抄错的 I、L、O、U。';

create table public.objections (
  id bigint generated always as identity primary key,
  receipt text not null unique default private.new_receipt('YY'),
  needs_look boolean not null default false,
  notice_id bigint not null references public.notices (id),
  redemption_id bigint not null references public.redemptions (id),
  real_name text not null check (char_length(real_name) between 2 and 50),
  contact text not null check (char_length(contact) between 5 and 100),
  body text not null check (char_length(body) between 10 and 5000),
  evidence text not null default '' check (char_length(evidence) <= 5000),
  submitted_at timestamptz not null default private.now(),
  decision text check (decision in ('upheld', 'rejected')),
  decision_reason text check (char_length(decision_reason) between 2 and 2000),
  decided_at timestamptz,
  check ((decision is null) = (decided_at is null) and (decision is null) = (decision_reason is null))
);
create index objections_notice_id_idx on public.objections (notice_id);
create index objections_redemption_id_idx on public.objections (redemption_id);
comment on table public.objections is '公示异议（R28）：实名，联系方式只有省平台与两厅可见；由边缘函数写入，省科技厅裁定。';
comment on column public.objections.receipt is '受理编号：持有者凭它查裁定（R47）。';
comment on column public.objections.needs_look is '来得太多时收下的：请人先看一眼是否灌水；与其他异议同样有效。';

create table public.payouts (
  id bigint generated always as identity primary key,
  redemption_id bigint not null unique references public.redemptions (id),
  institution_id bigint not null references public.organizations (id),
  amount_fen bigint not null check (amount_fen > 0),
  fund_year integer not null references public.policy_years (year),
  paid_out_at timestamptz not null default private.now()
);
create index payouts_institution_id_idx on public.payouts (institution_id);
create index payouts_fund_year_idx on public.payouts (fund_year);
comment on table public.payouts is '兑付（R8、R29）：一申请一笔，金额分，记入兑付当年的资金；只增不改。';
create trigger keep_forever before update or delete on public.payouts for each row execute function private.keep_forever();

alter table public.notices enable row level security;
alter table public.notice_items enable row level security;
alter table public.objections enable row level security;
alter table public.payouts enable row level security;
create policy notices_read on public.notices for select to anon, authenticated using (true);
create policy notice_items_read on public.notice_items for select to anon, authenticated using (true);
create policy objections_read on public.objections for select to authenticated using ((select private.is_staff()));
create policy payouts_read on public.payouts for select to authenticated
  using (institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.notices, public.notice_items to anon, authenticated;
grant select on public.objections, public.payouts to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R28_NOTICE_CLOSED', 409, '这项公示目前不接受异议。', '异议须在公示期内提出，并写明公示中的券号。'),
  ('R28_DECIDED', 409, '这项异议已经裁定。', '请刷新页面查看裁定结果。'),
  ('R29_REFUSED_LEFT', 409, '还有评审不通过的申请没有办完。', '请先接着办理“发布公示”，再开始兑付。'),
  ('R28_CALENDAR_MISSING', 409, '放假安排尚未发布，无法计算公示期。', '请先补充当年的放假安排，再发布公示。');

create function private.notice_end(p_from date, p_days integer) returns date
language sql stable security definer set search_path = ''
as $$ select private.add_working_days(p_from - 1, p_days) $$;
comment on function private.notice_end(date, integer) is '公示最后一日：首日计入的第 p_days 个工作日；日历缺失为空（R28）。';

create function private.write_notice(p_row jsonb) returns public.notices
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.notices;
  v_to date := private.notice_end(private.today(), private.parameter(private.this_year(), 'notice_working_days')::integer);
  v_quarter text := (array['一', '二', '三', '四'])[(p_row ->> 'quarter')::integer];
begin
  if v_to is null then perform private.refuse('R28_CALENDAR_MISSING'); end if;
  insert into public.notices (round_id, title, from_on, to_on)
  values ((p_row ->> 'id')::bigint, (p_row ->> 'year') || ' 年第' || v_quarter || '季度科技创新券兑付结果公示', private.today(), v_to)
  returning * into v;
  insert into public.notice_items (notice_id, redemption_id, voucher_no, applicant_name, institution_name, amount_fen, result)
  select v.id, r.id, r.voucher_no, a.name, i.name, r.amount_fen, r.expert_result
  from public.redemptions r join public.organizations a on a.id = r.applicant_id join public.organizations i on i.id = r.institution_id
  where r.round_id = v.round_id and r.state = 'passed';
  return v;
end $$;
comment on function private.write_notice(jsonb) is '写下一个季度的公示快照（R28）；放假安排还没有发布则拒绝。';

create function private.refused_items(p_round bigint) returns setof public.redemptions
language sql stable security definer set search_path = ''
as $$ select r.* from public.redemptions r where r.round_id = p_round and r.state = 'passed' and r.expert_result = 'no' $$;
comment on function private.refused_items(bigint) is '一个季度中评审不通过、还没有终止的申请（R29）。';

create function private.effect_round_publish(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_round bigint := (p_row ->> 'id')::bigint;
  v_notice public.notices;
  v_item public.redemptions;
  v_done integer := 0;
begin
  select n.* into v_notice from public.notices n where n.round_id = v_round;
  if v_notice.id is null then v_notice := private.write_notice(p_row); end if;
  -- 两厅已确认：评审不通过的至此终局（R29）。一次至多 200 项，余下的接着再办。
  for v_item in select r.* from private.refused_items(v_round) r order by r.id limit 200 loop
    perform private.fail_voucher(v_item.voucher_id, '专家评审未通过');
    perform private.system_move('redemption', v_item.id, 'reject', 'rejected', '专家评审未通过');
    v_done := v_done + 1;
  end loop;
  return private.batch(p_row, v_done, (select count(*)::integer from private.refused_items(v_round)),
    jsonb_build_object('notice_id', v_notice.id, 'from_on', v_notice.from_on, 'to_on', v_notice.to_on)) - 'to';
end $$;
comment on function private.effect_round_publish(jsonb, jsonb) is
  '效果：发布公示快照，评审不通过者兑付失败（R28、R29）；不通过的超过 200 项时，公示之后接着再办。';

create function private.guard_refused_left(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$ select case when not exists (select 1 from private.refused_items((p_row ->> 'id')::bigint)) then 'STATE_REFUSED' end $$;
comment on function private.guard_refused_left(jsonb, jsonb) is '条件：公示已发布，还有评审不通过而没有终止的申请（R29）。';
create function private.guard_notice_over(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when exists (select 1 from private.refused_items((p_row ->> 'id')::bigint)) then 'R29_REFUSED_LEFT'
    when exists (select 1 from public.notices n where n.round_id = (p_row ->> 'id')::bigint and private.today() <= n.to_on) then 'R28_NOTICE_RUNNING' end
$$;
comment on function private.guard_notice_over(jsonb, jsonb) is '条件：公示期满，评审不通过的都已终止（R28、R29）。';
create function private.guard_round_done(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$ select case when exists (select 1 from public.redemptions r where r.round_id = (p_row ->> 'id')::bigint and r.state = 'passed') then 'R30_ITEMS_WAITING' end $$;
comment on function private.guard_round_done(jsonb, jsonb) is '条件：本季度没有等待兑付的申请（R30）。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard, effect) values
  ('round', 'open', 'close', 'listed', 'platform', '汇总', false, 'guard_round_close', 'effect_round_close'),
  ('round', 'listed', 'open_review', 'in_review', 'platform', '发起专家评审', false, null, 'effect_round_open_review'),
  ('round', 'listed', 'open_review', 'listed', 'platform', '发起专家评审', false, null, 'effect_round_open_review'),
  ('round', 'in_review', 'report', 'reported', 'platform', '结束评审并上报', false, 'guard_votes_in', 'effect_round_report'),
  ('round', 'in_review', 'report', 'in_review', 'platform', '结束评审并上报', false, 'guard_votes_in', 'effect_round_report'),
  ('round', 'reported', 'confirm', 'department_confirmed', 'department', '审核确认', false, null, null),
  ('round', 'reported', 'send_back', 'in_review', 'department', '退回评审', true, 'guard_send_back', 'effect_round_send_back'),
  ('round', 'department_confirmed', 'confirm', 'finance_confirmed', 'finance', '审核确认', false, null, null),
  ('round', 'department_confirmed', 'send_back', 'in_review', 'finance', '退回评审', true, 'guard_send_back', 'effect_round_send_back'),
  ('round', 'finance_confirmed', 'publish', 'in_notice', 'platform', '发布公示', false, null, 'effect_round_publish'),
  ('round', 'in_notice', 'publish', 'in_notice', 'platform', '发布公示', false, 'guard_refused_left', 'effect_round_publish'),
  ('round', 'in_notice', 'start_payout', 'paying', 'platform', '公示期满，开始兑付', false, 'guard_notice_over', null),
  ('round', 'paying', 'settle', 'settled', 'platform', '办结', false, 'guard_round_done', null);

create function private.submit_objection(
  p_voucher_no text, p_real_name text, p_contact text, p_body text, p_evidence text default '', p_needs_look boolean default false
) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_name text := private.clean_line(p_real_name);
  v_contact text := private.clean_line(p_contact);
  v_body text := private.clean_text(p_body);
  v_evidence text := coalesce(private.clean_text(p_evidence), '');
  v_item public.notice_items;
  v public.objections;
begin
  select i.* into v_item from public.notice_items i join public.notices n on n.id = i.notice_id
    where private.identity_key(i.voucher_no, 'identifier') = private.identity_key(p_voucher_no, 'identifier')
      and private.today() between n.from_on and n.to_on;
  if v_item.redemption_id is null then perform private.refuse('R28_NOTICE_CLOSED'); end if;
  if private.visible_length(v_name) < 2 then perform private.refuse('INPUT_INVALID', 'real_name', '请写真实姓名，至少 2 个字。'); end if;
  if private.visible_length(v_contact) < 5 then perform private.refuse('INPUT_INVALID', 'contact', '请写电话或邮箱，至少 5 个字符。'); end if;
  if private.visible_length(v_body) < 10 then perform private.refuse('INPUT_INVALID', 'body', '请写明异议与理由，至少 10 个字。'); end if;
  -- 重发同样的异议只记一次，编号相同（R33）；同时到的两份排队。
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('|', v_item.redemption_id, v_name, v_contact, v_body), 2));
  select o.* into v from public.objections o where o.notice_id = v_item.notice_id and o.redemption_id = v_item.redemption_id
    and o.decision is null and (o.real_name, o.contact, o.body) = (v_name, v_contact, v_body) limit 1 for update;
  if v.id is not null then
    -- 补来的证据接在后面；已有的不重复。
    if v_evidence <> '' and position(v_evidence in v.evidence) = 0 then
      if char_length(v.evidence) + char_length(v_evidence) >= 5000 then perform private.refuse('TEXT_TOO_LONG', 'evidence', '证据说明连同以前提交的合计最多 5000 字。'); end if;
      update public.objections set evidence = concat_ws(E'\n', nullif(v.evidence, ''), v_evidence) where id = v.id;
      perform private.append_event('objection', v.id, 'add_evidence', null, null, null, '{}', 'public', '公众', null, null);
    end if;
    return v.id;
  end if;
  begin
    insert into public.objections (notice_id, redemption_id, real_name, contact, body, evidence, needs_look)
    values (v_item.notice_id, v_item.redemption_id, v_name, v_contact, v_body, v_evidence, p_needs_look) returning * into v;
  exception when check_violation or not_null_violation then perform private.refuse('INPUT_INVALID', '请写明姓名、联系方式与理由（10–5000 字）');
  end;
  perform private.append_event('objection', v.id, 'submit', null, null, null, '{}', 'public', '公众', null, null);
  return v.id;
end $$;
comment on function private.submit_objection(text, text, text, text, text, boolean) is
  '公众在公示期内提出异议（R28），可附证据说明；同样的异议再来只补证据。needs_look：来得太多、等人看的。只经边缘函数。';
create function private.submit_objection_receipt(
  p_voucher_no text, p_real_name text, p_contact text, p_body text, p_evidence text, p_needs_look boolean
) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint := private.submit_objection(p_voucher_no, p_real_name, p_contact, p_body, p_evidence, p_needs_look);
begin
  return (select o.receipt from public.objections o where o.id = v_id);
end $$;
comment on function private.submit_objection_receipt(text, text, text, text, text, boolean) is '提出异议，返回受理编号（R28、R47）。';
create function public.submit_objection(
  voucher_no text, real_name text, contact text, body text, evidence text, needs_look boolean default false
) returns text
language sql volatile security invoker set search_path = ''
begin atomic select private.submit_objection_receipt(voucher_no, real_name, contact, body, evidence, needs_look); end;
comment on function public.submit_objection(text, text, text, text, text, boolean) is '仅 service_role（边缘函数）可执行；返回受理编号（R28）。';
grant execute on function private.submit_objection_receipt(text, text, text, text, text, boolean),
  public.submit_objection(text, text, text, text, text, boolean) to service_role;

create function private.decide_objection(p_request_id uuid, p_id bigint, p_upheld boolean, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('objection', p_id, p_upheld, p_reason)::text);
  v public.objections;
  v_item public.redemptions;
  v_reason text;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('department') then perform private.refuse('NOT_FOUND'); end if;
  if p_upheld is null then perform private.refuse('FIELD_REQUIRED', 'upheld'); end if;
  v_reason := private.read_reason(p_reason);
  select o.* into v from public.objections o where o.id = p_id for update;
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  if v.decision is not null then perform private.refuse('R28_DECIDED'); end if;
  if exists (select 1 from public.redemptions r where r.id = v.redemption_id and private.guard_not_own(to_jsonb(r), '{}') is not null) then
    perform private.refuse('OWN_ORGANIZATION');
  end if;
  update public.objections set decision = case when p_upheld then 'upheld' else 'rejected' end, decision_reason = v_reason, decided_at = private.now() where id = p_id;
  if p_upheld then
    select r.* into v_item from public.redemptions r where r.id = v.redemption_id for update;
    if v_item.state = 'passed' then
      perform private.fail_voucher(v_item.voucher_id, '公示异议成立');
      perform private.system_move('redemption', v_item.id, 'uphold_objection', 'objected', v_reason);
    end if;
  end if;
  perform private.append_event('objection', p_id, 'decide', null, null, v_reason, jsonb_build_object('upheld', p_upheld), 'department', '省科技厅', null, null);
  return private.end_request(p_request_id, jsonb_build_object('decision', case when p_upheld then 'upheld' else 'rejected' end));
end $$;
comment on function private.decide_objection(uuid, bigint, boolean, text) is '省科技厅裁定异议（R28）：成立则该项退出兑付，公示不重新开始。';

create function private.ready_for_payout() returns setof public.redemptions
language sql stable security definer set search_path = ''
as $$
  select r.* from public.redemptions r join public.rounds q on q.id = r.round_id
  where r.state = 'passed' and r.expert_result = 'yes' and r.papers_archived and q.state = 'paying'
    and not exists (select 1 from public.objections o where o.redemption_id = r.id and o.decision is null)
$$;
comment on function private.ready_for_payout() is '就绪、等待兑付的申请（R8、R26、R28）：公示期满、评审通过、材料归存、没有待裁定的异议。';

create function private.pay_out(p_request_id uuid, p_limit integer) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('pay_out', p_limit)::text);
  v_year integer := private.this_year();
  v_fund bigint := private.parameter(v_year, 'fund_fen');
  v_spent bigint;
  v_ready bigint[];
  v_served bigint[];
  v_count integer;
  v_sum bigint;
  v_left integer;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  perform private.require_year();
  -- 同一年度资金一次只由一人兑付；申请人的支付不经过这里（R8）。
  perform pg_advisory_xact_lock(hashtextextended('fund:' || v_year, 0));
  select coalesce(sum(p.amount_fen), 0) into v_spent from public.payouts p where p.fund_year = v_year;
  select array_agg(x.id) into v_ready from (
    select r.id from public.redemptions r where r.id in (select y.id from private.ready_for_payout() y)
    order by r.paid_at, r.voucher_no limit least(greatest(coalesce(p_limit, 500), 1), 500) for update of r) x;
  -- 不跳过、不部分兑付：累计超过资金的第一项及其后都等待（R8）。
  select array_agg(x.id order by x.paid_at, x.voucher_no), count(*), coalesce(sum(x.amount_fen), 0)
  into v_served, v_count, v_sum from (
    select r.id, r.paid_at, r.voucher_no, r.amount_fen, sum(r.amount_fen) over (order by r.paid_at, r.voucher_no) as running
    from public.redemptions r where r.id = any (v_ready)) x
  where v_fund is null or v_spent + x.running <= v_fund;
  insert into public.payouts (redemption_id, institution_id, amount_fen, fund_year)
  select r.id, r.institution_id, r.amount_fen, v_year from public.redemptions r where r.id = any (v_served)
  order by r.paid_at, r.voucher_no;
  update public.redemptions set state = 'paid_out', state_since = private.now() where id = any (v_served);
  update public.vouchers set state = 'redeemed', state_since = private.now()
    where id in (select r.voucher_id from public.redemptions r where r.id = any (v_served));
  perform private.append_event('redemption', r.id, 'pay_out', 'passed', 'paid_out', null,
      jsonb_build_object('amount_fen', r.amount_fen, 'fund_year', v_year), 'platform', '省平台', r.applicant_id, r.institution_id),
    private.append_event('voucher', r.voucher_id, 'redeem', 'paid', 'redeemed', null,
      jsonb_build_object('amount_fen', r.amount_fen), 'platform', '省平台', r.applicant_id, r.institution_id)
  from (select x.* from public.redemptions x where x.id = any (v_served) order by x.paid_at, x.voucher_no) r;
  -- 还能接着付的：资金不够下一笔时为零，页面据此停下。
  v_left := case when coalesce(cardinality(v_ready), 0) > v_count then 0
    else (select count(*) from private.ready_for_payout()) end;
  return private.end_request(p_request_id, jsonb_build_object('count', v_count, 'amount_fen', v_sum, 'left', v_left,
    'stopped_by_fund', coalesce(cardinality(v_ready), 0) > v_count));
end $$;
comment on function private.pay_out(uuid, integer) is
  '兑付一批，至多 500 笔（R8、R29）：严格按支付时间、券号，跨机构；资金不足即停，不跳过、不部分兑付。返回笔数、金额（分）、还可接着付的笔数 left、是否因资金停下；一批就是一个请求，中断后从下一笔接着付。';

create function public.advance_round(round_id bigint, action text, reason text, request_id uuid, items jsonb default null) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('round', round_id, action, request_id, jsonb_strip_nulls(jsonb_build_object('reason', reason, 'items', items)));
end;
comment on function public.advance_round(bigint, text, text, uuid, jsonb) is
  '推进季度汇总（R25–R30）。action：close、open_review、report、confirm、send_back、publish、start_payout、settle；send_back 须以 items 点名：[{redemption_id, reason}]（R40）。';
create function public.advance_paper_pack(pack_id bigint, action text, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('paper_pack', pack_id, action, request_id, jsonb_build_object('reason', reason)); end;
comment on function public.advance_paper_pack(bigint, text, text, uuid) is '推进纸质材料（R26）。action：print、send、approve、return、forward、archive。';
create function public.decide_objection(objection_id bigint, upheld boolean, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.decide_objection(request_id, objection_id, upheld, reason); end;
comment on function public.decide_objection(bigint, boolean, text, uuid) is '省科技厅裁定异议（R28）。';
create function public.pay_out(request_id uuid, max_items integer default 500) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.pay_out(request_id, max_items); end;
comment on function public.pay_out(uuid, integer) is '省平台兑付一批（R8、R29）；left 不为零时换一个请求编号接着付。';
grant execute on function public.advance_round(bigint, text, text, uuid, jsonb), public.advance_paper_pack(bigint, text, text, uuid),
  private.decide_objection(uuid, bigint, boolean, text), public.decide_objection(bigint, boolean, text, uuid),
  private.pay_out(uuid, integer), public.pay_out(uuid, integer) to authenticated;

-- ── 办结之后不再改变（R30）──────────────────────────────────────────────
create function private.keep_settled_round() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if old.state = 'settled' and not private.erasing() then raise exception 'R30: round % is settled', old.id; end if;
  return coalesce(new, old);
end $$;
comment on function private.keep_settled_round() is '约束触发器：已办结的季度不能改、不能删，数据库所有者也不例外（R30）。';
create trigger keep_settled before update or delete on public.rounds for each row execute function private.keep_settled_round();

create function private.keep_settled() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_row jsonb;
  v_round bigint;
begin
  -- 依保存期限清除个人信息不改变任何结果（R51）。
  if private.erasing() then return coalesce(new, old); end if;
  -- 旧行与新行都看：既不能改办结季度里的一行，也不能把别处的一行移进来。
  foreach v_row in array array[case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end] loop
    v_round := coalesce((v_row ->> 'round_id')::bigint, (select n.round_id from public.notices n where n.id = (v_row ->> 'notice_id')::bigint),
      (select r.round_id from public.redemptions r where r.id = (v_row ->> 'redemption_id')::bigint));
    if exists (select 1 from public.rounds q where q.id = v_round and q.state = 'settled') then
      raise exception 'R30: this row of % belongs to settled round %', tg_table_name, v_round;
    end if;
  end loop;
  return coalesce(new, old);
end $$;
comment on function private.keep_settled() is '约束触发器：季度办结后，其申请、评审、公示、异议、材料与兑付一行不变，数据库所有者也不例外（R30）。';
do $$
declare
  v_table text;
begin
  foreach v_table in array array['redemptions', 'expert_assignments', 'expert_votes', 'review_turns', 'notices', 'notice_items', 'objections', 'paper_packs', 'payouts'] loop
    execute format('create trigger keep_settled before insert or update or delete on public.%I for each row execute function private.keep_settled()', v_table);
  end loop;
end $$;
