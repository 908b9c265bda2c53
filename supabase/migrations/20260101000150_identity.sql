-- 同一个东西写了两次（R36）：一个键决定两段文字是不是同一个编号、名称、电话、地址或账号；
-- 给人看的文字存进来就是干净的。规则与 src/domain/identity.ts 一字不差，两边用 tests/vectors/identity.json 对照。
-- 都用 plpgsql：计划留在会话里，单次调用约 20 微秒；写成 SQL 函数每次重新规划，要十几倍。

create function private.invisible_characters() returns text
language sql immutable parallel safe set search_path = ''
as $$
  select
    '\u0001-\u001F\u007F-\u009F\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u115F\u1160' ||
    '\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFDD0-\uFDEF\uFE00-\uFE0F' ||
    '\uFEFF\uFFA0\uFFF0-\uFFFC\uFFFE\uFFFF\U000110BD\U000110CD\U00013430-\U0001343F\U00013441\U00013442' ||
    '\U00016FE4\U0001BCA0-\U0001BCA3\U0001D159\U0001D173-\U0001D17A\U0001FFFE\U0001FFFF\U0002FFFE\U0002FFFF' ||
    '\U0003FFFE\U0003FFFF\U0004FFFE\U0004FFFF\U0005FFFE\U0005FFFF\U0006FFFE\U0006FFFF\U0007FFFE\U0007FFFF' ||
    '\U0008FFFE\U0008FFFF\U0009FFFE\U0009FFFF\U000AFFFE\U000AFFFF\U000BFFFE\U000BFFFF\U000CFFFE\U000CFFFF' ||
    '\U000DFFFE-\U000E0FFF\U000EFFFE\U000EFFFF\U000FFFFE\U000FFFFF\U0010FFFE\U0010FFFF'
$$;
comment on function private.invisible_characters() is
  '正则字符类的内容：看不见的字符——控制、格式与双向字符、默认可忽略字符、非字符，以及只占位的空白字形（盲文空格、谚文填充符等）。';

