-- 消息与提醒（R31）：轮到谁、谁该知道，由事件和流转表得出；只有收件方看得到。

create table public.notifications (
  id bigint generated always as identity primary key,
  organization_id bigint references public.organizations (id),
  role text check (role in ('platform', 'expert', 'department', 'finance')),
  kind text not null check (kind in ('turn', 'told', 'reminder', 'system')),
  entity text not null,
  entity_id bigint not null,
  title text not null,
  body text not null default '',
  at timestamptz not null default private.now(),
  dedupe_key text unique,
  check (num_nonnulls(organization_id, role) = 1)
);
create index notifications_organization_id_idx on public.notifications (organization_id, id desc)
  where organization_id is not null;
create index notifications_role_idx on public.notifications (role, id desc) where role is not null;
comment on table public.notifications is '消息（R31）：发给一个单位或一种工作人员角色。kind：turn 轮到您办、told 进展告知、reminder 提醒、system 系统。';
comment on column public.notifications.dedupe_key is '同一提醒只发一次的键；由事件产生的消息为空。';

create table public.notification_reads (
  notification_id bigint not null references public.notifications (id),
  user_id uuid not null references auth.users (id) on delete cascade,
  at timestamptz not null default private.now(),
  primary key (notification_id, user_id)
);
create index notification_reads_user_id_idx on public.notification_reads (user_id);
comment on table public.notification_reads is '谁读过哪条消息。';

create table public.notification_mutes (
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null check (kind in ('told', 'reminder')),
  primary key (user_id, kind)
);
comment on table public.notification_mutes is '本人关掉的消息种类；轮到本人办的与系统消息不能关。';

create function private.my_mutes() returns text[]
language sql stable security definer set search_path = ''
as $$ select coalesce(array_agg(m.kind), '{}') from public.notification_mutes m
  where m.user_id = (select auth.uid()) $$;
comment on function private.my_mutes() is '当前登录者关掉的消息种类。';
grant execute on function private.my_mutes() to authenticated;

alter table public.notifications enable row level security;
alter table public.notification_reads enable row level security;
alter table public.notification_mutes enable row level security;
create policy notifications_read on public.notifications for select to authenticated using (
  (organization_id = any ((select private.my_orgs())::bigint[]) or role = any ((select private.my_roles())::text[]))
  and not kind = any ((select private.my_mutes())::text[]));
create policy notification_reads_read on public.notification_reads for select to authenticated
  using (user_id = (select auth.uid()));
create policy notification_mutes_read on public.notification_mutes for select to authenticated
  using (user_id = (select auth.uid()));
grant select on public.notifications, public.notification_reads, public.notification_mutes to authenticated;

create function private.entity_number(p_entity text, p_id bigint) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  -- 各支分开写：每支的计划各自缓存，一次只用一支。
  case p_entity
    when 'order' then return (select o.order_no || '「' || o.title || '」' from public.orders o where o.id = p_id);
    when 'redemption' then return (select r.voucher_no from public.redemptions r where r.id = p_id);
    when 'project' then return (select '「' || p.title || '」' from public.projects p where p.id = p_id);
    when 'instrument' then return (select '「' || i.name || '」' from public.instruments i where i.id = p_id);
    when 'service' then return (select '「' || s.name || '」' from public.services s where s.id = p_id);
    when 'certification' then return (select o.name
      from public.certifications c join public.organizations o on o.id = c.organization_id where c.id = p_id);
    when 'round' then return (select q.year || ' 年第 ' || q.quarter || ' 季度' from public.rounds q where q.id = p_id);
    when 'payee_account' then return (select o.name
      from public.payee_accounts a join public.organizations o on o.id = a.institution_id where a.id = p_id);
    when 'uscc_claim' then return (select c.uscc from public.uscc_claims c where c.id = p_id);
    when 'payment_list' then return (select l.list_no from public.payment_lists l where l.id = p_id);
    when 'paper_pack' then return (select q.year || ' 年第 ' || q.quarter || ' 季度'
      from public.paper_packs k join public.rounds q on q.id = k.round_id where k.id = p_id);
    when 'rectification' then return (select w.label || ' ' || private.entity_number(x.entity, x.entity_id)
      from public.rectifications x join public.workflow_entities w on w.entity = x.entity where x.id = p_id);
    when 'recovery' then return (select r.voucher_no from public.recoveries x
      join public.redemptions r on r.id = x.redemption_id where x.id = p_id);
    when 'suspension' then return (select s.from_on || ' 至 ' || s.to_on from public.suspensions s where s.id = p_id);
    else return '';
  end case;
end $$;
comment on function private.entity_number(text, bigint) is '消息标题里的编号或名称。';

