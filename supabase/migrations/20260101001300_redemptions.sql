-- 兑付申请、形式审核（R23、R24）；发票在 1350。

create table public.rounds (
  id bigint generated always as identity primary key,
  year integer not null references public.policy_years (year),
  quarter integer not null check (quarter between 1 and 4),
  state text not null default 'open',
  state_since timestamptz not null default private.now(),
  close_due_on date,
  unique (year, quarter)
);
comment on table public.rounds is '季度汇总（R25、R30）：一季一行；close_due_on 为季度结束后第 7 个工作日，日历缺失时为空。';

create table public.redemptions (
  id bigint generated always as identity primary key,
  voucher_id bigint not null unique references public.vouchers (id),
  order_id bigint not null unique references public.orders (id),
  applicant_id bigint not null references public.organizations (id),
  institution_id bigint not null references public.organizations (id),
  amount_fen bigint not null check (amount_fen > 0),
  round_id bigint references public.rounds (id),
  paid_at timestamptz not null,
  voucher_no text not null,
  supplement_no integer not null default 0 check (supplement_no >= 0),
  refusals smallint not null default 0 check (refusals between 0 and 2),
  panel smallint not null default 1 check (panel in (1, 2)),
  review_turn integer not null default 1 check (review_turn >= 1),
  review_open boolean not null default false,
  experts_needed integer check (experts_needed % 2 = 1),
  expert_result text check (expert_result in ('yes', 'no')),
  papers_round_id bigint references public.rounds (id),
  papers_archived boolean not null default false,
  state text not null default 'submitted',
  state_since timestamptz not null default private.now(),
  submitted_at timestamptz not null default private.now(),
  check ((round_id is null) = (state in ('submitted', 'returned', 'failed'))),
  check ((round_id is null) = (papers_round_id is null)),
  -- 评审进行中没有结论可看（R40）。
  check (not review_open or expert_result is null)
);
create index redemptions_applicant_id_idx on public.redemptions (applicant_id);
create index redemptions_institution_id_idx on public.redemptions (institution_id, id desc);
create index redemptions_round_id_idx on public.redemptions (round_id);
create index redemptions_papers_round_id_idx on public.redemptions (papers_round_id);
create index redemptions_queue_idx on public.redemptions (paid_at, voucher_no) where state = 'passed';
comment on table public.redemptions is '兑付申请（R23）：一券一次；refusals 是形式审核不通过的次数，至多 2，更正的不计（R24、R45）；通过后进入 round_id 所在季度。';
comment on column public.redemptions.papers_round_id is
  '随哪个季度交纸质材料：与 round_id 相同；逾期被移走的是以后的季度，评审、确认与公示仍在原季度（R48）。';
comment on column public.redemptions.panel is '由哪一组专家评审：1 为季度评审，2 为异议成立后的复评（R47）。';
comment on column public.redemptions.review_turn is '第几次评审：点名退回一次加一（R40）；只计这一次的意见，以前的留在记录里。';
comment on column public.redemptions.expert_result is
  '评审结论：公示之前只有工作人员经 review_turns 看得到，双方在公示里看（R27、R28）；API 读不到这一列。';
comment on column public.redemptions.review_open is '评审是否正在进行：为真时专家可看材料、可提交意见，任何人看不到他人的意见与结论（R40）。';
comment on column public.redemptions.experts_needed is '这一项须有的专家意见数，奇数，发起评审时按当年参数定下（R27、R40）。';

create table public.redemption_documents (
  redemption_id bigint not null references public.redemptions (id),
  document_id bigint not null references public.documents (id),
  kind text not null check (kind in ('report', 'invoice', 'evidence')),
  supplement_no integer not null default 0 check (supplement_no >= 0),
  primary key (redemption_id, supplement_no, document_id)
);
create index redemption_documents_document_id_idx on public.redemption_documents (document_id);
comment on table public.redemption_documents is
  '兑付材料：检验报告、发票与其他证明（R23）。每次提交各有完整的一套（supplement_no：0 首次，1 补充），永不增减（R24）。';
create trigger keep_forever before update or delete on public.redemption_documents
  for each row execute function private.keep_forever();

