-- 认证、孵化载体与诚信承诺书（R1、R2、R4、R10、R20）。

create table public.carriers (
  id bigint generated always as identity primary key,
  name text not null unique check (char_length(name) between 2 and 100),
  kind text not null check (kind in ('incubator', 'university_science_park', 'makerspace', 'star_space', 'other')),
  level text not null check (level in ('national', 'provincial')),
  valid_from private.plausible_date not null,
  valid_to private.plausible_date,
  is_demo boolean not null default false
);
comment on table public.carriers is '省级及以上孵化载体：科技企业孵化器、大学科技园、众创空间、星创天地等（R1）。';
alter table public.carriers enable row level security;
create policy carriers_read on public.carriers for select to anon, authenticated using (true);
grant select on public.carriers to anon, authenticated;

create table public.certifications (
  id bigint generated always as identity primary key,
  organization_id bigint not null references public.organizations (id),
  kind text not null check (kind in ('high_tech_enterprise', 'tech_sme', 'startup_team', 'institution')),
  certificate_no text not null default '' check (char_length(certificate_no) <= 60),
  valid_from private.plausible_date not null,
  valid_to private.plausible_date not null,
  carrier_id bigint references public.carriers (id),
  state text not null default 'submitted',
  state_since timestamptz not null default private.now(),
  created_at timestamptz not null default private.now(),
  check (valid_to >= valid_from),
  check ((kind = 'startup_team') = (carrier_id is not null)),
  check (kind in ('startup_team', 'institution') or char_length(certificate_no) >= 6)
);
create index certifications_organization_id_idx on public.certifications (organization_id);
create index certifications_certificate_key_idx
  on public.certifications (private.identity_key(certificate_no, 'identifier')) where state = 'approved';
create index certifications_carrier_id_idx on public.certifications (carrier_id);
create unique index certifications_one_pending on public.certifications (organization_id, kind)
  where state = 'submitted';
comment on table public.certifications is '认证（R2）：一行一份证明；有效期 valid_from—valid_to（含）内且已通过才算认证。';
create function private.certification_kind_label(p_kind text) returns text
language sql immutable set search_path = ''
as $$
  select case p_kind when 'high_tech_enterprise' then '高新技术企业' when 'tech_sme' then '科技型中小企业'
    when 'startup_team' then '创新创业团队' when 'institution' then '管理单位' end
$$;
comment on function private.certification_kind_label(text) is '认证类别的屏幕名称；只在此处定义，网页用的由它生成。';
create trigger check_transition before insert or update of state on public.certifications
  for each row execute function private.check_transition('certification');

insert into public.workflow_entities values ('certification', 'certifications', '认证');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('certification', 'submitted', '待审核', 'platform', '省平台核对证明材料。', 'review_working_days', true, 1),
  ('certification', 'approved', '已通过', null, '创新券功能已开通，证书到期前请重新认证。', null, false, 2),
  ('certification', 'returned', '已退回', 'applicant', '按意见重新提交认证。', null, false, 3);
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('certification', 'submitted', 'approve', 'approved', 'platform', '通过认证', false, 'guard_certify', 'effect_certify'),
  ('certification', 'submitted', 'return', 'returned', 'platform', '退回', true, 'guard_not_own', null),
  ('certification', 'approved', 'rectify', 'submitted', 'system', '更正：撤销通过', false, null, null),
  ('certification', 'returned', 'rectify', 'submitted', 'system', '更正：撤销退回', false, null, null);

