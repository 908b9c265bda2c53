-- 创新券订单：不纳入补贴范围清单、草稿、提交、受理、审核（R5、R9、R12–R15、R19）。

create table public.exclusions (
  code text primary key check (code ~ '^E[1-6]\.[0-9]$'),
  group_label text not null,
  label text not null,
  scope text not null check (scope in ('order', 'line', 'parties')),
  justifiable boolean not null default false,
  example_counts text not null default '',
  example_excluded text not null default ''
);
comment on table public.exclusions
  is '不纳入补贴范围清单（R9）：六组及其细目。scope：order 整单不补、line 只剔除该费用行、parties 双方关系；justifiable 可说明理由由审核人员裁量；两个例子帮助用户单位判断。';
insert into public.exclusions (code, group_label, label, scope, justifiable, example_counts, example_excluded) values
  ('E1.1', '政府业务', '行政抽查', 'order', false,
    '抽查发现问题后，企业自行立项改进配方，为验证新配方做的检测', '市场监管部门抽查产品，企业按要求送检'),
  ('E1.2', '政府业务', '政府委托业务', 'order', false,
    '企业自主研发项目中的性能测试，费用由企业承担', '受政府部门委托并由其付费的监测、普查、评估检测'),
  ('E1.3', '政府业务', '法定认证', 'order', false,
    '研发样机在申请认证之前的摸底测试，用来改进设计', '产品上市前依法必须取得的认证检测'),
  ('E1.4', '政府业务', '强制检定', 'order', false,
    '自研传感器的精度比对试验，不属于强制检定', '贸易结算用衡器、压力表等依法定期送检'),
  ('E2.1', '非研发的检验检测', '产品批量检验', 'order', false,
    '新产品小试、中试样品的性能测试', '定型产品逐批出厂检验、型式检验的例行复检'),
  ('E2.2', '非研发的检验检测', '商业验货', 'order', false,
    '为选定研发用原料，对几种候选材料做成分对比', '按买卖合同对到货进行验收检测'),
  ('E2.3', '非研发的检验检测', '医学检验', 'order', true,
    '新药或医疗器械研发中，对受试样本做的分析，须写明理由', '员工体检、临床诊断化验'),
  ('E2.4', '非研发的检验检测', '环境检测', 'order', true,
    '研发环保材料时，对处理前后水样做对比分析，须写明理由', '厂区废水、废气的例行达标监测'),
  ('E3.1', '不属于检验检测的技术服务', '委托加工', 'line', false,
    '同一合同里对加工件做的尺寸与金相检测', '委托机构车削、热处理、镀膜等加工'),
  ('E3.2', '不属于检验检测的技术服务', '打包耗材', 'line', false,
    '检测单价中本来就包含、不另收费的常规消耗', '另列一行收取的靶材、试剂、夹具等耗材费'),
  ('E3.3', '不属于检验检测的技术服务', '技术培训费用', 'line', false,
    '同一合同里实际开展的检测', '仪器操作培训、讲座和上机指导费'),
  ('E3.9', '不属于检验检测的技术服务', '其他非检测费用', 'line', false,
    '样品前处理等检测方法自带的步骤', '快递、差旅、加急、翻译等另收的费用'),
  ('E4.1', '科技创新以外的计量校准', '非研发用途的仪器计量校准', 'order', true,
    '为研发试验台上的仪器做的校准，须写明理由', '生产线、质检室计量器具的定期校准'),
  ('E5.1', '关联关系或内部检测', '服务机构与用户存在关联关系', 'parties', false,
    '与没有股权、人员和控制关系的机构签订的合同', '母子公司之间、同一人实际控制的单位之间'),
  ('E5.2', '关联关系或内部检测', '公司内部检测', 'parties', false,
    '送到本单位以外的独立机构检测', '由本单位自己的实验室检测，或统一社会信用代码相同'),
  ('E6.1', '其他非科技创新活动', '其他非科技创新活动', 'order', false,
    '能说明在研发项目中用来解决什么问题的检测', '为诉讼、理赔、评优、宣传等目的做的检测');
alter table public.exclusions enable row level security;
create policy exclusions_read on public.exclusions for select to anon, authenticated using (true);
grant select on public.exclusions to anon, authenticated;

create table public.orders (
  id bigint generated always as identity primary key,
  order_no text not null unique,
  applicant_id bigint not null references public.organizations (id),
  institution_id bigint not null references public.organizations (id),
  project_id bigint not null references public.projects (id),
  instrument_id bigint references public.instruments (id),
  service_id bigint references public.services (id),
  resource_name text not null,
  resource_model text not null default '',
  title text not null check (char_length(title) between 2 and 100),
  purpose text not null default '' check (char_length(purpose) <= 2000),
  expected_from private.plausible_date,
  expected_to private.plausible_date,
  contract_no text not null default '' check (char_length(contract_no) <= 60),
  contract_key text not null generated always as (coalesce(private.identity_key(contract_no, 'identifier'), '')) stored,
  contract_signed_on private.plausible_date,
  contract_total_fen bigint not null default 0 check (contract_total_fen between 0 and 10000000000),
  test_fee_fen bigint not null default 0 check (test_fee_fen between 0 and 10000000000),
  eligible_fee_fen bigint not null default 0 check (eligible_fee_fen >= 0),
  answers_declared_at timestamptz,
  related_declared boolean not null default false,
  related_evidence jsonb not null default '[]',
  accepted_fen bigint check (accepted_fen > 0),
  approved_fen bigint check (approved_fen > 0),
  quota_id bigint references public.quotas (id),
  rate_bp bigint,
  policy_year integer,
  policy_version integer,
  revision_no integer not null default 0 check (revision_no >= 0),
  ever_delivered boolean not null default false,
  state text not null default 'draft',
  state_since timestamptz not null default private.now(),
  submitted_at timestamptz,
  created_at timestamptz not null default private.now(),
  check (num_nonnulls(instrument_id, service_id) = 1),
  check (test_fee_fen <= contract_total_fen),
  check (eligible_fee_fen <= test_fee_fen),
  check (expected_to >= expected_from),
  check ((state in ('draft', 'submitted', 'platform_review', 'returned', 'declined', 'withdrawn', 'ordinary'))
    or approved_fen is not null)
);
create index orders_applicant_id_idx on public.orders (applicant_id, id desc);
create index orders_institution_id_idx on public.orders (institution_id, id desc);
-- 同一合同（同样的双方、同样的合同号）的各份订单（R15、R38）。
create index orders_contract_idx on public.orders (applicant_id, institution_id, contract_key) where contract_key <> '';
-- 同一合同一次只有一份订单在办（R45）：并发提交也只成一份。
create unique index orders_one_pending_in_a_contract on public.orders (applicant_id, institution_id, contract_key)
  where contract_key <> '' and state in ('submitted', 'platform_review', 'returned', 'awaiting_consent');
create index orders_state_idx on public.orders (state, state_since);
create index orders_project_id_idx on public.orders (project_id);
create index orders_instrument_id_idx on public.orders (instrument_id);
create index orders_service_id_idx on public.orders (service_id);
create index orders_quota_id_idx on public.orders (quota_id);
comment on table public.orders is '创新券订单（R12）。金额单位分；revision_no 是第几次重新提交，还能不能改只看不通过的次数（R15、R45）；审核通过时记下额度、比例与政策版本（R6）。';
comment on column public.orders.resource_name is
  '提交时仪器资源或检测项目的名称；它停止发布之后，双方仍看得到订的是什么。';
