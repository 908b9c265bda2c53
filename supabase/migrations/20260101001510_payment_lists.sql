-- 拨付单与兑付（R8、R29、R43）：一人拟制，另一人复核，银行文件，银行结果；资金的等式只在 fund_of 一处。

create table public.payment_lists (
  id bigint generated always as identity primary key,
  list_no text not null unique check (list_no ~ '^BF[0-9]{4}-[0-9]{4,}$'),
  year integer not null references public.policy_years (year),
  fund_year integer references public.policy_years (year),
  items integer not null check (items > 0),
  amount_fen bigint not null check (amount_fen > 0),
  stopped_by_fund boolean not null,
  drawn_up_by uuid not null,
  approved_by uuid,
  drawn_up_at timestamptz not null default private.now(),
  approved_at timestamptz,
  sent_at timestamptz,
  state text not null default 'drafted',
  state_since timestamptz not null default private.now(),
  check (approved_by <> drawn_up_by),
  check ((fund_year is null) = (approved_at is null) and (fund_year is null) = (approved_by is null)),
  check ((fund_year is null) = (state in ('drafted', 'sent_back', 'dropped'))),
  check ((sent_at is null) = (state in ('drafted', 'sent_back', 'dropped', 'approved', 'emptied')))
);
create unique index payment_lists_one_drafted on public.payment_lists ((true)) where state = 'drafted';
create index payment_lists_year_idx on public.payment_lists (year);
create index payment_lists_fund_year_idx on public.payment_lists (fund_year);
comment on table public.payment_lists is
  '拨付单（R43）：省平台一人拟制、另一人复核；同时至多一份没有复核的。批准之年即各笔所记的资金年度（fund_year）。';
comment on column public.payment_lists.items is '拟制时的笔数；amount_fen 为拟制时的合计（分）。之后撤出、退票的笔仍在单上，状态各自不同。';
comment on column public.payment_lists.stopped_by_fund is '拟制时是否因当年资金不够而停下。';
comment on column public.payment_lists.sent_at is '银行文件生成的时间：银行的到账日期不能早于它。';

create table public.payments (
  id bigint generated always as identity primary key,
  list_id bigint not null references public.payment_lists (id),
  line_no integer not null check (line_no >= 1),
  payment_no text not null unique check (payment_no ~ '^BF[0-9]{4}-[0-9]{4,}-[0-9]{4,}$'),
  redemption_id bigint not null references public.redemptions (id),
  institution_id bigint not null references public.organizations (id),
  account_id bigint not null references public.payee_accounts (id),
  amount_fen bigint not null check (amount_fen > 0),
  again boolean not null,
  fund_year integer references public.policy_years (year),
  fund_rank integer check (fund_rank >= 1),
  arrived_on private.plausible_date,
  bank_reference text check (char_length(bank_reference) between 1 and 100),
  returned_reason text check (char_length(returned_reason) between 2 and 500),
  dropped_reason text check (char_length(dropped_reason) between 2 and 2000),
  state text not null default 'drafted',
  state_since timestamptz not null default private.now(),
  unique (list_id, line_no),
  unique (list_id, redemption_id),
  unique (fund_year, fund_rank),
  -- 一笔恰在一种状态里，各栏随状态（R43）。
  check ((fund_year is null) = (fund_rank is null)),
  check (state in ('drafted', 'dropped') or fund_year is not null),
  check (state <> 'drafted' or fund_year is null),
  check ((state = 'arrived') = (arrived_on is not null) and (state = 'arrived') = (bank_reference is not null)),
  check ((state = 'returned') = (returned_reason is not null)),
  check ((state = 'dropped') = (dropped_reason is not null))
);
-- 一份兑付申请同时至多在一份拨付单上，到账的不能再拨（R43）。
create unique index payments_one_open on public.payments (redemption_id)
  where state in ('drafted', 'listed', 'in_transit', 'arrived');
create index payments_redemption_id_idx on public.payments (redemption_id, id desc);
create index payments_institution_id_idx on public.payments (institution_id, id desc);
create index payments_account_id_idx on public.payments (account_id);
create index payments_fund_idx on public.payments (fund_year, state) include (amount_fen);
create index payments_list_state_idx on public.payments (list_id, state);
comment on table public.payments is
  '拨付的每一次尝试（R43），金额分：待复核、已列入拨付单、在途、到账、退票、撤出，恰在其一。撤出与退票的不占资金，排队的位置不变。';
comment on column public.payments.account_id is '拨付时的收款账户：那一行的内容永不改动，所以账户随这一笔定下（R42）。';
comment on column public.payments.again is '退票之后重付的：排在最前（R43）。';
comment on column public.payments.fund_year is '记入哪一年的资金：拨付单批准之年（R43）。';
comment on column public.payments.fund_rank is '当年资金里的先后，批准时按拨付单的次序接着往下排。';
comment on column public.payments.bank_reference is '银行流水号。';

create trigger keep_list before update or delete on public.payment_lists
  for each row execute function private.keep_columns('state', 'state_since', 'fund_year', 'approved_by', 'approved_at',
    'sent_at');
create trigger keep_payment before update or delete on public.payments
  for each row execute function private.keep_columns('state', 'state_since', 'fund_year', 'fund_rank', 'arrived_on',
    'bank_reference', 'returned_reason', 'dropped_reason');
create trigger check_transition before insert or update of state on public.payment_lists
  for each row execute function private.check_transition('payment_list');
create trigger check_transition before insert or update of state on public.payments
  for each row execute function private.check_transition('payment');

create function private.has_arrived(p_redemption_id bigint) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select 1 from public.payments p where p.redemption_id = p_redemption_id and p.state = 'arrived')
$$;
comment on function private.has_arrived(bigint) is '一份兑付申请是否有到账的一笔（R43）。';

alter table public.payment_lists enable row level security;
alter table public.payments enable row level security;
create policy payment_lists_read on public.payment_lists for select to authenticated
  using ((select private.is_staff()));
-- 没有批准过的不算数，管理单位看不到。
create policy payments_read on public.payments for select to authenticated using (
  (institution_id = any ((select private.my_orgs())::bigint[]) and fund_year is not null)
    or (select private.is_staff()));
grant select (id, list_no, year, fund_year, items, amount_fen, stopped_by_fund, drawn_up_at, approved_at, sent_at,
  state, state_since) on public.payment_lists to authenticated;
grant select on public.payments to authenticated;

insert into public.workflow_entities values
  ('payment_list', 'payment_lists', '拨付单'), ('payment', 'payments', '拨付');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('payment_list', 'drafted', '待复核', 'platform', '省平台由另一人复核，数字重新计算。', null, true, 1),
  ('payment_list', 'approved', '已批准', 'platform', '生成银行文件。', null, false, 2),
  ('payment_list', 'in_transit', '在途', 'platform', '登记银行返回的结果。', null, false, 3),
  ('payment_list', 'done', '已办完', null, '每一笔都有了结果。', null, false, 4),
  ('payment_list', 'sent_back', '已退回', null, '各笔回到队伍里原来的位置。', null, false, 5),
  ('payment_list', 'dropped', '已作废', null, '年底没有复核的作废，各笔回到原来的位置。', null, false, 6),
  ('payment_list', 'emptied', '已撤空', null, '生成银行文件之前各笔都已不就绪。', null, false, 7),
  ('payment', 'drafted', '待复核', 'platform', '拨付单待复核。', null, true, 1),
  ('payment', 'listed', '已列入拨付单', 'platform', '等待生成银行文件。', null, false, 2),
  ('payment', 'in_transit', '在途', 'platform', '已交银行，等待结果。', null, false, 3),
  ('payment', 'arrived', '到账', null, '资金已到账。', null, false, 4),
  ('payment', 'returned', '退票', 'institution', '请更正收款账户；核验后排在最前重付。', null, false, 5),
  ('payment', 'dropped', '撤出', null, '已撤出拨付单，排队的位置不变。', null, false, 6);

