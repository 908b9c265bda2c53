-- 同一个东西写了两次（R36）：一个键决定两段文字是不是同一个编号、名称、电话、地址或账号；
-- 给人看的文字存进来就是干净的。规则与 src/domain/identity.ts 一字不差，两边用 tests/vectors/identity.json 对照。
-- 都用 plpgsql：计划留在会话里，单次调用约 20 微秒；写成 SQL 函数每次重新规划，要十几倍。

create function private.invisible_characters() returns text
language sql immutable parallel safe set search_path = ''
as $$
  select
    '\u0001-\u001F\u007F-\u009F\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u115F\u1160' ||
    '\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFDD0-\uFDEF\uFE00-\uFE0F' ||
    '\uFEFF\uFFA0\uFFF0-\uFFFB\uFFFE\uFFFF\U000110BD\U000110CD\U00013430-\U0001343F\U00013441\U00013442' ||
    '\U00016FE4\U0001BCA0-\U0001BCA3\U0001D159\U0001D173-\U0001D17A\U0001FFFE\U0001FFFF\U0002FFFE\U0002FFFF' ||
    '\U0003FFFE\U0003FFFF\U0004FFFE\U0004FFFF\U0005FFFE\U0005FFFF\U0006FFFE\U0006FFFF\U0007FFFE\U0007FFFF' ||
    '\U0008FFFE\U0008FFFF\U0009FFFE\U0009FFFF\U000AFFFE\U000AFFFF\U000BFFFE\U000BFFFF\U000CFFFE\U000CFFFF' ||
    '\U000DFFFE-\U000E0FFF\U000EFFFE\U000EFFFF\U000FFFFE\U000FFFFF\U0010FFFE\U0010FFFF'
$$;
comment on function private.invisible_characters() is
  '正则字符类的内容：看不见的字符——控制、格式与双向字符、默认可忽略字符、非字符，以及只占位的空白字形（盲文空格、谚文填充符等）。';

create function private.space_characters() returns text
language sql immutable parallel safe set search_path = ''
as $$
  select
    '\u0020\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000'
$$;
comment on function private.space_characters() is '正则字符类的内容：各种空格（Unicode 的 Z 类）。换行、制表属于控制字符。';

create function private.joining_characters() returns text
language sql immutable parallel safe set search_path = ''
as $$
  select
    '\u0028\u0029\u002D-\u002F\u003C\u003E\u005B-\u005D\u005F\u007B\u007D\u00B7\u02CD\u02D7\u058A\u05BE' ||
    '\u0F3A-\u0F3D\u1400\u1427\u169B\u169C\u16EB\u1806\u2010\u2012-\u2015\u201A\u201E\u2022\u2027\u203F\u2040' ||
    '\u2043-\u2046\u2054\u2212\u2215\u2216\u2219\u22C5\u2308-\u230B\u2500\u2501\u2571\u2572\u25CF' ||
    '\u2768-\u2775\u2796\u27C5\u27C6\u27CB\u27CD\u27E6-\u27EF\u2981\u2983-\u2998\u29D8-\u29DB\u29F5' ||
    '\u29F8\u29F9\u29FC\u29FD\u2E17\u2E1A\u2E22-\u2E29\u2E31\u2E33\u2E3A\u2E3B\u2E40\u2E42\u2E55-\u2E5D\u3002' ||
    '\u3008-\u3011\u3014-\u301F\u3030\u30A0\u30FB\u30FC\uA78F\uFD3E\uFD3F\U00010101\U00010EAD'
$$;
comment on function private.joining_characters() is
  '正则字符类的内容：编号与名称里不区别含义的连接符——连字符与破折号、点与间隔号、斜线、下划线、括号（已按 NFKC 归一的写法）。';

create function private.look_alike_latin(p_text text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return translate(p_text,
      'ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧϜϺЅІЈАВЕКМНОРСТУХЬѠѴҮҺҼӀԀԌԚԜꙆΆ' ||
      'ΈΊΌΎΪΫЀЁЇЌӐӒӖӦӮӰᾸᾹᾺῈῘῙῚῩῪῸ',
      'JABEZHIKMNOPTYXFMSIJABEKMHOPCTYXBWVYHEIDGQWIÁ' ||
      'ÉÍÓÝÏŸÈËÏḰĂÄĔÖȲŸĂĀÀÈĬĪÌȲỲÒ');
end $$;
comment on function private.look_alike_latin(text) is
  '形似拉丁字母的西里尔、希腊大写字母换成拉丁字母；字母不当数字，O 与 0、I 与 1 始终不同。'
  '数据取自 Unicode 的 confusables.txt（UTS #39，第 13 版）：只取这两种文字、对应单个拉丁字母的大写与无大小写字母，'
  '表中原型 l 即竖线形，取 I；带附加符号的由其字母推得。';

create function private.identity_key(p_text text, p_kind text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  v_key text := normalize(regexp_replace(
    private.look_alike_latin(upper(normalize(p_text, nfkc) collate pg_catalog.pg_c_utf8)),
    '[' || private.invisible_characters() || private.space_characters() || private.joining_characters() || ']', '', 'g'
  ), nfc);
begin
  if p_kind = 'phone' then
    -- 国际写法去掉国家码；固定电话的国际写法没有区号前的 0，补回来才与国内写法相同。
    v_key := regexp_replace(regexp_replace(v_key,
      '^(\+86|0086)(?=(10\d{8}|2\d{9}|[3-9]\d{9,10})(\D|$))(?![48]00)', '0'), '^(\+86|0086)', '');
  end if;
  return nullif(v_key, '');
end $$;
comment on function private.identity_key(text, text) is
  '两段文字是否同一个东西，只比这个键（R36）。依次：NFKC、大写、形似字母、去掉空格、连字符、点与间隔号、斜线、下划线、括号和看不见的字符。'
  'kind：identifier 编号、name 名称、phone 电话（另去 +86、0086；分机号保留）、address 地址、account 账号。什么也不剩返回空，空与谁都不相同。';

create function private.clean_text(p_text text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return nullif(normalize(btrim(regexp_replace(regexp_replace(regexp_replace(p_text,
      '\r\n?|[\u000B\u000C\u0085\u2028\u2029]', E'\n', 'g'), '\t', ' ', 'g'),
      -- 换行要留下：先看不是换行，再看是不是看不见的字符。
      '(?!\n)[' || private.invisible_characters() || ']', '', 'g'),
    E'\n \u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000'), nfc), '');
end $$;
comment on function private.clean_text(text) is
  '给人看的文字（R36）：去掉控制、双向、零宽等看不见的字符，各种换行统一为一种并保留，首尾空白去掉，NFC；什么也不剩返回空。再清一次不变。';

create function private.clean_line(p_text text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return replace(private.clean_text(p_text), E'\n', ' ');
end $$;
comment on function private.clean_line(text) is '只占一行的文字（名称、编号、联系人……）：同 clean_text，其中的换行作空格（R36）。';

create function private.visible_length(p_text text) returns integer
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return coalesce(char_length(regexp_replace(normalize(p_text, nfc),
    '[' || private.invisible_characters() || private.space_characters() ||
    '\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F' || ']', '', 'g')), 0);
end $$;
comment on function private.visible_length(text) is '一个人看得见多少个字（R36）：空白、看不见的字符与附加符号不算；空为 0。“至少几个字”都按它数。';
