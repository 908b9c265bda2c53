-- 文件：登记（系统给对象名）→ 浏览器上传到 uploads → 边缘函数读过，把读到的字节按 SHA-256 另存到 documents，才算数。
-- 只有 documents 里的对象会被提供给人看，而它只有边缘函数能写：核验之后才传完的上传改变不了任何人看到的内容。
-- 文件属于它的各个链接（订单材料、兑付材料、认证材料……），不属于单位；看得到链接的人才看得到文件（R15、R16、R24、R34）。

create table public.documents (
  id bigint generated always as identity primary key,
  kind text not null
    check (kind in ('certificate', 'contract', 'evidence', 'result', 'report', 'invoice', 'objection', 'photo',
      'account')),
  owner_id bigint not null references public.organizations (id),
  uploaded_by uuid not null,
  original_name text not null check (char_length(original_name) between 1 and 200),
  object_key text not null unique default gen_random_uuid()::text,
  declared_bytes bigint not null check (declared_bytes between 1 and 104857600),
  byte_size bigint,
  media_type text check (media_type in ('application/pdf', 'application/ofd', 'image/jpeg', 'image/png')),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  verified_at timestamptz,
  created_at timestamptz not null default private.now(),
  check ((verified_at is null) = (sha256 is null) and (verified_at is null) = (media_type is null)
    and (verified_at is null) = (byte_size is null))
);
create index documents_owner_id_idx on public.documents (owner_id) include (declared_bytes, verified_at);
create index documents_sha256_idx on public.documents (sha256);
create index documents_unverified_idx on public.documents (created_at) where verified_at is null;
comment on table public.documents is
  '文件登记：对象名由系统给，原名另存；边缘函数核过结构、字节、大小、类型与 SHA-256 才有 verified_at。谁能看由链接决定，不由本行决定。';
comment on column public.documents.owner_id is '上传的单位；只有它能把文件链到自己的业务上，可链到多处。';
comment on column public.documents.original_name is '原名，已去掉控制、方向与零宽字符；核验后结尾与真实类型一致。';
comment on column public.documents.object_key is 'uploads 桶里的对象名，只用于上传；看文件按 sha256 到 documents 桶取。';
comment on column public.documents.declared_bytes is '登记时声明的大小，字节；与读到的不同则不算数。';

alter table public.documents enable row level security;
create policy documents_read on public.documents for select to authenticated
  using (owner_id = any ((select private.my_orgs())::bigint[]));
grant select on public.documents to authenticated, service_role;

insert into private.refusals (code, http_status, message, hint) values
  ('FILE_TOO_LARGE', 413, '文件超过大小上限。', '请压缩或拆分后重新上传。'),
  ('FILE_TYPE_REFUSED', 415, '文件内容不是可接受的类型。', '只接受 PDF、OFD、JPEG、PNG；请另存为其中一种后重新上传。'),
  ('FILE_DAMAGED', 422, '文件不完整或已损坏，读不出内容。', '请用能打开它的软件重新导出或另存，再上传。'),
  ('FILE_ENCRYPTED', 422, '文件设有密码，审核人员打不开。', '请用“打印为 PDF”或去掉密码后另存，再上传。'),
  ('FILE_PICTURE_TOO_LARGE', 422, '图片的像素太多。', '请把图片缩小到 1.5 亿像素以内（A4 按 600 dpi 扫描即可），再上传。'),
  ('FILE_INCOMPLETE', 409, '文件没有传完。', '收到的大小与登记的不同；请检查网络后重新上传。'),
  ('FILE_NOT_VERIFIED', 409, '有文件还没有核验完成。', '请等待上传和核验完成；若长时间没有完成，请重新上传该文件。'),
  ('FILE_NOT_YOURS', 404, '没有找到这份文件。', '请重新上传文件。'),
  ('FILE_LIMIT', 409, '本单位的文件已到上限。', '请等待正在上传的文件完成；没有用到的文件 30 日后自动清除。仍不够用的，请拨打服务热线。');

create function private.file_name(p_name text, p_type text default null) returns text
language sql immutable set search_path = ''
as $$
  with kind as (select * from (values ('application/pdf', 'pdf', 'pdf'), ('application/ofd', 'ofd', 'ofd'),
    ('image/jpeg', 'jpe?g', 'jpg'), ('image/png', 'png', 'png')) k (type, pattern, ending) where k.type = p_type),
  cleaned as (select left(private.clean_line(p_name), 190) as name),
  -- 结尾像扩展名的才去掉：「报告v1.2」的「.2」不是。
  stem as (select rtrim(regexp_replace(c.name, '\.[A-Za-z][A-Za-z0-9]{0,7}$', ''), ' .') as name from cleaned c)
  select coalesce(
    (select n.name from kind k, (select c.name from cleaned c union all select s.name from stem s) n
      where n.name ~* ('.\.' || k.pattern || '$') limit 1),
    (select coalesce(nullif(s.name, ''), '文件') || '.' || k.ending from kind k, stem s),
    (select c.name from cleaned c))
$$;
comment on function private.file_name(text, text) is
  '文件原名的存法：去掉看不见的字符，至多 200 字；给了真实类型时，结尾与类型一致。什么都不剩返回空。';

