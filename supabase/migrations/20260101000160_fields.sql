-- 表单的一栏怎样读进来：每一栏只有一种读法，读不懂的拒绝，并以 details 写明是哪一栏（R36、“Bad input”）。

create domain private.plausible_date as date
  constraint plausible check (value between date '1990-01-01' and date '2100-12-31');
comment on domain private.plausible_date is
  '人填写的日期：1990-01-01 至 2100-12-31；infinity、公元前、1900、2999 之类存不进去。函数的参数与返回值仍用 date。';

create function private.read_text(
  p_payload jsonb, p_field text, p_least integer, p_most integer, p_lines boolean default false, p_at text default ''
) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := case when p_lines then private.clean_text(p_payload ->> p_field)
    else private.clean_line(p_payload ->> p_field) end;
begin
  if jsonb_typeof(p_payload -> p_field) in ('object', 'array') then
    perform private.refuse('INPUT_INVALID', p_at || p_field);
  end if;
  if v_text is null and p_least > 0 then perform private.refuse('FIELD_REQUIRED', p_at || p_field); end if;
  if char_length(v_text) > p_most then
    perform private.refuse('TEXT_TOO_LONG', p_at || p_field, '这一栏最多 ' || p_most || ' 个字，请缩短后重新提交。');
  end if;
  if private.visible_length(v_text) < p_least then
    perform private.refuse('INPUT_INVALID', p_at || p_field, '这一栏至少 ' || p_least || ' 个字，看不见的字符不算。');
  end if;
  return coalesce(v_text, '');
end $$;
comment on function private.read_text(jsonb, text, integer, integer, boolean, text) is
  '读一栏文字：存的是干净的（R36）。p_least 为 0 即可不填（返回空串）；p_lines 保留换行；p_at 是栏目路径的前缀，如 lines.0.。';

create function private.read_date(
  p_payload jsonb, p_field text, p_required boolean default true, p_from date default null, p_to date default null,
  p_at text default ''
) returns date
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := private.clean_line(p_payload ->> p_field);
  v_from date := greatest(date '1990-01-01', p_from);
  v_to date := least(date '2100-12-31', p_to);
begin
  if v_text is null then
    if p_required then perform private.refuse('FIELD_REQUIRED', p_at || p_field); end if;
    return null;
  end if;
  v_text := normalize(v_text, nfkc);
  if v_text !~ '^\d{4}-\d{2}-\d{2}$' or not pg_input_is_valid(v_text, 'date')
    or v_text::date not between v_from and v_to then
    perform private.refuse('DATE_INVALID', p_at || p_field,
      '日期写作 2026-03-01 的样子，在 ' || v_from || ' 至 ' || v_to || ' 之间，且日历上有这一天。');
  end if;
  return v_text::date;
end $$;
comment on function private.read_date(jsonb, text, boolean, date, date, text) is
  '读一栏日期（北京时间的日历日）：只认 YYYY-MM-DD，在 1990—2100 年及给定的范围之内；p_required 为假时可不填（返回空）。';

create function private.read_fen(
  p_payload jsonb, p_field text, p_least bigint, p_most bigint, p_required boolean default true, p_at text default ''
) returns bigint
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := p_payload ->> p_field;
begin
  if v_text is null or v_text = '' then
    if p_required then perform private.refuse('FIELD_REQUIRED', p_at || p_field); end if;
    return null;
  end if;
  if v_text !~ '^[0-9]{1,15}$' or v_text::bigint not between p_least and p_most then
    perform private.refuse('AMOUNT_INVALID', p_at || p_field, '金额以元填写，最多两位小数，在 '
      || to_char(p_least / 100.0, 'FM999,999,999,990.00') || ' 至 '
      || to_char(p_most / 100.0, 'FM999,999,999,990.00') || ' 元之间。');
  end if;
  return v_text::bigint;
end $$;
comment on function private.read_fen(jsonb, text, bigint, bigint, boolean, text) is
  '读一栏金额，单位分的整数，在给定范围之内；元、万元、千分位由页面读成分。';

create function private.read_quantity(p_payload jsonb, p_field text, p_at text default '') returns numeric
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := private.clean_line(p_payload ->> p_field);
begin
  if v_text is null then perform private.refuse('FIELD_REQUIRED', p_at || p_field); end if;
  if v_text !~ '^[0-9]{1,8}(\.[0-9]{1,2}0*)?$' or v_text::numeric = 0 then
    perform private.refuse('QUANTITY_INVALID', p_at || p_field);
  end if;
  return v_text::numeric(10, 2);
end $$;
comment on function private.read_quantity(jsonb, text, text) is '读一栏数量：大于 0，最多两位小数；0.0149999 之类拒绝而不舍入，所以金额总等于看到的数量乘单价。';

