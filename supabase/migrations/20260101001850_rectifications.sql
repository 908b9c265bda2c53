-- 更正（R45）：省平台一人提出、另一人确认；撤销一个错误的决定，业务回到作决定之前，决定与更正都留在事件里。
-- 登记错了的银行结果也在这里更正：写明应当记成什么，到账与退票、日期与流水号、退票原因都可以。
-- 锁的次序：更正 → 单位的资格（更正认证）→ 季度 → 拨付单 → 资金 → 业务行（兑付申请 → 电子券 → 订单）→ 合同 → 额度，与办理业务时相同。

create table public.rectifications (
  id bigint generated always as identity primary key,
  entity text not null
    check (entity in ('order', 'redemption', 'certification', 'project', 'instrument', 'service')),
  entity_id bigint not null,
  event_id bigint not null references public.events (id),
  action text not null check (action in ('approve', 'pass', 'return', 'pay_out', 'bank_return')),
  reason text not null check (char_length(reason) between 2 and 2000),
  evidence text not null check (char_length(evidence) between 2 and 2000),
  proposed_by uuid not null,
  state text not null default 'proposed',
  state_since timestamptz not null default private.now(),
  created_at timestamptz not null default private.now(),
  payment_id bigint references public.payments (id),
  was_on private.plausible_date,
  was_reference text check (char_length(was_reference) between 1 and 100),
  was_reason text check (char_length(was_reason) between 2 and 500),
  result text check (result in ('arrived', 'returned')),
  result_on private.plausible_date,
  reference text check (char_length(reference) between 1 and 100),
  return_reason text check (char_length(return_reason) between 2 and 500),
  -- 原来记的与应当记的各有一套：到账是日期与流水号，退票是原因；别的更正没有这几栏。
  check ((payment_id is not null) = (action in ('pay_out', 'bank_return')) and (payment_id is null) = (result is null)),
  check ((was_on is not null) = (action = 'pay_out') and (was_reference is not null) = (action = 'pay_out')
    and (was_reason is not null) = (action = 'bank_return')),
  check ((result_on is not null) = (coalesce(result, '') = 'arrived')
    and (reference is not null) = (coalesce(result, '') = 'arrived')
    and (return_reason is not null) = (coalesce(result, '') = 'returned'))
);
create index rectifications_payment_id_idx on public.rectifications (payment_id);
create index rectifications_case_idx on public.rectifications (entity, entity_id);
create unique index rectifications_once on public.rectifications (event_id) where state in ('proposed', 'confirmed');
comment on table public.rectifications is
  '更正（R45）：event_id 是被更正的那个决定的事件；一个决定至多更正一次。确认之后双方在业务的经过里看到，reason 是给他们看的原因，evidence 只给工作人员。';
comment on column public.rectifications.payment_id is
  '被更正的银行结果是哪一笔的（R43）；was_ 各栏是提出时记着的，result、result_on、reference、return_reason 是应当记的。';
comment on column public.rectifications.proposed_by is '提出的人：不能自己确认（R45）；不经接口公开。';

insert into public.workflow_entities values ('rectification', 'rectifications', '更正');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('rectification', 'proposed', '待确认', 'platform', '由另一位审核人员核对依据后确认。', 'rectification_working_days', true, 1),
  ('rectification', 'confirmed', '已更正', null, '业务已回到作决定之前，双方已经收到通知。', null, false, 2),
  ('rectification', 'refused', '不予更正', null, '原来的决定不变。', null, false, 3),
  ('rectification', 'withdrawn', '已撤回', null, '提出的人已撤回，原来的决定不变。', null, false, 4);
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('rectification', 'proposed', 'confirm', 'confirmed', 'platform', '确认更正', false, 'guard_rectify', 'effect_rectify'),
  ('rectification', 'proposed', 'refuse', 'refused', 'platform', '不予更正', true, 'guard_rectify_other', null),
  ('rectification', 'proposed', 'withdraw', 'withdrawn', 'platform', '撤回提议', false, 'guard_rectify_own', null);
create trigger check_transition before insert or update of state on public.rectifications
  for each row execute function private.check_transition('rectification');

alter table public.rectifications enable row level security;
create policy rectifications_read on public.rectifications for select to authenticated
  using ((select private.is_staff()));
grant select (id, entity, entity_id, event_id, action, reason, evidence, state, state_since, created_at, payment_id,
  was_on, was_reference, was_reason, result, result_on, reference, return_reason)
  on public.rectifications to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R45_IN_THE_WAY', 409, '这个决定已有后续，不能更正。', '请先处理挡在前面的业务；处理不了的，按合同或以后的步骤解决。'),
  ('R45_NOTHING', 409, '这个决定不能更正，或已经更正过。', '请刷新页面，从列出的决定中选择。'),
  ('R45_PENDING', 409, '这个决定的更正已经提出，等待确认。', '由另一位审核人员确认；需要改写的，先由提出的人撤回。'),
  ('R45_FOUR_EYES', 403, '更正须由另一位人员确认。', '这项更正由您提出；请由其他审核人员确认或不予更正。'),
  ('R45_SAME', 400, '更正后的银行结果与现在记的相同。', '请改正写错的那一栏：结果、到账日期、流水号或退票原因。'),
  ('R45_NOT_PROPOSER', 403, '只有提出的人可以撤回。', '您可以确认，或写明原因不予更正。');

create function private.rectified(p_event_id bigint) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select 1 from public.rectifications r where r.event_id = p_event_id and r.state = 'confirmed');
end $$;
comment on function private.rectified(bigint) is '一个决定（事件）是否已经更正（R45）：更正了的不计次数、不妨碍同一人再审。';

create function private.result_events(p_redemption_id bigint) returns setof public.events
language sql stable security definer set search_path = ''
as $$
  select distinct on (p.id) e.* from public.payments p
  join public.events e on e.entity = 'redemption' and e.entity_id = p.redemption_id
    and e.action in ('pay_out', 'bank_return', 'rectify') and e.details ->> 'payment_no' = p.payment_no
  where p.redemption_id = p_redemption_id and p.state in ('arrived', 'returned')
  order by p.id, e.seq desc
$$;
comment on function private.result_events(bigint) is
  '一份兑付申请每一笔现在的银行结果各由哪一条事件记下：登记，或者最近一次更正（R43、R45）。';

create function private.is_result(p_event public.events) returns boolean
language sql immutable set search_path = ''
as $$ select p_event.entity = 'redemption' and p_event.details ? 'payment_no' $$;
comment on function private.is_result(public.events) is '这条事件是否记下一笔的银行结果。';

