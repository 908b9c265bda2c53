-- 时限、下一步、进度与待办（R31）：都从流转表和同一批条件函数得出，只提醒，不改变任何权利。

insert into private.refusals (code, http_status, message, hint) values
  ('UNKNOWN_ENTITY', 404, '没有这种业务。', '请从“待办”或列表重新进入。');

create function private.due_on(p_entity text, p_state text, p_since timestamptz) returns date
language sql stable security definer set search_path = ''
as $$
  select private.add_working_days((p_since at time zone 'Asia/Shanghai')::date,
    private.parameter(extract(year from p_since at time zone 'Asia/Shanghai')::integer, s.due_parameter)::integer)
  from (select s.entity, s.state, s.due_parameter from public.workflow_states s
    -- 异议没有流转表里的状态，也有裁定的时限（R28）。
    union all select 'objection', 'open', 'objection_working_days') s
  where s.entity = p_entity and s.state = p_state and s.due_parameter is not null
$$;
comment on function private.due_on(text, text, timestamptz) is '某状态自 p_since 起的平台服务时限最后一日（R31）；没有时限或日历缺失返回空。';

create function private.may_see(p_entity text, p_row jsonb) returns boolean
language sql stable security definer set search_path = ''
as $$
  select case
    when (select auth.uid()) is null then false
    when p_entity = 'round' then true
    when p_entity = 'order' and p_row ->> 'submitted_at'
      is null then (p_row ->> 'applicant_id')::bigint = any (private.my_orgs())
    else cardinality(private.actors_for(p_entity, p_row)) > 0
      or (p_entity = 'order' and (p_row ->> 'id')::bigint = any (private.my_review_orders()))
      or (p_entity = 'redemption' and (p_row ->> 'id')::bigint = any (private.my_review_items())) end
$$;
comment on function private.may_see(text, jsonb) is '当前登录者是否可以看这一行业务；与各表的行级策略同义。';

create function private.peek(p_entity text, p_id bigint) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row jsonb := private.read_row(p_entity, p_id);
begin
  if not exists (select 1 from public.workflow_entities e where e.entity = p_entity)
    then perform private.refuse('UNKNOWN_ENTITY'); end if;
  if v_row is null or not private.may_see(p_entity, v_row) then perform private.refuse('NOT_FOUND'); end if;
  return v_row;
end $$;
comment on function private.peek(text, bigint) is '取一行业务给可以看的人；不存在与看不到同样回答（NOT_FOUND）。';

-- ── 下一步由谁办 ─────────────────────────────────────────────────────────
-- 一件业务常常等在另一件上：付了款的订单等它的兑付申请，兑付申请等它的季度或纸质材料。下列函数沿着这条链找到真正的一步。
create function private.step(p_entity text, p_state text, p_since timestamptz, p_at_entity text, p_at_id bigint,
  p_holder text default null, p_sentence text default null) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  s public.workflow_states;
  v_due date;
  v_missing text;
begin
  select x.* into s from public.workflow_states x where x.entity = p_entity and x.state = p_state;
  -- 另写了一句话的，状态表里的办理方与时限不再适用。
  if p_sentence is null then
    if p_entity = 'round' and p_state = 'open' then
      select q.close_due_on into v_due from public.rounds q where q.id = p_at_id;
      s.due_parameter := 'close_working_days';
    else v_due := private.due_on(p_entity, p_state, p_since);
    end if;
    if v_due is null and s.due_parameter is not null then
      v_missing := case when private.parameter(extract(year from p_since at time zone 'Asia/Shanghai')::integer,
        s.due_parameter) is null then to_char(p_since at time zone 'Asia/Shanghai', 'YYYY') || ' 年的时限参数还没有设定'
        else '放假安排尚未公布' end;
    end if;
  end if;
  return jsonb_build_object('holder', case when p_sentence is null then s.holder else p_holder end,
    'sentence', coalesce(p_sentence, s.next_step), 'since', p_since, 'due_on', v_due, 'due_missing', v_missing,
    'at_entity', p_at_entity, 'at_id', p_at_id);
end $$;
comment on function private.step(text, text, timestamptz, text, bigint, text, text) is
  '一步：由谁办、一句话、自何时起、时限（不知道的说缺什么）、在哪一件业务上办。p_sentence 空为流转表里的；另写了的用 p_holder，空为不等谁。';

create function private.payment_step(p public.redemptions, p_round public.rounds) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.payments;
  v_account public.payee_accounts;
begin
  select x.* into v from public.payments x where x.redemption_id = p.id order by x.id desc limit 1;
  if v.state in ('listed', 'in_transit') then
    return private.step('payment', v.state, v.state_since, 'payment_list', v.list_id, 'platform',
      case v.state when 'listed' then '已经列入拨付单，等待交银行。' else '已经交银行，等待结果。' end);
  end if;
  select a.* into v_account from public.payee_accounts a where a.institution_id = p.institution_id
    and a.state in ('submitted', 'checked', 'verified')
    order by a.state = 'verified', a.id desc limit 1;
  if v_account.id is null or (v.state = 'returned' and v_account.id = v.account_id) then
    return private.step('payment', 'returned', coalesce(v.state_since, p_round.state_since), 'payee_account',
      coalesce(v_account.id, 0), 'institution', case when v_account.id is null then '管理单位登记收款账户，核验之后兑付。'
        else '银行退票：管理单位更正收款账户，核验之后排在最前重付。' end);
  elsif v_account.state <> 'verified' then
    return private.step('payee_account', v_account.state, v_account.state_since, 'payee_account', v_account.id);
  end if;
  return private.step('round', 'paying', p_round.state_since, 'round', p_round.id, 'platform', '已经就绪，按支付先后等待兑付。');
