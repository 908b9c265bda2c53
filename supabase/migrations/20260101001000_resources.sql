-- 仪器资源与项目检测；公众目录（R12、R20、R21、R35）。

create table public.instrument_classes (
  code text primary key check (code ~ '^[0-9]{2}$'),
  label text not null unique
);
comment on table public.instrument_classes is '仪器类别，十五类。';
insert into public.instrument_classes (code, label) values
  ('01', '分析仪器'), ('02', '物理性能测试仪器'), ('03', '计量仪器'), ('04', '电子测量仪器'), ('05', '海洋仪器'), ('06', '地球探测仪器'),
    ('07', '大气探测仪器'),
  ('08', '天文仪器'), ('09', '医学科研仪器'), ('10', '核仪器'), ('11', '特种检测仪器'), ('12', '工艺试验仪器'), ('13', '激光器'),
    ('14', '计算机及其配套设备'), ('15', '其他仪器');
alter table public.instrument_classes enable row level security;
create policy instrument_classes_read on public.instrument_classes for select to anon, authenticated using (true);
grant select on public.instrument_classes to anon, authenticated;

create table public.instruments (
  id bigint generated always as identity primary key,
  organization_id bigint not null references public.organizations (id),
  class_code text not null references public.instrument_classes (code),
  name text not null check (char_length(name) between 2 and 100),
  model text not null default '' check (char_length(model) <= 100),
  maker text not null default '' check (char_length(maker) <= 100),
  purpose text not null default '' check (char_length(purpose) <= 2000),
  specs text not null default '' check (char_length(specs) <= 2000),
  unit text not null default '样' check (char_length(unit) between 1 and 10),
  price_min_fen bigint not null check (price_min_fen between 0 and 10000000000),
  price_max_fen bigint not null check (price_max_fen between 0 and 10000000000),
  pending jsonb,
  is_open boolean not null default true,
  voucher_enabled boolean not null default true,
  reopens_on private.plausible_date check (reopens_on is null or not is_open),
  state text not null default 'submitted',
  state_since timestamptz not null default private.now(),
  check (price_max_fen >= price_min_fen)
);
create index instruments_organization_id_idx on public.instruments (organization_id, id);
create index instruments_class_code_idx on public.instruments (class_code);
comment on table public.instruments
  is '仪器资源（R21）。pending 是已发布者待审核的修改：审核前公众看到的仍是已批准内容。价格单位分。reopens_on 是关闭期间告知公众的预计恢复日，不自动恢复。';

create table public.services (
  id bigint generated always as identity primary key,
  organization_id bigint not null references public.organizations (id),
  class_code text not null references public.instrument_classes (code),
  name text not null check (char_length(name) between 2 and 100),
  standard text not null default '' check (char_length(standard) <= 200),
  sample_requirement text not null default '' check (char_length(sample_requirement) <= 500),
  purpose text not null default '' check (char_length(purpose) <= 2000),
  unit text not null default '样' check (char_length(unit) between 1 and 10),
  price_min_fen bigint not null check (price_min_fen between 0 and 10000000000),
  price_max_fen bigint not null check (price_max_fen between 0 and 10000000000),
  turnaround_days integer check (turnaround_days between 1 and 365),
  cma boolean not null default false,
  cnas boolean not null default false,
  pending jsonb,
  is_open boolean not null default true,
  voucher_enabled boolean not null default true,
  reopens_on private.plausible_date check (reopens_on is null or not is_open),
  state text not null default 'submitted',
  state_since timestamptz not null default private.now(),
  check (price_max_fen >= price_min_fen)
);
create index services_organization_id_idx on public.services (organization_id, id);
create index services_class_code_idx on public.services (class_code);
comment on table public.services is '检测项目（R21），规则同仪器资源。';

