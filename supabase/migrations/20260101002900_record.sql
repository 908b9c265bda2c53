-- 什么改动留下事件、事件里写什么（R32、R50、R51）：放在最后，因为它看的是前面所有的表。
-- 三种记法：
--   facts      业务表：每条事件带着这件业务此刻的样子；提交时与最后一条事件不同而又没有事件的（后台直接改的），系统补一条。
--   change     设置与名册：每条改动的语句一条事件，带旧行与新行。
--   statement  成批维护的表：不经 API 的每条语句一条事件。
-- 每张表或在 private.watched 里，或在 tests/rules/R50.test.ts 手写的清单里说明为什么不必。

create table private.watched (
  table_name text primary key,
  mode text not null check (mode in ('facts', 'change', 'statement')),
  entity text not null,
  key text not null default '',
  personal text[] not null default '{}'
);
comment on table private.watched is '留事件的表（R50）：表、记法、属于哪种业务。由 private.watch_… 登记，同时装上触发器；对账会查触发器是否还在。';
comment on column private.watched.key is
  'facts：业务编号所在的列；change：同一条事件链的行按这一列归组（year、organization_id 等整数列），空为整张表一条链。';
comment on column private.watched.personal is 'change、statement：个人信息所在的列，事件里只写加盐摘要（R51）。';
alter table private.watched enable row level security;

-- ── 一件业务此刻的样子 ──────────────────────────────────────────────────
-- 新加的列自动算在内；不决定金额的、随时可改的才列出去掉。时间按 UTC 写，谁来算都一样。
create function private.facts_of(p_entity text, p_ids bigint[]) returns table (id bigint, facts jsonb)
-- 编号的数组每次不同，计划却总是同一个：不为每一次重新计划。
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_watched private.watched;
  v_zone text := current_setting('TimeZone');
