-- 收款账户（R42）：管理单位登记，省平台核验；更换由两人核验。账号全文只给本单位、省平台、省财政厅，而且只在要看的时候给。

create table public.payee_accounts (
  id bigint generated always as identity primary key,
  institution_id bigint not null references public.organizations (id),
  holder_name text not null check (char_length(holder_name) between 2 and 100),
  bank_name text not null check (char_length(bank_name) between 4 and 100),
  account_no text not null check (account_no ~ '^[0-9]{8,32}$'),
  bank_code text not null check (bank_code ~ '^[0-9]{12}$'),
  account_tail text not null generated always as (right(account_no, 4)) stored,
  document_id bigint not null references public.documents (id),
  replaces_id bigint references public.payee_accounts (id),
  state text not null default 'submitted',
  state_since timestamptz not null default private.now(),
  filed_at timestamptz not null default private.now()
);
create index payee_accounts_institution_id_idx on public.payee_accounts (institution_id, id desc);
create unique index payee_accounts_one_verified on public.payee_accounts (institution_id) where state = 'verified';
create unique index payee_accounts_one_open on public.payee_accounts (institution_id)
  where state in ('submitted', 'checked');
create index payee_accounts_number_key_idx on public.payee_accounts (private.identity_key(account_no, 'account'));
create index payee_accounts_document_id_idx on public.payee_accounts (document_id);
create index payee_accounts_replaces_id_idx on public.payee_accounts (replaces_id);
comment on table public.payee_accounts is
  '收款账户（R42）：户名、开户银行、账号、联行号，附证明文件。内容登记后永不改动，更换是另一行；每笔拨付指向拨付时的一行，所以账户随之定下。';
comment on column public.payee_accounts.account_no is '账号，只有数字；API 不读这一列，看全文经 payee_account_number。';
comment on column public.payee_accounts.account_tail is '账号末四位：各处显示的都是它。';
comment on column public.payee_accounts.bank_code is '联行号，12 位。';
comment on column public.payee_accounts.replaces_id is '要更换的那个账户；首次登记为空。';

create function private.keep_columns() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(old) - tg_argv::text[] = to_jsonb(new) - tg_argv::text[] then return new; end if;
  raise exception '% is append-only except for %', tg_table_name, array_to_string(tg_argv::text[], ', ');
end $$;
comment on function private.keep_columns() is '约束触发器：只有参数列出的各列会变，其余写下就不再改；一行也不能删。';
create trigger keep_account before update or delete on public.payee_accounts
  -- 末四位由账号得出，触发器里还没有算。
  for each row execute function private.keep_columns('state', 'state_since', 'account_tail');
create trigger check_transition before insert or update of state on public.payee_accounts
  for each row execute function private.check_transition('payee_account');

alter table public.payee_accounts enable row level security;
create policy payee_accounts_read on public.payee_accounts for select to authenticated using (
  institution_id = any ((select private.my_orgs())::bigint[])
    or (select private.has_role('platform')) or (select private.has_role('finance')));
grant select (id, institution_id, holder_name, bank_name, bank_code, account_tail, document_id, replaces_id, state,
  state_since, filed_at) on public.payee_accounts to authenticated;
drop policy documents_read on public.documents;
create policy documents_read on public.documents for select to authenticated using (
  owner_id = any ((select private.my_orgs())::bigint[])
  or exists (select 1 from public.order_documents l where l.document_id = documents.id)
  or exists (select 1 from public.redemption_documents l where l.document_id = documents.id)
  or exists (select 1 from public.certification_documents l where l.document_id = documents.id)
  or exists (select 1 from public.payee_accounts l where l.document_id = documents.id));

insert into public.workflow_entities values ('payee_account', 'payee_accounts', '收款账户');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('payee_account', 'submitted', '待核验', 'platform', '省平台核对账户与证明文件。', 'account_working_days', true, 1),
  ('payee_account', 'checked', '待复核', 'platform', '省平台由另一人复核更换的账户。', 'account_working_days', false, 2),
  ('payee_account', 'verified', '已核验', null, '兑付拨到这个账户。', null, false, 3),
  ('payee_account', 'returned', '已退回', 'institution', '请按意见重新登记收款账户。', null, false, 4),
  ('payee_account', 'withdrawn', '已撤回', null, '本单位撤回了这次登记。', null, false, 5),
  ('payee_account', 'replaced', '已更换', null, '已由新的账户代替；以前的拨付仍记着它。', null, false, 6);