insert into private.refusals (code, http_status, message, hint) values
  ('R43_LIST_OPEN', 409, '已有一份拨付单等待复核。', '请先复核或退回那一份，再拟制下一份。'),
  ('R43_NOTHING_READY', 409, '现在没有可以列入拨付单的。', '请看未列入的各笔和原因；当年资金不足时，须先增加资金。'),
  ('R43_SECOND_PERSON', 403, '拨付单须由另一人复核。', '这份拨付单由您拟制；请由省平台的另一位同事复核。'),
  ('R43_LINE_NOT_READY', 409, '有的笔已不就绪，没有批准。', '请退回这份拨付单，重新拟制。'),
  ('R43_FUND_SHORT', 409, '当年资金已不够这份拨付单。', '请退回这份拨付单，重新拟制。'),
  ('R43_OVERTAKEN', 409, '有排在前面的已经就绪，而批准这一份之后资金不够付它。', '请退回这份拨付单，重新拟制（先使用先兑付）。'),
  ('R43_YEAR_OVER', 409, '这份拨付单在上一年拟制，没有在年底前批准。', '它已作废；请重新拟制。'),
  ('R43_IN_TRANSIT', 409, '这一项的资金已在途。', '请等银行的结果登记之后再裁定成立：到账的走追回，退票的不再拨付。'),
  ('R43_LINES_BAD', 400, '银行结果有不能登记的行，一行也没有登记。', '请按所列行号改正文件，再导入。'),
  ('R43_LINES_MISSING', 409, '结果文件还没有传完。', '请用同一份文件重新导入，会接着传。'),
  ('R43_LINES_MANY', 400, '结果太多。', '一份结果文件最多 20000 行，一次传最多 500 行。'),
  ('R43_IMPORT_RUNNING', 409, '另一份结果文件正在登记。', '请先把它登记完，再登记别的结果。'),
  ('R43_IMPORTED', 409, '这份结果文件已经登记过。', '同一份文件再导入没有作用；各笔的结果请看拨付单。');

-- ── 资金（R43）──────────────────────────────────────────────────────────
create function private.recovered_fen(p_year integer) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select coalesce(sum(i.amount_fen), 0)::bigint from public.recovery_instalments i where i.fund_year = p_year);
end $$;
comment on function private.recovered_fen(integer) is '某年收回的追回款（分），记入收回之年的资金（R44）。';

create function private.fund_of(p_year integer)
returns table (fund_fen bigint, listed bigint, listed_fen bigint, in_transit bigint, in_transit_fen bigint,
  arrived bigint, arrived_fen bigint, recovered_fen bigint, used_fen bigint, free_fen bigint)
language sql stable security definer set search_path = ''
as $$
  select f.fund, s.listed, s.listed_fen, s.in_transit, s.in_transit_fen, s.arrived, s.arrived_fen, f.recovered,
    s.listed_fen + s.in_transit_fen + s.arrived_fen - f.recovered,
    f.fund - (s.listed_fen + s.in_transit_fen + s.arrived_fen - f.recovered)
  from (select private.parameter(p_year, 'fund_fen') as fund, private.recovered_fen(p_year) as recovered) f
  cross join (
    select count(*) filter (where p.state = 'listed') as listed,
      coalesce(sum(p.amount_fen) filter (where p.state = 'listed'), 0)::bigint as listed_fen,
      count(*) filter (where p.state = 'in_transit') as in_transit,
      coalesce(sum(p.amount_fen) filter (where p.state = 'in_transit'), 0)::bigint as in_transit_fen,
      count(*) filter (where p.state = 'arrived') as arrived,
      coalesce(sum(p.amount_fen) filter (where p.state = 'arrived'), 0)::bigint as arrived_fen
    from public.payments p where p.fund_year = p_year) s
$$;
comment on function private.fund_of(integer) is
  '某年的资金（分，R43），唯一的算处：已用 = 已列入拨付单 + 在途 + 到账 − 追回，余额 = 资金 − 已用；没有资金上限的年度，资金与余额为空。';
create function private.staff_fund_of(p_year integer)
returns table (fund_fen bigint, listed bigint, listed_fen bigint, in_transit bigint, in_transit_fen bigint,
  arrived bigint, arrived_fen bigint, recovered_fen bigint, used_fen bigint, free_fen bigint)
language sql stable security definer set search_path = ''
as $$ select f.* from private.fund_of(p_year) f where private.is_staff() $$;
comment on function private.staff_fund_of(integer) is '某年的资金，只给工作人员；别人没有行。';
create function public.fund_of(year integer)
returns table (fund_fen bigint, listed bigint, listed_fen bigint, in_transit bigint, in_transit_fen bigint,
  arrived bigint, arrived_fen bigint, recovered_fen bigint, used_fen bigint, free_fen bigint)
language sql stable security invoker set search_path = ''
begin atomic
  select f.fund_fen, f.listed, f.listed_fen, f.in_transit, f.in_transit_fen, f.arrived, f.arrived_fen,
    f.recovered_fen, f.used_fen, f.free_fen from private.staff_fund_of(year) f;
end;
comment on function public.fund_of(integer) is '某年的资金（R43）：已列入拨付单、在途、到账、追回、已用、余额，分。';

-- ── 就绪（R8、R43）──────────────────────────────────────────────────────
create function private.payout_standing(p_ids bigint[] default null)
returns table (redemption_id bigint, institution_id bigint, account_id bigint, amount_fen bigint, paid_at timestamptz,
  voucher_no text, again boolean, hindrance text)
language sql stable security definer set search_path = ''
as $$
  select r.id, r.institution_id, a.id, r.amount_fen, r.paid_at, r.voucher_no, b.account_id is not null,
    case
      when exists (select 1 from public.objections o where o.redemption_id = r.id and o.decision is null)
        then 'objection'
      when not r.papers_archived then 'papers'
      when a.id is null then 'account'
      when a.id = b.account_id then 'account_returned'
      when s.suspended then 'suspended' end
  from public.redemptions r join public.rounds q on q.id = r.round_id
  left join public.payee_accounts a on a.institution_id = r.institution_id and a.state = 'verified'
  left join lateral (select p.account_id from public.payments p
    where p.redemption_id = r.id and p.state = 'returned' order by p.id desc limit 1) b on true
  left join (select i.id, private.payouts_suspended(i.id, private.today()) as suspended
    from (select distinct x.institution_id as id from public.redemptions x where x.state = 'passed') i) s
    on s.id = r.institution_id
  where r.state = 'passed' and r.expert_result = 'yes' and q.state in ('paying', 'settled')
    and (p_ids is null or r.id = any (p_ids))
$$;
comment on function private.payout_standing(bigint[]) is
  '等待兑付的各笔：此刻的收款账户、是不是退票重付、还缺什么（hindrance 空即就绪）：异议、材料、账户、退票后账户没有更正、暂停资格（R8、R43）。';

create function private.hindrance_label(p_code text) returns text
language sql immutable set search_path = ''
as $$
  select case p_code when 'objection' then '有异议没有裁定' when 'papers' then '纸质材料没有归存'
    when 'account' then '没有已核验的收款账户' when 'account_returned' then '退票后收款账户还没有更正'
    when 'suspended' then '暂停资格，暂缓兑付' when 'fund' then '当年资金不足，等待'
    when 'account_changed' then '收款账户已更换' when 'gone' then '已不在待兑付之列' end
$$;
comment on function private.hindrance_label(text) is '没有列入或已不就绪的原因，写给人看。';

create function private.payout_queue_now()
returns table (place bigint, redemption_id bigint, institution_id bigint, account_id bigint, amount_fen bigint,
  paid_at timestamptz, voucher_no text, again boolean, hindrance text)