comment on column public.orders.resource_model is '提交时仪器资源的型号；检测项目为空。';
comment on column public.orders.answers_declared_at is
  '用户单位何时确认“除已勾选的以外，以上均无”（R9）：没有勾选的各项由这一次确认作答，提交须有；内容改动后重新确认。';
comment on column public.orders.accepted_fen is '用户单位提交时看到并接受的抵扣额，分（R5）。';
comment on column public.orders.approved_fen is '审核核定的抵扣额，分（R5）。';

create table public.order_fee_lines (
  order_id bigint not null references public.orders (id) on delete cascade,
  line_no integer not null check (line_no between 1 and 50),
  description text not null check (char_length(description) between 1 and 200),
  quantity numeric(10, 2) not null check (quantity > 0),
  unit_price_fen bigint not null check (unit_price_fen between 1 and 10000000000),
  amount_fen bigint not null check (amount_fen between 1 and 10000000000),
  exclusion_code text references public.exclusions (code),
  primary key (order_id, line_no)
);
create index order_fee_lines_exclusion_code_idx on public.order_fee_lines (exclusion_code);
comment on table public.order_fee_lines is '费用清单：有 exclusion_code 的行不计入可抵扣检测费（R5、R9）。金额 = 数量 × 单价，舍去不足一分。';

create table public.order_answers (
  order_id bigint not null references public.orders (id) on delete cascade,
  code text not null references public.exclusions (code),
  applies boolean not null,
  justification text not null default '' check (char_length(justification) <= 1000),
  primary key (order_id, code)
);
create index order_answers_code_idx on public.order_answers (code);
comment on table public.order_answers is '预约前逐项自查的回答（R9）；可说明的细目附理由，由审核人员裁量。';

create table public.order_documents (
  order_id bigint not null references public.orders (id) on delete cascade,
  document_id bigint not null references public.documents (id),
  kind text not null check (kind in ('contract', 'evidence', 'result')),
  revision_no integer not null default 0 check (revision_no >= 0),
  primary key (order_id, revision_no, document_id)
);
create index order_documents_document_id_idx on public.order_documents (document_id);
comment on table public.order_documents is
  '订单的合同、证明材料与检测结果。每次提交各有自己的一套（revision_no），提交之后永不增减（R15）；检测结果记在 0 下。';

create table public.order_revisions (
  order_id bigint primary key references public.orders (id) on delete cascade,
  payload jsonb not null,
  eligible_fee_fen bigint not null check (eligible_fee_fen >= 0),
  saved_at timestamptz not null default private.now()
);
comment on table public.order_revisions is
  '退回修改中还没有重新提交的内容（R15）：只有用户单位看得到；重新提交时写入订单，别人在此之前看到的仍是上一次提交的。';
comment on column public.order_revisions.payload is '与 save_order 的 payload 相同；explanation 是修改说明。';
comment on column public.order_revisions.eligible_fee_fen is '按未提交的内容算出的可抵扣检测费，分（R5）。';

create table public.order_submissions (
  order_id bigint not null references public.orders (id),
  revision_no integer not null check (revision_no >= 0),
  submitted_at timestamptz not null default private.now(),
  snapshot jsonb not null,
  primary key (order_id, revision_no)
);
comment on table public.order_submissions is '每次提交的冻结快照（R15）：审核看到的就是提交的；重新提交与前一份可逐项对照。';
create trigger keep_forever before update or delete on public.order_submissions
  for each row execute function private.keep_forever('erasable');

create function private.keep_submitted_papers() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if old.kind = 'result' or exists (select 1 from public.order_submissions s
    where s.order_id = old.order_id and s.revision_no = old.revision_no) then
    raise exception 'the papers of a submission are kept';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
comment on function private.keep_submitted_papers() is '触发器：已提交的一套文件与检测结果不改不删（R15、R16）；没有提交的可以替换。';
create trigger keep_submitted before update or delete on public.order_documents
  for each row execute function private.keep_submitted_papers();

create table private.contract_refusals (
  applicant_id bigint not null references public.organizations (id),
  institution_id bigint not null references public.organizations (id),
  contract_key text not null,
  refusals integer not null check (refusals between 0 and 2),
  primary key (applicant_id, institution_id, contract_key)
);
create index contract_refusals_institution_id_idx on private.contract_refusals (institution_id);
comment on table private.contract_refusals is '省平台审核不通过次数，按用户单位、管理单位与合同号累计，至多 2（R15）；换新订单不清零；更正的不计（R45）。';
alter table private.contract_refusals enable row level security;

insert into public.workflow_entities values ('order', 'orders', '创新券订单');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('order', 'draft', '草稿', 'applicant', '用户单位填完订单、上传合同后提交。', null, true, 1),
  ('order', 'submitted', '待受理', 'institution', '管理单位核对合同，决定是否受理。', 'accept_working_days', false, 2),
  ('order', 'platform_review', '待审核', 'platform', '省平台审核可抵扣的创新券金额。', 'review_working_days', false, 3),
  ('order', 'returned', '退回修改', 'applicant', '用户单位按意见修改后重新提交，只有这一次机会。', 'revise_working_days', false, 4),
  ('order', 'awaiting_consent', '待确认额度', 'applicant', '核定金额低于提交时的金额，用户单位确认是否接受。', 'confirm_working_days', false, 5),
  ('order', 'approved', '待履约', 'institution', '管理单位按合同检测，完成后上传结果。', null, false, 6),
  ('order', 'delivered', '待确认支付', 'applicant', '用户单位核对检测结果，确认后支付电子券。', 'confirm_working_days', false, 7),
  ('order', 'disputed', '有异议', 'institution', '管理单位处理异议后重新上传结果。', 'accept_working_days', false, 8),
  ('order', 'paid', '已支付', 'institution', '管理单位上传报告和发票，申请兑付。', null, false, 9),
  ('order', 'declined', '未受理', null, '管理单位没有受理；用户单位可以另行预约。', null, false, 10),
  ('order', 'withdrawn', '已撤回', null, '用户单位已撤回这份订单。', null, false, 11),
  ('order', 'ordinary', '普通订单', null, '已转为普通订单，不能使用创新券支付。', null, false, 12),
  ('order', 'discarded', '已删除', null, '草稿已经删除。', null, false, 13);

alter table public.orders enable row level security;
alter table public.order_fee_lines enable row level security;
alter table public.order_answers enable row level security;
alter table public.order_documents enable row level security;
alter table public.order_submissions enable row level security;
alter table public.order_revisions enable row level security;
-- 草稿只给本单位看；提交之后管理单位与审核人员才看得到。
create policy orders_read on public.orders for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
  or (institution_id = any ((select private.my_orgs())::bigint[]) and submitted_at is not null)
  or (submitted_at is not null and (select private.is_staff())));
create policy order_fee_lines_read on public.order_fee_lines for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_fee_lines.order_id));
create policy order_answers_read on public.order_answers for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_answers.order_id));
-- 还没有提交的一套只有用户单位看得到（R15）；没有受理、已被撤回的，管理单位不再看到文件（R34）。
create policy order_documents_read on public.order_documents for select to authenticated using (
  exists (select 1 from public.orders o where o.id = order_documents.order_id
    and (o.applicant_id = any ((select private.my_orgs())::bigint[])
      or (order_documents.revision_no <= o.revision_no
        and (o.state not in ('declined', 'withdrawn') or (select private.is_staff()))))));