create function private.correctable_events(p_entity text, p_id bigint) returns setof public.events
language sql stable security definer set search_path = ''
as $$
  select x.* from (
    select e.* from public.events e
    where e.entity = p_entity and e.entity_id = p_id and e.action in ('approve', 'pass', 'return')
      and e.actor_role = 'platform' and not private.rectified(e.id)
      and p_entity in ('order', 'redemption', 'certification', 'project', 'instrument', 'service')
    union all
    select r.* from private.result_events(p_id) r where p_entity = 'redemption') x
  order by x.seq
$$;
comment on function private.correctable_events(text, bigint) is
  '一件业务上省平台作过、没有更正的决定，以及登记的银行结果（R45）。';

create function private.still_stands(p_event public.events) returns boolean
language sql stable security definer set search_path = ''
as $$
  select p_event.id = (select e.id from public.events e
    where e.entity = p_event.entity and e.entity_id = p_event.entity_id
      and e.from_state is distinct from e.to_state and e.to_state is not null
    order by e.seq desc limit 1)
$$;
comment on function private.still_stands(public.events) is '业务是否仍停在这个决定造成的状态：其后没有别的流转（R45）。';

create function private.state_word(p_entity text, p_state text) returns text
language sql stable security definer set search_path = ''
as $$ select s.label from public.workflow_states s where s.entity = p_entity and s.state = p_state $$;
comment on function private.state_word(text, text) is '状态的屏幕名称。';

-- ── 挡在前面的 ──────────────────────────────────────────────────────────
create function private.busy_orders(p_order public.orders) returns text[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg('同一合同的订单 ' || o.order_no || '（' || private.state_word('order', o.state) || '）'
    order by o.id), '{}')
  from private.same_contract(p_order) o
  where o.id <> p_order.id and o.state in ('submitted', 'platform_review', 'returned', 'awaiting_consent')
$$;
comment on function private.busy_orders(public.orders) is '同一合同正在办的别的订单：一份合同一次只办一份（R45）。';

create function private.refused_order(p_order public.orders) returns public.orders
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.orders;
begin
  -- 用完最后一次机会的那一份：它停在“普通订单”，因为第二次不通过。
  select o.* into v from private.same_contract(p_order) o
  where o.state = 'ordinary' and exists (select 1 from public.events e where e.entity = 'order' and e.entity_id = o.id
    and e.action = 'return' and e.to_state = 'ordinary' and private.still_stands(e))
  order by o.id desc limit 1;
  return v;
end $$;
comment on function private.refused_order(public.orders) is '这份合同里因两次不通过转为普通订单的那一份；没有返回空（R45）。';

create function private.order_blocks(p_event public.events) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.orders;
  v_other public.orders;
begin
  select o.* into v from public.orders o where o.id = p_event.entity_id;
  if p_event.action = 'approve' then
    if exists (select 1 from public.vouchers x where x.order_id = v.id and x.paid_at is not null) then
      return array['电子券已经支付'];
    elsif v.ever_delivered then return array['检测结果已经上传'];
    elsif v.state not in ('approved', 'awaiting_consent')
      or p_event.id <> (select max(e.id) from private.correctable_events('order', v.id) e) then
      return array['订单现在是「' || private.state_word('order', v.state) || '」'];
    end if;
    return private.busy_orders(v);
  end if;
  -- 不通过：还停在这里的回到待审核；早先的只减去一次，用完最后一次机会的那一份订单得到它。
  if private.still_stands(p_event) then return private.busy_orders(v); end if;
  v_other := private.refused_order(v);
  return case when v_other.id is null then '{}' else private.busy_orders(v_other) end;
end $$;
comment on function private.order_blocks(public.events) is '更正订单的一个决定，什么挡在前面（R45）：已支付、已有结果、同一合同另有一份正在办。';

create function private.failure_blocks(p_redemption public.redemptions) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.vouchers;
  v_order public.orders;
  v_back bigint;
begin
  select x.* into v from public.vouchers x where x.id = p_redemption.voucher_id;
  select o.* into v_order from public.orders o where o.id = p_redemption.order_id;
  v_back := private.given_back(v_order.id);
  if v_back is not null and exists (select 1 from public.quotas q where q.id = v.quota_id
    and q.held_fen + q.spent_fen + v.amount_fen > q.cap_fen) then
    return (select array_agg('退还的额度已用于订单 ' || o.order_no || '（' || private.state_word('order', o.state) || '）'
        order by o.id)
      from public.orders o where o.quota_id = v.quota_id and o.id <> v_order.id
        and o.state in ('awaiting_consent', 'approved', 'delivered', 'disputed', 'paid')
        and exists (select 1 from public.quota_entries e
          where e.order_id = o.id and e.kind = 'hold' and e.id > v_back));
  end if;
  if private.raw_deduction(private.contract_test_fee(v_order), v_order.rate_bp) - private.contract_used(v_order)
    < v_order.approved_fen then
    return (select array_agg('合同可抵扣的金额已用于订单 ' || o.order_no || '（' || private.state_word('order', o.state)
        || '）' order by o.id)
      from private.same_contract(v_order) o where o.id <> v_order.id
        and o.state in ('awaiting_consent', 'approved', 'delivered', 'disputed', 'paid'));
  end if;
  return '{}';
end $$;
comment on function private.failure_blocks(public.redemptions) is
  '撤销一次兑付失败，什么挡在前面（R45）：退还的额度或合同的余额已被别的订单用去，逐份点名。';

create function private.given_back(p_order_id bigint) returns bigint
language sql stable security definer set search_path = ''
as $$
  select max(e.id) filter (where e.kind = 'restore') from public.quota_entries e
  where e.order_id = p_order_id and e.kind in ('restore', 'retake')
  having count(*) filter (where e.kind = 'restore') > count(*) filter (where e.kind = 'retake')
$$;
comment on function private.given_back(bigint) is '一份订单退还了额度而没有收回的那一条流水；没有返回空（R24、R45）。';

create function private.result_blocks(p_event public.events, p_result text) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.payments;
  v_item public.redemptions;