language sql stable security definer set search_path = ''
as $$
  -- 不跳过就绪的、不部分兑付：累计超过余额的第一笔及其后就绪的都等待（R8）。
  select row_number() over (order by y.again desc, y.paid_at, y.voucher_no), y.redemption_id, y.institution_id,
    y.account_id, y.amount_fen, y.paid_at, y.voucher_no, y.again,
    coalesce(y.hindrance, case when y.running > f.free_fen then 'fund' end)
  from (
    select s.*, sum(s.amount_fen) filter (where s.hindrance is null)
      over (order by s.again desc, s.paid_at, s.voucher_no) as running
    from private.payout_standing() s
    where not exists (select 1 from public.payments p where p.redemption_id = s.redemption_id
      and p.state in ('drafted', 'listed', 'in_transit', 'arrived'))) y
  cross join private.fund_of(private.this_year()) f
$$;
comment on function private.payout_queue_now() is
  '此刻的队伍：退票重付的在前，再按支付时间、券号；不在任何拨付单上的各笔，hindrance 空的可以列入，否则写明为什么不（R8、R43）。';

create function private.payout_candidates()
returns table (place bigint, redemption_id bigint, voucher_no text, institution_name text, amount_fen bigint,
  paid_at timestamptz, again boolean, hindrance text, hindrance_label text)
language sql stable security definer set search_path = ''
as $$
  select q.place, q.redemption_id, q.voucher_no, o.name, q.amount_fen, q.paid_at, q.again, q.hindrance,
    private.hindrance_label(q.hindrance)
  from private.payout_queue_now() q join public.organizations o on o.id = q.institution_id
  where private.has_role('platform') or private.has_role('finance') order by q.place
$$;
comment on function private.payout_candidates() is '等待列入拨付单的各笔与没有列入的原因（R43），只给省平台与省财政厅。';
create function public.payout_candidates()
returns table (place bigint, redemption_id bigint, voucher_no text, institution_name text, amount_fen bigint,
  paid_at timestamptz, again boolean, hindrance text, hindrance_label text)
language sql stable security invoker set search_path = ''
begin atomic
  select c.place, c.redemption_id, c.voucher_no, c.institution_name, c.amount_fen, c.paid_at, c.again, c.hindrance,
    c.hindrance_label from private.payout_candidates() c;
end;
comment on function public.payout_candidates() is '等待列入拨付单的各笔，hindrance 空的可以列入（R43）。';

create function private.payout_overview()
returns table (hindrance text, hindrance_label text, items bigint, amount_fen bigint)
language sql stable security definer set search_path = ''
as $$
  select q.hindrance, private.hindrance_label(q.hindrance), count(*), sum(q.amount_fen)::bigint
  from private.payout_queue_now() q where private.has_role('platform') or private.has_role('finance')
  group by q.hindrance order by q.hindrance nulls first
$$;
comment on function private.payout_overview() is '等待列入拨付单的：可以列入的与各种原因没有列入的，各几笔、多少钱（分，R43）。';
create function public.payout_overview()
returns table (hindrance text, hindrance_label text, items bigint, amount_fen bigint)
language sql stable security invoker set search_path = ''
begin atomic
  select o.hindrance, o.hindrance_label, o.items, o.amount_fen from private.payout_overview() o;
end;
comment on function public.payout_overview() is '等待列入拨付单的笔数与金额，按原因（R43）。';

create function private.tell_missing_accounts() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  insert into public.notifications (organization_id, kind, entity, entity_id, title, body, dedupe_key)
  select distinct on (r.institution_id, q.id) r.institution_id, 'turn', 'payee_account', 0,
    '请登记收款账户：' || q.year || ' 年第 ' || q.quarter || ' 季度有兑付等待',
    '没有已核验的收款账户，兑付先保留原来的位置，账户核验后即可列入拨付单。', 'account:' || r.institution_id || ':' || q.id
  from public.redemptions r join public.rounds q on q.id = r.round_id
  where r.state in ('passed', 're_notice') and r.expert_result = 'yes' and q.state in ('in_notice', 'paying', 'settled')
    and not exists (select 1 from public.payee_accounts a where a.institution_id = r.institution_id
      and a.state in ('verified', 'submitted', 'checked'))
  on conflict (dedupe_key) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function private.tell_missing_accounts() is
  '告诉有兑付等待而没有收款账户的管理单位（R43），一个季度一次；返回告诉了几个。每日任务与拟制拨付单时执行。';

-- ── 拟制（R8、R43）──────────────────────────────────────────────────────
create function private.lock_payments() returns void
language sql volatile security definer set search_path = ''
as $$ select pg_advisory_xact_lock(hashtextextended('payments', 0)) $$;
comment on function private.lock_payments() is '拟制、复核与生成银行文件一次一人：资金与队伍在这把锁下算。用户单位的支付不经过这里（R8）。';

create function private.drop_payments(p_list_id bigint, p_reason text) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  update public.payments set state = 'dropped', state_since = private.now(), dropped_reason = p_reason
    where list_id = p_list_id and state = 'drafted';
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function private.drop_payments(bigint, text) is '没有批准的拨付单退回或作废：各笔撤出，位置不变（R43）。返回笔数。';

create function private.drop_lapsed_lists() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.payment_lists;
  v_count integer := 0;
begin
  for v in select l.* from public.payment_lists l where l.state = 'drafted' and l.year < private.this_year() for update
  loop
    perform private.drop_payments(v.id, '拨付单在 12 月 31 日 24:00 前没有批准，作废');
    perform private.system_move('payment_list', v.id, 'drop', 'dropped', null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
comment on function private.drop_lapsed_lists() is '每日任务（R43）：12 月 31 日 24:00 前没有批准的拨付单作废；拟制下一份时也先办。返回份数。';

create function private.numbered(p_number bigint) returns text
language sql immutable set search_path = ''
as $$ select lpad(p_number::text, greatest(4, length(p_number::text)), '0') $$;
comment on function private.numbered(bigint) is '编号里的序号：至少四位，一万起照写五位，不截断（lpad 会截断）。';

create function private.draw_up_payment_list(p_request_id uuid, p_limit integer) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('draw_up', p_limit)::text);
  v_year integer;
  v_lines bigint[];
  v public.payment_lists;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  v_year := private.require_year();
  perform private.finish_notices();
  perform private.lock_payments();
  perform private.drop_lapsed_lists();
  if exists (select 1 from public.payment_lists l where l.state = 'drafted') then
    perform private.refuse('R43_LIST_OPEN');
  end if;
  perform private.tell_missing_accounts();
  -- 一句里拟好单与各笔：看到的是同一刻的队伍。
  with queue as materialized (select q.* from private.payout_queue_now() q),
  served as materialized (
    select row_number() over (order by q.place) as line_no, q.redemption_id, q.institution_id, q.account_id,
      q.amount_fen, q.again
    from queue q where q.hindrance is null order by q.place
    limit least(greatest(coalesce(p_limit, 10000), 1), 10000)),
  list as (
    insert into public.payment_lists (list_no, year, items, amount_fen, stopped_by_fund, drawn_up_by)
    select 'BF' || v_year || '-'
        || private.numbered((select count(*) from public.payment_lists l where l.year = v_year) + 1),
      v_year, count(*), sum(s.amount_fen),
      exists (select 1 from queue q where q.hindrance = 'fund'), (select auth.uid())
    from served s having count(*) > 0 returning *),
  lines as (
    insert into public.payments (list_id, line_no, payment_no, redemption_id, institution_id, account_id, amount_fen,
      again)
    select l.id, s.line_no, l.list_no || '-' || private.numbered(s.line_no), s.redemption_id, s.institution_id,
      s.account_id, s.amount_fen, s.again from served s cross join list l)
  select l.* into v from list l;
  if v.id is null then perform private.refuse('R43_NOTHING_READY'); end if;
  perform private.append_event('payment_list', v.id, 'draw_up', null, 'drafted', null,
    jsonb_build_object('items', v.items, 'amount_fen', v.amount_fen), 'platform', '省平台', null, null);
  perform private.notify_role('platform', 'turn', 'payment_list', v.id, '拨付单 ' || v.list_no || ' 等待复核',
    v.items || ' 笔，合计 ' || private.yuan(v.amount_fen) || '。须由拟制以外的另一人复核。');
  return private.end_request(p_request_id, jsonb_build_object('entity', 'payment_list', 'id', v.id,
    'state', 'drafted', 'list_no', v.list_no, 'count', v.items, 'amount_fen', v.amount_fen,
    'stopped_by_fund', v.stopped_by_fund));