begin
  if v_zone <> 'UTC' then perform set_config('TimeZone', 'UTC', true); end if;
  case p_entity
  when 'order' then
    return query
    select o.id, jsonb_strip_nulls(
      -- 草稿由用户单位随时保存，不决定什么；没有提交的修改在另一张表里。
      case when o.state = 'draft' then jsonb_build_object('id', o.id, 'order_no', o.order_no, 'applicant_id',
        o.applicant_id,
        'institution_id', o.institution_id, 'state', o.state, 'state_since', o.state_since)
      else to_jsonb(o)
        - '{title,purpose,expected_from,expected_to,related_evidence,created_at,resource_name,resource_model}'::text[]
        end
      || jsonb_build_object(
        'submissions', (select jsonb_agg(jsonb_build_object('revision_no', x.revision_no, 'submitted_at',
          x.submitted_at,
            'snapshot', private.digest(s.salt, x.snapshot::text)) order by x.revision_no)
          from public.order_submissions x where x.order_id = o.id),
        'documents', (select jsonb_agg(to_jsonb(l) - 'order_id' || jsonb_build_object('sha256', d.sha256, 'byte_size',
          d.byte_size,
            'media_type', d.media_type, 'object_key', d.object_key, 'owner_id', d.owner_id) order by l.document_id,
              l.kind, l.revision_no)
          from public.order_documents l join public.documents d on d.id = l.document_id
          where l.order_id = o.id and (l.kind = 'result' or o.state <> 'draft' and l.revision_no <= o.revision_no)),
        'entries', (select jsonb_agg(to_jsonb(e) - 'order_id' order by e.id) from public.quota_entries e
          where e.order_id = o.id)))
    from public.orders o left join private.salts s on s.entity = 'order' and s.entity_id = o.id
      where o.id = any (p_ids);
  when 'voucher' then
    return query select v.id, jsonb_strip_nulls(to_jsonb(v)) from public.vouchers v where v.id = any (p_ids);
  when 'redemption' then
    return query
    select r.id, jsonb_strip_nulls(to_jsonb(r) - '{expert_result,review_open,review_turn,panel,experts_needed}'::text[]
      || jsonb_build_object(
      'invoices', (select jsonb_agg(to_jsonb(i) - 'redemption_id' order by i.id) from public.invoices i
        where i.redemption_id = r.id),
      'taken', (select jsonb_agg(t.digits order by t.digits) from private.taken_invoices t
        where t.redemption_id = r.id),
      'documents', (select jsonb_agg(to_jsonb(l) - 'redemption_id' || jsonb_build_object('sha256', d.sha256,
        'byte_size', d.byte_size,
          'media_type', d.media_type, 'object_key', d.object_key, 'owner_id', d.owner_id) order by l.supplement_no,
            l.document_id)
        from public.redemption_documents l join public.documents d on d.id = l.document_id
          where l.redemption_id = r.id),
      'submissions', (select jsonb_agg(jsonb_build_object('supplement_no', x.supplement_no, 'submitted_at',
        x.submitted_at,
          'snapshot', private.digest(s.salt, x.snapshot::text)) order by x.supplement_no)
        from public.redemption_submissions x where x.redemption_id = r.id),
      'published', (select jsonb_agg(to_jsonb(b) order by b.payment_id)
        from public.payments p join public.published_payouts b on b.payment_id = p.id where p.redemption_id = r.id)))
    from public.redemptions r left join private.salts s on s.entity = 'redemption' and s.entity_id = r.id
      where r.id = any (p_ids);
  when 'redemption_review' then
    -- 工作人员在评审结束前也不能看到意见：结论、意见与理由只以摘要出现（R27）。
    return query
    select r.id, jsonb_strip_nulls(jsonb_build_object(
      'result', private.digest(s.salt, r.expert_result),
      'review_open', to_jsonb(r) -> 'review_open', 'review_turn', to_jsonb(r) -> 'review_turn', 'panel',
        to_jsonb(r) -> 'panel',
      'experts_needed', to_jsonb(r) -> 'experts_needed',
      'assignments', (select jsonb_agg(to_jsonb(a) - '{redemption_id,conflict_reason,replaced_reason}'::text[]
        || jsonb_build_object(
          'conflict_reason', private.digest(s.salt, a.conflict_reason), 'replaced_reason',
            private.digest(s.salt, a.replaced_reason)) order by a.expert_id)
        from public.expert_assignments a where a.redemption_id = r.id),
      'turns', (select jsonb_agg(to_jsonb(t) - '{redemption_id,reason,result}'::text[] || jsonb_build_object(
          'reason', private.digest(s.salt, t.reason), 'result', private.digest(s.salt, t.turn || ' ' || t.result))
            order by t.turn)
        from public.review_turns t where t.redemption_id = r.id),
      'votes', (select jsonb_agg(to_jsonb(v) - '{redemption_id,verdict,reason}'::text[] || jsonb_build_object(
          'verdict', private.digest(s.salt, v.id || ' ' || v.verdict), 'reason', private.digest(s.salt, v.reason))
            order by v.id)
        from public.expert_votes v where v.redemption_id = r.id)))
    from public.redemptions r left join private.salts s on s.entity = 'redemption_review' and s.entity_id = r.id
      where r.id = any (p_ids);
  when 'round' then
    return query select q.id, jsonb_strip_nulls(to_jsonb(q)) from public.rounds q where q.id = any (p_ids);
  when 'notice' then
    return query
    select n.id, jsonb_strip_nulls(to_jsonb(n) || (
      select jsonb_build_object('items', count(*), 'sum_fen', sum(i.amount_fen),
        'sha256', encode(sha256(convert_to(coalesce(string_agg(to_jsonb(i)::text, E'\n' order by i.redemption_id), ''),
          'UTF8')), 'hex'))
      from public.notice_items i where i.notice_id = n.id))
    from public.notices n where n.id = any (p_ids);
  when 'paper_pack' then
    return query select k.id, jsonb_strip_nulls(to_jsonb(k)) from public.paper_packs k where k.id = any (p_ids);
  when 'objection' then
    return query
    select o.id, jsonb_strip_nulls(to_jsonb(o) - '{real_name,contact,body,evidence,decision_reason}'::text[]
      || jsonb_build_object(
      'real_name', private.digest(s.salt, o.real_name), 'contact', private.digest(s.salt, o.contact), 'body',
        private.digest(s.salt, o.body),
      'evidence', private.digest(s.salt, o.evidence), 'decision_reason', private.digest(s.salt, o.decision_reason)))
    from public.objections o left join private.salts s on s.entity = 'objection' and s.entity_id = o.id
      where o.id = any (p_ids);
  when 'payee_account' then
    -- 账户内容不进事件：只有加盐摘要（R42）。
    return query
    select a.id, jsonb_strip_nulls(to_jsonb(a) - '{holder_name,bank_name,account_no,bank_code,account_tail}'::text[]
      || jsonb_build_object('holder_name', private.digest(s.salt, a.holder_name),
        'bank_name', private.digest(s.salt, a.bank_name), 'account_no', private.digest(s.salt, a.account_no),
        'bank_code', private.digest(s.salt, a.bank_code),
        'document', (select jsonb_build_object('sha256', d.sha256, 'byte_size', d.byte_size, 'media_type',
          d.media_type, 'object_key', d.object_key, 'owner_id', d.owner_id)
          from public.documents d where d.id = a.document_id)))
    from public.payee_accounts a left join private.salts s on s.entity = 'payee_account' and s.entity_id = a.id
      where a.id = any (p_ids);
  when 'payment_list' then
    -- 上万笔的拨付单，各笔只记笔数、合计与摘要。
    return query
    select l.id, jsonb_strip_nulls(to_jsonb(l) - '{drawn_up_by,approved_by}'::text[] || jsonb_build_object(
      'drawn_up_by', private.digest(s.salt, l.drawn_up_by::text),
      'approved_by', private.digest(s.salt, l.approved_by::text)) || (
      select jsonb_build_object('lines', count(*), 'sum_fen', sum(p.amount_fen),
        'sha256', encode(sha256(convert_to(coalesce(string_agg(to_jsonb(p)::text, E'\n' order by p.line_no), ''),
          'UTF8')), 'hex'))
      from public.payments p where p.list_id = l.id))
    from public.payment_lists l left join private.salts s on s.entity = 'payment_list' and s.entity_id = l.id
      where l.id = any (p_ids);
  when 'certification' then
    return query
    select c.id, jsonb_strip_nulls(to_jsonb(c) || jsonb_build_object(
      'documents', (select jsonb_agg(jsonb_build_object('document_id', l.document_id, 'sha256', d.sha256, 'byte_size',
        d.byte_size,
          'media_type', d.media_type, 'object_key', d.object_key, 'owner_id', d.owner_id) order by l.document_id)
        from public.certification_documents l join public.documents d on d.id = l.document_id
          where l.certification_id = c.id)))
    from public.certifications c where c.id = any (p_ids);
  when 'project' then
    return query
    select p.id, jsonb_strip_nulls(to_jsonb(p) - '{leader,content}'::text[]
      || jsonb_build_object('leader', private.digest(s.salt, p.leader), 'content', private.digest(s.salt, p.content)))
    from public.projects p left join private.salts s on s.entity = 'project' and s.entity_id = p.id
      where p.id = any (p_ids);
  when 'recovery' then
    return query
    select x.id, jsonb_strip_nulls(to_jsonb(x) - '{reason,answer}'::text[] || jsonb_build_object(
      'reason', private.digest(s.salt, x.reason), 'answer', private.digest(s.salt, x.answer),
      'instalments', (select jsonb_agg(to_jsonb(i) - 'recovery_id' order by i.id) from public.recovery_instalments i
        where i.recovery_id = x.id)))
    from public.recoveries x left join private.salts s on s.entity = 'recovery' and s.entity_id = x.id
      where x.id = any (p_ids);
  when 'rectification' then
    return query
    select x.id, jsonb_strip_nulls(to_jsonb(x)
      - '{reason,evidence,proposed_by,was_reference,was_reason,reference,return_reason}'::text[] || jsonb_build_object(
      'reason', private.digest(s.salt, x.reason), 'evidence', private.digest(s.salt, x.evidence),
      'proposed_by', private.digest(s.salt, x.proposed_by::text),
      'was', private.digest(s.salt, coalesce(x.was_reference, x.was_reason)),
      'becomes', private.digest(s.salt, coalesce(x.reference, x.return_reason))))
    from public.rectifications x left join private.salts s on s.entity = 'rectification' and s.entity_id = x.id
      where x.id = any (p_ids);
  when 'suspension' then
    return query
    select x.id, jsonb_strip_nulls(to_jsonb(x) - 'reason'::text
      || jsonb_build_object('reason', private.digest(s.salt, x.reason)))
    from public.suspensions x left join private.salts s on s.entity = 'suspension' and s.entity_id = x.id
      where x.id = any (p_ids);
  when 'need' then
    return query
    select x.id, jsonb_strip_nulls(to_jsonb(x) - '{sample,standard,taken_down_reason}'::text[] || jsonb_build_object(
      'words', private.digest(s.salt, concat_ws(E'\n', x.sample, x.standard, x.taken_down_reason))))
    from public.needs x left join private.salts s on s.entity = 'need' and s.entity_id = x.id
      where x.id = any (p_ids);
  when 'uscc_claim' then
    return query
    select c.id, jsonb_strip_nulls(to_jsonb(c) - 'reason'::text
      || jsonb_build_object('reason', private.digest(s.salt, c.reason),
        'document', (select jsonb_build_object('sha256', d.sha256, 'byte_size', d.byte_size, 'media_type',
          d.media_type, 'object_key', d.object_key, 'owner_id', d.owner_id)
          from public.documents d where d.id = c.document_id)))
    from public.uscc_claims c left join private.salts s on s.entity = 'uscc_claim' and s.entity_id = c.id
      where c.id = any (p_ids);
  when 'quota' then
    -- 余额不写：它等于流水之和，由对账核对；各订单的流水写在订单的事件里。
    return query
    select q.id, jsonb_strip_nulls(to_jsonb(q) - '{held_fen,spent_fen}'::text[] || jsonb_build_object(
      'entries', (select jsonb_agg(to_jsonb(e) - 'quota_id' order by e.id) from public.quota_entries e
        where e.quota_id = q.id and e.order_id is null)))
    from public.quotas q where q.id = any (p_ids);
  when 'organization' then
    return query
    select o.id, jsonb_strip_nulls(to_jsonb(o) - '{legal_representative,address}'::text[] || jsonb_build_object(
      'legal_representative', private.digest(s.salt, o.legal_representative), 'address',
        private.digest(s.salt, o.address),
      'contacts', (select private.digest(s.salt, to_jsonb(c)::text) from public.organization_contacts c
        where c.organization_id = o.id),
      'signatures', (select jsonb_agg(to_jsonb(g) - '{organization_id,signed_by}'::text[]
          || jsonb_build_object('signed_by', private.digest(s.salt, g.signed_by::text)) order by g.id)
        from public.pledge_signatures g where g.organization_id = o.id)))
    from public.organizations o left join private.salts s on s.entity = 'organization' and s.entity_id = o.id
      where o.id = any (p_ids);
  else
    -- 设置与名册：一组行的行数与摘要；改了哪一行、怎么改的，在事件的 details 里。
    select w.* into v_watched from private.watched w where w.entity = p_entity and w.mode = 'change';
    if v_watched.table_name is not null then
      return query execute format($q$
      select i.id, case when count(t.*) > 0 then jsonb_build_object('rows', count(t.*), 'sha256',
        encode(sha256(convert_to(string_agg(to_jsonb(t)::text, E'\n' order by to_jsonb(t)::text), 'UTF8')), 'hex')) end
      from unnest($1) i (id) left join %s t on %s = i.id group by i.id$q$, v_watched.table_name,
        private.chain_key(v_watched.key)) using p_ids;
    end if;
  end case;
  if v_zone <> 'UTC' then perform set_config('TimeZone', v_zone, true); end if;
