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

create function private.run_daily() returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.run_job('turn_suspensions') || private.run_job('expire_vouchers')
    || private.run_job('close_due_rounds') || private.run_job('finish_notices')
    || private.run_job('drop_lapsed_lists') || private.run_job('tell_missing_accounts')
    || private.run_job('send_reminders')
    || private.run_job('refresh_statistics') || private.run_job('reconcile') || private.run_job('seal_hour')
      || private.run_job('seal_days')
    || private.run_job('sweep_documents')
$$;
comment on function private.run_daily() is
  '每日任务，可重复执行：到期（R7）、季度汇总（R25）、拨付单作废与收款账户（R43）、提醒（R31）、统计、对账、封存（R32）、清除没有用到的文件登记。到期一次至多三百件，余下的下一次接着办。';

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
  foreach v_job in array array['turn_suspensions', 'close_due_rounds', 'drop_lapsed_lists', 'tell_missing_accounts',
    'send_reminders', 'refresh_statistics', 'reconcile', 'seal_days', 'sweep_documents'] loop
    -- 托管环境给 postgres 的语句时限是两分钟；对账要把全部事件重算一遍，给它半小时。
    perform cron.schedule(v_job, v_minute || ' 16 * * *',
      format('set statement_timeout = ''30min''; select private.run_job(%L)', v_job));
    v_minute := v_minute + 2;
  end loop;
end $$;
