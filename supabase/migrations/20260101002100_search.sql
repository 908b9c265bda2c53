-- 目录搜索（R35）：任意两字以上的片段，走二字组索引再逐条核对；条件与计数一次返回。

create function private.fold(p_text text) returns text
language sql immutable set search_path = ''
as $$ select translate(lower(normalize(coalesce(p_text, ''), nfkc)), '-_‐–—·', '') $$;
comment on function private.fold(text) is '搜索用的写法：全角转半角、大写转小写、去掉连字符（DEMO-8100 与 demo8100 相同）；与网页的写法用同一组样例检验。';

create function private.bigrams(p_text text) returns text[]
language sql immutable set search_path = ''
as $$
  select coalesce(array_agg(distinct substr(p_text, i, 2)), '{}') from generate_series(1, length(p_text) - 1) i
$$;
comment on function private.bigrams(text) is '一段文字的全部相邻二字组；三字组索引查不了两个汉字的词。';

create table private.catalogue_words (
  slug text primary key references public.catalogue (slug) on delete cascade,
  words text not null,
  bigrams tsvector not null
);
create index catalogue_words_bigrams_idx on private.catalogue_words using gin (bigrams);
comment on table private.catalogue_words is '目录的搜索文字与二字组索引，由触发器随目录写入。';
alter table private.catalogue_words enable row level security;

create function private.index_catalogue() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  -- 各栏以换行隔开，词不会跨栏凑成。
  v_words text := private.fold(concat_ws(E'\n', new.name, new.model, new.maker, new.details ->> 'standard', new.institution_name, new.city, new.purpose));
begin
  insert into private.catalogue_words (slug, words, bigrams) values (new.slug, v_words, array_to_tsvector(private.bigrams(v_words)))
  on conflict (slug) do update set words = excluded.words, bigrams = excluded.bigrams;
  return null;
end $$;
comment on function private.index_catalogue() is '目录写入即更新搜索索引。';
create trigger index_words after insert or update of name, model, maker, details, institution_name, city, purpose on public.catalogue for each row execute function private.index_catalogue();

create function private.search_catalogue(p_query text, p_kind text, p_class text, p_city text, p_institution bigint, p_voucher_only boolean, p_qualified boolean, p_max_fen bigint, p_page integer) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_terms text[] := array(select t from regexp_split_to_table(left(private.fold(p_query), 100), '\s+') t where t <> '' limit 8);
  v_wanted text[] := array(select distinct b from unnest(v_terms) t cross join lateral unnest(private.bigrams(t)) b);
  v_slugs text[];
  v_page integer := least(greatest(coalesce(p_page, 1), 1), 500);
  v jsonb;
begin
  if cardinality(v_terms) > 0 then
    -- 先以二字组取候选，再核对片段真的出现；单个字没有二字组，只核对。
    if cardinality(v_wanted) > 0 then
      select array_agg(w.slug) into v_slugs from private.catalogue_words w
      where w.bigrams @@ (select string_agg('''' || replace(replace(b, '\', '\\'), '''', '''''') || '''', ' & ')::tsquery from unnest(v_wanted) b)
        and (select bool_and(position(t in w.words) > 0) from unnest(v_terms) t);
    else
      select array_agg(w.slug) into v_slugs from private.catalogue_words w where (select bool_and(position(t in w.words) > 0) from unnest(v_terms) t);
    end if;
    v_slugs := coalesce(v_slugs, '{}');
  end if;
  with matched as (
    select c.* from public.catalogue c where (v_slugs is null or c.slug = any (v_slugs)) and (p_kind is null or c.kind = p_kind)),
  -- 每个条件的计数不受它自己限制，但受其余条件限制。
  flagged as (
    select m.slug, m.class_code, m.city, m.is_open and m.voucher_enabled as usable,
      (p_class is null or m.class_code = p_class) as by_class, (p_city is null or m.city = p_city) as by_city,
      (p_institution is null or m.institution_id = p_institution) and (not coalesce(p_voucher_only, false) or (m.is_open and m.voucher_enabled)) and (not coalesce(p_qualified, false) or m.cma or m.cnas)
        and (p_max_fen is null or m.price_min_fen <= p_max_fen) as by_rest,
      case when cardinality(v_terms) > 0 and position(v_terms[1] in private.fold(m.name)) > 0 then 0 else 1 end as rank
    from matched m),
  chosen as (select f.slug, f.rank, f.usable from flagged f where f.by_class and f.by_city and f.by_rest)
  select jsonb_build_object(
    'total', (select count(*) from chosen), 'page', v_page,
    'rows', (select coalesce(jsonb_agg(to_jsonb(c) - 'details' order by x.rank, x.usable desc, c.slug), '[]') from (select h.* from chosen h order by h.rank, h.usable desc, h.slug limit 20 offset (v_page - 1) * 20) x join public.catalogue c on c.slug = x.slug),
    'classes', (select coalesce(jsonb_agg(jsonb_build_object('value', k.code, 'label', k.label, 'n', g.n) order by k.code), '[]') from (select f.class_code, count(*) as n from flagged f where f.by_city and f.by_rest group by 1) g join public.instrument_classes k on k.code = g.class_code),
    'cities', (select coalesce(jsonb_agg(jsonb_build_object('value', g.city, 'label', g.city, 'n', g.n) order by g.n desc, g.city), '[]') from (select f.city, count(*) as n from flagged f where f.by_class and f.by_rest group by 1) g)) into v;
  return v;
end $$;
comment on function private.search_catalogue(text, text, text, text, bigint, boolean, boolean, bigint, integer) is '目录搜索：词（空格分开，须都出现）、种类、类别、市、机构、只看可用券、只看有 CMA/CNAS、价格上限（分）、页（每页 20）。返回总数、本页、各类别与各市的件数。';
create function public.search_catalogue(query text default '', kind text default null, class text default null, city text default null, institution bigint default null, voucher_only boolean default false, qualified boolean default false, max_fen bigint default null, page integer default 1) returns jsonb
language sql stable security invoker set search_path = ''
begin atomic select private.search_catalogue(query, kind, class, city, institution, voucher_only, qualified, max_fen, page); end;
comment on function public.search_catalogue(text, text, text, text, bigint, boolean, boolean, bigint, integer) is '目录搜索（R35），任何人可用。';
grant execute on function private.search_catalogue(text, text, text, text, bigint, boolean, boolean, bigint, integer), public.search_catalogue(text, text, text, text, bigint, boolean, boolean, bigint, integer) to anon, authenticated;