end $$;
comment on function private.facts_of(text, bigint[]) is
  '一批业务此刻的样子（R32）：决定金额的各列与附属行；个人信息与评审意见只有加盐摘要（R51）。事件写入与对账用同一份。';

create function private.chain_key(p_key text) returns text
language sql immutable set search_path = ''
as $$ select case when p_key = '' then '0' else 't.' || p_key end $$;
comment on function private.chain_key(text) is '设置类的表，一行归哪条事件链：空为整张表一条（0）。';

create function private.facts(p_entity text, p_id bigint) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select f.facts from private.facts_of(p_entity, array[p_id]) f);
end $$;
comment on function private.facts(text, bigint) is '一件业务此刻的样子；没有这种业务或没有这一行返回空。';

-- ── 触发器 ──────────────────────────────────────────────────────────────
create function private.changed_facts(p_was jsonb, p_is jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(k.key, p_was -> k.key), '{}')
  from jsonb_object_keys(coalesce(p_was, '{}') || coalesce(p_is, '{}')) k (key)
    where p_was -> k.key is distinct from p_is -> k.key
$$;
comment on function private.changed_facts(jsonb, jsonb) is '两份样子里不同的项，取旧值（没有的为 null）。';

create function private.record_facts() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_rows jsonb[] := array[case when tg_op <> 'INSERT' then to_jsonb(old) end,
    case when tg_op <> 'DELETE' then to_jsonb(new) end];
  v_row jsonb;
  v_entity text;
  v_id bigint;
  v_mark text;
  v_is jsonb;
  v_last public.events;
  v_api boolean := session_user = 'authenticator';
  v_applicant bigint;
  v_institution bigint;