create table public.catalogue (
  slug text primary key,
  ordinal integer not null check (ordinal > 0),
  kind text not null check (kind in ('instrument', 'service')),
  resource_id bigint not null,
  name text not null,
  model text not null default '',
  maker text not null default '',
  class_code text not null check (class_code ~ '^[0-9]{2}$'),
  class_ordinal integer not null check (class_ordinal > 0),
  institution_id bigint not null check (institution_id > 0),
  institution_name text not null,
  institution_type text not null,
  city_code text not null check (city_code ~ '^41[0-9]{4}$'),
  city text not null,
  purpose text not null,
  details jsonb not null default '{}',
  unit text not null,
  price_min_fen bigint not null,
  price_max_fen bigint not null,
  cma boolean not null default false,
  cnas boolean not null default false,
  is_open boolean not null,
  voucher_enabled boolean not null,
  reopens_on date,
  published_at timestamptz not null default private.now(),
  updated_at timestamptz not null default private.now(),
  constraint catalogue_slug_from_id check (slug = left(kind, 1) || resource_id and resource_id > 0),
  unique (kind, resource_id),
  unique (kind, ordinal),
  unique (kind, class_code, class_ordinal)
);
create index catalogue_institution_id_idx on public.catalogue (institution_id);
create index catalogue_class_code_idx on public.catalogue (class_code, slug);
create index catalogue_updated_at_idx on public.catalogue (updated_at);
comment on table public.catalogue
  is '公众目录（R35）：发布与开关时写入的快照，不含个人信息；未登录者只读这里。ordinal 是本类资源首次发布的次序，不再改变：静态清单、搜索索引都按它排列。class_ordinal 是进入本类别的次序，改类别时在新类别里重取、在旧类别里留空：类别清单因此只有离开与进入的那两页变动。';
comment on constraint catalogue_slug_from_id on public.catalogue is '网页地址只由种类和编号构成（i12、s7），从不取自填写的文字。';
comment on column public.catalogue.class_code is '类别代码。快照不设外键：外键会让未登录者一次请求里反复嵌套两张表；代码由已有外键的资源抄来。';
comment on column public.catalogue.institution_id is '管理单位编号，由资源抄来；不设外键，理由同类别代码。';
comment on column public.catalogue.city_code is '管理单位所在市的代码，按市浏览的网页地址由它构成；city 是其名称。';
comment on column public.catalogue.class_ordinal is '进入本类别的次序，从 1 起；由触发器给出，离开的位置不再补。';

alter table public.instruments enable row level security;
alter table public.services enable row level security;
alter table public.catalogue enable row level security;
create policy instruments_read on public.instruments for select to authenticated
  using (organization_id = any ((select private.my_orgs())::bigint[]) or (select private.has_role('platform')));
create policy services_read on public.services for select to authenticated
  using (organization_id = any ((select private.my_orgs())::bigint[]) or (select private.has_role('platform')));
create policy catalogue_read on public.catalogue for select to anon, authenticated using (true);
grant select on public.instruments, public.services to authenticated;
grant select on public.catalogue to anon, authenticated, service_role;

create sequence private.instrument_ordinals as integer;
create sequence private.service_ordinals as integer;

create function private.join_class() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and old.class_code = new.class_code then return new; end if;
  -- 次序由已有的最大者加一：同时进入的依次进行。
  perform pg_advisory_xact_lock(hashtextextended('class_ordinal', 0));
  select coalesce(max(c.class_ordinal), 0) + 1 into new.class_ordinal from public.catalogue c
    where c.kind = new.kind and c.class_code = new.class_code;
  return new;
end $$;
comment on function private.join_class() is '触发器：目录条目首次发布或改类别时，排到所入类别的末尾（R21、R35）；类别不变时什么也不做。';
create trigger join_class before insert or update of class_code
  on public.catalogue for each row execute function private.join_class();