create function private.notify_from_events() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.notifications (organization_id, role, kind, entity, entity_id, title, body, at)
  select distinct on (e.id, r.organization_id, r.role) r.organization_id, r.role, r.kind, e.entity, e.entity_id,
    n.label || ' ' || t.number || '：' || s.label,
    concat_ws(E'\n', nullif(s.next_step, ''), case e.action when 'deliver' then '说明：' else '原因：' end || e.reason), e.at
  from (select x.* from added x where x.from_state is distinct from x.to_state and x.entity <> 'voucher'
    -- 银行结果的更正自己写消息：状态名说不清改了什么（R45）。
    and not (x.action = 'rectify' and x.details ? 'payment_no')) e
  cross join lateral (select private.entity_number(e.entity, e.entity_id) as number offset 0) t
  join public.workflow_states s on s.entity = e.entity and s.state = e.to_state
  join public.workflow_entities n on n.entity = e.entity
  cross join lateral (
    -- 轮到谁办
    select case s.holder when 'applicant' then coalesce(e.applicant_id, e.institution_id)
      when 'institution' then e.institution_id
        when 'recommender' then (select o.recommender_id from public.organizations o
          where o.id = e.institution_id) end as organization_id,
      case when s.holder in ('platform', 'expert', 'department', 'finance') then s.holder end as role, 'turn' as kind
    where s.holder is not null and s.holder <> e.actor_role
    union all
    -- 谁该知道：订单、兑付、认证等的另一方
    select e.applicant_id, null, 'told'
      where e.entity in ('order', 'redemption', 'certification', 'project', 'suspension', 'uscc_claim')
      and e.actor_role <> 'applicant'
    union all
    select e.institution_id, null, 'told'
      where e.entity in ('order', 'redemption', 'certification', 'instrument', 'service', 'paper_pack',
        'suspension', 'payee_account', 'recovery', 'uscc_claim')
      and e.actor_role <> 'institution') r
  where num_nonnulls(r.organization_id, r.role) = 1
  order by e.id, r.organization_id, r.role, r.kind desc;
  return null;
end $$;
comment on function private.notify_from_events() is '事件 → 消息：一个地方决定轮到谁、告诉谁（R31）。';
create trigger notify after insert on public.events referencing new table as added
  for each statement execute function private.notify_from_events();

create function private.notify_role(p_role text, p_kind text, p_entity text, p_entity_id bigint, p_title text,
  p_body text, p_key text default null) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.notifications (role, kind, entity, entity_id, title, body, dedupe_key)
    values (p_role, p_kind, p_entity, p_entity_id, p_title, p_body, p_key)
  on conflict (dedupe_key) do nothing
$$;
comment on function private.notify_role(text, text, text, bigint, text, text, text) is '给一种工作人员角色发消息；带键的同一条只发一次。';

create function private.mark_notifications_read(p_ids bigint[]) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  if (select auth.uid()) is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  insert into public.notification_reads (notification_id, user_id)
  select n.id, (select auth.uid()) from public.notifications n
  where (p_ids is null or n.id = any (p_ids))
    and (n.organization_id = any (private.my_orgs()) or n.role = any (private.my_roles()))
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function private.mark_notifications_read(bigint[]) is '把自己的消息标为已读；空为全部。返回条数；别人的消息不受影响。';
create function public.mark_notifications_read(notification_ids bigint[] default null) returns integer
language sql volatile security invoker set search_path = ''
begin atomic select private.mark_notifications_read(notification_ids); end;
comment on function public.mark_notifications_read(bigint[]) is '标为已读；notification_ids 为空表示全部。';

create function private.mute_notifications(p_kind text, p_muted boolean) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if (select auth.uid()) is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  if p_kind is null or p_kind not in ('told', 'reminder')
    or p_muted is null then perform private.refuse('INPUT_INVALID', 'kind', '只能开关“进展告知”和“提醒”。'); end if;
  if p_muted then insert into public.notification_mutes (user_id, kind)
    values ((select auth.uid()), p_kind) on conflict do nothing;
  else delete from public.notification_mutes where user_id = (select auth.uid()) and kind = p_kind; end if;
  return p_muted;
end $$;
comment on function private.mute_notifications(text, boolean) is '开关一种消息；轮到本人办的不能关。';
create function public.mute_notifications(kind text, muted boolean) returns boolean
language sql volatile security invoker set search_path = ''
begin atomic select private.mute_notifications(kind, muted); end;
comment on function public.mute_notifications(text, boolean) is '开关一种消息。kind：told 进展告知、reminder 提醒。';
grant execute on function private.mark_notifications_read(bigint[]), public.mark_notifications_read(bigint[]),
  private.mute_notifications(text, boolean), public.mute_notifications(text, boolean) to authenticated;

-- ── 提醒 ────────────────────────────────────────────────────────────────
create function private.send_reminders() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_today date := private.today();
  v_count integer;