begin
  for i in 0 .. tg_nargs / 2 - 1 loop
    v_entity := tg_argv[2 * i];
    foreach v_row in array v_rows loop
      v_id := (v_row ->> tg_argv[2 * i + 1])::bigint;
      continue when v_id is null;
      -- 同一件业务的多行（几十行费用、上万条公示）一次提交只看一次：提交时所有改动都已完成。
      v_mark := v_entity || v_id || '@' || statement_timestamp() || pg_current_xact_id();
      continue when current_setting('private.recorded', true) = v_mark;
      perform set_config('private.recorded', v_mark, true);
      v_is := private.facts(v_entity, v_id);
      select e.* into v_last from public.events e
        where e.entity = v_entity and e.entity_id = v_id order by e.seq desc limit 1;
      continue when v_last.facts is not distinct from v_is or (v_last.id is null and v_is = '{}');
      if exists (select 1 from public.workflow_entities w where w.entity = v_entity)
        then perform private.lock_row(v_entity, v_id); end if;
      select coalesce(v_last.applicant_id, p.applicant_id), coalesce(v_last.institution_id, p.institution_id)
        into v_applicant, v_institution
      from private.parties(v_entity, coalesce(v_is, v_last.facts)) p;
      -- 没有提交的订单，管理单位看不到（R12）。
      if v_entity = 'order' and v_is ->> 'submitted_at' is null then v_institution := null; end if;
      if v_entity = 'organization' then
        v_applicant := case when v_row ->> 'kind' = 'applicant' then v_id end;
        v_institution := case when v_row ->> 'kind' = 'institution' then v_id end;
      end if;
      -- 经 API 的补记是业务办理的一部分，双方的经过里已有那一步；后台直接改的，双方看得到。
      perform private.append_event(v_entity, v_id, case when v_api then 'record' else 'edit' end,
        case when not v_api then v_last.facts ->> 'state' end, case when not v_api then v_is ->> 'state' end, null,
        jsonb_build_object('table', tg_table_name, 'op', lower(tg_op), 'was',
          private.changed_facts(v_last.facts, v_is)),
        'system', case when v_api then '系统' else session_user end,
        case when not v_api or v_entity = 'organization' then v_applicant end,
          case when not v_api or v_entity = 'organization' then v_institution end);
    end loop;
  end loop;
  return null;