create table public.redemption_submissions (
  redemption_id bigint not null references public.redemptions (id),
  supplement_no integer not null check (supplement_no >= 0),
  submitted_at timestamptz not null default private.now(),
  snapshot jsonb not null,
  primary key (redemption_id, supplement_no)
);
comment on table public.redemption_submissions is '每次提交兑付材料的冻结快照（R24）：文件与其哈希、发票、补充说明。';
create trigger keep_forever before update or delete on public.redemption_submissions
  for each row execute function private.keep_forever('erasable');

alter table public.rounds enable row level security;
alter table public.redemptions enable row level security;
alter table public.redemption_documents enable row level security;
alter table public.redemption_submissions enable row level security;
create policy rounds_read on public.rounds for select to authenticated using (true);
create policy redemptions_read on public.redemptions for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
    or institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
create policy redemption_documents_read on public.redemption_documents for select to authenticated
  using (exists (select 1 from public.redemptions r where r.id = redemption_documents.redemption_id));
create policy redemption_submissions_read on public.redemption_submissions for select to authenticated
  using (exists (select 1 from public.redemptions r where r.id = redemption_submissions.redemption_id));
-- 结论与第几次评审在公示之前是评审内部的事（R27、R28）：不在授权的列里；工作人员经 review_turns 看，双方看公示。
grant select (id, voucher_id, order_id, applicant_id, institution_id, amount_fen, round_id, paid_at, voucher_no,
  supplement_no, refusals, panel, review_open, experts_needed, papers_round_id, papers_archived, state, state_since,
  submitted_at)
  on public.redemptions to authenticated;
grant select on public.rounds, public.redemption_documents, public.redemption_submissions to authenticated;
-- 看文件跟着链接走：看得到它在订单、兑付或认证上的链接，才看得到它；链到别处既不给人、也不夺走（R15、R24、R34）。
drop policy documents_read on public.documents;
create policy documents_read on public.documents for select to authenticated using (
  owner_id = any ((select private.my_orgs())::bigint[])
  or exists (select 1 from public.order_documents l where l.document_id = documents.id)
  or exists (select 1 from public.redemption_documents l where l.document_id = documents.id)
  or exists (select 1 from public.certification_documents l where l.document_id = documents.id));

insert into public.workflow_entities values ('redemption', 'redemptions', '兑付申请'), ('round', 'rounds', '季度汇总');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('redemption', 'submitted', '待形式审核', 'platform', '省平台核对报告与发票。', 'review_working_days', true, 1),
  ('redemption', 'returned', '待补充材料', 'institution', '管理单位按意见补充材料，只有这一次机会。', 'supplement_working_days', false, 2),
  ('redemption', 'passed', '已进入季度汇总', 'platform', '随本季度参加专家评审、公示与兑付。', null, false, 3),
  ('redemption', 'failed', '形式审核未通过', null, '不能兑付；已抵扣的金额请双方按合同结清。', null, false, 4),
  ('redemption', 'rejected', '专家评审未通过', null, '不能兑付；已抵扣的金额请双方按合同结清。', null, false, 5),
  ('redemption', 'objected', '异议成立', null, '不能兑付；已抵扣的金额请双方按合同结清。', null, false, 6),
  ('redemption', 'paid_out', '已兑付', null, '资金已兑付。', null, false, 7),
  ('redemption', 're_review', '复评中', 'expert', '另一组专家重新评审这一项。', 'expert_working_days', false, 8),
  ('redemption', 're_reported', '复评已上报', 'department', '省科技厅确认复评结果。', 'authority_working_days', false, 9),
  ('redemption', 're_department_confirmed', '省科技厅已确认复评', 'finance', '省财政厅确认复评结果。', 'authority_working_days', false, 10),
  ('redemption', 're_finance_confirmed', '两厅已确认复评', 'platform', '省平台发布复评结果公示。', null, false, 11),
  ('redemption', 're_notice', '复评公示中', 'platform', '复评结果公示中：期满后通过的兑付，不通过的终止。', null, false, 12),
  ('round', 'open', '归集中', 'platform', '季度结束后，省平台在汇总期限内汇总。', null, true, 1),
  ('round', 'listed', '已汇总', 'platform', '省平台分配专家，发起评审。', null, false, 2),
  ('round', 'in_review', '评审中', 'expert', '专家独立评审。', 'expert_working_days', false, 3),
  ('round', 'reported', '已上报', 'department', '省科技厅审核确认。', 'authority_working_days', false, 4),
  ('round', 'department_confirmed', '省科技厅已确认', 'finance', '省财政厅审核确认。', 'authority_working_days', false, 5),
  ('round', 'finance_confirmed', '省财政厅已确认', 'platform', '省平台发布公示。', null, false, 6),
  ('round', 'in_notice', '公示中', 'platform', '公示期满后兑付。', null, false, 7),
  ('round', 'paying', '兑付中', 'platform', '省平台按支付先后兑付。', null, false, 8),
  ('round', 'settled', '已办结', null, '本季度已办结。', null, false, 9);

