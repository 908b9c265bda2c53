-- 公示与异议、办结（R28–R30、R35）；兑付在 1510。

create table public.notices (
  id bigint generated always as identity primary key,
  round_id bigint not null references public.rounds (id),
  redemption_id bigint references public.redemptions (id),
  title text not null,
  from_on date not null,
  to_on date not null check (to_on >= from_on),
  published_at timestamptz not null default private.now(),
  unique nulls not distinct (round_id, redemption_id)
);
create index notices_redemption_id_idx on public.notices (redemption_id);
comment on table public.notices is '公示（R28）：自 from_on 起若干工作日，首日计入，至 to_on 24:00。一季一份；复评的一项另有自己的一份（redemption_id，R47）。';

create table public.notice_items (
  notice_id bigint not null references public.notices (id),
  redemption_id bigint not null references public.redemptions (id),
  voucher_no text not null,
  applicant_name text not null,
  institution_name text not null,
  amount_fen bigint not null,
  result text not null check (result in ('yes', 'no')),
  primary key (notice_id, voucher_no)
);
create index notice_items_voucher_key_idx on public.notice_items (private.identity_key(voucher_no, 'identifier'));
create index notice_items_redemption_id_idx on public.notice_items (redemption_id);
comment on table public.notice_items is '公示条目快照：只有单位名、券号、金额与结论，没有个人信息（R34、R35）。';

create function private.new_receipt(p_prefix text) returns text
language sql volatile security definer set search_path = ''
as $$
  select p_prefix || '-' || string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(r.bytes, n) & 31), 1)
    || case when n % 5 = 4 and n < 19 then '-' else '' end, '' order by n)
  from (select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as bytes) r,
    generate_series(0, 19) n
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

alter table public.notices enable row level security;
alter table public.notice_items enable row level security;
alter table public.objections enable row level security;
create policy notices_read on public.notices for select to anon, authenticated using (true);
create policy notice_items_read on public.notice_items for select to anon, authenticated using (true);
create policy objections_read on public.objections for select to authenticated using ((select private.is_staff()));
grant select on public.notices, public.notice_items to anon, authenticated;
grant select on public.objections to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R28_NOTICE_CLOSED', 409, '这项公示目前不接受异议。', '异议须在公示期内提出，并写明公示中的券号。'),
  ('R28_DECIDED', 409, '这项异议已经裁定。', '请刷新页面查看裁定结果。'),
  ('R47_FINAL', 409, '复评不通过的结果不再接受异议。', '一项只复评一次；双方可按合同结清已抵扣的金额。'),
  ('R28_CALENDAR_MISSING', 409, '放假安排尚未公布，无法计算公示期。', '请先补充当年的放假安排，再发布公示。');

create function private.notice_end(p_from date, p_days integer) returns date
language sql stable security definer set search_path = ''
as $$ select private.add_working_days(p_from - 1, p_days) $$;
comment on function private.notice_end(date, integer) is '公示最后一日：首日计入的第 p_days 个工作日；日历缺失为空（R28）。';

create function private.refusal_reasons(p_redemption_id bigint) returns setof text
language sql stable security definer set search_path = ''
as $$
  select v.reason from (
    select distinct on (x.expert_id) x.expert_id, x.verdict, x.reason
    from (select t.turn, t.panel, t.result from public.review_turns t where t.redemption_id = p_redemption_id
      and t.closed_at is not null
      order by t.turn desc limit 1) t
    join public.expert_assignments a on a.redemption_id = p_redemption_id and a.panel = t.panel and a.active
    join public.expert_votes x on x.redemption_id = p_redemption_id and x.expert_id = a.expert_id and x.turn = t.turn
    where t.result = 'no' order by x.expert_id, x.id desc) v
  where v.verdict = 'no' order by v.reason
$$;
comment on function private.refusal_reasons(bigint) is '最近一次结论为不通过的，不同意的专家写的理由，不含谁写的（R28、R34）。';
create function private.refusal_words(p_redemption_id bigint) returns text
language sql stable security definer set search_path = ''
as $$
  select left(concat_ws('：', '专家评审未通过', (select string_agg(x, '；') from private.refusal_reasons(p_redemption_id) x)),
    2000)
