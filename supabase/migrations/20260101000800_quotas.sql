-- 创新券额度与台账（R3、R4、R5、R7）。

create table public.quotas (
  id bigint generated always as identity primary key,
  organization_id bigint not null references public.organizations (id),
  year integer not null references public.policy_years (year),
  kind text not null check (kind in ('high_tech_enterprise', 'tech_sme', 'startup_team')),
  cap_fen bigint not null check (cap_fen > 0),
  held_fen bigint not null default 0 check (held_fen >= 0),
  spent_fen bigint not null default 0 check (spent_fen >= 0),
  pledge_signature_id bigint not null references public.pledge_signatures (id),
  carried_only boolean not null default false,
  claimed_at timestamptz not null default private.now(),
  unique (organization_id, year),
  check (held_fen + spent_fen <= cap_fen)
);
create index quotas_pledge_signature_id_idx on public.quotas (pledge_signature_id);
comment on table public.quotas is '年度额度（R3）：一单位一年一份。可用 = cap − held − spent，单位分；约束保证任何时候不超。';

comment on column public.quotas.carried_only is
  '只限用于上年转入审核的订单（R7、R46）：认证已失效或正在暂停资格的单位领取的；恢复之后再领取一次即不限。';

create table public.quota_entries (
  id bigint generated always as identity primary key,
  quota_id bigint not null references public.quotas (id),
  order_id bigint,
  kind text not null check (kind in ('grant', 'hold', 'release', 'spend', 'restore', 'retake')),
  amount_fen bigint not null check (amount_fen > 0),
  at timestamptz not null default private.now()
);
create index quota_entries_quota_id_idx on public.quota_entries (quota_id);
create index quota_entries_order_id_idx on public.quota_entries (order_id);
comment on table public.quota_entries is '额度台账，只增不改：发放、占用、释放、支付、退还、收回（更正，R45），单位分；与 quotas 的余额由对账核对。';
create trigger keep_forever before update or delete on public.quota_entries
  for each row execute function private.keep_forever();

alter table public.quotas enable row level security;
alter table public.quota_entries enable row level security;
create policy quotas_read on public.quotas for select to authenticated
  using (organization_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
create policy quota_entries_read on public.quota_entries for select to authenticated
  using (exists (select 1 from public.quotas q where q.id = quota_entries.quota_id));
grant select on public.quotas, public.quota_entries to authenticated;

-- 余额与台账同在一句里改；余额不足时一行不动，返回 false。
create function private.move_quota(p_quota_id bigint, p_order_id bigint, p_kind text, p_amount_fen bigint)
  returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.quotas q set
    held_fen = q.held_fen + case p_kind when 'hold' then p_amount_fen when 'release' then -p_amount_fen
      when 'spend' then -p_amount_fen else 0 end,
    spent_fen = q.spent_fen + case when p_kind in ('spend', 'retake') then p_amount_fen
      when p_kind = 'restore' then -p_amount_fen else 0 end
  where q.id = p_quota_id
    and (p_kind not in ('hold', 'retake') or q.held_fen + q.spent_fen + p_amount_fen <= q.cap_fen);
  if not found then return false; end if;
  insert into public.quota_entries (quota_id, order_id, kind, amount_fen)
    values (p_quota_id, p_order_id, p_kind, p_amount_fen);
  return true;
end $$;
comment on function private.move_quota(bigint, bigint, text, bigint)
  is '占用 hold / 释放 release / 支付 spend / 退还 restore / 收回已退还的 retake，金额为分（R5、R7、R14、R45）。hold、retake 余额不足返回 false。';

insert into private.refusals (code, http_status, message, hint) values
  ('R4_NOT_APPLICANT', 403, '只有用户单位可以领取创新券额度。', '请用高新技术企业、科技型中小企业或创新创业团队的账号登录。');

create function private.year_missing(p_year integer) returns text
language sql stable security definer set search_path = ''
as $$
  select nullif(concat_ws('、',
    private.parameters_missing(p_year),
    case when not exists (select 1 from public.pledges p where p.year = p_year and p.kind = 'applicant')
      then '用户诚信承诺书' end,
    case when not exists (select 1 from public.pledges p where p.year = p_year and p.kind = 'institution')
      then '管理单位诚信承诺书' end,
    (select case when y.year is null or y.calendar_authoritative_until < make_date(p_year, 12, 31) then '放假安排'
        when y.calendar_missing is not null then '放假安排（' || y.calendar_missing || '）' end
      from (select 1) one left join public.policy_years y on y.year = p_year)), '')
$$;
comment on function private.year_missing(integer) is '某年度开放申领还缺什么（R6）；不缺返回空。';
create function public.year_missing(year integer) returns text
language sql stable security invoker set search_path = ''
begin atomic select private.year_missing(year); end;
comment on function public.year_missing(integer) is '某年度开放还缺什么（R6）：政策参数、承诺书、放假安排；不缺返回空。';
grant execute on function private.year_missing(integer), public.year_missing(integer) to authenticated;

create function private.is_carried(p_order_id bigint) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select 1 from public.order_submissions s where s.order_id = p_order_id and s.revision_no = 0
    and s.submitted_at < private.year_end(private.this_year() - 1));
