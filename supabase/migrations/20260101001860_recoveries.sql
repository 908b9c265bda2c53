-- 追回（R44）：到账之后，省科技厅一人决定收回全部或一部分；管理单位可以答复；省财政厅逐笔登记退回的款项。
-- 由省财政厅登记：决定的是省科技厅，花这笔资金的是省平台，收到没有收到由管资金的一方说了算。

create table public.recoveries (
  id bigint generated always as identity primary key,
  payment_id bigint not null references public.payments (id),
  redemption_id bigint not null references public.redemptions (id),
  voucher_id bigint not null references public.vouchers (id),
  institution_id bigint not null references public.organizations (id),
  amount_fen bigint not null check (amount_fen > 0),
  returned_fen bigint not null default 0 check (returned_fen between 0 and amount_fen),
  reason text not null check (char_length(reason) between 2 and 2000),
  answer text check (char_length(answer) between 2 and 2000),
  answered_at timestamptz,
  state text not null default 'recovering',
  state_since timestamptz not null default private.now(),
  created_at timestamptz not null default private.now(),
  check ((state = 'recovered') = (returned_fen = amount_fen)),
  check (state <> 'cancelled' or returned_fen = 0),
  check ((answer is null) = (answered_at is null))
);
create unique index recoveries_one_running on public.recoveries (payment_id) where state = 'recovering';
create index recoveries_payment_id_idx on public.recoveries (payment_id);
create index recoveries_redemption_id_idx on public.recoveries (redemption_id);
create index recoveries_voucher_id_idx on public.recoveries (voucher_id);
create index recoveries_institution_id_idx on public.recoveries (institution_id, id desc);
comment on table public.recoveries is
  '追回（R44），金额分：到账的一笔收回多少；returned_fen 是已退回的，等于各笔之和。电子券仍是兑付成功，额度不退还，不与别的款项相抵。';
comment on column public.recoveries.reason is '原因：管理单位看得到全文，公众看不到。';
comment on column public.recoveries.answer is '管理单位最近一次的答复；以前的在事件里。';

create table public.recovery_instalments (
  id bigint generated always as identity primary key,
  recovery_id bigint not null references public.recoveries (id),
  amount_fen bigint not null check (amount_fen > 0),
  received_on private.plausible_date not null,
  fund_year integer not null references public.policy_years (year),
  reference text not null check (char_length(reference) between 1 and 100),
  at timestamptz not null default private.now(),
  check (fund_year = extract(year from received_on))
);
create unique index recovery_instalments_once on public.recovery_instalments
  (recovery_id, private.identity_key(reference, 'identifier'));
create index recovery_instalments_fund_year_idx on public.recovery_instalments (fund_year) include (amount_fen);
comment on table public.recovery_instalments is
  '追回的款项，一笔一行，金额分，只增不改：退回之日、银行流水号；记入退回之年的资金（R44）。';
create trigger keep_forever before update or delete on public.recovery_instalments
  for each row execute function private.keep_forever();

insert into public.workflow_entities values ('recovery', 'recoveries', '追回');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('recovery', 'recovering', '追回中', 'institution', '请把款项退回原付款账户；有不同意见可以答复。', null, true, 1),
  ('recovery', 'recovered', '已追回', null, '款项已全部退回。', null, false, 2),
  ('recovery', 'cancelled', '已撤销', null, '省科技厅已撤销，不再追回。', null, false, 3);
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('recovery', 'recovering', 'answer', 'recovering', 'institution', '答复', true, null, 'effect_recovery_answer'),
  ('recovery', 'recovering', 'record', 'recovering', 'finance', '登记退回的款项', false, 'guard_not_own',
    'effect_recovery_record'),
  ('recovery', 'recovering', 'record', 'recovered', 'finance', '登记退回的款项', false, 'guard_not_own',
    'effect_recovery_record'),
  ('recovery', 'recovering', 'cancel', 'cancelled', 'department', '撤销追回', true, 'guard_recovery_cancel',
    'effect_recovery_cancel');
create trigger check_transition before insert or update of state on public.recoveries
  for each row execute function private.check_transition('recovery');