$$;
comment on function private.refusal_words(bigint) is '告诉双方的话：专家评审未通过，连同理由（R28）。';
create function private.my_refusal_reasons(p_redemption_id bigint) returns setof text
language sql stable security definer set search_path = ''
as $$
  select x from private.refusal_reasons(p_redemption_id) x
  where exists (select 1 from public.redemptions r where r.id = p_redemption_id
      and (r.applicant_id = any (private.my_orgs()) or r.institution_id = any (private.my_orgs())
        or private.is_staff()))
    and exists (select 1 from public.notice_items i where i.redemption_id = p_redemption_id and i.result = 'no')
$$;
comment on function private.my_refusal_reasons(bigint) is '公示不通过之后，双方与工作人员看到的专家理由（R28）；公示之前与无关的人得到空。';
create function public.refusal_reasons(redemption_id bigint) returns setof text
language sql stable security invoker set search_path = ''
begin atomic select x from private.my_refusal_reasons(redemption_id) x; end;
comment on function public.refusal_reasons(bigint) is '评审不通过的理由（R28）：双方与工作人员，公示之后。';
grant execute on function private.my_refusal_reasons(bigint), public.refusal_reasons(bigint) to authenticated;

create function private.write_notice(p_round public.rounds, p_redemption_id bigint default null) returns public.notices
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.notices;
  v_to date := private.notice_end(private.today(),
    private.parameter(private.this_year(), 'notice_working_days')::integer);
  v_quarter text := (array['一', '二', '三', '四'])[p_round.quarter];
begin
  perform private.require_year();
  if v_to is null then perform private.refuse('R28_CALENDAR_MISSING'); end if;
  insert into public.notices (round_id, redemption_id, title, from_on, to_on)
  values (p_round.id, p_redemption_id, p_round.year || ' 年第' || v_quarter || '季度科技创新券'
    || case when p_redemption_id is null then '兑付结果公示' else '复评结果公示' end, private.today(), v_to)
  returning * into v;
  insert into public.notice_items (notice_id, redemption_id, voucher_no, applicant_name, institution_name, amount_fen,
    result)
  select v.id, r.id, r.voucher_no, a.name, i.name, r.amount_fen, r.expert_result
  from public.redemptions r join public.organizations a on a.id = r.applicant_id
    join public.organizations i on i.id = r.institution_id
  where r.round_id = v.round_id and case when p_redemption_id is null then r.state = 'passed'
    else r.id = p_redemption_id end;
  -- 不通过的告诉双方，连同专家的理由；公示期内可以提出异议（R47）。
  insert into public.notifications (organization_id, kind, entity, entity_id, title, body)
  select x.organization_id, 'told', 'redemption', n.redemption_id, '专家评审未通过，公示中：' || n.voucher_no,
    concat_ws(E'\n', private.refusal_words(n.redemption_id),
      '公示至 ' || v.to_on || case when p_redemption_id is null then '；有异议的可在公示期内实名提出。' else '；复评结果不再接受异议。' end)
  from public.notice_items n join public.redemptions r on r.id = n.redemption_id
  cross join lateral (values (r.applicant_id), (r.institution_id)) x (organization_id)
  where n.notice_id = v.id and n.result = 'no';
  return v;
end $$;
comment on function private.write_notice(public.rounds, bigint) is
  '写下一个季度（或复评的一项）的公示快照，把不通过的理由告诉双方（R28、R47）；放假安排还没有发布则拒绝。';

