-- 季度汇总、纸质材料、专家评审、两厅确认（R25–R28、R30）。

create table public.paper_packs (
  id bigint generated always as identity primary key,
  round_id bigint not null references public.rounds (id),
  institution_id bigint not null references public.organizations (id),
  state text not null default 'not_printed',
  state_since timestamptz not null default private.now(),
  opened_at timestamptz not null default private.now(),
  unique (round_id, institution_id)
);
create index paper_packs_institution_id_idx on public.paper_packs (institution_id);
comment on table public.paper_packs is '纸质材料（R26）：每季度每个管理单位一份；归存前该单位的兑付等待。';

create function public.redemption_sums(institution_id bigint)
returns table (round_id bigint, year integer, quarter integer, items integer, amount_fen bigint)
language sql stable security invoker set search_path = ''
begin atomic
  select r.round_id, q.year, q.quarter, count(*)::integer, sum(r.amount_fen)::bigint
  from public.redemptions r left join public.rounds q on q.id = r.round_id
  where r.institution_id = redemption_sums.institution_id
  group by r.round_id, q.year, q.quarter order by q.year desc nulls first, q.quarter desc;
end;
comment on function public.redemption_sums(bigint) is
  '一个管理单位的兑付申请按季度各几项、合计多少分；还没有进入季度的 round_id 为空。只算查询者看得到的。';
grant execute on function public.redemption_sums(bigint) to authenticated;

create table public.expert_assignments (
  redemption_id bigint not null references public.redemptions (id),
  expert_id uuid not null references public.experts (user_id),
  panel smallint not null default 1 check (panel in (1, 2)),
  asked_at timestamptz not null default private.now(),
  no_conflict_at timestamptz,
  conflict_reason text check (char_length(conflict_reason) between 2 and 2000),
  replaced_reason text check (char_length(replaced_reason) between 2 and 2000),
  active boolean not null generated always as (conflict_reason is null and replaced_reason is null) stored,
  primary key (redemption_id, expert_id),
  check (num_nonnulls(conflict_reason, replaced_reason) <= 1)
);
create index expert_assignments_expert_id_idx on public.expert_assignments (expert_id);
comment on table public.expert_assignments is
  '评审分配（R27、R40）：一位专家对一项只分配一次，所以复评（panel 2）必由别的专家评。conflict_reason 非空表示已回避，replaced_reason 非空表示逾期被省平台更换。';
comment on column public.expert_assignments.asked_at is '何时起等这位专家的意见；点名退回后重新起算，平台服务时限由此算（R31）。';
comment on column public.expert_assignments.no_conflict_at is '何时声明没有利害关系；声明之前看不到材料（R40）。';

create table public.expert_votes (
  id bigint generated always as identity primary key,
  redemption_id bigint not null,
  expert_id uuid not null,
  turn integer not null,
  verdict text not null check (verdict in ('yes', 'no')),
  reason text check (char_length(reason) <= 2000),
  at timestamptz not null default private.now(),
  foreign key (redemption_id, expert_id) references public.expert_assignments (redemption_id, expert_id),
  check (verdict = 'yes' or private.visible_length(reason) >= 2)
);
create index expert_votes_item_idx on public.expert_votes (redemption_id, turn, expert_id, id desc);
comment on table public.expert_votes is
  '专家意见（R27、R40）：同意或不同意，不同意须写理由。只增不改：修改与退回后重评都另记一行，以本次（turn）最后一行为准；评审结束前互不可见。';
-- 名字排在 keep_settled 之后：办结季度的先按 R30 回答。
create trigger keep_votes before update or delete on public.expert_votes
  for each row execute function private.keep_forever('erasable');
create trigger keep_all before truncate
  on public.expert_votes for each statement execute function private.keep_forever();

create table public.vote_drafts (
  expert_id uuid not null references public.experts (user_id) on delete cascade,
  redemption_id bigint not null references public.redemptions (id),
  verdict text check (verdict in ('yes', 'no')),
  reason text not null default '' check (char_length(reason) <= 2000),
  at timestamptz not null default private.now(),
  primary key (expert_id, redemption_id)
);
create index vote_drafts_redemption_id_idx on public.vote_drafts (redemption_id);
comment on table public.vote_drafts is '没有提交的意见草稿（R40）：只有本人看得到，不在浏览器里；提交后删除。';