insert into private.refusals (code, http_status, message, hint) values
  ('R42_NOT_INSTITUTION', 403, '只有管理单位登记收款账户。', '请以管理单位的身份办理。'),
  ('R42_PENDING', 409, '已有一个账户正在核验。', '请等待核验结果；填错了的，先撤回那一次登记。'),
  ('R42_ACCOUNT_NUMBER', 400, '账号不符合要求。', '账号是 8 到 32 位数字，空格与连字符可以照写。'),
  ('R42_BANK_CODE', 400, '联行号不符合要求。', '联行号是 12 位数字，可向开户银行查询。'),
  ('R42_CHECK_FIRST', 409, '更换账户由两人核验。', '请先办“初核通过”，再由省平台的另一位同事复核。'),
  ('R42_SECOND_PERSON', 403, '更换账户须由另一人复核。', '您作过这次初核；请由省平台的另一位同事复核。');

create function private.current_account(p_institution_id bigint) returns bigint
language sql stable security definer set search_path = ''
as $$ select a.id from public.payee_accounts a where a.institution_id = p_institution_id and a.state = 'verified' $$;
comment on function private.current_account(bigint) is '一个管理单位此刻已核验的收款账户；没有返回空（R42）。';

create function private.file_payee_account(p_request_id uuid, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('payee_account', p_payload)::text);
  v_org public.organizations;
  v public.payee_accounts;
begin
  if v_done is not null then return v_done; end if;
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1] and o.kind = 'institution';
  if v_org.id is null then perform private.refuse('R42_NOT_INSTITUTION'); end if;
  if private.uscc_released(v_org.id) then perform private.refuse('USCC_RELEASED'); end if;
  v.holder_name := private.read_text(p_payload, 'holder_name', 2, 100);
  v.bank_name := private.read_text(p_payload, 'bank_name', 4, 100);
  v.account_no := private.identity_key(private.read_text(p_payload, 'account_no', 1, 80), 'account');
  if coalesce(v.account_no, '') !~ '^[0-9]{8,32}$' then
    perform private.refuse('R42_ACCOUNT_NUMBER', 'account_no');
  end if;
  v.bank_code := private.identity_key(private.read_text(p_payload, 'bank_code', 1, 40), 'identifier');
  if coalesce(v.bank_code, '') !~ '^[0-9]{12}$' then perform private.refuse('R42_BANK_CODE', 'bank_code'); end if;
  if coalesce(p_payload ->> 'document_id', '') !~ '^[0-9]{1,15}$' then
    perform private.refuse('FIELD_REQUIRED', 'document_id', '请上传开户许可证、银行账户证明等证明文件。');
  end if;
  perform private.check_document((p_payload ->> 'document_id')::bigint, array['account'], v_org.id);
  begin
    insert into public.payee_accounts (institution_id, holder_name, bank_name, account_no, bank_code, document_id,
      replaces_id)
    values (v_org.id, v.holder_name, v.bank_name, v.account_no, v.bank_code, (p_payload ->> 'document_id')::bigint,
      private.current_account(v_org.id)) returning * into v;
  exception when unique_violation then perform private.refuse('R42_PENDING');
  end;
  perform private.append_event('payee_account', v.id, 'file', null, 'submitted', null,
    jsonb_build_object('replaces_id', v.replaces_id), 'institution', v_org.name, null, v_org.id);
  return private.end_request(p_request_id,
    jsonb_build_object('entity', 'payee_account', 'id', v.id, 'state', 'submitted'));
end $$;
comment on function private.file_payee_account(uuid, jsonb) is
  '管理单位登记或更换收款账户（R42）。payload：holder_name、bank_name、account_no、bank_code、document_id（已核验的证明文件，用途 account）。'
  '已有已核验账户的即为更换。拒绝：不是管理单位、已有一个正在核验、各栏不合。事件里没有账户内容。';

