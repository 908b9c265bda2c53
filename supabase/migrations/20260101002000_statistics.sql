-- 公开的快照：已兑付清单、统计、资金与排队（R8、R35）。公众只读这些表，不碰业务表。

create table public.published_payouts (
  payment_id bigint primary key references public.payments (id),
  voucher_no text not null unique,
  applicant_name text not null,
  institution_name text not null,
  city text not null,
  amount_fen bigint not null check (amount_fen > 0),
  round_year integer not null,
  round_quarter integer not null,
  fund_year integer not null,
  queue_rank integer not null check (queue_rank >= 1),
  again boolean not null,
  used_at timestamptz not null,
  listed_at timestamptz not null,
  arrived_on private.plausible_date not null,
  unique (fund_year, queue_rank)
);
comment on table public.published_payouts
  is '已兑付清单（R35、R43）：到账时写入的快照，单位名与公示一致；used_at 为支付时间，listed_at 为列入拨付单的时间（一份拨付单的各笔相同），都不取整，同一秒内也分先后；again 为退票重付；arrived_on 为到账日；queue_rank 是列入该年资金的次序，即按 listed_at、again 在前、used_at、券号排，人人可核对先使用先兑付（R8）；空着的号在途或退票；没有个人信息。';

create table public.statistics (
  year integer not null,
  quarter integer not null check (quarter between 1 and 4),
  dimension text not null check (dimension in ('total', 'city', 'class', 'institution_type', 'applicant_kind')),
  label text not null,
  measure text not null check (measure in ('issued', 'paid', 'redeemed', 'failed')),
  vouchers integer not null check (vouchers > 0),
  amount_fen bigint not null check (amount_fen > 0),
  primary key (year, quarter, dimension, label, measure)
);
comment on table public.statistics
  is '统计（R35）：某季度发放、支付、兑付成功、兑付失败的张数与金额（分），按管理单位所在市、类别、机构类型、用户类别；无零行；全年用户单位不足 3 家的名称，各季度都并入“其他（合并）”，看不出单个单位（R34）。';

create table public.yearly_steps (
  year integer not null,
  entity text not null check (entity in ('order', 'redemption')),
  from_state text not null,
  action text not null,
  to_state text not null,
  cases integer not null check (cases > 0),
  median_days numeric(6, 1) check (median_days >= 0),
  primary key (year, entity, from_state, action, to_state)
);
comment on table public.yearly_steps
  is '年度报告的办理情况（R35）：某年订单、兑付申请从哪一步、经什么动作、到哪一步，多少件；median_days 为在上一步停留天数的中位数，不足 3 件为空（R34）。';

create table public.yearly_exclusions (
  year integer not null,
  code text not null,
  fee_lines integer not null check (fee_lines > 0),
  amount_fen bigint not null check (amount_fen > 0),
  primary key (year, code)
);
comment on table public.yearly_exclusions
  is '年度报告的未计入费用（R9、R35）：某年批准的订单里，按不纳入补贴范围清单哪一项没有计入抵扣的费用行数与金额（分）。';

create table public.fund_status (
  year integer primary key references public.policy_years (year),
  fund_fen bigint,
  listed integer not null,
  listed_fen bigint not null,
  in_transit integer not null,
  in_transit_fen bigint not null,
  arrived_fen bigint not null,
  recovered_fen bigint not null,
  used_fen bigint not null,
  waiting integer not null,
  waiting_fen bigint not null,
  to_review integer not null,
  to_review_fen bigint not null,
  as_of timestamptz not null
);
comment on table public.fund_status
  is '年度资金与排队（R8、R35、R43），金额分：fund_fen 空为没有上限；已用 used_fen = 已列入拨付单 listed_fen + 在途 in_transit_fen + 到账 arrived_fen − 追回 recovered_fen；waiting 为已公示、评审通过、还没有列入拨付单的张数，to_review 为已支付、还没有公示的张数（等季度汇总评审），只列在当年。';

