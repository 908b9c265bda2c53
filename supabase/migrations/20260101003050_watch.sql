-- 值守：哪些任务失败、迟到、没有安排，封存到哪一天，账是否平；有问题的经边缘函数 alerts 告诉门户之外的人，直到送到为止。
-- 这里没有个人信息：错误只给 SQLSTATE 与在哪个函数、第几行，原文只在 private.job_runs。

create function private.job_states()
returns table (job text, label text, state text, last_run timestamptz, last_success timestamptz, took interval,
  sqlstate text, context text)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_scheduled text[];
  -- 装好以来还没有到第一夜的，不算迟到。
  v_since timestamptz := least((select e.at from public.events e order by e.id limit 1),
    (select min(j.started_at) from private.job_runs j));
begin
  if to_regclass('cron.job') is not null then
    execute 'select coalesce(array_agg(j.jobname::text), ''{}'') from cron.job j where j.active' into v_scheduled;
  end if;
  return query
    select p.job, p.label, case
        when r.error is not null then 'failed'
        when not p.job = any (v_scheduled) then 'unscheduled'
        when coalesce(k.at, v_since) > clock_timestamp() - p.at_most then
          case when k.at is null then 'waiting' else 'ok' end
        when r.started_at is null then 'missing'
        else 'late' end,
      r.started_at, k.at, r.took, left(r.error, 5),
      -- 上下文只留函数与行号：语句里可能嵌着填写的内容。
      case when r.error is not null then (select string_agg(x.m[1], ' ← ' order by x.n) from regexp_matches(r.error,
        'PL/pgSQL function ([a-z_.]+\([^)]*\) line [0-9]+)', 'g') with ordinality x (m, n)) end
    from private.planned_jobs() p
    left join lateral (select j.* from private.job_runs j where j.job = p.job order by j.id desc limit 1) r on true
    left join lateral (select j.started_at as at from private.job_runs j where j.job = p.job and j.error is null
      order by j.id desc limit 1) k on true
    order by p.place;
end $$;
comment on function private.job_states() is
  '每项定期任务此刻如何：ok 按时、waiting 还没有到第一次、failed 最近一次失败、late 迟到、missing 从没有执行、unscheduled 托管环境里没有安排；'
  '连同最近一次、最近一次成功、用时、SQLSTATE 与在何处。';

create function private.state_words(p_state text) returns text
language sql immutable set search_path = ''
as $$
  select case p_state when 'failed' then '没有完成' when 'late' then '迟到' when 'missing' then '从没有执行'
    when 'unscheduled' then '没有安排' when 'waiting' then '等待第一次' else '按时' end
$$;
comment on function private.state_words(text) is '任务状态的中文叫法。';

create function private.seal_state(out last_day date, out missing_days integer, out waiting_hours numeric)
language sql stable security definer set search_path = ''
as $$
  select s.day, greatest(private.today() - 1 - coalesce(s.day, f.day - 1), 0),
    coalesce(round(extract(epoch from private.now() - w.at) / 3600, 1), 0)
  from (select (select max(x.day) from public.seals x) as day) s
  cross join (select coalesce((select (e.at at time zone 'Asia/Shanghai')::date from public.events e
    order by e.id limit 1), private.today()) as day) f
  left join lateral (select e.at from public.events e
    where e.id > greatest((select max(m.event_id) from private.head_members m),
      (select max(n.event_id) from private.seal_nodes n), 0)
    order by e.id limit 1) w on true
$$;
comment on function private.seal_state() is
  '封存到哪一天，缺几天（昨天还没有封的，凌晨的任务之前也算一天），最早一条还没有公布链头的事件等了几小时（R32）。';

