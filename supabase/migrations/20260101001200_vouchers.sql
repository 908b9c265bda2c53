-- 电子券：审核通过、确认额度、检测结果、支付、评价、到期（R5、R7、R14、R16–R19、R24）。

create table public.vouchers (
  id bigint generated always as identity primary key,
  voucher_no text not null unique,
  order_id bigint not null references public.orders (id),
  applicant_id bigint not null references public.organizations (id),
  institution_id bigint not null references public.organizations (id),
  holder_id bigint not null references public.organizations (id),
  quota_id bigint not null references public.quotas (id),
  amount_fen bigint not null check (amount_fen > 0),
  year integer not null references public.policy_years (year),
  verify_code text not null unique default upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 20)),
  issued_at timestamptz not null default private.now(),
  expires_at timestamptz not null,
  paid_at timestamptz,
  withdrawn boolean not null default false,
  rectified boolean not null default false,
  recovery text check (recovery in ('recovering', 'recovered')),
  state text not null default 'unpaid',
  state_since timestamptz not null default private.now(),
  check ((paid_at is not null) = (state in ('paid', 'redeemed', 'failed'))),
  check (paid_at < expires_at),
  check (not withdrawn or state = 'expired'),
  check (not rectified or state = 'expired'),
  check (recovery is null or state = 'redeemed')
);
-- 一单一券；审核通过被更正的券留着，再次通过另发一张（R45）。
create unique index vouchers_one_of_an_order on public.vouchers (order_id) where not rectified;
create index vouchers_order_id_idx on public.vouchers (order_id);
create index vouchers_applicant_id_idx on public.vouchers (applicant_id, id desc);
create index vouchers_institution_id_idx on public.vouchers (institution_id, id desc);
create index vouchers_holder_id_idx on public.vouchers (holder_id, id desc);
create index vouchers_quota_id_idx on public.vouchers (quota_id);
create index vouchers_unpaid_idx on public.vouchers (expires_at) where state = 'unpaid';
create index vouchers_payment_order_idx on public.vouchers (paid_at, voucher_no) include (amount_fen)
  where state = 'paid';
comment on table public.vouchers
  is '电子券（R14、R18）：一单一券，金额分；expires_at 为当年 12 月 31 日 24:00（Asia/Shanghai，R7）；支付后持有者是管理单位（R16）。';
create function private.luhn(p_digits text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  return (
    select ((10 - sum(case when n % 2 = 1 then (d * 2) / 10 + (d * 2) % 10 else d end) % 10) % 10)::text
    from (select n, substr(reverse(p_digits), n::integer, 1)::integer as d
      from generate_series(1, length(p_digits)) n) s);
end $$;
comment on function private.luhn(text) is '券号末位校验数字（Luhn），抄错一位即可发现。';
create sequence private.voucher_numbers;

insert into public.workflow_entities values ('voucher', 'vouchers', '电子券');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('voucher', 'unpaid', '未支付', 'applicant', '检测结果上传后，用户单位确认并支付。', null, true, 1),
  ('voucher', 'paid', '已支付', 'institution', '管理单位申请兑付。', null, false, 2),
  ('voucher', 'redeemed', '兑付成功', null, '资金已兑付给管理单位。', null, false, 3),
  ('voucher', 'failed', '兑付失败', null, '未能兑付；已抵扣的金额由双方按合同结清。', null, false, 4),
  ('voucher', 'expired', '已过期', null, '没有在当年支付，电子券作废、额度已释放。', null, false, 5);
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label) values
  ('voucher', 'unpaid', 'be_paid', 'paid', 'system', '支付'),
  ('voucher', 'unpaid', 'expire', 'expired', 'system', '到期或撤回'),
  ('voucher', 'unpaid', 'rectify', 'expired', 'system', '审核已更正'),
  ('voucher', 'failed', 'rectify', 'paid', 'system', '兑付失败已更正'),
  ('voucher', 'paid', 'redeem', 'redeemed', 'system', '兑付'),
  ('voucher', 'paid', 'fail', 'failed', 'system', '兑付失败'),
  ('voucher', 'redeemed', 'rectify', 'paid', 'system', '银行结果已更正'),
  ('voucher', 'paid', 'rectify', 'redeemed', 'system', '银行结果已更正');