insert into private.refusals (code, http_status, message, hint) values
  ('R23_INVOICE_SUM', 409, '发票金额不足。', '发票合计须不少于可抵扣检测费减去抵扣额；请补充发票。'),
  ('R23_PAPERS_REQUIRED', 400, '请上传检验报告和发票。', '检验报告、发票各至少一份，并填写发票信息。'),
  ('R24_UNCHANGED', 409, '材料和发票与上次提交的完全相同，没有重新提交。',
    '补充只有一次机会：请按退回意见更换或增加材料，或写明补充说明。'),
  ('R23_NOT_PAID', 409, '这张电子券不能申请兑付。', '只有已支付给本单位、且没有申请过兑付的电子券可以申请。');

create function private.write_redemption_papers(p_id bigint, p_payload jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.redemptions;
  v_x jsonb;
  v_kind text;
  v_sum bigint;
  v_need bigint;
begin
  select r.* into v from public.redemptions r where r.id = p_id;
  for v_x in select x from jsonb_array_elements(private.read_list(p_payload, 'documents', 100)) x loop
    v_kind := v_x ->> 'kind';
    if not coalesce(v_kind in ('report', 'invoice', 'evidence'), false) then
      perform private.refuse('FILE_NOT_YOURS', 'documents');
    end if;
    perform private.check_document(private.id_of(v_x ->> 'id'),
      case v_kind when 'report' then array['report', 'result'] else array[v_kind] end, v.institution_id);
    insert into public.redemption_documents (redemption_id, document_id, kind, supplement_no)
    values (p_id, private.id_of(v_x ->> 'id'), v_kind, v.supplement_no) on conflict do nothing;
  end loop;
  perform private.write_invoices(v, private.read_list(p_payload, 'invoices', 1000));
  if (select count(distinct d.kind) from public.redemption_documents d where d.redemption_id = p_id
    and d.supplement_no = v.supplement_no and d.kind in ('report', 'invoice')) < 2 then
    perform private.refuse('R23_PAPERS_REQUIRED', 'documents');
  end if;
  select coalesce(sum(i.amount_fen), 0) into v_sum from public.invoices i where i.redemption_id = p_id;
  select o.eligible_fee_fen - v.amount_fen into v_need from public.orders o where o.id = v.order_id;
  if v_sum = 0 or v_sum < v_need then perform private.refuse('R23_INVOICE_SUM', 'invoices.0.amount_fen'); end if;
exception when check_violation or not_null_violation or foreign_key_violation or data_exception then
  perform private.refuse('INPUT_INVALID', '请检查发票号码、日期、金额与文件');
end $$;
comment on function private.write_redemption_papers(bigint, jsonb) is '写入兑付材料与发票，核对齐全与金额（R23）。';

create function private.freeze_redemption(p_id bigint, p_payload jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.redemptions;
  v_content jsonb;
  v_explanation text := private.clean_text(p_payload ->> 'explanation');
begin
  if char_length(v_explanation) > 1000 then
    perform private.refuse('TEXT_TOO_LONG', 'explanation', '补充说明最多 1000 字，请缩短后重新提交。');
  end if;
  select r.* into v from public.redemptions r where r.id = p_id;
  v_content := jsonb_build_object(
    'documents', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', l.kind, 'name', d.original_name,
        'sha256', d.sha256) order by d.id), '[]')
      from public.redemption_documents l join public.documents d on d.id = l.document_id
      where l.redemption_id = p_id and l.supplement_no = v.supplement_no),
    'invoices', (select coalesce(jsonb_agg(
        to_jsonb(i) - array['id', 'redemption_id', 'institution_id', 'digits'] order by i.digits), '[]')
      from public.invoices i where i.redemption_id = p_id));
  if v.supplement_no > 0 and private.visible_length(v_explanation) < 2 and private.comparable(v_content)
    = private.comparable((select s.snapshot - 'explanation' from public.redemption_submissions s
      where s.redemption_id = p_id and s.supplement_no = v.supplement_no - 1)) then
    perform private.refuse('R24_UNCHANGED', private.last_return_reason('redemption', p_id));
  end if;
  insert into public.redemption_submissions (redemption_id, supplement_no, snapshot)
  values (p_id, v.supplement_no, v_content || jsonb_build_object('explanation', v_explanation));
