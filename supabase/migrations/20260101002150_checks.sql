-- 一件业务连同别的业务一起看（R38）：核对结果在看的时候现算，绿色为相符，黄色为须人判断，各附依据。

create type private.case_check as (code text, level text, sentence text, evidence jsonb, for_reviewer boolean);
comment on type private.case_check is
  '一项核对：代码、level（green 相符，amber 须人判断）、一句话、依据（清单）、是否只给审核人员看（涉及别的单位的情形）。';

create function private.check_of(
  p_code text, p_amber boolean, p_green_says text, p_amber_says text, p_evidence jsonb default '[]',
  p_for_reviewer boolean default false
) returns private.case_check
language plpgsql immutable set search_path = ''
as $$
begin
  return row(p_code, case when p_amber then 'amber' else 'green' end,
    case when p_amber then p_amber_says else p_green_says end,
    case when p_amber then coalesce(p_evidence, '[]') else '[]'::jsonb end, p_for_reviewer)::private.case_check;
end $$;
comment on function private.check_of(text, boolean, text, text, jsonb, boolean) is '按是否须人判断组成一项核对；相符的不附依据。';

create function private.file_elsewhere(
  p_documents bigint[], p_entity text, p_id bigint, p_order_id bigint, p_mine bigint[]
) returns jsonb
-- 编号的数组每次不同，计划却总是同一个：不为每一次重新计划。
language plpgsql stable security definer set search_path = '' set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
    with same as (
      select mine.original_name as file, d.id
      from public.documents mine join public.documents d on d.sha256 = mine.sha256
      where mine.id = any (p_documents)),
    links as (
      select s.file, 'order' as entity, o.id, o.order_no as number, o.applicant_id as one, o.institution_id as other,
        o.id as order_id
      from same s join public.order_documents l on l.document_id = s.id join public.orders o on o.id = l.order_id
      where o.submitted_at is not null
      union all
      select s.file, 'redemption', r.id, r.voucher_no, r.applicant_id, r.institution_id, r.order_id
      from same s join public.redemption_documents l on l.document_id = s.id
        join public.redemptions r on r.id = l.redemption_id
      union all
      select s.file, 'certification', c.id, g.name, c.organization_id, c.organization_id, null
      from same s join public.certification_documents l on l.document_id = s.id
      join public.certifications c on c.id = l.certification_id join public.organizations g on g.id = c.organization_id
      union all
      select s.file, 'payee_account', a.id, g.name, a.institution_id, a.institution_id, null
      from same s join public.payee_accounts a on a.document_id = s.id
      join public.organizations g on g.id = a.institution_id
      union all
      select s.file, 'uscc_claim', c.id, g.name, c.organization_id, c.organization_id, null
      from same s join public.uscc_claims c on c.document_id = s.id
      join public.organizations g on g.id = c.organization_id)
    select coalesce(jsonb_agg(distinct
      jsonb_build_object('file', k.file, 'entity', k.entity, 'id', k.id, 'number', k.number)), '[]')
    from links k
    where not (k.entity = p_entity and k.id = p_id)
      -- 同一订单的检测结果作为兑付的检验报告，不是重复。
      and k.order_id is distinct from p_order_id
      and (p_mine is null or k.one = any (p_mine) or k.other = any (p_mine)));
end $$;
comment on function private.file_elsewhere(bigint[], text, bigint, bigint, bigint[]) is
  '同样的文件（SHA-256）还在哪些业务里（R38）。p_order_id：同一订单内的不算；p_mine：只看这些单位自己的，空为全部（审核人员）。';

create function private.same_people(p_org bigint, p_except bigint[]) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    with mine as (
      select private.identity_key(o.legal_representative, 'name') as person,
        private.identity_key(o.address, 'address') as place,
        (select private.identity_key(c.contact_phone, 'phone')
          from public.organization_contacts c where c.organization_id = o.id) as phone
      from public.organizations o where o.id = p_org),
    found as (
      select o.id, '法定代表人' as what
      from mine m join public.organizations o on private.identity_key(o.legal_representative, 'name') = m.person
      union all
      select o.id, '地址'
      from mine m join public.organizations o on private.identity_key(o.address, 'address') = m.place
      union all
      select c.organization_id, '联系电话'
      from mine m join public.organization_contacts c on private.identity_key(c.contact_phone, 'phone') = m.phone
      union all
      select b.institution_id, '收款账号'
      from public.payee_accounts a join public.payee_accounts b
        on private.identity_key(b.account_no, 'account') = private.identity_key(a.account_no, 'account')
      where a.institution_id = p_org and not array[a.state, b.state] && array['returned', 'withdrawn'])
    select coalesce(jsonb_agg(x.e order by x.e ->> 'name'), '[]') from (
      select jsonb_build_object('organization_id', o.id, 'name', o.name, 'same', string_agg(distinct f.what, '、')) as e
      from found f join public.organizations o on o.id = f.id join public.organizations m on m.id = p_org
      where not private.same_person(o, m) and o.id <> all (coalesce(p_except, '{}')) group by o.id, o.name limit 20) x);