begin
  select p.* into v from public.payments p
    where p.redemption_id = p_event.entity_id and p.payment_no = p_event.details ->> 'payment_no';
  select r.* into v_item from public.redemptions r where r.id = p_event.entity_id;
  if not exists (select 1 from private.result_events(v_item.id) e where e.id = p_event.id) then
    return array['这一笔后来又更正过，请从最近的结果更正'];
  elsif v_item.state not in ('passed', 'paid_out') then
    return array['兑付申请现在是「' || private.state_word('redemption', v_item.state) || '」'];
  -- 只改日期、流水号或原因的，后面的都不因此变。
  elsif p_result = v.state then return '{}';
  elsif v.state = 'arrived' then
    return (select coalesce(array_agg('追回 ' || private.yuan(x.amount_fen) || '（'
        || private.state_word('recovery', x.state) || '）' order by x.id), '{}')
      from public.recoveries x where x.payment_id = v.id and x.state <> 'cancelled');
  end if;
  return (select coalesce(array_agg('拨付单 ' || l.list_no || ' 又拨了这一项（' || private.state_word('payment', p.state)
      || '）' order by p.id), '{}')
    from public.payments p join public.payment_lists l on l.id = p.list_id
    where p.redemption_id = v.redemption_id and p.id <> v.id
      and p.state in ('drafted', 'listed', 'in_transit', 'arrived'));
end $$;
comment on function private.result_blocks(public.events, text) is
  '更正一笔的银行结果，什么挡在前面（R45）：到账改为退票的，追回；退票改为到账的，以后又拨了这一项的拨付单。p_result 空为改成另一种结果。';

create function private.redemption_blocks(p_event public.events) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.redemptions;
  v_round public.rounds;
begin
  select r.* into v from public.redemptions r where r.id = p_event.entity_id;
  if p_event.action = 'pass' then
    select q.* into v_round from public.rounds q where q.id = v.round_id;
    if v.state <> 'passed' or not private.still_stands(p_event) then
      return array['兑付申请现在是「' || private.state_word('redemption', v.state) || '」'];
    elsif exists (select 1 from public.expert_assignments a where a.redemption_id = v.id) then
      return array['专家评审已经开始'];
    elsif v_round.state <> 'open' then
      return array[v_round.year || ' 年第 ' || v_round.quarter || ' 季度「' || private.state_word('round', v_round.state)
        || '」，这一项已在名单里'];
    end if;
    return '{}';
  end if;
  if v.state = 'failed' then return private.failure_blocks(v); end if;
  return case when v.state in ('submitted', 'returned') then '{}'
    else array['兑付申请现在是「' || private.state_word('redemption', v.state) || '」'] end;
end $$;
comment on function private.redemption_blocks(public.events) is '更正形式审核的一个决定，什么挡在前面（R45）。';

create function private.certification_blocks(p_event public.events) returns text[]
language sql stable security definer set search_path = ''
as $$
  with c as (select x.* from public.certifications x where x.id = p_event.entity_id),
  -- 另有一份有效的认证在，其后的业务就不是只靠这一份。
  alone as (select not exists (select 1 from public.certifications o, c where o.organization_id = c.organization_id
    and o.id <> c.id and o.state = 'approved' and private.today() between o.valid_from and o.valid_to) as yes),
  -- 早先更正掉的认证所带的业务，如今靠的是还在的这一份。
  since as (select least(p_event.at, (select min(e.at) from public.events e
    join public.certifications o on o.id = e.entity_id join c on o.organization_id = c.organization_id
    where e.entity = 'certification' and e.action = 'approve' and private.rectified(e.id))) as at),
  found (place, words) as (
    select 1, '认证现在是「' || private.state_word('certification', c.state) || '」' from c
      where not private.still_stands(p_event)
    union all select 2, '同类认证另有一份' || private.state_word('certification', o.state)
      from public.certifications o, c where o.organization_id = c.organization_id and o.kind = c.kind and o.id <> c.id
        and (o.state = 'submitted' or (p_event.action = 'return' and o.id > c.id and o.state = 'approved'))
    union all select 3, q.year || ' 年度的额度' from public.quotas q, c, alone, since
      where p_event.action = 'approve' and alone.yes and q.organization_id = c.organization_id
        and q.claimed_at >= since.at
    union all select 4, '项目「' || p.title || '」' from public.projects p, c, alone, since
      where p_event.action = 'approve' and alone.yes and p.organization_id = c.organization_id
        and p.created_at >= since.at
    union all select 5, '订单 ' || o.order_no from public.orders o, c, alone, since
      where p_event.action = 'approve' and alone.yes and o.applicant_id = c.organization_id and exists (
        select 1 from public.order_submissions s where s.order_id = o.id and s.revision_no = 0
          and s.submitted_at >= since.at)
    union all select 6, '资源「' || private.entity_number(e.entity, e.entity_id) || '」'
      from public.events e, c, alone, since
      where p_event.action = 'approve' and alone.yes and e.institution_id = c.organization_id
        and e.entity in ('instrument', 'service') and e.action = 'submit' and e.at >= since.at)
  select coalesce(array_agg(f.words order by f.place, f.words), '{}') from found f
$$;
comment on function private.certification_blocks(public.events) is
  '更正认证的一个决定，什么挡在前面（R45）：凭它领的额度、登记的项目、提交的订单、添加的资源，或另一份同类认证。';

create function private.project_blocks(p_event public.events) returns text[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(x.words), '{}') from (
    select '项目现在是「' || private.state_word('project', p.state) || '」' as words from public.projects p
      where p.id = p_event.entity_id and not private.still_stands(p_event)
    union all
    select '订单 ' || o.order_no from public.orders o
      where p_event.action = 'approve' and o.project_id = p_event.entity_id and o.submitted_at is not null) x
$$;
comment on function private.project_blocks(public.events) is '更正项目审核的一个决定，什么挡在前面（R45）：挂在它下面提交过的订单。';

create function private.resource_blocks(p_event public.events) returns text[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(x.words), '{}') from (
    select '资源现在是「' || private.state_word(p_event.entity, (private.read_row(p_event.entity, p_event.entity_id)
        ->> 'state')) || '」' as words where not private.still_stands(p_event)
    union all
    select '订单 ' || o.order_no from public.orders o
      where p_event.action = 'approve' and case p_event.entity when 'instrument' then o.instrument_id
        else o.service_id end = p_event.entity_id
        and exists (select 1 from public.order_submissions s where s.order_id = o.id and s.revision_no = 0
          and s.submitted_at >= p_event.at)) x
$$;
comment on function private.resource_blocks(public.events) is '更正资源发布的一个决定，什么挡在前面（R45）：其后按它提交的订单、其后的修改。';

create function private.rectification_blocks(p_event public.events, p_result text default null) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  if private.is_result(p_event) then return private.result_blocks(p_event, p_result); end if;
  return case p_event.entity
    when 'order' then private.order_blocks(p_event)
    when 'redemption' then private.redemption_blocks(p_event)
    when 'certification' then private.certification_blocks(p_event)
    when 'project' then private.project_blocks(p_event)
    else private.resource_blocks(p_event) end;
