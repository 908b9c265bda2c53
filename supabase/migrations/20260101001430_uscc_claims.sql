-- 统一社会信用代码归谁（R36、R38、R39）：没有通过认证的账号至多占用一个代码七天；七天之内，可以附证明主张，由省平台裁定。

create table public.uscc_claims (
  id bigint generated always as identity primary key,
  applicant_id bigint references public.organizations (id),
  institution_id bigint references public.organizations (id),
  organization_id bigint not null generated always as (coalesce(applicant_id, institution_id)) stored,
  uscc text not null check (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  holder_id bigint references public.organizations (id),
  reason text not null check (char_length(reason) between 2 and 2000),
  document_id bigint not null references public.documents (id),
  state text not null default 'submitted',
  state_since timestamptz not null default private.now(),
  filed_at timestamptz not null default private.now(),
  check (num_nonnulls(applicant_id, institution_id) = 1)
);
create index uscc_claims_applicant_id_idx on public.uscc_claims (applicant_id);
create index uscc_claims_institution_id_idx on public.uscc_claims (institution_id);
create index uscc_claims_holder_id_idx on public.uscc_claims (holder_id);
create index uscc_claims_document_id_idx on public.uscc_claims (document_id);
create unique index uscc_claims_one_open on public.uscc_claims (organization_id) where state = 'submitted';
comment on table public.uscc_claims is
  '代码申请（R38、R39）：没有代码的单位附证明申请登记一个代码；代码被没有认证的账号占着的，裁定归它，原来的登记即收回代码。';
comment on column public.uscc_claims.holder_id is '申请时登记着这个代码的单位；没有人登记为空。';
comment on column public.uscc_claims.document_id is '证明文件：营业执照、法人证书等（文件用途 certificate）；占用代码的一方看不到。';
create trigger keep_claim before update or delete on public.uscc_claims
  for each row execute function private.keep_columns('state', 'state_since', 'reason', 'organization_id');
create trigger check_transition before insert or update of state on public.uscc_claims
  for each row execute function private.check_transition('uscc_claim');

alter table public.uscc_claims enable row level security;
create policy uscc_claims_read on public.uscc_claims for select to authenticated using (
  organization_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.uscc_claims to authenticated;
drop policy documents_read on public.documents;
create policy documents_read on public.documents for select to authenticated using (
  owner_id = any ((select private.my_orgs())::bigint[])
  or exists (select 1 from public.order_documents l where l.document_id = documents.id)
  or exists (select 1 from public.redemption_documents l where l.document_id = documents.id)
  or exists (select 1 from public.certification_documents l where l.document_id = documents.id)
  or exists (select 1 from public.payee_accounts l where l.document_id = documents.id)
  or exists (select 1 from public.uscc_claims l where l.document_id = documents.id));

insert into public.workflow_entities values ('uscc_claim', 'uscc_claims', '代码申请');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('uscc_claim', 'submitted', '待裁定', 'platform', '省平台核对证明，裁定这个代码归谁。', 'review_working_days', true, 1),
  ('uscc_claim', 'given', '已登记', null, '这个代码已登记在本单位名下，请尽快提交认证。', null, false, 2),
  ('uscc_claim', 'refused', '未予登记', null, '理由见原因；有新的证明可以再申请。', null, false, 3);

insert into private.refusals (code, http_status, message, hint) values
  ('USCC_RELEASED', 409, '本单位的统一社会信用代码已被收回。', '请先到“单位资料”填写本单位自己的代码，再提交；草稿和文件都还在。'),
  ('USCC_STATED', 409, '本单位已有统一社会信用代码。', '代码有误的，请联系省平台更正。'),
  ('USCC_CERTIFIED', 409, '已认证的单位补登代码须经省平台核对。', '请到“单位资料”附证明文件申请登记。'),
  ('USCC_CLAIM_OPEN', 409, '本单位申请登记的代码正在裁定。', '请等待省平台裁定。'),
  ('USCC_NO_ORGANIZATION', 403, '只有用户单位、管理单位登记代码。', '请以本单位的身份办理。');

-- ── 一个代码占用到什么时候 ──────────────────────────────────────────────
create function private.uscc_held_until(p_org public.organizations) returns timestamptz
language sql stable security definer set search_path = ''
as $$
  select case when exists (select 1 from public.certifications c where c.organization_id = p_org.id
      and (c.state = 'approved' or (c.state = 'submitted' and c.created_at < x.free_at))) then 'infinity'
    else x.free_at end
  from (select coalesce(p_org.uscc_changed_at, p_org.created_at) + interval '7 days' as free_at) x
$$;
comment on function private.uscc_held_until(public.organizations) is
  '一条登记占用它的代码到何时：通过过认证的一直；七天之内提交的认证还在审核的，到审完；其余七天。';

create function private.uscc_taken(p_org public.organizations) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.refuse('USCC_TAKEN', 'uscc', case
    when exists (select 1 from public.certifications c where c.organization_id = p_org.id and c.state = 'approved')
      then null
    else '登记它的账号还没有通过认证。代码是您单位的：先不填代码登记，再到“单位资料”附营业执照等证明申请，由省平台裁定'
      || case when isfinite(private.uscc_held_until(p_org)) then '；或在 '
        || to_char(private.uscc_held_until(p_org) at time zone 'Asia/Shanghai', 'FMMM"月"FMDD"日" HH24:MI')
        || ' 之后直接用它登记。' else '。' end end);
end $$;
comment on function private.uscc_taken(public.organizations) is '拒绝：代码在别的登记名下，写明该怎么办。';

create function private.release_uscc(p_organization_id bigint, p_details jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_kind text;
begin
  update public.organizations set uscc = null, uscc_changed_at = private.now() where id = p_organization_id
    returning kind into v_kind;
  perform private.append_event('organization', p_organization_id, 'release_uscc', null, null, null, p_details,
    'system', '系统', case when v_kind = 'applicant' then p_organization_id end,
    case when v_kind = 'institution' then p_organization_id end);
  insert into public.notifications (organization_id, kind, entity, entity_id, title, body)
  -- 链接到“单位资料”：代码在那里填写。
  values (p_organization_id, 'turn', 'uscc_claim', 0, '统一社会信用代码已收回',
    '登记后七天没有通过认证，或省平台裁定它属于别的单位。请到“单位资料”填写本单位自己的代码；填写之前不能提交业务，草稿和文件都还在。');
end $$;
comment on function private.release_uscc(bigint, jsonb) is
  '收回一条登记的代码：留事件、告诉它；草稿不动，但在填写自己的代码之前什么也不能提交。p_details：为什么。';

create function private.take_uscc(p_kind text, p_uscc text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.organizations;
begin
  select o.* into v from public.organizations o where o.kind = p_kind and o.uscc = p_uscc for update;
  if v.id is null then return; end if;
  if private.uscc_held_until(v) > private.now() then perform private.uscc_taken(v); end if;
  perform private.release_uscc(v.id, jsonb_build_object('why', 'not_certified_in_time'));
end $$;
comment on function private.take_uscc(text, text) is
  '要用一个代码：没有人用、或占用已满期的可以，满期的随即收回；其余拒绝（USCC_TAKEN）。同时来的，后到的由唯一约束拒绝。';

create function private.my_unstated() returns public.organizations
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.organizations;
begin
  select o.* into v from public.organizations o where o.id = (private.my_orgs())[1]
    and o.kind in ('applicant', 'institution') for update;
  if v.id is null then perform private.refuse('USCC_NO_ORGANIZATION'); end if;
  if v.uscc is not null then perform private.refuse('USCC_STATED', 'uscc'); end if;
  if exists (select 1 from public.uscc_claims c where c.organization_id = v.id and c.state = 'submitted') then
    perform private.refuse('USCC_CLAIM_OPEN');
  end if;
  return v;
end $$;
comment on function private.my_unstated() is '我代表的、还没有代码也没有代码申请的单位，加行锁；其余拒绝。';

create function private.set_uscc(p_organization_id bigint, p_uscc text, p_details jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.organizations;
begin
  begin
    update public.organizations set uscc = p_uscc, uscc_changed_at = private.now() where id = p_organization_id
      returning * into v;
  exception when unique_violation then perform private.refuse('USCC_TAKEN', 'uscc');
  end;
  perform private.append_event('organization', v.id, 'state_uscc', null, null, null, p_details, v.kind, v.name,
    case when v.kind = 'applicant' then v.id end, case when v.kind = 'institution' then v.id end);
end $$;
comment on function private.set_uscc(bigint, text, jsonb) is '给一条登记写上代码并留事件；别人同时写上的拒绝。';

create function private.state_uscc(p_request_id uuid, p_uscc text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('state_uscc', p_uscc)::text);
  v public.organizations;
  v_uscc text;
begin
  if v_done is not null then return v_done; end if;
  v := private.my_unstated();
  if exists (select 1 from public.certifications c where c.organization_id = v.id and c.state = 'approved') then
    perform private.refuse('USCC_CERTIFIED');
  end if;
  v_uscc := private.read_uscc(jsonb_build_object('uscc', p_uscc), 'uscc', true);
  perform private.take_uscc(v.kind, v_uscc);
  perform private.set_uscc(v.id, v_uscc, '{}');
  return private.end_request(p_request_id, jsonb_build_object('uscc', v_uscc));
end $$;
comment on function private.state_uscc(uuid, text) is
  '没有代码的单位填写自己的代码（代码被收回之后，或登记时没有填）；与登记时同样的规则，七天之内须提交认证。拒绝：已有代码、已认证、正在裁定、代码在别的登记名下。';
create function public.state_uscc(uscc text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.state_uscc(request_id, uscc); end;
comment on function public.state_uscc(text, uuid) is '没有代码的单位填写自己的统一社会信用代码（R38）。';

-- ── 主张与裁定 ──────────────────────────────────────────────────────────
create function private.claim_uscc(p_request_id uuid, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('claim_uscc', p_payload)::text);
  v_org public.organizations;
  v_holder public.organizations;
  v_uscc text;
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  v_org := private.my_unstated();
  v_uscc := private.read_uscc(p_payload, 'uscc', true);
  select o.* into v_holder from public.organizations o where o.kind = v_org.kind and o.uscc = v_uscc;
  if exists (select 1 from public.certifications c where c.organization_id = v_holder.id and c.state = 'approved') then
    perform private.uscc_taken(v_holder);
  end if;
  if coalesce(p_payload ->> 'document_id', '') !~ '^[0-9]{1,15}$' then
    perform private.refuse('FIELD_REQUIRED', 'document_id', '请上传营业执照、法人证书等证明文件。');
  end if;
  perform private.check_document((p_payload ->> 'document_id')::bigint, array['certificate'], v_org.id);
  begin
    insert into public.uscc_claims (applicant_id, institution_id, uscc, holder_id, reason, document_id)
    values (case when v_org.kind = 'applicant' then v_org.id end,
      case when v_org.kind = 'institution' then v_org.id end, v_uscc, v_holder.id,
      private.read_text(p_payload, 'reason', 2, 2000, true), (p_payload ->> 'document_id')::bigint)
    returning id into v_id;
  exception when unique_violation then perform private.refuse('USCC_CLAIM_OPEN');
  end;
  perform private.append_event('uscc_claim', v_id, 'file', null, 'submitted', null, '{}', v_org.kind, v_org.name,
    case when v_org.kind = 'applicant' then v_org.id end, case when v_org.kind = 'institution' then v_org.id end);
  return private.end_request(p_request_id,
    jsonb_build_object('entity', 'uscc_claim', 'id', v_id, 'state', 'submitted'));
end $$;
comment on function private.claim_uscc(uuid, jsonb) is
  '没有代码的单位附证明申请登记一个代码（R38、R39）。payload：uscc、reason、document_id（已核验，用途 certificate）。'
  '拒绝：已有代码、已有一件正在裁定、代码在通过过认证的单位名下、各栏不合。';
create function public.claim_uscc(payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.claim_uscc(request_id, payload); end;
comment on function public.claim_uscc(jsonb, uuid) is '附证明申请登记一个统一社会信用代码，由省平台裁定（R38、R39）。';

create function private.guard_uscc_claim(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when exists (select 1 from public.organizations o where o.uscc = p_row ->> 'uscc'
      and o.id = any (private.orgs_of((select auth.uid())))) then 'OWN_ORGANIZATION' end)
$$;
comment on function private.guard_uscc_claim(jsonb, jsonb) is '条件：裁定的人与两方都无关（R39）。';

create function private.effect_give_uscc(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org public.organizations;
  v_holder public.organizations;
begin
  select o.* into v_org from public.organizations o where o.id = (p_row ->> 'organization_id')::bigint for update;
  if v_org.uscc is not null then perform private.refuse('USCC_STATED'); end if;
  -- 此刻的占用者，不一定是申请时的那一个。
  select o.* into v_holder from public.organizations o where o.kind = v_org.kind and o.uscc = p_row ->> 'uscc'
    for update;
  if exists (select 1 from public.certifications c where c.organization_id = v_holder.id and c.state = 'approved') then
    perform private.uscc_taken(v_holder);
  end if;
  if v_holder.id is not null then
    perform private.release_uscc(v_holder.id,
      jsonb_build_object('why', 'claim', 'claim_id', (p_row ->> 'id')::bigint));
  end if;
  perform private.set_uscc(v_org.id, p_row ->> 'uscc', jsonb_build_object('claim_id', (p_row ->> 'id')::bigint));
  return jsonb_build_object('details', jsonb_build_object('released_id', v_holder.id));
end $$;
comment on function private.effect_give_uscc(jsonb, jsonb) is
  '效果：代码归申请的单位，占用的一方收回代码；占用者已通过认证的拒绝（R38）。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('uscc_claim', 'submitted', 'give', 'given', 'platform', '登记给申请单位', false, 'guard_uscc_claim', 'effect_give_uscc'),
  ('uscc_claim', 'submitted', 'refuse', 'refused', 'platform', '不予登记', true, 'guard_uscc_claim', null);

create function public.decide_uscc_claim(claim_id bigint, action text, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('uscc_claim', claim_id, case when action in ('give', 'refuse') then action end, request_id,
    jsonb_build_object('reason', reason));
end;
comment on function public.decide_uscc_claim(bigint, text, text, uuid) is
  '省平台裁定一件代码申请（R38、R39）。action：give 登记给申请单位、refuse 不予登记（须写原因）。';
grant execute on function private.state_uscc(uuid, text), public.state_uscc(text, uuid),
  private.claim_uscc(uuid, jsonb), public.claim_uscc(jsonb, uuid),
  public.decide_uscc_claim(bigint, text, text, uuid) to authenticated;