create trigger check_transition before insert or update of state on public.vouchers
  for each row execute function private.check_transition('voucher');

create table public.ratings (
  order_id bigint not null references public.orders (id),
  target text not null check (target in ('institution', 'platform')),
  score integer not null check (score between 1 and 5),
  comment text not null default '' check (char_length(comment) <= 500),
  applicant_id bigint not null references public.organizations (id),
  institution_id bigint not null references public.organizations (id),
  at timestamptz not null default private.now(),
  primary key (order_id, target)
);
create index ratings_applicant_id_idx on public.ratings (applicant_id);
create index ratings_institution_id_idx on public.ratings (institution_id);
comment on table public.ratings is '评价（R17）：支付后用户单位对管理单位、省平台各评一次，1–5 分；不影响兑付。';

alter table public.vouchers enable row level security;
alter table public.ratings enable row level security;
-- 双方各看自己的：管理单位看得到为它发的和它收到的电子券，别家的看不到（R22、R34）。
create policy vouchers_read on public.vouchers for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
    or institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
create policy ratings_read on public.ratings for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
    or institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.vouchers, public.ratings to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R7_EXPIRED', 409, '电子券已过有效期，不能支付。', '电子券须在当年 12 月 31 日 24:00 前支付；请按普通订单与管理单位结算。'),
  ('R16_RESULT_REQUIRED', 400, '请上传检测结果。', '至少上传一份已核验的结果文件。'),
  ('R17_RATED', 409, '您已经评价过。', '每份订单对管理单位和省平台各评价一次。'),
  ('R17_NOT_PAID', 409, '支付之后才能评价。', '请先确认结果并支付。'),
  ('R17_SCORE', 400, '评分须为 1 到 5。', '请选择 1 到 5 星，文字不超过 500 字。');

create function private.issue_voucher(p_order public.orders) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_year integer := p_order.policy_year;
  v_serial text := lpad(nextval('private.voucher_numbers')::text, 7, '0');
  v_no text := '41-' || v_year || '-' || substr(v_serial, 1, 4) || '-' || substr(v_serial, 5, 3)
    || private.luhn('41' || v_year || v_serial);
  v_id bigint;
begin
  insert into public.vouchers (voucher_no, order_id, applicant_id, institution_id, holder_id, quota_id, amount_fen,
    year, expires_at)
  values (v_no, p_order.id, p_order.applicant_id, p_order.institution_id, p_order.applicant_id, p_order.quota_id,
    p_order.approved_fen, v_year, private.year_end(v_year))
  returning id into v_id;
  perform private.append_event('voucher', v_id, 'issue', null, 'unpaid', null,
    jsonb_build_object('amount_fen', p_order.approved_fen, 'voucher_no', v_no),
    'platform', '省平台', p_order.applicant_id, p_order.institution_id);
  return v_no;
end $$;
comment on function private.issue_voucher(public.orders) is '为获批订单发电子券（R14），返回券号；额度已在同一事务中占用。';