end $$;
comment on function private.rectification_blocks(public.events, text) is
  '更正一个决定，什么挡在前面；空即可以更正（R45）。p_result：银行结果应当是什么。';

create function private.refuse_blocked(p_event public.events, p_result text default null) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_blocks text[] := private.rectification_blocks(p_event, p_result);
begin
  if cardinality(v_blocks) > 0 then
    perform private.refuse('R45_IN_THE_WAY', array_to_string(v_blocks[1:5], '；')
      || case when cardinality(v_blocks) > 5 then '等 ' || cardinality(v_blocks) || ' 项' else '' end);
  end if;
end $$;
comment on function private.refuse_blocked(public.events, text) is '有挡在前面的，拒绝并点名（至多五项）（R45）。';

-- ── 提出 ────────────────────────────────────────────────────────────────
create function private.first_repaid_on(p_payment_id bigint) returns date
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select min(i.received_on) from public.recovery_instalments i
    join public.recoveries x on x.id = i.recovery_id where x.payment_id = p_payment_id);
end $$;
comment on function private.first_repaid_on(bigint) is '到账的一笔最早哪一天退回过款项（R44）；没有返回空。';

create function private.read_result(p_event public.events, p_payload jsonb) returns public.rectifications
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.rectifications;
  v_payment public.payments;
  v_sent date;
  v_repaid date;
begin
  select p.* into v_payment from public.payments p
    where p.redemption_id = p_event.entity_id and p.payment_no = p_event.details ->> 'payment_no';
  select (l.sent_at at time zone 'Asia/Shanghai')::date into v_sent
    from public.payment_lists l where l.id = v_payment.list_id;
  v.payment_id := v_payment.id;
  v.action := case v_payment.state when 'arrived' then 'pay_out' else 'bank_return' end;
  v.was_on := v_payment.arrived_on;
  v.was_reference := v_payment.bank_reference;
  v.was_reason := v_payment.returned_reason;
  v.result := private.bank_result(p_payload ->> 'result');
  if v.result is null then perform private.refuse('FIELD_REQUIRED', 'result', '请说明应当记为到账还是退票。'); end if;
  if v.result = 'arrived' then
    v.result_on := private.read_date(p_payload, 'result_on', true, v_sent, private.today());
    v.reference := private.read_text(p_payload, 'reference', 1, 100);
    if private.like_formula(v.reference) then
      perform private.refuse('INPUT_INVALID', 'reference', '流水号不能以 =、+、-、@ 开头。');
    end if;
    v_repaid := private.first_repaid_on(v_payment.id);
    if v.result_on > v_repaid then
      perform private.refuse('DATE_INVALID', 'result_on', v_repaid || ' 已登记退回的款项，到账不能晚于它。');
    end if;
  else
    v.return_reason := private.read_text(p_payload, 'return_reason', 2, 500);
    if private.like_formula(v.return_reason) then
      perform private.refuse('INPUT_INVALID', 'return_reason', '退票原因不能以 =、+、-、@ 开头。');
    end if;
  end if;
  if (v.result, v.result_on, v.reference, v.return_reason) is not distinct from (v_payment.state, v.was_on,
    v.was_reference, v.was_reason) then
    perform private.refuse('R45_SAME', 'result');
  end if;
  return v;
end $$;
comment on function private.read_result(public.events, jsonb) is
  '读应当记的银行结果（R43、R45）：到账须有日期（银行文件生成之后、今天以前，不晚于已退回的款项）与流水号，退票须有原因；与现在记的相同的拒绝。';

create function private.propose_rectification(p_request_id uuid, p_event_id bigint, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('rectify', p_event_id, p_payload)::text);
  v public.events;
  v_row jsonb;
  v_result public.rectifications;
  v_reason text;
  v_evidence text;
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  select e.* into v from public.events e where e.id = p_event_id
    and e.entity in ('order', 'redemption', 'certification', 'project', 'instrument', 'service');
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  v_row := private.lock_row(v.entity, v.entity_id);
  if v_row is null then perform private.refuse('NOT_FOUND'); end if;
  if private.guard_not_own(v_row, '{}') is not null then perform private.refuse('OWN_ORGANIZATION'); end if;
  v_reason := private.read_reason(p_payload ->> 'reason');
  v_evidence := private.read_text(p_payload, 'evidence', 2, 2000, true);
  if not exists (select 1 from private.correctable_events(v.entity, v.entity_id) e where e.id = v.id) then
    perform private.refuse('R45_NOTHING');
  end if;
  if exists (select 1 from public.rectifications r where r.event_id = v.id and r.state = 'proposed') then
    perform private.refuse('R45_PENDING');
  end if;
  if private.is_result(v) then v_result := private.read_result(v, p_payload); end if;
  perform private.refuse_blocked(v, v_result.result);
  insert into public.rectifications (entity, entity_id, event_id, action, reason, evidence, proposed_by, payment_id,
    was_on, was_reference, was_reason, result, result_on, reference, return_reason)
  values (v.entity, v.entity_id, v.id, coalesce(v_result.action, v.action), v_reason, v_evidence, (select auth.uid()),
    v_result.payment_id, v_result.was_on, v_result.was_reference, v_result.was_reason, v_result.result,
    v_result.result_on, v_result.reference, v_result.return_reason) returning id into v_id;
  perform private.append_event('rectification', v_id, 'propose', null, 'proposed', v_reason,
    jsonb_strip_nulls(jsonb_build_object('entity', v.entity, 'id', v.entity_id, 'event', v.id,
      'corrects', coalesce(v_result.action, v.action), 'payment_no', v.details -> 'payment_no',
      'result', v_result.result)), 'platform', '省平台', null, null);
  perform private.notify_role('platform', 'turn', 'rectification', v_id,
    '待另一位人员确认：更正' || private.entity_number('rectification', v_id), '原因：' || v_reason);
  return private.end_request(p_request_id,
    jsonb_build_object('entity', 'rectification', 'id', v_id, 'state', 'proposed'));
end $$;
comment on function private.propose_rectification(uuid, bigint, jsonb) is
  '省平台一人提出更正一个决定，写明原因与依据（R45）。拒绝：本人所在的单位、不是可更正的决定、已经提出、有挡在前面的（点名）。';