end $$;
comment on function private.record_facts() is
  '约束触发器（提交时）：业务的样子与最后一条事件不同，就补一条事件，记 session_user 与改之前的值（R50）。参数：实体、编号所在的列，可多对。';

create function private.sealed_rows(p_entity text, p_id bigint, p_rows jsonb, p_key text, p_personal text[])
  returns jsonb
language sql stable security definer set search_path = ''
as $$
  select case count(*) when 0 then null when 1 then (jsonb_agg(x.sealed))[0]
    else jsonb_agg(x.sealed) filter (where x.n <= 50) end
  from (
    select r.value || coalesce((select jsonb_object_agg(c, private.digest(s.salt, r.value ->> c))
      from unnest(p_personal) c where r.value ? c), '{}') as sealed,
      row_number() over (order by r.ordinality) as n
    from jsonb_array_elements(p_rows) with ordinality r
    left join private.salts s on s.entity = p_entity and s.entity_id = p_id
    where coalesce((r.value ->> p_key)::bigint, 0) = p_id) x
$$;
comment on function private.sealed_rows(text, bigint, jsonb, text, text[]) is
  '一组行里归某条链的：一行为其内容，多行为数组（至多前 50 行）；个人信息的列换成加盐摘要，该链还没有盐（第一条事件）时为空。';

create function private.record_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_watched private.watched;
  v_was jsonb := '[]';
  v_now jsonb := '[]';
  v_id bigint;
begin
  if tg_op <> 'INSERT' then v_was := (select coalesce(jsonb_agg(to_jsonb(t)), '[]') from was t); end if;
  if tg_op <> 'DELETE' then v_now := (select coalesce(jsonb_agg(to_jsonb(t)), '[]') from now t); end if;
  select w.* into v_watched from private.watched w where w.table_name = tg_table_schema || '.' || tg_table_name;
  for v_id in select distinct coalesce((x ->> tg_argv[0])::bigint, 0)
    from jsonb_array_elements(v_was || v_now) x order by 1 loop
    perform private.append_event(v_watched.entity, v_id, lower(tg_op), null, null,
      nullif(current_setting('private.ground', true), ''), jsonb_strip_nulls(jsonb_build_object(
        'old', private.sealed_rows(v_watched.entity, v_id, v_was, tg_argv[0], v_watched.personal),
        'new', private.sealed_rows(v_watched.entity, v_id, v_now, tg_argv[0], v_watched.personal))), 'system',
          session_user, null, null);
  end loop;
  return null;
end $$;
comment on function private.record_change() is
  '语句触发器：设置与名册每条语句、每条链一条事件，记 session_user、旧行与新行，经 private.state_ground 写明的原因与办理人；'
  '个人信息只有摘要（R50、R51）。参数：归组的列，没有为空文字。';

create function private.record_statement() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v private.watched;
  v_rows bigint;
  v_sample jsonb;