create function private.watch() returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_seal record;
begin
  select * into v_seal from private.seal_state();
  return jsonb_build_object(
    'now', private.now(),
    'jobs', (select jsonb_agg(jsonb_build_object('job', j.job, 'label', j.label, 'state', j.state,
      'says', private.state_words(j.state), 'last_run', j.last_run, 'last_success', j.last_success,
      'seconds', extract(epoch from j.took), 'sqlstate', j.sqlstate)) from private.job_states() j),
    'seal', jsonb_build_object('last_day', v_seal.last_day, 'missing_days', v_seal.missing_days,
      'waiting_hours', v_seal.waiting_hours),
    'unbalanced', (select count(*) from public.reconciliations r
      where not r.balanced and r.day = (select max(x.day) from public.reconciliations x)),
    'untold', (select count(*) from private.alerts a where a.tries >= 3 and a.problem is not null),
    'alerts', (select count(*) from private.alerts a where a.resolved_at is null),
    'events', (select coalesce(max(e.id), 0) from public.events e),
    'requests', (select greatest(c.reltuples, 0)::bigint from pg_catalog.pg_class c
      where c.oid = 'private.requests'::regclass),
    'database_bytes', pg_database_size(current_database()),
    'connections', (select count(*) from pg_catalog.pg_stat_activity a where a.datname = current_database()),
    'waiting_for_locks', (select count(*) from pg_catalog.pg_stat_activity a
      where a.datname = current_database() and a.wait_event_type = 'Lock'),
    'oldest_transaction_seconds', (select coalesce(round(extract(epoch from clock_timestamp() - min(a.xact_start))), 0)
      from pg_catalog.pg_stat_activity a where a.datname = current_database() and a.state <> 'idle'));
end $$;
comment on function private.watch() is
  '值守所看的一切：任务、封存、账、没有送出的告警、大小与连接数；没有个人信息，也没有业务内容。边缘函数 health、metrics 由它得出答复。';

-- ── 告警 ────────────────────────────────────────────────────────────────
create table private.alerts (
  key text primary key,
  title text not null,
  details jsonb not null,
  raised_at timestamptz not null default clock_timestamp(),
  resolved_at timestamptz,
  told text[] not null default '{}',
  told_at timestamptz,
  tried_at timestamptz,
  tries integer not null default 0,
  problem text check (char_length(problem) <= 300)
);
comment on table private.alerts is
  '告警：每个没有过去的问题一行，送到为止；过去了再送一次“已恢复”，九十天后清除。没有送到的每次加倍等待（至多一小时）再送；没有过去的每二十四小时再送。';
comment on column private.alerts.told is '已经送到的途径：webhook、mail。';
comment on column private.alerts.problem is '最近一次没有送到的原因：HTTP 状态或网络错误的种类。';
alter table private.alerts enable row level security;

create function private.problems() returns table (key text, title text, details jsonb)
language sql stable security definer set search_path = ''
as $$
  select 'job:' || j.job, '定期任务“' || j.label || '”' || private.state_words(j.state),
    jsonb_strip_nulls(jsonb_build_object('job', j.job, 'state', j.state, 'sqlstate', j.sqlstate, 'context', j.context,
      'last_run', j.last_run, 'last_success', j.last_success))
  from private.job_states() j where j.state not in ('ok', 'waiting')
  union all
  select 'seal:days', '每日封存缺 ' || s.missing_days || ' 天',
    jsonb_build_object('last_day', s.last_day, 'missing_days', s.missing_days)
  from private.seal_state() s where s.missing_days > 1
  union all
  select 'books', '对账不平：' || string_agg(r.item, '、' order by r.item),
    jsonb_build_object('items', jsonb_agg(r.item order by r.item), 'day', max(r.day))
  from public.reconciliations r where not r.balanced and r.day = (select max(x.day) from public.reconciliations x)
  having count(*) > 0
$$;
comment on function private.problems() is
  '此刻要告诉门户之外的人的问题：没有完成、迟到、没有安排的任务（SQLSTATE 与在何处），缺了不止一天的封存，不平的账。';