create policy order_revisions_read on public.order_revisions for select to authenticated using (
  exists (select 1 from public.orders o where o.id = order_revisions.order_id
    and o.applicant_id = any ((select private.my_orgs())::bigint[])));
create policy order_submissions_read on public.order_submissions for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_submissions.order_id));
grant select on public.orders, public.order_fee_lines, public.order_answers, public.order_documents,
  public.order_submissions,
  public.order_revisions to authenticated;
-- 研发项目：本单位与工作人员之外，看得到其下订单的人（管理单位、评审专家）也看得到，以便判断检测是否服务于研发。
drop policy projects_read on public.projects;
create policy projects_read on public.projects for select to authenticated using (
  organization_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff())
  or exists (select 1 from public.orders o
    where o.project_id = projects.id and o.state not in ('declined', 'withdrawn')));
-- 联系方式（R34）：表只给本单位与工作人员；订单对方经 order_contact 得到联系人与电话，受理之后才有。
create policy organization_contacts_read on public.organization_contacts for select to authenticated using (
  organization_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));

create function private.order_contact(p_order_id bigint)
returns table (organization_name text, contact_name text, contact_phone text)
language sql stable security definer set search_path = ''
as $$
  select g.name, c.contact_name, c.contact_phone
  from public.orders o
  cross join lateral (values (o.applicant_id, o.institution_id), (o.institution_id, o.applicant_id)) x (mine, theirs)
  join public.organizations g on g.id = x.theirs join public.organization_contacts c on c.organization_id = g.id
  where o.id = p_order_id and x.mine = any (private.my_orgs()) and o.submitted_at is not null
    -- 重新提交的订单先前受理过；没有受理、已撤回的不再是对方。
    and o.state not in ('declined', 'withdrawn') and (o.state <> 'submitted' or o.revision_no > 0)
$$;
comment on function private.order_contact(bigint) is
  '订单对方的联系人与电话（R34）：只给双方，自受理起；没有受理或已撤回的、不是一方的得到空。';
create function public.order_contact(order_id bigint)
returns table (organization_name text, contact_name text, contact_phone text)
language sql stable security invoker set search_path = ''
begin atomic
  select c.organization_name, c.contact_name, c.contact_phone from private.order_contact(order_id) c;
end;
comment on function public.order_contact(bigint) is '订单对方的联系人与电话（R34），受理之后。';
grant execute on function private.order_contact(bigint), public.order_contact(bigint) to authenticated;

create function private.organization_details(p_ids bigint[])
returns table (organization_id bigint, address text, legal_representative text, parent_uscc text)
language sql stable security definer set search_path = ''
as $$
  select g.id, g.address, g.legal_representative, g.parent_uscc from public.organizations g
  where g.id = any (p_ids[1:1000]) and (g.id = any (private.my_orgs()) or private.is_staff()
    or exists (select 1 from public.orders o
      where o.submitted_at is not null and o.state not in ('declined', 'withdrawn')
      and ((o.applicant_id = g.id and o.institution_id = any (private.my_orgs()))
        or (o.institution_id = g.id and o.applicant_id = any (private.my_orgs())))))
$$;
comment on function private.organization_details(bigint[]) is
  '单位的地址、法定代表人与上级单位：与联系方式同样，只给本单位、订单对方（提交之后；没有受理、已被撤回的不再是）与工作人员（R34）；其余不在返回之列。';
create function public.organization_details(organization_ids bigint[])
returns table (organization_id bigint, address text, legal_representative text, parent_uscc text)
language sql stable security invoker set search_path = ''
begin atomic
  select d.organization_id, d.address, d.legal_representative, d.parent_uscc
    from private.organization_details(organization_ids) d;
end;
comment on function public.organization_details(bigint[]) is '单位不公开的登记信息（R34）：本单位、订单对方、工作人员。';
grant execute on function private.organization_details(bigint[]),
  public.organization_details(bigint[]) to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R4_QUOTA_REQUIRED', 409, '您还没有领取本年度的创新券额度。', '请先到“申领创新券额度”签署承诺书并领取，再提交订单。'),
  ('R5_NOTHING_LEFT', 409, '没有可抵扣的金额。', '本年额度已用完或占满，或费用都不在补助范围内；可等待占用释放，或按普通订单办理。'),
  ('R5_FIGURE_CHANGED', 409, '可抵扣金额与您看到的不同。', '请刷新，核对新的金额后重新提交。'),
  ('R5_REVIEWER_FIGURE', 400, '核定金额不符合要求。', '核定金额须大于 0、低于按比例计算的金额，并写明原因。'),
  ('R5_NO_QUOTA_THIS_YEAR', 409, '该单位还没有领取本年度额度，暂不能通过。', '订单保留原位；请通知用户单位先领取本年度额度。'),
  ('R9_EXCLUDED', 409, '这项检测属于不纳入补贴范围的事项。', '可按普通订单办理；如确为研发且属于医学、环境或校准类，请写明理由。'),
  ('R9_ANSWERS_MISSING', 400, '适用范围自查还没有全部回答。', '请勾选所涉及的情形，并确认“除已勾选的以外，以上均无”。'),
  ('R9_SAME_USCC', 409, '双方统一社会信用代码相同，属于内部检测。', '内部检测不补助，请选择其他机构。'),
  ('R11_PROJECT_REQUIRED', 409, '订单需要本单位已通过审核的科技研发项目。', '请先在“项目登记”中登记项目，审核通过后再预约。'),
  ('R12_RESOURCE_CLOSED', 409, '该资源目前不接受创新券预约。', '它可能已关闭、未发布或不支持创新券；请选择其他仪器或检测项目。'),
  ('R12_CONTRACT_REQUIRED', 400, '请上传合同并填写合同信息。', '至少上传一份合同，填写合同号、签订日期、合同总额与检测费。'),
  ('R15_UNCHANGED', 409, '内容和文件与上次提交的完全相同，没有重新提交。',
    '重新提交只有一次机会：请按退回意见修改内容、补充文件，或写明修改说明。'),
  ('R7_YEAR_OVER', 409, '退回的当年已经结束，不能再重新提交。', '订单随即转为普通订单；同一合同可在新的年度另行提交。'),
  ('R45_CONTRACT_BUSY', 409, '这份合同还有一份订单正在办理。', '同一合同一次只办一份：请等它审核完毕，或撤回它，再提交这一份。'),
  ('R38_TEST_FEE', 409, '检测费与这份合同先前提交的订单不同。', '同一合同只有一个检测费；请改成与先前订单相同的数，或核对合同号。'),
  ('R38_CONTRACT_FULL', 409, '这份合同可抵扣的金额已经用完。', '同一合同的各份订单合计最多抵扣检测费的规定比例；余下的请按普通订单办理。'),
  ('R15_NO_MORE', 409, '这份合同已两次未通过审核，不能再使用创新券。', '可按普通订单继续履行合同。'),
  ('R19_TOO_LATE', 409, '检测结果已经上传，不能撤回。', '如对结果有异议，请使用“结果有异议”。'),
  ('FOUR_EYES', 403, '第二次审核须由另一位人员办理。', '第一次的不通过意见由您作出；请由其他审核人员作第二次审核。');

