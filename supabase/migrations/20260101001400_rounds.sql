-- 季度汇总、纸质材料、专家评审、两厅确认（R25–R28、R30）。

create table public.paper_packs (
  id bigint generated always as identity primary key,
  round_id bigint not null references public.rounds (id),
  institution_id bigint not null references public.organizations (id),
  state text not null default 'not_printed',
  state_since timestamptz not null default private.now(),
  unique (round_id, institution_id)
);
create index paper_packs_institution_id_idx on public.paper_packs (institution_id);
comment on table public.paper_packs is '纸质材料（R26）：每季度每个管理单位一份；归存前该单位的兑付等待。';

create table public.experts (
  user_id uuid primary key references auth.users (id) on delete cascade,
  organization_id bigint references public.organizations (id),
  title text not null default ''
);
create index experts_organization_id_idx on public.experts (organization_id);
comment on table public.experts is '评审专家及其所在单位（回避用，R27）。';

create table public.expert_assignments (
  redemption_id bigint not null references public.redemptions (id),
  expert_id uuid not null references public.experts (user_id),
  conflict_reason text check (char_length(conflict_reason) between 2 and 2000),
  primary key (redemption_id, expert_id)
);
create index expert_assignments_expert_id_idx on public.expert_assignments (expert_id);
comment on table public.expert_assignments is '评审分配（R27）：conflict_reason 非空表示已申报回避，由他人替补。';

create table public.expert_votes (
  redemption_id bigint not null,
  expert_id uuid not null,
  verdict text not null check (verdict in ('yes', 'no')),
  reason text check (char_length(reason) <= 2000),
  at timestamptz not null default private.now(),
  primary key (redemption_id, expert_id),
  foreign key (redemption_id, expert_id) references public.expert_assignments (redemption_id, expert_id),
  check (verdict = 'yes' or coalesce(char_length(reason), 0) >= 2)
);
comment on table public.expert_votes is '专家意见（R27）：同意或不同意，不同意须写理由；评审结束前互不可见。';

alter table public.paper_packs enable row level security;
alter table public.experts enable row level security;
alter table public.expert_assignments enable row level security;
alter table public.expert_votes enable row level security;

create function private.my_institutions_as_recommender() returns bigint[]
language sql stable security definer set search_path = ''
as $$ select coalesce(array_agg(o.id), '{}') from public.organizations o where o.recommender_id = any (private.my_orgs()) $$;
comment on function private.my_institutions_as_recommender() is '我作为推荐单位所推荐的管理单位。';
create function private.my_review_items() returns bigint[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(a.redemption_id), '{}') from public.expert_assignments a join public.redemptions r on r.id = a.redemption_id join public.rounds q on q.id = r.round_id
  where a.expert_id = (select auth.uid()) and a.conflict_reason is null and q.state = 'in_review' and private.has_role('expert')
$$;
comment on function private.my_review_items() is '我正在评审的兑付申请；评审一结束即为空（R27）。';
create function private.my_review_orders() returns bigint[]
language sql stable security definer set search_path = ''
as $$ select coalesce(array_agg(r.order_id), '{}') from public.redemptions r where r.id = any (private.my_review_items()) $$;
comment on function private.my_review_orders() is '我正在评审的订单。';
create function private.my_review_documents() returns bigint[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(d.id), '{}') from (
    select od.document_id as id from public.order_documents od where od.order_id = any (private.my_review_orders())
    union select rd.document_id from public.redemption_documents rd where rd.redemption_id = any (private.my_review_items())) d
$$;
comment on function private.my_review_documents() is '我正在评审的材料。';
grant execute on function private.my_institutions_as_recommender(), private.my_review_items(), private.my_review_orders(), private.my_review_documents() to authenticated;

create policy paper_packs_read on public.paper_packs for select to authenticated using (
  institution_id = any ((select private.my_orgs())::bigint[]) or institution_id = any ((select private.my_institutions_as_recommender())::bigint[]) or (select private.is_staff()));
