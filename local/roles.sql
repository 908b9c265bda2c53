-- The roles of hosted Supabase, for the embedded cluster alone. Run once by the superuser before the first migration.
-- :password is put in by roles.ts. Why each line is here: docs/architecture.md, "The embedded roles".
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role supabase_auth_admin nologin;
create role supabase_storage_admin nologin;
create role migrations_owner nologin;
create role postgres login createrole createdb replication bypassrls password ':password';
create role authenticator login noinherit password ':password';
create role lite_server login password ':password';
grant anon, authenticated, service_role to authenticator, lite_server;
-- What hosted gives postgres, and no more: it is no superuser, owns nothing in auth or storage, and is no member of
-- their owners.
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription to postgres with admin option;
-- supautils lets postgres switch triggers off there.
grant set on parameter session_replication_role to postgres;
-- And lets it set these for a role.
grant set on parameter "pgrst.db_aggregates_enabled", "pgrst.db_plan_enabled" to postgres;
grant supabase_auth_admin, supabase_storage_admin to lite_server;
grant migrations_owner to lite_server, postgres;
grant create on database postgres to postgres, lite_server;
-- Hosted's limits: PostgREST applies those of the role that a request takes.
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role postgres set search_path = "$user", public, extensions;
alter schema public owner to postgres;
create schema auth authorization supabase_auth_admin;
create schema storage authorization supabase_storage_admin;
create schema supabase_migrations authorization migrations_owner;
create schema extensions authorization postgres;
create schema local authorization supabase_admin;
grant usage on schema auth, storage to postgres, anon, authenticated, service_role;
grant all on schema auth, storage to lite_server;
grant usage on schema local to authenticator, anon, authenticated, service_role;
-- Hosted default privileges: everything new in public is open to the API roles until the first migration closes it.
alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
-- Lite insists on granting on every schema; with these it can look, and its grants only warn.
alter default privileges for role postgres grant references on tables to lite_server;
alter default privileges for role postgres grant usage on schemas to lite_server;
-- Lite reads request.jwt.claim.sub, PostgREST sets request.jwt.claims: copy over before each request.
create function local.copy_claims() returns void language plpgsql set search_path = '' as $$
declare
  c json := nullif(current_setting('request.jwt.claims', true), '')::json;
begin
  perform set_config('request.jwt.claim.sub', coalesce(c ->> 'sub', ''), true);
  perform set_config('request.jwt.claim.role', coalesce(c ->> 'role', ''), true);
  perform set_config('request.jwt.claim.email', coalesce(c ->> 'email', ''), true);
end $$;
grant execute on function local.copy_claims() to authenticator, anon, authenticated, service_role;