alter table public.recoveries enable row level security;
alter table public.recovery_instalments enable row level security;
create policy recoveries_read on public.recoveries for select to authenticated using (
  institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
create policy recovery_instalments_read on public.recovery_instalments for select to authenticated
  using (exists (select 1 from public.recoveries r where r.id = recovery_instalments.recovery_id));
grant select on public.recoveries, public.recovery_instalments to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R44_NOT_ARRIVED', 409, '这一项没有到账的款项，不能追回。', '到账之后才有追回；在途的请等银行结果。'),
  ('R44_RUNNING', 409, '这一项已在追回。', '请等它办完，或先撤销，再另作决定。'),
  ('R44_ALL_BACK', 409, '这一项到账的款项已决定全部追回。', '请刷新页面，查看已有的追回。'),
  ('R44_REPAID', 409, '已有款项退回，不能撤销。', '余下的照常追回；多收的另行退付。'),
  ('R44_TWICE', 409, '这笔流水已经登记过。', '请核对银行流水号；一笔款项只登记一次。');

create function private.mark_recovery(p_voucher_id bigint, p_recovery_id bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.vouchers;
  v_mark text;
begin
  select x.* into v from public.vouchers x where x.id = p_voucher_id for update;
  v_mark := (select min(r.state) from public.recoveries r
    where r.voucher_id = p_voucher_id and r.state in ('recovering', 'recovered'));
  if exists (select 1 from public.recoveries r where r.voucher_id = p_voucher_id and r.state = 'recovering') then
    v_mark := 'recovering';
  end if;
  if v_mark is not distinct from v.recovery then return; end if;
  update public.vouchers set recovery = v_mark where id = v.id;
  perform private.append_event('voucher', v.id, 'recover', v.state, v.state, null,
    jsonb_strip_nulls(jsonb_build_object('recovery', p_recovery_id, 'mark', v_mark)), 'system', '系统', v.applicant_id,
    v.institution_id);
end $$;
comment on function private.mark_recovery(bigint, bigint) is '电子券上标出追回中、已追回（R44）；它的状态仍是兑付成功。';

create function private.decide_recovery(p_request_id uuid, p_redemption_id bigint, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('recover', p_redemption_id, p_payload)::text);
  v public.redemptions;
  v_payment public.payments;
  v_amount bigint;
  v_left bigint;
  v_reason text;
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('department') then perform private.refuse('NOT_FOUND'); end if;
  select r.* into v from public.redemptions r where r.id = p_redemption_id;
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  if private.guard_not_own(to_jsonb(v), '{}') is not null then perform private.refuse('OWN_ORGANIZATION'); end if;
  v_reason := private.read_reason(p_payload ->> 'reason');
  select p.* into v_payment from public.payments p
    where p.redemption_id = v.id and p.state = 'arrived' for update;
  if v_payment.id is null then perform private.refuse('R44_NOT_ARRIVED'); end if;
  if exists (select 1 from public.recoveries r where r.payment_id = v_payment.id and r.state = 'recovering') then
    perform private.refuse('R44_RUNNING');
  end if;
  v_left := private.recoverable_fen(v_payment.id);
  if v_left = 0 then perform private.refuse('R44_ALL_BACK'); end if;
  v_amount := private.read_fen(p_payload, 'amount_fen', 1, v_left);
  insert into public.recoveries (payment_id, redemption_id, voucher_id, institution_id, amount_fen, reason)
  values (v_payment.id, v.id, v.voucher_id, v_payment.institution_id, v_amount, v_reason) returning id into v_id;
  perform private.append_event('recovery', v_id, 'decide', null, 'recovering', v_reason,
    jsonb_build_object('amount_fen', v_amount, 'payment_no', v_payment.payment_no), 'department', '省科技厅', null,
    v_payment.institution_id);
  perform private.mark_recovery(v.voucher_id, v_id);
  return private.end_request(p_request_id, jsonb_build_object('entity', 'recovery', 'id', v_id, 'state', 'recovering'));
end $$;
comment on function private.decide_recovery(uuid, bigint, jsonb) is
  '省科技厅一人决定追回，全部或一部分，写明原因（R44）。拒绝：本人所在的单位、没有到账、正在追回、已决定全部追回、金额超过到账的。';
create function public.decide_recovery(redemption_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.decide_recovery(request_id, redemption_id, payload); end;
comment on function public.decide_recovery(bigint, jsonb, uuid) is '决定追回（R44）。payload：amount_fen（分）、reason。';

create function private.recoverable_fen(p_payment_id bigint) returns bigint
language sql stable security definer set search_path = ''
as $$
  select p.amount_fen - coalesce((select sum(r.amount_fen) from public.recoveries r
    where r.payment_id = p.id and r.state <> 'cancelled'), 0)::bigint
  from public.payments p where p.id = p_payment_id
$$;
comment on function private.recoverable_fen(bigint) is '到账的一笔还有多少没有决定追回，分（R44）。';

create function private.effect_recovery_answer(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.recoveries set answer = private.clean_text(p_payload ->> 'reason'), answered_at = private.now()
    where id = (p_row ->> 'id')::bigint;
  perform private.notify_role('department', 'told', 'recovery', (p_row ->> 'id')::bigint,
    '追回有答复：' || private.entity_number('recovery', (p_row ->> 'id')::bigint),
    private.clean_text(p_payload ->> 'reason'));
  return '{}';
end $$;
comment on function private.effect_recovery_answer(jsonb, jsonb) is '效果：记下管理单位的答复，告诉省科技厅（R44）；不改变追回。';

create function private.effect_recovery_record(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.recoveries := jsonb_populate_record(null::public.recoveries, p_row);
  v_amount bigint := private.read_fen(p_payload, 'amount_fen', 1, v.amount_fen - v.returned_fen);
  v_day date := private.read_date(p_payload, 'received_on', true,
    (select p.arrived_on from public.payments p where p.id = v.payment_id), private.today());
  v_reference text := private.read_text(p_payload, 'reference', 1, 100);
  v_done boolean := v.returned_fen + v_amount = v.amount_fen;
begin
  if not exists (select 1 from public.policy_years y where y.year = extract(year from v_day)) then
    perform private.refuse('R6_YEAR_MISSING');
  end if;
  begin
    insert into public.recovery_instalments (recovery_id, amount_fen, received_on, fund_year, reference)
    values (v.id, v_amount, v_day, extract(year from v_day)::integer, v_reference);
  exception when unique_violation then perform private.refuse('R44_TWICE', 'reference');
  end;
  update public.recoveries set returned_fen = returned_fen + v_amount, state = case when v_done then 'recovered'
    else 'recovering' end where id = v.id;
  perform private.mark_recovery(v.voucher_id, v.id);
  if not v_done then
    insert into public.notifications (organization_id, kind, entity, entity_id, title, body)
    values (v.institution_id, 'told', 'recovery', v.id,
      '追回的款项已登记一笔：' || private.entity_number('recovery', v.id),
      '收到 ' || private.yuan(v_amount) || '，还差 ' || private.yuan(v.amount_fen - v.returned_fen - v_amount) || '。');
  end if;
  return jsonb_build_object('to', case when v_done then 'recovered' else 'recovering' end,
    'details', jsonb_build_object('amount_fen', v_amount, 'received_on', v_day,
      'fund_year', extract(year from v_day)::integer),
    'result', jsonb_build_object('left_fen', v.amount_fen - v.returned_fen - v_amount));
end $$;
comment on function private.effect_recovery_record(jsonb, jsonb) is
  '效果：登记退回的一笔，记入退回之年的资金；全部退回即已追回（R44）。拒绝：金额超过余下的、日期早于到账或晚于今天、流水号登记过。';

create function private.guard_recovery_cancel(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when (p_row ->> 'returned_fen')::bigint > 0 then 'R44_REPAID' end)
$$;
comment on function private.guard_recovery_cancel(jsonb, jsonb) is '条件：还没有款项退回的追回才可撤销（R44）。';
create function private.effect_recovery_cancel(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.recoveries set state = 'cancelled' where id = (p_row ->> 'id')::bigint;
  perform private.mark_recovery((p_row ->> 'voucher_id')::bigint, (p_row ->> 'id')::bigint);
  return '{}';
end $$;
comment on function private.effect_recovery_cancel(jsonb, jsonb) is '效果：撤销追回，电子券上的标记随之取消（R44）。';

create function public.answer_recovery(recovery_id bigint, answer text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('recovery', recovery_id, 'answer', request_id, jsonb_build_object('reason', answer));
end;
comment on function public.answer_recovery(bigint, text, uuid) is '管理单位答复追回（R44）。';
create function public.record_repayment(recovery_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('recovery', recovery_id, 'record', request_id, payload - 'reason'); end;
comment on function public.record_repayment(bigint, jsonb, uuid) is
  '省财政厅登记退回的一笔（R44）。payload：amount_fen（分）、received_on（退回之日）、reference（银行流水号）。';
create function public.cancel_recovery(recovery_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('recovery', recovery_id, 'cancel', request_id, jsonb_build_object('reason', reason));
end;
comment on function public.cancel_recovery(bigint, text, uuid) is '省科技厅撤销还没有款项退回的追回，写明原因（R44）。';

create function private.find_arrived(p_words text)
returns table (redemption_id bigint, voucher_no text, institution_name text, amount_fen bigint, arrived_on date,
  recoverable_fen bigint)
language sql stable security definer set search_path = ''
as $$
  select r.id, r.voucher_no, o.name, p.amount_fen, p.arrived_on, private.recoverable_fen(p.id)
  from public.payments p join public.redemptions r on r.id = p.redemption_id
  join public.organizations o on o.id = p.institution_id
  where p.state = 'arrived' and private.has_role('department') and private.visible_length(p_words) >= 2
    and (position(private.identity_key(p_words, 'identifier') in private.identity_key(r.voucher_no, 'identifier')) > 0
      or position(private.clean_line(p_words) in o.name) > 0)
  order by p.arrived_on desc, p.id desc limit 20
$$;
comment on function private.find_arrived(text) is
  '到账的各笔，按券号或管理单位找，至多 20 笔，新的在前（R44）；只给省科技厅，少于两个字的得到空。';
create function public.find_arrived(words text)
returns table (redemption_id bigint, voucher_no text, institution_name text, amount_fen bigint, arrived_on date,
  recoverable_fen bigint)
language sql stable security invoker set search_path = ''
begin atomic
  select f.redemption_id, f.voucher_no, f.institution_name, f.amount_fen, f.arrived_on, f.recoverable_fen
    from private.find_arrived(words) f;
end;
comment on function public.find_arrived(text) is '找要追回的到账款项（R44）。';

grant execute on function private.decide_recovery(uuid, bigint, jsonb), public.decide_recovery(bigint, jsonb, uuid),
  public.answer_recovery(bigint, text, uuid), public.record_repayment(bigint, jsonb, uuid),
  public.cancel_recovery(bigint, text, uuid), private.find_arrived(text), public.find_arrived(text) to authenticated;