create function private.guard_review_order(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$ select coalesce(private.guard_not_own(p_row, p_payload), private.four_eyes('order', (p_row ->> 'id')::bigint)) $$;
comment on function private.guard_review_order(jsonb, jsonb) is '条件：不审本单位的订单；第一次不通过与第二次审核不由同一人。';

create function private.raw_deduction(p_eligible_fen bigint, p_rate_bp bigint) returns bigint
language sql immutable set search_path = ''
as $$ select p_eligible_fen * p_rate_bp / 10000 $$;
comment on function private.raw_deduction(bigint, bigint) is '按比例的抵扣额，分，对总和只舍一次（R5）。';

create function private.same_contract(p_order public.orders) returns setof public.orders
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p_order.contract_key = '' then return; end if;
  return query select o.* from public.orders o
    where o.applicant_id = p_order.applicant_id and o.institution_id = p_order.institution_id
      and o.contract_key = p_order.contract_key and o.contract_key <> '' and o.submitted_at is not null;
end $$;
comment on function private.same_contract(public.orders) is '同一合同（同样的双方、同样的合同号）提交过的各份订单，含它自己；没有合同号的没有（R38）。';

create function private.contract_test_fee(p_order public.orders) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select coalesce((select o.test_fee_fen from private.same_contract(p_order) o
      join public.order_submissions s on s.order_id = o.id and s.revision_no = 0
      where o.id <> p_order.id and o.state not in ('declined', 'withdrawn', 'ordinary')
      order by s.submitted_at, o.id limit 1), p_order.test_fee_fen));
end $$;
comment on function private.contract_test_fee(public.orders) is
  '合同的检测费，分（R38）：最早提交、没有未受理、撤回或转普通的那一份订单所填的；没有别的订单即本单所填。';

create function private.contract_used(p_order public.orders) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select coalesce(sum(o.approved_fen), 0)::bigint from private.same_contract(p_order) o
    where o.id <> p_order.id and o.state in ('awaiting_consent', 'approved', 'delivered', 'disputed', 'paid'));
end $$;
comment on function private.contract_used(public.orders) is
  '同一合同其他订单已核定的抵扣额，分，占用中的也算（R38）：待确认额度、待履约、待确认支付、有异议、已支付（含兑付成功）。';

create function private.contract_busy(p_order public.orders) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select exists (select 1 from private.same_contract(p_order) o
      where o.id <> p_order.id and o.state in ('submitted', 'platform_review', 'returned', 'awaiting_consent')));
end $$;
comment on function private.contract_busy(public.orders) is
  '同一合同是否另有一份订单正在办：待受理、待审核、退回修改或待确认额度（R45）。';

create function private.contract_room(p_order public.orders, p_rate_bp bigint) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
begin
  return greatest(
    private.raw_deduction(private.contract_test_fee(p_order), p_rate_bp) - private.contract_used(p_order), 0);
end $$;
comment on function private.contract_room(public.orders, bigint) is '合同还留下多少可抵扣，分（R38）：比例 × 合同检测费，减去其他订单已核定的。';

create function private.lock_contract(p_order public.orders) returns void
language sql volatile security definer set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended(
    concat_ws(':', 'contract', p_order.applicant_id, p_order.institution_id, p_order.contract_key), 0))
$$;
comment on function private.lock_contract(public.orders) is '同一合同的提交与审核排队：余额按锁住之后的情形算（R38）。';

create function private.deduction_figure(p_order public.orders) returns bigint
language sql stable security definer set search_path = ''
as $$
  -- 本年度的比例还没有设定时没有这个数，不是零（R6）。
  select case when r.rate is not null then least(private.raw_deduction(p_order.eligible_fee_fen, r.rate),
    private.contract_room(p_order, r.rate), (select q.cap_fen - q.held_fen - q.spent_fen from public.quotas q
      where q.organization_id = p_order.applicant_id and q.year = private.this_year())) end
  from (select private.parameter(private.this_year(), 'rate_bp') as rate) r
$$;
comment on function private.deduction_figure(public.orders) is
  '此刻可抵扣：min(比例额, 合同还留下的, 本年可用额度)，分；未领额度时不计额度（R5、R38）。';

create function private.related_evidence(p_one bigint, p_other bigint) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    with pair as (
      select a as one, b as other, c as one_contact, d as other_contact
      from public.organizations a
      join public.organizations b on b.id = p_other
      left join public.organization_contacts c on c.organization_id = a.id
      left join public.organization_contacts d on d.organization_id = b.id
      where a.id = p_one)
    select coalesce(jsonb_agg(e.clue), '[]') from (
      select jsonb_build_object('kind', 'same_legal_representative', 'label', '法定代表人同名',
        'value', (p.one).legal_representative) as clue
      from pair p
      where private.identity_key((p.one).legal_representative, 'name')
        = private.identity_key((p.other).legal_representative, 'name')
      union all
      select jsonb_build_object('kind', 'parent', 'label', '登记为上下级单位',
        'value', coalesce((p.one).parent_uscc, (p.other).parent_uscc))
      from pair p where (p.one).parent_uscc = (p.other).uscc or (p.other).parent_uscc = (p.one).uscc
        or (p.one).parent_uscc = (p.other).parent_uscc
      union all
      select jsonb_build_object('kind', 'same_phone', 'label', '联系电话相同')
      from pair p
      where private.identity_key((p.one_contact).contact_phone, 'phone')
        = private.identity_key((p.other_contact).contact_phone, 'phone')
      union all
      select jsonb_build_object('kind', 'same_address', 'label', '登记地址相同')
      from pair p
      where private.identity_key((p.one).address, 'address') = private.identity_key((p.other).address, 'address')
      union all
      select jsonb_build_object('kind', 'same_name', 'label', '单位名称相同', 'value', (p.one).name)
      from pair p where private.identity_key((p.one).name, 'name') = private.identity_key((p.other).name, 'name')) e);
end $$;
comment on function private.related_evidence(bigint, bigint) is
  '两个单位之间的关联线索（R9、R36）：法定代表人、上下级、电话、地址、名称，都按 identity_key 比，怎样写都认得；只供审核人员判断。';

create function private.read_order(p_payload jsonb) returns public.orders
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.orders;
begin
  v.title := private.read_text(p_payload, 'title', 2, 100);
  v.purpose := private.read_text(p_payload, 'purpose', 0, 2000, true);
  v.expected_from := private.read_date(p_payload, 'expected_from', false);
  v.expected_to := private.read_date(p_payload, 'expected_to', false, v.expected_from);
  v.contract_no := private.read_text(p_payload, 'contract_no', 0, 60);
  v.contract_signed_on := private.read_date(p_payload, 'contract_signed_on', false, null, private.today());
  v.contract_total_fen := coalesce(private.read_fen(p_payload, 'contract_total_fen', 0, 10000000000, false), 0);
  v.test_fee_fen := coalesce(private.read_fen(p_payload, 'test_fee_fen', 0, 10000000000, false), 0);
  if v.test_fee_fen > v.contract_total_fen then
    perform private.refuse('AMOUNT_INVALID', 'test_fee_fen', '检测费不能超过合同总额。');
  end if;
  v.related_declared := coalesce(p_payload -> 'related_declared' = 'true'::jsonb, false);
  v.answers_declared_at := case when p_payload -> 'answers_declared' = 'true'::jsonb then private.now() end;
  return v;