alter table public.certifications enable row level security;
create policy certifications_read on public.certifications for select to authenticated
  using (organization_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.certifications to authenticated;

create table public.certification_documents (
  certification_id bigint not null references public.certifications (id),
  document_id bigint not null references public.documents (id),
  primary key (certification_id, document_id)
);
create index certification_documents_document_id_idx on public.certification_documents (document_id);
comment on table public.certification_documents is '认证所附的证明文件，可多份；提交后不再增减（R2）。';
create trigger keep_forever before update or delete on public.certification_documents
  for each row execute function private.keep_forever();
alter table public.certification_documents enable row level security;
create policy certification_documents_read on public.certification_documents for select to authenticated
  using (exists (select 1 from public.certifications c where c.id = certification_documents.certification_id));
grant select on public.certification_documents to authenticated;

create function private.is_certified(p_org bigint, p_day date) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select exists (select 1 from public.certifications c left join public.carriers k on k.id = c.carrier_id
      where c.organization_id = p_org and c.state = 'approved' and p_day between c.valid_from and c.valid_to
        and (c.carrier_id is null or (p_day >= k.valid_from and p_day <= coalesce(k.valid_to, p_day)))));
end $$;
comment on function private.is_certified(bigint, date) is '某单位某日是否在认证有效期内（R2）；团队还要求载体有效。';

create function private.same_person(p_one public.organizations, p_other public.organizations) returns boolean
language sql immutable set search_path = ''
as $$ select p_one.id = p_other.id or coalesce(p_one.uscc = p_other.uscc, false) $$;
comment on function private.same_person(public.organizations, public.organizations) is
  '两条登记是否同一法人：同一条，或统一社会信用代码相同（同一法人可以既是用户单位又是管理单位）。';

create function private.certificate_holder(p_organization_id bigint, p_certificate_no text, p_from date, p_to date)
  returns bigint
language sql stable security definer set search_path = ''
as $$
  select c.organization_id from public.certifications c
  join public.organizations o on o.id = c.organization_id
  join public.organizations mine on mine.id = p_organization_id
  where c.state = 'approved'
    and private.identity_key(c.certificate_no, 'identifier') = private.identity_key(p_certificate_no, 'identifier')
    and c.valid_to >= greatest(p_from, private.today()) and c.valid_from <= p_to and not private.same_person(o, mine)
  limit 1
$$;
comment on function private.certificate_holder(bigint, text, date, date) is
  '哪个别的单位已用这张证书（按 identity_key 比，R36）通过认证、有效期还没有过且与给定的重叠；没有返回空（R38）。';

create function private.same_named(p_organization_id bigint) returns setof public.organizations
language sql stable security definer set search_path = ''
as $$
  select o.* from public.organizations mine
  join public.organizations o on private.identity_key(o.name, 'name') = private.identity_key(mine.name, 'name')
  where mine.id = p_organization_id and not private.same_person(o, mine)
$$;
comment on function private.same_named(bigint) is '名称相同（怎样写都算，R36）的别的单位；同一法人的另一条登记不算（R38）。';

create function private.guard_certify(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when private.uscc_released((p_row ->> 'organization_id')::bigint) then 'USCC_RELEASED' end,
    case when private.certificate_holder((p_row ->> 'organization_id')::bigint, p_row ->> 'certificate_no',
      (p_row ->> 'valid_from')::date, (p_row ->> 'valid_to')::date) is not null then 'R38_CERTIFICATE_TAKEN' end,
    case when p_payload is not null and private.visible_length(p_payload ->> 'reason') < 2
      and exists (select 1 from private.same_named((p_row ->> 'organization_id')::bigint)) then 'R38_SAME_NAME' end)
$$;
comment on function private.guard_certify(jsonb, jsonb) is
  '条件：不审本单位的认证；代码没有被收回；证书没有在别的单位有效（R38）；有同名单位的，通过须写明原因（R38）。';