create function private.effect_order_approve(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_year integer := private.this_year();
  v_rate bigint := private.parameter(v_year, 'rate_bp');
  v_quota public.quotas;
  v_raw bigint;
  v_amount bigint;
  v_lower bigint;
  v_no text;
  -- 审核通过即逐项确认用户单位的自查，确认了什么随事件留存（R9）。
  v_answers jsonb := (select coalesce(jsonb_object_agg(a.code, a.applies), '{}') from public.order_answers a
    where a.order_id = (p_row ->> 'id')::bigint);
begin
  perform private.require_year();
  select o.* into v from public.orders o where o.id = (p_row ->> 'id')::bigint;
  perform private.lock_contract(v);
  select q.* into v_quota from public.quotas q where q.organization_id = v.applicant_id and q.year = v_year for update;
  if v_quota.id is null then perform private.refuse('R5_NO_QUOTA_THIS_YEAR'); end if;
  if v_quota.carried_only and not private.is_carried(v.id) then perform private.refuse('R46_CARRIED_ONLY'); end if;
  v_raw := private.raw_deduction(v.eligible_fee_fen, v_rate);
  if private.contract_room(v, v_rate) = 0 then perform private.refuse('R38_CONTRACT_FULL'); end if;
  v_amount := least(v_raw, private.contract_room(v, v_rate), v_quota.cap_fen - v_quota.held_fen - v_quota.spent_fen);
  if p_payload ->> 'amount_fen' is not null then
    if p_payload ->> 'amount_fen' !~ '^[0-9]{1,12}$' then perform private.refuse('AMOUNT_INVALID'); end if;
    v_lower := (p_payload ->> 'amount_fen')::bigint;
    if v_lower <= 0 or v_lower >= v_raw or private.visible_length(p_payload ->> 'reason') < 2 then
      perform private.refuse('R5_REVIEWER_FIGURE');
    end if;
    v_amount := least(v_amount, v_lower);
  end if;
  if v_amount <= 0 then perform private.refuse('R5_NOTHING_LEFT'); end if;
  if not private.move_quota(v_quota.id, v.id, 'hold', v_amount) then perform private.refuse('R5_NOTHING_LEFT'); end if;
  update public.orders set approved_fen = v_amount, quota_id = v_quota.id, rate_bp = v_rate, policy_year = v_year,
    policy_version = (select y.version from public.policy_years y where y.year = v_year) where id = v.id
      returning * into v;
  if v_amount < v.accepted_fen then
    return jsonb_build_object('to', 'awaiting_consent', 'details',
      jsonb_build_object('approved_fen', v_amount, 'accepted_fen', v.accepted_fen, 'answers_confirmed', v_answers));
  end if;
  v_no := private.issue_voucher(v);
  return jsonb_build_object('to', 'approved', 'details',
    jsonb_build_object('approved_fen', v_amount, 'voucher_no', v_no, 'answers_confirmed', v_answers), 'result',
    jsonb_build_object('voucher_no', v_no));
end $$;
comment on function private.effect_order_approve(jsonb, jsonb) is
  '效果：核定金额 = min(比例额, 可用额度, 合同还留下的, 审核人较低额)，占用额度并发券，或等待用户单位确认较低额（R5、R14、R38）。';

create function private.guard_accept(p_row jsonb, p_payload jsonb) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return case when private.suspended((p_row ->> 'institution_id')::bigint, private.today()) then 'R46_SUSPENDED' end;
end $$;
comment on function private.guard_accept(jsonb, jsonb) is '条件：管理单位没有在暂停资格；暂停的，没有受理的订单等待（R46）。不受理仍可办。';

create function private.effect_order_accept(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.hold_standing((p_row ->> 'institution_id')::bigint, 'R46_SUSPENDED');
  return '{}';
end $$;
comment on function private.effect_order_accept(jsonb, jsonb) is '效果：锁住资格再看一遍：受理与暂停同时到，总有一个在先（R46）。';

create function private.guard_consent(p_row jsonb, p_payload jsonb) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return case when private.now() >= private.year_end((p_row ->> 'policy_year')::integer) then 'R7_EXPIRED' end;
end $$;
comment on function private.guard_consent(jsonb, jsonb) is '条件：确认额度须在核定的当年（R7）。';

create function private.effect_order_agree(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_no text;
begin
  select o.* into v from public.orders o where o.id = (p_row ->> 'id')::bigint;
  v_no := private.issue_voucher(v);
  return jsonb_build_object('details', jsonb_build_object('approved_fen', v.approved_fen, 'voucher_no', v_no), 'result',
    jsonb_build_object('voucher_no', v_no));
end $$;
comment on function private.effect_order_agree(jsonb, jsonb) is '效果：接受较低额度，发券（R5）。';

create function private.release_order(p_order_id bigint, p_withdrawn boolean) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_voucher public.vouchers;
begin
  select o.* into v from public.orders o where o.id = p_order_id;
  if v.quota_id is null then return; end if;
  perform private.move_quota(v.quota_id, v.id, 'release', v.approved_fen);
  select x.* into v_voucher from public.vouchers x where x.order_id = p_order_id and x.state = 'unpaid' for update;
  if v_voucher.id is not null then
    update public.vouchers set state = 'expired', state_since = private.now(), withdrawn = p_withdrawn
      where id = v_voucher.id;
    perform private.append_event('voucher', v_voucher.id, 'expire', 'unpaid', 'expired',
      case when p_withdrawn then '订单已撤回' else '当年未支付' end, '{}',
      'system', '系统', v_voucher.applicant_id, v_voucher.institution_id);
  end if;
end $$;
comment on function private.release_order(bigint, boolean) is '归还占用的额度，未支付的券转为已过期（R7、R19）。';

create function private.effect_order_release(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.release_order((p_row ->> 'id')::bigint, true);
  return '{}';
end $$;
comment on function private.effect_order_release(jsonb, jsonb) is '效果：撤回或不接受较低额时归还占用（R5、R19）。';

create function private.guard_withdraw_approved(p_row jsonb, p_payload jsonb) returns text
language plpgsql stable security definer set search_path = ''
as $$ begin return case when (p_row ->> 'ever_delivered')::boolean then 'R19_TOO_LATE' end; end $$;
comment on function private.guard_withdraw_approved(jsonb, jsonb) is '条件：第一次上传结果之前才可撤回（R19）。';

create function private.effect_order_deliver(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint := (p_row ->> 'id')::bigint;
  v_doc bigint;
  v_count integer := 0;
begin
  if jsonb_typeof(p_payload -> 'documents') is distinct from 'array'
    or jsonb_array_length(p_payload -> 'documents') not between 1 and 20 then
    perform private.refuse('R16_RESULT_REQUIRED');
  end if;
  for v_doc in select x::bigint from jsonb_array_elements_text(p_payload -> 'documents') x loop
    perform private.check_document(v_doc, array['result', 'report'], (p_row ->> 'institution_id')::bigint);
    insert into public.order_documents (order_id, document_id, kind)
      values (v_id, v_doc, 'result') on conflict do nothing;
    v_count := v_count + 1;
  end loop;
  update public.orders set ever_delivered = true where id = v_id;
  return jsonb_build_object('details', jsonb_build_object('files', v_count),
    'reason', nullif(left(coalesce(private.clean_text(p_payload ->> 'note'), ''), 500), ''));
exception when data_exception then
  perform private.refuse('R16_RESULT_REQUIRED');
  return null;
end $$;
comment on function private.effect_order_deliver(jsonb, jsonb) is '效果：附上检测结果（R16）。';

create function private.guard_pay(p_row jsonb, p_payload jsonb) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select case when not exists (select 1 from public.vouchers v where v.order_id = (p_row ->> 'id')::bigint
      and v.state = 'unpaid' and private.now() < v.expires_at) then 'R7_EXPIRED' end);
end $$;
comment on function private.guard_pay(jsonb, jsonb) is
  '条件：券未支付且未到 12 月 31 日 24:00，不依赖每日任务（R7）；过期的券也不再上传结果、提出异议。';

create function private.effect_order_pay(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.vouchers;
begin
  select x.* into v from public.vouchers x
    where x.order_id = (p_row ->> 'id')::bigint and x.state = 'unpaid' for update;
  perform private.move_quota(v.quota_id, v.order_id, 'spend', v.amount_fen);
  update public.vouchers set paid_at = private.now(), holder_id = institution_id, state = 'paid',
    state_since = private.now() where id = v.id;
  perform private.append_event('voucher', v.id, 'be_paid', 'unpaid', 'paid', null,
    jsonb_build_object('amount_fen', v.amount_fen), 'applicant',
    private.actor_name('applicant', v.applicant_id, null), v.applicant_id, v.institution_id);
  return jsonb_build_object('details', jsonb_build_object('amount_fen', v.amount_fen, 'voucher_no', v.voucher_no),
    'result', jsonb_build_object('voucher_no', v.voucher_no));
end $$;
comment on function private.effect_order_pay(jsonb, jsonb) is '效果：确认结果并支付，额度由占用转为已用，券转到管理单位名下（R16）。';

create function private.effect_order_discard(p_row jsonb, p_payload jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  -- 费用行、自查回答与文件链接随之删去；文件没有别的用处的，由每日任务清除。
  delete from public.orders o where o.id = (p_row ->> 'id')::bigint and o.submitted_at is null;
  select '{}'::jsonb
$$;
comment on function private.effect_order_discard(jsonb, jsonb) is '效果：从未提交的草稿真的删去，只留下“建立、删除”两条事件（R12）。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('order', 'draft', 'submit', 'submitted', 'applicant', '提交订单', false, 'guard_order_submit', 'effect_order_submit'),
  ('order', 'draft', 'discard', 'discarded', 'applicant', '删除草稿', false, null, 'effect_order_discard'),
  ('order', 'submitted', 'accept', 'platform_review', 'institution', '受理', false, 'guard_accept',
    'effect_order_accept'),
  ('order', 'submitted', 'decline', 'declined', 'institution', '不受理', true, null, null),
  ('order', 'submitted', 'withdraw', 'withdrawn', 'applicant', '撤回订单', false, null, null),
  ('order', 'platform_review', 'approve', 'approved', 'platform', '审核通过', false, 'guard_review_order',
    'effect_order_approve'),
  ('order', 'platform_review', 'approve', 'awaiting_consent', 'platform', '审核通过', false, 'guard_review_order',
    'effect_order_approve'),
  ('order', 'platform_review', 'return', 'returned', 'platform', '不通过', true, 'guard_review_order',
    'effect_order_return'),
  ('order', 'platform_review', 'return', 'ordinary', 'platform', '不通过', true, 'guard_review_order',
    'effect_order_return'),
  ('order', 'platform_review', 'withdraw', 'withdrawn', 'applicant', '撤回订单', false, null, null),
  ('order', 'returned', 'submit', 'submitted', 'applicant', '重新提交', false, 'guard_order_submit', 'effect_order_submit'),
  ('order', 'returned', 'withdraw', 'withdrawn', 'applicant', '撤回订单', false, null, null),
  ('order', 'returned', 'expire', 'ordinary', 'system', '年度结束', false, null, null),
  ('order', 'awaiting_consent', 'agree', 'approved', 'applicant', '同意并领券', false, 'guard_consent',
    'effect_order_agree'),
  ('order', 'awaiting_consent', 'disagree', 'ordinary', 'applicant', '不同意，转普通订单', false, 'guard_consent',
    'effect_order_release'),
  ('order', 'awaiting_consent', 'withdraw', 'withdrawn', 'applicant', '撤回订单', false, null, 'effect_order_release'),
  ('order', 'awaiting_consent', 'expire', 'ordinary', 'system', '年度结束', false, null, null),
  ('order', 'approved', 'deliver', 'delivered', 'institution', '上传检测结果', false, 'guard_pay', 'effect_order_deliver'),
  ('order', 'approved', 'withdraw', 'withdrawn', 'applicant', '撤回订单', false, 'guard_withdraw_approved',
    'effect_order_release'),
  ('order', 'approved', 'expire', 'ordinary', 'system', '电子券过期', false, null, null),
  ('order', 'delivered', 'pay', 'paid', 'applicant', '确认结果并支付', false, 'guard_pay', 'effect_order_pay'),
  ('order', 'delivered', 'dispute', 'disputed', 'applicant', '结果有异议', true, 'guard_pay', null),
  ('order', 'delivered', 'expire', 'ordinary', 'system', '电子券过期', false, null, null),
  ('order', 'disputed', 'deliver', 'delivered', 'institution', '重新上传结果', false, 'guard_pay', 'effect_order_deliver'),
  ('order', 'disputed', 'expire', 'ordinary', 'system', '电子券过期', false, null, null),
  ('order', 'paid', 'fail', 'ordinary', 'system', '兑付失败', false, null, null),
  ('order', 'approved', 'rectify', 'platform_review', 'system', '更正：撤销审核通过', false, null, null),
  ('order', 'awaiting_consent', 'rectify', 'platform_review', 'system', '更正：撤销审核通过', false, null, null),
  ('order', 'returned', 'rectify', 'platform_review', 'system', '更正：撤销不通过', false, null, null),
  ('order', 'ordinary', 'rectify', 'platform_review', 'system', '更正：撤销不通过', false, null, null),
  ('order', 'ordinary', 'rectify', 'returned', 'system', '更正：撤销不通过', false, null, null),
  ('order', 'ordinary', 'rectify', 'paid', 'system', '更正：撤销兑付失败', false, null, null);
create trigger check_transition before insert or update of state on public.orders
  for each row execute function private.check_transition('order');

create function public.submit_order(order_id bigint, accepted_fen bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'submit', request_id,
  jsonb_build_object('accepted_fen', accepted_fen)); end;
comment on function public.submit_order(bigint, bigint, uuid) is '提交或（退回后）重新提交订单（R12、R15）。accepted_fen：看到并接受的抵扣额，分。';
create function public.withdraw_order(order_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'withdraw', request_id, '{}'::jsonb); end;
comment on function public.withdraw_order(bigint, uuid) is '撤回订单（R19）。';
create function public.discard_order(order_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'discard', request_id, '{}'::jsonb); end;
comment on function public.discard_order(bigint, uuid) is '删除从未提交的订单草稿（R12）。';
create function public.accept_order(order_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'accept', request_id, '{}'::jsonb); end;
comment on function public.accept_order(bigint, uuid) is '管理单位受理（R13、R22）。';
create function public.decline_order(order_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'decline', request_id, jsonb_build_object('reason', reason)); end;
comment on function public.decline_order(bigint, text, uuid) is '管理单位不受理，写明原因（R13、R22）；不占用修改机会（R15）。';
create function public.approve_order(order_id bigint, request_id uuid, amount_fen bigint default null,
  reason text default null) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'approve', request_id,
  jsonb_build_object('amount_fen', amount_fen, 'reason', reason)); end;
comment on function public.approve_order(bigint, uuid, bigint, text)
  is '省平台审核通过（R5、R14）。amount_fen：较低的核定额，分，须附 reason；空为按规则计算。';
create function public.return_order(order_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'return', request_id, jsonb_build_object('reason', reason)); end;
comment on function public.return_order(bigint, text, uuid) is '省平台审核不通过（R15）：第一次退回，第二次转普通订单。';
create function public.agree_order(order_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'agree', request_id, '{}'::jsonb); end;
comment on function public.agree_order(bigint, uuid) is '同意较低的核定额，领券（R5）。';
create function public.disagree_order(order_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'disagree', request_id, '{}'::jsonb); end;
comment on function public.disagree_order(bigint, uuid) is '不同意较低的核定额，转普通订单，不计不通过（R5）。';
create function public.deliver_order(order_id bigint, documents bigint[], note text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'deliver', request_id,
  jsonb_build_object('documents', to_jsonb(documents), 'note', note)); end;
comment on function public.deliver_order(bigint, bigint[], text, uuid) is '管理单位上传检测结果（R16、R22）。documents：已核验文件编号。';
create function public.dispute_order(order_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'dispute', request_id, jsonb_build_object('reason', reason)); end;
comment on function public.dispute_order(bigint, text, uuid) is '对检测结果提出异议（R16）。';
create function public.pay_voucher(order_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('order', order_id, 'pay', request_id, '{}'::jsonb); end;
comment on function public.pay_voucher(bigint, uuid) is '确认结果并支付电子券（R16）。不可撤销。';

create function private.rate_order(p_request_id uuid, p_order_id bigint, p_target text, p_score integer, p_comment text)
  returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('rate', p_order_id, p_target, p_score, p_comment)::text);
  v public.orders;
begin
  if v_done is not null then return v_done; end if;
  select o.* into v from public.orders o
    where o.id = p_order_id and o.applicant_id = any (private.my_orgs()) for update;
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  if private.both_parties('applicant', v.applicant_id,
    v.institution_id) is not null then perform private.refuse('R39_BOTH_PARTIES'); end if;
  if not exists (select 1 from public.vouchers x where x.order_id = v.id and x.paid_at is not null)
    then perform private.refuse('R17_NOT_PAID'); end if;
  begin
    insert into public.ratings (order_id, target, score, comment, applicant_id, institution_id)
    values (v.id, p_target, p_score, coalesce(private.clean_text(p_comment), ''), v.applicant_id, v.institution_id);
  exception
    when unique_violation then perform private.refuse('R17_RATED');
    when check_violation or not_null_violation then perform private.refuse('R17_SCORE');
  end;
  perform private.append_event('order', v.id, 'rate', v.state, v.state, null,
    jsonb_build_object('target', p_target, 'score', p_score), 'applicant',
    private.actor_name('applicant', v.applicant_id, null), v.applicant_id, v.institution_id);
  return private.end_request(p_request_id, jsonb_build_object('rated', p_target));
end $$;
comment on function private.rate_order(uuid, bigint, text, integer, text) is '评价（R17）：支付后对管理单位、省平台各一次。';
create function public.rate_order(order_id bigint, target text, score integer, comment text, request_id uuid)
  returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.rate_order(request_id, order_id, target, score, comment); end;
comment on function public.rate_order(bigint, text, integer, text, uuid)
  is '评价（R17）。target：institution 或 platform；score：1–5。';

-- ── 退还与兑付失败（R24）；到期（R7）──────────────────────────────────
create function private.restore_quota(p_voucher_id bigint, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.vouchers;
begin
  select x.* into v from public.vouchers x where x.id = p_voucher_id;
  if v.year <> private.this_year() or private.parameter(v.year, 'restore_quota_on_failure') is distinct from 1
    then return false; end if;
  return private.move_quota(v.quota_id, v.order_id, 'restore', v.amount_fen);
end $$;
comment on function private.restore_quota(bigint, text) is '兑付失败时在同一年度内退还额度（R24，参数 restore_quota_on_failure）。';

create function private.fail_voucher(p_voucher_id bigint, p_reason text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.vouchers;
  v_restored boolean;
begin
  select x.* into v from public.vouchers x where x.id = p_voucher_id for update;
  perform private.system_move('voucher', v.id, 'fail', 'failed', p_reason);
  v_restored := private.restore_quota(v.id, p_reason);
  perform private.system_move('order', v.order_id, 'fail', 'ordinary',
    p_reason || '。已抵扣的金额请双方按合同结清' || case when v_restored then '；用户单位的额度已退还' else '' end);
end $$;
comment on function private.fail_voucher(bigint, text) is '兑付失败（R24、R29）：券失败、订单转普通订单、按参数退还额度，事件用平实的话告知双方。';

create function private.expire_vouchers(p_limit integer default 300) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint;
  v_count integer := 0;
begin
  -- 先锁订单再锁券，与支付同序；正被别人锁住的留给下一次，一行不误众行。
  for v_id in select o.id from public.orders o join public.vouchers x on x.order_id = o.id
    where x.state = 'unpaid' and x.expires_at <= private.now()
      order by o.id limit p_limit for update of o skip locked loop
    if exists (select 1 from public.vouchers x where x.order_id = v_id and x.state = 'unpaid') then
      perform private.release_order(v_id, false);
      perform private.system_move('order', v_id, 'expire', 'ordinary', '电子券在当年 12 月 31 日 24:00 前没有支付');
      v_count := v_count + 1;
    end if;
  end loop;
  for v_id in select o.id from public.orders o where o.state in ('returned', 'awaiting_consent')
    and o.state_since < private.year_end(private.this_year() - 1)
    order by o.id limit p_limit - v_count for update of o skip locked loop
    perform private.release_order(v_id, false);
    perform private.system_move('order', v_id, 'expire', 'ordinary', '年度结束，订单转为普通订单');
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
comment on function private.expire_vouchers(integer) is
  '每日任务：到期的券过期、释放占用、订单转普通订单；退回与待确认的订单随年度结束（R7）。一次至多 p_limit 件，余下的下一次接着办；可重复执行，返回处理数。';

grant execute on function public.submit_order(bigint, bigint, uuid), public.withdraw_order(bigint, uuid),
  public.discard_order(bigint, uuid), public.accept_order(bigint, uuid),
  public.decline_order(bigint, text, uuid), public.approve_order(bigint, uuid, bigint, text),
    public.return_order(bigint, text, uuid),
  public.agree_order(bigint, uuid), public.disagree_order(bigint, uuid),
    public.deliver_order(bigint, bigint[], text, uuid),
  public.dispute_order(bigint, text, uuid), public.pay_voucher(bigint, uuid),
    public.rate_order(bigint, text, integer, text, uuid),
  private.rate_order(uuid, bigint, text, integer, text) to authenticated;