end $$;
comment on function private.read_order(jsonb) is '读一份订单的内容（R12）：草稿里合同各栏可空着；拒绝时写明哪一栏。';

create function private.read_fee_line(p_line jsonb, p_at text) returns public.order_fee_lines
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.order_fee_lines;
begin
  v.description := private.read_text(p_line, 'description', 1, 200, false, p_at);
  v.quantity := private.read_quantity(p_line, 'quantity', p_at);
  v.unit_price_fen := private.read_fen(p_line, 'unit_price_fen', 1, 10000000000, true, p_at);
  if trunc(v.quantity * v.unit_price_fen) not between 1 and 10000000000 then
    perform private.refuse('QUANTITY_INVALID', p_at || 'quantity', '一项费用（数量乘单价）在 0.01 元至 1 亿元之间。');
  end if;
  v.amount_fen := trunc(v.quantity * v.unit_price_fen);
  v.exclusion_code := private.clean_line(p_line ->> 'exclusion_code');
  if v.exclusion_code is not null
    and not exists (select 1 from public.exclusions e where e.code = v.exclusion_code and e.scope = 'line') then
    perform private.refuse('INPUT_INVALID', p_at || 'exclusion_code', '费用行只能标 E3 类。');
  end if;
  return v;
end $$;
comment on function private.read_fee_line(jsonb, text) is
  '读一行费用（R5）：数量至多两位小数，金额就是看到的数量乘单价舍去不足一分；p_at 是路径前缀，如 lines.0.。';

create function private.as_written(p_order public.orders, p_payload jsonb) returns public.orders
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.orders := private.read_order(p_payload);
begin
  p_order.title := v.title; p_order.purpose := v.purpose;
  p_order.expected_from := v.expected_from; p_order.expected_to := v.expected_to;
  p_order.contract_no := v.contract_no;
  p_order.contract_key := coalesce(private.identity_key(v.contract_no, 'identifier'), '');
  p_order.contract_signed_on := v.contract_signed_on; p_order.contract_total_fen := v.contract_total_fen;
  p_order.test_fee_fen := v.test_fee_fen; p_order.related_declared := v.related_declared;
  p_order.answers_declared_at := v.answers_declared_at;
  return p_order;
end $$;
comment on function private.as_written(public.orders, jsonb) is '一份订单写入 payload 的内容之后的样子（还没有写）：保存与试算共用。';

create function private.write_order(p_order_id bigint, p_payload jsonb) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_eligible bigint;
  v_codes text[] := array(select e.code from public.exclusions e);
begin
  select o.* into v from public.orders o where o.id = p_order_id;
  v := private.as_written(v, p_payload);
  -- 退回的订单改成另一份正在办的合同：此刻就说，而不是撞上唯一索引。
  if v.state = 'returned' and private.contract_busy(v) then
    perform private.refuse('R45_CONTRACT_BUSY', 'contract_no');
  end if;
  update public.orders set project_id = private.id_of(p_payload ->> 'project_id'), title = v.title, purpose = v.purpose,
    expected_from = v.expected_from, expected_to = v.expected_to, contract_no = v.contract_no,
    contract_signed_on = v.contract_signed_on, contract_total_fen = v.contract_total_fen, test_fee_fen = v.test_fee_fen,
    eligible_fee_fen = 0, related_declared = v.related_declared, answers_declared_at = v.answers_declared_at,
    related_evidence = private.related_evidence(applicant_id, institution_id)
  where id = p_order_id;
  delete from public.order_fee_lines where order_id = p_order_id;
  insert into public.order_fee_lines (order_id, line_no, description, quantity, unit_price_fen, amount_fen,
    exclusion_code)
  select p_order_id, l.n, r.description, r.quantity, r.unit_price_fen, r.amount_fen, r.exclusion_code
  from jsonb_array_elements(private.read_list(p_payload, 'lines', 200)) with ordinality l (x, n),
    private.read_fee_line(l.x, 'lines.' || l.n - 1 || '.') r;
  delete from public.order_answers where order_id = p_order_id;
  insert into public.order_answers (order_id, code, applies, justification)
  select p_order_id, private.read_choice(l.x, 'code', v_codes, 'answers.' || l.n - 1 || '.'),
    private.read_flag(l.x, 'applies', 'answers.' || l.n - 1 || '.'),
    private.read_text(l.x, 'justification', 0, 1000, true, 'answers.' || l.n - 1 || '.')
  from jsonb_array_elements(private.read_list(p_payload, 'answers', 50)) with ordinality l (x, n);
  update public.orders o set eligible_fee_fen = least(o.test_fee_fen,
    (select coalesce(sum(l.amount_fen), 0) from public.order_fee_lines l
      where l.order_id = o.id and l.exclusion_code is null))
  where o.id = p_order_id returning o.eligible_fee_fen into v_eligible;
  return v_eligible;
end $$;
comment on function private.write_order(bigint, jsonb) is
  '整体替换订单的内容、费用行与自查回答，重算并返回可抵扣检测费，分（R5）。文件另由 link_order_documents 写。';