create function private.due_alerts(p_channels text[])
returns table (key text, title text, details jsonb, resolved boolean, raised_at timestamptz, channels text[])
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  v_now jsonb := (select coalesce(jsonb_object_agg(p.key, to_jsonb(p)), '{}') from private.problems() p);
begin
  -- 过去了的：告诉过的再送一次“已恢复”，没有来得及告诉的不提。
  delete from private.alerts a where a.resolved_at < clock_timestamp() - interval '90 days'
    or (a.resolved_at is null and not v_now ? a.key and a.told = '{}');
  update private.alerts a set resolved_at = clock_timestamp(), told = '{}', told_at = null, tries = 0, tried_at = null,
    problem = null where a.resolved_at is null and not v_now ? a.key;
  -- 又出现的，情形变了的（失败变成迟到），一天没有再说的：重新告诉。
  update private.alerts a set title = v_now -> a.key ->> 'title', details = v_now -> a.key -> 'details',
    raised_at = case when a.resolved_at is null then a.raised_at else clock_timestamp() end, resolved_at = null,
    told = '{}', told_at = null, tries = 0, tried_at = null, problem = null
  where v_now ? a.key and (a.resolved_at is not null or a.title <> v_now -> a.key ->> 'title'
    or a.told_at < clock_timestamp() - interval '24 hours');
  insert into private.alerts (key, title, details) select n.key, n.value ->> 'title', n.value -> 'details'
    from jsonb_each(v_now) n on conflict (key) do nothing;
  return query
    with due as (
      select a.key from private.alerts a where not a.told @> p_channels and (a.tried_at is null
        or a.tried_at < clock_timestamp() - make_interval(mins => least(power(2, least(a.tries, 6)), 60)::integer))
      order by a.raised_at limit 50 for update skip locked)
    update private.alerts a set tried_at = clock_timestamp(), tries = a.tries + 1 from due d where a.key = d.key
    returning a.key, a.title, a.details, a.resolved_at is not null, a.raised_at,
      array(select c from unnest(p_channels) c where not c = any (a.told));
end $$;
comment on function private.due_alerts(text[]) is
  '此刻该送的告警，各连同还没有送到的途径；取走即记下时间，两处同时来取不会各送一遍。参数：设置了的途径。';

create function private.settle_alert(p_key text, p_channel text, p_problem text) returns void
language sql volatile security definer set search_path = ''
as $$
  update private.alerts a set problem = left(p_problem, 300),
    told = case when p_problem is null and not p_channel = any (a.told) then a.told || p_channel else a.told end,
    told_at = case when p_problem is null then clock_timestamp() else a.told_at end
  where a.key = p_key
$$;
comment on function private.settle_alert(text, text, text) is '一条告警经一个途径送到了（p_problem 为空），或没有送到与原因。';

create function private.trace(p_request text)
returns table (event_id bigint, at timestamptz, entity text, entity_id bigint, action text, actor_role text)
language sql stable security definer set search_path = ''
as $$
  select e.id, e.at, e.entity, e.entity_id, e.action, e.actor_role from public.events e
  where e.request = lower(p_request) order by e.id
$$;
comment on function private.trace(text) is '一个请求编号写下了哪些事件：编号在日志里，也在出错的页面上。仅数据库所有者可执行。';

create function public.watch() returns jsonb
language sql stable security invoker set search_path = ''
begin atomic select private.watch(); end;
comment on function public.watch() is '仅 service_role（边缘函数 health、metrics）可执行。';
create function public.due_alerts(channels text[])
returns table (key text, title text, details jsonb, resolved boolean, raised_at timestamptz, channels_left text[])
language sql volatile security invoker set search_path = ''
begin atomic
  select d.key, d.title, d.details, d.resolved, d.raised_at, d.channels from private.due_alerts(channels) d;
end;
comment on function public.due_alerts(text[]) is '仅 service_role（边缘函数 alerts）可执行。';
create function public.settle_alert(key text, channel text, problem text default null) returns void
language sql volatile security invoker set search_path = ''
begin atomic select private.settle_alert(key, channel, problem); end;
comment on function public.settle_alert(text, text, text) is '仅 service_role（边缘函数 alerts）可执行。';
grant execute on function private.watch(), public.watch(), private.due_alerts(text[]), public.due_alerts(text[]),
  private.settle_alert(text, text, text), public.settle_alert(text, text, text) to service_role;