end $$;
comment on function private.same_people(bigint, bigint[]) is
  '法定代表人、地址、联系电话或收款账号与某单位相同（怎样写都算，R36）的别的单位，至多 20 个；同一法人的另一条登记与 p_except 不算（R38）。';

create function private.contract_check(p_order public.orders) returns private.case_check
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_rate bigint := private.parameter(private.this_year(), 'rate_bp');
  v_others jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object('order_no', o.order_no, 'state', s.label, 'test_fee_fen', o.test_fee_fen,
      'approved_fen', o.approved_fen) order by o.id), '[]') into v_others
    from private.same_contract(p_order) o
    join public.workflow_states s on s.entity = 'order' and s.state = o.state
    where o.id <> p_order.id;
  return private.check_of('contract_orders', v_others <> '[]', '这份合同没有别的订单。',
    '这份合同另有 ' || jsonb_array_length(v_others) || ' 份订单，已核定 ' || private.yuan(private.contract_used(p_order))
      || '，合同还留下 ' || private.yuan(private.contract_room(p_order, v_rate)) || '。', v_others);
end $$;
comment on function private.contract_check(public.orders) is '核对：同一合同的其他订单与合计（R38）。';

create function private.relation_check(p_order public.orders) returns private.case_check
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_clues jsonb := private.related_evidence(p_order.applicant_id, p_order.institution_id);
begin
  return private.check_of('relations', p_order.related_declared or v_clues <> '[]',
    '双方的代码、法定代表人、上下级、电话、地址、名称都不相同。',
    concat_ws('；', case when p_order.related_declared then '用户单位已声明双方存在关联关系' end,
      case when v_clues <> '[]' then '双方登记资料有 ' || jsonb_array_length(v_clues) || ' 处相同或上下级' end) || '。', v_clues);
end $$;
comment on function private.relation_check(public.orders) is '核对：双方的关联关系，申报的与比对出的（R9、R38）。';

create function private.order_checks(
  p_order public.orders, p_revision integer, p_lines jsonb, p_reviewer boolean
) returns setof private.case_check
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_year integer := private.this_year();
  v_all bigint;
  v_test bigint;
  v_left bigint := (select q.cap_fen - q.held_fen - q.spent_fen from public.quotas q
    where q.organization_id = p_order.applicant_id and q.year = v_year);
  v_raw bigint := private.raw_deduction(p_order.eligible_fee_fen, private.parameter(v_year, 'rate_bp'));
  v_project public.projects;
  v_files jsonb;
