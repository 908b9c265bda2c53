-- 文件：先登记（系统给对象名）→ 浏览器上传 → 边缘函数读过才算数。

create table public.documents (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('certificate', 'contract', 'evidence', 'result', 'report', 'invoice', 'objection', 'photo')),
  owner_id bigint not null references public.organizations (id),
  uploaded_by uuid not null,
  applicant_id bigint references public.organizations (id),
  institution_id bigint references public.organizations (id),
  original_name text not null check (char_length(original_name) between 1 and 200),
  object_key text not null unique default gen_random_uuid()::text,
  declared_bytes bigint not null check (declared_bytes between 1 and 104857600),
  byte_size bigint,
  media_type text check (media_type in ('application/pdf', 'application/ofd', 'image/jpeg', 'image/png')),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  verified_at timestamptz,
  attached_at timestamptz,
  created_at timestamptz not null default private.now(),
  check ((verified_at is null) = (sha256 is null) and (verified_at is null) = (media_type is null) and (verified_at is null) = (byte_size is null))
);
create index documents_owner_id_idx on public.documents (owner_id);
create index documents_applicant_id_idx on public.documents (applicant_id);
create index documents_institution_id_idx on public.documents (institution_id);
create index documents_sha256_idx on public.documents (sha256);
comment on table public.documents is '文件登记：对象名由系统给，原名另存；边缘函数核过字节、大小、类型与 SHA-256 才有 verified_at；attached_at 之后不可覆盖或删除。';
comment on column public.documents.applicant_id is '可读此文件的用户单位（订单双方之一），附到业务时写入。';

alter table public.documents enable row level security;
create policy documents_read on public.documents for select to authenticated using (
  owner_id = any ((select private.my_orgs())::bigint[]) or applicant_id = any ((select private.my_orgs())::bigint[])
  or institution_id = any ((select private.my_orgs())::bigint[]) or (select private.is_staff()));
grant select on public.documents to authenticated, service_role;

insert into private.refusals (code, http_status, message, hint) values
  ('FILE_TOO_LARGE', 413, '文件超过大小上限。', '请压缩或拆分后重新上传。'),
  ('FILE_TYPE_REFUSED', 415, '文件内容不是可接受的类型。', '只接受 PDF、OFD、JPEG、PNG；请另存为其中一种后重新上传。'),
  ('FILE_NOT_VERIFIED', 409, '有文件还没有核验完成。', '请等待上传和核验完成；若长时间没有完成，请重新上传该文件。'),
  ('FILE_NOT_YOURS', 404, '没有找到这份文件。', '请重新上传文件。');

create function private.check_file_size(p_bytes bigint) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_max bigint := coalesce(private.parameter(private.this_year(), 'file_max_bytes'), 20971520);
begin
  if p_bytes > v_max then perform private.refuse('FILE_TOO_LARGE', '每个文件不超过 ' || round(v_max / 1048576.0, 1)::real || ' MiB'); end if;
end $$;
comment on function private.check_file_size(bigint) is '单个文件大小不超过当年参数 file_max_bytes（R6）；字节。';

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
    v_done := private.begin_request(p_request_id, jsonb_build_array('create_document', p_kind, p_name, p_bytes)::text);
    if v_done is not null then return v_done; end if;
  end if;
  if v_org is null then perform private.refuse('INPUT_INVALID', '请先登记单位'); end if;
  if p_bytes is null or p_bytes < 1 then perform private.refuse('INPUT_INVALID', '空文件'); end if;
  perform private.check_file_size(p_bytes);
  begin
    insert into public.documents (kind, owner_id, uploaded_by, original_name, declared_bytes)
    values (p_kind, v_org, (select auth.uid()), trim(p_name), p_bytes) returning * into v;
  exception when check_violation or not_null_violation then perform private.refuse('INPUT_INVALID', '文件名或用途');
  end;
  v_done := jsonb_build_object('id', v.id, 'object_key', v.object_key);
  if p_request_id is not null then perform private.end_request(p_request_id, v_done); end if;
  return v_done;
end $$;
comment on function private.create_document(uuid, text, text, bigint) is '登记一份待上传的文件，返回编号与对象名。拒绝：未登录、无单位、空文件、过大、名称不合。';
create function public.create_document(kind text, name text, bytes bigint, request_id uuid default null) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.create_document(request_id, kind, name, bytes); end;
comment on function public.create_document(text, text, bigint, uuid) is '登记待上传的文件。bytes：字节数。返回 {id, object_key}；上传到 documents 存储桶的该对象名。';
grant execute on function private.create_document(uuid, text, text, bigint), public.create_document(text, text, bigint, uuid) to authenticated;

create function private.verify_document(p_id bigint, p_size bigint, p_type text, p_sha256 text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.check_file_size(p_size);
  update public.documents set byte_size = p_size, media_type = p_type, sha256 = p_sha256, verified_at = private.now()
    where id = p_id and verified_at is null;
end $$;
comment on function private.verify_document(bigint, bigint, text, text) is '边缘函数读过文件后记下核验结果；已核验的不再改。';
create function public.verify_document(id bigint, size bigint, type text, sha256 text) returns void
language sql volatile security invoker set search_path = ''
begin atomic select private.verify_document(id, size, type, sha256); end;
comment on function public.verify_document(bigint, bigint, text, text) is '仅 service_role（边缘函数 verify-document）可执行。';
grant execute on function private.verify_document(bigint, bigint, text, text), public.verify_document(bigint, bigint, text, text) to service_role;

create function private.attach_document(p_id bigint, p_kinds text[], p_owner bigint, p_applicant_id bigint, p_institution_id bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.documents;
begin
  select d.* into v from public.documents d where d.id = p_id for update;
  if v.id is null or v.owner_id <> p_owner or not v.kind = any (p_kinds) then perform private.refuse('FILE_NOT_YOURS'); end if;
  if v.verified_at is null then perform private.refuse('FILE_NOT_VERIFIED', v.original_name); end if;
  update public.documents set applicant_id = p_applicant_id, institution_id = p_institution_id, attached_at = coalesce(attached_at, private.now()) where id = p_id;
end $$;
comment on function private.attach_document(bigint, text[], bigint, bigint, bigint) is '把自己单位已核验的文件附到业务上，双方从此可读、不可再改（R16、R23）。';

-- 存储：私有桶；能写的只有登记过、未核验、自己单位的对象；能读的正是能读登记行的人。
insert into storage.buckets (id, name, public) values ('documents', 'documents', false) on conflict (id) do nothing;
create policy documents_upload on storage.objects for insert to authenticated with check (
  bucket_id = 'documents' and exists (select 1 from public.documents d where d.object_key = objects.name and d.uploaded_by = (select auth.uid()) and d.verified_at is null));
create policy documents_download on storage.objects for select to authenticated using (
  bucket_id = 'documents' and exists (select 1 from public.documents d where d.object_key = objects.name));
