-- 河南省的市：省辖市十七个与济源示范区（GB/T 2260）。单位所在的市由注册地代码得出，不由人填写。

create table public.cities (
  code text primary key check (code ~ '^41[0-9]{4}$'),
  name text not null unique check (char_length(name) between 2 and 10),
  sort integer not null unique check (sort > 0)
);
comment on table public.cities is '河南省的市（R1、R35）：代码（GB/T 2260）、名称、排列次序。网页地址、统计与目录只用这里的代码和名称；每次改动留事件（R32）。';
comment on column public.cities.code is '六位行政区划代码：省辖市以 00 结尾，省直管的济源为 419001；公开网页的地址由它构成，所以只有数字。';

insert into public.cities (sort, code, name) values
  (1, '410100', '郑州'), (2, '410200', '开封'), (3, '410300', '洛阳'), (4, '410400', '平顶山'), (5, '410500', '安阳'),
  (6, '410600', '鹤壁'),
  (7, '410700', '新乡'), (8, '410800', '焦作'), (9, '410900', '濮阳'), (10, '411000', '许昌'), (11, '411100', '漯河'),
  (12, '411200', '三门峡'),
  (13, '411300', '南阳'), (14, '411400', '商丘'), (15, '411500', '信阳'), (16, '411600', '周口'), (17, '411700', '驻马店'),
  (18, '419001', '济源');

alter table public.cities enable row level security;
create policy cities_read on public.cities for select to anon, authenticated using (true);
grant select on public.cities to anon, authenticated;

create function private.city_of(p_region_code text) returns text
language sql immutable set search_path = ''
as $$ select case when p_region_code like '4190%' then p_region_code else left(p_region_code, 4) || '00' end $$;
comment on function private.city_of(text) is '县级行政区划代码所属的市：省直管的（4190xx）就是自己，其余取前四位加 00。只换写法，不查有没有这个市。';
