-- 专家评审：分配与回避、声明、意见、更换与补派、结论、点名退回（R27、R40）。
-- 锁的次序：季度（共享）→ 兑付申请 → 分配。投票持共享锁，改变一项评审的各步持独占锁，所以不会交错。

insert into private.refusals (code, http_status, message, hint) values
  ('R27_CONFLICT', 409, '您与这一项的一方有利害关系，不能评审。', '请对这一项申报回避，系统另派专家。'),
  ('R40_STATE_FIRST', 409, '请先声明没有利害关系。', '声明之后材料才打开；有利害关系的请申报回避。'),
  ('R40_SENT', 409, '这一项的意见已经提交。', '提交之后不再回避或更换；评审结束前专家仍可修改自己的意见。'),
  ('R40_NOT_OVERDUE', 409, '这位专家还没有超过平台服务时限。', '超过时限仍未提交意见的，才能更换。'),
  ('R40_PANEL_FULL', 409, '这一项的专家已经够数。', '只有缺少专家的项目需要补派。'),
  ('R40_ITEMS_REQUIRED', 400, '请点名要重新评审的项目，逐项写明理由。', '只有点名的项目重新评审，其余结论不变。'),
  ('R40_NO_LATER_ROUND', 409, '没有可以移入的下一季度。', '请先建立下一政策年度，再移动这一项。');

create function private.expert_conflict(p_expert uuid, p_redemption_id bigint) returns boolean
language sql stable security definer set search_path = ''
as $$
  select x.mine && x.parties or private.kin(x.mine) && private.kin(x.parties)
  from (select private.orgs_of(p_expert) as mine, array[r.applicant_id, r.institution_id] as parties
    from public.redemptions r where r.id = p_redemption_id) x
$$;
comment on function private.expert_conflict(uuid, bigint) is '专家与一项申请的任何一方是否有利害关系（R27、R40）：分配时、声明时、投票时各查一次。';

create function private.seat_experts(p_ids bigint[]) returns void
language sql volatile security definer set search_path = ''
as $$
  with pool as materialized (
    select e.user_id, row_number() over (order by count(a.redemption_id), e.user_id) - 1 as place,
      count(*) over () as size
    from public.experts e
    join public.staff_roles s on s.user_id = e.user_id and s.role = 'expert'
    left join public.expert_assignments a on a.expert_id = e.user_id
    group by e.user_id),
  items as materialized (
    select r.id, r.panel, m.missing, sum(m.missing) over (order by r.id) - m.missing as before
    from public.redemptions r
    cross join lateral (select r.experts_needed - count(*) as missing from public.expert_assignments a
      where a.redemption_id = r.id and a.panel = r.panel and a.active) m
    where r.id = any (p_ids) and m.missing > 0)
  insert into public.expert_assignments (redemption_id, expert_id, panel)
  select i.id, c.user_id, i.panel
  -- 任务最少的在前，一席一席轮着派；利害关系只查轮得到的几位（offset 0 让排序在前、查在后）。
  from items i cross join lateral (
    select p.user_id from (
      select p.user_id from pool p
      where not exists (select 1 from public.expert_assignments a
        where a.redemption_id = i.id and a.expert_id = p.user_id)
      order by (p.place - i.before % p.size + p.size) % p.size offset 0) p
    where not private.expert_conflict(p.user_id, i.id) limit i.missing) c
$$;
comment on function private.seat_experts(bigint[]) is
  '给这些申请补足无须回避的专家，任务少的先派，轮流坐满（R27）；不够的就缺着。调用者已独占这些申请。';

create function private.seats_missing(p_id bigint) returns integer
language sql stable security definer set search_path = ''
as $$
  select greatest(r.experts_needed - count(a.expert_id), 0)::integer
  from public.redemptions r
  left join public.expert_assignments a on a.redemption_id = r.id and a.panel = r.panel and a.active
  where r.id = p_id group by r.id
$$;
comment on function private.seats_missing(bigint) is '一项评审还缺几位专家（R27、R40）。';

create function private.fill_seats(p_redemption_id bigint) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.seat_experts(array[p_redemption_id]);
  return private.seats_missing(p_redemption_id);
end $$;
comment on function private.fill_seats(bigint) is '把一项的专家补足，返回还缺几位（R27、R40）。';

create function private.tell_short(p_redemption_id bigint) returns void
language sql volatile security definer set search_path = ''
as $$
  select private.notify_role('platform', 'turn', 'redemption', r.id, '评审缺少专家：' || r.voucher_no,
    '没有无须回避的专家可派。请增补专家后补派，或把这一项移到下一季度评审。')
  from public.redemptions r where r.id = p_redemption_id
$$;
comment on function private.tell_short(bigint) is '一项评审缺少专家时告诉省平台（R40）。';

