-- 复评（R47）与一个季度总能办结（R48）：复评是一项申请自己的几个状态，它的季度不动；逾期的材料可以移走。

create function private.guard_re_votes_in(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    (select case when not private.review_complete(r) then 'R27_VOTES_MISSING' end
    from public.redemptions r where r.id = (p_row ->> 'id')::bigint))
$$;
comment on function private.guard_re_votes_in(jsonb, jsonb) is '条件：复评的意见齐全，奇数（R40、R47）。';

create function private.effect_re_report(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.close_reviews(array[(p_row ->> 'id')::bigint]);
  return '{}';
end $$;
comment on function private.effect_re_report(jsonb, jsonb) is '效果：按多数定复评结论（R47）。';

create function private.effect_re_send_back(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_reason text := private.checked_reason(p_payload ->> 'internal_reason');
begin
  -- 退回的理由是内部的事：不进双方看得到的事件。
  perform private.append_event('redemption_review', (p_row ->> 'id')::bigint, 'send_back', null, null, v_reason,
    private.review_anew((p_row ->> 'id')::bigint, v_reason) - 'reason',
      case when private.has_role('finance') then 'finance' else 'department' end,
    case when private.has_role('finance') then '省财政厅' else '省科技厅' end, null, null);
  return '{}';
end $$;
comment on function private.effect_re_send_back(jsonb, jsonb) is '效果：退回复评，同一组专家另投一次，以前的意见留在记录里（R40、R47）。';

create function private.effect_re_publish(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_round public.rounds;
  v_notice public.notices;
begin
  select q.* into v_round from public.rounds q where q.id = (p_row ->> 'round_id')::bigint;
  v_notice := private.write_notice(v_round, (p_row ->> 'id')::bigint);
  return jsonb_build_object('details',
    jsonb_build_object('notice_id', v_notice.id, 'from_on', v_notice.from_on, 'to_on', v_notice.to_on));
end $$;
comment on function private.effect_re_publish(jsonb, jsonb) is '效果：复评的一项有自己的一份公示（R47）。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect) values
  ('redemption', 'passed', 're_review', 're_review', 'system', '异议成立，复评', false, null, null),
  ('redemption', 're_review', 'report', 're_reported', 'platform', '结束复评并上报', false, 'guard_re_votes_in',
    'effect_re_report'),
  ('redemption', 're_reported', 'confirm', 're_department_confirmed', 'department', '确认复评结果', false, 'guard_not_own',
    null),
  ('redemption', 're_reported', 'send_back', 're_review', 'department', '退回复评', false, 'guard_not_own',
    'effect_re_send_back'),
  ('redemption', 're_department_confirmed', 'confirm', 're_finance_confirmed', 'finance', '确认复评结果', false,
    'guard_not_own', null),
  ('redemption', 're_department_confirmed', 'send_back', 're_review', 'finance', '退回复评', false, 'guard_not_own',
    'effect_re_send_back'),
  ('redemption', 're_finance_confirmed', 'publish', 're_notice', 'platform', '发布复评公示', false, 'guard_not_own',
    'effect_re_publish'),
  ('redemption', 're_notice', 'end_notice', 'passed', 'system', '复评公示期满，进入兑付', false, null, null),
  ('redemption', 're_notice', 'reject', 'rejected', 'system', '专家评审未通过', false, null, null),
  ('redemption', 're_notice', 'uphold_objection', 'objected', 'system', '异议成立', false, null, null);

create function private.advance_re_review(p_request_id uuid, p_redemption_id bigint, p_action text, p_reason text)
  returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if p_action is null or p_action not in ('report', 'confirm', 'send_back', 'publish')
    then perform private.refuse('INPUT_INVALID', 'action'); end if;
  return private.act('redemption', p_redemption_id, p_action, p_request_id,
    jsonb_strip_nulls(jsonb_build_object('internal_reason', p_reason)));
end $$;
comment on function private.advance_re_review(uuid, bigint, text, text) is '推进一项复评（R47）。';
create function public.advance_re_review(redemption_id bigint, action text, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.advance_re_review(request_id, redemption_id, action, reason); end;
comment on function public.advance_re_review(bigint, text, text, uuid) is
  '推进一项复评（R47）。action：report、confirm、send_back（须写理由，不给双方看）、publish。';

-- ── 材料逾期、没有推荐单位（R48）────────────────────────────────────────
insert into private.refusals (code, http_status, message, hint) values
  ('R48_NOT_OVERDUE', 409, '这份材料还没有超过平台服务时限。', '超过纸质材料时限仍没有归存的，才能移至以后季度。'),
  ('R48_HAS_RECOMMENDER', 409, '该单位已有推荐单位。', '更换推荐单位由该单位申请。');

create function private.papers_due_on(p_pack jsonb) returns date
language sql stable security definer set search_path = ''
as $$
  select private.add_working_days(x.day,
    private.parameter(extract(year from x.day)::integer, 'papers_working_days')::integer)
  from (select ((p_pack ->> 'opened_at')::timestamptz at time zone 'Asia/Shanghai')::date as day) x
$$;
comment on function private.papers_due_on(jsonb) is '一份纸质材料自汇总起的时限最后一日（R48）；日历缺失为空。';

create function private.guard_papers_overdue(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when coalesce(private.papers_due_on(p_row) >= private.today(), true) then 'R48_NOT_OVERDUE' end)
$$;
comment on function private.guard_papers_overdue(jsonb, jsonb) is '条件：材料逾期（R48）。';

create function private.effect_pack_move(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_from public.rounds;
  v_to public.rounds;
  v_count integer;
begin
  select q.* into v_from from public.rounds q where q.id = (p_row ->> 'round_id')::bigint;
  v_to := private.next_open_round(v_from);
  -- 只移材料与兑付：意见、结论、确认与公示都在原处。
  update public.redemptions set papers_round_id = v_to.id where papers_round_id = v_from.id
    and institution_id = (p_row ->> 'institution_id')::bigint and state not in ('paid_out', 'rejected', 'objected');
  get diagnostics v_count = row_count;
  return jsonb_build_object('details', jsonb_build_object('items', v_count, 'to', v_to.year || 'Q' || v_to.quarter),
    'result', jsonb_build_object('items', v_count, 'year', v_to.year, 'quarter', v_to.quarter));
end $$;
comment on function private.effect_pack_move(jsonb, jsonb) is
  '效果：逾期的材料并入最早的归集中季度，不再评审；可以一移再移（R48）。';
insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect)
select 'paper_pack', s.state, 'move', 'moved', 'platform', '移至以后季度', true, 'guard_papers_overdue', 'effect_pack_move'
from public.workflow_states s where s.entity = 'paper_pack' and s.holder in ('institution', 'recommender')
  order by s.sort;

create function private.assign_recommender(p_request_id uuid, p_institution_id bigint, p_recommender_id bigint,
  p_reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('assign_recommender', p_institution_id, p_recommender_id, p_reason)::text);
  v public.organizations;
  v_reason text;
begin
  if v_done is not null then return v_done; end if;
  if not private.has_role('platform') then perform private.refuse('NOT_FOUND'); end if;
  v_reason := private.checked_reason(p_reason);
  select o.* into v from public.organizations o where o.id = p_institution_id and o.kind = 'institution' for update;
  if v.id is null then perform private.refuse('NOT_FOUND'); end if;
  if v.recommender_id is not null then perform private.refuse('R48_HAS_RECOMMENDER'); end if;
  if array[p_institution_id, p_recommender_id] && private.orgs_of((select auth.uid()))
    then perform private.refuse('OWN_ORGANIZATION'); end if;
  if not exists (select 1 from public.organizations o where o.id = p_recommender_id and o.kind = 'recommender') then
    perform private.refuse('INPUT_INVALID', 'recommender_id');
  end if;
  update public.organizations set recommender_id = p_recommender_id where id = v.id;
  perform private.append_event('organization', v.id, 'assign_recommender', null, null, v_reason,
    jsonb_build_object('recommender_id', p_recommender_id), 'platform', '省平台', null, v.id);
  return private.end_request(p_request_id,
    jsonb_build_object('institution_id', v.id, 'recommender_id', p_recommender_id));
end $$;
comment on function private.assign_recommender(uuid, bigint, bigint, text) is
  '省平台给没有推荐单位的管理单位指定一个，写明理由（R48）；已有的不能改。';
create function public.assign_recommender(institution_id bigint, recommender_id bigint, reason text, request_id uuid)
  returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.assign_recommender(request_id, institution_id, recommender_id, reason); end;
comment on function public.assign_recommender(bigint, bigint, text, uuid) is '省平台指定推荐单位（R48）。';
grant execute on function private.advance_re_review(uuid, bigint, text, text),
  public.advance_re_review(bigint, text, text, uuid),
  private.assign_recommender(uuid, bigint, bigint, text),
    public.assign_recommender(bigint, bigint, text, uuid) to authenticated;
