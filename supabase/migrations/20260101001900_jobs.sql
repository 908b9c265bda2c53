-- 每日任务：到期、季度汇总、提醒……一处列出，可重复执行；一项失败不影响其余，并告诉省平台。

create table private.job_runs (
  id bigint generated always as identity primary key,
  job text not null,
  started_at timestamptz not null default clock_timestamp(),
  took interval not null,
  result jsonb,
  error text
);
create index job_runs_job_idx on private.job_runs (job, id desc);
comment on table private.job_runs is '每日任务的执行记录：任务、开始、用时、结果或错误。';
alter table private.job_runs enable row level security;

create function private.run_job(p_job text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_start timestamptz := clock_timestamp();
  v_result jsonb;
  v_error text;
  v_context text;
begin
  begin
    execute format('select to_jsonb(private.%I())', p_job) into v_result;
    -- 提交时才做的（事件、资金）属于这一项任务：在它的子事务里做完，下一项（如对账）看得见。
    set constraints all immediate;
    set constraints all deferred;
  -- others 不含 57014（语句超时、被取消）：不一并接住，超时的任务连一行记录也不会留下。
  exception when query_canceled or others then
    get stacked diagnostics v_context = pg_exception_context;
    v_error := sqlstate || ' ' || sqlerrm || e'\n' || left(v_context, 1000);
    perform private.notify_role('platform', 'system', 'job', 0, '每日任务「' || p_job || '」没有完成',
      '请通知数据库管理员查看 private.job_runs。', 'job:' || p_job || ':' || private.today());
  end;
  insert into private.job_runs (job, started_at, took, result, error)
    values (p_job, v_start, clock_timestamp() - v_start, v_result, v_error);
  return jsonb_build_object(p_job, coalesce(v_result, to_jsonb('error'::text)));
end $$;
comment on function private.run_job(text) is '在自己的子事务里执行一项任务；失败或超时只回滚这一项，记下错误（SQLSTATE、文字、在何处）并通知省平台。';

create function private.planned_jobs() returns table (place integer, job text, label text, at_most interval)
language sql immutable set search_path = ''
as $$
  select row_number() over ()::integer, x.job, x.label, x.at_most::interval from (values
    ('turn_suspensions', '暂停资格的起止', '26 hours'), ('expire_vouchers', '过期的电子券', '26 hours'),
    ('close_due_rounds', '季度汇总', '26 hours'), ('finish_notices', '公示期满', '26 hours'),
    ('drop_lapsed_lists', '拨付单作废', '26 hours'), ('tell_missing_accounts', '缺收款账户的提醒', '26 hours'),
    ('send_reminders', '办理期限的提醒', '26 hours'), ('refresh_statistics', '统计', '26 hours'),
    ('reconcile', '对账', '26 hours'), ('seal_hour', '每小时的链头', '3 hours'), ('seal_days', '每日封存', '26 hours'),
    ('sweep_documents', '清除没有用到的文件登记', '26 hours'), ('clear_old_requests', '清除旧的请求编号', '26 hours'))
    x (job, label, at_most)
$$;
comment on function private.planned_jobs() is '定期任务，一项一行，按此次序：名称、叫法、两次成功之间至多隔多久（超过即为迟到，见 private.job_states）。';

create function private.clear_old_requests() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from private.requests r where (r.user_id, r.request_id) in (select x.user_id, x.request_id
    from private.requests x where x.at < private.now() - interval '90 days' order by x.at limit 20000);
  get diagnostics v_count = row_count;
  delete from private.job_runs j where j.started_at < clock_timestamp() - interval '400 days';
  return v_count;
end $$;
comment on function private.clear_old_requests() is
  '每日任务：请求编号留九十天（R33：页面的重试在几分钟之内），任务的执行记录留四百天；一次至多清除两万个，可重复执行，返回清除的请求数。';

create function private.run_daily() returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_job text;
  v_all jsonb := '{}';
begin
  for v_job in select p.job from private.planned_jobs() p order by p.place loop
    v_all := v_all || private.run_job(v_job);
  end loop;
  return v_all;
end $$;
comment on function private.run_daily() is
  '每日任务，可重复执行：到期（R7）、季度汇总（R25）、拨付单作废与收款账户（R43）、提醒（R31）、统计、对账、封存（R32）、清除没有用到的文件登记与旧的请求编号。到期一次至多三百件，余下的下一次接着办。';

-- 托管环境有 pg_cron：每项任务自己一个事务、自己的时限，从 00:05（Asia/Shanghai，即 16:05 UTC）起依次执行；本地由启动脚本每小时执行。
-- 年末到期的券、公示期满而终局的申请可能很多：两小时内每两分钟一批。
do $$
declare
  v_job text;
  v_minute integer := 6;
begin
  if not exists (select 1 from pg_available_extensions where name = 'pg_cron') then return; end if;
  create extension if not exists pg_cron;
  perform cron.schedule('expire_vouchers', '5-59/2 16-17 * * *', 'select private.run_job(''expire_vouchers'')');
  perform cron.schedule('finish_notices', '4-58/2 16-17 * * *', 'select private.run_job(''finish_notices'')');
  perform cron.schedule('seal_hour', '20 * * * *', 'select private.run_job(''seal_hour'')');
  for v_job in select p.job from private.planned_jobs() p
    where p.job not in ('expire_vouchers', 'finish_notices', 'seal_hour') order by p.place loop
    -- 托管环境给 postgres 的语句时限是两分钟；对账要把全部事件重算一遍，给它半小时。
    perform cron.schedule(v_job, v_minute || ' 16 * * *',
      format('set statement_timeout = ''30min''; select private.run_job(%L)', v_job));
    v_minute := v_minute + 2;
  end loop;
end $$;