end $$;
comment on function private.is_carried(bigint) is '订单是否上年首次提交、转入今年的（R7）。';

create function private.has_carried(p_org bigint) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select 1 from public.orders o where o.applicant_id = p_org
    and (o.state in ('submitted', 'platform_review')
      or (o.state = 'returned' and o.state_since >= private.year_end(private.this_year() - 1)))
    and private.is_carried(o.id));
end $$;
comment on function private.has_carried(bigint) is
  '用户单位有没有上年提交、仍在审核或今年退回修改的订单：有的，认证失效或暂停资格也可以为它领取今年的额度（R46）。';

create function private.claim_quota(p_request_id uuid, p_pledge_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_year integer := private.this_year();
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('claim', p_pledge_id)::text);
  v_org public.organizations;
  v_pledge public.pledges;
  v_quota public.quotas;
  v_kind text;
  v_missing text := private.year_missing(v_year);
  v_certified boolean;
  v_suspended boolean;
begin
  if v_done is not null then return v_done; end if;
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1]
    and o.kind = 'applicant' for update;
  if v_org.id is null then perform private.refuse('R4_NOT_APPLICANT'); end if;
  select q.* into v_quota from public.quotas q where q.organization_id = v_org.id and q.year = v_year;
  -- 暂停与领取同时到，总有一个在先（R46）。
  perform pg_advisory_xact_lock_shared(hashtextextended('standing:' || v_org.id, 0));
  v_certified := private.is_certified(v_org.id, private.today());
  v_suspended := private.suspended(v_org.id, private.today());
  if v_quota.carried_only and v_certified and not v_suspended then
    update public.quotas set carried_only = false where id = v_quota.id;
    perform private.append_event('quota', v_quota.id, 'claim', null, null, null,
      jsonb_build_object('year', v_year, 'carried_only', false), 'applicant', v_org.name, v_org.id, null);
  end if;
  if v_quota.id is null then
    if v_missing is not null then perform private.refuse('R6_YEAR_NOT_OPEN', '还缺：' || v_missing); end if;
    -- 同时是企业和团队只给一份（R3）：企业优先。
    -- 认证已失效的按最后有效的那一份：只为上年转入的订单（R46）。
    select c.kind into v_kind from public.certifications c
      where c.organization_id = v_org.id and c.state = 'approved'
        and c.valid_from <= private.today()
      order by least(c.valid_to, private.today()) desc,
        array_position(array['high_tech_enterprise', 'tech_sme', 'startup_team'], c.kind) limit 1;
    if v_kind is null or (not v_certified and not private.has_carried(v_org.id)) then
      perform private.refuse('NOT_CERTIFIED');
    end if;
    if v_suspended and not private.has_carried(v_org.id) then perform private.refuse('R46_SUSPENDED'); end if;
    select p.* into v_pledge from public.pledges p where p.id = p_pledge_id and p.kind = 'applicant'
      and p.year = v_year;
    if v_pledge.id is null then perform private.refuse('PLEDGE_REQUIRED'); end if;
    insert into public.quotas (organization_id, year, kind, cap_fen, carried_only, pledge_signature_id)
    values (v_org.id, v_year, v_kind,
      private.parameter(v_year, case when v_kind = 'startup_team' then 'quota_team_fen'
      else 'quota_enterprise_fen' end), not v_certified or v_suspended,
      private.sign_pledge(v_org.id, v_pledge)) returning * into v_quota;
    insert into public.quota_entries (quota_id, kind, amount_fen) values (v_quota.id, 'grant', v_quota.cap_fen);
    perform private.append_event('quota', v_quota.id, 'claim', null, null, null,
      jsonb_build_object('year', v_year, 'cap_fen', v_quota.cap_fen, 'kind', v_kind)
        || case when v_quota.carried_only then jsonb_build_object('carried_only', true) else '{}' end,
      'applicant', v_org.name, v_org.id, null);
  end if;
  return private.end_request(p_request_id,
    jsonb_build_object('quota_id', v_quota.id, 'year', v_year, 'cap_fen', v_quota.cap_fen));
end $$;
comment on function private.claim_quota(uuid, bigint)
  is '领取本年额度（R3、R4）：签承诺书即发放；重复领取无害也无效果。拒绝：非用户单位、未认证、暂停资格、年度未开放、承诺书不是本年版本。认证失效或暂停的，有上年转入的订单时可为它领取（R46）。';
create function public.claim_quota(request_id uuid, pledge_id bigint) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.claim_quota(request_id, pledge_id); end;
comment on function public.claim_quota(uuid, bigint) is '领取创新券额度（R4）。pledge_id：本年用户承诺书编号，表示已阅读并签署。';
grant execute on function private.claim_quota(uuid, bigint), public.claim_quota(uuid, bigint) to authenticated;
