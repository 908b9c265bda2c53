-- 每日对账：额度 = 台账 = 电子券 = 兑付 = 资金（R5、R8、R14）；不平即通知省平台。

create table public.reconciliations (
  day date not null,
  item text not null,
  balanced boolean not null,
  difference_fen bigint not null default 0,
  details text not null default '',
  at timestamptz not null default private.now(),
  primary key (day, item)
);
comment on table public.reconciliations is '每日对账结果：每项一行，不平时 difference_fen（分）与说明；工作人员可读。';
alter table public.reconciliations enable row level security;
create policy reconciliations_read on public.reconciliations for select to authenticated
  using ((select private.is_staff()));
grant select on public.reconciliations to authenticated;
select private.keep_rows('public.reconciliations');

create function private.imbalances()
returns table (item text, difference_fen bigint, details text)
language sql stable security definer set search_path = ''
as $$
  select '额度余额与台账', q.held_fen + q.spent_fen - (l.held + l.spent), '额度 ' || q.id
  from public.quotas q cross join lateral (
    select coalesce(sum(case e.kind when 'hold' then e.amount_fen when 'release' then -e.amount_fen
      when 'spend' then -e.amount_fen else 0 end), 0) as held,
      coalesce(sum(case when e.kind in ('spend', 'retake') then e.amount_fen when e.kind = 'restore' then -e.amount_fen
        else 0 end), 0) as spent,
      coalesce(sum(e.amount_fen) filter (where e.kind = 'grant'), 0) as granted
    from public.quota_entries e where e.quota_id = q.id) l
  where q.held_fen <> l.held or q.spent_fen <> l.spent or q.cap_fen <> l.granted
  union all
  -- 占用 = 未支付的券 + 待确认额度的订单
  select '占用额度与未支付的券', q.held_fen - x.held, '额度 ' || q.id
  from public.quotas q cross join lateral (
    select coalesce((select sum(v.amount_fen) from public.vouchers v where v.quota_id = q.id and v.state = 'unpaid'), 0)
      + coalesce((select sum(o.approved_fen) from public.orders o
        where o.quota_id = q.id and o.state = 'awaiting_consent'), 0) as held) x
  where q.held_fen <> x.held
  union all
  -- 已用 = 已支付与已兑付的券，加上跨年失败而不退还的券
  select '已用额度与已支付的券', q.spent_fen - x.spent, '额度 ' || q.id
  from public.quotas q cross join lateral (
    select coalesce(sum(v.amount_fen) filter (where v.state in ('paid', 'redeemed') or (v.state = 'failed'
      -- 退还之后又收回的（R45），按次数相抵。
      and (select count(*) filter (where e.kind = 'restore') = count(*) filter (where e.kind = 'retake')
        from public.quota_entries e where e.order_id = v.order_id))), 0) as spent
    from public.vouchers v where v.quota_id = q.id) x
  where q.spent_fen <> x.spent
  union all
  -- 只有到账的一笔使电子券兑付成功（R43）。
  select '到账与兑付成功的券', coalesce(p.amount_fen, 0) - v.amount_fen, '电子券 ' || v.voucher_no
  from public.vouchers v join public.redemptions r on r.voucher_id = v.id
    left join public.payments p on p.redemption_id = r.id and p.state = 'arrived'
  where (v.state = 'redeemed') <> (p.id is not null) or (p.id is not null and p.amount_fen <> v.amount_fen)
    or (v.state = 'redeemed') <> (r.state = 'paid_out')
  union all
  -- 一张已支付的券恰有一次支付入账，金额、年度与订单核定一致
  select '券、订单与支付入账', coalesce(l.spent, 0) - v.amount_fen, '电子券 ' || v.voucher_no
  from public.vouchers v join public.orders o on o.id = v.order_id
  cross join lateral (select count(*) as n, sum(e.amount_fen) as spent from public.quota_entries e
    where e.order_id = v.order_id and e.kind = 'spend') l
  where not v.rectified and (v.amount_fen <> o.approved_fen or v.quota_id is distinct from o.quota_id
    or case when v.state in ('paid', 'redeemed', 'failed') then l.n <> 1 or l.spent <> v.amount_fen else l.n <> 0 end)
  union all
  select '年度资金', -f.free_fen, y.year || ' 年的资金 ' || private.yuan(f.fund_fen) || '，已用 ' || private.yuan(f.used_fen)
    || '（已列入拨付单 ' || private.yuan(f.listed_fen) || '、在途 ' || private.yuan(f.in_transit_fen) || '、到账 '
    || private.yuan(f.arrived_fen) || '、减追回 ' || private.yuan(f.recovered_fen) || '），超出 ' || private.yuan(-f.free_fen)
  from public.policy_years y cross join lateral private.fund_of(y.year) f
  -- 更正为到账的总是记下，余额可以因此为负（R45）：超出的不多于这些，就不是差错。
  where -f.free_fen > (select coalesce(sum(p.amount_fen), 0) from public.payments p
    where p.fund_year = y.year and p.state = 'arrived' and exists (select 1 from public.rectifications x
      where x.payment_id = p.id and x.state = 'confirmed' and x.action = 'bank_return' and x.result = 'arrived'))
    and f.free_fen < 0
  union all
  -- 公布的资金与算出的一致；由各笔的另一头（兑付成功的券）再加一遍。
  select '年度资金', k.used_fen - f.used_fen, k.year || ' 年公布的已用资金 ' || private.yuan(k.used_fen)
    || '，按拨付的各笔算出 ' || private.yuan(f.used_fen)
  from public.fund_status k cross join lateral private.fund_of(k.year) f
  where (k.listed_fen, k.in_transit_fen, k.arrived_fen, k.recovered_fen, k.used_fen)
    is distinct from (f.listed_fen, f.in_transit_fen, f.arrived_fen, f.recovered_fen, f.used_fen)
  union all
  select '年度资金', coalesce(sum(f.arrived_fen), 0) - v.fen,
    '历年到账合计 ' || private.yuan(coalesce(sum(f.arrived_fen), 0)::bigint)
    || '，兑付成功的电子券合计 ' || private.yuan(v.fen)
  from public.policy_years y cross join lateral private.fund_of(y.year) f
  cross join (select coalesce(sum(x.amount_fen), 0)::bigint as fen from public.vouchers x where x.state = 'redeemed') v
  group by v.fen having coalesce(sum(f.arrived_fen), 0) <> v.fen
  union all
  select '拨付单与各笔', coalesce(p.fen, 0) - l.amount_fen, '拨付单 ' || l.list_no || ' 写的是 ' || l.items || ' 笔 '
    || private.yuan(l.amount_fen) || '，各笔相加是 ' || p.n || ' 笔 ' || private.yuan(coalesce(p.fen, 0))
  from public.payment_lists l cross join lateral (select count(*) as n, sum(x.amount_fen)::bigint as fen
    from public.payments x where x.list_id = l.id) p
  where p.n <> l.items or p.fen <> l.amount_fen
  union all
  select '拨付单与各笔', p.amount_fen, '拨付单 ' || l.list_no || '（' || t.label || '）上的 ' || p.payment_no || ' 却是“' || s.label
    || '”，' || private.yuan(p.amount_fen)
  from public.payments p join public.payment_lists l on l.id = p.list_id
  join public.workflow_states s on s.entity = 'payment' and s.state = p.state
  join public.workflow_states t on t.entity = 'payment_list' and t.state = l.state
  where not p.state = any (case l.state when 'drafted' then array['drafted'] when 'approved' then array['listed']
      when 'in_transit' then array['in_transit', 'arrived', 'returned', 'dropped']
      when 'done' then array['arrived', 'returned', 'dropped'] else array['dropped'] end)
    or p.fund_year is distinct from l.fund_year
  union all
  select '拨付单与各笔', p.amount_fen - r.amount_fen, '拨付 ' || p.payment_no || ' 与兑付申请 ' || r.voucher_no
    || ' 不符：' || private.yuan(p.amount_fen) || ' 与 ' || private.yuan(r.amount_fen) || '，或收款单位不同'
  from public.payments p join public.redemptions r on r.id = p.redemption_id
  join public.payee_accounts a on a.id = p.account_id
  where p.amount_fen <> r.amount_fen or p.institution_id <> r.institution_id or a.institution_id <> r.institution_id
  union all
  -- 追回的：退回的等于各笔之和，合计不超过到账的，电子券上的标记一致（R44）。
  select '追回与各笔', x.returned_fen - i.fen, '追回 ' || x.id || ' 记的是已退回 ' || private.yuan(x.returned_fen)
    || '，各笔相加是 ' || private.yuan(i.fen)
  from public.recoveries x cross join lateral (select coalesce(sum(y.amount_fen), 0)::bigint as fen
    from public.recovery_instalments y where y.recovery_id = x.id) i where x.returned_fen <> i.fen
  union all
  select '追回与各笔', private.recoverable_fen(p.id), '拨付 ' || p.payment_no || '（' || p.state || '）决定追回的超过到账的'
  from public.payments p where exists (select 1 from public.recoveries x where x.payment_id = p.id
    and x.state <> 'cancelled') and (p.state <> 'arrived' or private.recoverable_fen(p.id) < 0)
  union all
  select '追回与各笔', 0, '电子券 ' || v.voucher_no || ' 的追回标记与追回不符'
  from public.vouchers v cross join lateral (select case
      when bool_or(x.state = 'recovering') then 'recovering'
      when bool_or(x.state = 'recovered') then 'recovered' end as m
    from public.recoveries x where x.voucher_id = v.id) r where v.recovery is distinct from r.m