create function private.open_reviews(p_ids bigint[], p_experts integer, p_reason text) returns setof bigint
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.redemptions set review_open = true, expert_result = null, experts_needed = p_experts
    where id = any (p_ids);
  insert into public.review_turns (redemption_id, turn, panel, reason)
  select r.id, r.review_turn, r.panel, p_reason from public.redemptions r where r.id = any (p_ids)
  on conflict (redemption_id, turn) do nothing;
  -- 已在任的专家重新计时（R31）。
  update public.expert_assignments a set asked_at = private.now()
    from public.redemptions r where r.id = any (p_ids) and a.redemption_id = r.id and a.panel = r.panel and a.active;
  perform private.seat_experts(p_ids);
  return query select x from unnest(p_ids) x where private.seats_missing(x) > 0;
end $$;
comment on function private.open_reviews(bigint[], integer, text) is
  '打开这些申请的评审：定下专家数、各记一次评审、补足专家；返回缺专家的几项（R27、R40）。';

create function private.effect_round_open_review(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_round bigint := (p_row ->> 'id')::bigint;
  v_experts integer := private.parameter((p_row ->> 'year')::integer, 'experts_per_item');
  v_ids bigint[];
  v_short bigint;
  v_done integer;
  v_left integer;
begin
  select array_agg(x.id) into v_ids from (
    select r.id from public.redemptions r
    where r.round_id = v_round and r.state = 'passed' and r.expert_result is null and not r.review_open
    order by r.id limit 200 for update) x;
  select x into v_short from private.open_reviews(v_ids, v_experts, null) x limit 1;
  if v_short is not null then
    perform private.refuse('R27_EXPERTS_SHORT', (select r.voucher_no from public.redemptions r where r.id = v_short));
  end if;
  select count(*) filter (where r.review_open), count(*) filter (where not r.review_open and r.expert_result is null)
  into v_done, v_left from public.redemptions r where r.round_id = v_round and r.state = 'passed';
  return private.batch(p_row, cardinality(v_ids), v_left,
    jsonb_build_object('items', v_done, 'experts_per_item', v_experts));
end $$;
comment on function private.effect_round_open_review(jsonb, jsonb) is
  '效果：每项分配奇数位无冲突的专家（R27），一次至多 200 项；还有余下的，季度留在原状态，接着再办。';

-- ── 专家 ────────────────────────────────────────────────────────────────
create function private.lock_reviews(p_ids bigint[]) returns setof public.expert_assignments
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ids bigint[] := (select array_agg(distinct x) from unnest(p_ids) x);
begin
  perform 1 from public.rounds q where q.id in (select r.round_id from public.redemptions r where r.id = any (v_ids))
    order by q.id for share;
  perform 1 from public.redemptions r where r.id = any (v_ids) order by r.id for share;
  return query
    select a.* from public.expert_assignments a join public.redemptions r on r.id = a.redemption_id
    where a.redemption_id = any (v_ids) and a.expert_id = (select auth.uid()) and a.active and a.panel = r.panel
      and r.review_open and private.has_role('expert')
    order by a.redemption_id for update of a;
end $$;
comment on function private.lock_reviews(bigint[]) is
  '我对这些项目的在任分配，锁住：投票、声明与回避在此排队，评审结束与它们不能交错（R40）。不属于我的不在返回之列。';

create function private.state_no_conflict(p_request_id uuid, p_ids bigint[]) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('no_conflict', p_ids)::text);
  v_mine bigint[];
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  if coalesce(cardinality(p_ids), 0) not between 1 and 1000 then perform private.refuse('INPUT_INVALID'); end if;
  select array_agg(a.redemption_id) into v_mine from private.lock_reviews(p_ids) a;
  if v_mine is null or not p_ids <@ v_mine then perform private.refuse('R27_NOT_ASSIGNED'); end if;
  foreach v_id in array v_mine loop
    if private.expert_conflict((select auth.uid()), v_id) then
      perform private.refuse('R27_CONFLICT', (select r.voucher_no from public.redemptions r where r.id = v_id));
    end if;
  end loop;
  for v_id in update public.expert_assignments set no_conflict_at = private.now()
    where redemption_id = any (v_mine) and expert_id = (select auth.uid())
      and no_conflict_at is null returning redemption_id loop
    perform private.append_event('redemption_review', v_id, 'state_no_conflict', null, null, null, '{}', 'expert',
      '评审专家', null, null);
  end loop;
  return private.end_request(p_request_id, jsonb_build_object('stated', cardinality(v_mine)));
end $$;
comment on function private.state_no_conflict(uuid, bigint[]) is
  '专家声明对这些项目没有利害关系，材料从此打开（R40）；一次可声明多项。拒绝：不是我的评审；系统查到利害关系（details 为券号）。';