begin
  select coalesce(sum(l.amount_fen), 0), coalesce(sum(l.amount_fen) filter (where l.exclusion_code is null), 0)
    into v_all, v_test
    from (select l.amount_fen, l.exclusion_code from public.order_fee_lines l
      where p_lines is null and l.order_id = p_order.id
      union all
      select r.amount_fen, r.exclusion_code from jsonb_array_elements(p_lines) x, private.read_fee_line(x, '') r) l;
  return next private.check_of('fee_lines', v_all <> p_order.contract_total_fen or v_test <> p_order.test_fee_fen,
    '费用清单与合同相符：合计 ' || private.yuan(v_all) || '，其中检测费 ' || private.yuan(v_test) || '。',
    '费用清单与合同不同：清单合计 ' || private.yuan(v_all) || '、检测 ' || private.yuan(v_test) || '，合同总额 '
      || private.yuan(p_order.contract_total_fen) || '、检测费 ' || private.yuan(p_order.test_fee_fen) || '。');
  return next private.contract_check(p_order);
  return next private.check_of('quota', v_left is null or v_left < v_raw,
    '本年额度够用：还剩 ' || private.yuan(v_left) || '，本单按比例 ' || private.yuan(v_raw) || '。',
    coalesce('本年额度不够：还剩 ' || private.yuan(v_left) || '，本单按比例 ' || private.yuan(v_raw) || '。', '还没有领取本年度额度。'));
  return next private.relation_check(p_order);
  v_files := private.file_elsewhere((select array_agg(l.document_id) from public.order_documents l
      where l.order_id = p_order.id and l.revision_no = p_revision and l.kind <> 'result'),
    'order', p_order.id, null, case when p_reviewer then null else array[p_order.applicant_id] end);
  return next private.check_of('files', jsonb_array_length(v_files) > 0, '合同与证明材料没有在别的业务中出现过。',
    '有文件在别的业务中出现过，请核对是不是同一份合同。', v_files);
  select p.* into v_project from public.projects p where p.id = p_order.project_id;
  return next private.check_of('dates', p_order.contract_signed_on is null
    or p_order.contract_signed_on not between v_project.start_on and v_project.end_on
      or p_order.contract_signed_on < private.today() - 730,
    '合同签订日 ' || p_order.contract_signed_on || ' 在项目期（' || v_project.start_on || ' 至 ' || v_project.end_on || '）内。',
    case when p_order.contract_signed_on is null then '还没有填写合同签订日。' else '合同签订日 ' || p_order.contract_signed_on
      || concat_ws('，', case when p_order.contract_signed_on not between v_project.start_on and v_project.end_on
          then ' 不在项目期（' || v_project.start_on || ' 至 ' || v_project.end_on || '）内' end,
        case when p_order.contract_signed_on < private.today() - 730 then ' 已过两年' end) || '。' end);
  return next private.check_of('certified', not private.is_certified(p_order.applicant_id, private.today()),
    '用户单位在认证有效期内。', '用户单位的认证已过有效期：已开始的可以办完，不能开始新的。');
  if p_reviewer then
    v_files := private.same_people(p_order.applicant_id, array[p_order.institution_id]);
    return next private.check_of('same_people', jsonb_array_length(v_files) > 0, '没有别的单位与用户单位的法定代表人、电话或地址相同。',
      '有 ' || jsonb_array_length(v_files) || ' 个别的单位与用户单位的法定代表人、电话或地址相同。', v_files, true);
  end if;
end $$;
comment on function private.order_checks(public.orders, integer, jsonb, boolean) is
  '订单的核对（R38），p_lines 是还没有重新提交的费用行（空则用已提交的）：费用清单与合同、同一合同的订单、额度、关联关系、重复文件、日期、认证；审核人员另看与别的单位相同的人、电话、地址。';

create function private.redemption_checks(p_redemption public.redemptions, p_reviewer boolean)
  returns setof private.case_check
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_order public.orders;
  v_applicant text := (select o.name from public.organizations o where o.id = p_redemption.applicant_id);
  v_institution text := (select o.name from public.organizations o where o.id = p_redemption.institution_id);
  v_sum bigint;
  v_found jsonb;
begin
  select o.* into v_order from public.orders o where o.id = p_redemption.order_id;
  select coalesce(sum(i.amount_fen), 0) into v_sum from public.invoices i where i.redemption_id = p_redemption.id;
  return next private.check_of('invoice_sum', v_sum <> v_order.contract_total_fen,
    '发票合计 ' || private.yuan(v_sum) || '，与合同总额相同。',
    '发票合计 ' || private.yuan(v_sum) || '，合同总额 ' || private.yuan(v_order.contract_total_fen) || '。');
  select coalesce(jsonb_agg(jsonb_build_object('number', i.number, 'buyer', i.buyer, 'seller', i.seller)), '[]')
    into v_found
    from public.invoices i where i.redemption_id = p_redemption.id
      and (private.identity_key(i.buyer, 'name') is distinct from private.identity_key(v_applicant, 'name')
        or private.identity_key(i.seller, 'name') is distinct from private.identity_key(v_institution, 'name'));
  return next private.check_of('invoice_parties', jsonb_array_length(v_found) > 0, '发票的购买方、销售方与双方名称相同。',
    '有 ' || jsonb_array_length(v_found) || ' 张发票的购买方或销售方与双方名称不同：用户单位是' || v_applicant || '，管理单位是' || v_institution
      || '。', v_found);
  if p_reviewer then
    select coalesce(jsonb_agg(jsonb_build_object('number', i.number, 'voucher_no', r.voucher_no,
        'institution', o.name, 'state', s.label)), '[]')
      into v_found
      from public.invoices mine join public.invoices i on i.digits = mine.digits
        and i.redemption_id <> mine.redemption_id
      join public.redemptions r on r.id = i.redemption_id join public.organizations o on o.id = r.institution_id
      join public.workflow_states s on s.entity = 'redemption' and s.state = r.state
      where mine.redemption_id = p_redemption.id;
    return next private.check_of('invoice_elsewhere', jsonb_array_length(v_found) > 0, '没有别的管理单位列出这些发票。',
      '有发票也列在别的管理单位的兑付申请里，只有一份能通过。', v_found, true);
  end if;
  v_found := private.file_elsewhere((select array_agg(l.document_id) from public.redemption_documents l
      where l.redemption_id = p_redemption.id and l.supplement_no = p_redemption.supplement_no),
    'redemption', p_redemption.id, p_redemption.order_id,
    case when p_reviewer then null else array[p_redemption.institution_id] end);
  return next private.check_of('files', jsonb_array_length(v_found) > 0, '报告与发票文件没有在别的业务中出现过。',
    '有文件在别的业务中出现过，请核对是不是同一次检测。', v_found);
  if p_reviewer then
    return next private.relation_check(v_order);
    return next private.contract_check(v_order);
  end if;