end $$;
comment on function private.freeze_redemption(bigint, jsonb) is
  '冻结这一次提交的材料、发票与补充说明（R24）。拒绝：补充的与上次完全相同又没有说明。';

create function private.submit_redemption(p_request_id uuid, p_voucher_id bigint, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('redeem', p_voucher_id, p_payload)::text);
  v public.vouchers;
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  select x.* into v from public.vouchers x where x.id = p_voucher_id and x.holder_id = any (private.my_orgs())
    and x.holder_id = x.institution_id for update;
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  if private.both_parties('institution', v.applicant_id,
    v.institution_id) is not null then perform private.refuse('R39_BOTH_PARTIES'); end if;
  if v.state <> 'paid' or exists (select 1 from public.redemptions r where r.voucher_id = v.id)
    then perform private.refuse('R23_NOT_PAID'); end if;
  insert into public.redemptions (voucher_id, order_id, applicant_id, institution_id, amount_fen, paid_at, voucher_no)
  values (v.id, v.order_id, v.applicant_id, v.institution_id, v.amount_fen, v.paid_at, v.voucher_no)
    returning id into v_id;
  perform private.write_redemption_papers(v_id, p_payload);
  perform private.freeze_redemption(v_id, p_payload);
  perform private.append_event('redemption', v_id, 'submit', null, 'submitted', null,
    jsonb_build_object('voucher_no', v.voucher_no, 'amount_fen', v.amount_fen),
    'institution', private.actor_name('institution', null, v.institution_id), v.applicant_id, v.institution_id);
  return private.end_request(p_request_id,
    jsonb_build_object('entity', 'redemption', 'id', v_id, 'state', 'submitted'));
end $$;
comment on function private.submit_redemption(uuid, bigint, jsonb)
  is '申请兑付（R23）。payload：documents[{id,kind:report|invoice|evidence}]、invoices[{code,number,issued_on,amount_fen,buyer,seller}]。';

create function private.ensure_round() returns bigint
language sql volatile security definer set search_path = ''
as $$
  insert into public.rounds (year, quarter, close_due_on)
  select t.year, t.quarter, private.add_working_days(private.quarter_end(t.year, t.quarter),
    private.parameter(t.year, 'close_working_days')::integer)
  from (select extract(year from private.today())::integer as year,
    extract(quarter from private.today())::integer as quarter) t
  where exists (select 1 from public.policy_years y where y.year = t.year)
  on conflict (year, quarter) do nothing;
  select r.id from public.rounds r
  where r.year = extract(year from private.today()) and r.quarter = extract(quarter from private.today())
$$;
comment on function private.ensure_round() is '本季度的汇总，没有则建立（R25）；政策年度还没有建立的返回空。';