create table public.review_turns (
  redemption_id bigint not null references public.redemptions (id),
  turn integer not null check (turn >= 1),
  panel smallint not null check (panel in (1, 2)),
  reason text check (char_length(reason) between 2 and 2000),
  opened_at timestamptz not null default private.now(),
  closed_at timestamptz,
  result text check (result in ('yes', 'no')),
  primary key (redemption_id, turn),
  check ((closed_at is null) = (result is null))
);
comment on table public.review_turns is '每一次评审的起止与结论（R40）：点名退回时写明理由，以前的结论留在记录里。评审中的专家只由 my_reviews 得到本次的理由。';

alter table public.paper_packs enable row level security;
alter table public.expert_assignments enable row level security;
alter table public.expert_votes enable row level security;
alter table public.vote_drafts enable row level security;
alter table public.review_turns enable row level security;

create function private.my_institutions_as_recommender() returns bigint[]
language sql stable security definer set search_path = ''
as $$ select coalesce(array_agg(o.id), '{}') from public.organizations o
  where o.recommender_id = any (private.my_orgs()) $$;
comment on function private.my_institutions_as_recommender() is '我作为推荐单位所推荐的管理单位。';
create function private.my_review_items() returns bigint[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(a.redemption_id), '{}')
  from public.expert_assignments a join public.redemptions r on r.id = a.redemption_id
  where a.expert_id = (select auth.uid()) and a.active and a.no_conflict_at is not null and r.review_open
    and a.panel = r.panel and private.has_role('expert')
$$;
comment on function private.my_review_items() is
  '我正在评审、并已声明没有利害关系的兑付申请；声明之前与评审结束之后为空（R27、R40）。';
create function private.my_review_orders() returns bigint[]
language sql stable security definer set search_path = ''
as $$ select coalesce(array_agg(r.order_id), '{}') from public.redemptions r
  where r.id = any (private.my_review_items()) $$;
comment on function private.my_review_orders() is '我正在评审的订单。';
grant execute on function private.my_institutions_as_recommender(), private.my_review_items(),
  private.my_review_orders() to authenticated;

create policy paper_packs_read on public.paper_packs for select to authenticated using (
  institution_id = any ((select private.my_orgs())::bigint[])
    or institution_id = any ((select private.my_institutions_as_recommender())::bigint[])
    or (select private.is_staff()));
create policy expert_assignments_read on public.expert_assignments for select to authenticated
  using (expert_id = (select auth.uid()) or (select private.is_staff()));
create policy vote_drafts_read on public.vote_drafts for select to authenticated
  using (expert_id = (select auth.uid()) and (select private.has_role('expert')));
create policy review_turns_read on public.review_turns for select to authenticated using ((select private.is_staff()));
-- 评审中只见自己的意见；工作人员在这一项评审结束后才见（R27、R40）。
create policy expert_votes_read on public.expert_votes for select to authenticated using (
  (expert_id = (select auth.uid()) and (select private.has_role('expert')))
  or ((select private.is_staff())
    and exists (select 1 from public.redemptions r where r.id = expert_votes.redemption_id and not r.review_open)));
grant select on public.paper_packs, public.expert_assignments, public.expert_votes, public.vote_drafts,
  public.review_turns to authenticated;

-- 推荐单位核对的是盖章的纸，纸上有什么它就读到什么（R26）：经下面两个函数，不经各表；申请、订单与文件本身不给它（R34）。
create function private.pack_redemptions(p_pack_id bigint) returns setof public.redemptions
language sql stable security definer set search_path = ''
as $$
  select r.* from public.paper_packs k
  join public.redemptions r on r.papers_round_id = k.round_id and r.institution_id = k.institution_id
  where k.id = p_pack_id and cardinality(private.actors_for('paper_pack', to_jsonb(k))) > 0
$$;
comment on function private.pack_redemptions(bigint) is '一份纸质材料里的兑付申请：管理单位、它的推荐单位与工作人员；别人为空（R26）。';
create function private.pack_sums(p_pack_id bigint) returns table (items integer, amount_fen bigint)
language sql stable security definer set search_path = ''
as $$ select count(*)::integer, coalesce(sum(r.amount_fen), 0)::bigint from private.pack_redemptions(p_pack_id) r $$;
comment on function private.pack_sums(bigint) is '一份纸质材料共几项、合计多少分（R26）；看不到这份材料的为零。';
create function public.pack_sums(pack_id bigint) returns table (items integer, amount_fen bigint)
language sql stable security invoker set search_path = ''
begin atomic select s.items, s.amount_fen from private.pack_sums(pack_id) s; end;
comment on function public.pack_sums(bigint) is '一份纸质材料共几项、合计多少分（R26）：封面与大写金额用它。';