create function private.effect_certify(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- 同一张证书在两个单位同时通过：后到的等前一个办完再看。
  perform pg_advisory_xact_lock(
    hashtextextended('certificate:' || private.identity_key(p_row ->> 'certificate_no', 'identifier'), 0));
  if private.certificate_holder((p_row ->> 'organization_id')::bigint, p_row ->> 'certificate_no',
    (p_row ->> 'valid_from')::date, (p_row ->> 'valid_to')::date) is not null then
    perform private.refuse('R38_CERTIFICATE_TAKEN');
  end if;
  -- 代码同时裁定给别的单位：也总有一个在先。
  perform 1 from public.organizations o where o.id = (p_row ->> 'organization_id')::bigint for share;
  if private.uscc_released((p_row ->> 'organization_id')::bigint) then perform private.refuse('USCC_RELEASED'); end if;
  return '{}';
end $$;
comment on function private.effect_certify(jsonb, jsonb) is '效果：锁住证书编号与单位再看一遍，一张证书只在一个单位有效，代码没有被收回（R38）。';

insert into private.refusals (code, http_status, message, hint) values
  ('R38_CERTIFICATE_TAKEN', 409, '这张证书已由别的单位认证，还在有效期内。', '一张证书只属于一个单位；请核对编号，确属本单位的请联系省平台。'),
  ('R38_USCC_REQUIRED', 409, '企业认证须有统一社会信用代码。', '只有创新创业团队可以没有代码；请先到“单位资料”填写本单位的代码，再提交认证。'),
  ('R38_SAME_NAME', 409, '已有同名的单位，通过须写明原因。', '请核对是不是同一单位重复登记；确实不同的，写明理由后再通过。'),
  ('R1_KIND_REFUSED', 403, '这类单位不能申请此项认证。', '用户单位可认证为高新技术企业、科技型中小企业或创新创业团队；管理单位认证为管理单位。'),
  ('R1_CERTIFICATE_EXPIRED', 409, '证书不在有效期内。', '请填写仍在有效期内的证书；已过期的请先换证。'),
  ('R2_PENDING', 409, '同类认证正在审核。', '请等待省平台审核结果，不必重复提交。');

create function private.submit_certification(p_request_id uuid, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('certification', p_payload)::text);
  v_org public.organizations;
  v_id bigint;
  v_kind text;
  v_doc text;
  v_carrier bigint;
begin
  if v_done is not null then return v_done; end if;
  v_kind := private.read_choice(p_payload, 'kind',
    array['high_tech_enterprise', 'tech_sme', 'startup_team', 'institution']);
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1];
  if v_org.id is null or (v_org.kind = 'institution') <> (v_kind = 'institution')
    or v_org.kind not in ('applicant', 'institution') then
    perform private.refuse('R1_KIND_REFUSED', 'kind');
  end if;
  if private.uscc_released(v_org.id) then perform private.refuse('USCC_RELEASED', 'uscc'); end if;
  if v_kind in ('high_tech_enterprise', 'tech_sme') and v_org.uscc is null then
    perform private.refuse('R38_USCC_REQUIRED', 'uscc');
  end if;
  begin
    if private.read_date(p_payload, 'valid_to') < private.today() then
      perform private.refuse('R1_CERTIFICATE_EXPIRED', 'valid_to');
    end if;
    if private.read_date(p_payload, 'valid_to') < private.read_date(p_payload, 'valid_from') then
      perform private.refuse('DATE_INVALID', 'valid_to', '有效期的终止日不能早于起始日。');
    end if;
    v_carrier := private.id_of(p_payload ->> 'carrier_id');
    if (v_kind = 'startup_team') <> (nullif(p_payload ->> 'carrier_id', '') is not null) then
      perform private.refuse(case when v_kind = 'startup_team' then 'FIELD_REQUIRED' else 'INPUT_INVALID' end,
        'carrier_id', '创新创业团队从名单中选择入驻的载体；其他认证不选。');
    end if;
    if v_kind = 'startup_team' and not exists (select 1 from public.carriers c where c.id = v_carrier) then
      perform private.refuse('INPUT_INVALID', 'carrier_id', '请从名单中选择入驻的载体。');
    end if;
    if private.certificate_holder(v_org.id, p_payload ->> 'certificate_no', private.read_date(p_payload, 'valid_from'),
      private.read_date(p_payload, 'valid_to')) is not null then
      perform private.refuse('R38_CERTIFICATE_TAKEN', 'certificate_no');
    end if;
    insert into public.certifications (organization_id, kind, certificate_no, valid_from, valid_to, carrier_id)
    values (v_org.id, v_kind, private.read_text(p_payload, 'certificate_no',
        case when v_kind in ('startup_team', 'institution') then 0 else 6 end, 60),
      private.read_date(p_payload, 'valid_from'), private.read_date(p_payload, 'valid_to'),
      v_carrier) returning id into v_id;
    for v_doc in select x from jsonb_array_elements_text(private.read_list(p_payload, 'documents', 20)) x loop
      perform private.check_document(private.id_of(v_doc), array['certificate'], v_org.id);
      insert into public.certification_documents (certification_id, document_id) values (v_id, private.id_of(v_doc))
      on conflict do nothing;
    end loop;
  exception
    when unique_violation then perform private.refuse('R2_PENDING');
    when check_violation or not_null_violation or foreign_key_violation
      or data_exception then perform private.refuse('INPUT_INVALID', '认证资料');
  end;
  perform private.append_event('certification', v_id, 'submit', null, 'submitted', null,
    jsonb_build_object('kind', v_kind),
    v_org.kind, v_org.name, case when v_org.kind = 'applicant' then v_org.id end,
      case when v_org.kind = 'institution' then v_org.id end);
  return private.end_request(p_request_id,
    jsonb_build_object('entity', 'certification', 'id', v_id, 'state', 'submitted'));