end $$;
comment on function private.redemption_checks(public.redemptions, boolean) is
  '兑付申请的核对（R37、R38）：发票合计与合同、购销双方、别处的同一张发票、重复文件；审核人员另看关联关系与同一合同的订单。';

create function private.certification_checks(p_certification public.certifications, p_reviewer boolean)
  returns setof private.case_check
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_org public.organizations;
  v_most integer := case p_certification.kind when 'high_tech_enterprise' then 3 when 'tech_sme' then 1 else 10 end;
  v_found jsonb;
begin
  select o.* into v_org from public.organizations o where o.id = p_certification.organization_id;
  return next private.check_of('uscc', v_org.uscc is null, '有统一社会信用代码。', '没有统一社会信用代码：只有团队可以没有。');
  return next private.check_of('validity', p_certification.valid_from > private.today()
      or p_certification.valid_to > p_certification.valid_from + make_interval(years => v_most, days => 1),
    '有效期 ' || p_certification.valid_from || ' 至 ' || p_certification.valid_to || '，长短合理。',
    '有效期 ' || p_certification.valid_from || ' 至 ' || p_certification.valid_to || '，还没有开始，或长于这类证书通常的 ' || v_most
      || ' 年。');
  v_found := private.file_elsewhere((select array_agg(l.document_id) from public.certification_documents l
      where l.certification_id = p_certification.id), 'certification', p_certification.id, null,
    case when p_reviewer then null else array[p_certification.organization_id] end);
  return next private.check_of('files', jsonb_array_length(v_found) > 0, '证明文件没有在别的业务中出现过。', '有证明文件在别的业务中出现过。',
    v_found);
  if not p_reviewer then return; end if;
  select coalesce(jsonb_agg(jsonb_build_object('organization_id', o.id, 'name', o.name, 'uscc', o.uscc)), '[]')
    into v_found
    from private.same_named(v_org.id) o;
  return next private.check_of('same_name', jsonb_array_length(v_found) > 0, '没有同名的单位。',
    '已有 ' || jsonb_array_length(v_found) || ' 个同名单位，通过须写明原因。', v_found, true);
  select coalesce(jsonb_agg(jsonb_build_object('name', o.name, 'state', s.label, 'valid_to', c.valid_to)), '[]')
    into v_found
    from public.certifications c join public.organizations o on o.id = c.organization_id
    join public.workflow_states s on s.entity = 'certification' and s.state = c.state
    where private.identity_key(c.certificate_no, 'identifier')
        = private.identity_key(p_certification.certificate_no, 'identifier')
      and not private.same_person(o, v_org);
  return next private.check_of('same_certificate', jsonb_array_length(v_found) > 0, '这个证书编号没有别的单位用过。',
    '这个证书编号还有别的单位填过。', v_found, true);
  v_found := private.same_people(v_org.id, null);
  return next private.check_of('same_people', jsonb_array_length(v_found) > 0, '没有别的单位与它的法定代表人、电话或地址相同。',
    '有 ' || jsonb_array_length(v_found) || ' 个别的单位与它的法定代表人、电话或地址相同。', v_found, true);
  select coalesce(jsonb_agg(jsonb_build_object('name', o.name, 'uscc', c.uscc) order by c.id), '[]') into v_found
    from public.uscc_claims c join public.organizations o on o.id = c.organization_id
    where c.state = 'submitted' and c.uscc = v_org.uscc and o.kind = v_org.kind;
  return next private.check_of('uscc_claimed', jsonb_array_length(v_found) > 0, '没有别的单位主张它的代码。',
    '有别的单位正在主张它的代码，请先裁定代码申请。', v_found, true);