create table public.payout_queue (
  redemption_id bigint primary key references public.redemptions (id),
  queue_rank integer not null check (queue_rank >= 1),
  stage text not null check (stage in ('waiting', 'listed', 'in_transit')),
  voucher_no text not null unique,
  applicant_name text not null,
  institution_name text not null,
  amount_fen bigint not null check (amount_fen > 0),
  round_year integer not null,
  round_quarter integer not null,
  used_at timestamptz not null,
  notice_ends_on date
);
comment on table public.payout_queue
  is '等待兑付的队伍（R8、R35）：已公示、评审通过、还没有兑付的，按支付时间、券号排队；stage：waiting 等待、listed 已列入拨付单、in_transit 在途；单位名与公示一致，used_at 为支付时间（排队的依据，不取整），notice_ends_on 为公示最后一日。谁因材料或异议暂不就绪不公开（R34）。';

alter table public.published_payouts enable row level security;
alter table public.statistics enable row level security;
alter table public.yearly_steps enable row level security;
alter table public.yearly_exclusions enable row level security;
alter table public.fund_status enable row level security;
alter table public.payout_queue enable row level security;
create policy published_payouts_read on public.published_payouts for select to anon, authenticated using (true);
create policy statistics_read on public.statistics for select to anon, authenticated using (true);
create policy yearly_steps_read on public.yearly_steps for select to anon, authenticated using (true);
create policy yearly_exclusions_read on public.yearly_exclusions for select to anon, authenticated using (true);
create policy fund_status_read on public.fund_status for select to anon, authenticated using (true);
create policy payout_queue_read on public.payout_queue for select to anon, authenticated using (true);
grant select on public.published_payouts, public.statistics, public.yearly_steps, public.yearly_exclusions,
  public.fund_status, public.payout_queue to anon, authenticated;

create function private.publish_payment() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- 单位名取公示时的写法。
  insert into public.published_payouts (payment_id, voucher_no, applicant_name, institution_name, city, amount_fen,
    round_year, round_quarter, fund_year, queue_rank, again, used_at, listed_at, arrived_on)
  select p.id, r.voucher_no, coalesce(n.applicant_name, a.name), coalesce(n.institution_name, i.name), t.name,
    p.amount_fen, q.year, q.quarter, p.fund_year, p.fund_rank, p.again, r.paid_at, l.approved_at, p.arrived_on
  from now p join was w on w.id = p.id and w.state <> 'arrived'
  join public.redemptions r on r.id = p.redemption_id join public.rounds q on q.id = r.round_id
  join public.payment_lists l on l.id = p.list_id join public.organizations a on a.id = r.applicant_id
  join public.organizations i on i.id = r.institution_id join public.cities t on t.code = i.city_code
  left join lateral (select x.applicant_name, x.institution_name from public.notice_items x where x.redemption_id = r.id
    order by x.notice_id desc limit 1) n on true
  where p.state = 'arrived';
  return null;
end $$;
comment on function private.publish_payment() is '到账即公布（R35、R43），一句改了几笔就一句公布。';
create function private.keep_published() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v public.payments;
begin
  select p.* into v from public.payments p where p.id = old.payment_id;
  if tg_op = 'DELETE' and v.state = 'returned' then return old; end if;
  if tg_op = 'UPDATE' and to_jsonb(old) - 'arrived_on'::text = to_jsonb(new) - 'arrived_on'::text
    and new.arrived_on = v.arrived_on then return new; end if;
  raise exception 'published_payouts is append-only';
end $$;
comment on function private.keep_published() is
  '约束触发器：公布的到账只增不改；只有那一笔的银行结果已经更正的，随它撤下或改到账日（R45）。';
create trigger keep_published before update or delete on public.published_payouts
  for each row execute function private.keep_published();
create trigger publish after update on public.payments referencing old table as was new table as now
  for each statement execute function private.publish_payment();