end $$;
comment on function private.draw_up_payment_list(uuid, integer) is
  '省平台拟制一份拨付单（R8、R43）：退票重付的在前，再按支付时间、券号，跨机构；当年资金不够下一笔即停，不跳过就绪的、不部分兑付。'
  '至多 p_limit 笔（上限 10000）。拒绝：不是省平台、已有一份待复核、没有可列入的。';
create function public.draw_up_payment_list(request_id uuid, max_items integer default 10000) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.draw_up_payment_list(request_id, max_items); end;
comment on function public.draw_up_payment_list(uuid, integer) is '省平台拟制拨付单（R8、R43）。';

-- ── 复核、退回、银行文件（R43）──────────────────────────────────────────
create function private.list_problems(p_list_id bigint)
returns table (payment_id bigint, line_no integer, voucher_no text, problem text)
language sql stable security definer set search_path = ''
as $$
  select p.id, p.line_no, r.voucher_no,
    case when s.redemption_id is null or s.amount_fen <> p.amount_fen then 'gone'
      when s.hindrance is not null then s.hindrance
      when s.account_id <> p.account_id then 'account_changed' end
  from public.payments p join public.redemptions r on r.id = p.redemption_id
  left join private.payout_standing(array(select x.redemption_id from public.payments x where x.list_id = p_list_id)) s
    on s.redemption_id = p.redemption_id
  where p.list_id = p_list_id and p.state in ('drafted', 'listed')
$$;
comment on function private.list_problems(bigint) is '一份拨付单上还没有交银行的各笔，此刻还就绪不就绪：problem 空即就绪（R43）。';