create policy experts_read on public.experts for select to authenticated using (user_id = (select auth.uid()) or (select private.is_staff()));
create policy expert_assignments_read on public.expert_assignments for select to authenticated using (expert_id = (select auth.uid()) or (select private.is_staff()));
-- 评审中只见自己的意见；工作人员在评审结束后才见（R27）。
create policy expert_votes_read on public.expert_votes for select to authenticated using (
  expert_id = (select auth.uid())
  or ((select private.is_staff()) and exists (select 1 from public.redemptions r join public.rounds q on q.id = r.round_id where r.id = expert_votes.redemption_id and q.state <> 'in_review')));
grant select on public.paper_packs, public.experts, public.expert_assignments, public.expert_votes to authenticated;

drop policy redemptions_read on public.redemptions;
create policy redemptions_read on public.redemptions for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[]) or institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff())
  or id = any ((select private.my_review_items())::bigint[]));
drop policy orders_read on public.orders;
create policy orders_read on public.orders for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
  or (institution_id = any ((select private.my_orgs())::bigint[]) and submitted_at is not null)
  or (submitted_at is not null and (select private.is_staff()))
  or id = any ((select private.my_review_orders())::bigint[]));
-- 工作人员只看已附到业务的文件：草稿所用的仍是本单位自己的（R34）。
drop policy documents_read on public.documents;
create policy documents_read on public.documents for select to authenticated using (
  owner_id = any ((select private.my_orgs())::bigint[]) or applicant_id = any ((select private.my_orgs())::bigint[])
  or institution_id = any ((select private.my_orgs())::bigint[]) or (attached_at is not null and (select private.is_staff()))
  or id = any ((select private.my_review_documents())::bigint[]));

insert into public.workflow_entities values ('paper_pack', 'paper_packs', '纸质材料');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('paper_pack', 'not_printed', '未打印', 'institution', '下载并打印本季度材料，加盖单位公章。', null, true, 1),
  ('paper_pack', 'printed', '已打印盖章', 'institution', '报送推荐单位。', null, false, 2),
  ('paper_pack', 'sent', '已报送推荐单位', 'recommender', '推荐单位核对盖章材料。', null, false, 3),
  ('paper_pack', 'recommender_approved', '推荐单位审核通过', 'recommender', '报送省科技厅。', null, false, 4),
  ('paper_pack', 'recommender_returned', '推荐单位退回', 'institution', '请按意见重新打印盖章。', null, false, 5),
  ('paper_pack', 'forwarded', '已报送省科技厅', 'platform', '省平台归存。', null, false, 6),
  ('paper_pack', 'archived', '已归存', null, '材料已归存。', null, false, 7);

create function private.effect_pack_archive(p_row jsonb, p_payload jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  update public.redemptions set papers_archived = true where round_id = (p_row ->> 'round_id')::bigint and institution_id = (p_row ->> 'institution_id')::bigint;
  select '{}'::jsonb
$$;
comment on function private.effect_pack_archive(jsonb, jsonb) is '效果：归存后该单位本季度的兑付可以办理（R26）。';
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard, effect) values
  ('paper_pack', 'not_printed', 'print', 'printed', 'institution', '已打印盖章', false, null, null),
  ('paper_pack', 'printed', 'send', 'sent', 'institution', '已报送推荐单位', false, null, null),
  ('paper_pack', 'sent', 'approve', 'recommender_approved', 'recommender', '审核通过', false, 'guard_not_own', null),
  ('paper_pack', 'sent', 'return', 'recommender_returned', 'recommender', '退回', true, 'guard_not_own', null),
  ('paper_pack', 'recommender_returned', 'print', 'printed', 'institution', '已重新打印盖章', false, null, null),
  ('paper_pack', 'recommender_approved', 'forward', 'forwarded', 'recommender', '已报送省科技厅', false, 'guard_not_own', null),
  ('paper_pack', 'forwarded', 'archive', 'archived', 'platform', '归存', false, 'guard_not_own', 'effect_pack_archive');
create trigger check_transition before insert or update of state on public.paper_packs for each row execute function private.check_transition('paper_pack');
create trigger check_transition before insert or update of state on public.rounds for each row execute function private.check_transition('round');