create function private.refresh_fund_status() returns void
language sql volatile security definer set search_path = ''
as $$
  -- 队伍只改变了的行：一次形式审核不会重写整条队。
  delete from public.payout_queue w where not exists (
    select 1 from public.redemptions r join public.rounds q on q.id = r.round_id
    where r.id = w.redemption_id and r.state = 'passed' and r.expert_result = 'yes'
      and q.state in ('in_notice', 'paying', 'settled'));
  insert into public.payout_queue (redemption_id, queue_rank, stage, voucher_no, applicant_name, institution_name,
    amount_fen,
    round_year, round_quarter, used_at, notice_ends_on)
  select r.id, row_number() over (order by r.paid_at, r.voucher_no), coalesce(p.state, 'waiting'), r.voucher_no,
    coalesce(n.applicant_name, a.name), coalesce(n.institution_name, i.name), r.amount_fen, q.year, q.quarter,
    r.paid_at, n.to_on
  from public.redemptions r join public.rounds q on q.id = r.round_id
  left join public.payments p on p.redemption_id = r.id and p.state in ('listed', 'in_transit')
    join public.organizations a on a.id = r.applicant_id join public.organizations i on i.id = r.institution_id
  left join lateral (select x.applicant_name, x.institution_name, p.to_on
    from public.notice_items x join public.notices p on p.id = x.notice_id
    where x.redemption_id = r.id order by x.notice_id desc limit 1) n on true
  where r.state = 'passed' and r.expert_result = 'yes' and q.state in ('in_notice', 'paying', 'settled')
  on conflict (redemption_id) do update set queue_rank = excluded.queue_rank, stage = excluded.stage,
    notice_ends_on = excluded.notice_ends_on
  where (payout_queue.stage, payout_queue.notice_ends_on) is distinct from (excluded.stage, excluded.notice_ends_on)
    -- 一份银行结果登记到一半，后面的位次先不动：一批一批登记，不把整条队改写许多遍；登记完即改。
    or payout_queue.queue_rank <> excluded.queue_rank and not exists (select 1 from public.bank_imports i
      where i.started_at is not null and i.finished_at is null);
  insert into public.fund_status (year, fund_fen, listed, listed_fen, in_transit, in_transit_fen, arrived_fen,
    recovered_fen, used_fen, waiting, waiting_fen, to_review, to_review_fen, as_of)
  select y.year, f.fund_fen, f.listed, f.listed_fen, f.in_transit, f.in_transit_fen, f.arrived_fen, f.recovered_fen,
    f.used_fen, case when y.now then w.n else 0 end, case when y.now then w.fen else 0 end,
    case when y.now then u.n - w.all_n else 0 end, case when y.now then u.fen - w.all_fen else 0 end, private.now()
  from (select x.year, x.year = private.this_year() as now from public.policy_years x
    -- 没有这一行不是没有上限：参数还没有设定的年度不公布（R6）。
    where x.year = private.this_year() and exists (select 1 from public.policy_parameters p
        where p.year = x.year and p.key = 'fund_fen')
      or exists (select 1 from public.fund_status k where k.year = x.year)) y
  cross join lateral private.fund_of(y.year) f
  cross join (select count(*)::integer as all_n, coalesce(sum(q.amount_fen), 0) as all_fen,
      count(*) filter (where q.stage = 'waiting')::integer as n,
      coalesce(sum(q.amount_fen) filter (where q.stage = 'waiting'), 0) as fen from public.payout_queue q) w
  -- 队伍里的都是已支付的券：其余的已支付，就是还没有公示的。
  cross join (select count(*)::integer as n, coalesce(sum(v.amount_fen), 0) as fen from public.vouchers v
    where v.state = 'paid') u
  on conflict (year) do update set fund_fen = excluded.fund_fen, listed = excluded.listed,
    listed_fen = excluded.listed_fen, in_transit = excluded.in_transit, in_transit_fen = excluded.in_transit_fen,
    arrived_fen = excluded.arrived_fen, recovered_fen = excluded.recovered_fen, used_fen = excluded.used_fen,
    waiting = excluded.waiting, waiting_fen = excluded.waiting_fen, to_review = excluded.to_review,
    to_review_fen = excluded.to_review_fen, as_of = excluded.as_of