create function private.read_integer(
  p_payload jsonb, p_field text, p_least integer, p_most integer, p_required boolean default true, p_at text default ''
) returns integer
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := private.clean_line(p_payload ->> p_field);
begin
  if v_text is null then
    if p_required then perform private.refuse('FIELD_REQUIRED', p_at || p_field); end if;
    return null;
  end if;
  if v_text !~ '^[0-9]{1,9}$' or v_text::integer not between p_least and p_most then
    perform private.refuse('INPUT_INVALID', p_at || p_field, '这一栏填 ' || p_least || ' 至 ' || p_most || ' 的整数。');
  end if;
  return v_text::integer;
end $$;
comment on function private.read_integer(jsonb, text, integer, integer, boolean, text) is '读一栏整数，在给定范围之内。';

create function private.read_choice(p_payload jsonb, p_field text, p_choices text[], p_at text default '') returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := private.clean_line(p_payload ->> p_field);
begin
  if v_text is null then perform private.refuse('FIELD_REQUIRED', p_at || p_field); end if;
  if not v_text = any (p_choices) then
    perform private.refuse('INPUT_INVALID', p_at || p_field, '请从列出的选项中选择一项。');
  end if;
  return v_text;
end $$;
comment on function private.read_choice(jsonb, text, text[], text) is '读一栏选项，须是列出的之一。';

create function private.read_list(p_payload jsonb, p_field text, p_most integer) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v jsonb := coalesce(nullif(p_payload -> p_field, 'null'), '[]');
begin
  if jsonb_typeof(v) <> 'array' then perform private.refuse('INPUT_INVALID', p_field); end if;
  if jsonb_array_length(v) > p_most then
    perform private.refuse('INPUT_INVALID', p_field, '这一栏最多 ' || p_most || ' 项，请减少后重新提交。');
  end if;
  return v;
end $$;
comment on function private.read_list(jsonb, text, integer) is '读一栏清单：须是数组，至多 p_most 项；没有填的为空清单。';

create function private.read_flag(p_payload jsonb, p_field text, p_at text default '') returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if jsonb_typeof(p_payload -> p_field) is distinct from 'boolean' then
    perform private.refuse('FIELD_REQUIRED', p_at || p_field, '请选择“是”或“否”。');
  end if;
  return p_payload -> p_field = 'true'::jsonb;
end $$;
comment on function private.read_flag(jsonb, text, text) is '读一栏是或否：须明确回答，不填不算“否”。';

create function private.id_of(p_text text) returns bigint
language sql immutable set search_path = ''
as $$ select case when p_text ~ '^[0-9]{1,18}$' then p_text::bigint end $$;
comment on function private.id_of(text) is '一个编号；不是编号的为空，由用它的一栏按“没有找到”拒绝。';

create function private.read_reason(p_text text, p_field text default 'reason') returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := private.clean_text(p_text);
begin
  if private.visible_length(v_text) < 2 then perform private.refuse('REASON_REQUIRED', p_field); end if;
  if char_length(v_text) > 2000 then perform private.refuse('TEXT_TOO_LONG', p_field, '最多 2000 字，请缩短后重新提交。'); end if;
  return v_text;
end $$;
comment on function private.read_reason(text, text) is '读一段原因：至少 2 个看得见的字，至多 2000 字；存的是干净的（R36）。';

create function private.read_uscc(p_payload jsonb, p_field text, p_required boolean) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_key text := private.identity_key(p_payload ->> p_field, 'identifier');
begin
  if v_key is null then
    if p_required then perform private.refuse('FIELD_REQUIRED', p_field); end if;
    return null;
  end if;
  if v_key !~ '^[0-9A-HJ-NPQRTUWXY]{18}$' then
    perform private.refuse('INPUT_INVALID', p_field,
      '统一社会信用代码是 18 位数字和大写字母（没有 I、O、S、V、Z）；空格、全角都可以，现在读到 ' || char_length(v_key) || ' 位。');
  end if;
  return v_key;
end $$;
comment on function private.read_uscc(jsonb, text, boolean) is '读一栏统一社会信用代码：全角、空格、连字符、小写都读得懂，存 18 位规范写法（R36）。';

create function private.read_phone(p_payload jsonb, p_field text) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text := normalize(private.clean_line(p_payload ->> p_field), nfkc);
begin
  if v_text is null then perform private.refuse('FIELD_REQUIRED', p_field); end if;
  if private.identity_key(v_text, 'phone') !~ '^\+?[0-9]{5,15}((转|轉|分机|EXT|X|#)[0-9]{1,6})?$'
    or char_length(v_text) > 40 then
    perform private.refuse('INPUT_INVALID', p_field,
      '请填 5 到 15 位电话号码，如 0371-65957129、(0371)65957129 转802、138 0000 0000。');
  end if;
  return v_text;
end $$;
comment on function private.read_phone(jsonb, text) is '读一栏电话：区号括号、空格、连字符、+86、分机都可以；按填写的样子存，比较时用 identity_key（R36）。';

create function private.yuan(p_fen bigint) returns text
language plpgsql immutable set search_path = ''
as $$ begin return to_char(p_fen / 100.0, 'FM999,999,999,990.00') || ' 元'; end $$;
comment on function private.yuan(bigint) is '分写成元，两位小数，供句子用。';