create function private.cast_votes(p_request_id uuid, p_votes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('votes', p_votes)::text);
  v_user uuid := (select auth.uid());
  v_ids bigint[];
  v_mine public.expert_assignments;
  v_count integer := 0;
begin
  if v_done is not null then return v_done; end if;
  if jsonb_typeof(p_votes) is distinct from 'array' or jsonb_array_length(p_votes) not between 1 and 500
    then perform private.refuse('INPUT_INVALID'); end if;
  begin
    select array_agg((x ->> 'redemption_id')::bigint) into v_ids from jsonb_array_elements(p_votes) x;
    for v_mine in select * from private.lock_reviews(v_ids) loop
      if v_mine.no_conflict_at is null then perform private.refuse('R40_STATE_FIRST'); end if;
      -- 分配之后成了一方的成员、所在单位换了上级的，到投票时再查一次。
      if private.expert_conflict(v_user, v_mine.redemption_id) then
        perform private.refuse('R27_CONFLICT', (select r.voucher_no from public.redemptions r
          where r.id = v_mine.redemption_id));
      end if;
      insert into public.expert_votes (redemption_id, expert_id, turn, verdict, reason)
      select r.id, v_user, r.review_turn, x ->> 'verdict', private.clean_text(x ->> 'reason')
      from jsonb_array_elements(p_votes) x join public.redemptions r on r.id = v_mine.redemption_id
      where (x ->> 'redemption_id')::bigint = v_mine.redemption_id;
      perform private.append_event('redemption_review', v_mine.redemption_id, 'vote', null, null, null, '{}', 'expert',
        '评审专家', null, null);
      v_count := v_count + 1;
    end loop;
  exception when check_violation or not_null_violation or data_exception then
    perform private.refuse('REASON_REQUIRED', 'reason', '每项选同意或不同意；不同意的写明理由，至少 2 个字。');
  end;
  -- 少一项、重复一项都不行：整批成功或整批不变。
  if v_count <> cardinality(v_ids) then perform private.refuse('R27_NOT_ASSIGNED'); end if;
  delete from public.vote_drafts where expert_id = v_user and redemption_id = any (v_ids);
  return private.end_request(p_request_id, jsonb_build_object('votes', v_count));
end $$;
comment on function private.cast_votes(uuid, jsonb) is
  '专家整批提交意见（R27、R40）：全部成功或全部不变；评审结束前可再提交，以最后一次为准。votes：[{redemption_id, verdict: yes|no, reason}]。拒绝：不是我的评审、没有声明、有利害关系、不同意而无理由。';

create function private.voted(p_assignment public.expert_assignments) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select 1 from public.expert_votes v join public.redemptions r on r.id = v.redemption_id
    where v.redemption_id = p_assignment.redemption_id and v.expert_id = p_assignment.expert_id
      and v.turn = r.review_turn)
$$;
comment on function private.voted(public.expert_assignments) is '这位专家在本次评审中是否已提交意见（R40）。';

create function private.declare_conflict(p_request_id uuid, p_redemption_id bigint, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('conflict', p_redemption_id, p_reason)::text);
  v_reason text;
  v_mine public.expert_assignments;
  v_short boolean;
begin
  if v_done is not null then return v_done; end if;
  v_reason := private.checked_reason(p_reason);
  -- 先独占这一项：两位专家同时回避时，替补一位一位地派。
  perform 1 from public.rounds q join public.redemptions r on r.round_id = q.id
    where r.id = p_redemption_id for share of q;
  perform 1 from public.redemptions r where r.id = p_redemption_id for update;
  select a.* into v_mine from private.lock_reviews(array[p_redemption_id]) a;
  if v_mine.redemption_id is null then perform private.refuse('R27_NOT_ASSIGNED'); end if;
  if private.voted(v_mine) then perform private.refuse('R40_SENT'); end if;
  update public.expert_assignments set conflict_reason = v_reason where redemption_id = p_redemption_id
    and expert_id = v_mine.expert_id;
  delete from public.vote_drafts where redemption_id = p_redemption_id and expert_id = v_mine.expert_id;
  v_short := private.fill_seats(p_redemption_id) > 0;
  if v_short then perform private.tell_short(p_redemption_id); end if;
  perform private.append_event('redemption_review', p_redemption_id, 'conflict', null, null, v_reason, '{}', 'expert',
    '评审专家', null, null);
  return private.end_request(p_request_id, jsonb_build_object('replaced', not v_short));
end $$;
comment on function private.declare_conflict(uuid, bigint, text) is
  '专家申报回避，提交意见之前任何时候都可以（R40）：另派替补；没有人可派时告诉省平台，返回 replaced=false。';