create function private.mark_characters() returns text
language sql immutable parallel safe set search_path = ''
as $$
  select
    '\u0300-\u034E\u0350-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A' ||
    '\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u0711\u0730-\u074A\u07A6-\u07B0' ||
    '\u07EB-\u07F3\u07FD\u0816-\u0819\u081B-\u0823\u0825-\u0827\u0829-\u082D\u0859-\u085B\u0897-\u089F' ||
    '\u08CA-\u08E1\u08E3-\u0902\u093A\u093C\u0941-\u0948\u094D\u0951-\u0957\u0962\u0963\u0981\u09BC' ||
    '\u09C1-\u09C4\u09CD\u09E2\u09E3\u09FE\u0A01\u0A02\u0A3C\u0A41\u0A42\u0A47\u0A48\u0A4B-\u0A4D\u0A51' ||
    '\u0A70\u0A71\u0A75\u0A81\u0A82\u0ABC\u0AC1-\u0AC5\u0AC7\u0AC8\u0ACD\u0AE2\u0AE3\u0AFA-\u0AFF\u0B01\u0B3C' ||
    '\u0B3F\u0B41-\u0B44\u0B4D\u0B55\u0B56\u0B62\u0B63\u0B82\u0BC0\u0BCD\u0C00\u0C04\u0C3C\u0C3E-\u0C40' ||
    '\u0C46-\u0C48\u0C4A-\u0C4D\u0C55\u0C56\u0C62\u0C63\u0C81\u0CBC\u0CBF\u0CC6\u0CCC\u0CCD\u0CE2\u0CE3' ||
    '\u0D00\u0D01\u0D3B\u0D3C\u0D41-\u0D44\u0D4D\u0D62\u0D63\u0D81\u0DCA\u0DD2-\u0DD4\u0DD6\u0E31' ||
    '\u0E34-\u0E3A\u0E47-\u0E4E\u0EB1\u0EB4-\u0EBC\u0EC8-\u0ECE\u0F18\u0F19\u0F35\u0F37\u0F39\u0F71-\u0F7E' ||
    '\u0F80-\u0F84\u0F86\u0F87\u0F8D-\u0F97\u0F99-\u0FBC\u0FC6\u102D-\u1030\u1032-\u1037\u1039\u103A' ||
    '\u103D\u103E\u1058\u1059\u105E-\u1060\u1071-\u1074\u1082\u1085\u1086\u108D\u109D\u135D-\u135F' ||
    '\u1712-\u1714\u1732\u1733\u1752\u1753\u1772\u1773\u17B7-\u17BD\u17C6\u17C9-\u17D3\u17DD\u1885\u1886' ||
    '\u18A9\u1920-\u1922\u1927\u1928\u1932\u1939-\u193B\u1A17\u1A18\u1A1B\u1A56\u1A58-\u1A5E\u1A60\u1A62' ||
    '\u1A65-\u1A6C\u1A73-\u1A7C\u1A7F\u1AB0-\u1ACE\u1B00-\u1B03\u1B34\u1B36-\u1B3A\u1B3C\u1B42\u1B6B-\u1B73' ||
    '\u1B80\u1B81\u1BA2-\u1BA5\u1BA8\u1BA9\u1BAB-\u1BAD\u1BE6\u1BE8\u1BE9\u1BED\u1BEF-\u1BF1\u1C2C-\u1C33' ||
    '\u1C36\u1C37\u1CD0-\u1CD2\u1CD4-\u1CE0\u1CE2-\u1CE8\u1CED\u1CF4\u1CF8\u1CF9\u1DC0-\u1DFF\u20D0-\u20F0' ||
    '\u2CEF-\u2CF1\u2D7F\u2DE0-\u2DFF\u302A-\u302D\uA66F-\uA672\uA674-\uA67D\uA69E\uA69F\uA6F0\uA6F1\uA802' ||
    '\uA806\uA80B\uA825\uA826\uA82C\uA8C4\uA8C5\uA8E0-\uA8F1\uA8FF\uA926-\uA92D\uA947-\uA951\uA980-\uA982' ||
    '\uA9B3\uA9B6-\uA9B9\uA9BC\uA9BD\uA9E5\uAA29-\uAA2E\uAA31\uAA32\uAA35\uAA36\uAA43\uAA4C\uAA7C\uAAB0' ||
    '\uAAB2-\uAAB4\uAAB7\uAAB8\uAABE\uAABF\uAAC1\uAAEC\uAAED\uAAF6\uABE5\uABE8\uABED\uFB1E\uFE20-\uFE2F' ||
    '\U000101FD\U000102E0\U00010376-\U0001037A\U00010A01-\U00010A03\U00010A05\U00010A06\U00010A0C-\U00010A0F' ||
    '\U00010A38-\U00010A3A\U00010A3F\U00010AE5\U00010AE6\U00010D24-\U00010D27\U00010D69-\U00010D6D' ||
    '\U00010EAB\U00010EAC\U00010EFC-\U00010EFF\U00010F46-\U00010F50\U00010F82-\U00010F85\U00011001' ||
    '\U00011038-\U00011046\U00011070\U00011073\U00011074\U0001107F-\U00011081\U000110B3-\U000110B6' ||
    '\U000110B9\U000110BA\U000110C2\U00011100-\U00011102\U00011127-\U0001112B\U0001112D-\U00011134\U00011173' ||
    '\U00011180\U00011181\U000111B6-\U000111BE\U000111C9-\U000111CC\U000111CF\U0001122F-\U00011231\U00011234' ||
    '\U00011236\U00011237\U0001123E\U00011241\U000112DF\U000112E3-\U000112EA\U00011300\U00011301' ||
    '\U0001133B\U0001133C\U00011340\U00011366-\U0001136C\U00011370-\U00011374\U000113BB-\U000113C0\U000113CE' ||
    '\U000113D0\U000113D2\U000113E1\U000113E2\U00011438-\U0001143F\U00011442-\U00011444\U00011446\U0001145E' ||
    '\U000114B3-\U000114B8\U000114BA\U000114BF\U000114C0\U000114C2\U000114C3\U000115B2-\U000115B5' ||
    '\U000115BC\U000115BD\U000115BF\U000115C0\U000115DC\U000115DD\U00011633-\U0001163A\U0001163D' ||
    '\U0001163F\U00011640\U000116AB\U000116AD\U000116B0-\U000116B5\U000116B7\U0001171D\U0001171F' ||
    '\U00011722-\U00011725\U00011727-\U0001172B\U0001182F-\U00011837\U00011839\U0001183A\U0001193B\U0001193C' ||
    '\U0001193E\U00011943\U000119D4-\U000119D7\U000119DA\U000119DB\U000119E0\U00011A01-\U00011A0A' ||
    '\U00011A33-\U00011A38\U00011A3B-\U00011A3E\U00011A47\U00011A51-\U00011A56\U00011A59-\U00011A5B' ||
    '\U00011A8A-\U00011A96\U00011A98\U00011A99\U00011C30-\U00011C36\U00011C38-\U00011C3D\U00011C3F' ||
    '\U00011C92-\U00011CA7\U00011CAA-\U00011CB0\U00011CB2\U00011CB3\U00011CB5\U00011CB6\U00011D31-\U00011D36' ||
    '\U00011D3A\U00011D3C\U00011D3D\U00011D3F-\U00011D45\U00011D47\U00011D90\U00011D91\U00011D95\U00011D97' ||
    '\U00011EF3\U00011EF4\U00011F00\U00011F01\U00011F36-\U00011F3A\U00011F40\U00011F42\U00011F5A\U00013440' ||
    '\U00013447-\U00013455\U0001611E-\U00016129\U0001612D-\U0001612F\U00016AF0-\U00016AF4' ||
    '\U00016B30-\U00016B36\U00016F4F\U00016F8F-\U00016F92\U00016FE4\U0001BC9D\U0001BC9E\U0001CF00-\U0001CF2D' ||
    '\U0001CF30-\U0001CF46\U0001D167-\U0001D169\U0001D17B-\U0001D182\U0001D185-\U0001D18B' ||
    '\U0001D1AA-\U0001D1AD\U0001D242-\U0001D244\U0001DA00-\U0001DA36\U0001DA3B-\U0001DA6C\U0001DA75\U0001DA84' ||
    '\U0001DA9B-\U0001DA9F\U0001DAA1-\U0001DAAF\U0001E000-\U0001E006\U0001E008-\U0001E018' ||
    '\U0001E01B-\U0001E021\U0001E023\U0001E024\U0001E026-\U0001E02A\U0001E08F\U0001E130-\U0001E136\U0001E2AE' ||
    '\U0001E2EC-\U0001E2EF\U0001E4EC-\U0001E4EF\U0001E5EE\U0001E5EF\U0001E8D0-\U0001E8D6\U0001E944-\U0001E94A'
