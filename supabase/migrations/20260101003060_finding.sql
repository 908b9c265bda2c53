-- 查找：在我看得到的一切里，按编号、单位、项目、资源、券号、合同号，两个字就能查。
-- 先用两字索引找出候选，再由各表的行级策略决定看得到哪些：候选多给了也看不到，不靠它保密。

create function private.searchable(variadic p_fields text[]) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  v_field text;
  v_text text := '';
begin
  -- 编号里的横线、空格与大小写不影响查找；各栏之间隔开，词不会跨栏。
  foreach v_field in array p_fields loop
    v_text := v_text || E'\n' || lower(regexp_replace(normalize(coalesce(v_field, ''), NFKC), '[\s_/.·—–-]+', '', 'g'));
  end loop;
  return substr(v_text, 2);
end $$;
comment on function private.searchable(text[]) is '供查找的文字：全半角、大小写、空格与横线归一，各栏以换行隔开。';

create function private.bigrams(p_text text) returns text[]
language plpgsql immutable parallel safe cost 1000 set search_path = ''
as $$
begin
  return coalesce((select array_agg(distinct substr(p_text, i, 2)) from generate_series(1, char_length(p_text) - 1) i),
    '{}');
end $$;
comment on function private.bigrams(text) is '一段文字里相邻的每两个字；两个字的词由它的索引直接找到。';

create function private.has_words(p_text text, p_words text[]) returns boolean
language plpgsql immutable parallel safe cost 50 set search_path = ''
as $$
begin
  return not exists (select 1 from unnest(p_words) w where strpos(p_text, w) = 0);
end $$;
comment on function private.has_words(text, text[]) is '每个词都整个出现在文字里：两字索引只说相邻的两个字都有，这里核对是不是连着。';

create function private.order_words(p public.orders) returns text
language sql immutable parallel safe set search_path = ''
as $$ select private.searchable(p.order_no, p.title, p.resource_name, p.resource_model, p.contract_no) $$;
comment on function private.order_words(public.orders) is '订单里供查找的文字：订单号、检测名称、资源与型号、合同号。';

create index orders_words_idx on public.orders using gin
  (private.bigrams(private.searchable(order_no, title, resource_name, resource_model, contract_no)));
create index vouchers_words_idx on public.vouchers using gin (private.bigrams(private.searchable(voucher_no)));
create index projects_words_idx on public.projects using gin (private.bigrams(private.searchable(title)));
create index instruments_words_idx on public.instruments using gin (private.bigrams(private.searchable(name, model)));
create index services_words_idx on public.services using gin (private.bigrams(private.searchable(name, standard)));
create index organizations_words_idx on public.organizations using gin
  (private.bigrams(private.searchable(name, uscc)));

create function private.find_candidates(p_words text)
returns table (entity text, id bigint)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_orgs bigint[] := private.my_orgs();
  v_staff boolean := private.is_staff();
  v_platform boolean := private.has_role('platform');
  v_words text[];
  v_pairs text[];
  v_parties bigint[];
  c_most constant integer := 7;