end $$;
comment on function private.certification_checks(public.certifications, boolean) is
  '认证的核对（R38）：代码、有效期长短、重复文件；审核人员另看同名单位、同一证书编号、相同的人、电话、地址、代码主张。';

create function private.account_checks(p_account public.payee_accounts, p_reviewer boolean)
  returns setof private.case_check
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_name text := (select o.name from public.organizations o where o.id = p_account.institution_id);
  v_old public.payee_accounts;
  v_found jsonb;
begin
  return next private.check_of('holder_name',
    private.identity_key(p_account.holder_name, 'name') is distinct from private.identity_key(v_name, 'name'),
    '户名与单位名称相同。', '户名与单位名称不同：户名是' || p_account.holder_name || '，单位是' || v_name || '。');
  select a.* into v_old from public.payee_accounts a where a.id = p_account.replaces_id;
  return next private.check_of('change', v_old.id is not null, '首次登记，没有原来的账户。',
    coalesce('与原账户相比，改了' || nullif(concat_ws('、',
        case when private.identity_key(v_old.holder_name, 'name')
          is distinct from private.identity_key(p_account.holder_name, 'name') then '户名' end,
        case when private.identity_key(v_old.bank_name, 'name')
          is distinct from private.identity_key(p_account.bank_name, 'name') then '开户银行' end,
        case when v_old.account_no <> p_account.account_no then '账号' end,
        case when v_old.bank_code <> p_account.bank_code then '联行号' end), '') || '。', '与原账户的内容相同。'));
  v_found := private.file_elsewhere(array[p_account.document_id], 'payee_account', p_account.id, null,
    case when p_reviewer then null else array[p_account.institution_id] end);
  return next private.check_of('files', jsonb_array_length(v_found) > 0, '证明文件没有在别的业务中出现过。',
    '证明文件在别的业务中出现过。', v_found);
  if not p_reviewer then return; end if;
  select coalesce(jsonb_agg(distinct jsonb_build_object('organization_id', o.id, 'name', o.name, 'same', '收款账号')), '[]')
    into v_found
    from public.payee_accounts a join public.organizations o on o.id = a.institution_id
    where private.identity_key(a.account_no, 'account') = private.identity_key(p_account.account_no, 'account')
      and a.institution_id <> p_account.institution_id and a.state not in ('returned', 'withdrawn');
  return next private.check_of('same_account', jsonb_array_length(v_found) > 0, '没有别的单位用这个账号。',
    '这个账号也是别的单位的收款账号。', v_found, true);
end $$;
comment on function private.account_checks(public.payee_accounts, boolean) is
  '收款账户的核对（R36、R38、R42）：户名与单位名称、与原账户的不同、重复的证明文件；审核人员另看同一账号的别的单位。句子里没有账号。';

create function private.checks_of(p_entity text, p_row jsonb, p_reviewer boolean) returns setof private.case_check
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_order public.orders;
  v_revision public.order_revisions;
begin
  if p_entity = 'redemption' then
    return query select * from private.redemption_checks(
      jsonb_populate_record(null::public.redemptions, p_row), p_reviewer);
  elsif p_entity = 'certification' then
    return query select * from private.certification_checks(
      jsonb_populate_record(null::public.certifications, p_row), p_reviewer);
  elsif p_entity = 'payee_account' then
    return query select * from private.account_checks(
      jsonb_populate_record(null::public.payee_accounts, p_row), p_reviewer);
  elsif p_entity = 'order' then
    v_order := jsonb_populate_record(null::public.orders, p_row);
    -- 用户单位看的是自己还没有重新提交的修改，审核人员看的是提交了的（R15）。
    if not p_reviewer then
      select r.* into v_revision from public.order_revisions r where r.order_id = v_order.id;
    end if;
    if v_revision.order_id is not null then
      v_order := private.as_written(v_order, v_revision.payload);
      v_order.eligible_fee_fen := v_revision.eligible_fee_fen;
    end if;
    return query select * from private.order_checks(v_order,
      case when v_revision.order_id is null then v_order.revision_no else v_order.revision_no + 1 end,
      case when v_revision.order_id is not null then coalesce(v_revision.payload -> 'lines', '[]') end, p_reviewer);
  end if;