create function private.save_vote_drafts(p_drafts jsonb) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  if (select auth.uid()) is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  if jsonb_typeof(p_drafts) is distinct from 'array' or jsonb_array_length(p_drafts) not between 1 and 500
    then perform private.refuse('INPUT_INVALID'); end if;
  if exists (select 1 from jsonb_array_elements(p_drafts) x
    where x ->> 'redemption_id' !~ '^[0-9]{1,18}$'
      or not (x ->> 'redemption_id')::bigint = any (private.my_review_items())) then
    perform private.refuse('R27_NOT_ASSIGNED');
  end if;
  insert into public.vote_drafts (expert_id, redemption_id, verdict, reason)
  select distinct on ((x ->> 'redemption_id')::bigint) (select auth.uid()), (x ->> 'redemption_id')::bigint,
    nullif(x ->> 'verdict', ''), coalesce(x ->> 'reason', '')
  from jsonb_array_elements(p_drafts) x
  on conflict (expert_id, redemption_id) do update set verdict = excluded.verdict, reason = excluded.reason,
    at = private.now();
  get diagnostics v_count = row_count;
  return v_count;
exception when check_violation or not_null_violation or data_exception then
  perform private.refuse('INPUT_INVALID', 'drafts', '意见为同意或不同意，理由不超过 2000 字。');
  return null;
end $$;
comment on function private.save_vote_drafts(jsonb) is
  '存下没有提交的意见（R40），只有本人看得到；drafts：[{redemption_id, verdict: yes|no|空, reason}]，返回存下几项。重复执行无害。';

create function private.my_reviews()
returns table (redemption_id bigint, voucher_no text, year integer, quarter integer, re_review boolean,
  applicant_name text,
  institution_name text, stated boolean, voted boolean, sent_back_reason text, due_on date)
language sql stable security definer set search_path = ''
as $$
  with mine as (
    select r.id, r.voucher_no, r.round_id, r.panel, r.applicant_id, r.institution_id, r.review_turn, r.paid_at,
      a.no_conflict_at is not null as has_stated, a.asked_at,
      exists (select 1 from public.expert_votes v
        where v.redemption_id = r.id and v.expert_id = a.expert_id and v.turn = r.review_turn) as has_voted
    from public.expert_assignments a
    join public.redemptions r on r.id = a.redemption_id and r.panel = a.panel
    where a.expert_id = (select auth.uid()) and a.active and r.review_open and (select private.has_role('expert'))),
  dues as (select x.asked_at, private.due_on('round', 'in_review', x.asked_at) as due
    from (select distinct m.asked_at from mine m) x)
  select m.id, m.voucher_no, q.year, q.quarter, m.panel = 2, f.name, i.name, m.has_stated, m.has_voted, t.reason, d.due
  from mine m
  join dues d on d.asked_at = m.asked_at
  join public.rounds q on q.id = m.round_id
  join public.organizations f on f.id = m.applicant_id
  join public.organizations i on i.id = m.institution_id
  join public.review_turns t on t.redemption_id = m.id and t.turn = m.review_turn
  order by m.paid_at, m.voucher_no
$$;
comment on function private.my_reviews() is
  '等我评审的项目（R40）：声明之前只有双方名称，供判断有无利害关系；附本次退回的理由与平台服务时限，不含任何他人的意见与结论。';

-- ── 省平台 ──────────────────────────────────────────────────────────────
create function private.open_item(p_redemption_id bigint) returns public.redemptions
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.redemptions;
begin
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  perform 1 from public.rounds q join public.redemptions r on r.round_id = q.id
    where r.id = p_redemption_id for share of q;
  select r.* into v from public.redemptions r where r.id = p_redemption_id and r.review_open for update;
  if v.id is null then perform private.refuse('R27_NOT_ASSIGNED'); end if;
  if private.guard_not_own(to_jsonb(v), '{}') is not null then perform private.refuse('OWN_ORGANIZATION'); end if;
  return v;
end $$;
comment on function private.open_item(bigint) is '省平台独占一项正在评审的申请；不在评审中按“没有找到”回答。';

create function private.checked_reason(p_reason text) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_reason text := private.clean_text(p_reason);
begin
  if v_reason is null or private.visible_length(v_reason) < 2
    then perform private.refuse('REASON_REQUIRED', 'reason'); end if;
  if char_length(v_reason) > 2000 then perform private.refuse('TEXT_TOO_LONG', 'reason', '最多 2000 字，请缩短后重新提交。'); end if;
  return v_reason;
end $$;
comment on function private.checked_reason(text) is '洗净的理由，2–2000 字；看不见的字符不算字，不合则拒绝。';