end $$;
comment on function private.submit_certification(uuid, jsonb)
  is '提交认证（R1、R2）。payload：kind、certificate_no、valid_from、valid_to、carrier_id（团队）、documents（证明文件编号，至多 20 份）。';
create function public.submit_certification(request_id uuid, payload jsonb) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.submit_certification(request_id, payload); end;
comment on function public.submit_certification(uuid, jsonb) is '提交认证（R2、R10、R20）。';
create function public.approve_certification(certification_id bigint, request_id uuid, reason text default null)
  returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('certification', certification_id, 'approve', request_id,
  jsonb_build_object('reason', reason)); end;
comment on function public.approve_certification(bigint, uuid, text) is '省平台通过认证（R2）；有同名单位时须附 reason（R38）。';
create function public.return_certification(certification_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act('certification', certification_id, 'return', request_id,
  jsonb_build_object('reason', reason)); end;
comment on function public.return_certification(bigint, text, uuid) is '省平台退回认证，写明原因（R2）。';
grant execute on function private.submit_certification(uuid, jsonb), public.submit_certification(uuid, jsonb),
  public.approve_certification(bigint, uuid, text), public.return_certification(bigint, text, uuid) to authenticated;

-- ── 诚信承诺书 ──────────────────────────────────────────────────────────
create table public.pledges (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('applicant', 'institution')),
  year integer not null references public.policy_years (year),
  title text not null,
  body text not null check (char_length(body) between 50 and 20000),
  unique (kind, year)
);
comment on table public.pledges is '诚信承诺书全文，逐年一版：用户（applicant）与管理单位（institution）（R4、R20）。';
create table public.pledge_signatures (
  id bigint generated always as identity primary key,
  pledge_id bigint not null references public.pledges (id),
  organization_id bigint not null references public.organizations (id),
  signed_by uuid not null,
  signed_at timestamptz not null default private.now(),
  text_sha256 text not null,
  unique (organization_id, pledge_id)
);
create index pledge_signatures_pledge_id_idx on public.pledge_signatures (pledge_id);
comment on table public.pledge_signatures is '承诺书签署：单位、全文哈希、时间（R4、R20）；只增不改。';
create trigger keep_forever before update or delete on public.pledge_signatures
  for each row execute function private.keep_forever();