create function private.effect_redemption_pass(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint;
  v_round public.rounds;
begin
  perform private.require_year();
  perform private.take_invoices((p_row ->> 'id')::bigint);
  v_id := private.ensure_round();
  select r.* into v_round from public.rounds r where r.id = v_id;
  update public.redemptions set round_id = v_round.id, papers_round_id = v_round.id, state = 'passed'
    where id = (p_row ->> 'id')::bigint;
  return jsonb_build_object('details', jsonb_build_object('round', v_round.year || 'Q' || v_round.quarter));
end $$;
comment on function private.effect_redemption_pass(jsonb, jsonb) is '效果：进入通过之日所在季度的汇总（R24）。';

create function private.effect_redemption_return(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.redemptions set refusals = refusals + 1 where id = (p_row ->> 'id')::bigint;
  if (p_row ->> 'refusals')::integer = 0 then return jsonb_build_object('to', 'returned'); end if;
  perform private.fail_voucher((p_row ->> 'voucher_id')::bigint, '兑付材料两次未通过形式审核');
  return jsonb_build_object('to', 'failed');
end $$;
comment on function private.effect_redemption_return(jsonb, jsonb) is '效果：第一次退回补充，第二次不能兑付：券失败、订单转普通订单（R24）。';

create function private.effect_redemption_supplement(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.redemptions set supplement_no = supplement_no + 1 where id = (p_row ->> 'id')::bigint;
  perform private.write_redemption_papers((p_row ->> 'id')::bigint, p_payload);
  perform private.freeze_redemption((p_row ->> 'id')::bigint, p_payload);
  return '{}';
end $$;
comment on function private.effect_redemption_supplement(jsonb, jsonb) is
  '效果：补充材料，只此一次；文件整份重列，原样再交被拒绝（R24）。';

create function private.guard_review_redemption(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$ select coalesce(private.guard_not_own(p_row, p_payload),
  private.four_eyes('redemption', (p_row ->> 'id')::bigint)) $$;
comment on function private.guard_review_redemption(jsonb, jsonb) is '条件：不审本单位的兑付申请；第一次退回与第二次审核不由同一人（R24）。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('redemption', 'submitted', 'pass', 'passed', 'platform', '形式审核通过', false, 'guard_review_redemption',
    'effect_redemption_pass'),
  ('redemption', 'submitted', 'return', 'returned', 'platform', '退回补充', true, 'guard_review_redemption',
    'effect_redemption_return'),
  ('redemption', 'submitted', 'return', 'failed', 'platform', '退回补充', true, 'guard_review_redemption',
    'effect_redemption_return'),
  ('redemption', 'returned', 'supplement', 'submitted', 'institution', '补充并重新提交', false, null,
    'effect_redemption_supplement'),
  ('redemption', 'passed', 'reject', 'rejected', 'system', '专家评审未通过', false, null, null),
  ('redemption', 'passed', 'uphold_objection', 'objected', 'system', '异议成立', false, null, null),
  ('redemption', 'passed', 'pay_out', 'paid_out', 'system', '兑付', false, null, null),
  ('redemption', 'passed', 'rectify', 'submitted', 'system', '更正：撤销形式审核通过', false, null, null),
  ('redemption', 'returned', 'rectify', 'submitted', 'system', '更正：撤销退回', false, null, null),
  ('redemption', 'failed', 'rectify', 'submitted', 'system', '更正：撤销不通过', false, null, null),
  ('redemption', 'failed', 'rectify', 'returned', 'system', '更正：撤销不通过', false, null, null),
  ('redemption', 'paid_out', 'rectify', 'passed', 'system', '更正：银行结果', false, null, null),
  ('redemption', 'paid_out', 'rectify', 'paid_out', 'system', '更正：银行结果', false, null, null),
  ('redemption', 'passed', 'rectify', 'paid_out', 'system', '更正：银行结果', false, null, null),
  ('redemption', 'passed', 'rectify', 'passed', 'system', '更正：银行结果', false, null, null);
create trigger check_transition before insert or update of state
  on public.redemptions for each row execute function private.check_transition('redemption');

create function public.submit_redemption(voucher_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.submit_redemption(request_id, voucher_id, payload); end;
comment on function public.submit_redemption(bigint, jsonb, uuid) is '管理单位申请兑付（R23）。';
create function public.pass_redemption(redemption_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('redemption', redemption_id, 'pass', request_id, '{}'::jsonb); end;
comment on function public.pass_redemption(bigint, uuid) is '省平台形式审核通过（R24）。';
create function public.return_redemption(redemption_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('redemption', redemption_id, 'return', request_id,
  jsonb_build_object('reason', reason)); end;
comment on function public.return_redemption(bigint, text, uuid) is '省平台退回补充；第二次即兑付失败（R24）。';
create function public.supplement_redemption(redemption_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('redemption', redemption_id, 'supplement', request_id, payload); end;
comment on function public.supplement_redemption(bigint, jsonb, uuid) is
  '管理单位补充材料（R24），只此一次。payload 与 submit_redemption 相同，整份重列；explanation 是补充说明。';
grant execute on function private.submit_redemption(uuid, bigint, jsonb), public.submit_redemption(bigint, jsonb, uuid),
  public.pass_redemption(bigint, uuid),
  public.return_redemption(bigint, text, uuid), public.supplement_redemption(bigint, jsonb, uuid) to authenticated;