$$;
comment on function private.imbalances() is '所有不平之处：项目、差额（分）、在哪里；空即平。';


-- ── 各表与事件（R32）────────────────────────────────────────────────────
create function private.subject_label(p_entity text) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce((select w.label from public.workflow_entities w where w.entity = p_entity),
    case p_entity when 'quota' then '额度' when 'organization' then '单位' when 'redemption_review' then '兑付申请的评审'
      when 'notice' then '公示' when 'objection' then '异议' end,
    (select '设置“' || (regexp_match(obj_description(w.table_name::regclass), '^[^：（。，]+'))[1] || '”'
      from private.watched w
      where w.entity = p_entity and w.mode = 'change'), p_entity)
$$;
comment on function private.subject_label(text) is '对账说明里一种业务的叫法。';

create function private.fact_label(p_key text) returns text
language sql immutable set search_path = ''
as $$
  select coalesce((select x.label from (values
    ('amount_fen', '金额'), ('approved_fen', '核定额'), ('accepted_fen', '用户单位接受的金额'), ('test_fee_fen', '检测费'),
    ('contract_total_fen', '合同总额'), ('eligible_fee_fen', '可抵扣检测费'), ('cap_fen', '额度'), ('state', '状态'),
      ('state_since', '进入此状态的时间'),
    ('applicant_id', '用户单位'), ('institution_id', '管理单位'), ('organization_id', '单位'), ('holder_id', '持有者'),
      ('quota_id', '所用额度'),
    ('contract_no', '合同号'), ('submissions', '提交的快照'), ('documents', '文件与哈希'), ('entries', '额度流水'), ('invoices', '发票'),
    ('lines', '笔数'), ('account_no', '账号'), ('holder_name', '户名'),
    ('published', '公布的兑付'), ('taken', '占下的发票'), ('votes', '评审意见'), ('assignments', '专家分配'),
      ('turns', '各次评审的结论'), ('result', '评审结论'),
    ('paid_at', '支付时间'), ('round_id', '所在季度'), ('decision', '裁定'), ('valid_to', '有效期止'), ('valid_from', '有效期始'),
    ('certificate_no', '证书号'), ('sha256', '内容摘要'), ('rows', '行数'), ('name', '名称'), ('uscc', '统一社会信用代码'), ('kind', '类别'),
    ('contacts', '联系人'), ('signatures', '承诺书签署'), ('voucher_no', '券号'), ('expires_at', '到期时间'),
      ('papers_archived', '材料归存'),
    ('items', '条数'), ('sum_fen', '金额合计'), ('from_on', '开始日'), ('to_on', '截止日'), ('body', '异议正文'), ('real_name', '姓名'),
    ('rate_bp', '补助比例'), ('year', '年度')) x (key, label) where x.key = p_key) || '（' || p_key || '）', p_key)