create function private.check_file_size(p_bytes bigint) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_max bigint := coalesce(private.parameter(private.this_year(), 'file_max_bytes'), 20971520);
begin
  if p_bytes > v_max then
    perform private.refuse('FILE_TOO_LARGE', 'bytes',
      '每个文件不超过 ' || round(v_max / 1048576.0, 1)::real || ' MiB；扫描件请降低分辨率，或分成几份。');
  end if;
end $$;
comment on function private.check_file_size(bigint) is '单个文件大小不超过当年参数 file_max_bytes（R6）；字节。';

create function private.check_file_limits(p_org bigint, p_bytes bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_year integer := private.this_year();
  v_certified boolean := private.is_certified(p_org, private.today());
  v_files bigint;
  v_bytes bigint;
  v_open bigint;
  v_most bigint;
begin
  -- 同一单位的登记排队，同时登记也数得准。
  perform pg_advisory_xact_lock(hashtextextended('files:' || p_org, 0));
  select count(*), coalesce(sum(d.declared_bytes), 0), count(*) filter (where d.verified_at is null)
    into v_files, v_bytes, v_open from public.documents d where d.owner_id = p_org;
  v_most := case when v_certified then coalesce(private.parameter(v_year, 'files_per_organization'), 20000)
    else coalesce(private.parameter(v_year, 'files_uncertified'), 20) end;
  if v_files >= v_most then
    perform private.refuse('FILE_LIMIT', '最多 ' || v_most || ' 份' || case when v_certified then '' else '（认证通过之前）' end);
  end if;
  v_most := coalesce(private.parameter(v_year, 'file_bytes_per_organization'), 107374182400);
  if v_bytes + p_bytes > v_most then
    perform private.refuse('FILE_LIMIT', '合计最多 ' || round(v_most / 1073741824.0, 1)::real || ' GiB');
  end if;
  v_most := coalesce(private.parameter(v_year, 'open_uploads_per_organization'), 20);
  if v_open >= v_most then perform private.refuse('FILE_LIMIT', '最多同时有 ' || v_most || ' 份没有传完'); end if;
end $$;
comment on function private.check_file_limits(bigint, bigint) is
  '一个单位的文件总数、总字节与未传完的数目不超过当年参数；没有认证的单位另有更低的总数（R6）。p_bytes：将要上传的字节。';

create function private.create_document(p_request_id uuid, p_kind text, p_name text, p_bytes bigint) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org bigint := (private.my_orgs())[1];
  v public.documents;
  v_done jsonb;
begin
  if (select auth.uid()) is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  if p_request_id is not null then
    v_done := private.begin_request(p_request_id,
      jsonb_build_array('create_document', p_kind, p_name, p_bytes)::text);
    if v_done is not null then return v_done; end if;
  end if;
  if v_org is null then perform private.refuse('INPUT_INVALID', '请先登记单位'); end if;
  if p_bytes is null or p_bytes < 1 then perform private.refuse('INPUT_INVALID', 'bytes', '文件是空的，请另选一份。'); end if;
  if char_length(p_name) > 1000 then perform private.refuse('INPUT_INVALID', 'name', '文件名太长，请改短后重新上传。'); end if;
  if private.file_name(p_name) is null then perform private.refuse('INPUT_INVALID', 'name', '文件没有名称，请改名后重新上传。'); end if;
  perform private.check_file_size(p_bytes);
  perform private.check_file_limits(v_org, p_bytes);
  begin
    insert into public.documents (kind, owner_id, uploaded_by, original_name, declared_bytes)
    values (p_kind, v_org, (select auth.uid()), private.file_name(p_name), p_bytes) returning * into v;
  exception when check_violation or not_null_violation then perform private.refuse('INPUT_INVALID', 'kind');
  end;
  v_done := jsonb_build_object('id', v.id, 'object_key', v.object_key);
  if p_request_id is not null then perform private.end_request(p_request_id, v_done); end if;
  return v_done;
end $$;
comment on function private.create_document(uuid, text, text, bigint) is
  '登记一份待上传的文件，返回编号与对象名。拒绝：未登录、无单位、空文件、过大、超过单位上限、名称不合。';
create function public.create_document(kind text, name text, bytes bigint, request_id uuid default null) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.create_document(request_id, kind, name, bytes); end;
comment on function public.create_document(text, text, bigint, uuid) is
  '登记待上传的文件。bytes：字节数。返回 {id, object_key}；上传到 uploads 存储桶的该对象名。';
grant execute on function private.create_document(uuid, text, text, bigint),
  public.create_document(text, text, bigint, uuid) to authenticated;

-- 以下四个只给边缘函数：它读字节，数据库记结果、给拒绝的话、说该删哪些对象。
create function private.verify_document(p_id bigint, p_size bigint, p_type text, p_sha256 text) returns text
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.check_file_size(p_size);
  update public.documents set byte_size = p_size, media_type = p_type, sha256 = p_sha256, verified_at = private.now(),
    original_name = private.file_name(original_name, p_type)
    where id = p_id and verified_at is null;
  return (select d.original_name from public.documents d where d.id = p_id);
end $$;
comment on function private.verify_document(bigint, bigint, text, text) is
  '边缘函数读过文件、另存了读到的字节之后记下核验结果，返回存下的名称；已核验的不再改。';
create function public.verify_document(id bigint, size bigint, type text, sha256 text) returns text
language sql volatile security invoker set search_path = ''
begin atomic select private.verify_document(id, size, type, sha256); end;
comment on function public.verify_document(bigint, bigint, text, text) is '仅 service_role（边缘函数 verify-document）可执行。';

create function private.reject_document(p_id bigint, p_code text) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  delete from public.documents d where d.id = p_id and d.verified_at is null;
  select jsonb_build_object('status', r.http_status, 'code', r.code, 'message', r.message, 'hint', r.hint, 'details',
    null)
    from private.refusals r where r.code = p_code and r.code like 'FILE\_%'
$$;
comment on function private.reject_document(bigint, text) is
  '边缘函数读过、不合格的文件：撤销登记（不占名额），返回目录中这一拒绝的状态与文字。';
create function public.reject_document(id bigint, code text) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.reject_document(id, code); end;
comment on function public.reject_document(bigint, text) is '仅 service_role（边缘函数 verify-document）可执行。';

create function private.objects_to_remove() returns table (bucket text, name text)
language sql stable security definer set search_path = ''
as $$
  select o.bucket_id, o.name from storage.objects o
  where o.created_at < pg_catalog.statement_timestamp() - interval '1 day'
    and (o.bucket_id = 'uploads'
      or (o.bucket_id = 'documents' and not exists (select 1 from public.documents d where d.sha256 = o.name)))
  order by o.created_at limit 1000
$$;
comment on function private.objects_to_remove() is
  '该删的存储对象，一次至多 1000 个：上传满一日的（核验过的已另存，没核验的已作废），和已没有登记的。存储的行不能用 SQL 删，由边缘函数 sweep-files 经存储接口删。';
create function public.objects_to_remove() returns table (bucket text, name text)
language sql stable security invoker set search_path = ''
begin atomic select o.bucket, o.name from private.objects_to_remove() o; end;
comment on function public.objects_to_remove() is '仅 service_role（边缘函数 sweep-files）可执行。';
grant execute on function private.verify_document(bigint, bigint, text, text),
  public.verify_document(bigint, bigint, text, text), private.reject_document(bigint, text),
  public.reject_document(bigint, text), private.objects_to_remove(), public.objects_to_remove() to service_role;

create function private.sweep_documents() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_links text;
  v_count integer;
begin
  -- 链接有哪些，问数据库自己：凡是指向 documents 的外键都是链接，新增一种不必改这里。
  select string_agg(format('and not exists (select 1 from %s l where l.%I = d.id)', c.conrelid::regclass, a.attname),
    ' ')
    into v_links from pg_catalog.pg_constraint c
    join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'public.documents'::regclass;
  execute 'delete from public.documents d where d.created_at < $1 and (d.verified_at is null or d.created_at < $2) '
    || coalesce(v_links, '') using private.now() - interval '1 day', private.now() - interval '30 days';
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function private.sweep_documents() is
  '每日任务：撤销满一日没有核验的登记，和满 30 日没有链到任何业务的文件；返回撤销数。对象随后由 sweep-files 删除。';

create function private.check_document(p_id bigint, p_kinds text[], p_owner bigint) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.documents;
begin
  select d.* into v from public.documents d where d.id = p_id;
  if v.id is null or v.owner_id <> p_owner or not coalesce(v.kind = any (p_kinds), false) then
    perform private.refuse('FILE_NOT_YOURS', 'documents');
  end if;
  if v.verified_at is null then perform private.refuse('FILE_NOT_VERIFIED', v.original_name); end if;
end $$;
comment on function private.check_document(bigint, text[], bigint) is
  '能否把这份文件链到业务上：须是本单位上传、已核验、用途相符（R16、R23）。链接只增加看得到的人，不移走文件。';

-- ── 存储 ────────────────────────────────────────────────────────────────
-- uploads：登记过、未核验、本人的对象可以写、自己可以读回；documents：只有边缘函数（service_role）能写，能读的正是能读登记行的人。
-- 桶的大小与类型是第一道门；参数 file_max_bytes 若调高过 20 MiB，须同时改桶的 file_size_limit。
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
select b.id, b.id, false, 20971520, array['application/pdf', 'application/ofd', 'image/jpeg', 'image/png']
from (values ('uploads'), ('documents')) b (id) on conflict (id) do update
  set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;
create policy uploads_write on storage.objects for insert to authenticated with check (
  bucket_id = 'uploads' and exists (select 1 from public.documents d
    where d.object_key = objects.name and d.uploaded_by = (select auth.uid()) and d.verified_at is null));
create policy files_read on storage.objects for select to authenticated using (
  (bucket_id = 'documents' and exists (select 1 from public.documents d where d.sha256 = objects.name))
  or (bucket_id = 'uploads' and exists (select 1 from public.documents d
    where d.object_key = objects.name and d.uploaded_by = (select auth.uid()) and d.verified_at is null)));