create function private.pack_sheets(p_pack_id bigint)
returns table (id bigint, voucher_no text, verify_code text, issued_at timestamptz, paid_at timestamptz,
  amount_fen bigint, applicant_name text, applicant_uscc text, order_id bigint, order_no text, title text,
  resource_name text, resource_model text, project_title text, contract_no text, contract_signed_on date,
  contract_total_fen bigint, eligible_fee_fen bigint, rate_bp integer, lines jsonb, invoices jsonb, papers jsonb)
language sql stable security definer set search_path = ''
as $$
  select r.id, r.voucher_no, v.verify_code, v.issued_at, r.paid_at, r.amount_fen, a.name, a.uscc, o.id, o.order_no,
    o.title, o.resource_name, o.resource_model, p.title, o.contract_no, o.contract_signed_on, o.contract_total_fen,
    o.eligible_fee_fen, o.rate_bp,
    (select coalesce(jsonb_agg(jsonb_build_object('line_no', l.line_no, 'description', l.description,
        'quantity', l.quantity, 'amount_fen', l.amount_fen, 'exclusion_code', l.exclusion_code) order by l.line_no),
        '[]') from public.order_fee_lines l where l.order_id = o.id),
    (select coalesce(jsonb_agg(jsonb_build_object('number', i.number, 'code', i.code, 'issued_on', i.issued_on,
        'amount_fen', i.amount_fen) order by i.number, i.code), '[]')
      from public.invoices i where i.redemption_id = r.id),
    -- 通过的是最后一次提交的文件。
    (select coalesce(jsonb_agg(jsonb_build_object('original_name', d.original_name, 'sha256', d.sha256) order by d.id),
        '[]') from public.redemption_documents l join public.documents d on d.id = l.document_id
      where l.redemption_id = r.id and l.supplement_no = r.supplement_no)
  from private.pack_redemptions(p_pack_id) r
  join public.vouchers v on v.id = r.voucher_id join public.orders o on o.id = r.order_id
  join public.organizations a on a.id = r.applicant_id join public.projects p on p.id = o.project_id
$$;
comment on function private.pack_sheets(bigint) is
  '一份纸质材料每张券的一页（R26）：印在纸上的各项，费用行、发票、最后一次提交的文件名与哈希；没有个人信息。';
create function public.pack_sheets(pack_id bigint)
returns table (id bigint, voucher_no text, verify_code text, issued_at timestamptz, paid_at timestamptz,
  amount_fen bigint, applicant_name text, applicant_uscc text, order_id bigint, order_no text, title text,
  resource_name text, resource_model text, project_title text, contract_no text, contract_signed_on date,
  contract_total_fen bigint, eligible_fee_fen bigint, rate_bp integer, lines jsonb, invoices jsonb, papers jsonb)
language sql stable security invoker set search_path = ''
begin atomic
  select s.id, s.voucher_no, s.verify_code, s.issued_at, s.paid_at, s.amount_fen, s.applicant_name, s.applicant_uscc,
    s.order_id, s.order_no, s.title, s.resource_name, s.resource_model, s.project_title, s.contract_no,
    s.contract_signed_on, s.contract_total_fen, s.eligible_fee_fen, s.rate_bp, s.lines, s.invoices, s.papers
  from private.pack_sheets(pack_id) s;
end;
comment on function public.pack_sheets(bigint) is
  '一份纸质材料每张券的一页（R26）：管理单位、它的推荐单位与工作人员。lines、invoices、papers 是清单，金额为分。';
grant execute on function private.pack_sums(bigint), public.pack_sums(bigint), private.pack_sheets(bigint),
  public.pack_sheets(bigint) to authenticated;

drop policy redemptions_read on public.redemptions;
create policy redemptions_read on public.redemptions for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
    or institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff())
  or id = any ((select private.my_review_items())::bigint[]));
drop policy orders_read on public.orders;
create policy orders_read on public.orders for select to authenticated using (
  applicant_id = any ((select private.my_orgs())::bigint[])
  or (institution_id = any ((select private.my_orgs())::bigint[]) and submitted_at is not null)
  or (submitted_at is not null and (select private.is_staff()))
  or id = any ((select private.my_review_orders())::bigint[]));