end $$;
comment on function private.payment_step(public.redemptions, public.rounds) is
  '就绪之后等什么（R31、R43）：拨付单、银行的结果、收款账户的登记或更正，或排队的次序。';

create function private.claim_step(p public.redemptions) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_round public.rounds;
  v_pack public.paper_packs;
  v_to date;
  v_objection bigint := (select min(o.id) from public.objections o
    where o.redemption_id = p.id and o.decision is null);
begin
  if p.state = 're_review' and private.review_complete(p) then
    return private.step('redemption', p.state, p.state_since, 'redemption', p.id, 'platform', '意见已齐，省平台结束复评并上报。');
  elsif p.state <> 'passed' then
    return private.step('redemption', p.state, p.state_since, 'redemption', p.id);
  end if;
  select q.* into v_round from public.rounds q where q.id = p.round_id;
  select max(n.to_on) into v_to from public.notice_items i join public.notices n on n.id = i.notice_id
    where i.redemption_id = p.id;
  if v_to is null then return private.round_step(v_round); end if;
  -- 公示之后才说得出结论（R28）。
  if v_objection is not null then
    return private.step('redemption', p.state, p.state_since, 'objection', v_objection, 'department',
      '公示异议待省科技厅裁定，裁定之前不兑付、也不终局。');
  elsif p.expert_result = 'no' then
    return private.step('redemption', p.state, p.state_since, 'redemption', p.id, null,
      '公示的结论是不通过：至 ' || v_to || ' 期满，没有待裁定的异议即不能兑付。');
  elsif private.today() <= v_to then
    return private.step('round', v_round.state, v_round.state_since, 'round', v_round.id, 'platform',
      '公示至 ' || v_to || '，期满后兑付。');
  elsif not p.papers_archived then
    select k.* into v_pack from public.paper_packs k where k.round_id = p.papers_round_id
      and k.institution_id = p.institution_id;
    return case when v_pack.id is null then private.step('redemption', p.state, p.state_since, 'redemption', p.id,
        'institution', '管理单位随所移至的季度报送纸质材料，归存之后兑付。')
      else private.step('paper_pack', v_pack.state, v_pack.state_since, 'paper_pack', v_pack.id) end;
  elsif v_round.state = 'in_notice' then return private.round_step(v_round);
  end if;
  return private.payment_step(p, v_round);
end $$;
comment on function private.claim_step(public.redemptions) is
  '一项兑付申请的下一步（R31）：进入季度之后看季度，公示之后看结论、异议与纸质材料；公示之前不说结论（R28）。';

create function private.round_step(p public.rounds) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_to date;
begin
  if p.state = 'in_review' and private.guard_votes_in(to_jsonb(p), null) is null then
    return private.step('round', p.state, p.state_since, 'round', p.id, 'platform', '意见已齐，省平台结束评审并上报。');
  elsif p.state = 'in_notice' then
    select n.to_on into v_to from public.notices n where n.round_id = p.id and n.redemption_id is null;
    return private.step('round', p.state, p.state_since, 'round', p.id, 'platform',
      case when private.today() <= v_to then '公示至 ' || v_to || '，期满后开始兑付。' else '公示已经期满，省平台开始兑付。' end);
  end if;
  return private.step('round', p.state, p.state_since, 'round', p.id);
end $$;
comment on function private.round_step(public.rounds) is '一个季度的下一步：意见齐了由省平台上报；公示中说到哪一日。';

create function private.order_step(p public.orders) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.vouchers;
  v_item public.redemptions;
  v_over text;
begin
  select x.* into v from public.vouchers x where x.order_id = p.id order by x.id desc limit 1;
  if p.state = 'paid' then
    select r.* into v_item from public.redemptions r where r.order_id = p.id;
    return case when v.state = 'redeemed' then private.step('order', p.state, v.state_since, 'order', p.id, null,
        '资金已兑付给管理单位，这份订单已经办完。')
      when v_item.id is not null then private.claim_step(v_item)
      else private.step('order', p.state, p.state_since, 'voucher', v.id) end;
  elsif p.state = 'ordinary' and v.state = 'failed' then
    return private.step('order', p.state, p.state_since, 'order', p.id, null,
      '未能兑付，已转为普通订单；已抵扣的金额请双方按合同结清。');
  end if;
  -- 年度结束而每日任务还没有执行的：不说还能办（R7）。
  v_over := case when private.now() < private.order_ends_at(p) then null
    when p.state in ('approved', 'delivered', 'disputed') then '电子券已过有效期，不能再支付'
    when p.state = 'awaiting_consent' then '当年已经结束，不能再确认额度'
    when p.state = 'returned' then '当年已经结束，不能再重新提交' end;
  if v_over is not null then
    return private.step('order', p.state, p.state_since, 'order', p.id, null, v_over || '；系统随即把订单转为普通订单。');
  end if;
  if p.state = 'submitted' and private.suspended(p.institution_id, private.today()) then
    return private.step('order', p.state, p.state_since, 'order', p.id, 'institution', '管理单位目前暂停受理，订单保留原位；预计 '
      || (private.suspension_of(p.institution_id, private.today())).to_on + 1 || ' 起恢复。');
  end if;
  return private.step('order', p.state, p.state_since, 'order', p.id);
end $$;
comment on function private.order_step(public.orders) is '一份订单的下一步（R31）：付款之后看兑付申请；年度已经结束的照实说（R7）。';