begin
  if (select auth.uid()) is null then perform private.refuse('SIGN_IN_REQUIRED'); end if;
  if p_words is null or char_length(p_words) > 100 then perform private.refuse('INPUT_INVALID', 'words'); end if;
  -- 至多五个词，每个词至少两个字；都要出现。
  select array_agg(distinct w.word) into v_words from (
    select private.searchable(r.word) as word
    from regexp_split_to_table(private.clean_line(p_words), '\s+') with ordinality r (word, n)
    where r.n <= 5) w where char_length(w.word) >= 2;
  if v_words is null or not (v_staff or cardinality(v_orgs) > 0) then return; end if;
  select array_agg(distinct b.pair) into v_pairs from unnest(v_words) w cross join unnest(private.bigrams(w)) b (pair);
  select coalesce(array_agg(o.id), '{}') into v_parties from (
    select g.id from public.organizations g
    where private.bigrams(private.searchable(g.name, g.uscc)) @> v_pairs
      and private.has_words(private.searchable(g.name, g.uscc), v_words) and g.id <> all (v_orgs)
    order by g.id limit 50) o;
  return query select distinct 'order', f.id from (
    (select o.id from public.orders o
      where private.bigrams(private.searchable(o.order_no, o.title, o.resource_name, o.resource_model, o.contract_no))
          @> v_pairs
        and private.has_words(private.order_words(o), v_words)
        and (o.applicant_id = any (v_orgs)
          or (o.submitted_at is not null and (v_staff or o.institution_id = any (v_orgs))))
      order by o.id desc limit c_most)
    union all (select o.id from public.orders o
      where o.applicant_id = any (v_parties) and o.submitted_at is not null
        and (v_staff or o.institution_id = any (v_orgs)) order by o.id desc limit c_most)
    union all (select o.id from public.orders o
      where o.institution_id = any (v_parties)
        and (o.applicant_id = any (v_orgs) or (v_staff and o.submitted_at is not null))
      order by o.id desc limit c_most)) f;
  return query select 'voucher', v.id from public.vouchers v
    where private.bigrams(private.searchable(v.voucher_no)) @> v_pairs
      and private.has_words(private.searchable(v.voucher_no), v_words)
      and (v_staff or v.applicant_id = any (v_orgs) or v.institution_id = any (v_orgs))
    order by v.id desc limit c_most;
  return query select 'project', p.id from public.projects p
    where private.bigrams(private.searchable(p.title)) @> v_pairs
      and private.has_words(private.searchable(p.title), v_words)
      and (v_staff or p.organization_id = any (v_orgs)) order by p.id desc limit c_most;
  return query select 'instrument', i.id from public.instruments i
    where private.bigrams(private.searchable(i.name, i.model)) @> v_pairs
      and private.has_words(private.searchable(i.name, i.model), v_words)
      and (v_platform or i.organization_id = any (v_orgs)) order by i.id desc limit c_most;
  return query select 'service', s.id from public.services s
    where private.bigrams(private.searchable(s.name, s.standard)) @> v_pairs
      and private.has_words(private.searchable(s.name, s.standard), v_words)
      and (v_platform or s.organization_id = any (v_orgs)) order by s.id desc limit c_most;
  return query select 'certification', c.id from public.certifications c
    where v_staff and c.organization_id = any (v_parties) order by c.id desc limit c_most;
end $$;
comment on function private.find_candidates(text) is
  '查找的候选（每类至多 7 件，新的在前）：走两字索引，只在本单位或工作人员的范围里找。看得到哪些由 find_mine 经行级策略决定。';

create function public.find_mine(words text)
returns table (entity text, id bigint, order_id bigint, number text, title text, party text, state text,
  state_label text, at timestamptz)
language sql stable security invoker set search_path = ''
begin atomic
  with found as materialized (select f.entity, f.id from private.find_candidates(words) f)
  select x.entity, x.id, x.order_id, x.number, x.title,
    concat_ws(' → ', a.name, case when i.id is distinct from a.id then i.name end), x.state, s.label, x.at
  from (
    select 1 as place, f.entity, o.id, o.id as order_id, o.order_no as number, o.title, o.applicant_id as one,
        o.institution_id as other, o.state, o.state_since as at
      from found f join public.orders o on o.id = f.id where f.entity = 'order'
    union all select 2, f.entity, v.id, v.order_id, v.voucher_no, o.title, v.applicant_id, v.institution_id, v.state,
        v.state_since
      from found f join public.vouchers v on v.id = f.id join public.orders o on o.id = v.order_id
      where f.entity = 'voucher'
    union all select 3, 'redemption', r.id, r.order_id, r.voucher_no, o.title, r.applicant_id, r.institution_id,
        r.state, r.state_since
      from found f join public.redemptions r on r.voucher_id = f.id join public.orders o on o.id = r.order_id
      where f.entity = 'voucher'
    union all select 4, f.entity, p.id, null, '', p.title, p.organization_id, null, p.state, p.state_since
      from found f join public.projects p on p.id = f.id where f.entity = 'project'
    union all select 5, f.entity, n.id, null, n.model, n.name, n.organization_id, null, n.state, n.state_since
      from found f join public.instruments n on n.id = f.id where f.entity = 'instrument'
    union all select 6, f.entity, n.id, null, n.standard, n.name, n.organization_id, null, n.state, n.state_since
      from found f join public.services n on n.id = f.id where f.entity = 'service'
    union all select 7, f.entity, c.id, null, c.certificate_no, g.name, c.organization_id, null, c.state, c.state_since
      from found f join public.certifications c on c.id = f.id join public.organizations g on g.id = c.organization_id
      where f.entity = 'certification') x
  left join public.organizations a on a.id = x.one
  left join public.organizations i on i.id = x.other
  left join public.workflow_states s on s.entity = x.entity and s.state = x.state
  order by x.place, x.id desc;
end;
comment on function public.find_mine(text) is
  '在我看得到的一切里查找：订单号、检测名称、资源、合同号、券号、项目、单位名称与代码；词之间用空格，至少两个字，每类至多 7 件。';
grant execute on function private.find_candidates(text), public.find_mine(text) to authenticated;
