-- 流转表写全之后，把每次办理都要走的五个函数换成一支一支写定的 SQL：语句的计划随会话保留，不必每次重新计划。
-- 流转表仍是唯一的来源：本函数照表写出；表里后来添的条件与效果走最后一支，与写定的同样办理。

create function private.plan_workflow() returns void
language plpgsql volatile security definer set search_path = ''
as $do$
declare
  v_lock text;
  v_read text;
  v_set text;
  v_guards text;
  v_effects text;
begin
  select string_agg(format('  when %L then select to_jsonb(t) into v from public.%I t where t.id = p_id for update;',
      e.entity, e.table_name), E'\n' order by e.entity),
    string_agg(format('  when %L then select to_jsonb(t) into v from public.%I t where t.id = p_id;',
      e.entity, e.table_name), E'\n' order by e.entity),
    string_agg(format('  when %L then update public.%I t set state = p_state,
      state_since = coalesce(p_since, t.state_since) where t.id = p_id returning to_jsonb(t) into v;',
      e.entity, e.table_name), E'\n' order by e.entity)
    into v_lock, v_read, v_set from public.workflow_entities e;
  select string_agg(format('  when %L then return private.%I(p_row, p_payload);', g.guard, g.guard), E'\n'
      order by g.guard) into v_guards
    from (select distinct t.guard from public.workflow_transitions t where t.guard is not null) g;
  select string_agg(format('  when %L then return private.%I(p_row, p_payload);', f.effect, f.effect), E'\n'
      order by f.effect) into v_effects
    from (select distinct t.effect from public.workflow_transitions t where t.effect is not null) f;

  execute format($f$create or replace function private.lock_row(p_entity text, p_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v jsonb;
begin
  case p_entity
%s
  else perform private.refuse('NOT_FOUND');
  end case;
  return v;
end $$$f$, v_lock);
  execute format($f$create or replace function private.read_row(p_entity text, p_id bigint) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v jsonb;
begin
  case p_entity
%s
  else null;
  end case;
  return v;
end $$$f$, v_read);
  execute format($f$create or replace function private.set_state(p_entity text, p_id bigint, p_state text,
  p_since timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v jsonb;
begin
  case p_entity
%s
  end case;
  return v;
end $$$f$, v_set);
  execute format($f$create or replace function private.guard_says(p_guard text, p_row jsonb, p_payload jsonb)
  returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_code text;
begin
  if p_guard is null then return null; end if;
  case p_guard
%s
  else execute format('select private.%%I($1, $2)', p_guard) into v_code using p_row, p_payload;
  end case;
  return v_code;
end $$$f$, v_guards);
  execute format($f$create or replace function private.run_effect(p_effect text, p_row jsonb, p_payload jsonb)
  returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_effect jsonb;
begin
  case p_effect
%s
  else execute format('select private.%%I($1, $2)', p_effect) into v_effect using p_row, p_payload;
  end case;
  return v_effect;
end $$$f$, v_effects);
end $do$;
comment on function private.plan_workflow() is
  '照流转表把 lock_row、read_row、set_state、guard_says、run_effect 写成一支一支的 SQL。以后的迁移改了流转表，在 seal_schema 之前再调用一次。';
select private.plan_workflow();