create function private.expiry_words(p public.orders) returns text
language sql stable security definer set search_path = ''
as $$
  select to_char(private.order_ends_at(p) at time zone 'Asia/Shanghai' - interval '1 day', 'YYYY-MM-DD') || ' 24:00 前'
    || case p.state when 'awaiting_consent' then '确认，逾期转为普通订单、占用的额度释放。'
      when 'returned' then '重新提交，逾期转为普通订单。' else '支付电子券，逾期作废、额度释放。' end
  where private.now() < private.order_ends_at(p)
$$;
comment on function private.expiry_words(public.orders) is '年末之前要办什么、逾期会怎样（R7）：有券的说支付，待确认的说确认，退回的说重新提交；没有期限的为空。';

create function private.step_of(p_entity text, p_row jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_id bigint := (p_row ->> 'id')::bigint;
  v_state text := p_row ->> 'state';
  v_since timestamptz := (p_row ->> 'state_since')::timestamptz;
begin
  case p_entity
    when 'order' then return private.order_step(jsonb_populate_record(null::public.orders, p_row));
    when 'redemption' then return private.claim_step(jsonb_populate_record(null::public.redemptions, p_row));
    when 'round' then return private.round_step(jsonb_populate_record(null::public.rounds, p_row));
    when 'voucher' then
      if v_state in ('unpaid', 'paid') then
        return (select private.order_step(o) from public.orders o where o.id = (p_row ->> 'order_id')::bigint);
      elsif v_state = 'expired' and (p_row ->> 'rectified')::boolean then
        return private.step(p_entity, v_state, v_since, p_entity, v_id, null, '审核已经更正，这张电子券作废、额度已释放。');
      elsif v_state = 'expired' and (p_row ->> 'withdrawn')::boolean then
        return private.step(p_entity, v_state, v_since, p_entity, v_id, null, '订单已撤回，电子券作废、额度已释放。');
      end if;
    when 'certification' then
      if v_state = 'returned' and exists (select 1 from public.certifications n
        where n.organization_id = (p_row ->> 'organization_id')::bigint and n.id > v_id) then
        return private.step(p_entity, v_state, v_since, p_entity, v_id, null, '已经重新提交认证，请看最近的一份。');
      elsif v_state = 'returned' then
        return private.step(p_entity, v_state, v_since, 'organization', (p_row ->> 'organization_id')::bigint);
      end if;
    when 'instrument', 'service' then
      if v_state in ('submitted', 'edit_review')
        and private.suspended((p_row ->> 'organization_id')::bigint, private.today()) then
        return private.step(p_entity, v_state, v_since, p_entity, v_id, 'platform',
          '该管理单位正在暂停资格，申请保留原位；预计 '
          || (private.suspension_of((p_row ->> 'organization_id')::bigint, private.today())).to_on + 1 || ' 起可以审核。');
      end if;
    else null;
  end case;
  return private.step(p_entity, v_state, v_since, p_entity, v_id);
end $$;
comment on function private.step_of(text, jsonb) is '任何一种业务此刻的一步：等在别处的，说等的是什么、在哪里办（R31）。';

create function private.expert_waits(p_entity text, p_row jsonb) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select 1 from private.my_reviews() m join public.redemptions r on r.id = m.redemption_id
    where not m.voted and case p_entity when 'order' then r.order_id when 'redemption' then r.id
      when 'round' then r.round_id end = (p_row ->> 'id')::bigint);
end $$;
comment on function private.expert_waits(text, jsonb) is '这件业务是否等我这位专家的意见（R27）。';

create function private.next_step(p_entity text, p_id bigint)
returns table (state text, state_label text, sentence text, holder text, holder_label text, holder_name text,
  you boolean, since timestamptz, due_on date, overdue boolean, due_missing text, elsewhere_entity text,
  elsewhere_id bigint, expires_at timestamptz, expiry text, revision_left integer, supplement_left integer)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row jsonb := private.peek(p_entity, p_id);
  v_step jsonb := private.step_of(p_entity, v_row);
  v_actors text[] := private.actors_for(p_entity, v_row);
  v_order public.orders;
  v_applicant bigint;
  v_institution bigint;
  v_holder text := v_step ->> 'holder';
  v_due date := (v_step ->> 'due_on')::date;
  v_here boolean := v_step ->> 'at_entity' = p_entity and (v_step ->> 'at_id')::bigint = p_id;
  v_you boolean;
begin
  select p.applicant_id, p.institution_id into v_applicant, v_institution from private.parties(p_entity, v_row) p;
  -- 管理单位的认证退回时由管理单位自己办。
  if p_entity = 'certification' and v_holder = 'applicant'
    and exists (select 1 from public.organizations o where o.id = v_applicant and o.kind = 'institution') then
    v_holder := 'institution'; v_institution := v_applicant;
  end if;
  if p_entity = 'order' then v_order := jsonb_populate_record(null::public.orders, v_row); end if;
  v_you := case when v_holder is null then false when v_holder = 'expert' then private.expert_waits(p_entity, v_row)
    else v_holder = any (v_actors)
      or (v_holder = 'institution' and 'applicant' = any (v_actors) and p_entity = 'certification') end;
  return query select v_row ->> 'state',
    (select s.label from public.workflow_states s where s.entity = p_entity and s.state = v_row ->> 'state'),
    v_step ->> 'sentence', v_holder, private.holder_label(v_holder),
    case v_holder when 'applicant' then private.actor_name('applicant', v_applicant, null)
      when 'institution' then private.actor_name('institution', null, v_institution)
      else private.holder_label(v_holder) end,
    v_you, (v_step ->> 'since')::timestamptz, v_due, coalesce(v_due < private.today(), false),
    v_step ->> 'due_missing', case when not v_here then v_step ->> 'at_entity' end,
    case when not v_here then (v_step ->> 'at_id')::bigint end,
    case when p_entity = 'order' then private.order_ends_at(v_order) end,
    case when p_entity = 'order' then private.expiry_words(v_order) end,
    -- 还能改几次只看不通过的次数，不看第几次提交（R15、R24、R45）。
    case when p_entity = 'order' then greatest(1 + (v_row ->> 'state' = 'returned')::integer
      - coalesce((select c.refusals from private.contract_refusals c where c.applicant_id = v_applicant
        and c.institution_id = (v_row ->> 'institution_id')::bigint and c.contract_key = v_row ->> 'contract_key'), 0),
      0) end,
    case when p_entity = 'redemption' then greatest(1 + (v_row ->> 'state' = 'returned')::integer
      - (v_row ->> 'refusals')::integer, 0) end;