create function private.effect_round_publish(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_round public.rounds;
  v_notice public.notices;
begin
  select q.* into v_round from public.rounds q where q.id = (p_row ->> 'id')::bigint;
  v_notice := private.write_notice(v_round);
  return jsonb_build_object('details',
    jsonb_build_object('notice_id', v_notice.id, 'from_on', v_notice.from_on, 'to_on', v_notice.to_on));
end $$;
comment on function private.effect_round_publish(jsonb, jsonb) is '效果：发布公示快照；不通过的到公示期满、没有待裁定的异议才终局（R28、R47）。';

-- ── 公示期满（R29、R47）─────────────────────────────────────────────────
create function private.over_items() returns setof public.redemptions
language sql stable security definer set search_path = ''
as $$
  select r.* from public.redemptions r
  where ((r.state = 'passed' and r.expert_result = 'no') or r.state = 're_notice')
    and private.today() > (select max(n.to_on) from public.notice_items i join public.notices n on n.id = i.notice_id
      where i.redemption_id = r.id)
    and not exists (select 1 from public.objections o where o.redemption_id = r.id and o.decision is null)
$$;
comment on function private.over_items() is '公示期满、没有待裁定的异议、还没有终局的：评审不通过的，与复评公示中的（R47）。';

create function private.finish_notices(p_limit integer default 100) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.redemptions;
  v_count integer := 0;
begin
  for v in select x.* from public.redemptions x where x.id in (select y.id from private.over_items() y)
    order by x.id limit p_limit for update skip locked loop
    if v.expert_result = 'yes' then
      perform private.system_move('redemption', v.id, 'end_notice', 'passed', null);
    else
      perform private.fail_voucher(v.voucher_id, '专家评审未通过');
      perform private.system_move('redemption', v.id, 'reject', 'rejected', private.refusal_words(v.id));
    end if;
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
comment on function private.finish_notices(integer) is
  '每日任务（R29、R47）：公示期满而没有待裁定异议的，不通过的终局为兑付失败，复评通过的进入兑付；一次至多 p_limit 项，返回办了几项，可重复执行。';

create function private.effect_round_start_payout(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done integer := private.finish_notices();
begin
  return private.batch(p_row, v_done, (select count(*)::integer from private.over_items() x
    where x.round_id = (p_row ->> 'id')::bigint), '{}');
end $$;
comment on function private.effect_round_start_payout(jsonb, jsonb) is
  '效果：公示期满，不通过的终局（R29、R47），一次至多 100 项；还有余下的，季度留在公示中，接着再办。';

create function private.guard_notice_over(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case when exists (select 1 from public.notices n where n.round_id = (p_row ->> 'id')::bigint
    and n.redemption_id is null
    and private.today() <= n.to_on) then 'R28_NOTICE_RUNNING' end
$$;
comment on function private.guard_notice_over(jsonb, jsonb) is '条件：公示期满（R28）。';
create function private.guard_round_done(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when exists (select 1 from public.notices n where n.round_id = (p_row ->> 'id')::bigint
      and private.today() <= n.to_on)
      then 'R28_NOTICE_RUNNING'
    when exists (select 1 from public.redemptions r where r.round_id = (p_row ->> 'id')::bigint
        and r.state not in ('paid_out', 'rejected', 'objected')
        and not (r.state = 'passed' and r.expert_result = 'yes' and r.papers_round_id <> r.round_id))
      or exists (select 1 from public.objections o join public.redemptions r on r.id = o.redemption_id
        where r.round_id = (p_row ->> 'id')::bigint and o.decision is null) then 'R30_ITEMS_WAITING' end
$$;
comment on function private.guard_round_done(jsonb, jsonb) is
  '条件：公示都已期满，没有待裁定的异议，每一项已兑付、已终止，或材料已移至以后季度（R30、R48）。';

create function private.round_sums(p_round_id bigint)
returns table (passed integer, passed_fen bigint, refused integer, refused_fen bigint, undecided integer,
  undecided_fen bigint)
language sql stable security definer set search_path = ''
as $$
  select count(*) filter (where x.result = 'yes')::integer,
    coalesce(sum(x.amount_fen) filter (where x.result = 'yes'), 0)::bigint,
    count(*) filter (where x.result = 'no')::integer,
      coalesce(sum(x.amount_fen) filter (where x.result = 'no'), 0)::bigint,
    count(*) filter (where x.result is null)::integer,
      coalesce(sum(x.amount_fen) filter (where x.result is null), 0)::bigint
  from (select r.amount_fen, case when r.state = 'objected' then 'no' else r.expert_result end as result
    from public.redemptions r where r.round_id = p_round_id and private.is_staff()) x
$$;
comment on function private.round_sums(bigint) is
  '一个季度的项数与金额（分），通过、不通过（含异议成立）、未定分开（R28）；只给工作人员，别人得到零。';
create function public.round_sums(round_id bigint)
returns table (passed integer, passed_fen bigint, refused integer, refused_fen bigint, undecided integer,
  undecided_fen bigint)
language sql stable security invoker set search_path = ''
begin atomic
  select s.passed, s.passed_fen, s.refused, s.refused_fen, s.undecided, s.undecided_fen
    from private.round_sums(round_id) s;
end;
comment on function public.round_sums(bigint) is '一个季度通过、不通过、未定各多少（R28）。';
grant execute on function private.round_sums(bigint), public.round_sums(bigint) to authenticated;

create function private.guard_round_not_own(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case when exists (select 1 from public.redemptions r where r.round_id = (p_row ->> 'id')::bigint
    and array[r.applicant_id, r.institution_id] && private.orgs_of((select auth.uid()))) then 'OWN_ORGANIZATION' end
$$;
comment on function private.guard_round_not_own(jsonb, jsonb) is '条件：季度里没有与本人有关的单位（R39）。';

create function private.effect_round_confirm(p_row jsonb, p_payload jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$ select jsonb_build_object('details', to_jsonb(s)) from private.round_sums((p_row ->> 'id')::bigint) s $$;
comment on function private.effect_round_confirm(jsonb, jsonb) is '效果：把所确认的通过、不通过、未定各多少记入事件（R28）。';

create function private.effect_round_settle(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.system_move('paper_pack', k.id, 'close', 'closed', null)
    from public.paper_packs k join public.workflow_states s on s.entity = 'paper_pack' and s.state = k.state
    where k.round_id = (p_row ->> 'id')::bigint and s.holder is not null;
  return '{}';
end $$;
comment on function private.effect_round_settle(jsonb, jsonb) is '效果：没有归存的材料已没有一项等着它，随办结结束（R30、R48）。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('round', 'open', 'close', 'listed', 'platform', '汇总', false, 'guard_round_close', 'effect_round_close'),
  ('round', 'listed', 'open_review', 'in_review', 'platform', '发起专家评审', false, null, 'effect_round_open_review'),
  ('round', 'listed', 'open_review', 'listed', 'platform', '发起专家评审', false, null, 'effect_round_open_review'),
  ('round', 'in_review', 'report', 'reported', 'platform', '结束评审并上报', false, 'guard_votes_in', 'effect_round_report'),
  ('round', 'in_review', 'report', 'in_review', 'platform', '结束评审并上报', false, 'guard_votes_in', 'effect_round_report'),
  ('round', 'reported', 'confirm', 'department_confirmed', 'department', '审核确认', false, 'guard_round_not_own',
    'effect_round_confirm'),
  ('round', 'reported', 'send_back', 'in_review', 'department', '退回评审', true, 'guard_send_back',
    'effect_round_send_back'),
  ('round', 'department_confirmed', 'confirm', 'finance_confirmed', 'finance', '审核确认', false, 'guard_round_not_own',
    'effect_round_confirm'),
  ('round', 'department_confirmed', 'send_back', 'in_review', 'finance', '退回评审', true, 'guard_send_back',
    'effect_round_send_back'),
  ('round', 'finance_confirmed', 'publish', 'in_notice', 'platform', '发布公示', false, null, 'effect_round_publish'),
  ('round', 'in_notice', 'start_payout', 'paying', 'platform', '公示期满，开始兑付', false, 'guard_notice_over',
    'effect_round_start_payout'),
  ('round', 'in_notice', 'start_payout', 'in_notice', 'platform', '公示期满，开始兑付', false, 'guard_notice_over',
    'effect_round_start_payout'),
  ('round', 'paying', 'settle', 'settled', 'platform', '办结', false, 'guard_round_done', 'effect_round_settle');

create function private.submit_objection(
  p_voucher_no text, p_real_name text, p_contact text, p_body text, p_evidence text default '',
    p_needs_look boolean default false
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
      and private.today() between n.from_on and n.to_on
    order by n.id desc limit 1;
  if v_item.redemption_id is null then perform private.refuse('R28_NOTICE_CLOSED', 'voucher_no'); end if;
  if v_item.result = 'no' and exists (select 1 from public.notices n where n.id = v_item.notice_id
    and n.redemption_id is not null) then
    perform private.refuse('R47_FINAL', 'voucher_no');
  end if;
  if private.visible_length(v_name) < 2 or char_length(v_name) > 50
    then perform private.refuse('INPUT_INVALID', 'real_name', '请写真实姓名，2 至 50 个字。'); end if;
  if private.visible_length(v_contact) < 5 or char_length(v_contact) > 100
    then perform private.refuse('INPUT_INVALID', 'contact', '请写电话或邮箱，5 至 100 个字符。'); end if;
  if private.visible_length(v_body) < 10 or char_length(v_body) > 5000
    then perform private.refuse('INPUT_INVALID', 'body', '请写明异议与理由，10 至 5000 个字。'); end if;
  if char_length(v_evidence) > 5000
    then perform private.refuse('TEXT_TOO_LONG', 'evidence', '证据说明最多 5000 字，请缩短后重新提交。'); end if;
  -- 重发同样的异议只记一次，编号相同（R33）；同时到的两份排队。
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('|', v_item.redemption_id, v_name, v_contact, v_body), 2));
  select o.* into v from public.objections o where o.notice_id = v_item.notice_id
    and o.redemption_id = v_item.redemption_id
    and o.decision is null and (o.real_name, o.contact, o.body) = (v_name, v_contact, v_body) limit 1 for update;
  if v.id is not null then
    -- 补来的证据接在后面；已有的不重复。
    if v_evidence <> '' and position(v_evidence in v.evidence) = 0 then
      if char_length(v.evidence) + char_length(v_evidence) >= 5000
        then perform private.refuse('TEXT_TOO_LONG', 'evidence', '证据说明连同以前提交的合计最多 5000 字。'); end if;
      update public.objections set evidence = concat_ws(E'\n', nullif(v.evidence, ''), v_evidence) where id = v.id;
      perform private.append_event('objection', v.id, 'add_evidence', null, null, null, '{}', 'public', '公众', null,
        null);
    end if;
    return v.id;
  end if;
  begin
    insert into public.objections (notice_id, redemption_id, real_name, contact, body, evidence, needs_look)
    values (v_item.notice_id, v_item.redemption_id, v_name, v_contact, v_body, v_evidence, p_needs_look)
      returning * into v;
  exception when check_violation
    or not_null_violation then perform private.refuse('INPUT_INVALID', '请写明姓名、联系方式与理由（10–5000 字）');
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
comment on function public.submit_objection(text, text, text, text, text, boolean)
  is '仅 service_role（边缘函数）可执行；返回受理编号（R28）。';
grant execute on function private.submit_objection_receipt(text, text, text, text, text, boolean),
  public.submit_objection(text, text, text, text, text, boolean) to service_role;

create function private.answer_others(p_objection public.objections, p_reason text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint;
begin
  for v_id in update public.objections
    set decision = 'upheld', decision_reason = left('针对同一结果的另一异议已成立：' || p_reason, 2000), decided_at = private.now()
    where notice_id = p_objection.notice_id and redemption_id = p_objection.redemption_id
      and decision is null returning id loop
    perform private.append_event('objection', v_id, 'decide', null, null, p_reason,
      jsonb_build_object('upheld', true, 'with', p_objection.id),
      'department', '省科技厅', null, null);
  end loop;
end $$;
comment on function private.answer_others(public.objections, text) is '一件成立的异议答复针对同一结果的其他全部异议（R47）。';

create function private.start_re_review(p_item public.redemptions, p_reason text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if p_item.state <> 'passed' or p_item.panel <> 1 or p_item.expert_result <> 'no'
    then perform private.refuse('R28_DECIDED'); end if;
  update public.redemptions set panel = 2, review_turn = review_turn + 1 where id = p_item.id;
  perform private.system_move('redemption', p_item.id, 're_review', 're_review', p_reason);
  perform private.tell_short(x) from private.open_reviews(array[p_item.id], p_item.experts_needed, null) x;
end $$;
comment on function private.start_re_review(public.redemptions, text) is
  '针对不通过的异议成立：这一项由另一组专家复评一次，季度不动（R47）；专家不够时告诉省平台。';

create function private.decide_objection(p_request_id uuid, p_id bigint, p_upheld boolean, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('objection', p_id, p_upheld, p_reason)::text);
  v public.objections;
  v_item public.redemptions;
  v_reason text;
  v_answered boolean;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('department') then perform private.refuse('NOT_FOUND'); end if;
  if p_upheld is null then perform private.refuse('FIELD_REQUIRED', 'upheld'); end if;
  v_reason := private.read_reason(p_reason);
  select o.* into v from public.objections o where o.id = p_id;
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  if v.decision is not null then perform private.refuse('R28_DECIDED'); end if;
  if exists (select 1 from public.redemptions r
    where r.id = v.redemption_id and private.guard_not_own(to_jsonb(r), '{}') is not null) then
    perform private.refuse('OWN_ORGANIZATION');
  end if;
  -- 先锁申请，再裁定：两件异议同时裁定时一件一件来。
  select r.* into v_item from public.redemptions r where r.id = v.redemption_id for update;
  select o.decision is not null into v_answered from public.objections o where o.id = p_id;
  if v_answered then perform private.refuse('R28_DECIDED'); end if;
  -- 资金已在途的，等银行的结果：到账之后再成立的走追回，退票之后不再拨付（R43）。
  if p_upheld and exists (select 1 from public.payments p where p.redemption_id = v_item.id and p.state = 'in_transit')
    then perform private.refuse('R43_IN_TRANSIT'); end if;
  update public.objections set decision = case when p_upheld then 'upheld' else 'rejected' end,
    decision_reason = v_reason,
    decided_at = private.now() where id = p_id;
  perform private.append_event('objection', p_id, 'decide', null, null, v_reason,
    jsonb_build_object('upheld', p_upheld), 'department', '省科技厅', null, null);
  if p_upheld then
    perform private.answer_others(v, v_reason);
    if (select i.result from public.notice_items i where i.notice_id = v.notice_id
      and i.redemption_id = v.redemption_id) = 'no' then
      perform private.start_re_review(v_item, v_reason);
    elsif v_item.state in ('passed', 're_notice') then
      perform private.fail_voucher(v_item.voucher_id, '公示异议成立');
      perform private.system_move('redemption', v_item.id, 'uphold_objection', 'objected', v_reason);
    end if;
  end if;
  perform private.finish_notices();
  return private.end_request(p_request_id,
    jsonb_build_object('decision', case when p_upheld then 'upheld' else 'rejected' end));
end $$;
comment on function private.decide_objection(uuid, bigint, boolean, text) is
  '省科技厅裁定异议（R28、R47）：针对通过而成立的，该项退出兑付；针对不通过而成立的，该项复评一次；同一结果的其他异议一并答复。';

create function public.advance_round(round_id bigint, action text, reason text, request_id uuid,
  items jsonb default null) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('round', round_id, action, request_id,
    jsonb_strip_nulls(jsonb_build_object('reason', reason, 'items', items)));
end;
comment on function public.advance_round(bigint, text, text, uuid, jsonb) is
  '推进季度汇总（R25–R30）。action：close、open_review、report、confirm、send_back、publish、start_payout、settle；send_back 须以 items 点名：[{redemption_id, reason}]（R40）。';
create function public.advance_paper_pack(pack_id bigint, action text, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('paper_pack', pack_id, action, request_id, jsonb_build_object('reason', reason)); end;
comment on function public.advance_paper_pack(bigint, text, text, uuid)
  is '推进纸质材料（R26）。action：print、send、approve、return、forward、archive。';
create function public.decide_objection(objection_id bigint, upheld boolean, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.decide_objection(request_id, objection_id, upheld, reason); end;
comment on function public.decide_objection(bigint, boolean, text, uuid) is '省科技厅裁定异议（R28）。';
grant execute on function public.advance_round(bigint, text, text, uuid, jsonb),
  public.advance_paper_pack(bigint, text, text, uuid),
  private.decide_objection(uuid, bigint, boolean, text), public.decide_objection(bigint, boolean, text, uuid)
  to authenticated;

-- ── 办结之后不再改变（R30）──────────────────────────────────────────────
create function private.keep_settled_round() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if old.state = 'settled' and not private.erasing() then raise exception 'R30: round % is settled', old.id; end if;
  return coalesce(new, old);
end $$;
comment on function private.keep_settled_round() is '约束触发器：已办结的季度不能改、不能删，数据库所有者也不例外（R30）。';
create trigger keep_settled before update or delete on public.rounds
  for each row execute function private.keep_settled_round();

create function private.keep_settled() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row jsonb;
  v_round bigint;
  v_seen bigint;
begin
  -- 依保存期限清除个人信息不改变任何结果（R51）。
  if private.erasing() then return coalesce(new, old); end if;
  -- 材料移至以后季度的，只有材料与兑付还会动（R48）。
  if tg_table_name = 'redemptions' and tg_op = 'UPDATE' then
    if (v_old ->> 'papers_round_id') <> (v_old ->> 'round_id')
      and v_old - array['state', 'state_since', 'papers_archived', 'papers_round_id']
        = v_new - array['state', 'state_since', 'papers_archived', 'papers_round_id'] then
      return new;
    end if;
  end if;
  -- 旧行与新行都看：既不能改办结季度里的一行，也不能把别处的一行移进来。
  foreach v_row in array array[v_old, v_new] loop
    v_round := coalesce((v_row ->> 'round_id')::bigint, (select n.round_id from public.notices n
      where n.id = (v_row ->> 'notice_id')::bigint),
      (select r.round_id from public.redemptions r where r.id = (v_row ->> 'redemption_id')::bigint));
    continue when v_round = v_seen;
    v_seen := v_round;
    if exists (select 1 from public.rounds q where q.id = v_round and q.state = 'settled') then
      -- 银行结果的更正、更正为退票之后的重付，办结的季度照常（R45、R48）：只动状态，而且与那一笔是否到账相符。
      if tg_table_name = 'redemptions' and tg_op = 'UPDATE' then
        if v_old - array['state', 'state_since'] = v_new - array['state', 'state_since']
          and (v_old ->> 'state', v_new ->> 'state', private.has_arrived((v_old ->> 'id')::bigint))
            in (('paid_out', 'passed', false), ('passed', 'paid_out', true)) then
          return new;
        end if;
      end if;
      raise exception 'R30: this row of % belongs to settled round %', tg_table_name, v_round;
    end if;
  end loop;
  return coalesce(new, old);
end $$;
comment on function private.keep_settled() is '约束触发器：季度办结后，其申请、评审、公示、异议与材料一行不变，数据库所有者也不例外（R30）；兑付是自己的行，仍可进行（R48）。';
do $$
declare
  v_table text;
begin
  foreach v_table in array array['redemptions', 'expert_assignments', 'expert_votes', 'review_turns', 'notices',
    'notice_items', 'objections', 'paper_packs'] loop
    execute format('create trigger keep_settled before insert or update or delete on public.%I '
      'for each row execute function private.keep_settled()', v_table);
  end loop;
end $$;