insert into public.workflow_entities values ('paper_pack', 'paper_packs', '纸质材料');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort) values
  ('paper_pack', 'not_printed', '未打印', 'institution', '管理单位下载并打印本季度材料，加盖单位公章。', 'papers_working_days', true, 1),
  ('paper_pack', 'printed', '已打印盖章', 'institution', '管理单位把盖章材料报送推荐单位。', 'papers_working_days', false, 2),
  ('paper_pack', 'sent', '已报送推荐单位', 'recommender', '推荐单位核对盖章材料。', 'papers_working_days', false, 3),
  ('paper_pack', 'recommender_approved', '推荐单位审核通过', 'recommender', '推荐单位把材料报送省科技厅。', 'papers_working_days', false, 4),
  ('paper_pack', 'recommender_returned', '推荐单位退回', 'institution', '管理单位按意见重新打印盖章。', 'papers_working_days', false, 5),
  ('paper_pack', 'forwarded', '已报送省科技厅', 'platform', '省平台归存纸质材料。', null, false, 6),
  ('paper_pack', 'archived', '已归存', null, '材料已归存。', null, false, 7),
  ('paper_pack', 'moved', '已移至以后季度', null, '材料逾期，随以后季度的材料一并报送。', null, false, 8),
  ('paper_pack', 'closed', '无须报送', null, '本季度已办结，其中没有等待兑付的，这份材料不再报送。', null, false, 9);

create function private.effect_pack_archive(p_row jsonb, p_payload jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  update public.redemptions set papers_archived = true
  where papers_round_id = (p_row ->> 'round_id')::bigint and institution_id = (p_row ->> 'institution_id')::bigint;
  select '{}'::jsonb
$$;
comment on function private.effect_pack_archive(jsonb, jsonb) is '效果：归存后该单位本季度的兑付可以办理（R26）。';
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('paper_pack', 'not_printed', 'print', 'printed', 'institution', '已打印盖章', false, null, null),
  ('paper_pack', 'printed', 'send', 'sent', 'institution', '已报送推荐单位', false, null, null),
  ('paper_pack', 'sent', 'approve', 'recommender_approved', 'recommender', '审核通过', false, 'guard_not_own', null),
  ('paper_pack', 'sent', 'return', 'recommender_returned', 'recommender', '退回', true, 'guard_not_own', null),
  ('paper_pack', 'recommender_returned', 'print', 'printed', 'institution', '已重新打印盖章', false, null, null),
  ('paper_pack', 'recommender_approved', 'forward', 'forwarded', 'recommender', '已报送省科技厅', false, 'guard_not_own',
    null),
  ('paper_pack', 'forwarded', 'archive', 'archived', 'platform', '归存', false, 'guard_not_own', 'effect_pack_archive');
-- 办结的季度里没有归存的材料，已没有一项等着它（R48）：随办结结束，不再催、不再变（R30）。
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label)
select 'paper_pack', s.state, 'close', 'closed', 'system', '季度已办结'
from public.workflow_states s where s.entity = 'paper_pack' and s.holder is not null order by s.sort;
create trigger check_transition before insert or update of state
  on public.paper_packs for each row execute function private.check_transition('paper_pack');
create trigger check_transition before insert or update of state
  on public.rounds for each row execute function private.check_transition('round');

insert into private.refusals (code, http_status, message, hint) values
  ('R25_QUARTER_RUNNING', 409, '本季度还没有结束。', '季度结束后才能汇总。'),
  ('R27_EXPERTS_SHORT', 409, '没有足够的、无须回避的专家。', '请补充专家名单后再发起评审。'),
  ('R27_NOT_ASSIGNED', 404, '没有找到这项评审。', '它可能不在您的评审清单中，或评审已经结束。'),
  ('R27_VOTES_MISSING', 409, '还有专家没有提交意见。', '全部意见提交后才能结束评审。'),
  ('R28_NOTICE_RUNNING', 409, '公示期还没有结束。', '公示期满后才能兑付。'),
  ('R30_ITEMS_WAITING', 409, '本季度还有没有兑付的申请。', '全部兑付或终止后才能办结。');

create function private.guard_round_close(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$ select case when private.today() <= private.quarter_end((p_row ->> 'year')::integer,
  (p_row ->> 'quarter')::integer) then 'R25_QUARTER_RUNNING' end $$;
comment on function private.guard_round_close(jsonb, jsonb) is '条件：季度已结束（R25）。';

create function private.effect_round_close(p_row jsonb, p_payload jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  insert into public.paper_packs (round_id, institution_id)
  select distinct r.papers_round_id, r.institution_id from public.redemptions r
    where r.papers_round_id = (p_row ->> 'id')::bigint on conflict do nothing;
  select '{}'::jsonb
$$;
comment on function private.effect_round_close(jsonb, jsonb) is '效果：为每个管理单位建立纸质材料（R26）。';