$$;
comment on function private.refresh_fund_status() is '重算等待兑付的队伍与当年资金（R8、R35），可重复执行。';

create function private.refresh_fund_trigger() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- 提交时算一遍：逐行重算，一次终止一千张券就是把整条队数一千遍。
  if current_setting('private.fund_refreshed', true) = pg_current_xact_id()::text then return null; end if;
  perform set_config('private.fund_refreshed', pg_current_xact_id()::text, true);
  -- 别的事务正在重算时不等它：等待会与它持有的业务行相互死锁；每日任务总会再算一遍。
  if pg_try_advisory_xact_lock(hashtextextended('statistics', 0)) then perform private.refresh_fund_status(); end if;
  return null;
end $$;
comment on function private.refresh_fund_trigger() is
  '触发器：公示、拨付、终止、裁定异议或改动资金的事务提交时，资金状态与队伍随即更新一遍（R35）；电子券的支付不触发，由随后的审核或每日任务补上。';
create constraint trigger refresh_fund after update of state on public.rounds deferrable initially deferred
  for each row when (old.state is distinct from new.state) execute function private.refresh_fund_trigger();
create constraint trigger refresh_fund after update of state on public.redemptions deferrable initially deferred
  for each row when (old.state = 'passed' and new.state <> 'passed') execute function private.refresh_fund_trigger();
create constraint trigger refresh_fund after update of state on public.vouchers deferrable initially deferred
  for each row when (old.state = 'paid' and new.state <> 'paid') execute function private.refresh_fund_trigger();
create constraint trigger refresh_fund after update of state on public.payment_lists deferrable initially deferred
  for each row when (old.state is distinct from new.state) execute function private.refresh_fund_trigger();
create constraint trigger refresh_fund after update of state on public.payments deferrable initially deferred
  for each row when (new.state = 'returned') execute function private.refresh_fund_trigger();
create constraint trigger refresh_fund after insert on public.recovery_instalments deferrable initially deferred
  for each row execute function private.refresh_fund_trigger();
create constraint trigger refresh_fund after insert or update or delete on public.policy_parameters deferrable initially
  deferred
  for each row execute function private.refresh_fund_trigger();

create function private.refresh_yearly() returns void
language sql volatile security definer set search_path = ''
as $$
  delete from public.yearly_steps where true;
  delete from public.yearly_exclusions where true;
  insert into public.yearly_steps (year, entity, from_state, action, to_state, cases, median_days)
  select extract(year from m.at at time zone 'Asia/Shanghai')::integer, m.entity, m.from_state, m.action, m.to_state,
    count(*), case when count(*) >= 3 then round((percentile_cont(0.5) within group (order by m.days))::numeric, 1) end
  from (
    select e.entity, e.from_state, e.action, e.to_state, e.at, greatest(0, extract(epoch from e.at
      - lag(e.at) over (partition by e.entity, e.entity_id order by e.seq)) / 86400) as days
    from public.events e where e.entity in ('order', 'redemption') and e.to_state is not null
      and e.from_state is distinct from e.to_state
  ) m
  -- 草稿是用户单位自己的事（R12）；更正是工作人员改回自己的错（R45），另有记录。
  where m.from_state is not null and m.from_state <> 'draft' and m.action <> 'rectify' group by 1, 2, 3, 4, 5;
  insert into public.yearly_exclusions (year, code, fee_lines, amount_fen)
  select extract(year from v.issued_at at time zone 'Asia/Shanghai')::integer, l.exclusion_code, count(*),
    sum(l.amount_fen)
  from public.vouchers v join public.order_fee_lines l on l.order_id = v.order_id
  where l.exclusion_code is not null and not v.rectified group by 1, 2
$$;
comment on function private.refresh_yearly() is '重算年度报告的办理情况与未计入费用（R35），可重复执行；随每日统计。';