$$;
comment on function private.fact_label(text) is '一项内容的中文叫法，连同列名。';

create function private.difference_text(p_entity text, p_id bigint, p_was jsonb, p_is jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select private.subject_label(p_entity) || case when p_id <> 0 then ' ' || p_id else '' end || case
    when p_was is null then ' 没有任何事件'
    when p_is is null then ' 已不在表里，最后一条事件说它还在'
    else '：' || (select string_agg(private.fact_label(k.key) || case
      when jsonb_typeof(coalesce(p_is -> k.key, p_was -> k.key)) in ('array', 'object')
        then '与事件所记不同' else '现为 ' || coalesce(p_is ->> k.key, '空') || '，事件记的是 ' || coalesce(p_was ->> k.key, '空') end,
          '；' order by k.key)
      from jsonb_object_keys(private.changed_facts(p_was, p_is)) k (key)) end
$$;
comment on function private.difference_text(text, bigint, jsonb, jsonb) is '一件业务与它最后一条事件的不同，写成一句话。';

create function private.audited()
returns table (entity text, item text, source text, key text)
language sql stable security definer set search_path = ''
as $$
  select w.entity, '业务数据与事件', w.table_name, 'id' from private.watched w where w.mode = 'facts' and w.key = 'id'
  union all select 'redemption_review', '业务数据与事件', 'public.redemptions', 'id'
  union all select w.entity, '设置与事件', w.table_name, w.key from private.watched w where w.mode = 'change'
$$;
comment on function private.audited() is '与事件核对的各种业务：实体、对账项目、编号从哪张表的哪一列来（空为整张表一条链）。';

create function private.subjects(p_entity text, p_after bigint, p_max integer) returns bigint[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v record;
  v_ids bigint[];
begin
  select a.* into v from private.audited() a where a.entity = p_entity;
  -- 表里有的和事件里有的都算：行被删掉的也要查到。
  execute format($q$
    select array_agg(x.id) from (
      select s.id from (select distinct %s::bigint as id from %s t where %s > $1 order by 1 limit $2) s
      union
      select s.id from (select e.entity_id as id from public.events e where e.entity = $3 and e.entity_id > $1
        and e.seq = 1 order by 1 limit $2) s
      order by 1 limit $2) x$q$, private.chain_key(v.key), v.source, private.chain_key(v.key)) into v_ids using p_after,
        p_max, p_entity;
  return coalesce(v_ids, '{}');
end $$;
comment on function private.subjects(text, bigint, integer) is '某种业务编号大于 p_after 的前 p_max 个（表里或事件里有的），按编号。';

create function private.differences(p_entity text, p_ids bigint[])
returns table (item text, difference_fen bigint, details text)
language sql stable security definer set search_path = ''
as $$
  select a.item, coalesce((n.facts ->> 'amount_fen')::bigint - (l.facts ->> 'amount_fen')::bigint,
      (n.facts ->> 'approved_fen')::bigint - (l.facts ->> 'approved_fen')::bigint, 0),
    private.difference_text(p_entity, i.id, l.facts, n.facts)
  from unnest(p_ids) i (id) cross join (select x.item from private.audited() x where x.entity = p_entity) a
  left join private.facts_of(p_entity, p_ids) n on n.id = i.id
  left join lateral (select e.facts from public.events e
    where e.entity = p_entity and e.entity_id = i.id order by e.seq desc limit 1) l on true
  where n.facts is distinct from l.facts
    and not (l.facts is null and n.facts - '{review_open,review_turn,panel}'::text[] = '{}')
$$;
comment on function private.differences(text, bigint[]) is
  '一批业务的各表与它们最后一条事件（R32）：不同的各一行，写明哪一项、现在是什么、事件记的是什么。关着触发器改、删、插的都在此现形。';

-- 资源成批导入时没有各自的事件，所以不逐列记样子：状态、单位、开关以最后的事件为准，价格等以公布的目录为准。
create function private.resource_differences()
returns table (item text, difference_fen bigint, details text)
language sql stable security definer set search_path = ''
as $$
  with resources as materialized (
    select 'instrument' as kind, i.id, i.organization_id, i.state, i.name, i.class_code, i.purpose, i.unit,
      i.price_min_fen, i.price_max_fen, i.is_open, i.voucher_enabled, i.reopens_on from public.instruments i
    union all
    select 'service', s.id, s.organization_id, s.state, s.name, s.class_code, s.purpose, s.unit, s.price_min_fen,
      s.price_max_fen, s.is_open, s.voucher_enabled, s.reopens_on from public.services s),
  told as materialized (
    select distinct on (e.entity, e.entity_id) e.entity, e.entity_id, e.to_state, e.institution_id
    from public.events e where e.entity in ('instrument', 'service') and e.to_state is not null
    order by e.entity, e.entity_id, e.seq desc),
  switched as materialized (
    select distinct on (e.entity, e.entity_id) e.entity, e.entity_id, e.details
    from public.events e where e.entity in ('instrument', 'service') and e.action = 'switch'
    order by e.entity, e.entity_id, e.seq desc)
  select '资源、目录与事件', 0::bigint, private.subject_label(t.entity) || ' ' || t.entity_id || case
      when r.id is null then ' 已不在表里，最后一条事件说它还在'
      when r.state <> t.to_state then ' 的状态现为 ' || r.state || '，事件记的是 ' || t.to_state
      else ' 的单位现为 ' || r.organization_id || '，事件记的是 ' || coalesce(t.institution_id::text, '空') end
  from told t left join resources r on r.kind = t.entity and r.id = t.entity_id
  where r.id is null or (r.state, r.organization_id) is distinct from (t.to_state, t.institution_id)
  union all
  select '资源、目录与事件', 0, private.subject_label(r.kind) || ' ' || r.id || ' 的开关与最后一次设置的事件不同'
  from switched w join resources r on r.kind = w.entity and r.id = w.entity_id
  where jsonb_build_object('is_open', r.is_open, 'voucher_enabled', r.voucher_enabled, 'reopens_on', r.reopens_on)
    is distinct from w.details
  union all
  select '资源、目录与事件', coalesce(r.price_min_fen - c.price_min_fen, 0),
    private.subject_label(coalesce(r.kind, c.kind)) || ' ' || coalesce(r.id, c.resource_id) || case
      when c.slug is null then ' 已发布，公众目录里却没有' when r.id is null then ' 在公众目录里，却没有发布'
      else ' 的名称、类别、用途、价格、单位或开关与公众目录不同' end
  from (select x.* from resources x where x.state in ('published', 'edit_review')) r
  full join public.catalogue c on c.kind = r.kind and c.resource_id = r.id
  -- 撤销了发布的，目录里留着清空的条目（R45）。
  where not (r.id is null and c.name = '已撤销发布' and c.price_max_fen = 0 and c.details = '{}' and not c.is_open)
    and ((r.organization_id, r.name, r.class_code, r.purpose, r.unit, r.price_min_fen, r.price_max_fen,
      r.voucher_enabled)
    is distinct from (c.institution_id, c.name, c.class_code, c.purpose, c.unit, c.price_min_fen, c.price_max_fen,
      c.voucher_enabled)
    -- 暂停过资格的单位，目录里的开关还随暂停变（R46）。
    or ((r.is_open, r.reopens_on) is distinct from (c.is_open, c.reopens_on)
      and not exists (select 1 from public.suspensions s where s.organization_id = r.organization_id)))
  union all
  select '评价与事件', 0, '订单 ' || coalesce(g.order_id, e.entity_id) || ' 的评价与事件所记不同'
  from public.ratings g full join (select x.entity_id, x.details ->> 'target' as target,
      (x.details ->> 'score')::integer as score
    from public.events x where x.entity = 'order' and x.action = 'rate') e
    on e.entity_id = g.order_id and e.target = g.target
  where g.score is distinct from e.score
$$;
comment on function private.resource_differences() is
  '资源与评价同事件、公众目录不符之处（R17、R21、R32）：状态、所属单位、开关、价格、分数。空即相符。';

-- 由别的数据推得出来的，另外核对。
create function private.derived_differences()
returns table (item text, difference_fen bigint, details text)
language sql stable security definer set search_path = ''
as $$
  select '费用清单与提交的快照', 0, '订单 ' || o.order_no || ' 的名称、用途、费用行或自查回答与提交时冻结的不同'
  from public.orders o join lateral (select x.snapshot from public.order_submissions x
    where x.order_id = o.id order by x.revision_no desc limit 1) s on true
  where o.state <> 'draft' and (
    to_jsonb(array[o.title, o.purpose, o.expected_from::text, o.expected_to::text, o.resource_name, o.resource_model])
      is distinct from
      jsonb_build_array(s.snapshot -> 'title', s.snapshot -> 'purpose', s.snapshot -> 'expected_from',
        s.snapshot -> 'expected_to',
        s.snapshot -> 'resource_name', s.snapshot -> 'resource_model') or
    s.snapshot -> 'lines' is distinct from (select coalesce(jsonb_agg(to_jsonb(l) - 'order_id' order by l.line_no),
      '[]') from public.order_fee_lines l where l.order_id = o.id)
    or s.snapshot -> 'answers' is distinct from (select coalesce(jsonb_agg(to_jsonb(a) - 'order_id' order by a.code),
      '[]') from public.order_answers a where a.order_id = o.id))
  union all
  select '公布的兑付与公示', coalesce(b.amount_fen, 0) - p.amount_fen,
    '公布的兑付 ' || coalesce(b.voucher_no, r.voucher_no) || ' 与到账的一笔不符'
  from public.payments p join public.redemptions r on r.id = p.redemption_id
    join public.payment_lists k on k.id = p.list_id left join public.published_payouts b on b.payment_id = p.id
  left join lateral (select x.* from public.notice_items x
    where x.redemption_id = r.id order by x.notice_id desc limit 1) i on true
  where p.state = 'arrived' and (b.payment_id is null or b.amount_fen <> p.amount_fen
    or (b.fund_year, b.queue_rank, b.again) <> (p.fund_year, p.fund_rank, p.again) or b.voucher_no <> r.voucher_no
    or b.used_at <> r.paid_at or b.listed_at <> k.approved_at or b.arrived_on <> p.arrived_on
    or b.applicant_name <> i.applicant_name or b.institution_name <> i.institution_name)
  union all
  select '公布的兑付与公示', b.amount_fen, '公布的兑付 ' || b.voucher_no || ' 没有对应的到账'
  from public.published_payouts b where not exists (select 1 from public.payments p where p.id = b.payment_id
    and p.state = 'arrived')
  union all
  select '公布的兑付与公示', i.amount_fen - r.amount_fen, '公示的 ' || i.voucher_no || ' 与兑付申请不符'
  from public.notice_items i join public.redemptions r on r.id = i.redemption_id
    where i.amount_fen <> r.amount_fen or i.voucher_no <> r.voucher_no
  union all
  select '评审结论与意见', 0, '兑付申请 ' || r.voucher_no || ' 的评审结论与意见的多数不符'
  from public.redemptions r left join public.review_turns t on t.redemption_id = r.id and t.turn = r.review_turn
  where r.expert_result is not null and (t.result is distinct from r.expert_result or r.expert_result <> (
    select case when count(*) filter (where v.verdict = 'yes') > count(*) filter (where v.verdict = 'no') then 'yes'
      else 'no' end
    from private.valid_votes(r) v))
  union all
  select '核对结果与事件', 0, private.subject_label(c.entity) || ' ' || c.entity_id || ' 作决定时的核对结果与事件所记不同'
  from public.decision_checks c
  where private.digest(c.salt, c.checks::text) <> c.sha256 or not exists (select 1 from public.events e
    where e.entity = c.entity and e.entity_id = c.entity_id and e.action = c.action and e.at = c.at
      and e.details ->> 'checks_sha256' = c.sha256)
  union all
  select '核对结果与事件', 0, private.subject_label(e.entity) || ' ' || e.entity_id || ' 作决定时的核对结果不见了'
  from public.events e
  where e.entity in ('order', 'redemption', 'certification', 'payee_account') and e.details ? 'checks_sha256'
    and not exists (select 1 from public.decision_checks c where c.entity = e.entity and c.entity_id = e.entity_id
      and c.sha256 = e.details ->> 'checks_sha256')
  union all
  select '核对结果与事件', 0, private.subject_label(c.entity) || ' ' || c.entity_id || ' 作决定时的核对结果记了不止一次'
  from public.decision_checks c group by c.entity, c.entity_id, c.sha256 having count(*) > 1
  union all
  select r.item, r.difference_fen, r.details from private.resource_differences() r
  union all
  -- 次数由不通过的事件重新数，更正了的不计（R45）。
  select '合同不通过次数', 0, '合同 ' || c.contract_key || ' 的不通过次数现为 ' || c.refusals || '，由事件数得 ' || x.refusals
  from private.contract_refusals c cross join lateral (
    select least(private.count_refusals(c.applicant_id, c.institution_id, c.contract_key), 2) as refusals) x
  where x.refusals <> c.refusals
  union all
  select '合同不通过次数', 0, '兑付申请 ' || r.voucher_no || ' 的不通过次数现为 ' || r.refusals || '，由事件数得 ' || x.refusals
  from public.redemptions r cross join lateral (
    select count(*) as refusals from public.events e where e.entity = 'redemption' and e.entity_id = r.id
      and e.action = 'return' and not private.rectified(e.id)) x
  where x.refusals <> r.refusals
  union all
  select '更正与事件', 0, '更正 ' || x.id || ' 已经确认，而业务的事件里没有它'
  from public.rectifications x where x.state = 'confirmed' and not exists (select 1 from public.events e
    where e.entity = x.entity and e.entity_id = x.entity_id and e.action = 'rectify'
      and e.details ->> 'rectification' = x.id::text)
  union all
  select '合同不通过次数', 0, '订单 ' || o.order_no || ' 的合同有不通过的事件，而没有次数'
  from public.events e join public.orders o on o.id = e.entity_id
  where e.entity = 'order' and e.action = 'return' and not exists (select 1 from private.contract_refusals c
    where c.applicant_id = o.applicant_id and c.institution_id = o.institution_id) and e.details ? 'refusals'
  union all
  -- 答复过办理人的步骤，事件必须还在：连同状态一起抹掉最后一条事件的，在此现形。
  select '答复与事件', 0, private.subject_label(r.result ->> 'entity') || ' ' || (r.result ->> 'id') || '：已答复办理人状态到了 '
    || (r.result ->> 'state') || '，而没有这条事件'
  from private.requests r
  where r.at > private.now() - interval '3 days' and r.result ? 'entity'
    and r.result ->> 'state' not in ('draft', 'returned')
    and exists (select 1 from public.workflow_entities w where w.entity = r.result ->> 'entity')
    and not exists (select 1 from public.events e where e.entity = r.result ->> 'entity'
      and e.entity_id = (r.result ->> 'id')::bigint
      and e.actor_user = r.user_id and e.to_state = r.result ->> 'state')
$$;
comment on function private.derived_differences() is
  '推得出来的各项与源头不符之处（R8、R15、R27、R32）：费用清单、公布的兑付与公示、评审结论、不通过次数、已答复的请求。空即相符。';

-- ── 每日与全部 ──────────────────────────────────────────────────────────
create table private.audit_progress (
  part text primary key,
  after_id bigint not null
);
comment on table private.audit_progress is '分段对账查到哪里：每种业务、事件各一行；到头从头再来。newest 是上次见到的最新事件。';
alter table private.audit_progress enable row level security;

create function private.audit_slice(p_part text, p_after bigint, p_max integer, out findings jsonb,
  out next_after bigint)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  case p_part
  when 'events' then
    select case when count(*) = p_max then max(x.id) end into next_after
    from (select e.id from public.events e where e.id > p_after order by e.id limit p_max) x;
    findings := (select jsonb_agg(jsonb_build_object('item', '事件链与封存', 'difference_fen', 0, 'finding', f.finding, 'day',
      f.day, 'entity', f.entity,
        'entity_id', f.entity_id, 'event_id', f.event_id, 'details',
          concat_ws(' ', f.finding, f.day, private.subject_label(f.entity), f.entity_id, '事件 ' || f.event_id)))
      from private.check_event_range(p_after, coalesce(next_after, 9223372036854775807)) f);
  when 'tree' then
    -- 封存树按日：p_max 条事件大约是几日，至少一日。
    select case when max(x.day) < (select max(s.day) from public.seals s) then max(x.day) - '2000-01-01'::date end
      into next_after
    from (select s.day, sum(s.events) over (order by s.day) as n, row_number() over (order by s.day) as k
      from public.seals s
      where s.day > '2000-01-01'::date + p_after::integer) x where x.n <= p_max or x.k = 1;
    findings := (select jsonb_agg(jsonb_build_object('item', '事件链与封存', 'difference_fen', 0, 'finding', f.finding, 'day',
      f.day,
        'details', concat_ws(' ', f.finding, f.day)))
      from private.check_tree_range('2000-01-01'::date + p_after::integer + 1,
        case when next_after is null then 'infinity' else '2000-01-01'::date + next_after::integer end) f);
  when 'seals' then
    findings := (select jsonb_agg(jsonb_build_object('item', '事件链与封存', 'difference_fen', 0, 'finding', f.finding, 'day',
      f.day,
      'details', concat_ws(' ', f.finding, f.day))) from private.check_seal_chain() f);
  when 'sums' then
    findings := (select jsonb_agg(to_jsonb(f) || jsonb_build_object('finding', f.item)) from private.imbalances() f);
  when 'derived' then
    findings := (select jsonb_agg(to_jsonb(f) || jsonb_build_object('finding', f.item))
      from private.derived_differences() f);
  when 'schema' then
    findings := (select jsonb_agg(to_jsonb(f) || jsonb_build_object('finding', f.item))
      from private.schema_differences() f);
  else
    v_ids := private.subjects(p_part, p_after, p_max);
    next_after := case when cardinality(v_ids) = p_max then v_ids[p_max] end;
    findings := (select jsonb_agg(to_jsonb(f) || jsonb_build_object('finding', f.item, 'entity', p_part))
      from private.differences(p_part, v_ids) f);
  end case;
  findings := coalesce(findings, '[]');
end $$;
comment on function private.audit_slice(text, bigint, integer) is
  '对账的一段（R32）。p_part：events 事件、tree 封存树、seals 封存链、sums 金额、derived 推得出的、schema 数据库结构，或一种业务；p_after：上一段的末尾，从 -1 起；返回发现与下一段的起点，空即到头。';

create function private.audit_parts() returns text[]
language sql stable security definer set search_path = ''
as $$ select array['sums', 'derived', 'schema', 'seals', 'tree', 'events'] || array(select a.entity
  from private.audited() a order by a.entity) $$;
comment on function private.audit_parts() is '对账的各部分，按此次序。';

create function private.reconcile(p_whole boolean default false) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
  v_part text;
  v_slice record;
  v_after bigint;
  v_found jsonb := '[]';
  v_newest bigint := (select coalesce(max(e.id), 0) from public.events e);
  v_seen bigint := coalesce((select p.after_id from private.audit_progress p where p.part = 'newest'), 0);
  v_max constant integer := 10000;
  v_total integer := 0;
begin
  -- 每次：金额全查；上次以来有事件的业务与这些事件必查；其余各查一段，几天轮完一遍。要一次查完用 reconcile(true)。
  foreach v_part in array private.audit_parts() loop
    v_after := case when p_whole then -1
      else coalesce((select p.after_id from private.audit_progress p where p.part = v_part), -1) end;
    loop
      select s.* into v_slice from private.audit_slice(v_part, v_after, v_max) s;
      v_found := v_found || v_slice.findings;
      v_after := coalesce(v_slice.next_after, -1);
      exit when not p_whole or v_slice.next_after is null;
    end loop;
    insert into private.audit_progress (part, after_id)
      values (v_part, v_after) on conflict (part) do update set after_id = excluded.after_id;
  end loop;
  if not p_whole and v_newest - v_seen between 1 and 50000 then
    v_found := v_found || coalesce((select jsonb_agg(to_jsonb(d))
      from (select distinct e.entity from public.events e where e.id > v_seen) k
      cross join lateral private.differences(k.entity, array(select distinct e.entity_id from public.events e
        where e.id > v_seen and e.entity = k.entity)) d), '[]');
  end if;
  insert into private.audit_progress (part, after_id)
    values ('newest', v_newest) on conflict (part) do update set after_id = excluded.after_id;
  for v in
    with wrong as materialized (select distinct x ->> 'item' as item,
      (x ->> 'difference_fen')::bigint as difference_fen, x ->> 'details' as details
      from jsonb_array_elements(v_found) x)
    select k.item, count(w.item)::integer as n, coalesce(sum(w.difference_fen), 0)::bigint as difference_fen,
      coalesce(left(string_agg(w.details, '、' order by w.details) filter (where w.place <= 20), 2000), '') as details
    from unnest(array['额度余额与台账', '占用额度与未支付的券', '已用额度与已支付的券', '券、订单与支付入账', '到账与兑付成功的券', '年度资金',
      '拨付单与各笔', '追回与各笔', '业务数据与事件', '设置与事件', '费用清单与提交的快照', '公布的兑付与公示', '评审结论与意见', '核对结果与事件',
      '合同不通过次数', '更正与事件', '答复与事件', '资源、目录与事件', '评价与事件', '触发器与存储桶', '事件链与封存'])
        k (item)
    left join (select x.*, row_number() over (partition by x.item order by x.details) as place from wrong x) w
      on w.item = k.item
    group by k.item
  loop
    -- 没有变化的不重写：同一天重复执行无效果。
    insert into public.reconciliations as r (day, item, balanced, difference_fen, details)
    values (private.today(), v.item, v.n = 0, v.difference_fen, v.details)
    on conflict (day, item) do update set balanced = excluded.balanced, difference_fen = excluded.difference_fen,
      details = excluded.details, at = excluded.at
    where (r.balanced, r.difference_fen, r.details) is distinct from (excluded.balanced, excluded.difference_fen,
      excluded.details);
    if v.n > 0 then
      perform private.notify_role('platform', 'system', 'job', 0, '对账不平：' || v.item, v.n || ' 处。请停止相关业务并通知数据库管理员。',
        'reconcile:' || v.item || ':' || private.today());
    end if;
    v_total := v_total + v.n;
  end loop;
  return v_total;
end $$;
comment on function private.reconcile(boolean) is
  '每日任务：对账并记下结果，不平的告诉省平台，返回不平处数；可重复执行。每次查新发生的和轮到的一段；p_whole 为真时全部查一遍（几十万条事件要十几秒）。';

create function private.audit(p_part text, p_after bigint, p_max integer)
returns table (item text, details text, next_part text, next_after bigint, done integer, parts integer)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v record;
  v_parts text[] := private.audit_parts();
  v_part text := coalesce(p_part, v_parts[1]);
  v_after bigint := coalesce(p_after, -1);
  v_found jsonb := '[]';
  v_start timestamptz := clock_timestamp();
begin
  if not private.is_staff() then perform private.refuse('NOT_FOUND'); end if;
  if not v_part = any (v_parts) then perform private.refuse('INPUT_INVALID', '对账的部分'); end if;
  loop
    select s.* into v from private.audit_slice(v_part, v_after, least(greatest(coalesce(p_max, 5000), 100), 20000)) s;
    v_found := v_found || v.findings;
    v_after := v.next_after;
    if v_after is null then v_part := v_parts[array_position(v_parts, v_part) + 1]; v_after := -1; end if;
    exit when v_part is null or clock_timestamp() > v_start + interval '2 seconds';
  end loop;
  return query
    select x ->> 'item', x ->> 'details', v_part, case when v_part is not null then v_after end,
      coalesce(array_position(v_parts, v_part) - 1, cardinality(v_parts)), cardinality(v_parts)
    from (values (1)) one left join (select y from jsonb_array_elements(v_found) y limit 1000) f (x) on true;
end $$;
comment on function private.audit(text, bigint, integer) is
  '在线查账（R32）：省平台与两厅可用，一次约两秒。一处差错一行，至多 1000 行；没有差错也有一行，item 为空。每行都写从哪里接着查，next_part 为空即查完。';
create function public.audit_findings(part text default null, after bigint default null, max_rows integer default null)
returns table (item text, details text, next_part text, next_after bigint, done integer, parts integer)
language sql stable security invoker set search_path = ''
begin atomic
  select a.item, a.details, a.next_part, a.next_after, a.done, a.parts from private.audit(part, after, max_rows) a;
end;
comment on function public.audit_findings(text, bigint, integer) is
  '重算事件链、封存、金额，并以事件核对各表（R32）。part、after：上次返回的 next_part、next_after。';
create function private.late_events_for_staff()
returns table (event_id bigint, entity text, entity_id bigint, at timestamptz, sealed_on date)
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not private.is_staff() then perform private.refuse('NOT_FOUND'); end if;
  return query select l.event_id, l.entity, l.entity_id, l.at, l.sealed_on from private.late_events() l;
end $$;
comment on function private.late_events_for_staff() is '待判断的迟到事件（R32），给省平台与两厅。';
create function public.late_events()
returns table (event_id bigint, entity text, entity_id bigint, at timestamptz, sealed_on date)
language sql stable security invoker set search_path = ''
begin atomic
  select l.event_id, l.entity, l.entity_id, l.at, l.sealed_on from private.late_events_for_staff() l;
end;
comment on function public.late_events() is '时间早于所属封存日的事件，请人工判断（R32）。';
grant execute on function private.audit(text, bigint, integer), public.audit_findings(text, bigint, integer),
  private.late_events_for_staff(), public.late_events() to authenticated;