insert into private.refusals (code, http_status, message, hint) values
  ('R25_QUARTER_RUNNING', 409, '本季度还没有结束。', '季度结束后才能汇总。'),
  ('R27_EXPERTS_SHORT', 409, '没有足够的、无须回避的专家。', '请补充专家名单后再发起评审。'),
  ('R27_NOT_ASSIGNED', 404, '没有找到这项评审。', '它可能不在您的评审清单中，或评审已经结束。'),
  ('R27_VOTES_MISSING', 409, '还有专家没有提交意见。', '全部意见提交后才能结束评审。'),
  ('R28_NOTICE_RUNNING', 409, '公示期还没有结束。', '公示期满后才能兑付。'),
  ('R30_ITEMS_WAITING', 409, '本季度还有没有兑付的申请。', '全部兑付或终止后才能办结。');

create function private.guard_round_close(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$ select case when private.today() <= private.quarter_end((p_row ->> 'year')::integer, (p_row ->> 'quarter')::integer) then 'R25_QUARTER_RUNNING' end $$;
comment on function private.guard_round_close(jsonb, jsonb) is '条件：季度已结束（R25）。';

create function private.effect_round_close(p_row jsonb, p_payload jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  insert into public.paper_packs (round_id, institution_id)
  select distinct r.round_id, r.institution_id from public.redemptions r where r.round_id = (p_row ->> 'id')::bigint on conflict do nothing;
  select '{}'::jsonb
$$;
comment on function private.effect_round_close(jsonb, jsonb) is '效果：为每个管理单位建立纸质材料（R26）。';

create function private.assign_expert(p_redemption_id bigint) returns boolean
language sql volatile security definer set search_path = ''
as $$
  with chosen as (
    select e.user_id from public.experts e join public.staff_roles s on s.user_id = e.user_id and s.role = 'expert'
    join public.redemptions r on r.id = p_redemption_id
    where not exists (select 1 from public.expert_assignments a where a.redemption_id = r.id and a.expert_id = e.user_id)
      -- 回避：所在单位是任何一方、与任何一方代码相同，或本人是任何一方的成员（R27）。
      and not exists (select 1 from public.organizations o, public.organizations mine where o.id in (r.applicant_id, r.institution_id)
        and mine.id = e.organization_id and (mine.id = o.id or mine.uscc = o.uscc))
      and not exists (select 1 from public.memberships m where m.user_id = e.user_id and m.organization_id in (r.applicant_id, r.institution_id))
    order by (select count(*) from public.expert_assignments a where a.expert_id = e.user_id), e.user_id limit 1),
  written as (insert into public.expert_assignments (redemption_id, expert_id) select p_redemption_id, c.user_id from chosen c returning 1)
  select exists (select 1 from written)
$$;
comment on function private.assign_expert(bigint) is '给一项申请再分配一位无须回避、任务最少的专家；没有则返回 false（R27）。';

create function private.effect_round_open_review(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint;
  v_experts integer := private.parameter((p_row ->> 'year')::integer, 'experts_per_item');
  v_items integer := 0;
begin
  if v_experts % 2 = 0 then raise exception 'experts_per_item must be odd'; end if;
  for v_id in select r.id from public.redemptions r where r.round_id = (p_row ->> 'id')::bigint and r.state = 'passed' order by r.id loop
    for i in 1 .. v_experts loop
      if not private.assign_expert(v_id) then perform private.refuse('R27_EXPERTS_SHORT'); end if;
    end loop;
    v_items := v_items + 1;
  end loop;
  return jsonb_build_object('details', jsonb_build_object('items', v_items, 'experts_per_item', v_experts));
end $$;
comment on function private.effect_round_open_review(jsonb, jsonb) is '效果：每项分配奇数位无冲突的专家（R27）。';

create function private.cast_votes(p_request_id uuid, p_votes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('votes', p_votes)::text);
  v_x jsonb;
  v_id bigint;
  v_count integer := 0;
begin
  if v_done is not null then return v_done; end if;
  if jsonb_typeof(p_votes) is distinct from 'array' or jsonb_array_length(p_votes) not between 1 and 500 then perform private.refuse('INPUT_INVALID'); end if;
  for v_x in select x from jsonb_array_elements(p_votes) x loop
    begin
      v_id := (v_x ->> 'redemption_id')::bigint;
      -- 锁住季度行：结束评审与投票不能交错。
      perform 1 from public.rounds q join public.redemptions r on r.round_id = q.id where r.id = v_id for share of q;
      if v_id is null or not v_id = any (private.my_review_items()) then perform private.refuse('R27_NOT_ASSIGNED'); end if;
      insert into public.expert_votes (redemption_id, expert_id, verdict, reason) values (v_id, (select auth.uid()), v_x ->> 'verdict', nullif(trim(v_x ->> 'reason'), ''))
      on conflict (redemption_id, expert_id) do update set verdict = excluded.verdict, reason = excluded.reason, at = private.now();
    exception when check_violation or not_null_violation or data_exception then
      perform private.refuse('REASON_REQUIRED', '意见为 yes 或 no，不同意须写理由');
    end;
    perform private.append_event('redemption_review', v_id, 'vote', null, null, null, '{}', 'expert', '评审专家', null, null);
    v_count := v_count + 1;
  end loop;
  return private.end_request(p_request_id, jsonb_build_object('votes', v_count));
end $$;
comment on function private.cast_votes(uuid, jsonb) is '专家整批提交意见（R27）：全部成功或全部不变；评审结束前可改。votes：[{redemption_id, verdict: yes|no, reason}]。';

create function private.declare_conflict(p_request_id uuid, p_redemption_id bigint, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('conflict', p_redemption_id, p_reason)::text);
begin
  if v_done is not null then return v_done; end if;
  if coalesce(char_length(trim(p_reason)), 0) not between 2 and 2000 then perform private.refuse('REASON_REQUIRED'); end if;
  if p_redemption_id is null or not p_redemption_id = any (private.my_review_items()) then perform private.refuse('R27_NOT_ASSIGNED'); end if;
  delete from public.expert_votes where redemption_id = p_redemption_id and expert_id = (select auth.uid());
  update public.expert_assignments set conflict_reason = trim(p_reason) where redemption_id = p_redemption_id and expert_id = (select auth.uid());
  if not private.assign_expert(p_redemption_id) then perform private.refuse('R27_EXPERTS_SHORT'); end if;
  perform private.append_event('redemption_review', p_redemption_id, 'conflict', null, null, trim(p_reason), '{}', 'expert', '评审专家', null, null);
  return private.end_request(p_request_id, jsonb_build_object('replaced', true));
end $$;
comment on function private.declare_conflict(uuid, bigint, text) is '专家申报回避，系统另派替补（R27）。';

create function private.guard_votes_in(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case when exists (
    select 1 from public.redemptions r join public.expert_assignments a on a.redemption_id = r.id and a.conflict_reason is null
    where r.round_id = (p_row ->> 'id')::bigint and r.state = 'passed'
      and not exists (select 1 from public.expert_votes v where v.redemption_id = r.id and v.expert_id = a.expert_id)) then 'R27_VOTES_MISSING' end
$$;
comment on function private.guard_votes_in(jsonb, jsonb) is '条件：全部意见已提交（R27）。';

create function private.effect_round_report(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_yes integer;
  v_no integer;
begin
  update public.redemptions r set expert_result = (
    select case when count(*) filter (where v.verdict = 'yes') > count(*) filter (where v.verdict = 'no') then 'yes' else 'no' end
    from public.expert_votes v where v.redemption_id = r.id)
  where r.round_id = (p_row ->> 'id')::bigint and r.state = 'passed';
  select count(*) filter (where r.expert_result = 'yes'), count(*) filter (where r.expert_result = 'no') into v_yes, v_no
    from public.redemptions r where r.round_id = (p_row ->> 'id')::bigint and r.state = 'passed';
  return jsonb_build_object('details', jsonb_build_object('yes', v_yes, 'no', v_no));
end $$;
comment on function private.effect_round_report(jsonb, jsonb) is '效果：按多数定结果，上报（R27）。';