create function private.refresh_statistics() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('statistics', 0));
  perform private.refresh_fund_status();
  -- 只写改变了的行：每天全部重写，表与索引就一天天变大。
  with facts as (
    select v.id as voucher_id, v.applicant_id, v.amount_fen, extract(year from m.day)::integer as year,
      extract(quarter from m.day)::integer as quarter, t.name as city, c.label as class,
      private.institution_type_label(i.institution_type) as institution_type,
      private.certification_kind_label(q.kind) as applicant_kind,
      m.measure
    from public.vouchers v join public.orders o on o.id = v.order_id join public.quotas q on q.id = v.quota_id
      join public.organizations i on i.id = v.institution_id
    join public.cities t on t.code = i.city_code
    left join public.instruments n on n.id = o.instrument_id left join public.services s on s.id = o.service_id
      join public.instrument_classes c on c.code = coalesce(n.class_code, s.class_code)
    cross join lateral (
      select x.measure, (x.at at time zone 'Asia/Shanghai')::date as day
      from (values ('issued', v.issued_at), ('paid', v.paid_at),
        ('redeemed', case when v.state = 'redeemed' then v.state_since end),
        ('failed', case when v.state = 'failed' then v.state_since end)) x (measure, at)
      where x.at is not null
    ) m
    -- 审核已更正的券不算发放过：再次通过的另有一张（R45）。
    where not v.rectified
  ), cells as (
    select f.voucher_id, f.applicant_id, f.amount_fen, f.year, f.quarter, f.measure, d.dimension, d.label
    from facts f cross join lateral (values ('total', '全省'), ('city', f.city), ('class', f.class),
      ('institution_type', f.institution_type), ('applicant_kind', f.applicant_kind)) d (dimension, label)
  ), labels as (
    select c.year, c.dimension, c.label, count(distinct c.applicant_id) as n,
      array_agg(distinct c.applicant_id) as applicants from cells c group by 1, 2, 3
  ), judged as (
    -- 自少到多累计：本名称全年的用户单位不足 3 家，或前面并入的合起来还不足 3 家时，全年并入“其他（合并）”；
    -- 张数再多，一家的也看得出是谁；不这样累计，用合计一减就看得出被并的那一家（R34）。
    select l.year, l.dimension, l.label, l.dimension <> 'total' and (l.n < 3
      or (select count(distinct a.id) from labels b cross join lateral unnest(b.applicants) a (id)
        where b.year = l.year and b.dimension = l.dimension and (b.n, b.label) < (l.n, l.label)) in (1, 2)) as fold
    from labels l
  ), fresh as materialized (
    select c.year, c.quarter, c.dimension, case when j.fold then '其他（合并）' else c.label end as label, c.measure,
      count(*)::integer as vouchers, sum(c.amount_fen)::bigint as amount_fen
    from cells c join judged j on (j.year, j.dimension, j.label) = (c.year, c.dimension, c.label) group by 1, 2, 3, 4, 5
  ), gone as (
    delete from public.statistics s where not exists (select 1 from fresh f
      where (f.year, f.quarter, f.dimension, f.label, f.measure)
        = (s.year, s.quarter, s.dimension, s.label, s.measure))
  ), written as (
    insert into public.statistics as s (year, quarter, dimension, label, measure, vouchers, amount_fen)
    select f.year, f.quarter, f.dimension, f.label, f.measure, f.vouchers, f.amount_fen from fresh f
    on conflict (year, quarter, dimension, label, measure) do update set vouchers = excluded.vouchers,
      amount_fen = excluded.amount_fen
    where (s.vouchers, s.amount_fen) is distinct from (excluded.vouchers, excluded.amount_fen)
  )
  select count(*) into v_count from fresh;
  perform private.refresh_yearly();
  return v_count;
end $$;
comment on function private.refresh_statistics() is '每日任务：重算公开统计与资金状态（R35），可重复执行，返回行数。';