create function private.link_order_documents(p_order_id bigint, p_revision integer, p_documents jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_owner bigint := (select o.applicant_id from public.orders o where o.id = p_order_id);
  v_doc jsonb;
begin
  p_documents := private.read_list(jsonb_build_object('documents', p_documents), 'documents', 50);
  delete from public.order_documents where order_id = p_order_id and revision_no = p_revision and kind <> 'result';
  for v_doc in select x from jsonb_array_elements(p_documents) x loop
    -- 结果由管理单位上传（R16）：用户单位能链的只有这两类。
    if not coalesce(v_doc ->> 'kind' in ('contract', 'evidence'), false) then
      perform private.refuse('FILE_NOT_YOURS', 'documents');
    end if;
    perform private.check_document(private.id_of(v_doc ->> 'id'), array[v_doc ->> 'kind'], v_owner);
    insert into public.order_documents (order_id, document_id, kind, revision_no)
    values (p_order_id, private.id_of(v_doc ->> 'id'), v_doc ->> 'kind', p_revision);
  end loop;
end $$;
comment on function private.link_order_documents(bigint, integer, jsonb) is
  '把用户单位的合同与证明材料链到订单的某一次提交（0 首次，其后每次修改加一）；只动还没有提交的那一套（R15）。';

create function private.try_revision(p_order_id bigint, p_payload jsonb) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_eligible bigint;
begin
  -- 真的写一遍再撤销：检查与算法和提交时是同一份，而别人看到的仍是上一次提交的。
  begin
    v_eligible := private.write_order(p_order_id, p_payload);
    raise exception using errcode = 'UNDO0';
  exception when sqlstate 'UNDO0' then null;
  end;
  return v_eligible;
end $$;
comment on function private.try_revision(bigint, jsonb) is
  '修改的内容能否写入订单，不留痕迹；返回它的可抵扣检测费，分。不合要求按写入时一样拒绝。';

create sequence private.order_numbers;

create function private.booked_institution(p_payload jsonb) returns bigint
language sql stable security definer set search_path = ''
as $$
  select r.organization_id from (
    select i.organization_id from public.instruments i
      where i.id = private.id_of(p_payload ->> 'instrument_id') and i.state in ('published', 'edit_review')
        and i.is_open and i.voucher_enabled
    union all
    select s.organization_id from public.services s
      where s.id = private.id_of(p_payload ->> 'service_id') and s.state in ('published', 'edit_review')
        and s.is_open and s.voucher_enabled) r
$$;
comment on function private.booked_institution(jsonb) is
  '所订资源的管理单位；没有发布、未开放或不支持创新券返回空（R12）。修改待审核的照旧可订：公众看到、订到的是批准过的内容（R21）。';

create function private.name_resource(p_order_id bigint) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.orders o set resource_name = r.name, resource_model = r.model from (
    select i.id as instrument_id, null::bigint as service_id, i.name, i.model from public.instruments i
    union all select null, s.id, s.name, '' from public.services s) r
  where o.id = p_order_id and (o.instrument_id = r.instrument_id or o.service_id = r.service_id)
$$;
comment on function private.name_resource(bigint) is '把所订资源此刻的名称与型号记进订单：首次提交之后不再跟着资源变。';

create function private.save_order(p_request_id uuid, p_order_id bigint, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('save_order', p_order_id, p_payload)::text);
  v public.orders;
  v_org bigint := (select o.id from public.organizations o where o.id = (private.my_orgs())[1]
    and o.kind = 'applicant');
  v_institution bigint;
  v_new public.orders;
begin
  if v_done is not null then return v_done; end if;
  if v_org is null then perform private.refuse('NOT_FOUND'); end if;
  if jsonb_typeof(p_payload) is distinct from 'object' or pg_column_size(p_payload) > 200000
    then perform private.refuse('INPUT_INVALID'); end if;
  if char_length(p_payload ->> 'explanation') > 1000
    then perform private.refuse('TEXT_TOO_LONG', 'explanation', '修改说明最多 1000 字，请缩短后重新提交。'); end if;
  begin
    if p_order_id is not null then
      select o.* into v from public.orders o where o.id = p_order_id and o.applicant_id = v_org for update;
      if v.id is null then perform private.refuse('NOT_FOUND'); end if;
      if v.state not in ('draft', 'returned') then perform private.refuse('STATE_REFUSED'); end if;
    else
      v_institution := private.booked_institution(p_payload);
      if v_institution is null then perform private.refuse('R12_RESOURCE_CLOSED'); end if;
      if private.suspended(v_institution, private.today()) then
        perform private.refuse('R46_INSTITUTION_SUSPENDED');
      end if;
      if exists (select 1 from public.organizations a join public.organizations i on i.uscc = a.uscc
        where a.id = v_org and i.id = v_institution) then
        perform private.refuse('R9_SAME_USCC');
      end if;
    end if;
    if not exists (select 1 from public.projects p where p.id = private.id_of(p_payload ->> 'project_id')
      and p.organization_id = v_org and p.state = 'approved') then
      perform private.refuse('R11_PROJECT_REQUIRED', 'project_id');
    end if;
    v_new := private.read_order(p_payload);
    if p_order_id is null then
      insert into public.orders (order_no, applicant_id, institution_id, project_id, instrument_id, service_id, title,
        resource_name)
      values ('CXQ-' || private.this_year() || '-' || lpad(nextval('private.order_numbers')::text, 6, '0'), v_org,
        v_institution,
        (p_payload ->> 'project_id')::bigint, (p_payload ->> 'instrument_id')::bigint,
          (p_payload ->> 'service_id')::bigint,
        v_new.title, '')
      returning * into v;
      perform private.append_event('order', v.id, 'create', null, 'draft', null, '{}', 'applicant',
        private.actor_name('applicant', v_org, null), v_org, null);
    end if;
    if v.state = 'returned' then
      v.eligible_fee_fen := private.try_revision(v.id, p_payload);
      perform private.link_order_documents(v.id, v.revision_no + 1, p_payload -> 'documents');
      insert into public.order_revisions (order_id, payload, eligible_fee_fen)
      values (v.id, p_payload - 'documents', v.eligible_fee_fen)
      on conflict (order_id) do update
        set payload = excluded.payload, eligible_fee_fen = excluded.eligible_fee_fen, saved_at = private.now();
    else
      v.eligible_fee_fen := private.write_order(v.id, p_payload);
      perform private.link_order_documents(v.id, 0, p_payload -> 'documents');
      perform private.name_resource(v.id);
    end if;
  exception
    when check_violation or not_null_violation or foreign_key_violation or unique_violation or data_exception then
      perform private.refuse('INPUT_INVALID', '请检查金额、日期、费用行与文字长度');
  end;
  return private.end_request(p_request_id, jsonb_build_object('entity', 'order', 'id', v.id, 'state', v.state,
    'eligible_fee_fen', v.eligible_fee_fen, 'figure_fen', private.deduction_figure(private.as_written(v, p_payload))));
end $$;
comment on function private.save_order(uuid, bigint, jsonb) is
  '保存订单草稿，或退回后的修改（存为未提交的修改，重新提交才写入订单）（R12、R15），整份替换；返回可抵扣检测费与此刻可抵扣额（分）。';
create function public.save_order(request_id uuid, order_id bigint, payload jsonb) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.save_order(request_id, order_id, payload); end;
comment on function public.save_order(uuid, bigint, jsonb)
  is '保存订单（R12）。order_id 空为新建。payload：instrument_id 或 service_id、project_id、title、purpose、expected_from/to、contract_no、contract_signed_on、contract_total_fen、test_fee_fen（分）、related_declared、lines[{description,quantity,unit_price_fen,exclusion_code}]、answers[{code,applies,justification}]、answers_declared（确认除勾选的以外均无，提交须为 true）、documents[{id,kind}]、explanation（退回后的修改说明）。';

create function private.contract_used_up(p_applicant bigint, p_institution bigint, p_key text) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select 1 from private.contract_refusals c where c.applicant_id = p_applicant
    and c.institution_id = p_institution and c.contract_key = p_key and c.refusals >= 2)
$$;
comment on function private.contract_used_up(bigint, bigint, text) is '这份合同是否已两次未通过审核（R15）。';

create function private.year_end(p_year integer) returns timestamptz
language plpgsql immutable set search_path = ''
as $$ begin return make_timestamptz(p_year + 1, 1, 1, 0, 0, 0, 'Asia/Shanghai'); end $$;
comment on function private.year_end(integer) is '某年 12 月 31 日 24:00（Asia/Shanghai）（R7）。';
create function private.order_ends_at(p_order public.orders) returns timestamptz
language sql stable set search_path = ''
as $$
  select case when p_order.state in ('approved', 'delivered', 'disputed', 'awaiting_consent')
      then private.year_end(p_order.policy_year)
    when p_order.state = 'returned'
      then private.year_end(extract(year from p_order.state_since at time zone 'Asia/Shanghai')::integer) end
$$;
comment on function private.order_ends_at(public.orders) is
  '有券、待确认或退回的订单到哪一刻为止（R7）：核定或退回的当年年末；其余状态没有期限，为空。';