create function private.publish_resource(p_kind text, p_id bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c public.catalogue;
begin
  if p_kind = 'instrument' then
    select i.organization_id, i.name, i.model, i.maker, i.class_code, i.purpose, jsonb_build_object('specs', i.specs),
      i.unit, i.price_min_fen, i.price_max_fen, i.is_open, i.voucher_enabled, i.reopens_on
    into c.institution_id, c.name, c.model, c.maker, c.class_code, c.purpose, c.details,
      c.unit, c.price_min_fen, c.price_max_fen, c.is_open, c.voucher_enabled, c.reopens_on
    from public.instruments i where i.id = p_id;
  else
    select s.organization_id, s.name, '', '', s.class_code, s.purpose,
      jsonb_build_object('standard', s.standard, 'sample_requirement', s.sample_requirement,
        'turnaround_days', s.turnaround_days),
      s.unit, s.price_min_fen, s.price_max_fen, s.is_open, s.voucher_enabled, s.reopens_on, s.cma, s.cnas
    into c.institution_id, c.name, c.model, c.maker, c.class_code, c.purpose,
      c.details,
      c.unit, c.price_min_fen, c.price_max_fen, c.is_open, c.voucher_enabled, c.reopens_on, c.cma, c.cnas
    from public.services s where s.id = p_id;
  end if;
  if c.institution_id is null then return; end if;
  select o.name, o.institution_type, t.code, t.name, coalesce(c.cma, o.cma_no is not null),
    coalesce(c.cnas, o.cnas_no is not null)
  into c.institution_name, c.institution_type, c.city_code, c.city, c.cma, c.cnas
  from public.organizations o join public.cities t on t.code = o.city_code where o.id = c.institution_id;
  if private.suspended(c.institution_id, private.today()) then
    c.is_open := false;
    c.reopens_on := (private.suspension_of(c.institution_id, private.today())).to_on + 1;
  end if;
  -- 先更新、没有才写入：写入即取一个目录序号，更新不取，序号因此连续。
  update public.catalogue set
    name = c.name, model = c.model, maker = c.maker, class_code = c.class_code, purpose = c.purpose,
    institution_name = c.institution_name, institution_type = c.institution_type, city_code = c.city_code,
    city = c.city, details = c.details, unit = c.unit, price_min_fen = c.price_min_fen,
    price_max_fen = c.price_max_fen, cma = c.cma, cnas = c.cnas, is_open = c.is_open,
    voucher_enabled = c.voucher_enabled, reopens_on = c.reopens_on, updated_at = private.now()
  where kind = p_kind and resource_id = p_id;
  if not found then
    insert into public.catalogue (slug, kind, resource_id, ordinal, name, model, maker, class_code, institution_id,
      institution_name, institution_type, city_code, city, purpose, details, unit, price_min_fen, price_max_fen,
      cma, cnas, is_open, voucher_enabled, reopens_on)
    values (left(p_kind, 1) || p_id, p_kind, p_id,
      nextval(case p_kind when 'instrument' then 'private.instrument_ordinals' else 'private.service_ordinals' end),
      c.name, c.model, c.maker, c.class_code, c.institution_id, c.institution_name, c.institution_type, c.city_code,
      c.city, c.purpose, c.details, c.unit, c.price_min_fen, c.price_max_fen, c.cma, c.cnas, c.is_open,
      c.voucher_enabled, c.reopens_on);
  end if;
end $$;
comment on function private.publish_resource(text, bigint) is
  '把一项资源的内容写进公众目录（R21、R35）；只在批准（或更正回批准过的内容）时叫它。';

create function private.refresh_catalogue(p_institution bigint, p_city text) returns void
language sql volatile security definer set search_path = ''
as $$
  -- 一个单位的条目一起改：公众不会看到同一单位一半在旧址、一半在新址。服务的资质是条目自己的，仪器的是单位的。
  update public.catalogue c set institution_name = n.name, institution_type = n.institution_type,
    city_code = n.city_code, city = n.city, cma = n.cma, cnas = n.cnas, updated_at = private.now()
  from (
    select e.slug, o.name, o.institution_type, t.code as city_code, t.name as city,
      case e.kind when 'instrument' then o.cma_no is not null else e.cma end as cma,
      case e.kind when 'instrument' then o.cnas_no is not null else e.cnas end as cnas
    from public.catalogue e join public.organizations o on o.id = e.institution_id
    join public.cities t on t.code = o.city_code
    where o.id = p_institution or t.code = p_city) n
  where n.slug = c.slug and (c.institution_name, c.institution_type, c.city_code, c.city, c.cma, c.cnas)
    is distinct from (n.name, n.institution_type, n.city_code, n.city, n.cma, n.cnas)
$$;
comment on function private.refresh_catalogue(bigint, text) is '让一个管理单位（或一个市）的全部公众目录条目与登记一致（R35）；没有变化的不动。';

create function private.show_pause(p_institution bigint) returns void
language sql volatile security definer set search_path = ''
as $$
  -- 公众只看到暂停预约与预计恢复日，看不到原因；单位自己的开关不动，结束后照旧。
  update public.catalogue c set is_open = n.is_open, reopens_on = n.reopens_on, updated_at = private.now()
  from (
    -- 撤销了发布的（R45）不再开放。
    select e.slug, coalesce(i.is_open, s.is_open) and x.until is null
        and coalesce(i.state, s.state) in ('published', 'edit_review') as is_open,
      coalesce(x.until, i.reopens_on, s.reopens_on) as reopens_on
    from public.catalogue e
    left join public.instruments i on e.kind = 'instrument' and i.id = e.resource_id
    left join public.services s on e.kind = 'service' and s.id = e.resource_id
    cross join (select (private.suspension_of(p_institution, private.today())).to_on + 1 as until) x
    where e.institution_id = p_institution) n
  where n.slug = c.slug and (c.is_open, c.reopens_on) is distinct from (n.is_open, n.reopens_on)
$$;
comment on function private.show_pause(bigint) is
  '让一个管理单位的公众目录条目是否开放与开关、暂停资格、发布与否一致（R21、R45、R46）：暂停的显示暂停预约。';

create function private.refresh_catalogue_trigger() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_table_name = 'cities' then perform private.refresh_catalogue(null, new.code);
  else perform private.refresh_catalogue(new.id, null); end if;
  return null;
end $$;
comment on function private.refresh_catalogue_trigger() is '触发器：管理单位的名称、注册地、类型、资质或市的名称改了，公众目录随即一起改（R35）。';
create trigger refresh_catalogue after update of name, region_code, institution_type, cma_no, cnas_no
  on public.organizations for each row execute function private.refresh_catalogue_trigger();
create trigger refresh_catalogue after update of name on public.cities
  for each row execute function private.refresh_catalogue_trigger();

create function private.read_instrument(p_payload jsonb) returns public.instruments
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.instruments;
begin
  v.class_code := private.read_choice(p_payload, 'class_code',
    (select array_agg(c.code) from public.instrument_classes c));
  v.name := private.read_text(p_payload, 'name', 2, 100);
  v.model := private.read_text(p_payload, 'model', 0, 100);
  v.maker := private.read_text(p_payload, 'maker', 0, 100);
  v.purpose := private.read_text(p_payload, 'purpose', 0, 2000, true);
  v.specs := private.read_text(p_payload, 'specs', 0, 2000, true);
  v.unit := coalesce(nullif(private.read_text(p_payload, 'unit', 0, 10), ''), '样');
  v.price_min_fen := private.read_fen(p_payload, 'price_min_fen', 0, 10000000000);
  v.price_max_fen := private.read_fen(p_payload, 'price_max_fen', 0, 10000000000);
  if v.price_max_fen < v.price_min_fen then
    perform private.refuse('AMOUNT_INVALID', 'price_max_fen', '最高价不能低于最低价。');
  end if;
  return v;
end $$;
comment on function private.read_instrument(jsonb) is '读一份仪器资料（R21）：新添、修改、退回后重填都由它读，能送审的就是能批准的；拒绝时写明哪一栏。';

create function private.read_service(p_payload jsonb) returns public.services
language plpgsql stable security definer set search_path = ''
as $$
declare
  v public.services;
begin
  v.class_code := private.read_choice(p_payload, 'class_code',
    (select array_agg(c.code) from public.instrument_classes c));
  v.name := private.read_text(p_payload, 'name', 2, 100);
  v.standard := private.read_text(p_payload, 'standard', 0, 200);
  v.sample_requirement := private.read_text(p_payload, 'sample_requirement', 0, 500, true);
  v.purpose := private.read_text(p_payload, 'purpose', 0, 2000, true);
  v.unit := coalesce(nullif(private.read_text(p_payload, 'unit', 0, 10), ''), '样');
  v.price_min_fen := private.read_fen(p_payload, 'price_min_fen', 0, 10000000000);
  v.price_max_fen := private.read_fen(p_payload, 'price_max_fen', 0, 10000000000);
  if v.price_max_fen < v.price_min_fen then
    perform private.refuse('AMOUNT_INVALID', 'price_max_fen', '最高价不能低于最低价。');
  end if;
  v.turnaround_days := private.read_integer(p_payload, 'turnaround_days', 1, 365, false);
  v.cma := coalesce(p_payload -> 'cma' = 'true'::jsonb, false);
  v.cnas := coalesce(p_payload -> 'cnas' = 'true'::jsonb, false);
  return v;
end $$;
comment on function private.read_service(jsonb) is '读一份检测项目资料（R21），规则同 read_instrument。';

create function private.write_resource(p_kind text, p_id bigint, p_org bigint, p_payload jsonb) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id bigint := p_id;
  i public.instruments;
  s public.services;
begin
  if p_kind = 'instrument' then
    i := private.read_instrument(p_payload);
    if p_id is null then
      insert into public.instruments (organization_id, class_code, name, price_min_fen, price_max_fen)
      values (p_org, i.class_code, i.name, i.price_min_fen, i.price_max_fen) returning id into v_id;
    end if;
    update public.instruments set class_code = i.class_code, name = i.name, model = i.model, maker = i.maker,
      purpose = i.purpose, specs = i.specs, unit = i.unit, price_min_fen = i.price_min_fen,
        price_max_fen = i.price_max_fen where id = v_id;
  else
    s := private.read_service(p_payload);
    if p_id is null then
      insert into public.services (organization_id, class_code, name, price_min_fen, price_max_fen)
      values (p_org, s.class_code, s.name, s.price_min_fen, s.price_max_fen) returning id into v_id;
    end if;
    update public.services set class_code = s.class_code, name = s.name, standard = s.standard,
      sample_requirement = s.sample_requirement, purpose = s.purpose, unit = s.unit, price_min_fen = s.price_min_fen,
      price_max_fen = s.price_max_fen, turnaround_days = s.turnaround_days, cma = s.cma, cnas = s.cnas where id = v_id;
  end if;
  return v_id;
end $$;
comment on function private.write_resource(text, bigint, bigint, jsonb) is '写入资源内容；不合要求则拒绝，details 写明是哪一栏。';

insert into public.workflow_entities values ('instrument', 'instruments', '仪器资源'), ('service', 'services', '检测项目');
insert into public.workflow_states (entity, state, label, holder, next_step, due_parameter, is_initial, sort)
select e, s.* from (values ('instrument'), ('service')) x (e) cross join (values
  ('submitted', '待审核', 'platform', '省平台审核后对外开放。', 'review_working_days', true, 1),
  ('published', '已发布', null, '管理单位可随时设置是否对外开放、是否支持创新券订单。', null, false, 2),
  ('edit_review', '修改待审核', 'platform', '公众仍看到原内容；省平台审核后更新。', 'review_working_days', false, 3),
  ('returned', '已退回', 'institution', '管理单位按意见修改后重新提交。', null, false, 4)) s;

create function private.effect_resource_edit(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_kind text := case when p_row ? 'maker' then 'instrument' else 'service' end;
begin
  if p_row ->> 'state' = 'returned' then
    perform private.write_resource(v_kind, (p_row ->> 'id')::bigint, null, p_payload);
  else
    -- 已发布：修改先放在 pending，批准后才生效（R21）；读法与批准时相同，批准不了的此刻就拒绝。
    if pg_column_size(p_payload) > 20000 then perform private.refuse('TEXT_TOO_LONG'); end if;
    if v_kind = 'instrument' then
      update public.instruments set pending = jsonb_strip_nulls(to_jsonb(private.read_instrument(p_payload)))
        where id = (p_row ->> 'id')::bigint;
    else
      update public.services set pending = jsonb_strip_nulls(to_jsonb(private.read_service(p_payload)))
        where id = (p_row ->> 'id')::bigint;
    end if;
  end if;
  return '{}';
end $$;
comment on function private.effect_resource_edit(jsonb, jsonb) is '效果：退回者改正文，已发布者的修改待审核而公众仍见原内容（R21）。';

create function private.effect_resource_approve(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_kind text := case when p_row ? 'maker' then 'instrument' else 'service' end;
  v_id bigint := (p_row ->> 'id')::bigint;
begin
  perform private.hold_standing((p_row ->> 'organization_id')::bigint, 'R46_RESOURCE_WAITS');
  if p_row -> 'pending' <> 'null'::jsonb
    then perform private.write_resource(v_kind, v_id, null, p_row -> 'pending'); end if;
  if v_kind = 'instrument' then update public.instruments set pending = null where id = v_id;
  else update public.services set pending = null where id = v_id; end if;
  perform private.publish_resource(v_kind, v_id);
  -- 被替换的内容留在事件里：批准错了可以更正回去（R45）。
  if p_row ->> 'state' = 'edit_review' then
    return jsonb_build_object('details', jsonb_build_object('replaced', p_row - 'pending'));
  end if;
  return '{}';
end $$;
comment on function private.effect_resource_approve(jsonb, jsonb) is '效果：批准并写进公众目录（R21）。';

create function private.effect_resource_edit_refused(p_row jsonb, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if p_row ? 'maker' then update public.instruments set pending = null where id = (p_row ->> 'id')::bigint;
  else update public.services set pending = null where id = (p_row ->> 'id')::bigint; end if;
  return jsonb_build_object('details', jsonb_build_object('refused', p_row -> 'pending'));
end $$;
comment on function private.effect_resource_edit_refused(jsonb, jsonb) is '效果：修改未批准，丢弃修改，公众内容不变（R21）。';

create function private.guard_publish(p_row jsonb, p_payload jsonb) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce(private.guard_not_own(p_row, p_payload),
    case when private.suspended((p_row ->> 'organization_id')::bigint, private.today()) then 'R46_RESOURCE_WAITS' end)
$$;
comment on function private.guard_publish(jsonb, jsonb) is '条件：不审本单位的资源；管理单位没有在暂停资格，否则申请等待（R46）。';

insert into public.workflow_transitions (entity, from_state, action, to_state, actor, label, needs_reason, guard,
  effect)
select e, t.* from (values ('instrument'), ('service')) x (e) cross join (values
  ('submitted', 'approve', 'published', 'platform', '通过并发布', false, 'guard_publish', 'effect_resource_approve'),
  ('submitted', 'return', 'returned', 'platform', '退回', true, 'guard_not_own', null),
  ('returned', 'edit', 'submitted', 'institution', '修改并重新提交', false, null, 'effect_resource_edit'),
  ('published', 'edit', 'edit_review', 'institution', '修改', false, null, 'effect_resource_edit'),
  ('edit_review', 'approve', 'published', 'platform', '通过修改', false, 'guard_publish', 'effect_resource_approve'),
  ('edit_review', 'return', 'published', 'platform', '不通过修改', true, 'guard_not_own', 'effect_resource_edit_refused'),
  ('published', 'rectify', 'submitted', 'system', '更正：撤销发布', false, null, null),
  ('published', 'rectify', 'edit_review', 'system', '更正：撤销对修改的决定', false, null, null),
  ('returned', 'rectify', 'submitted', 'system', '更正：撤销退回', false, null, null)) t;
create trigger check_transition before insert or update of state
  on public.instruments for each row execute function private.check_transition('instrument');
create trigger check_transition before insert or update of state
  on public.services for each row execute function private.check_transition('service');

insert into private.refusals (code, http_status, message, hint) values
  ('R20_NOT_READY', 403, '创新券功能还没有开通。', '请先完成管理单位认证，并签署本年度诚信承诺书。');

create function private.add_resource(p_request_id uuid, p_kind text, p_payload jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id, jsonb_build_array('add_resource', p_kind, p_payload)::text);
  v_org public.organizations;
  v_id bigint;
begin
  if v_done is not null then return v_done; end if;
  if p_kind is null or p_kind not in ('instrument', 'service')
    then perform private.refuse('INPUT_INVALID', 'kind'); end if;
  select o.* into v_org from public.organizations o where o.id = (private.my_orgs())[1] and o.kind = 'institution';
  if v_org.id is null or not private.is_certified(v_org.id, private.today())
    or not private.has_signed(v_org.id, 'institution', private.this_year()) then
    perform private.refuse('R20_NOT_READY');
  end if;
  perform private.hold_standing(v_org.id, 'R46_SUSPENDED', true);
  v_id := private.write_resource(p_kind, null, v_org.id, p_payload);
  perform private.append_event(p_kind, v_id, 'submit', null, 'submitted', null, '{}', 'institution', v_org.name, null,
    v_org.id);
  return private.end_request(p_request_id, jsonb_build_object('entity', p_kind, 'id', v_id, 'state', 'submitted'));
end $$;
comment on function private.add_resource(uuid, text, jsonb) is '添加仪器或检测项目并提交审核（R20、R21）。拒绝：未认证或未签承诺书、暂停资格（R46）、内容不合要求。';

create function private.set_resource_switches(p_request_id uuid, p_kind text, p_id bigint, p_open boolean,
  p_voucher boolean, p_reopens_on date) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_done jsonb := private.begin_request(p_request_id,
    jsonb_build_array('switch', p_kind, p_id, p_open, p_voucher, p_reopens_on)::text);
  v_org bigint;
begin
  if v_done is not null then return v_done; end if;
  if p_open is null then perform private.refuse('FIELD_REQUIRED', 'is_open'); end if;
  if p_voucher is null then perform private.refuse('FIELD_REQUIRED', 'voucher_enabled'); end if;
  if p_reopens_on is not null and (p_open or p_reopens_on <= private.today() or p_reopens_on > private.today() + 730)
    then
    perform private.refuse('DATE_INVALID', 'reopens_on', '预计恢复日只在关闭时填写，须晚于今天、在两年之内。');
  end if;
  if p_kind = 'instrument' then
    update public.instruments set is_open = p_open, voucher_enabled = p_voucher, reopens_on = p_reopens_on
      where id = p_id and organization_id = any (private.my_orgs()) returning organization_id into v_org;
  elsif p_kind = 'service' then
    update public.services set is_open = p_open, voucher_enabled = p_voucher, reopens_on = p_reopens_on
      where id = p_id and organization_id = any (private.my_orgs()) returning organization_id into v_org;
  end if;
  if v_org is null then perform private.refuse('NOT_FOUND'); end if;
  update public.catalogue set is_open = p_open, voucher_enabled = p_voucher, reopens_on = p_reopens_on,
    updated_at = private.now() where kind = p_kind and resource_id = p_id;
  perform private.show_pause(v_org);
  perform private.append_event(p_kind, p_id, 'switch', null, null, null,
    jsonb_build_object('is_open', p_open, 'voucher_enabled', p_voucher, 'reopens_on', p_reopens_on), 'institution',
    private.actor_name('institution', null, v_org), null, v_org);
  return private.end_request(p_request_id,
    jsonb_build_object('is_open', p_open, 'voucher_enabled', p_voucher, 'reopens_on', p_reopens_on));
end $$;
comment on function private.set_resource_switches(uuid, text, bigint, boolean, boolean, date)
  is '管理单位随时设置是否对外开放、是否支持创新券订单，无须审核，不影响在办订单（R21）。关闭时可告知预计恢复日。';

create function public.add_resource(kind text, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.add_resource(request_id, kind, payload); end;
comment on function public.add_resource(text, jsonb, uuid)
  is '添加资源（R21）。kind：instrument 或 service；payload：name、class_code、price_min_fen、price_max_fen（分）、unit、purpose 等。';
create function public.edit_resource(kind text, resource_id bigint, payload jsonb, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act(case when kind in ('instrument', 'service') then kind end, resource_id, 'edit',
  request_id, payload); end;
comment on function public.edit_resource(text, bigint, jsonb, uuid) is '修改资源（R21）：已发布者待审核期间公众仍见原内容。';
create function public.approve_resource(kind text, resource_id bigint, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act(case when kind in ('instrument', 'service') then kind end, resource_id, 'approve',
  request_id, '{}'::jsonb); end;
comment on function public.approve_resource(text, bigint, uuid) is '省平台批准资源或其修改（R21）。';
create function public.return_resource(kind text, resource_id bigint, reason text, request_id uuid) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.act(case when kind in ('instrument', 'service') then kind end, resource_id, 'return',
  request_id, jsonb_build_object('reason', reason)); end;
comment on function public.return_resource(text, bigint, text, uuid) is '省平台退回资源或其修改，写明原因（R21）。';
create function public.set_resource_switches(kind text, resource_id bigint, is_open boolean, voucher_enabled boolean,
  request_id uuid, reopens_on date default null) returns jsonb
language sql volatile security invoker set search_path = ''
begin atomic select private.set_resource_switches(request_id, kind, resource_id, is_open, voucher_enabled,
  reopens_on); end;
comment on function public.set_resource_switches(text, bigint, boolean, boolean, uuid, date)
  is '设置对外开放与创新券开关（R21）；关闭时可给出预计恢复日 reopens_on（日期，北京时间）。';
grant execute on function private.add_resource(uuid, text, jsonb), public.add_resource(text, jsonb, uuid),
  public.edit_resource(text, bigint, jsonb, uuid),
  public.approve_resource(text, bigint, uuid), public.return_resource(text, bigint, text, uuid),
  private.set_resource_switches(uuid, text, bigint, boolean, boolean, date),
    public.set_resource_switches(text, bigint, boolean, boolean, uuid, date) to authenticated;