end $$;
comment on function private.next_step(text, bigint)
  is '下一步（R31），一行：状态、一句话、由谁办、从何时起、平台服务时限（不知道的说缺什么）、在哪一件业务上办、年末期限、剩余修改或补充次数。只提醒，不改变权利；能办什么见 available_actions。';
create function public.next_step(entity text, entity_id bigint)
returns table (state text, state_label text, sentence text, holder text, holder_label text, holder_name text,
  you boolean, since timestamptz, due_on date, overdue boolean, due_missing text, elsewhere_entity text,
  elsewhere_id bigint, expires_at timestamptz, expiry text, revision_left integer, supplement_left integer)
language sql stable security invoker set search_path = ''
begin atomic
  select s.state, s.state_label, s.sentence, s.holder, s.holder_label, s.holder_name, s.you, s.since, s.due_on,
    s.overdue, s.due_missing, s.elsewhere_entity, s.elsewhere_id, s.expires_at, s.expiry,
    s.revision_left, s.supplement_left
  from private.next_step(entity, entity_id) s;
end;
comment on function public.next_step(text, bigint) is '一件业务的下一步（R31）；看不到的与不存在的同样回答。';

create function private.blocked_actions(p_entity text, p_id bigint)
returns table (action text, label text, message text, hint text)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row jsonb := private.peek(p_entity, p_id);
begin
  return query
    select x.action, x.label, f.message, f.hint
    from private.next_step(p_entity, p_id) n
    cross join lateral (select distinct on (t.action) t.id, t.action, t.label,
        coalesce(private.both_parties(t.actor, p.applicant_id, p.institution_id),
          private.guard_says(t.guard, v_row, null)) as code
      from public.workflow_transitions t cross join private.parties(p_entity, v_row) p
      where t.entity = p_entity and t.from_state = v_row ->> 'state' and t.actor = n.holder
      order by t.action, t.id) x
    join private.refusals f on f.code = x.code
    where n.you and n.elsewhere_entity is null order by x.id;
end $$;
comment on function private.blocked_actions(text, bigint) is
  '轮到我办、此刻却办不了的几步，连同为什么与怎么办：与办理时同一批条件函数（R31）。';
create function public.blocked_actions(entity text, entity_id bigint)
returns table (action text, label text, message text, hint text)
language sql stable security invoker set search_path = ''
begin atomic select b.action, b.label, b.message, b.hint from private.blocked_actions(entity, entity_id) b; end;
comment on function public.blocked_actions(text, bigint) is '轮到我办、此刻却办不了的几步与原因（R31）。';
grant execute on function private.blocked_actions(text, bigint), public.blocked_actions(text, bigint) to authenticated;

-- 不经流转表的动作（建立、领取、签署……）的屏幕名称；流转的名称在流转表。
create table private.action_labels (
  entity text not null,
  action text not null,
  label text not null,
  primary key (entity, action)
);
comment on table private.action_labels is '建立等没有前一状态的动作的屏幕名称；流转的名称只在 workflow_transitions。';
alter table private.action_labels enable row level security;
insert into private.action_labels values
  ('order', 'create', '建立订单草稿'), ('order', 'rate', '评价'), ('voucher', 'issue', '发放电子券'),
    ('voucher', 'be_paid', '支付电子券'), ('redemption', 'submit', '申请兑付'),
  ('certification', 'submit', '提交认证'), ('project', 'submit', '登记项目'), ('quota', 'claim', '领取额度'),
    ('instrument', 'submit', '添加仪器'), ('service', 'submit', '添加检测项目'),
  ('instrument', 'switch', '设置开放与用券'), ('service', 'switch', '设置开放与用券'), ('organization', 'sign_pledge', '签署诚信承诺书'),
    ('redemption_review', 'vote', '提交评审意见'),
  ('redemption_review', 'conflict', '申报回避'), ('redemption_review', 'state_no_conflict', '声明没有利害关系'),
  ('redemption_review', 'replace_expert', '更换逾期的专家'), ('redemption_review', 'add_expert', '补派专家'),
  ('redemption', 'postpone_review', '移到下一季度评审'), ('redemption', 'bank_return', '银行退票'),
  ('payee_account', 'file', '登记收款账户'), ('payment_list', 'draw_up', '拟制拨付单'),
  ('organization', 'assign_recommender', '指定推荐单位'),
  ('organization', 'release_uscc', '收回统一社会信用代码'), ('organization', 'state_uscc', '填写统一社会信用代码'),
  ('uscc_claim', 'file', '申请登记代码'),
  ('suspension', 'suspend', '暂停资格'), ('rectification', 'propose', '提出更正'),
  ('recovery', 'decide', '决定追回'), ('voucher', 'recover', '追回标记'),
  ('order', 'rectify', '更正：撤销不通过'), ('redemption', 'rectify', '更正：撤销退回');