create function private.guard_order_submit(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(
    case when p_row ->> 'state' = 'draft' then private.guard_certified(p_row, p_payload) end,
    case when p_row ->> 'state' = 'draft' and not exists (select 1 from public.quotas q
      where q.organization_id = (p_row ->> 'applicant_id')::bigint and q.year = private.this_year()
        and not q.carried_only) then 'R4_QUOTA_REQUIRED' end,
    case when p_row ->> 'state' = 'draft' and private.suspended((p_row ->> 'institution_id')::bigint, private.today())
      then 'R46_INSTITUTION_SUSPENDED' end,
    case when private.contract_used_up((p_row ->> 'applicant_id')::bigint, (p_row ->> 'institution_id')::bigint,
      p_row ->> 'contract_key') then 'R15_NO_MORE' end,
    case when private.contract_busy(jsonb_populate_record(null::public.orders, p_row)) then 'R45_CONTRACT_BUSY' end,
    case when p_row ->> 'state' = 'returned'
      and private.now() >= private.order_ends_at(jsonb_populate_record(null::public.orders, p_row))
      then 'R7_YEAR_OVER' end,
    case when p_row ->> 'state' = 'returned' and not exists (select 1 from public.order_revisions r
      where r.order_id = (p_row ->> 'id')::bigint) then 'R15_UNCHANGED' end)
$$;
comment on function private.guard_order_submit(jsonb, jsonb) is
  '条件：首次提交须认证有效（R2）、已领额度（R4），双方都没有在暂停资格（R46）；同一合同未满两次不通过，退回的须先有修改（R15）、须在退回的当年（R7）；没有别的订单正在办（R45）。重新提交不受证书失效影响。';

create function private.order_content(p_order public.orders, p_revision integer) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object(
    'title', p_order.title, 'purpose', p_order.purpose, 'project_id', p_order.project_id,
    'expected_from', p_order.expected_from, 'expected_to', p_order.expected_to, 'contract_no', p_order.contract_no,
    'contract_signed_on', p_order.contract_signed_on, 'contract_total_fen', p_order.contract_total_fen,
    'test_fee_fen', p_order.test_fee_fen, 'eligible_fee_fen', p_order.eligible_fee_fen,
    'related_declared', p_order.related_declared, 'answers_declared', p_order.answers_declared_at is not null,
    'lines', (select coalesce(jsonb_agg(to_jsonb(l) - 'order_id' order by l.line_no), '[]')
      from public.order_fee_lines l where l.order_id = p_order.id),
    'answers', (select coalesce(jsonb_agg(to_jsonb(a) - 'order_id' order by a.code), '[]')
      from public.order_answers a where a.order_id = p_order.id),
    'documents', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', od.kind, 'name', d.original_name,
        'sha256', d.sha256) order by d.id), '[]')
      from public.order_documents od join public.documents d on d.id = od.document_id
      where od.order_id = p_order.id and od.revision_no = p_revision and od.kind <> 'result'))
$$;
comment on function private.order_content(public.orders, integer) is '订单此刻的内容与某一次提交的文件，供冻结与对照（R15）。';

create function private.comparable(p_content jsonb) returns text
language sql immutable set search_path = ''
as $$
  -- 文件只比字节（SHA-256）与用途，不比编号与名称；看不见的字符不算改动。
  select private.clean_text((p_content || jsonb_build_object('documents',
    (select coalesce(jsonb_agg(distinct (d ->> 'kind') || ' ' || (d ->> 'sha256')), '[]')
      from jsonb_array_elements(p_content -> 'documents') d)))::text)
$$;
comment on function private.comparable(jsonb) is '一次提交可供比较的文字：两份相同即内容与文件都没有改（R15、R24）。';

create function private.last_return_reason(p_entity text, p_id bigint) returns text
language sql stable security definer set search_path = ''
as $$
  select '退回意见：' || e.reason from public.events e
  where e.entity = p_entity and e.entity_id = p_id and e.action = 'return' order by e.seq desc limit 1
$$;
comment on function private.last_return_reason(text, bigint) is '最近一次退回的意见：没有改动的重新提交被拒绝时，告诉缺什么（R15、R24）。';

create function private.apply_revision(p_order_id bigint) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.order_revisions;
  v_order public.orders;
  v_before jsonb;
  v_explanation text;
begin
  delete from public.order_revisions r where r.order_id = p_order_id returning * into v;
  perform private.write_order(p_order_id, v.payload);
  v_explanation := private.clean_text(v.payload ->> 'explanation');
  select o.* into v_order from public.orders o where o.id = p_order_id;
  select s.snapshot into v_before from public.order_submissions s
    where s.order_id = p_order_id and s.revision_no = v_order.revision_no;
  if private.visible_length(v_explanation) < 2
    and private.comparable(private.order_content(v_order, v_order.revision_no + 1))
    = private.comparable(v_before - array['accepted_fen', 'resource_name', 'resource_model', 'explanation',
      'answers_declared_at']) then
    perform private.refuse('R15_UNCHANGED', private.last_return_reason('order', p_order_id));
  end if;
  -- 改了合同号的，按新合同号再问一次次数。
  if private.contract_used_up(v_order.applicant_id, v_order.institution_id, v_order.contract_key) then
    perform private.refuse('R15_NO_MORE');
  end if;
  return v_explanation;
end $$;
comment on function private.apply_revision(bigint) is
  '重新提交时把未提交的修改写入订单，返回修改说明。拒绝：与上次提交完全相同又没有说明（R15），或新合同号已无机会。';

create function private.check_contract(p_order public.orders) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.lock_contract(p_order);
  if private.contract_busy(p_order) then perform private.refuse('R45_CONTRACT_BUSY', 'contract_no'); end if;
  if private.contract_test_fee(p_order) <> p_order.test_fee_fen then
    perform private.refuse('R38_TEST_FEE', 'test_fee_fen', '这份合同先前的订单填的检测费是 '
      || to_char(private.contract_test_fee(p_order) / 100.0, 'FM999,999,990.00') || ' 元；请改成相同的数，或核对合同号。');
  end if;
  if private.contract_room(p_order, private.parameter(private.this_year(), 'rate_bp')) = 0 then
    perform private.refuse('R38_CONTRACT_FULL', 'contract_no');
  end if;
end $$;
comment on function private.check_contract(public.orders) is
  '提交时锁住合同再看（R38、R45）。拒绝：同一合同另有一份正在办、检测费与先前的不同、合同已没有可抵扣的。';

