-- 数据库结构的封存（R32）：触发器、约束、授权、策略、函数和存储桶也会被改；改了，各表与事件就不再可信。
-- 装好之后逐项取摘要记在表里，这张表自己留事件；每日对账重算一遍，指名哪一项与封存时不同。
-- 以后的迁移，最后一句是：select private.seal_schema();

create table private.schema_seal (
  object text primary key,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$')
);
comment on table private.schema_seal is
  '数据库结构的封存（R32）：每个表、列、约束、索引、函数、触发器、策略、授权、存储桶一行摘要。只由 private.seal_schema 写；改动留事件，随事件公开封存。';
alter table private.schema_seal enable row level security;
select private.watch_change('private.schema_seal');

-- 本机 npm run fingerprint 与备份比较结构时，读的是本文件里的同一段查询，不问数据库里的这个函数。
create function private.schema_lines() returns table (part text, name text, line text)
language sql stable security definer set search_path = ''
as $lines$
  with ours as materialized (select n.oid, n.nspname, n.nspacl, n.nspowner from pg_catalog.pg_namespace n
    where n.nspname in ('public', 'private')),
  tables as materialized (select c.*, format('%I.%I', o.nspname, c.relname) as name
    from pg_catalog.pg_class c join ours o on o.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'S')),
  functions as materialized (select p.*, format('%I.%I(%s)', o.nspname, p.proname,
    pg_catalog.pg_get_function_identity_arguments(p.oid)) as name
    from pg_catalog.pg_proc p join ours o on o.oid = p.pronamespace where p.prokind in ('f', 'p')),
  acl as (
    select n.nspname::text as name, n.nspowner as owner, n.nspacl as acl from ours n
    union all select t.name, t.relowner, t.relacl from tables t
    union all select t.name || '.' || a.attname, t.relowner, a.attacl
      from tables t join pg_catalog.pg_attribute a on a.attrelid = t.oid
      where a.attnum > 0 and not a.attisdropped and a.attacl is not null
    union all select f.name, f.proowner, coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner)) from functions f)
  select 'columns', t.name || '.' || a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end || a.attidentity::text || a.attgenerated::text
      || coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')
    from tables t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where t.relkind <> 'S'
  union all
  select 'row security', t.name, t.relrowsecurity || ' ' || t.relforcerowsecurity
    from tables t where t.relkind in ('r', 'p')
  union all
  select 'row security', 'storage.objects', c.relrowsecurity::text
    from pg_catalog.pg_class c where c.oid = 'storage.objects'::regclass
  union all
  select 'constraints', coalesce(t.name, format_type(c.contypid, null)) || ' ' || c.conname,
      pg_catalog.pg_get_constraintdef(c.oid)
    from pg_catalog.pg_constraint c join ours o on o.oid = c.connamespace left join tables t on t.oid = c.conrelid
    where t.oid is not null or c.contypid <> 0
  union all
  select 'indexes', i.indexrelid::regclass::text, pg_catalog.pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid
    from pg_catalog.pg_index i join tables t on t.oid = i.indrelid
  union all
  select 'functions', f.name, pg_catalog.pg_get_functiondef(f.oid) || ' ' || pg_catalog.pg_get_userbyid(f.proowner)
    from functions f
  union all
  -- 本机替身（Lite）每次启动都自己授权，不算。
  select 'grants', a.name || ' → ' || coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC'),
      string_agg(x.privilege_type || case when x.is_grantable then '*' else '' end, ' ' order by x.privilege_type)
    from acl a cross join lateral pg_catalog.aclexplode(a.acl) x
    where x.grantee <> a.owner and not exists (select 1 from pg_catalog.pg_roles r
      where r.oid = x.grantee and r.rolname = 'lite_server')
    group by 1, 2
  union all
  select 'policies', p.schemaname || '.' || p.tablename || ' ' || p.policyname, to_jsonb(p)::text
    from pg_catalog.pg_policies p
    where p.schemaname in ('public', 'private') or (p.schemaname = 'storage' and p.tablename = 'objects')
  union all
  -- 别处的表上执行本系统函数的触发器也算；数据库为外键自建的，只在不照常执行时列出。
  select 'triggers', format('%I.%I', n.nspname, c.relname) || ' ' || case when g.tgisinternal
      then (select k.conname from pg_catalog.pg_constraint k where k.oid = g.tgconstraint) else g.tgname end,
      string_agg(case when g.tgisinternal then p.proname::text else pg_catalog.pg_get_triggerdef(g.oid) end || ' '
        || g.tgenabled::text, e'\n' order by g.tgname)
    from pg_catalog.pg_trigger g join pg_catalog.pg_class c on c.oid = g.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_proc p on p.oid = g.tgfoid
    where case when g.tgisinternal then g.tgenabled <> 'O' and n.nspname in ('public', 'private')
      else n.nspname in ('public', 'private') or p.pronamespace in (select o.oid from ours o) end
    group by 1, 2
  union all
  select 'rules', t.name || ' ' || r.rulename, pg_catalog.pg_get_ruledef(r.oid) || ' ' || r.ev_enabled::text
    from pg_catalog.pg_rewrite r join tables t on t.oid = r.ev_class
  union all
  select 'roles', r.rolname::text, concat_ws(' ', r.rolsuper, r.rolbypassrls, (
      select string_agg(m.roleid::regrole::text, ' ' order by m.roleid::regrole::text)
      from pg_catalog.pg_auth_members m where m.member = r.oid))
    from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated')
  union all
  select 'buckets', b.id, concat_ws(' ', b.public, b.file_size_limit, array_to_string(b.allowed_mime_types, ','))
    from storage.buckets b where b.id in ('uploads', 'documents')