$$;
comment on function private.mark_characters() is
  '正则字符类的内容：附加符号（Unicode 的 Mn、Me 类，假名的浊点除外）。它们叠在别的字上，自己不是字。';

create function private.unprintable_characters() returns text
language sql immutable parallel safe set search_path = ''
as $$
  select
    '\uE000-\uF8FF\U000F0000-\U000FFFFD\U00100000-\U0010FFFD'
$$;
comment on function private.unprintable_characters() is
  '正则字符类的内容：私用区字符。没有约定的字形，别人看到的是空白或方框：不算看得见的字，也不区分编号与名称；存下来的文字里保留（有的系统用它写生僻字）。';

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
      'ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧϜϺЅІЈАВЕКМНОРСТУХЬѠѴҮҺҼӀԀԌԚԜꙆ',
      'JABEZHIKMNOPTYXFMSIJABEKMHOPCTYXBWVYHEIDGQWI');
end $$;
comment on function private.look_alike_latin(text) is
  '形似拉丁字母的西里尔、希腊大写字母换成拉丁字母；字母不当数字，O 与 0、I 与 1 始终不同。'
  '数据取自 Unicode 的 confusables.txt（UTS #39，第 13 版）：只取这两种文字、对应单个拉丁字母的大写与无大小写字母，'
  '表中原型 l 即竖线形，取 I。附加符号先已去掉。';

create function private.identity_key(p_text text, p_kind text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  -- 新月形的西格玛形似 C，NFKC 会把它变成 Σ，所以先换。
  v_key text := normalize(normalize(translate(p_text, 'ϲϹ', 'CC'), nfkc), nfd);
begin
  v_key := normalize(regexp_replace(private.look_alike_latin(upper(regexp_replace(v_key,
      '[' || private.mark_characters() || ']', '', 'g') collate pg_catalog.pg_c_utf8)),
    '[' || private.invisible_characters() || private.unprintable_characters() || private.space_characters()
      || private.joining_characters() || ']', '', 'g'), nfc);
  if p_kind = 'phone' then
    -- 国际写法去掉国家码；固定电话的国际写法没有区号前的 0，补回来才与国内写法相同。
    v_key := regexp_replace(regexp_replace(v_key,
      '^(\+86|0086)(?=(10\d{8}|2\d{9}|[3-9]\d{9,10})(\D|$))(?![48]00)', '0'), '^(\+86|0086)', '');
  end if;
  return nullif(v_key, '');
end $$;
comment on function private.identity_key(text, text) is
  '两段文字是否同一个东西，只比这个键（R36）。依次：NFKC、去掉附加符号、大写、形似字母、去掉空格、连字符、点与间隔号、斜线、下划线、括号和看不见的字符。'
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
    '[' || private.invisible_characters() || private.unprintable_characters() || private.space_characters()
      || private.mark_characters() || ']', '', 'g')), 0);
end $$;
comment on function private.visible_length(text) is '一个人看得见多少个字（R36）：空白、看不见的字符与附加符号不算；空为 0。“至少几个字”都按它数。';
