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
create policy reconciliations_read on public.reconciliations for select to authenticated using ((select private.is_staff()));
grant select on public.reconciliations to authenticated;

create function private.imbalances()
returns table (item text, difference_fen bigint, details text)
language sql stable security definer set search_path = ''
as $$
  select '额度余额与台账', q.held_fen + q.spent_fen - (l.held + l.spent), '额度 ' || q.id
  from public.quotas q cross join lateral (
    select coalesce(sum(case e.kind when 'hold' then e.amount_fen when 'release' then -e.amount_fen when 'spend' then -e.amount_fen else 0 end), 0) as held,
      coalesce(sum(case e.kind when 'spend' then e.amount_fen when 'restore' then -e.amount_fen else 0 end), 0) as spent,
      coalesce(sum(e.amount_fen) filter (where e.kind = 'grant'), 0) as granted
    from public.quota_entries e where e.quota_id = q.id) l
  where q.held_fen <> l.held or q.spent_fen <> l.spent or q.cap_fen <> l.granted
  union all
  -- 占用 = 未支付的券 + 待确认额度的订单
  select '占用额度与未支付的券', q.held_fen - x.held, '额度 ' || q.id
  from public.quotas q cross join lateral (
    select coalesce((select sum(v.amount_fen) from public.vouchers v where v.quota_id = q.id and v.state = 'unpaid'), 0)
      + coalesce((select sum(o.approved_fen) from public.orders o where o.quota_id = q.id and o.state = 'awaiting_consent'), 0) as held) x
  where q.held_fen <> x.held
  union all
  -- 已用 = 已支付与已兑付的券，加上跨年失败而不退还的券
  select '已用额度与已支付的券', q.spent_fen - x.spent, '额度 ' || q.id
  from public.quotas q cross join lateral (
    select coalesce(sum(v.amount_fen) filter (where v.state in ('paid', 'redeemed') or (v.state = 'failed'
      and not exists (select 1 from public.quota_entries e where e.order_id = v.order_id and e.kind = 'restore'))), 0) as spent
    from public.vouchers v where v.quota_id = q.id) x
  where q.spent_fen <> x.spent
  union all
  select '兑付与兑付成功的券', coalesce(p.amount_fen, 0) - v.amount_fen, '电子券 ' || v.voucher_no
  from public.vouchers v join public.redemptions r on r.voucher_id = v.id left join public.payouts p on p.redemption_id = r.id
  where (v.state = 'redeemed') <> (p.id is not null) or (p.id is not null and p.amount_fen <> v.amount_fen) or (v.state = 'redeemed') <> (r.state = 'paid_out')
  union all
  -- 一张已支付的券恰有一次支付入账，金额、年度与订单核定一致
  select '券、订单与支付入账', coalesce(l.spent, 0) - v.amount_fen, '电子券 ' || v.voucher_no
  from public.vouchers v join public.orders o on o.id = v.order_id
  cross join lateral (select count(*) as n, sum(e.amount_fen) as spent from public.quota_entries e where e.order_id = v.order_id and e.kind = 'spend') l
  where v.amount_fen <> o.approved_fen or v.quota_id is distinct from o.quota_id
    or case when v.state in ('paid', 'redeemed', 'failed') then l.n <> 1 or l.spent <> v.amount_fen else l.n <> 0 end
  union all
  -- 订单、券、兑付的状态就是最后一条事件所到的状态：改了状态而没有事件的，在此现形（R32）
  select '状态与事件', 0, x.label || ' ' || x.id
  from (select 'order' as entity, '订单' as label, o.id, o.state from public.orders o
    union all select 'voucher', '电子券', v.id, v.state from public.vouchers v
    union all select 'redemption', '兑付申请', r.id, r.state from public.redemptions r
    union all select 'round', '季度汇总', q.id, q.state from public.rounds q) x
  where x.state is distinct from (select e.to_state from public.events e where e.entity = x.entity and e.entity_id = x.id and e.to_state is not null order by e.seq desc limit 1)
    and exists (select 1 from public.events e where e.entity = x.entity and e.entity_id = x.id and e.to_state is not null)
  union all
  select '年度资金', s.spent - f.value, f.year || ' 年'
  from public.policy_parameters f cross join lateral (select coalesce(sum(p.amount_fen), 0) as spent from public.payouts p where p.fund_year = f.year) s
  where f.key = 'fund_fen' and s.spent > f.value
$$;
comment on function private.imbalances() is '所有不平之处：项目、差额（分）、在哪里；空即平。';

create function private.reconcile() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v record;
  v_total integer := 0;
begin
  for v in
    with wrong as materialized (
      select i.item, i.difference_fen, i.details from private.imbalances() i
      union all select '事件链与封存', 0, concat_ws(' ', c.finding, c.day, c.entity, c.entity_id) from private.check_events() c)
    select k.item, count(w.item)::integer as n, coalesce(sum(w.difference_fen), 0)::bigint as difference_fen,
      coalesce(left(string_agg(w.details, '、' order by w.details) filter (where w.place <= 20), 2000), '') as details
    from unnest(array['额度余额与台账', '占用额度与未支付的券', '已用额度与已支付的券', '券、订单与支付入账', '兑付与兑付成功的券', '年度资金', '状态与事件', '事件链与封存']) k (item)
    left join (select x.*, row_number() over (partition by x.item order by x.details) as place from wrong x) w on w.item = k.item
    group by k.item
  loop
    -- 没有变化的不重写：同一天重复执行无效果。
    insert into public.reconciliations as r (day, item, balanced, difference_fen, details)
    values (private.today(), v.item, v.n = 0, v.difference_fen, v.details)
    on conflict (day, item) do update set balanced = excluded.balanced, difference_fen = excluded.difference_fen, details = excluded.details, at = excluded.at
    where (r.balanced, r.difference_fen, r.details) is distinct from (excluded.balanced, excluded.difference_fen, excluded.details);
    if v.n > 0 then
      perform private.notify_role('platform', 'system', 'job', 0, '对账不平：' || v.item, v.n || ' 处。请停止相关业务并通知数据库管理员。', 'reconcile:' || v.item || ':' || private.today());
    end if;
    v_total := v_total + v.n;
  end loop;
  return v_total;
end $$;
comment on function private.reconcile() is '每日任务：对账并记下结果，不平的告诉省平台，返回不平处数；可重复执行。';