create function private.replace_expert(p_request_id uuid, p_redemption_id bigint, p_expert_id uuid, p_reason text)
  returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('replace_expert', p_redemption_id, p_expert_id, p_reason)::text);
  v_reason text;
  v_item public.redemptions;
  v public.expert_assignments;
begin
  if v_done is not null then return v_done; end if;
  v_item := private.open_item(p_redemption_id);
  v_reason := private.checked_reason(p_reason);
  select a.* into v from public.expert_assignments a where a.redemption_id = p_redemption_id
    and a.expert_id = p_expert_id
    and a.active and a.panel = v_item.panel for update;
  if v.redemption_id is null then perform private.refuse('R27_NOT_ASSIGNED'); end if;
  if private.voted(v) then perform private.refuse('R40_SENT'); end if;
  -- 已免去的专家不能再办，不等逾期。
  if coalesce(private.due_on('round', 'in_review', v.asked_at) >= private.today(), true)
    and exists (select 1 from public.staff_roles s where s.user_id = p_expert_id and s.role = 'expert') then
    perform private.refuse('R40_NOT_OVERDUE');
  end if;
  update public.expert_assignments set replaced_reason = v_reason where redemption_id = p_redemption_id
    and expert_id = p_expert_id;
  delete from public.vote_drafts where redemption_id = p_redemption_id and expert_id = p_expert_id;
  if private.fill_seats(p_redemption_id) > 0 then perform private.refuse('R27_EXPERTS_SHORT'); end if;
  perform private.append_event('redemption_review', p_redemption_id, 'replace_expert', null, null, v_reason,
    jsonb_build_object('expert', p_expert_id), 'platform', '省平台', null, null);
  return private.end_request(p_request_id, jsonb_build_object('replaced', true));
end $$;
comment on function private.replace_expert(uuid, bigint, uuid, text) is
  '省平台更换逾期未提交意见、或已经免去的专家，写明理由（R40）：已提交的意见不动，替补由系统选；没有替补则拒绝，原专家仍在。';

create function private.add_expert(p_request_id uuid, p_redemption_id bigint, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('add_expert', p_redemption_id, p_reason)::text);
  v_reason text;
  v_item public.redemptions;
  v_had integer;
begin
  if v_done is not null then return v_done; end if;
  v_item := private.open_item(p_redemption_id);
  v_reason := private.checked_reason(p_reason);
  select count(*) into v_had from public.expert_assignments a where a.redemption_id = v_item.id
    and a.panel = v_item.panel and a.active;
  if v_had >= v_item.experts_needed then perform private.refuse('R40_PANEL_FULL'); end if;
  if private.fill_seats(v_item.id) > 0 then perform private.refuse('R27_EXPERTS_SHORT'); end if;
  perform private.append_event('redemption_review', v_item.id, 'add_expert', null, null, v_reason,
    jsonb_build_object('added', v_item.experts_needed - v_had), 'platform', '省平台', null, null);
  return private.end_request(p_request_id, jsonb_build_object('added', v_item.experts_needed - v_had));
end $$;
comment on function private.add_expert(uuid, bigint, text) is
  '省平台给缺少专家的一项补派，恢复奇数（R40）：人选由系统按回避与任务多少选，省平台不能挑人；专家名单在后台增补。';

create function private.postpone_review(p_request_id uuid, p_redemption_id bigint, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('postpone_review', p_redemption_id, p_reason)::text);
  v_reason text;
  v_item public.redemptions;
  v_from public.rounds;
  v_to public.rounds;
begin
  if v_done is not null then return v_done; end if;
  v_item := private.open_item(p_redemption_id);
  v_reason := private.checked_reason(p_reason);
  if v_item.state <> 'passed' or v_item.panel <> 1 then perform private.refuse('STATE_REFUSED'); end if;
  if private.review_complete(v_item) then perform private.refuse('STATE_REFUSED', '这一项的意见已经齐全'); end if;
  select q.* into v_from from public.rounds q where q.id = v_item.round_id;
  v_to := private.next_open_round(v_from);
  -- 意见保留：下一季度发起评审时，补足专家，等没有提交的。
  update public.redemptions set round_id = v_to.id, papers_round_id = v_to.id, review_open = false where id = v_item.id;
  perform private.append_event('redemption', v_item.id, 'postpone_review', v_item.state, v_item.state, v_reason,
    jsonb_build_object('from', v_from.year || 'Q' || v_from.quarter, 'to', v_to.year || 'Q' || v_to.quarter),
    'platform', '省平台', v_item.applicant_id, v_item.institution_id);
  return private.end_request(p_request_id,
    jsonb_build_object('round_id', v_to.id, 'year', v_to.year, 'quarter', v_to.quarter));