create function public.propose_rectification(event_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.propose_rectification(request_id, event_id, payload); end;
comment on function public.propose_rectification(bigint, jsonb, uuid) is
  '提出更正（R45）。event_id：被更正的决定，取自 correctable_decisions；payload：reason（双方看得到）、evidence（依据，只给工作人员）；'
  '银行结果另写应当记的：result（到账、退票），result_on 与 reference，或 return_reason。';

-- ── 确认 ────────────────────────────────────────────────────────────────
create function private.guard_rectify_other(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(
    private.guard_not_own(private.read_row(p_row ->> 'entity', (p_row ->> 'entity_id')::bigint), p_payload),
    case when (p_row ->> 'proposed_by')::uuid = (select auth.uid()) then 'R45_FOUR_EYES' end)
$$;
comment on function private.guard_rectify_other(jsonb, jsonb) is '条件：不办与本人有关的单位的；提出的人不能自己决定（R45）。';
create function private.guard_rectify(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_rectify_other(p_row, p_payload),
    -- 只问能不能做时也看有没有挡在前面的；真的确认时由效果点名拒绝。
    case when p_payload is null and exists (select 1 from public.events e
      where e.id = (p_row ->> 'event_id')::bigint
        and cardinality(private.rectification_blocks(e, p_row ->> 'result')) > 0)
      then 'R45_IN_THE_WAY' end)
$$;
comment on function private.guard_rectify(jsonb, jsonb) is '条件：由另一人确认，没有挡在前面的（R45）。';
create function private.guard_rectify_own(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$ select case when (p_row ->> 'proposed_by')::uuid <> (select auth.uid()) then 'R45_NOT_PROPOSER' end $$;
comment on function private.guard_rectify_own(jsonb, jsonb) is '条件：只有提出的人可以撤回（R45）。';

create function private.rectify_move(p_rectification public.rectifications, p_entity text, p_id bigint, p_to text,
  p_details jsonb default '{}', p_from text default null) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_row jsonb := private.lock_row(p_entity, p_id);
  v_from text := coalesce(p_from, v_row ->> 'state');
  v_applicant bigint;
  v_institution bigint;
  v_table text;
begin
  select e.table_name into v_table from public.workflow_entities e where e.entity = p_entity;
  execute format('update public.%I t set state = $1, state_since = case when t.state = $1 then t.state_since else $2 end
    where id = $3', v_table) using p_to, private.now(), p_id;
  select p.applicant_id, p.institution_id into v_applicant, v_institution from private.parties(p_entity, v_row) p;
  perform private.append_event(p_entity, p_id, 'rectify', v_from, p_to, p_rectification.reason,
    jsonb_build_object('rectification', p_rectification.id, 'event', p_rectification.event_id,
      'corrects', p_rectification.action) || p_details, 'platform', '省平台', v_applicant, v_institution);
  -- 状态没有变的（只减去一次不通过），流转不会告诉双方。
  if v_from = p_to then
    insert into public.notifications (organization_id, kind, entity, entity_id, title, body)
    select x.org, 'told', p_entity, p_id, private.entity_number(p_entity, p_id) || '：一次不通过已更正，不计次数',
      '原因：' || p_rectification.reason
    from (values (v_applicant), (v_institution)) x (org) where x.org is not null;
  end if;
end $$;
comment on function private.rectify_move(public.rectifications, text, bigint, text, jsonb, text) is
  '更正带动的一步（R45）：状态、事件、告诉双方；办理方写省平台。p_from：状态已与别的列一同改好的，原来的状态。';

create function private.withdraw_approval(p_rectification public.rectifications) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_voucher public.vouchers;
begin
  select o.* into v from public.orders o where o.id = p_rectification.entity_id;
  select x.* into v_voucher from public.vouchers x where x.order_id = v.id and x.state = 'unpaid' for update;
  perform private.move_quota(v.quota_id, v.id, 'release', v.approved_fen);
  if v_voucher.id is not null then
    update public.vouchers set state = 'expired', state_since = private.now(), rectified = true where id = v_voucher.id;
    perform private.append_event('voucher', v_voucher.id, 'rectify', 'unpaid', 'expired', p_rectification.reason,
      jsonb_build_object('rectification', p_rectification.id), 'platform', '省平台', v.applicant_id, v.institution_id);
  end if;
  -- 核定的各项与状态一同回去：以后按再次通过之日的额度与参数（R5）。
  update public.orders set state = 'platform_review', state_since = private.now(), approved_fen = null, quota_id = null,
    rate_bp = null, policy_year = null, policy_version = null where id = v.id;
  perform private.rectify_move(p_rectification, 'order', v.id, 'platform_review',
    jsonb_strip_nulls(jsonb_build_object('released_fen', v.approved_fen, 'voucher_no', v_voucher.voucher_no)), v.state);
end $$;
comment on function private.withdraw_approval(public.rectifications) is
  '撤销订单的审核通过（R45）：券已过期并标“已更正”，占用释放，不计不通过，订单回到待审核，可以再次通过并另发一张券。';

create function private.withdraw_order_refusal(p_rectification public.rectifications, p_event public.events)
  returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_other public.orders;
  v_key text;
  v_stands boolean := private.still_stands(p_event);
  v_count integer;
begin
  select o.* into v from public.orders o where o.id = p_event.entity_id;
  -- 用完最后一次机会的那一份，要在次数改变之前找：这一份自己停在这里的，不算别的。
  if not v_stands then
    select o.* into v_other from public.orders o where o.id = (private.refused_order(v)).id for update;
  end if;
  update public.rectifications set state = 'confirmed', state_since = private.now() where id = p_rectification.id;
  for v_key in select distinct e.facts ->> 'contract_key' from public.events e
    where e.entity = 'order' and e.entity_id = v.id and e.action = 'return' loop
    perform private.set_refusals(v.applicant_id, v.institution_id, v_key,
      least(private.count_refusals(v.applicant_id, v.institution_id, v_key), 2));
  end loop;
  v_count := least(private.count_refusals(v.applicant_id, v.institution_id, v.contract_key, v.id), 2);
  perform private.rectify_move(p_rectification, 'order', v.id, case
    when v_stands then 'platform_review' when v_other.id = v.id then 'returned' else v.state end,
    jsonb_build_object('refusals', v_count));
  -- 最后一次机会被平台的错误用掉的是另一份订单：还给它。
  if v_other.id <> v.id then
    perform private.rectify_move(p_rectification, 'order', v_other.id, 'returned',
      jsonb_build_object('refusals', v_count, 'of', v.id));
  end if;
end $$;
comment on function private.withdraw_order_refusal(public.rectifications, public.events) is
  '撤销订单的一次不通过（R15、R45）：次数减一，重新提交之后也减；还停在这里的回到待审核，用完最后一次机会的那一份回到退回修改。';

create function private.withdraw_failure(p_redemption public.redemptions, p_rectification public.rectifications)
  returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.vouchers;
  v_order public.orders;
begin
  select x.* into v from public.vouchers x where x.id = p_redemption.voucher_id for update;
  select o.* into v_order from public.orders o where o.id = p_redemption.order_id for update;
  perform private.lock_contract(v_order);
  perform 1 from public.quotas q where q.id = v.quota_id for update;
  perform private.refuse_blocked(e) from public.events e where e.id = p_rectification.event_id;
  if private.given_back(v_order.id) is not null
    and not private.move_quota(v.quota_id, v_order.id, 'retake', v.amount_fen) then
    perform private.refuse('R45_IN_THE_WAY', '用户单位的额度不足');
  end if;
  update public.vouchers set state = 'paid', state_since = private.now() where id = v.id;
  perform private.append_event('voucher', v.id, 'rectify', 'failed', 'paid', p_rectification.reason,
    jsonb_build_object('rectification', p_rectification.id), 'platform', '省平台', v.applicant_id, v.institution_id);
  perform private.rectify_move(p_rectification, 'order', v_order.id, 'paid');
end $$;
comment on function private.withdraw_failure(public.redemptions, public.rectifications) is
  '撤销一次兑付失败（R45）：退还的额度先收回，合同余额照占，电子券与订单回到已支付；不够的拒绝并点名。';

create function private.withdraw_formal_review(p_rectification public.rectifications, p_event public.events)
  returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.redemptions;
  v_stands boolean := private.still_stands(p_event);
  v_to text;
begin
  select r.* into v from public.redemptions r where r.id = p_event.entity_id;
  if p_event.action = 'pass' then
    delete from private.taken_invoices t where t.redemption_id = v.id;
    update public.redemptions set state = 'submitted', state_since = private.now(), round_id = null,
      papers_round_id = null where id = v.id;
    perform private.rectify_move(p_rectification, 'redemption', v.id, 'submitted', '{}', 'passed');
    return;
  end if;
  v_to := case when v_stands then 'submitted' when v.state = 'failed' then 'returned' else v.state end;
  if v.state = 'failed' then perform private.withdraw_failure(v, p_rectification); end if;
  update public.redemptions set refusals = refusals - 1 where id = v.id;
  perform private.rectify_move(p_rectification, 'redemption', v.id, v_to,
    jsonb_build_object('refusals', v.refusals - 1));
end $$;
comment on function private.withdraw_formal_review(public.rectifications, public.events) is
  '撤销形式审核的一个决定（R24、R45）：通过的离开本季度、占下的发票放开；不通过的次数减一，兑付失败的回到失败之前。';

create function private.withdraw_publication(p_rectification public.rectifications, p_event public.events) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_row jsonb := private.read_row(p_event.entity, p_event.entity_id);
  v_pending jsonb;
begin
  -- 对修改的决定：批准的，原内容回来、修改再待审核；没有批准的，修改重新待审核。公众看到的始终是批准过的。
  if p_event.from_state = 'edit_review' then
    if p_event.action = 'approve' then
      v_pending := jsonb_strip_nulls(to_jsonb(v_row) - array['id', 'organization_id', 'pending', 'is_open',
        'voucher_enabled', 'reopens_on', 'state', 'state_since']);
      perform private.write_resource(p_event.entity, p_event.entity_id, null, p_event.details -> 'replaced');
      perform private.publish_resource(p_event.entity, p_event.entity_id);
    else
      v_pending := p_event.details -> 'refused';
    end if;
    if p_event.entity = 'instrument' then
      update public.instruments set pending = v_pending where id = p_event.entity_id;
    else update public.services set pending = v_pending where id = p_event.entity_id; end if;
    perform private.rectify_move(p_rectification, p_event.entity, p_event.entity_id, 'edit_review');
    return;
  end if;
  -- 公众目录里的条目清空、关闭，不删：它的网址与位置不变，静态网页随即改写，再次通过时原处恢复。
  update public.catalogue c set name = '已撤销发布', model = '', maker = '', purpose = '', details = '{}',
    price_min_fen = 0, price_max_fen = 0, is_open = false, voucher_enabled = false, reopens_on = null,
    updated_at = private.now()
  where p_event.action = 'approve' and c.kind = p_event.entity and c.resource_id = p_event.entity_id;
  perform private.rectify_move(p_rectification, p_event.entity, p_event.entity_id, 'submitted');
end $$;
comment on function private.withdraw_publication(public.rectifications, public.events) is
  '撤销资源的一个决定（R21、R45）：发布的内容离开公众目录、回到待审核；对修改的决定回到修改待审核。';

create function private.tell_corrected(p_rectification public.rectifications, p_payment public.payments) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.notifications (organization_id, kind, entity, entity_id, title, body, at)
  select x.org, case when x.org = r.institution_id and p_rectification.result = 'returned'
      and p_payment.state = 'arrived' then 'turn' else 'told' end, 'redemption', r.id,
    '银行结果已更正 ' || r.voucher_no || '：' || case p_rectification.result when 'arrived' then '到账' else '退票' end,
    concat_ws(E'\n', case p_rectification.result when 'arrived' then '到账日 ' || p_rectification.result_on
      else '退票原因：' || p_rectification.return_reason end, '更正的原因：' || p_rectification.reason,
      case when p_rectification.result = 'returned' and p_payment.state = 'arrived' then '账户核验后排在最前重付。' end),
    private.now()
  from public.redemptions r cross join lateral (values (r.applicant_id), (r.institution_id)) x (org)
  where r.id = p_payment.redemption_id
$$;
comment on function private.tell_corrected(public.rectifications, public.payments) is
  '银行结果更正之后告诉双方（R45）；p_payment 是更正之前的那一笔。改为退票的，轮到管理单位更正账户。';

create function private.correct_result(p_rectification public.rectifications) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.payments;
  v_item public.redemptions;
  v_voucher public.vouchers;
  v_list public.payment_lists;
  v_arrived boolean := p_rectification.result = 'arrived';
  v_to text;
  v_details jsonb;
begin
  select p.* into v from public.payments p where p.id = p_rectification.payment_id;
  select r.* into v_item from public.redemptions r where r.id = v.redemption_id;
  select x.* into v_voucher from public.vouchers x where x.id = v_item.voucher_id for update;
  select l.* into v_list from public.payment_lists l where l.id = v.list_id;
  if p_rectification.result_on > private.first_repaid_on(v.id) then
    perform private.refuse('R45_IN_THE_WAY', '退回的款项登记在应当记的到账日期之前');
  end if;
  v_to := case when v_arrived then 'paid_out' when v.state = 'arrived' then 'passed' else v_item.state end;
  update public.payments set state = p_rectification.result,
    state_since = case when state = p_rectification.result then state_since else private.now() end,
    arrived_on = p_rectification.result_on, bank_reference = p_rectification.reference,
    returned_reason = p_rectification.return_reason where id = v.id;
  -- 公布的到账随它走：改为退票的不再公布，改为到账的由触发器公布。
  delete from public.published_payouts b where b.payment_id = v.id and not v_arrived;
  update public.published_payouts b set arrived_on = p_rectification.result_on
    where b.payment_id = v.id and b.arrived_on <> p_rectification.result_on;
  v_details := jsonb_strip_nulls(jsonb_build_object('rectification', p_rectification.id,
    'event', p_rectification.event_id, 'corrects', p_rectification.action, 'result', p_rectification.result,
    'payment_no', v.payment_no, 'amount_fen', v.amount_fen, 'fund_year', v.fund_year, 'was_on', v.arrived_on,
    'arrived_on', p_rectification.result_on));
  if v_to <> v_item.state then
    update public.redemptions set state = v_to, state_since = private.now() where id = v_item.id;
    update public.vouchers set state = case when v_arrived then 'redeemed' else 'paid' end, state_since = private.now()
      where id = v_voucher.id;
    perform private.append_event('voucher', v_voucher.id, 'rectify', v_voucher.state,
      case when v_arrived then 'redeemed' else 'paid' end, p_rectification.reason,
      jsonb_build_object('rectification', p_rectification.id, 'amount_fen', v.amount_fen), 'platform', '省平台',
      v_item.applicant_id, v_item.institution_id);
  end if;
  perform private.append_event('redemption', v_item.id, 'rectify', v_item.state, v_to, p_rectification.reason,
      v_details, 'platform', '省平台', v_item.applicant_id, v_item.institution_id),
    private.append_event('payment_list', v_list.id, 'rectify', v_list.state, v_list.state, p_rectification.reason,
      v_details, 'platform', '省平台', null, null),
    private.tell_corrected(p_rectification, v);
end $$;
comment on function private.correct_result(public.rectifications) is
  '更正一笔的银行结果（R43、R45）：改为退票的，电子券回到已支付、不再占资金、排在最前等重付；改为到账的总是记下，余额可以为负；只改日期、流水号或原因的，别的不动。';

create function private.effect_rectify(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.rectifications := jsonb_populate_record(null::public.rectifications, p_row);
  v_event public.events;
  v_order public.orders;
begin
  select e.* into v_event from public.events e where e.id = v.event_id;
  -- 季度在兑付申请之前锁：正在汇总的先汇总完。
  if v.entity = 'redemption' then
    perform 1 from public.rounds q join public.redemptions r on r.round_id = q.id where r.id = v.entity_id
      for share of q;
  end if;
  if v.payment_id is not null then
    perform 1 from public.payment_lists l
      where l.id = (select p.list_id from public.payments p where p.id = v.payment_id) for update;
    perform private.lock_payments();
  end if;
  -- 锁住业务再看一遍：支付、提交、领取、另一次审核与更正同时到，总有一个在先（R45）。
  if v.entity = 'certification' then
    perform private.lock_standing(c.organization_id) from public.certifications c where c.id = v.entity_id;
  end if;
  perform private.lock_row(v.entity, v.entity_id);
  if v.entity = 'order' then
    select o.* into v_order from public.orders o where o.id = v.entity_id;
    perform private.lock_contract(v_order);
  end if;
  -- 决定追回的锁的是这一笔。
  if v.payment_id is not null then perform 1 from public.payments p where p.id = v.payment_id for update; end if;
  perform private.refuse_blocked(v_event, v.result);
  case
    when v.payment_id is not null then perform private.correct_result(v);
    when v.entity = 'order' and v.action = 'approve' then perform private.withdraw_approval(v);
    when v.entity = 'order' then perform private.withdraw_order_refusal(v, v_event);
    when v.entity = 'redemption' then perform private.withdraw_formal_review(v, v_event);
    when v.entity in ('instrument', 'service') then perform private.withdraw_publication(v, v_event);
    else perform private.rectify_move(v, v.entity, v.entity_id, 'submitted');
  end case;
  return jsonb_build_object('details', jsonb_build_object('entity', v.entity, 'id', v.entity_id, 'corrects', v.action));
end $$;
comment on function private.effect_rectify(jsonb, jsonb) is '效果：锁住业务，再看有没有挡在前面的，然后撤销那个决定（R45）。';

create function public.advance_rectification(rectification_id bigint, action text, reason text, request_id uuid)
  returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('rectification', rectification_id,
    case when action in ('confirm', 'refuse', 'withdraw') then action end, request_id,
    jsonb_build_object('reason', reason));
end;
comment on function public.advance_rectification(bigint, text, text, uuid) is
  '办理一项更正（R45）。action：confirm（另一人）、refuse（另一人，写原因）、withdraw（提出的人）。';

-- ── 给页面的 ────────────────────────────────────────────────────────────
create function private.correctable_decisions(p_entity text, p_id bigint)
returns table (event_id bigint, action text, label text, at timestamptz, reason text, blocks text[], payment_no text,
  amount_fen bigint, result text, result_on date, reference text, return_reason text)
language sql stable security definer set search_path = ''
as $$
  select e.id, case p.state when 'arrived' then 'pay_out' when 'returned' then 'bank_return' else e.action end,
    coalesce('银行结果：' || private.state_word('payment', p.state), (select t.label from public.workflow_transitions t
      where t.entity = e.entity and t.action = e.action and t.from_state = e.from_state order by t.id limit 1),
      e.action), e.at, case when p.id is null then e.reason end, private.rectification_blocks(e), p.payment_no,
    p.amount_fen, p.state, p.arrived_on, p.bank_reference, p.returned_reason
  from private.correctable_events(p_entity, p_id) e
  left join public.payments p on private.is_result(e) and p.redemption_id = e.entity_id
    and p.payment_no = e.details ->> 'payment_no'
  where private.has_role('platform') order by e.id desc
$$;
comment on function private.correctable_decisions(text, bigint) is
  '一件业务上可以更正的决定，最近的在前，各连同挡在前面的（R45）；只给省平台，别人得到空。';
create function public.correctable_decisions(entity text, entity_id bigint)
returns table (event_id bigint, action text, label text, at timestamptz, reason text, blocks text[], payment_no text,
  amount_fen bigint, result text, result_on date, reference text, return_reason text)
language sql stable security invoker set search_path = ''
begin atomic
  select d.event_id, d.action, d.label, d.at, d.reason, d.blocks, d.payment_no, d.amount_fen, d.result, d.result_on,
    d.reference, d.return_reason from private.correctable_decisions(entity, entity_id) d;
end;
comment on function public.correctable_decisions(text, bigint) is
  '可以更正的决定与银行结果（R45）；blocks 空即可以提出，银行结果的 blocks 只挡改成另一种结果。';

create function private.find_decided(p_words text)
returns table (entity text, entity_id bigint, label text, number text, organization text, state_label text)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_words text := private.clean_line(p_words);
  v_like text := '%' || replace(replace(replace(v_words, '\', '\\'), '%', '\%'), '_', '\_') || '%';
begin
  if not private.has_role('platform') or private.visible_length(v_words) < 2 then return; end if;
  return query
    select h.entity, h.id, w.label, private.entity_number(h.entity, h.id), h.organization,
      private.state_word(h.entity, h.state)
    from (
      (select 'order' as entity, o.id, a.name as organization, o.state from public.orders o
        join public.organizations a on a.id = o.applicant_id
        where o.submitted_at is not null and (o.order_no ilike v_like or o.title ilike v_like or a.name ilike v_like)
        order by o.id desc limit 20)
      union all (select 'redemption', r.id, i.name, r.state from public.redemptions r
        join public.organizations i on i.id = r.institution_id
        where r.voucher_no ilike v_like or i.name ilike v_like or r.id in (select p.redemption_id
          from public.payments p where p.payment_no ilike v_like or p.bank_reference ilike v_like)
        order by r.id desc limit 20)
      union all (select 'certification', c.id, o.name, c.state from public.certifications c
        join public.organizations o on o.id = c.organization_id
        where c.certificate_no ilike v_like or o.name ilike v_like order by c.id desc limit 20)
      union all (select 'project', p.id, o.name, p.state from public.projects p
        join public.organizations o on o.id = p.organization_id
        where p.title ilike v_like or o.name ilike v_like order by p.id desc limit 20)
      union all (select 'instrument', n.id, o.name, n.state from public.instruments n
        join public.organizations o on o.id = n.organization_id
        where n.name ilike v_like or o.name ilike v_like order by n.id desc limit 20)
      union all (select 'service', s.id, o.name, s.state from public.services s
        join public.organizations o on o.id = s.organization_id
        where s.name ilike v_like or o.name ilike v_like order by s.id desc limit 20)) h
    join public.workflow_entities w on w.entity = h.entity
    where exists (select 1 from private.correctable_events(h.entity, h.id));
end $$;
comment on function private.find_decided(text) is
  '省平台作过决定的业务：按编号、名称、单位、拨付的业务编号或银行流水号找，每种至多 20 件，新的在前（R45）；少于两个字、不是省平台的得到空。';
create function public.find_decided(words text)
returns table (entity text, entity_id bigint, label text, number text, organization text, state_label text)
language sql stable security invoker set search_path = ''
begin atomic
  select f.entity, f.entity_id, f.label, f.number, f.organization, f.state_label from private.find_decided(words) f;
end;
comment on function public.find_decided(text) is '找要更正的业务（R45）。';

create function private.result_text(p_on date, p_reference text, p_reason text) returns text
language sql immutable set search_path = ''
as $$ select coalesce('到账 ' || p_on || '，流水号 ' || p_reference, '退票：' || p_reason) $$;
comment on function private.result_text(date, text, text) is '一笔的银行结果，写成一句。';

create function private.rectification_list(p_before bigint)
returns table (id bigint, entity text, entity_id bigint, label text, number text, action text, reason text,
  evidence text, state text, state_label text, created_at timestamptz, state_since timestamptz, mine boolean,
  answer text, blocks text[], payment_no text, amount_fen bigint, was text, becomes text)
language sql stable security definer set search_path = ''
as $$
  select r.id, r.entity, r.entity_id, w.label, private.entity_number(r.entity, r.entity_id), r.action, r.reason,
    r.evidence, r.state, private.state_word('rectification', r.state), r.created_at, r.state_since,
    r.proposed_by = (select auth.uid()),
    (select e.reason from public.events e where e.entity = 'rectification' and e.entity_id = r.id
      and e.action = 'refuse'),
    case when r.state = 'proposed' then (select private.rectification_blocks(e, r.result) from public.events e
      where e.id = r.event_id) else '{}' end, p.payment_no, p.amount_fen,
    private.result_text(r.was_on, r.was_reference, r.was_reason),
    private.result_text(r.result_on, r.reference, r.return_reason)
  from public.rectifications r join public.workflow_entities w on w.entity = r.entity
  left join public.payments p on p.id = r.payment_id
  where private.is_staff() and r.id < coalesce(p_before, 9223372036854775807)
  order by r.id desc limit 100
$$;
comment on function private.rectification_list(bigint) is
  '更正的清单，新的在前，一次一百项，从 p_before 接着取；mine 是否由我提出（R45）。工作人员之外得到空。';
create function public.rectification_list(before bigint default null)
returns table (id bigint, entity text, entity_id bigint, label text, number text, action text, reason text,
  evidence text, state text, state_label text, created_at timestamptz, state_since timestamptz, mine boolean,
  answer text, blocks text[], payment_no text, amount_fen bigint, was text, becomes text)
language sql stable security invoker set search_path = ''
begin atomic
  select l.id, l.entity, l.entity_id, l.label, l.number, l.action, l.reason, l.evidence, l.state, l.state_label,
    l.created_at, l.state_since, l.mine, l.answer, l.blocks, l.payment_no, l.amount_fen, l.was, l.becomes
  from private.rectification_list(before) l;
end;
comment on function public.rectification_list(bigint) is '更正的清单（R45）：工作人员。';

grant execute on function private.propose_rectification(uuid, bigint, jsonb),
  public.propose_rectification(bigint, jsonb, uuid), public.advance_rectification(bigint, text, text, uuid),
  private.correctable_decisions(text, bigint), public.correctable_decisions(text, bigint),
  private.find_decided(text), public.find_decided(text), private.rectification_list(bigint),
  public.rectification_list(bigint) to authenticated;