begin
  if tg_op = 'DELETE' then
    select count(*), jsonb_agg(to_jsonb(t)) filter (where t.n <= 20) into v_rows, v_sample
      from (select *, row_number() over () as n from was) t;
  else
    select count(*), jsonb_agg(to_jsonb(t)) filter (where t.n <= 20) into v_rows, v_sample
      from (select *, row_number() over () as n from now) t;
  end if;
  if v_rows = 0 then return null; end if;
  select w.* into v from private.watched w where w.table_name = tg_table_schema || '.' || tg_table_name;
  perform private.append_event(v.entity, 0, lower(tg_op), null, null, null,
    jsonb_build_object('rows', v_rows, 'first', (
    select jsonb_agg(x - v.personal - 'n') from jsonb_array_elements(v_sample) x)), 'system', session_user, null, null);
  return null;
end $$;
comment on function private.record_statement() is
  '语句触发器：不经 API 的一条语句一条事件，记 session_user、行数与前 20 行（不含个人信息的列）（R50）。';

create function private.watch_facts(p_table text, p_api text, variadic p_entities text[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_args text := (select string_agg(quote_literal(a), ', ' order by n)
    from unnest(p_entities) with ordinality u (a, n));
  v_form text := 'create constraint trigger %I after %s on %s deferrable initially deferred '
    'for each row when (%s) execute function private.record_facts(%s)';
  v_direct text := $w$session_user <> 'authenticator'$w$;
begin
  insert into private.watched (table_name, mode, entity, key) values (p_table, 'facts', p_entities[1], p_entities[2]);
  if p_api = 'moves' then
    execute format(v_form, 'record_facts', 'insert or delete', p_table, 'true', v_args);
    execute format(v_form, 'record_facts_update', 'update', p_table, v_direct || ' or old.state = new.state', v_args);
  else
    execute format(v_form, 'record_facts', 'insert or update or delete', p_table, case p_api when 'always' then 'true'
      else v_direct end, v_args);
  end if;
  perform private.keep_rows(p_table);
end $$;
comment on function private.watch_facts(text, text, text[]) is
  '登记一张业务表并装触发器。p_api：always 任何改动提交时都看；moves 经 API 改状态的不看（办理函数已写事件）；direct 只看不经 API 的（本表总与事件一同改，热路径）。其余：实体、编号所在的列，可多对。';

create function private.watch_change(p_table text, p_key text default '', p_personal text[] default '{}') returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_form text := 'create trigger record_change_%1$s after %1$s on %2$s referencing %3$s '
    'for each statement execute function private.record_change(%4$L)';
begin
  insert into private.watched (table_name, mode, entity, key, personal)
  values (p_table, 'change', split_part(p_table, '.', 2), p_key, p_personal);
  execute format(v_form, 'insert', p_table, 'new table as now', p_key);
  execute format(v_form, 'update', p_table, 'old table as was new table as now', p_key);
  execute format(v_form, 'delete', p_table, 'old table as was', p_key);
  perform private.keep_rows(p_table);
end $$;
comment on function private.watch_change(text, text, text[])
  is '登记一张设置或名册表并装触发器：每条改动的语句一条事件。p_key：归组的整数列，空为整张表一条链；p_personal：个人信息的列。';

create function private.watch_statement(p_table text, p_personal text[] default '{}') returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_form text := $f$create trigger record_%s after %s on %s referencing %s for each statement
    when (session_user <> 'authenticator') execute function private.record_statement()$f$;
begin
  insert into private.watched (table_name, mode, entity, personal)
    values (p_table, 'statement', split_part(p_table, '.', 2), p_personal);
  execute format(v_form, 'insert', 'insert', p_table, 'new table as now');
  execute format(v_form, 'update', 'update', p_table, 'old table as was new table as now');
  execute format(v_form, 'delete', 'delete', p_table, 'old table as was');
  perform private.keep_rows(p_table);
end $$;
comment on function private.watch_statement(text, text[]) is '登记一张成批维护的表并装触发器：不经 API 的每条语句一条事件。';

-- ── 清除个人信息（R51）──────────────────────────────────────────────────
create function private.erase_personal(p_entity text, p_id bigint, p_basis text) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_gone constant text := '（已依保存期限清除）';
  v_count integer;
  v_last public.events;
begin
  if coalesce(char_length(trim(p_basis)), 0) < 2 then raise exception 'R51: say on which ground'; end if;
  if not exists (select 1 from public.events e where e.entity = p_entity and e.entity_id = p_id)
    then perform private.refuse('NOT_FOUND'); end if;
  perform set_config('private.erasing', 'on', true);
  update public.events e set reason = null, reason_salt = null where e.entity = p_entity and e.entity_id = p_id
    and e.reason is not null;
  get diagnostics v_count = row_count;
  case p_entity
  when 'order' then
    update public.orders set purpose = '' where id = p_id;
    update public.order_answers set justification = '' where order_id = p_id;
    update public.order_submissions s
      set snapshot = s.snapshot || jsonb_build_object('purpose', '', 'explanation', null, 'answers', (
      select coalesce(jsonb_agg(a || jsonb_build_object('justification', '') order by a ->> 'code'), '[]')
      from jsonb_array_elements(s.snapshot -> 'answers') a)) where s.order_id = p_id;
    update public.ratings set comment = '' where order_id = p_id;
  when 'redemption' then
    update public.redemption_submissions s set snapshot = s.snapshot || jsonb_build_object('explanation', null)
      where s.redemption_id = p_id;
  when 'redemption_review' then
    update public.expert_votes set reason = v_gone where redemption_id = p_id and reason is not null;
    update public.expert_assignments set conflict_reason = case when conflict_reason is not null then v_gone end,
      replaced_reason = case when replaced_reason is not null then v_gone end where redemption_id = p_id;
    update public.review_turns set reason = v_gone where redemption_id = p_id and reason is not null;
  when 'objection' then
    update public.objections set real_name = v_gone, contact = v_gone, body = v_gone, evidence = '',
      decision_reason = case when decision_reason is not null then v_gone end where id = p_id;
  when 'project' then
    update public.projects set leader = v_gone, content = '（已依保存期限清除，原文不再保留，摘要仍在事件里）' where id = p_id;
  when 'recovery' then
    update public.recoveries set reason = v_gone, answer = case when answer is not null then v_gone end where id = p_id;
  when 'rectification' then
    update public.rectifications set reason = v_gone, evidence = v_gone where id = p_id;
  when 'uscc_claim' then
    update public.uscc_claims set reason = v_gone where id = p_id;
  when 'suspension' then
    update public.suspensions set reason = v_gone where id = p_id;
  when 'need' then
    update public.needs set sample = v_gone, standard = '',
      taken_down_reason = case when taken_down_reason is not null then v_gone end where id = p_id;
    update public.need_messages set body = v_gone where need_id = p_id;
    delete from public.open_needs where need_id = p_id;
  when 'organization' then
    update public.organizations set legal_representative = '', address = '' where id = p_id;
    update public.organization_contacts set contact_name = v_gone, contact_phone = '00000',
      email = null where organization_id = p_id;
  else null;
  end case;
  delete from private.salts where entity = p_entity and entity_id = p_id;
  select e.* into v_last from public.events e
    where e.entity = p_entity and e.entity_id = p_id order by e.seq desc limit 1;
  perform private.append_event(p_entity, p_id, 'erase', null, null, null,
    jsonb_build_object('basis', p_basis, 'reasons', v_count),
    'system', session_user, v_last.applicant_id, v_last.institution_id);
  perform set_config('private.erasing', '', true);
  return v_count;
end $$;
comment on function private.erase_personal(text, bigint, text) is
  '依保存期限清除一件业务的个人信息（R51）：事件里的原因、姓名、联系方式、意见理由等的文字连同它们的盐，并留一条 erase 事件；事件的哈希、链与封存不变。p_basis：依据。返回清除的原因条数。仅数据库所有者可执行。';

-- ── 登记 ────────────────────────────────────────────────────────────────
select private.watch_facts('public.organizations', 'always', 'organization', 'id'),
  private.watch_facts('public.organization_contacts', 'always', 'organization', 'organization_id'),
  private.watch_facts('public.pledge_signatures', 'always', 'organization', 'organization_id'),
  private.watch_facts('public.certifications', 'moves', 'certification', 'id'),
  private.watch_facts('public.certification_documents', 'direct', 'certification', 'certification_id'),
  private.watch_facts('public.projects', 'moves', 'project', 'id'),
  private.watch_facts('public.quotas', 'direct', 'quota', 'id'),
  private.watch_facts('public.quota_entries', 'direct', 'order', 'order_id', 'quota', 'quota_id'),
  private.watch_facts('public.orders', 'direct', 'order', 'id'),
  private.watch_facts('public.order_documents', 'direct', 'order', 'order_id'),
  private.watch_facts('public.order_submissions', 'direct', 'order', 'order_id'),
  private.watch_facts('public.vouchers', 'direct', 'voucher', 'id'),
  private.watch_facts('public.redemptions', 'moves', 'redemption', 'id', 'redemption_review', 'id'),
  private.watch_facts('public.invoices', 'direct', 'redemption', 'redemption_id'),
  private.watch_facts('private.taken_invoices', 'direct', 'redemption', 'redemption_id'),
  private.watch_facts('public.redemption_documents', 'direct', 'redemption', 'redemption_id'),
  private.watch_facts('public.redemption_submissions', 'direct', 'redemption', 'redemption_id'),
  private.watch_facts('public.payee_accounts', 'moves', 'payee_account', 'id'),
  private.watch_facts('public.payment_lists', 'direct', 'payment_list', 'id'),
  private.watch_facts('public.payments', 'direct', 'payment_list', 'list_id'),
  private.watch_facts('public.expert_assignments', 'always', 'redemption_review', 'redemption_id'),
  private.watch_facts('public.expert_votes', 'always', 'redemption_review', 'redemption_id'),
  private.watch_facts('public.review_turns', 'always', 'redemption_review', 'redemption_id'),
  private.watch_facts('public.rounds', 'moves', 'round', 'id'),
  private.watch_facts('public.notices', 'always', 'notice', 'id'),
  private.watch_facts('public.notice_items', 'always', 'notice', 'notice_id'),
  private.watch_facts('public.paper_packs', 'moves', 'paper_pack', 'id'),
  private.watch_facts('public.suspensions', 'moves', 'suspension', 'id'),
  private.watch_facts('public.rectifications', 'moves', 'rectification', 'id'),
  private.watch_facts('public.recoveries', 'moves', 'recovery', 'id'),
  private.watch_facts('public.recovery_instalments', 'direct', 'recovery', 'recovery_id'),
  private.watch_facts('public.uscc_claims', 'moves', 'uscc_claim', 'id'),
  private.watch_facts('public.needs', 'direct', 'need', 'id'),
  private.watch_facts('public.objections', 'always', 'objection', 'id');

select private.watch_change('public.policy_years', 'year'),
  private.watch_change('public.policy_parameters', 'year'),
  private.watch_change('private.parameter_ranges'),
  private.watch_change('public.holidays'),
  private.watch_change('public.cities'),
  private.watch_change('public.memberships', 'organization_id'),
  private.watch_change('public.staff_roles', '', '{display_name}'),
  private.watch_change('public.experts'),
  private.watch_change('public.expert_relations', '', '{note}'),
  private.watch_change('public.carriers'),
  private.watch_change('public.bank_columns'),
  private.watch_change('public.pledges', 'year'),
  private.watch_change('public.announcements'),
  private.watch_change('public.exclusions'),
  private.watch_change('public.instrument_classes'),
  private.watch_change('public.workflow_entities'),
  private.watch_change('public.workflow_states'),
  private.watch_change('public.workflow_transitions'),
  private.watch_change('private.watched');

select private.watch_statement('public.instruments'),
  private.watch_statement('public.services'),
  private.watch_statement('public.documents', '{original_name,uploaded_by}'),
  private.watch_statement('public.order_fee_lines'),
  private.watch_statement('public.order_answers', '{justification}'),
  private.watch_statement('public.decision_checks', '{checks}'),
  private.watch_statement('public.ratings', '{comment}'),
  private.watch_statement('public.published_payouts'),
  private.watch_statement('public.bank_imports', '{file_name}'),
  private.watch_statement('public.bank_import_lines', '{reference,reason}'),
  private.watch_statement('public.need_messages', '{body}'),
  private.watch_statement('public.corrections', '{body,contact,answer}'),
  private.watch_statement('public.inquiries', '{title,body,contact,answer}'),
  private.watch_statement('public.published_inquiries', '{title,body,answer}'),
  private.watch_statement('private.contract_refusals');

-- 这几种动作不在流转表里，每种业务都可能有。
insert into private.action_labels (entity, action, label)
select distinct w.entity, x.action, x.label
  from (select entity from private.watched union select 'redemption_review' union select entity
  from public.workflow_entities) w
cross join (values ('edit', '后台直接修改'), ('record', '随业务补记'), ('erase', '清除个人信息'), ('baseline', '记下起点'),
  ('insert', '后台新增'), ('update', '后台修改'), ('delete', '后台删除')) x (action, label)
on conflict do nothing;

-- 不属于上面任何一种、但也不能清空的：封存、快照与去重。
select private.keep_rows('private.requests', 'public.catalogue', 'public.statistics', 'public.yearly_steps',
  'public.yearly_exclusions', 'public.notifications');

-- ── 起点 ────────────────────────────────────────────────────────────────
-- 迁移写入的设置在触发器之前就有了：各链先记一条起点，之后对得上。
do $$
declare
  w private.watched;
begin
  for w in select x.* from private.watched x where x.mode = 'change' order by x.table_name loop
    execute format($q$
      select private.append_event(%L, k.id, 'baseline', null, null, null, '{}', 'system', session_user, null, null)
      from (select distinct %s::bigint as id from %s t) k
      where not exists (select 1 from public.events e where e.entity = %L and e.entity_id = k.id) order by k.id$q$,
      w.entity, private.chain_key(w.key), w.table_name, w.entity);
  end loop;
end $$;