create function private.timeline(p_entity text, p_id bigint)
returns table (id bigint, at timestamptz, entity text, action text, label text, actor_role text, actor_name text,
  from_label text, to_label text, to_state text, reason text, details jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row jsonb := private.peek(p_entity, p_id);
  -- 季度对谁都看得见，但退回理由与票数是内部的事：工作人员之外只见公开的各步，不见原因与明细。
  v_public boolean := not private.is_staff();
  -- 评审专家看到的止于形式审核：其后可能写着别人的意见与结论（R40）。
  v_expert boolean := p_entity in ('order', 'redemption') and cardinality(private.actors_for(p_entity, v_row)) = 0;
begin
  return query
    select e.id, e.at, e.entity, e.action,
      coalesce((select t.label from public.workflow_transitions t where t.entity = e.entity and t.action = e.action
        and t.from_state is not distinct from e.from_state order by (t.to_state = e.to_state) desc, t.id limit 1),
        (select l.label from private.action_labels l where l.entity = e.entity and l.action = e.action),
        (select t.label from public.workflow_transitions t
          where t.entity = e.entity and t.action = e.action order by t.id limit 1), e.action),
      e.actor_role, e.actor_name,
      (select s.label from public.workflow_states s where s.entity = e.entity and s.state = e.from_state),
        (select s.label from public.workflow_states s where s.entity = e.entity and s.state = e.to_state), e.to_state,
      case when not v_public or e.entity <> 'round' then e.reason end,
      case when v_public and e.entity = 'round' or (e.entity = 'payment_list' and p_entity <> 'payment_list')
        then '{}'::jsonb else e.details end
    from public.events e
    -- 随业务补记的不是一步；后台直接改的是。分批办的，办完那一次才是一步。
    where e.action <> 'record' and (e.entity <> 'round' or (e.to_state is distinct from e.from_state
        and (not v_public or e.action in ('close', 'open_review', 'report', 'confirm', 'publish',
          'start_payout', 'settle'))
        and (p_entity = 'round' or e.action <> 'settle')))
      and (not v_expert or e.entity = 'order'
        or (e.entity = 'redemption' and e.action in ('submit', 'return', 'supplement', 'pass')))
      and ((e.entity = p_entity and e.entity_id = p_id)
      -- 订单的进度连同它的电子券与兑付申请一起讲（R31）。
      or (p_entity = 'order' and e.entity = 'voucher' and e.action not in ('be_paid', 'redeem')
        and e.entity_id in (select v.id from public.vouchers v where v.order_id = p_id))
      or (p_entity = 'order' and e.entity = 'redemption'
        and e.entity_id = (select r.id from public.redemptions r where r.order_id = p_id))
      -- 列入拨付单、交银行是一次办的许多笔，记在拨付单上（R43）；讲到每一笔的进度里。
      or (p_entity in ('order', 'redemption') and e.entity = 'payment_list' and e.entity_id in (
        select p.list_id from public.payments p join public.redemptions r on r.id = p.redemption_id
        where case p_entity when 'order' then r.order_id else r.id end = p_id and p.fund_year is not null
          and (e.action = 'approve' or e.action = 'send' and p.state <> 'dropped')))
      -- 进入季度之后，季度的公开各步也是它的进度。
      or (p_entity in ('order', 'redemption') and e.entity = 'round' and e.action <> 'create'
        and e.entity_id = (select r.round_id from public.redemptions r
          where p_id = case p_entity when 'order' then r.order_id else r.id end)))
    order by e.at, e.id;
end $$;
comment on function private.timeline(text, bigint) is '一件业务的进度（R31）：谁、何时、做了什么、为什么；不含个人姓名（R34）。订单含其电子券与兑付。';
create function public.timeline(entity text, entity_id bigint)
returns table (id bigint, at timestamptz, entity_of text, action text, label text, actor_role text, actor_name text,
  from_label text, to_label text, to_state text, reason text, details jsonb)
language sql stable security invoker set search_path = ''
begin atomic
  select t.id, t.at, t.entity, t.action, t.label, t.actor_role, t.actor_name, t.from_label, t.to_label, t.to_state,
    t.reason, t.details from private.timeline(entity, entity_id) t;
end;
comment on function public.timeline(text, bigint) is '一件业务的进度（R31）；看不到的与不存在的同样回答。';

-- ── 待办 ────────────────────────────────────────────────────────────────
-- 每一支都带自己的单位或状态条件，走各表的索引；不靠行级策略筛选。
create function private.my_tasks()
returns table (entity text, id bigint, number text, title text, state text, since timestamptz)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_orgs bigint[] := private.my_orgs();
  v_bodies bigint[] := private.my_institutions_as_recommender();
  v_roles text[];
begin
  if (select auth.uid()) is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  v_roles := private.my_roles();
  if cardinality(v_orgs) > 0 then
    return query
      select 'order', o.id, o.order_no, o.title, o.state, o.state_since from public.orders o
        where o.applicant_id = any (v_orgs) and o.state in ('draft', 'returned', 'awaiting_consent', 'delivered')
          and coalesce(private.now() < private.order_ends_at(o), true)
      union all select 'order', o.id, o.order_no, o.title, o.state, o.state_since from public.orders o
        where o.institution_id = any (v_orgs) and o.state in ('submitted', 'approved', 'disputed')
          and coalesce(private.now() < private.order_ends_at(o), true)
      union all select 'voucher', v.id, v.voucher_no, '申请兑付', v.state, v.paid_at from public.vouchers v
        where v.holder_id = any (v_orgs) and v.state = 'paid' and v.institution_id = v.holder_id
          and not exists (select 1 from public.redemptions r where r.voucher_id = v.id)
      union all select 'redemption', r.id, r.voucher_no, '补充兑付材料', r.state, r.state_since from public.redemptions r
        where r.institution_id = any (v_orgs) and r.state = 'returned'
      union all select 'recovery', x.id, private.entity_number('recovery', x.id), '追回：退回款项或答复', x.state,
        x.state_since
        from public.recoveries x where x.institution_id = any (v_orgs) and x.state = 'recovering'
      union all select 'certification', c.id, c.certificate_no, '重新提交认证', c.state, c.state_since
        from public.certifications c
        where c.organization_id = any (v_orgs) and c.state = 'returned'
          and not exists (select 1 from public.certifications n where n.organization_id = c.organization_id
          and n.id > c.id)
      union all select 'project', p.id, '', p.title, p.state, p.state_since from public.projects p
        where p.organization_id = any (v_orgs) and p.state = 'returned'
      union all select 'instrument', i.id, i.model, i.name, i.state, i.state_since from public.instruments i
        where i.organization_id = any (v_orgs) and i.state = 'returned'
      union all select 'service', s.id, '', s.name, s.state, s.state_since from public.services s
        where s.organization_id = any (v_orgs) and s.state = 'returned'
      union all select 'paper_pack', k.id, q.year || ' 年第 ' || q.quarter || ' 季度', '打印盖章、报送推荐单位', k.state, k.state_since
        from public.paper_packs k join public.rounds q on q.id = k.round_id where k.institution_id = any (v_orgs)
          and k.state in ('not_printed', 'printed', 'recommender_returned')
      union all select 'payee_account', a.id, '', '重新登记收款账户', a.state, a.state_since from public.payee_accounts a
        where a.institution_id = any (v_orgs) and a.state = 'returned'
          and not exists (select 1 from public.payee_accounts n where n.institution_id = a.institution_id
            and (n.id > a.id or n.state = 'verified'))
      -- 没有账户的、退票后账户没有更正的，兑付等着（R43）。
      union all select 'payee_account', 0::bigint, min(r.voucher_no), '登记收款账户：' || count(*) || ' 笔兑付等待', 'missing',
          min(r.state_since)
        from public.redemptions r where r.institution_id = any (v_orgs) and r.state = 'passed'
          and r.expert_result = 'yes' and not exists (select 1 from public.payee_accounts a
            where a.institution_id = r.institution_id and a.state in ('verified', 'submitted', 'checked', 'returned'))
        group by r.institution_id
      union all select 'payee_account', a.id, min(p.payment_no), '银行退票，请更正收款账户', 'bank_returned',
          min(p.state_since)
        from public.payments p join public.redemptions r on r.id = p.redemption_id and r.state = 'passed'
        join public.payee_accounts a on a.id = p.account_id and a.state = 'verified'
        where p.institution_id = any (v_orgs) and p.state = 'returned'
          and not exists (select 1 from public.payee_accounts n where n.institution_id = a.institution_id
            and n.state in ('submitted', 'checked'))
        group by a.id;
  end if;
  if cardinality(v_bodies) > 0 then
    return query select 'paper_pack', k.id, q.year || ' 年第 ' || q.quarter || ' 季度', o.name, k.state, k.state_since
      from public.paper_packs k join public.rounds q on q.id = k.round_id
        join public.organizations o on o.id = k.institution_id
      where k.institution_id = any (v_bodies) and k.state in ('sent', 'recommender_approved');
  end if;
  if 'platform' = any (v_roles) then
    return query
      (select 'order', o.id, o.order_no, o.title, o.state, o.state_since from public.orders o
        where o.state = 'platform_review' order by o.state_since limit 200)
      union all (select 'redemption', r.id, r.voucher_no, '形式审核', r.state, r.state_since from public.redemptions r
        where r.state = 'submitted' order by r.state_since limit 200)
      union all (select 'certification', c.id, c.certificate_no, o.name, c.state, c.state_since
        from public.certifications c join public.organizations o on o.id = c.organization_id
        where c.state = 'submitted' order by c.state_since limit 200)
      union all (select 'project', p.id, '', p.title, p.state, p.state_since from public.projects p
        where p.state = 'submitted' order by p.state_since limit 200)
      union all (select 'instrument', i.id, i.model, i.name, i.state, i.state_since from public.instruments i
        where i.state in ('submitted', 'edit_review') order by i.state_since limit 200)
      union all (select 'service', s.id, '', s.name, s.state, s.state_since from public.services s
        where s.state in ('submitted', 'edit_review') order by s.state_since limit 200)
      union all (select 'payee_account', a.id, '', o.name || '：' || case when a.replaces_id is null then '核验收款账户'
          else '核验更换的收款账户' end, a.state, a.state_since
        from public.payee_accounts a join public.organizations o on o.id = a.institution_id
        where a.state in ('submitted', 'checked') order by a.state_since limit 200)
      union all (select 'uscc_claim', c.id, c.uscc, o.name || '：裁定代码归属', c.state, c.state_since
        from public.uscc_claims c join public.organizations o on o.id = c.organization_id
        where c.state = 'submitted' order by c.state_since limit 200)
      union all select 'payment_list', l.id, l.list_no, case l.state when 'drafted' then '复核拨付单'
          when 'approved' then '生成银行文件' else '登记银行结果' end, l.state, l.state_since
        from public.payment_lists l where l.state in ('approved', 'in_transit')
          or (l.state = 'drafted' and l.drawn_up_by <> (select auth.uid()))
      union all select 'paper_pack', k.id, q.year || ' 年第 ' || q.quarter || ' 季度', o.name, k.state, k.state_since
        from public.paper_packs k join public.rounds q on q.id = k.round_id
          join public.organizations o on o.id = k.institution_id where k.state = 'forwarded'
      union all select 'round', q.id, q.year || ' 年第 ' || q.quarter || ' 季度', '季度汇总', q.state, q.state_since
        from public.rounds q
        where q.state in ('listed', 'finance_confirmed', 'paying')
          or (q.state = 'open' and private.today() > private.quarter_end(q.year, q.quarter))
          or (q.state = 'in_review' and private.guard_votes_in(to_jsonb(q), null) is null)
          or (q.state = 'in_notice' and exists (select 1 from public.notices n
            where n.round_id = q.id and private.today() > n.to_on))
      union all select 'redemption', r.id, r.voucher_no, case r.state when 're_review' then '复评意见已齐，上报'
        else '发布复评公示' end, r.state, r.state_since
        from public.redemptions r where r.state = 're_finance_confirmed'
          or (r.state = 're_review' and private.review_complete(r))
      union all select 'paper_pack', k.id, q.year || ' 年第 ' || q.quarter || ' 季度', o.name || '：材料逾期', k.state,
        k.state_since
        from public.paper_packs k join public.rounds q on q.id = k.round_id
          join public.organizations o on o.id = k.institution_id
        where k.state not in ('forwarded', 'archived', 'moved', 'closed')
          and private.papers_due_on(to_jsonb(k)) < private.today()
      union all select 'rectification', x.id, private.entity_number(x.entity, x.entity_id), '确认更正', x.state,
        x.state_since
        from public.rectifications x where x.state = 'proposed' and x.proposed_by <> (select auth.uid())
      union all select 'round', q.id, q.year || ' 年第 ' || q.quarter || ' 季度', '评审缺少专家或有专家逾期', q.state, q.state_since
        from public.rounds q where exists (select 1 from public.redemptions r where r.round_id = q.id and r.review_open
          and private.needs_care(r));
  end if;
  if 'expert' = any (v_roles) then
    return query select 'redemption', m.redemption_id, m.voucher_no, case when m.stated then '专家评审' else '声明有无利害关系' end,
      'in_review', a.asked_at
      from private.my_reviews() m
      join public.expert_assignments a on a.redemption_id = m.redemption_id and a.expert_id = (select auth.uid())
      where not m.voted;
  end if;
  if 'department' = any (v_roles) then
    return query
      select 'round', q.id, q.year || ' 年第 ' || q.quarter || ' 季度', '审核确认', q.state, q.state_since from public.rounds q
        where q.state = 'reported'
      union all select 'redemption', r.id, r.voucher_no, '确认复评结果', r.state, r.state_since from public.redemptions r
        where r.state = 're_reported'
      union all select 'objection', o.id, i.voucher_no, '裁定异议', 'open', o.submitted_at from public.objections o
        join public.notice_items i on i.notice_id = o.notice_id and i.redemption_id = o.redemption_id
          where o.decision is null;
  end if;
  if 'finance' = any (v_roles) then
    return query select 'round', q.id, q.year || ' 年第 ' || q.quarter || ' 季度', '审核确认', q.state, q.state_since
      from public.rounds q where q.state = 'department_confirmed'
      union all select 'redemption', r.id, r.voucher_no, '确认复评结果', r.state, r.state_since from public.redemptions r
        where r.state = 're_department_confirmed';
  end if;
end $$;
comment on function private.my_tasks() is '轮到我办的业务（R31）：按单位与工作人员角色汇总；工作人员各类最多 200 件，最早的在前。';
create function private.my_tasks_beyond()
returns table (entity text, beyond bigint)
language sql stable security definer set search_path = ''
as $$
  select w.entity, sum(greatest(w.waiting - 200, 0))::bigint from (
    select 'order' as entity, count(*) as waiting from public.orders o where o.state = 'platform_review'
    union all select 'redemption', count(*) from public.redemptions r where r.state = 'submitted'
    union all select 'certification', count(*) from public.certifications c where c.state = 'submitted'
    union all select 'project', count(*) from public.projects p where p.state = 'submitted'
    union all select 'instrument', count(*) from public.instruments i where i.state in ('submitted', 'edit_review')
    union all select 'service', count(*) from public.services s where s.state in ('submitted', 'edit_review')
    union all select 'payee_account', count(*) from public.payee_accounts a where a.state in ('submitted', 'checked')
    union all select 'uscc_claim', count(*) from public.uscc_claims c where c.state = 'submitted') w
  where (select private.has_role('platform')) and w.waiting > 200
  group by w.entity
$$;
comment on function private.my_tasks_beyond() is '省平台各类待办中，my_tasks 的 200 件之外还有几件（R31）：总数才是真的。';
create function private.my_tasks_due()
returns table (entity text, id bigint, number text, title text, state text, state_label text, since timestamptz,
  due_on date, overdue boolean, days integer, party text, amount_fen bigint, total bigint)
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query with waiting as materialized (
    select t.*, count(*) over (partition by t.entity) + coalesce(b.beyond, 0) as total,
      row_number() over (partition by t.entity order by t.since, t.id) as place
    from private.my_tasks() t left join private.my_tasks_beyond() b on b.entity = t.entity),
  mine as materialized (select private.my_orgs() as orgs, private.has_role('expert') as expert)
  select d.entity, d.id, d.number, d.title, d.state, d.label, d.since, d.due, coalesce(d.due < private.today(), false),
    greatest(private.today() - (d.since at time zone 'Asia/Shanghai')::date, 0), d.party, d.amount, d.total
  from (select t.*, case when t.entity = 'objection' then '待裁定' when t.entity = 'voucher' then '待申请兑付'
    when t.state = 'missing' then '没有收款账户' when t.state = 'bank_returned' then '退票'
    else coalesce(s.label, case t.state when 'in_review' then '评审中' end) end as label,
      case when t.entity = 'redemption' and t.state = 'in_review' then private.due_on('round', 'in_review', t.since)
        when t.entity = 'round' and t.state = 'open' then (select q.close_due_on from public.rounds q where q.id = t.id)
        else private.due_on(t.entity, t.state, t.since) end as due,
      nullif(concat_ws(' → ', case when not f.applicant_id = any (mine.orgs) then a.name end,
        case when not f.institution_id = any (mine.orgs) then i.name end), '') as party,
      f.amount_fen as amount
    from waiting t cross join mine
    left join lateral (
      select o.applicant_id, o.institution_id, coalesce(o.approved_fen, o.accepted_fen) as amount_fen
        from public.orders o where t.entity = 'order' and o.id = t.id
      union all select v.applicant_id, v.institution_id, v.amount_fen
        from public.vouchers v where t.entity = 'voucher' and v.id = t.id
      union all select null, r.institution_id, r.amount_fen
        from public.redemptions r where t.entity = 'redemption' and r.id = t.id
          and not mine.expert
      union all select null, x.institution_id, x.amount_fen - x.returned_fen
        from public.recoveries x where t.entity = 'recovery' and x.id = t.id
      union all select p.organization_id, null, null from public.projects p where t.entity = 'project' and p.id = t.id
      union all select null, n.organization_id, null
        from public.instruments n where t.entity = 'instrument' and n.id = t.id
      union all select null, n.organization_id, null from public.services n where t.entity = 'service' and n.id = t.id
      union all select null, null, l.amount_fen
        from public.payment_lists l where t.entity = 'payment_list' and l.id = t.id) f on true
    left join public.organizations a on a.id = f.applicant_id
    left join public.organizations i on i.id = f.institution_id
    left join public.workflow_states s on s.entity = t.entity and s.state = t.state
    where t.place <= 200) d
  order by d.due nulls last, d.since;
end $$;
comment on function private.my_tasks_due() is
  '待办连同状态名称、时限、是否超期、已等天数、对方与金额，先到期的在前（R31）；每类列 200 件，total 是这一类真正的件数。专家看不到单位与金额（R27）。';
create function public.my_tasks()
returns table (entity text, id bigint, number text, title text, state text, state_label text, since timestamptz,
  due_on date, overdue boolean, days integer, party text, amount_fen bigint, total bigint)
language sql stable security invoker set search_path = ''
begin atomic select t.entity, t.id, t.number, t.title, t.state, t.state_label, t.since, t.due_on, t.overdue, t.days,
  t.party, t.amount_fen, t.total from private.my_tasks_due() t; end;
comment on function public.my_tasks() is '今日待办（R31）：轮到我办的业务，先到期的在前；total 是同类的件数。';
grant execute on function private.next_step(text, bigint), public.next_step(text, bigint),
  private.timeline(text, bigint), public.timeline(text, bigint),
  private.my_tasks_due(), public.my_tasks() to authenticated;

-- ── 季度汇总的时钟（R25）────────────────────────────────────────────────
create function private.close_due_rounds() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.rounds;
  v_today date := private.today();
  v_count integer := 0;
begin
  perform private.ensure_round();
  -- 建立时日历还没有发布的，发布之后补上期限。
  update public.rounds q set close_due_on = private.add_working_days(private.quarter_end(q.year, q.quarter),
    private.parameter(q.year, 'close_working_days')::integer)
    where q.state = 'open' and q.close_due_on is null;
  for v in select q.* from public.rounds q where q.state = 'open' and q.close_due_on <= v_today order by q.year,
    q.quarter for update loop
    perform private.effect_round_close(to_jsonb(v), '{}');
    perform private.system_move('round', v.id, 'close', 'listed',
      '季度结束后第 ' || private.parameter(v.year, 'close_working_days') || ' 个工作日，系统按期汇总');
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
comment on function private.close_due_rounds() is '每日任务（R25）：建立本季度的汇总；到第 7 个工作日省平台还没有汇总的，由系统汇总；日历缺失的不猜、等待。返回汇总数，可重复执行。';

-- ── 放假安排改了，时限重新计算（R49）────────────────────────────────────
create function private.recompute_deadlines() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.rounds q set close_due_on = x.due
  from (select r.id, private.add_working_days(private.quarter_end(r.year, r.quarter),
      private.parameter(r.year, 'close_working_days')::integer) as due
    from public.rounds r where r.state = 'open') x
  where x.id = q.id and coalesce(q.close_due_on >= private.today(), true) and q.close_due_on is distinct from x.due;
  -- 已经公布的公示只会延后，不会提前。
  update public.notices n set to_on = x.to_on
  from (select p.id, private.notice_end(p.from_on,
      private.parameter(extract(year from p.from_on)::integer, 'notice_working_days')::integer) as to_on
    from public.notices p where p.to_on >= private.today()) x
  where x.id = n.id and x.to_on > n.to_on;
  return null;
end $$;
comment on function private.recompute_deadlines() is
  '触发器：放假安排或其可信日期一有改动，没有过去的时限重新计算（R49）；公示的最后一日只延后。平台服务时限本来就随时现算。';
create trigger recompute_deadlines after insert or update or delete on public.holidays
  for each statement execute function private.recompute_deadlines();
create trigger recompute_deadlines after insert or update on public.policy_years
  for each statement execute function private.recompute_deadlines();