create function private.effect_order_submit(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders;
  v_revision integer := case when p_row ->> 'state' = 'returned' then (p_row ->> 'revision_no')::integer + 1
    else 0 end;
  v_figure bigint;
  v_explanation text;
begin
  perform private.require_year();
  if v_revision > 0 then v_explanation := private.apply_revision((p_row ->> 'id')::bigint); end if;
  if v_revision = 0 then perform private.name_resource((p_row ->> 'id')::bigint); end if;
  select o.* into v from public.orders o where o.id = (p_row ->> 'id')::bigint;
  if v.contract_key = '' or v.contract_signed_on is null or v.contract_total_fen = 0 or v.test_fee_fen = 0
    or v.contract_signed_on > private.today()
    or not exists (select 1 from public.order_documents d
      where d.order_id = v.id and d.revision_no = v_revision and d.kind = 'contract') then
    perform private.refuse('R12_CONTRACT_REQUIRED', case when v.contract_key = '' then 'contract_no'
      when v.contract_signed_on is null or v.contract_signed_on > private.today() then 'contract_signed_on'
      when v.contract_total_fen = 0 then 'contract_total_fen' when v.test_fee_fen = 0 then 'test_fee_fen'
      else 'documents' end);
  end if;
  if v_revision = 0 then
    -- 锁住再看：同时更正项目、资源的决定，或关闭预约，总有一个在先（R21、R45）。
    perform 1 from public.projects p where p.id = v.project_id and p.organization_id = v.applicant_id
      and p.state = 'approved' for share;
    if not found then perform private.refuse('R11_PROJECT_REQUIRED', 'project_id'); end if;
    perform 1 from public.instruments i where i.id = v.instrument_id for share;
    perform 1 from public.services s where s.id = v.service_id for share;
    if private.booked_institution(to_jsonb(v)) is distinct from v.institution_id then
      perform private.refuse('R12_RESOURCE_CLOSED');
    end if;
    perform private.hold_standing(v.applicant_id, 'R46_SUSPENDED', true);
    perform private.hold_standing(v.institution_id, 'R46_INSTITUTION_SUSPENDED');
  end if;
  -- 整单与双方类细目逐项回答（R9）。
  if exists (select 1 from public.exclusions e
    where e.scope <> 'line' and not exists (select 1 from public.order_answers a
    where a.order_id = v.id and a.code = e.code)) then
    perform private.refuse('R9_ANSWERS_MISSING', '还没有回答：' || (select string_agg(e.code, '、' order by e.code)
      from public.exclusions e where e.scope <> 'line' and not exists (select 1 from public.order_answers a
        where a.order_id = v.id and a.code = e.code)));
  end if;
  if v.answers_declared_at is null then perform private.refuse('R9_ANSWERS_MISSING', 'answers_declared'); end if;
  -- 申报的关联关系不一概拒绝：连同线索交审核人员（R9）；内部检测与其余细目直接不纳入。
  if exists (select 1 from public.order_answers a join public.exclusions e on e.code = a.code
    where a.order_id = v.id and a.applies and e.code <> 'E5.1'
    and (not e.justifiable or private.visible_length(a.justification) < 10)) then
    perform private.refuse('R9_EXCLUDED');
  end if;
  if exists (select 1 from public.organizations a join public.organizations i on i.uscc = a.uscc
    where a.id = v.applicant_id and i.id = v.institution_id) then
    perform private.refuse('R9_SAME_USCC');
  end if;
  perform private.check_contract(v);
  v_figure := private.deduction_figure(v);
  if coalesce(v_figure, 0) <= 0 then perform private.refuse('R5_NOTHING_LEFT'); end if;
  if (p_payload ->> 'accepted_fen') is null or (p_payload ->> 'accepted_fen') !~ '^[0-9]{1,12}$'
    or (p_payload ->> 'accepted_fen')::bigint <> v_figure then
    perform private.refuse('R5_FIGURE_CHANGED', '现在可抵扣 ' || to_char(v_figure / 100.0, 'FM999,999,990.00') || ' 元');
  end if;
  update public.orders set accepted_fen = v_figure, revision_no = v_revision, submitted_at = private.now()
    where id = v.id;
  insert into public.order_submissions (order_id, revision_no, snapshot)
  values (v.id, v_revision, private.order_content(v, v_revision) || jsonb_build_object('accepted_fen', v_figure,
    'resource_name', v.resource_name, 'resource_model', v.resource_model, 'explanation', v_explanation,
    'answers_declared_at', v.answers_declared_at));
  return jsonb_build_object('details', jsonb_build_object('accepted_fen', v_figure, 'revision_no', v_revision,
    'answers_declared_at', v.answers_declared_at));
end $$;
comment on function private.effect_order_submit(jsonb, jsonb) is '效果：核对合同、自查、项目、资源、文件与接受的金额，冻结快照（R5、R9、R12、R15）。';

create function private.count_refusals(p_applicant bigint, p_institution bigint, p_key text,
  p_order_id bigint default null) returns integer
language plpgsql stable security definer set search_path = ''
as $$
begin
  -- 换了合同号重新提交的，以前的不通过跟着订单走。
  return (
    with refused as materialized (
      select e.entity_id as order_id, e.facts ->> 'contract_key' as key from public.events e
      where e.entity = 'order' and e.action = 'return' and e.details ? 'refusals'
        and e.applicant_id = p_applicant and e.institution_id = p_institution and not private.rectified(e.id))
    select count(*)::integer from refused r
    where r.order_id = p_order_id
      or r.order_id in (select x.order_id from refused x where x.key = p_key));
end $$;
comment on function private.count_refusals(bigint, bigint, text, bigint) is
  '由事件数一份合同的不通过次数（R15）：有过这个合同号的订单（与 p_order_id）的每次不通过各一，更正了的不计（R45）。';

create function private.set_refusals(p_applicant bigint, p_institution bigint, p_key text, p_refusals integer)
  returns void
language sql volatile security definer set search_path = ''
as $$
  insert into private.contract_refusals as c (applicant_id, institution_id, contract_key, refusals)
  values (p_applicant, p_institution, p_key, p_refusals)
  on conflict (applicant_id, institution_id, contract_key) do update set refusals = excluded.refusals
    where c.refusals <> excluded.refusals
$$;
comment on function private.set_refusals(bigint, bigint, text, integer) is '记下一份合同的不通过次数（R15）。';

create function private.effect_order_return(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.orders := jsonb_populate_record(null::public.orders, p_row);
  v_refusals integer := least(private.count_refusals(v.applicant_id, v.institution_id, v.contract_key, v.id) + 1, 2);
begin
  perform private.set_refusals(v.applicant_id, v.institution_id, v.contract_key, v_refusals);
  -- 以前用过别的合同号的，那个合同号也多一次。
  perform private.set_refusals(v.applicant_id, v.institution_id, x.key,
    least(private.count_refusals(v.applicant_id, v.institution_id, x.key) + 1, 2))
  from (select distinct e.facts ->> 'contract_key' as key from public.events e
    where e.entity = 'order' and e.entity_id = v.id and e.action = 'return' and not private.rectified(e.id)) x
  where x.key <> v.contract_key;
  return jsonb_build_object('to', case when v_refusals >= 2 then 'ordinary' else 'returned' end, 'details',
    jsonb_build_object('refusals', v_refusals));
end $$;
comment on function private.effect_order_return(jsonb, jsonb) is '效果：第一次不通过退回修改，第二次转普通订单（R15）；次数跟着合同走，与第几次提交无关（R45）。';

grant execute on function private.save_order(uuid, bigint, jsonb),
  public.save_order(uuid, bigint, jsonb) to authenticated;

create function private.order_figure(p_order_id bigint) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.orders;
  v_revision public.order_revisions;
begin
  select o.* into v from public.orders o where o.id = p_order_id and o.applicant_id = any (private.my_orgs());
  if v.id is null then return null; end if;
  select r.* into v_revision from public.order_revisions r where r.order_id = v.id;
  if v_revision.order_id is not null then
    v := private.as_written(v, v_revision.payload);
    v.eligible_fee_fen := v_revision.eligible_fee_fen;
  end if;
  return private.deduction_figure(v);
end $$;
comment on function private.order_figure(bigint) is '自己的订单此刻可抵扣多少，分（R5）；他人的订单返回空。';
create function public.order_figure(order_id bigint) returns bigint
language sql stable security invoker set search_path = ''
begin atomic select private.order_figure(order_id); end;
comment on function public.order_figure(bigint) is '提交前显示的可抵扣额，分（R5）。';
grant execute on function private.order_figure(bigint), public.order_figure(bigint) to authenticated;