create function private.guard_first_account(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when p_row ->> 'replaces_id' is not null then 'R42_CHECK_FIRST' end)
$$;
comment on function private.guard_first_account(jsonb, jsonb) is '条件：首次登记的账户一人核验；更换的先初核（R42）。';
create function private.guard_changed_account(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when p_row ->> 'replaces_id' is null then 'STATE_REFUSED' end)
$$;
comment on function private.guard_changed_account(jsonb, jsonb) is '条件：只有更换的账户先初核（R42）。';
create function private.guard_second_check(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when exists (select 1 from public.events e where e.entity = 'payee_account'
      and e.entity_id = (p_row ->> 'id')::bigint and e.action = 'check' and e.actor_user = (select auth.uid()))
      then 'R42_SECOND_PERSON' end)
$$;
comment on function private.guard_second_check(jsonb, jsonb) is '条件：复核的不是初核的那个人（R42）。';

create function private.effect_account_verify(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old bigint := private.current_account((p_row ->> 'institution_id')::bigint);
begin
  if v_old is not null then perform private.system_move('payee_account', v_old, 'replace', 'replaced', null); end if;
  return jsonb_build_object('details', jsonb_build_object('replaced_id', v_old));
end $$;
comment on function private.effect_account_verify(jsonb, jsonb) is '效果：核验通过的账户代替原来的（R42）；一个单位同时只有一个已核验的账户。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('payee_account', 'submitted', 'approve', 'verified', 'platform', '核验通过', false, 'guard_first_account',
    'effect_account_verify'),
  ('payee_account', 'submitted', 'check', 'checked', 'platform', '初核通过', false, 'guard_changed_account', null),
  ('payee_account', 'checked', 'approve', 'verified', 'platform', '复核通过', false, 'guard_second_check',
    'effect_account_verify'),
  ('payee_account', 'submitted', 'return', 'returned', 'platform', '退回', true, 'guard_not_own', null),
  ('payee_account', 'checked', 'return', 'returned', 'platform', '退回', true, 'guard_not_own', null),
  ('payee_account', 'submitted', 'withdraw', 'withdrawn', 'institution', '撤回', false, null, null),
  ('payee_account', 'checked', 'withdraw', 'withdrawn', 'institution', '撤回', false, null, null),
  ('payee_account', 'verified', 'replace', 'replaced', 'system', '由新账户代替', false, null, null);

create function public.file_payee_account(payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.file_payee_account(request_id, payload); end;
comment on function public.file_payee_account(jsonb, uuid) is '管理单位登记或更换收款账户（R42）。';
create function public.advance_payee_account(account_id bigint, action text, reason text, request_id uuid)
  returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic
  select private.act('payee_account', account_id, action, request_id, jsonb_build_object('reason', reason));
end;
comment on function public.advance_payee_account(bigint, text, text, uuid) is
  '推进一次账户登记（R42）。action：approve、check、return（须写原因）、withdraw。';

create function private.payee_account_number(p_id bigint) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.payee_accounts;
begin
  select a.* into v from public.payee_accounts a where a.id = p_id
    and (a.institution_id = any (private.my_orgs()) or private.has_role('platform') or private.has_role('finance'));
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  return v.account_no;
end $$;
comment on function private.payee_account_number(bigint) is '一个收款账户的账号全文（R42）：本单位、省平台、省财政厅；别人与“不存在”同样。';
create function public.payee_account_number(account_id bigint) returns text
language sql stable security invoker set search_path = ''
begin atomic select private.payee_account_number(account_id); end;
comment on function public.payee_account_number(bigint) is '账号全文（R42）：核对时才取，平时只显示末四位。';
grant execute on function private.file_payee_account(uuid, jsonb), public.file_payee_account(jsonb, uuid),
  public.advance_payee_account(bigint, text, text, uuid), private.payee_account_number(bigint),
  public.payee_account_number(bigint) to authenticated;