$lines$;
comment on function private.schema_lines() is
  '此刻的数据库结构，一项一行：种类、名称、定义。只看 public、private，storage.objects 的策略，和本系统的两个存储桶。';

create function private.schema_part_label(p_part text) returns text
language sql immutable set search_path = ''
as $$
  select coalesce((select x.label from (values ('columns', '列'), ('row security', '行级安全：表'), ('constraints', '约束'),
    ('indexes', '索引'), ('functions', '函数'), ('grants', '授权'), ('policies', '策略'), ('triggers', '触发器'), ('rules', '规则'),
    ('roles', '角色'), ('buckets', '存储桶')) x (part, label) where x.part = p_part), p_part)
$$;
comment on function private.schema_part_label(text) is '结构里一种东西的中文叫法。';

create function private.schema_objects() returns table (object text, sha256 text)
language sql stable security definer set search_path = ''
as $$
  select private.schema_part_label(l.part) || ' ' || l.name, encode(sha256(convert_to(l.line, 'UTF8')), 'hex')
  from private.schema_lines() l
$$;
comment on function private.schema_objects() is '此刻的数据库结构，一项一行：叫法与名称、定义的摘要。';

create function private.schema_differences() returns table (item text, difference_fen bigint, details text)
language sql stable security definer set search_path = ''
as $$
  select '触发器与存储桶', 0::bigint, coalesce(s.object, o.object) || case
    when o.object is null then ' 不在了' when s.object is null then ' 是封存之后加的' else ' 被改动或停用' end
  from private.schema_seal s full join private.schema_objects() o on o.object = s.object
  where s.sha256 is distinct from o.sha256
$$;
comment on function private.schema_differences() is
  '数据库结构与封存时不同之处（R32），一项一行；没有迁移过而有不同，就是有人在后台改了结构。空即相符。';

create function private.seal_schema() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_first boolean := not exists (select 1 from private.schema_seal);
  v_changed integer := (select count(*) from private.schema_differences());
begin
  if v_changed = 0 then return 0; end if;
  delete from private.schema_seal s where not exists (select 1 from private.schema_objects() o
    where o.object = s.object);
  insert into private.schema_seal as s (object, sha256) select o.object, o.sha256 from private.schema_objects() o
  on conflict (object) do update set sha256 = excluded.sha256 where s.sha256 <> excluded.sha256;
  if not v_first then
    perform private.notify_role('platform', 'system', 'job', 0, '数据库结构重新封存', v_changed
      || ' 项与上次不同。没有升级系统的，请通知数据库管理员。', 'schema:' || private.now());
  end if;
  return v_changed;
end $$;
comment on function private.seal_schema() is
  '把此刻的数据库结构封存（R32）：迁移的最后一句。改了哪几项记在事件里，并告诉省平台；返回不同的项数。仅数据库所有者可执行。';

select private.seal_schema();