alter table public.pledges enable row level security;
alter table public.pledge_signatures enable row level security;
create policy pledges_read on public.pledges for select to anon, authenticated using (true);
create policy pledge_signatures_read on public.pledge_signatures for select to authenticated
  using (organization_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.pledges to anon, authenticated;
grant select on public.pledge_signatures to authenticated;
insert into public.pledges (kind, year, title, body)
select 'applicant', y.year, '河南省科技创新券用户诚信承诺书',
  '本单位自愿申领并使用河南省科技创新券，承诺如下：一、所提交的登记、认证、项目、合同和费用资料真实、完整、有效。二、创新券只用于本单位科技研发项目中的检验检测，不用于不纳入补贴范围的事项。三、与服务机构不存在未申报的关联关系，不以任何方式套取财政资金。四、核对检测结果无误后方才支付，并配合评审、公示、审计和绩效调查。五、如有违反，愿意退回所得补助，并承担相应责任。'
from public.policy_years y
union all
select 'institution', y.year, '河南省科技创新券管理单位诚信承诺书',
  '本单位自愿为创新券用户提供检验检测服务，承诺如下：一、仪器、检测项目、资质和收费信息真实、公开并及时更新。二、按合同独立、如实开展检测，不出具虚假报告，不虚增费用。三、不与用户串通套取财政资金，如实申报关联关系。四、兑付所用的检验报告、发票等材料真实，同一发票只用于一次兑付。五、妥善保存原始记录，配合评审、公示、审计；如有违反，愿意退回所得资金，并承担相应责任。'
from public.policy_years y;

create function private.has_signed(p_org bigint, p_kind text, p_year integer) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select 1 from public.pledge_signatures s join public.pledges p on p.id = s.pledge_id
    where s.organization_id = p_org and p.kind = p_kind and p.year = p_year)
$$;
comment on function private.has_signed(bigint, text, integer) is '单位是否签过某年某种承诺书。';

create function private.sign_pledge(p_org bigint, p_pledge public.pledges) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint;
begin
  insert into public.pledge_signatures (pledge_id, organization_id, signed_by, text_sha256)
  values (p_pledge.id, p_org, (select auth.uid()), encode(sha256(convert_to(p_pledge.body, 'UTF8')), 'hex'))
  on conflict (organization_id, pledge_id) do nothing;
  select s.id into v_id from public.pledge_signatures s where s.organization_id = p_org and s.pledge_id = p_pledge.id;
  return v_id;
end $$;
comment on function private.sign_pledge(bigint, public.pledges) is '记下签署，重复签署无新效果（R4、R20）。';

insert into private.refusals (code, http_status, message, hint) values
  ('PLEDGE_REQUIRED', 409, '请先阅读并签署诚信承诺书。', '阅读全文后勾选“已阅读并同意”，再办理。'),
  ('R6_YEAR_NOT_OPEN', 409, '本年度还没有开放申领。', '本年的参数、承诺书或放假安排尚未公布；请留意通知公告。');

create function private.sign_institution_pledge(p_request_id uuid, p_pledge_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('sign', p_pledge_id)::text);
  v_org public.organizations;
  v_pledge public.pledges;
begin
  if v_done is not null then return v_done; end if;
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1] and o.kind = 'institution';
  if v_org.id is null then perform private.refuse('NOT_FOUND'); end if;
  if not private.is_certified(v_org.id, private.today()) then perform private.refuse('NOT_CERTIFIED'); end if;
  select p.* into v_pledge from public.pledges p where p.id = p_pledge_id and p.kind = 'institution'
    and p.year = private.this_year();
  if v_pledge.id is null then perform private.refuse('PLEDGE_REQUIRED'); end if;
  perform private.sign_pledge(v_org.id, v_pledge);
  perform private.append_event('organization', v_org.id, 'sign_pledge', null, null, null,
    jsonb_build_object('pledge_id', v_pledge.id),
    'institution', v_org.name, null, v_org.id);
  return private.end_request(p_request_id, jsonb_build_object('signed', true));
end $$;
comment on function private.sign_institution_pledge(uuid, bigint) is '管理单位签署承诺书，开通创新券功能（R20）。拒绝：未认证、不是本年版本。';
create function public.sign_institution_pledge(request_id uuid, pledge_id bigint) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.sign_institution_pledge(request_id, pledge_id); end;
comment on function public.sign_institution_pledge(uuid, bigint) is '管理单位签署承诺书（R20）。';
grant execute on function private.sign_institution_pledge(uuid, bigint),
  public.sign_institution_pledge(uuid, bigint) to authenticated;
