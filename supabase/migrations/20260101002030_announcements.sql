-- 通知公告（R35）：年度申领通知、系统维护、结果公布等。管理员在数据库后台写一行就是一条，每条改动都有事件（R50）。

create table public.announcements (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('call', 'result', 'maintenance', 'other')),
  audience text not null default 'everyone'
    check (audience in ('everyone', 'applicant', 'institution', 'reviewer')),
  title text not null check (char_length(title) between 4 and 100),
  body text not null check (char_length(body) between 10 and 20000),
  source text not null check (char_length(source) between 2 and 100),
  document_url text check (document_url ~ '^https://[^[:space:]<>"]+$'
    and char_length(document_url) between 12 and 300),
  published_on private.plausible_date,
  created_at timestamptz not null default private.now()
);
create index announcements_published_on_idx on public.announcements (published_on desc);
comment on table public.announcements is
  '通知公告，一行一条，由管理员在数据库后台填写：填好 published_on，到那一天就公开，空着是草稿；撤下把它清空。门户在网站发布时把公开的写进 /news/ 和订阅源。';
comment on column public.announcements.kind is '种类：call 申领通知、result 结果公布、maintenance 系统维护、other 其他。';
comment on column public.announcements.audience is
  '给谁看：everyone 所有人、applicant 用户单位、institution 管理单位、reviewer 审核与推荐；只用来筛选，公开的人人可见。';
comment on column public.announcements.body is '正文，纯文字；空一行分段。';
comment on column public.announcements.source is '来源：发文单位，例如“河南省科学技术厅”。';
comment on column public.announcements.document_url is '原文网址，https 开头；没有的空着。';
comment on column public.announcements.published_on is '哪一天公开（北京时间）；空为草稿。';
alter table public.announcements enable row level security;
create policy announcements_read on public.announcements for select to anon, authenticated
  using (published_on <= (select private.today()));
grant select on public.announcements to anon, authenticated;