end $$;
comment on function private.checks_of(text, jsonb, boolean) is '一件业务的核对结果，按种类算（R38）；别的种类没有。';

create function private.case_checks(p_entity text, p_id bigint)
returns table (code text, level text, sentence text, evidence jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row jsonb := case when p_entity in ('order', 'redemption', 'certification', 'payee_account')
    then private.read_row(p_entity, p_id) end;
  v_actors text[];
  v_reviewer boolean;
begin
  if v_row is null then return; end if;
  v_actors := private.actors_for(p_entity, v_row);
  v_reviewer := v_actors && array['platform', 'department', 'finance'];
  if not v_reviewer
    and not v_actors && array[case when p_entity in ('redemption', 'payee_account') then 'institution'
      else 'applicant' end] then
    return;
  end if;
  return query select c.code, c.level, c.sentence, c.evidence from private.checks_of(p_entity, v_row, v_reviewer) c
    where v_reviewer or not c.for_reviewer;
end $$;
comment on function private.case_checks(text, bigint) is
  '一件业务的核对结果（R38）：审核人员看全部；订单、认证的申请单位与兑付的管理单位看只涉及自己的；别人没有行，与“不存在”同样。';
create function public.case_checks(entity text, entity_id bigint)
returns table (code text, level text, sentence text, evidence jsonb)
language sql stable security invoker set search_path = ''
begin atomic select c.code, c.level, c.sentence, c.evidence from private.case_checks(entity, entity_id) c; end;
comment on function public.case_checks(text, bigint) is
  '核对结果（R38），看的时候现算。entity：order、redemption、certification、payee_account。level：green 相符，amber 须人判断；evidence 是依据的清单，金额为分。';
grant execute on function private.case_checks(text, bigint), public.case_checks(text, bigint) to authenticated;

create table public.decision_checks (
  id bigint generated always as identity primary key,
  entity text not null check (entity in ('order', 'redemption', 'certification', 'payee_account')),
  entity_id bigint not null,
  action text not null check (action in ('approve', 'check', 'pass', 'return')),
  at timestamptz not null default private.now(),
  checks jsonb not null,
  salt bytea not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$')
);
create index decision_checks_entity_idx on public.decision_checks (entity, entity_id);
comment on table public.decision_checks is
  '作决定时给审核人员看的核对结果全文（R38）；事件里有每项的颜色与 sha256（盐 ‖ 全文）。涉及别的单位，只有工作人员可读。';
comment on column public.decision_checks.salt is '摘要的盐：看得到事件的人不能由摘要猜出别的单位的名称（R51）。';
create trigger keep_forever before update or delete on public.decision_checks
  for each row execute function private.keep_forever('erasable');
alter table public.decision_checks enable row level security;
create policy decision_checks_read on public.decision_checks for select to authenticated
  using ((select private.is_staff()) and (entity <> 'payee_account' or (select private.has_role('platform'))
    or (select private.has_role('finance'))));
grant select on public.decision_checks to authenticated;

create function private.record_checks(p_entity text, p_row jsonb, p_action text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_checks jsonb;
  v_salt bytea := private.random_salt();
  v_sha text;
begin
  if p_entity not in ('order', 'redemption', 'certification', 'payee_account') then return '{}'; end if;
  select coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'level', c.level, 'sentence', c.sentence,
      'evidence', c.evidence)), '[]')
    into v_checks from private.checks_of(p_entity, p_row, true) c;
  v_sha := private.digest(v_salt, v_checks::text);
  insert into public.decision_checks (entity, entity_id, action, checks, salt, sha256)
  values (p_entity, (p_row ->> 'id')::bigint, p_action, v_checks, v_salt, v_sha);
  return jsonb_build_object('checks', (select coalesce(jsonb_object_agg(c ->> 'code', c ->> 'level'), '{}')
    from jsonb_array_elements(v_checks) c),
    'checks_sha256', v_sha);
end $$;
comment on function private.record_checks(text, jsonb, text)
  is '记下作决定时的核对结果，返回放进事件的内容：每项的颜色与全文的加盐摘要（R38）；没有核对的业务返回空对象。';