end $$;
comment on function private.postpone_review(uuid, bigint, text) is
  '省平台把意见不齐的一项移到下一季度评审，写明理由（R40）：已提交的意见仍然有效，材料并入下一季度。';

create function private.next_open_round(p_round public.rounds) returns public.rounds
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.rounds;
begin
  perform private.ensure_round();
  select q.* into v from public.rounds q
    where q.state = 'open' and (q.year, q.quarter) > (p_round.year, p_round.quarter)
    order by q.year, q.quarter limit 1 for update;
  if v.id is null then perform private.refuse('R40_NO_LATER_ROUND'); end if;
  return v;
end $$;
comment on function private.next_open_round(public.rounds) is '此后最早的归集中的季度，锁住；没有则先建立本季度的（R40、R48）。';

-- ── 结论 ────────────────────────────────────────────────────────────────
create function private.valid_votes(p_item public.redemptions)
returns table (expert_id uuid, verdict text, reason text)
language sql stable security definer set search_path = ''
as $$
  select distinct on (v.expert_id) v.expert_id, v.verdict, v.reason
  from public.expert_assignments a
  join public.expert_votes v on v.redemption_id = a.redemption_id and v.expert_id = a.expert_id
    and v.turn = p_item.review_turn
  where a.redemption_id = p_item.id and a.panel = p_item.panel and a.active
  order by v.expert_id, v.id desc
$$;
comment on function private.valid_votes(public.redemptions) is '一项算数的意见（R40）：在任专家在本次评审中的最后一份；回避者、被更换者与以前各次的不算。';

create function private.unfinished_reviews(p_ids bigint[]) returns setof bigint
language sql stable security definer set search_path = ''
as $$
  select r.id from public.redemptions r
  cross join lateral (
    select count(*) as experts, count(*) filter (where exists (select 1 from public.expert_votes v
      where v.redemption_id = a.redemption_id and v.turn = r.review_turn and v.expert_id = a.expert_id)) as votes
    from public.expert_assignments a where a.redemption_id = r.id and a.panel = r.panel and a.active) n
  where r.id = any (p_ids) and not (n.votes = n.experts and n.votes % 2 = 1 and n.votes >= r.experts_needed)
$$;
comment on function private.unfinished_reviews(bigint[]) is
  '其中意见还不齐全的几项：齐全即在任专家都已提交，奇数，不少于定下的人数（R40）。';

create function private.review_complete(p_item public.redemptions) returns boolean
language sql stable security definer set search_path = ''
as $$ select not exists (select 1 from private.unfinished_reviews(array[p_item.id])) $$;
comment on function private.review_complete(public.redemptions) is '一项的意见是否齐全（R40）。';

create function private.needs_care(p_item public.redemptions) returns boolean
language sql stable security definer set search_path = ''
as $$
  select p_item.experts_needed > count(*)
    or bool_or(private.due_on('round', 'in_review', a.asked_at) < private.today() and not private.voted(a))
  from public.expert_assignments a where a.redemption_id = p_item.id and a.panel = p_item.panel and a.active
$$;
comment on function private.needs_care(public.redemptions) is '一项评审是否等省平台处理：缺少专家，或有专家逾期没有提交（R40）。';