begin
  with open_cases as (
    select 'order' as entity, o.id, o.state, o.state_since, o.applicant_id, o.institution_id from public.orders o
      where o.state in ('submitted', 'platform_review', 'returned', 'awaiting_consent', 'delivered', 'disputed')
    union all select 'redemption', r.id, r.state, r.state_since, r.applicant_id, r.institution_id
      from public.redemptions r
      where r.state in ('submitted', 'returned', 're_review', 're_reported', 're_department_confirmed')
    union all select 'paper_pack', k.id, k.state, k.state_since, o.recommender_id, k.institution_id
      from public.paper_packs k join public.organizations o on o.id = k.institution_id
        where k.state not in ('forwarded', 'archived', 'moved', 'closed')
    union all select 'payee_account', a.id, a.state, a.state_since, null, a.institution_id
      from public.payee_accounts a where a.state in ('submitted', 'checked')
    union all select 'uscc_claim', c.id, c.state, c.state_since, null, null
      from public.uscc_claims c where c.state = 'submitted'
    union all select 'certification', c.id, c.state, c.state_since, null, null from public.certifications c
      where c.state = 'submitted'
    union all select 'project', p.id, p.state, p.state_since, p.organization_id, null from public.projects p
      where p.state = 'submitted'
    union all select 'instrument', i.id, i.state, i.state_since, null, i.organization_id from public.instruments i
      where i.state in ('submitted', 'edit_review')
    union all select 'service', s.id, s.state, s.state_since, null, s.organization_id from public.services s
      where s.state in ('submitted', 'edit_review')
    union all select 'rectification', x.id, x.state, x.state_since, null, null from public.rectifications x
      where x.state = 'proposed'
    union all select 'round', q.id, q.state, q.state_since, null, null from public.rounds q
      where q.state in ('in_review', 'reported', 'department_confirmed')),
  due as (select c.*, s.holder, s.label, private.due_on(c.entity, c.state, c.state_since) as due
    from open_cases c join public.workflow_states s on s.entity = c.entity and s.state = c.state
      where s.due_parameter is not null),
  wanted as (
    select case d.holder when 'applicant' then d.applicant_id when 'institution' then d.institution_id
      when 'recommender' then d.applicant_id end as organization_id,
      case when d.holder in ('platform', 'expert', 'department', 'finance') then d.holder end as role, d.entity,
        d.id as entity_id,
      case when d.due < v_today then '已超过平台服务时限：' else '时限将到：' end || private.entity_number(d.entity, d.id) || '（'
        || d.label || '）' as title,
      '平台服务时限至 ' || d.due || '。时限只作提醒，不影响任何权利。' as body,
      case when d.due < v_today then 'overdue' else 'due' end || ':' || d.entity || ':' || d.id || ':' || d.due as key
    from due d where d.due <= v_today + 1
    union all
    select v.applicant_id, null, 'order', v.order_id, '电子券 ' || v.voucher_no || ' 将在 ' || w.days || ' 日内到期',
      '请在 ' || to_char(v.expires_at at time zone 'Asia/Shanghai' - interval '1 day', 'YYYY-MM-DD')
      || ' 24:00 前确认结果并支付，逾期额度释放。',
      'expiry:' || w.days || ':' || v.id
    from public.vouchers v join (values (30), (7)) w (days) on true
    where v.state = 'unpaid' and private.now() < v.expires_at
      and private.now() >= v.expires_at - make_interval(days => w.days)
    union all
    select c.organization_id, null, 'certification', c.id, '认证将于 ' || c.valid_to || ' 到期',
      '到期后不能开始新的业务，已开始的可以办完；请提前更新证书。', 'lapse:' || c.id
    from public.certifications c
    where c.state = 'approved' and c.valid_to between v_today and v_today + 30
      and not exists (select 1 from public.certifications n where n.organization_id = c.organization_id
        and n.state = 'approved' and n.valid_to > c.valid_to)
    union all
    select null, 'platform', 'round', q.id, q.year || ' 年第 ' || q.quarter || ' 季度须在 ' || q.close_due_on || ' 前汇总',
      '到期未汇总的，系统按期汇总（R25）。', 'close:' || q.id
    from public.rounds q where q.state = 'open' and v_today > private.quarter_end(q.year, q.quarter)
      and q.close_due_on is not null
    union all
    select null, 'platform', 'round', q.id, q.year || ' 年第 ' || q.quarter || ' 季度的汇总期限无法计算',
      '放假安排尚未公布，系统不猜测；请补充 ' || (q.year + 1) || ' 年放假安排。', 'calendar:' || q.id
    from public.rounds q where q.state = 'open'
      and q.close_due_on is null and v_today > private.quarter_end(q.year, q.quarter) - 30)
  insert into public.notifications (organization_id, role, kind, entity, entity_id, title, body, dedupe_key)
  select w.organization_id, w.role, 'reminder', w.entity, w.entity_id, w.title, w.body, w.key from wanted w
    where num_nonnulls(w.organization_id, w.role) = 1
  on conflict (dedupe_key) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function private.send_reminders()
  is '每日任务（R31）：时限明日到期与已超期、电子券 30 日与 7 日内到期、认证 30 日内到期、季度汇总期限；同一件同一期限只提醒一次。返回新提醒数。';