create function private.lock_lines(p_list_id bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.lock_payments();
  -- 与裁定异议、归存材料排队：锁住之后再看就绪不就绪。
  perform 1 from public.redemptions r
    where r.id in (select p.redemption_id from public.payments p where p.list_id = p_list_id)
    order by r.id for update;
end $$;
comment on function private.lock_lines(bigint) is '锁住资金与一份拨付单上的各份兑付申请。';

create function private.guard_list_approve(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when (select l.drawn_up_by from public.payment_lists l where l.id = (p_row ->> 'id')::bigint)
      = (select auth.uid()) then 'R43_SECOND_PERSON'
    when (p_row ->> 'year')::integer <> private.this_year() then 'R43_YEAR_OVER'
    when exists (select 1 from public.payments p where p.list_id = (p_row ->> 'id')::bigint
      and p.institution_id = any (private.orgs_of((select auth.uid())))) then 'OWN_ORGANIZATION' end
$$;
comment on function private.guard_list_approve(jsonb, jsonb) is
  '条件：复核的不是拟制的那个人，拨付单是今年拟制的，上面没有与本人有关的单位（R39、R43）。';

create function private.effect_list_approve(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := private.now();
  v_id bigint := (p_row ->> 'id')::bigint;
  v_year integer := private.require_year();
  v_bad text;
  v_free bigint;
  v_sum bigint;
  v_count integer;
  v_last record;
begin
  perform private.lock_lines(v_id);
  -- 每一个数重新算：各笔还就绪，资金还够，没有人被越过。
  select string_agg('第 ' || b.line_no || ' 笔（' || b.voucher_no || '）' || private.hindrance_label(b.problem), '；'
      order by b.line_no) into v_bad
    from (select x.* from private.list_problems(v_id) x where x.problem is not null order by x.line_no limit 10) b;
  if v_bad is not null then
    perform private.refuse('R43_LINE_NOT_READY', null, v_bad || '。请退回这份拨付单，重新拟制。');
  end if;
  select sum(p.amount_fen), count(*) into v_sum, v_count from public.payments p where p.list_id = v_id;
  select f.free_fen into v_free from private.fund_of(v_year) f;
  if v_sum > v_free then
    perform private.refuse('R43_FUND_SHORT', null, '这份拨付单合计 ' || private.yuan(v_sum) || '，当年资金还剩 '
      || private.yuan(v_free) || '。请退回，重新拟制。');
  end if;
  select p.again, r.paid_at, r.voucher_no into v_last
    from public.payments p join public.redemptions r on r.id = p.redemption_id
    where p.list_id = v_id order by p.line_no desc limit 1;
  select q.voucher_no into v_bad from private.payout_queue_now() q
    where coalesce(q.hindrance, 'fund') = 'fund' and v_sum + q.amount_fen > v_free
      and (not q.again, q.paid_at, q.voucher_no) < (not v_last.again, v_last.paid_at, v_last.voucher_no)
    order by q.place limit 1;
  if v_bad is not null then
    perform private.refuse('R43_OVERTAKEN', null, '电子券 ' || v_bad
      || ' 排在前面，已经就绪；批准这一份之后资金不够付它。请退回，重新拟制（先使用先兑付）。');
  end if;
  update public.payments p set state = 'listed', state_since = v_now, fund_year = v_year, fund_rank = p.line_no
      + coalesce((select max(x.fund_rank) from public.payments x where x.fund_year = v_year), 0)
    where p.list_id = v_id;
  update public.payment_lists set fund_year = v_year, approved_by = (select auth.uid()), approved_at = v_now,
    state = 'approved', state_since = v_now where id = v_id;
  return jsonb_build_object(
    'details', jsonb_build_object('items', v_count, 'amount_fen', v_sum, 'fund_year', v_year),
    'result', jsonb_build_object('count', v_count, 'amount_fen', v_sum));
end $$;
comment on function private.effect_list_approve(jsonb, jsonb) is
  '效果：重新计算之后各笔列入拨付单，记入批准之年的资金（R43）。拒绝：有一笔不就绪（写明哪一笔、为什么）、资金不够、有排在前面的会被越过。';

create function private.effect_list_send_back(p_row jsonb, p_payload jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select jsonb_build_object('details', jsonb_build_object('dropped',
    private.drop_payments((p_row ->> 'id')::bigint, private.clean_text(p_payload ->> 'reason'))))
$$;
comment on function private.effect_list_send_back(jsonb, jsonb) is '效果：退回的拨付单，各笔撤出，位置不变（R43）。';

create function private.effect_list_send(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := private.now();
  v_id bigint := (p_row ->> 'id')::bigint;
  v_dropped jsonb;
  v_count integer;
  v_sum bigint;
begin
  perform private.lock_lines(v_id);
  -- 交银行之前已不就绪的撤出，位置不变；交了之后什么也不撤（R43）。
  with bad as (select x.* from private.list_problems(v_id) x where x.problem is not null),
  gone as (
    update public.payments p set state = 'dropped', state_since = v_now,
      dropped_reason = private.hindrance_label(b.problem) from bad b where p.id = b.payment_id returning p.payment_no)
  select jsonb_agg(g.payment_no order by g.payment_no) into v_dropped from gone g;
  update public.payments set state = 'in_transit', state_since = v_now
    where list_id = v_id and state = 'listed';
  select count(*), coalesce(sum(p.amount_fen), 0) into v_count, v_sum from public.payments p
    where p.list_id = v_id and p.state = 'in_transit';
  if v_count > 0 then
    update public.payment_lists set sent_at = v_now, state = 'in_transit',
      state_since = v_now where id = v_id;
  end if;
  return jsonb_strip_nulls(jsonb_build_object('to', case when v_count = 0 then 'emptied' end,
    'details', jsonb_build_object('items', v_count, 'amount_fen', v_sum, 'dropped', v_dropped),
    'result', jsonb_build_object('count', v_count, 'amount_fen', v_sum,
      'dropped', coalesce(jsonb_array_length(v_dropped), 0))));
end $$;
comment on function private.effect_list_send(jsonb, jsonb) is
  '效果：已不就绪的各笔撤出，其余在途，银行文件由此生成（R43）；一笔不剩的为已撤空。';

create function private.payment_list_lines(p_list_id bigint)
returns table (payment_id bigint, line_no integer, payment_no text, voucher_no text, redemption_id bigint,
  institution_name text, holder_name text, bank_name text, account_tail text, name_differs boolean, amount_fen bigint,
  again boolean, state text, state_label text, problem text, arrived_on date, bank_reference text,
  returned_reason text, dropped_reason text)
language sql stable security definer set search_path = ''
as $$
  select p.id, p.line_no, p.payment_no, r.voucher_no, r.id, o.name, a.holder_name, a.bank_name, a.account_tail,
    private.identity_key(a.holder_name, 'name') is distinct from private.identity_key(o.name, 'name'),
    p.amount_fen, p.again, p.state, s.label, private.hindrance_label(b.problem), p.arrived_on, p.bank_reference,
    p.returned_reason, p.dropped_reason
  from public.payments p join public.redemptions r on r.id = p.redemption_id
  join public.organizations o on o.id = p.institution_id join public.payee_accounts a on a.id = p.account_id
  join public.workflow_states s on s.entity = 'payment' and s.state = p.state
  left join private.list_problems(p_list_id) b on b.payment_id = p.id
  where p.list_id = p_list_id and (private.has_role('platform') or private.has_role('finance')) order by p.line_no
$$;
comment on function private.payment_list_lines(bigint) is
  '一份拨付单的各笔（R43），账号只有末四位（R42）；还没有交银行的，problem 写明此刻为什么不就绪。只给省平台与省财政厅。';
create function public.payment_list_lines(list_id bigint)
returns table (payment_id bigint, line_no integer, payment_no text, voucher_no text, redemption_id bigint,
  institution_name text, holder_name text, bank_name text, account_tail text, name_differs boolean, amount_fen bigint,
  again boolean, state text, state_label text, problem text, arrived_on date, bank_reference text,
  returned_reason text, dropped_reason text)
language sql stable security invoker set search_path = ''
begin atomic
  select l.payment_id, l.line_no, l.payment_no, l.voucher_no, l.redemption_id, l.institution_name, l.holder_name,
    l.bank_name, l.account_tail, l.name_differs, l.amount_fen, l.again, l.state, l.state_label, l.problem,
    l.arrived_on, l.bank_reference, l.returned_reason, l.dropped_reason from private.payment_list_lines(list_id) l;
end;
comment on function public.payment_list_lines(bigint) is '一份拨付单的各笔（R43）。';

create table public.bank_columns (
  file text not null check (file in ('payment', 'result')),
  key text not null check (key ~ '^[a-z_]+$'),
  position integer not null check (position >= 1),
  header text not null check (char_length(header) between 1 and 50),
  primary key (file, key),
  unique (file, position),
  check (case file when 'payment' then key in ('line_no', 'payment_no', 'holder_name', 'account_no', 'bank_name',
      'bank_code', 'amount', 'purpose')
    else key in ('payment_no', 'amount', 'result', 'result_on', 'reference', 'reason') end)
);
comment on table public.bank_columns is
  '银行文件的各列（R43）：payment 为交给银行的，result 为银行返回的；哪几列、什么次序、表头怎么写，由管理员按银行的格式改。';
alter table public.bank_columns enable row level security;
create policy bank_columns_read on public.bank_columns for select to authenticated
  using ((select private.has_role('platform')) or (select private.has_role('finance')));
grant select on public.bank_columns to authenticated;
insert into public.bank_columns (file, key, position, header) values
  ('payment', 'line_no', 1, '序号'), ('payment', 'payment_no', 2, '业务编号'), ('payment', 'holder_name', 3, '收款人户名'),
  ('payment', 'account_no', 4, '收款人账号'), ('payment', 'bank_name', 5, '收款人开户银行'),
  ('payment', 'bank_code', 6, '联行号'), ('payment', 'amount', 7, '金额（元）'), ('payment', 'purpose', 8, '附言'),
  ('result', 'payment_no', 1, '业务编号'), ('result', 'amount', 2, '金额（元）'), ('result', 'result', 3, '结果'),
  ('result', 'result_on', 4, '日期'), ('result', 'reference', 5, '流水号'), ('result', 'reason', 6, '退票原因');

create function private.bank_file(p_list_id bigint)
returns table (line_no integer, payment_no text, holder_name text, account_no text, bank_name text, bank_code text,
  amount_fen bigint, purpose text)
language sql stable security definer set search_path = ''
as $$
  select p.line_no, p.payment_no, a.holder_name, a.account_no, a.bank_name, a.bank_code, p.amount_fen,
    '科技创新券兑付 ' || r.voucher_no
  from public.payments p join public.payment_lists l on l.id = p.list_id
  join public.payee_accounts a on a.id = p.account_id join public.redemptions r on r.id = p.redemption_id
  where p.list_id = p_list_id and l.sent_at is not null and p.state <> 'dropped' and private.has_role('platform')
  order by p.line_no
$$;
comment on function private.bank_file(bigint) is '交给银行的各笔，账号是全文（R42、R43）；只给省平台，而且只在生成银行文件之后。';
create function public.bank_file(list_id bigint)
returns table (line_no integer, payment_no text, holder_name text, account_no text, bank_name text, bank_code text,
  amount_fen bigint, purpose text)
language sql stable security invoker set search_path = ''
begin atomic
  select f.line_no, f.payment_no, f.holder_name, f.account_no, f.bank_name, f.bank_code, f.amount_fen, f.purpose
  from private.bank_file(list_id) f;
end;
comment on function public.bank_file(bigint) is '一份拨付单交给银行的各笔（R43）。';

-- ── 银行结果（R43）──────────────────────────────────────────────────────
create table public.bank_imports (
  id bigint generated always as identity primary key,
  list_id bigint not null references public.payment_lists (id),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  file_name text not null check (char_length(file_name) between 1 and 200),
  lines integer not null check (lines between 1 and 20000),
  opened_at timestamptz not null default private.now(),
  started_at timestamptz,
  finished_at timestamptz,
  unique (list_id, sha256),
  check (finished_at is null or started_at is not null)
);
create unique index bank_imports_one_running on public.bank_imports (list_id)
  where started_at is not null and finished_at is null;
comment on table public.bank_imports is
  '银行结果的一次导入（R43）：先把各行全部存下、全部核对，再一批一批登记；同一份文件（SHA-256）对同一份拨付单只有一次。';

create table public.bank_import_lines (
  import_id bigint not null references public.bank_imports (id) on delete cascade,
  line_no integer not null check (line_no between 1 and 20000),
  payment_no text not null default '' check (char_length(payment_no) <= 100),
  amount_fen bigint,
  result text check (result in ('arrived', 'returned')),
  result_on private.plausible_date,
  reference text not null default '' check (char_length(reference) <= 100),
  reason text not null default '' check (char_length(reason) <= 500),
  problem text check (char_length(problem) <= 200),
  applied_at timestamptz,
  primary key (import_id, line_no)
);
create index bank_import_lines_payment_no_idx on public.bank_import_lines (import_id, payment_no);
create index bank_import_lines_left_idx on public.bank_import_lines (import_id, line_no) where applied_at is null;
comment on table public.bank_import_lines is '银行结果的各行（R43）：读出的内容、读不懂的原因、何时登记；每行只登记一次。没有账号。';
alter table public.bank_imports enable row level security;
alter table public.bank_import_lines enable row level security;
create policy bank_imports_read on public.bank_imports for select to authenticated
  using ((select private.has_role('platform')) or (select private.has_role('finance')));
create policy bank_import_lines_read on public.bank_import_lines for select to authenticated
  using ((select private.has_role('platform')) or (select private.has_role('finance')));
grant select on public.bank_imports, public.bank_import_lines to authenticated;

create function private.bank_result(p_words text) returns text
language sql immutable set search_path = ''
as $$
  select case when k.key in ('到账', '成功', '已到账', 'ARRIVED') then 'arrived'
    when k.key in ('退票', '退汇', '已退票', '失败', 'RETURNED') then 'returned' end
  from (select private.identity_key(p_words, 'name') as key) k
$$;
comment on function private.bank_result(text) is '银行的说法是到账还是退票；看不懂返回空（R43）。';

create function private.like_formula(p_words text) returns boolean
language sql immutable set search_path = ''
as $$ select coalesce(p_words, '') ~ '^[\s　]*([=+@＝＋＠]|[-－].)' $$;
comment on function private.like_formula(text) is '表格软件会不会把这一格当公式。';

create function private.read_bank_line(p_import_id bigint, p_line jsonb) returns public.bank_import_lines
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.bank_import_lines;
  v_key text;
  v_day text := normalize(coalesce(private.clean_line(p_line ->> 'result_on'), ''), nfkc);
begin
  v.import_id := p_import_id;
  v.line_no := (p_line ->> 'line_no')::integer;
  v.payment_no := left(coalesce(private.clean_line(p_line ->> 'payment_no'), ''), 100);
  v.reference := left(coalesce(private.clean_line(p_line ->> 'reference'), ''), 100);
  v.reason := left(coalesce(private.clean_line(p_line ->> 'reason'), ''), 500);
  foreach v_key in array array['payment_no', 'amount_fen', 'result', 'result_on', 'reference', 'reason'] loop
    if private.like_formula(p_line ->> v_key) then
      v.problem := '有一格以 =、+、-、@ 开头，像公式；请改为文字或数值';
      return v;
    end if;
  end loop;
  v.result := private.bank_result(p_line ->> 'result');
  if coalesce(p_line ->> 'amount_fen', '') ~ '^[0-9]{1,15}$' then v.amount_fen := (p_line ->> 'amount_fen')::bigint;
  else v.problem := '金额读不懂'; end if;
  if v_day <> '' then
    if v_day ~ '^\d{4}-\d{2}-\d{2}$' and pg_input_is_valid(v_day, 'private.plausible_date') then
      v.result_on := v_day::date;
    else v.problem := '日期读不懂，请写作 2026-03-01 的样子'; end if;
  end if;
  if v.result is null then v.problem := '结果须写“到账”或“退票”'; end if;
  if v.payment_no = '' then v.problem := '没有业务编号'; end if;
  return v;
end $$;
comment on function private.read_bank_line(bigint, jsonb) is '读银行结果的一行：读不懂的写进 problem，不猜；像公式的不收（R43）。';

create function private.bank_line_problems(p_import_id bigint)
returns table (line_no integer, payment_no text, problem text)
language sql stable security definer set search_path = ''
as $$
  select x.line_no, x.payment_no, x.problem from (
    select n.line_no, n.payment_no, case
      when n.problem is not null then n.problem
      when n.times > 1 then '同一笔在文件里出现了 ' || n.times || ' 次'
      when p.id is null then '这一笔不在这份拨付单上'
      when n.amount_fen <> p.amount_fen then '金额不同：文件 ' || private.yuan(n.amount_fen) || '，拨付单 '
        || private.yuan(p.amount_fen)
      when n.result = 'arrived' and n.result_on is null then '到账须有日期'
      when n.result_on < (l.sent_at at time zone 'Asia/Shanghai')::date then '日期早于银行文件生成的那一天'
      when n.result_on > private.today() then '日期在今天之后'
      when n.result = 'arrived' and private.visible_length(n.reference) < 1 then '到账须有银行流水号'
      when n.result = 'returned' and private.visible_length(n.reason) < 2 then '退票须写明原因'
      when p.state = 'in_transit' then null
      -- 与已登记的完全相同的一行没有作用，也不是错。
      when p.state = n.result and (p.state = 'returned' and p.returned_reason = n.reason
        or p.state = 'arrived' and p.arrived_on = n.result_on and p.bank_reference = n.reference) then null
      when p.state in ('arrived', 'returned') then '这一笔已登记为' || s.label || '，不能再登记别的结果'
      else '这一笔' || s.label || '，没有在途' end as problem
    from (select b.*, count(*) over (partition by b.payment_no) as times from public.bank_import_lines b
      where b.import_id = p_import_id) n
    join public.bank_imports i on i.id = n.import_id join public.payment_lists l on l.id = i.list_id
    -- 按唯一的业务编号逐行找：刚写入的行没有统计，也不会整表相乘。
    left join lateral (select y.* from public.payments y where y.payment_no = n.payment_no and y.list_id = i.list_id
      offset 0) p on true
    left join public.workflow_states s on s.entity = 'payment' and s.state = p.state) x
  where x.problem is not null
$$;
comment on function private.bank_line_problems(bigint) is '一次导入里不能登记的各行与原因（R43）；空即都可以登记。';
create function private.bank_import_problems(p_import_id bigint)
returns table (line_no integer, payment_no text, problem text)
language sql stable security definer set search_path = ''
as $$
  select b.* from private.bank_line_problems(p_import_id) b
  where private.has_role('platform') or private.has_role('finance') order by b.line_no
$$;
comment on function private.bank_import_problems(bigint) is '一次导入里不能登记的各行与原因，只给省平台与省财政厅。';
create function public.bank_import_problems(import_id bigint)
returns table (line_no integer, payment_no text, problem text)
language sql stable security invoker set search_path = ''
begin atomic select b.line_no, b.payment_no, b.problem from private.bank_import_problems(import_id) b; end;
comment on function public.bank_import_problems(bigint) is '一次导入里不能登记的各行与原因（R43）。';

create function private.open_bank_import(p_request_id uuid, p_list_id bigint, p_sha256 text, p_name text,
  p_lines integer) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('bank_import', p_list_id, p_sha256, p_name, p_lines)::text);
  v_list public.payment_lists;
  v public.bank_imports;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  select l.* into v_list from public.payment_lists l where l.id = p_list_id for update;
  if v_list.id is null then perform private.refuse('NOT_FOUND'); end if;
  if v_list.sent_at is null then perform private.refuse('STATE_REFUSED'); end if;
  if coalesce(p_sha256, '') !~ '^[0-9a-f]{64}$' then perform private.refuse('INPUT_INVALID', 'sha256'); end if;
  if p_lines is null or p_lines not between 1 and 20000 then perform private.refuse('R43_LINES_MANY'); end if;
  select i.* into v from public.bank_imports i where i.list_id = p_list_id and i.sha256 = p_sha256;
  if v.finished_at is not null then perform private.refuse('R43_IMPORTED'); end if;
  if exists (select 1 from public.bank_imports i where i.list_id = p_list_id and i.id is distinct from v.id
    and i.started_at is not null and i.finished_at is null) then perform private.refuse('R43_IMPORT_RUNNING'); end if;
  if v.id is not null and v.started_at is null then
    -- 还没有开始登记的同一份文件：从头再读一遍。
    delete from public.bank_imports i where i.id = v.id;
    v.id := null;
  end if;
  if v.id is null then
    insert into public.bank_imports (list_id, sha256, file_name, lines)
    values (p_list_id, p_sha256, coalesce(private.file_name(p_name), '银行结果'), p_lines) returning * into v;
  end if;
  return private.end_request(p_request_id, jsonb_build_object('id', v.id, 'started', v.started_at is not null,
    'staged', (select count(*) from public.bank_import_lines b where b.import_id = v.id)));
end $$;
comment on function private.open_bank_import(uuid, bigint, text, text, integer) is
  '开始导入一份银行结果（R43）。sha256：文件内容；lines：行数。登记到一半中断的，返回同一次导入，接着登记。拒绝：已登记过的同一份文件、另一份正在登记。';
create function public.open_bank_import(list_id bigint, sha256 text, file_name text, lines integer, request_id uuid)
  returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.open_bank_import(request_id, list_id, sha256, file_name, lines); end;
comment on function public.open_bank_import(bigint, text, text, integer, uuid) is '开始导入一份银行结果（R43）。';

create function private.stage_bank_lines(p_import_id bigint, p_lines jsonb) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.bank_imports;
begin
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  select i.* into v from public.bank_imports i where i.id = p_import_id for update;
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  if v.started_at is not null then perform private.refuse('STATE_REFUSED'); end if;
  if jsonb_typeof(p_lines) is distinct from 'array' then perform private.refuse('INPUT_INVALID', 'lines'); end if;
  if jsonb_array_length(p_lines) > 500 then perform private.refuse('R43_LINES_MANY'); end if;
  if exists (select 1 from jsonb_array_elements(p_lines) x where coalesce(x ->> 'line_no', '') !~ '^[0-9]{1,5}$'
    or (x ->> 'line_no')::integer not between 1 and v.lines) then
    perform private.refuse('INPUT_INVALID', 'lines');
  end if;
  insert into public.bank_import_lines (import_id, line_no, payment_no, amount_fen, result, result_on, reference,
    reason, problem)
  select b.import_id, b.line_no, b.payment_no, b.amount_fen, b.result, b.result_on, b.reference, b.reason, b.problem
  from jsonb_array_elements(p_lines) x cross join lateral private.read_bank_line(p_import_id, x) b
  on conflict (import_id, line_no) do nothing;
  return (select count(*) from public.bank_import_lines b where b.import_id = p_import_id);
end $$;
comment on function private.stage_bank_lines(bigint, jsonb) is
  '存下银行结果的若干行，一次至多 500 行，重发没有作用；返回已存的行数（R43）。行：{line_no, payment_no, amount_fen, result, result_on, reference, reason}。';
create function public.stage_bank_lines(import_id bigint, lines jsonb) returns integer
language sql volatile security invoker set search_path = ''
begin atomic select private.stage_bank_lines(import_id, lines); end;
comment on function public.stage_bank_lines(bigint, jsonb) is '存下银行结果的若干行（R43），一次至多 500 行。';

create function private.apply_bank_lines(p_import_id bigint, p_limit integer) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_lines integer[];
  v_numbers text[];
  v_payments bigint[];
  v_arrived bigint[];
  v_returned bigint[];
  v_now timestamptz := private.now();
begin
  -- 先取这一批的行与各笔的编号，其后只按主键找：刚写入的一万行还没有统计，别的写法会整表相乘。
  select array_agg(x.line_no), array_agg(x.payment_no) into v_lines, v_numbers
    from (select b.line_no, b.payment_no from public.bank_import_lines b
      where b.import_id = p_import_id and b.applied_at is null order by b.line_no limit p_limit) x;
  select array_agg(p.id), array_agg(p.redemption_id) into v_payments, v_arrived
    from public.payments p where p.payment_no = any (v_numbers);
  perform 1 from public.redemptions r where r.id = any (v_arrived) order by r.id for update;
  -- 已登记过同样结果的不再动。
  with done as (
    update public.payments p set state = b.result, state_since = v_now,
      arrived_on = case b.result when 'arrived' then b.result_on end,
      bank_reference = case b.result when 'arrived' then b.reference end,
      returned_reason = case b.result when 'returned' then b.reason end
    from (select * from public.bank_import_lines x where x.import_id = p_import_id and x.line_no = any (v_lines)
      offset 0) b
    where p.id = any (v_payments) and p.payment_no = b.payment_no and p.state = 'in_transit' returning p.id, p.state)
  select array_agg(d.id) filter (where d.state = 'arrived'), array_agg(d.id) filter (where d.state = 'returned')
    into v_arrived, v_returned from done d;
  update public.bank_import_lines b set applied_at = v_now
    where b.import_id = p_import_id and b.line_no = any (v_lines);
  perform private.redeem_arrived(v_arrived);
  perform private.tell_returned(v_returned);
  return jsonb_build_object('lines', coalesce(cardinality(v_lines), 0),
    'arrived', coalesce(cardinality(v_arrived), 0), 'returned', coalesce(cardinality(v_returned), 0));
end $$;
comment on function private.apply_bank_lines(bigint, integer) is
  '登记一次导入里接下来的至多 p_limit 行（R43）：到账的兑付成功，退票的告诉管理单位；一行只登记一次。调用者已锁住拨付单。';

create function private.redeem_arrived(p_payments bigint[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_step public.events;
  v_now timestamptz := private.now();
begin
  update public.redemptions r set state = 'paid_out', state_since = v_now
    from public.payments p where p.id = any (p_payments) and r.id = p.redemption_id;
  update public.vouchers v set state = 'redeemed', state_since = v_now
    from public.payments p join public.redemptions r on r.id = p.redemption_id
    where p.id = any (p_payments) and v.id = r.voucher_id;
  v_step.actor_role := 'platform'; v_step.actor_name := '省平台';
  for v_step.entity, v_step.action, v_step.from_state, v_step.to_state in
    values ('redemption', 'pay_out', 'passed', 'paid_out'), ('voucher', 'redeem', 'paid', 'redeemed') loop
    perform private.append_events(v_step, array_agg(x.id order by x.place), array_agg(null::text),
      array_agg(x.details order by x.place), array_agg(x.applicant_id order by x.place),
      array_agg(x.institution_id order by x.place))
    from (select case v_step.entity when 'redemption' then r.id else r.voucher_id end as id, r.applicant_id,
        r.institution_id, p.fund_rank as place, case v_step.entity when 'redemption' then jsonb_build_object(
          'amount_fen', p.amount_fen, 'fund_year', p.fund_year, 'payment_no', p.payment_no, 'arrived_on', p.arrived_on)
        else jsonb_build_object('amount_fen', p.amount_fen) end as details
      from public.payments p join public.redemptions r on r.id = p.redemption_id where p.id = any (p_payments)) x
    having count(*) > 0;
  end loop;
end $$;
comment on function private.redeem_arrived(bigint[]) is '到账的各笔：电子券兑付成功，兑付申请已兑付，各留事件（R29、R43）。只有到账使电子券兑付成功。';

create function private.tell_returned(p_payments bigint[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.events;
begin
  v.entity := 'redemption'; v.action := 'bank_return'; v.from_state := 'passed'; v.to_state := 'passed';
  v.actor_role := 'platform'; v.actor_name := '省平台';
  perform private.append_events(v, array_agg(x.id order by x.place), array_agg(x.returned_reason order by x.place),
    array_agg(jsonb_build_object('amount_fen', x.amount_fen, 'payment_no', x.payment_no) order by x.place),
    array_agg(x.applicant_id order by x.place), array_agg(x.institution_id order by x.place))
  from (select r.id, r.applicant_id, r.institution_id, p.amount_fen, p.payment_no, p.returned_reason,
      p.fund_rank as place
    from public.payments p join public.redemptions r on r.id = p.redemption_id where p.id = any (p_payments)) x
  having count(*) > 0;
  insert into public.notifications (organization_id, kind, entity, entity_id, title, body, at)
  select p.institution_id, 'turn', 'redemption', p.redemption_id, '银行退票 ' || r.voucher_no || '：请更正收款账户',
    '原因：' || p.returned_reason || E'\n账户核验后排在最前重付。', private.now()
  from public.payments p join public.redemptions r on r.id = p.redemption_id where p.id = any (p_payments);
end $$;
comment on function private.tell_returned(bigint[]) is '退票的各笔：兑付申请留事件，告诉管理单位更正账户（R43）。';

create function private.guard_record_results(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when p_payload is null then null
    when p_payload ? 'import_id' then (
      select case
        when i.id is null then 'NOT_FOUND'
        when i.finished_at is not null then 'R43_IMPORTED'
        when i.started_at is not null then null
        when i.lines <> (select count(*) from public.bank_import_lines b where b.import_id = i.id)
          then 'R43_LINES_MISSING' end
      from (select 1) one left join public.bank_imports i on i.list_id = (p_row ->> 'id')::bigint
        and i.id::text = p_payload ->> 'import_id')
    when exists (select 1 from public.bank_imports i where i.list_id = (p_row ->> 'id')::bigint
      and i.started_at is not null and i.finished_at is null) then 'R43_IMPORT_RUNNING' end
$$;
comment on function private.guard_record_results(jsonb, jsonb) is '条件：导入的各行已传完、没有登记过；逐笔登记时没有另一份文件正在登记（R43）。';

create function private.effect_record_results(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_list bigint := (p_row ->> 'id')::bigint;
  v_import public.bank_imports;
  v_bad text;
  v_done jsonb;
  v_left integer;
  v_open boolean;
begin
  if p_payload ? 'import_id' then
    select i.* into v_import from public.bank_imports i where i.id = (p_payload ->> 'import_id')::bigint;
  else
    -- 逐笔登记也是一次导入，只有一行，走同一条路。
    insert into public.bank_imports (list_id, sha256, file_name, lines)
    values (v_list, encode(sha256(uuid_send(gen_random_uuid())), 'hex'), '逐笔登记', 1) returning * into v_import;
    perform private.stage_bank_lines(v_import.id, jsonb_build_array(p_payload -> 'line' || '{"line_no": 1}'));
  end if;
  if v_import.started_at is null then
    select string_agg('第 ' || b.line_no || ' 行 ' || b.payment_no || '：' || b.problem, '；' order by b.line_no)
      into v_bad from (select x.* from private.bank_line_problems(v_import.id) x order by x.line_no limit 20) b;
    if v_bad is not null then perform private.refuse('R43_LINES_BAD', null, v_bad || '。'); end if;
    begin
      update public.bank_imports set started_at = private.now() where id = v_import.id;
    exception when unique_violation then perform private.refuse('R43_IMPORT_RUNNING');
    end;
  end if;
  v_done := private.apply_bank_lines(v_import.id, 1000);
  select count(*) into v_left from public.bank_import_lines b
    where b.import_id = v_import.id and b.applied_at is null;
  if v_left = 0 then update public.bank_imports set finished_at = private.now() where id = v_import.id; end if;
  v_open := exists (select 1 from public.payments p where p.list_id = v_list and p.state = 'in_transit');
  return jsonb_build_object('to', case when v_open or v_left > 0 then 'in_transit' else 'done' end,
    'details', v_done || jsonb_build_object('import_id', v_import.id, 'left', v_left),
    'result', v_done || jsonb_build_object('count', v_done -> 'lines', 'left', v_left));
end $$;
comment on function private.effect_record_results(jsonb, jsonb) is
  '效果：登记银行结果（R43），一次至多 1000 行，left 不为零时接着办，中断也不丢、不重。有一行不能登记的，逐行写明，一行也不登记。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('payment_list', 'drafted', 'approve', 'approved', 'platform', '复核通过，列入拨付单', false, 'guard_list_approve',
    'effect_list_approve'),
  ('payment_list', 'drafted', 'send_back', 'sent_back', 'platform', '退回', true, null, 'effect_list_send_back'),
  ('payment_list', 'drafted', 'drop', 'dropped', 'system', '年底作废', false, null, null),
  ('payment_list', 'approved', 'send', 'in_transit', 'platform', '生成银行文件', false, null, 'effect_list_send'),
  ('payment_list', 'approved', 'send', 'emptied', 'platform', '生成银行文件', false, null, 'effect_list_send'),
  ('payment_list', 'in_transit', 'record_results', 'in_transit', 'platform', '登记银行结果', false,
    'guard_record_results', 'effect_record_results'),
  ('payment_list', 'in_transit', 'record_results', 'done', 'platform', '登记银行结果', false, 'guard_record_results',
    'effect_record_results'),
  ('payment', 'drafted', 'list', 'listed', 'system', '列入拨付单', false, null, null),
  ('payment', 'drafted', 'drop', 'dropped', 'system', '撤出', false, null, null),
  ('payment', 'listed', 'drop', 'dropped', 'system', '撤出', false, null, null),
  ('payment', 'listed', 'send', 'in_transit', 'system', '交银行', false, null, null),
  ('payment', 'in_transit', 'arrive', 'arrived', 'system', '到账', false, null, null),
  ('payment', 'in_transit', 'return', 'returned', 'system', '退票', false, null, null),
  ('payment', 'arrived', 'rectify', 'returned', 'system', '更正：银行结果', false, null, null),
  ('payment', 'returned', 'rectify', 'arrived', 'system', '更正：银行结果', false, null, null),
  ('payment_list', 'in_transit', 'rectify', 'in_transit', 'system', '更正：银行结果', false, null, null),
  ('payment_list', 'done', 'rectify', 'done', 'system', '更正：银行结果', false, null, null);

create function public.advance_payment_list(list_id bigint, action text, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('payment_list', list_id, action, request_id, jsonb_build_object('reason', reason));
end;
comment on function public.advance_payment_list(bigint, text, text, uuid) is
  '推进一份拨付单（R43）。action：approve、send_back（须写原因）、send（生成银行文件）。';
create function public.record_bank_result(list_id bigint, line jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('payment_list', list_id, 'record_results', request_id, jsonb_build_object('line', line));
end;
comment on function public.record_bank_result(bigint, jsonb, uuid) is
  '逐笔登记银行结果（R43）。line：{payment_no, amount_fen, result, result_on, reference, reason}；result 为到账或退票。';
create function public.apply_bank_import(list_id bigint, import_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('payment_list', list_id, 'record_results', request_id,
    jsonb_build_object('import_id', import_id));
end;
comment on function public.apply_bank_import(bigint, bigint, uuid) is
  '登记一次导入（R43）：先核对全部行，有不能登记的一行也不登记；每次至多 1000 行，left 不为零时换一个请求编号接着办。';
grant execute on function private.staff_fund_of(integer), public.fund_of(integer), private.payout_candidates(),
  public.payout_candidates(), private.payout_overview(), public.payout_overview(),
  private.draw_up_payment_list(uuid, integer), public.draw_up_payment_list(uuid, integer),
  public.advance_payment_list(bigint, text, text, uuid), private.payment_list_lines(bigint),
  public.payment_list_lines(bigint), private.bank_file(bigint), public.bank_file(bigint),
  private.open_bank_import(uuid, bigint, text, text, integer),
  public.open_bank_import(bigint, text, text, integer, uuid), private.stage_bank_lines(bigint, jsonb),
  public.stage_bank_lines(bigint, jsonb), private.bank_import_problems(bigint), public.bank_import_problems(bigint),
  public.record_bank_result(bigint, jsonb, uuid), public.apply_bank_import(bigint, bigint, uuid) to authenticated;