create function private.guard_votes_in(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case when exists (select 1 from private.unfinished_reviews(array(select r.id from public.redemptions r
    where r.round_id = (p_row ->> 'id')::bigint and r.state = 'passed' and r.review_open))) then 'R27_VOTES_MISSING' end
$$;
comment on function private.guard_votes_in(jsonb, jsonb) is '条件：每一项都有奇数份有效意见（R27、R40）。';

create function private.close_reviews(p_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.redemptions r set review_open = false, expert_result = (
    select case when count(*) filter (where x.verdict = 'yes') > count(*) filter (where x.verdict = 'no') then 'yes'
      else 'no' end
    from private.valid_votes(r) x) where r.id = any (p_ids);
  update public.review_turns t set closed_at = private.now(), result = r.expert_result
    from public.redemptions r where r.id = any (p_ids) and t.redemption_id = r.id and t.turn = r.review_turn;
  delete from public.vote_drafts where redemption_id = any (p_ids);
end $$;
comment on function private.close_reviews(bigint[]) is '按多数定这些申请的结论并结束评审（R27）。';

create function private.effect_round_report(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_round bigint := (p_row ->> 'id')::bigint;
  v_ids bigint[];
  v_yes integer;
  v_no integer;
  v_left integer;
begin
  select array_agg(x.id) into v_ids from (
    select r.id from public.redemptions r where r.round_id = v_round and r.state = 'passed' and r.review_open
    order by r.id limit 1000 for update) x;
  perform private.close_reviews(v_ids);
  select count(*) filter (where r.expert_result = 'yes'), count(*) filter (where r.expert_result = 'no'),
    count(*) filter (where r.review_open)
  into v_yes, v_no, v_left from public.redemptions r where r.round_id = v_round and r.state = 'passed';
  return private.batch(p_row, cardinality(v_ids), v_left, jsonb_build_object('yes', v_yes, 'no', v_no));
end $$;
comment on function private.effect_round_report(jsonb, jsonb) is
  '效果：按多数定结果，上报（R27）；没有点名退回的项目结论不变（R40）。一次至多 1000 项，余下的接着再办。';

create function private.review_anew(p_redemption_id bigint, p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.redemptions;
begin
  select r.* into v from public.redemptions r where r.id = p_redemption_id for update;
  update public.redemptions set review_turn = review_turn + 1, expert_result = null where id = v.id;
  perform private.tell_short(x) from private.open_reviews(array[v.id], v.experts_needed, p_reason) x;
  return jsonb_build_object('redemption_id', v.id, 'voucher_no', v.voucher_no, 'was', v.expert_result, 'reason',
    p_reason);
end $$;
comment on function private.review_anew(bigint, text) is
  '一项重新评审（R40）：每位专家另投一次，以前的意见与结论留在记录里；返回这一项的编号、券号、原结论与理由。';

create function private.guard_send_back(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select case when p_payload is not null and (jsonb_typeof(p_payload -> 'items') is distinct from 'array'
    or jsonb_array_length(case jsonb_typeof(p_payload -> 'items') when 'array' then p_payload -> 'items'
      else '[]' end) not between 1 and 1000)
    then 'R40_ITEMS_REQUIRED' end
$$;
comment on function private.guard_send_back(jsonb, jsonb) is '条件：退回评审须点名（R40）；只问能不能做时不查。';

create function private.effect_round_send_back(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_x jsonb;
  v_id bigint;
  v_reason text;
  v_named jsonb := '[]';
begin
  for v_x in select x from jsonb_array_elements(p_payload -> 'items') x order by x ->> 'redemption_id' loop
    v_reason := private.clean_text(v_x ->> 'reason');
    if v_x ->> 'redemption_id' !~ '^[0-9]{1,18}$' or private.visible_length(v_reason) not between 2 and 2000
      or v_reason is null then
      perform private.refuse('R40_ITEMS_REQUIRED');
    end if;
    select r.id into v_id from public.redemptions r where r.id = (v_x ->> 'redemption_id')::bigint
      and r.round_id = (p_row ->> 'id')::bigint
      and r.state = 'passed' and not r.review_open and r.expert_result is not null;
    if v_id is null then perform private.refuse('R40_ITEMS_REQUIRED', v_x ->> 'redemption_id'); end if;
    -- 理由记在 review_turns，事件里不写正文（R51）。
    v_named := v_named || (private.review_anew(v_id, v_reason) - 'reason');
  end loop;
  return jsonb_build_object('details', jsonb_build_object('items', v_named));
end $$;
comment on function private.effect_round_send_back(jsonb, jsonb) is
  '效果：点名的各项重新评审，其余结论不变（R28、R40）。payload.items：[{redemption_id, reason}]。';

create function private.review_progress(p_round_id bigint)
returns table (seat text, redemption_id bigint, voucher_no text, needed integer, lacking integer, turn integer,
  expert_id uuid, expert_name text, stated boolean, voted boolean, conflict_reason text, replaced_reason text,
  due_on date, overdue boolean, care boolean)
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  return query
    with places as (
      select r.id, r.voucher_no, r.experts_needed, r.review_turn, a.expert_id as expert, a.asked_at, a.active,
        a.no_conflict_at is not null as has_stated, a.conflict_reason as conflict, a.replaced_reason as replaced,
        exists (select 1 from public.expert_votes v
          where v.redemption_id = r.id and v.expert_id = a.expert_id and v.turn = r.review_turn) as has_voted
      from public.redemptions r
      left join public.expert_assignments a on a.redemption_id = r.id and a.panel = r.panel
      where r.round_id = p_round_id and r.review_open),
    -- 同一时刻分配的同一天到期：每个时刻只算一次工作日。
    dues as (select x.asked_at, private.due_on('round', 'in_review', x.asked_at) as due
      from (select distinct p.asked_at from places p) x),
    seats as (
      -- 已免去的专家与逾期的一样，等省平台更换。
      select p.*, d.due, coalesce(p.active and not p.has_voted and (d.due < private.today()
          or o.user_id is null), false) as is_late,
        row_number() over (partition by p.id order by p.asked_at, p.expert) as n,
        greatest(p.experts_needed - (count(*) filter (where p.active) over (partition by p.id))::integer, 0) as missing
      from places p left join dues d on d.asked_at = p.asked_at
      left join public.staff_roles o on o.user_id = p.expert and o.role = 'expert')
    select x.voucher_no || ' ' || lpad(x.n::text, 3, '0'), x.id, x.voucher_no, x.experts_needed, x.missing,
      x.review_turn, x.expert, s.display_name, coalesce(x.has_stated, false), x.has_voted, x.conflict,
      x.replaced, x.due, x.is_late, x.missing > 0 or bool_or(x.is_late) over (partition by x.id)
    from seats x left join public.staff_roles s on s.user_id = x.expert order by 1;
end $$;
comment on function private.review_progress(bigint) is
  '省平台看评审进度（R40）：每位专家一行，一项没有专家的也有一行；需几位、缺几位、谁已声明、谁已提交（不含意见内容）、谁逾期、谁回避或被更换；'
  'seat 是这一行的位置，care 是这一项是否等省平台处理。';

create function public.state_no_conflict(redemption_ids bigint[], request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.state_no_conflict(request_id, redemption_ids); end;
comment on function public.state_no_conflict(bigint[], uuid) is '专家声明没有利害关系，一次可声明多项（R40）。';
create function public.cast_votes(votes jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.cast_votes(request_id, votes); end;
comment on function public.cast_votes(jsonb, uuid) is '专家提交意见（R27）。';
create function public.declare_conflict(redemption_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.declare_conflict(request_id, redemption_id, reason); end;
comment on function public.declare_conflict(bigint, text, uuid) is '专家申报回避（R27）。';
create function public.save_vote_drafts(drafts jsonb) returns integer
language sql volatile security invoker set search_path = ''
begin atomic select private.save_vote_drafts(drafts); end;
comment on function public.save_vote_drafts(jsonb) is '存下没有提交的意见，只有本人看得到（R40）。';
create function public.my_reviews()
returns table (redemption_id bigint, voucher_no text, year integer, quarter integer, re_review boolean,
  applicant_name text,
  institution_name text, stated boolean, voted boolean, sent_back_reason text, due_on date)
language sql stable security invoker set search_path = ''
begin atomic
  select m.redemption_id, m.voucher_no, m.year, m.quarter, m.re_review, m.applicant_name, m.institution_name, m.stated,
    m.voted,
    m.sent_back_reason, m.due_on from private.my_reviews() m;
end;
comment on function public.my_reviews() is '等我评审的项目（R40）；不是专家的得到空。';
create function public.replace_expert(redemption_id bigint, expert_id uuid, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.replace_expert(request_id, redemption_id, expert_id, reason); end;
comment on function public.replace_expert(bigint, uuid, text, uuid) is '省平台更换逾期的专家（R40）。';
create function public.add_expert(redemption_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.add_expert(request_id, redemption_id, reason); end;
comment on function public.add_expert(bigint, text, uuid) is '省平台给缺少专家的一项补派，恢复奇数（R40）。';
create function public.postpone_review(redemption_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.postpone_review(request_id, redemption_id, reason); end;
comment on function public.postpone_review(bigint, text, uuid) is '省平台把意见不齐的一项移到下一季度评审（R40）。';
create function public.review_progress(round_id bigint)
returns table (seat text, redemption_id bigint, voucher_no text, needed integer, lacking integer, turn integer,
  expert_id uuid, expert_name text, stated boolean, voted boolean, conflict_reason text, replaced_reason text,
  due_on date, overdue boolean, care boolean)
language sql stable security invoker set search_path = ''
begin atomic
  select p.seat, p.redemption_id, p.voucher_no, p.needed, p.lacking, p.turn, p.expert_id, p.expert_name, p.stated,
    p.voted, p.conflict_reason, p.replaced_reason, p.due_on, p.overdue, p.care
  from private.review_progress(round_id) p;
end;
comment on function public.review_progress(bigint) is '省平台看评审进度，不含意见内容（R40）。';
grant execute on function private.state_no_conflict(uuid, bigint[]), public.state_no_conflict(bigint[], uuid),
  private.cast_votes(uuid, jsonb), public.cast_votes(jsonb, uuid), private.declare_conflict(uuid, bigint, text),
  public.declare_conflict(bigint, text, uuid),
  private.save_vote_drafts(jsonb), public.save_vote_drafts(jsonb), private.my_reviews(), public.my_reviews(),
  private.replace_expert(uuid, bigint, uuid, text), public.replace_expert(bigint, uuid, text, uuid),
  private.add_expert(uuid, bigint, text), public.add_expert(bigint, text, uuid),
  private.postpone_review(uuid, bigint, text), public.postpone_review(bigint, text, uuid),
  private.review_progress(bigint), public.review_progress(bigint) to authenticated;
