-- 体检：一个装好的项目该有的都在不在。只给 service_role（npm run doctor），不含任何业务内容。

create function private.health() returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_year integer := private.this_year();
  v_migration text;
  v_jobs jsonb := null;
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select max(version) from supabase_migrations.schema_migrations' into v_migration;
  end if;
  if to_regclass('cron.job') is not null then
    execute 'select coalesce(jsonb_agg(j.jobname), ''[]'') from cron.job j where j.active' into v_jobs;
  end if;
  return jsonb_build_object(
    'migration', v_migration,
    'now', private.now(), 'clock_moved', (select c.shift <> interval '0' from private.clock c),
    'year', v_year, 'year_missing', private.year_missing(v_year),
    'next_year_missing', case when private.today() >= make_date(v_year, 12, 1)
      then private.year_missing(v_year + 1) end,
    'staff', (select coalesce(jsonb_object_agg(s.role, s.n), '{}') from (
      select r.role, count(*) as n from public.staff_roles r group by r.role) s),
    'experts_per_item', private.parameter(v_year, 'experts_per_item'),
    'buckets', (select coalesce(jsonb_object_agg(b.id,
      jsonb_build_object('public', b.public, 'limited', b.file_size_limit is not null
      and b.allowed_mime_types is not null)), '{}') from storage.buckets b),
    'storage_policies', (select coalesce(jsonb_agg(p.polname order by p.polname), '[]') from pg_catalog.pg_policy p
      where p.polrelid = 'storage.objects'::regclass),
    'jobs_scheduled', v_jobs,
    'jobs', (select coalesce(jsonb_object_agg(j.job, jsonb_build_object('at', j.started_at, 'error', j.error)), '{}')
      from (
      select distinct on (r.job) r.job, r.started_at, r.error from private.job_runs r order by r.job, r.id desc) j),
    'unbalanced', (select coalesce(jsonb_agg(r.item order by r.item), '[]') from public.reconciliations r
      where not r.balanced and r.day = (select max(x.day) from public.reconciliations x)),
    -- 整库恢复之后，托管环境的默认授权会重新放开一切：不该有的写权限一项也不能有。
    'writable', (select coalesce(jsonb_agg(distinct c.relname order by c.relname), '[]') from pg_catalog.pg_class c
      cross join (values ('anon'), ('authenticated')) r (role)
        cross join (values ('insert'), ('update'), ('delete')) v (verb)
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and has_table_privilege(r.role, c.oid, v.verb)),
    'unguarded', (select coalesce(jsonb_agg(c.relname order by c.relname), '[]') from pg_catalog.pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity),
    'waits_limited', exists (select 1 from pg_catalog.pg_db_role_setting s
      where s.setrole = 'authenticated'::regrole and s.setconfig::text like '%lock_timeout%'));
end $$;
comment on function private.health() is
  '一个装好的项目该有的都在不在：迁移、年度、人员、存储、任务、授权。返回各项的现状，判断由 npm run doctor 作出。';
create function public.health() returns jsonb
language sql stable security invoker set search_path = ''
begin atomic select private.health(); end;
comment on function public.health() is '仅 service_role（npm run doctor）可执行。';
grant execute on function private.health(), public.health() to service_role;
