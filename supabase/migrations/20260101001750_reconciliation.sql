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
  select '年度资金', s.spent - f.value, f.year || ' 年'
  from public.policy_parameters f cross join lateral (select coalesce(sum(p.amount_fen), 0) as spent from public.payouts p where p.fund_year = f.year) s
  where f.key = 'fund_fen' and s.spent > f.value
$$;
comment on function private.imbalances() is '所有不平之处：项目、差额（分）、在哪里；空即平。';

create function private.reconcile() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_item text;
  v_count integer;
  v_findings integer := (select count(*) from private.check_events());
  v_total integer := 0;
begin
  foreach v_item in array array['额度余额与台账', '占用额度与未支付的券', '已用额度与已支付的券', '兑付与兑付成功的券', '年度资金', '事件链与封存'] loop
    v_count := case when v_item = '事件链与封存' then v_findings else (select count(*) from private.imbalances() i where i.item = v_item) end;
    insert into public.reconciliations (day, item, balanced, difference_fen, details)
    values (private.today(), v_item, v_count = 0, coalesce((select sum(i.difference_fen) from private.imbalances() i where i.item = v_item), 0),
      coalesce((select string_agg(i.details, '、' order by i.details) from (select x.details from private.imbalances() x where x.item = v_item limit 20) i), case when v_count > 0 then v_count || ' 处，见 private.check_events()' else '' end))
    on conflict (day, item) do update set balanced = excluded.balanced, difference_fen = excluded.difference_fen, details = excluded.details, at = excluded.at;
    if v_count > 0 then
      perform private.notify_role('platform', 'system', 'job', 0, '对账不平：' || v_item, v_count || ' 处。请停止相关业务并通知数据库管理员。', 'reconcile:' || v_item || ':' || private.today());
    end if;
    v_total := v_total + v_count;
  end loop;
  return v_total;
end $$;
comment on function private.reconcile() is '每日任务：对账并记下结果，返回不平处数；可重复执行。';
