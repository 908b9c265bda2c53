-- 发票（R23、R37）：按数字认，一张发票永远只支持一次兑付；谁也不能靠编造号码挡住真正的持票人。

create table public.invoices (
  id bigint generated always as identity primary key,
  redemption_id bigint not null references public.redemptions (id),
  institution_id bigint not null references public.organizations (id),
  code text,
  number text not null,
  digits text not null generated always as (coalesce(code, '') || number) stored,
  issued_on private.plausible_date not null,
  amount_fen bigint not null check (amount_fen between 1 and 10000000000),
  buyer text not null check (char_length(buyer) between 2 and 100),
  seller text not null check (char_length(seller) between 2 and 100),
  -- 数电发票 20 位、没有代码；8 位号码须有 10 或 12 位代码。
  constraint invoices_number_form check (
    (number ~ '^[0-9]{20}$' and code is null)
    or (number ~ '^[0-9]{8}$' and code is not null and code ~ '^([0-9]{10}|[0-9]{12})$')),
  constraint invoices_once_in_an_institution unique (institution_id, digits)
);
create index invoices_redemption_id_idx on public.invoices (redemption_id);
create index invoices_digits_idx on public.invoices (digits);
comment on table public.invoices is
  '发票（R37）：此刻各份兑付申请所列的。同一管理单位的两份申请不能列同一张；不同管理单位的可以同时列出（双方都标出），只有一份能通过。';
comment on column public.invoices.digits is '代码与号码连成的一串数字：比较的就是它，所以 12 位代码加 8 位号码等于 20 位的数电发票号码。';
comment on column public.invoices.institution_id is '兑付申请的管理单位，由申请抄来。';

create table private.taken_invoices (
  digits text primary key check (digits ~ '^[0-9]{18,20}$'),
  redemption_id bigint not null references public.redemptions (id)
);
create index taken_invoices_redemption_id_idx on private.taken_invoices (redemption_id);
comment on table private.taken_invoices is '形式审核通过时占下的发票（R37）：主键就是“只有一份能通过”；通过后被更正的，占下的随之取消。';
alter table private.taken_invoices enable row level security;

alter table public.invoices enable row level security;
create policy invoices_read on public.invoices for select to authenticated
  using (exists (select 1 from public.redemptions r where r.id = invoices.redemption_id));
grant select on public.invoices to authenticated;

insert into private.refusals (code, http_status, message, hint) values
  ('R23_INVOICE_USED', 409, '这张发票已经用于兑付。', '一张发票只能支持一次兑付；请核对发票号码，或更换发票。'),
  ('R37_INVOICE_NUMBER', 400, '发票号码或代码不符合要求。',
    '数电发票只填 20 位号码，不填代码；旧版发票填 8 位号码和 10 位或 12 位代码，都只有数字。'),
  ('R37_INVOICE_TWICE', 400, '同一张发票列了两次。', '请删去重复的一行；代码与号码连起来相同就是同一张发票。'),
  ('R37_INVOICES_MANY', 400, '发票太多。', '一份兑付申请最多 50 张发票；请合并开票，或只列这次检测的发票。');

create function private.write_invoices(p_redemption public.redemptions, p_invoices jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_signed date := (select o.contract_signed_on from public.orders o where o.id = p_redemption.order_id);
  v_count integer := case when jsonb_typeof(p_invoices) = 'array' then jsonb_array_length(p_invoices) else 0 end;
  v_x jsonb;
  v_at text;
  v public.invoices;
begin
  if v_count > 50 then perform private.refuse('R37_INVOICES_MANY', 'invoices'); end if;
  -- 整份重列：没有再列的就放开，改过的就换掉（R24）。
  delete from public.invoices i where i.redemption_id = p_redemption.id;
  for n in 0 .. v_count - 1 loop
    v_x := p_invoices -> n;
    v_at := 'invoices.' || n || '.';
    v.number := private.identity_key(v_x ->> 'number', 'identifier');
    v.code := private.identity_key(v_x ->> 'code', 'identifier');
    if v.number is null then perform private.refuse('FIELD_REQUIRED', v_at || 'number'); end if;
    if v.number !~ '^([0-9]{8}|[0-9]{20})$' then perform private.refuse('R37_INVOICE_NUMBER', v_at || 'number'); end if;
    if (char_length(v.number) = 20) <> (v.code is null) or v.code !~ '^([0-9]{10}|[0-9]{12})$' then
      perform private.refuse('R37_INVOICE_NUMBER', v_at || 'code');
    end if;
    v.digits := coalesce(v.code, '') || v.number;
    v.issued_on := private.read_date(v_x, 'issued_on', true, v_signed, private.today(), v_at);
    v.amount_fen := private.read_fen(v_x, 'amount_fen', 1, 10000000000, true, v_at);
    v.buyer := private.read_text(v_x, 'buyer', 2, 100, false, v_at);
    v.seller := private.read_text(v_x, 'seller', 2, 100, false, v_at);
    if exists (select 1 from public.invoices i where i.redemption_id = p_redemption.id and i.digits = v.digits) then
      perform private.refuse('R37_INVOICE_TWICE', v_at || 'number');
    end if;
    if exists (select 1 from private.taken_invoices t
      where t.digits = v.digits and t.redemption_id <> p_redemption.id) then
      perform private.refuse('R23_INVOICE_USED', v_at || 'number');
    end if;
    begin
      insert into public.invoices (redemption_id, institution_id, code, number, issued_on, amount_fen, buyer, seller)
      values (p_redemption.id, p_redemption.institution_id, v.code, v.number, v.issued_on, v.amount_fen, v.buyer,
        v.seller);
    exception when unique_violation then perform private.refuse('R23_INVOICE_USED', v_at || 'number');
    end;
  end loop;
end $$;
comment on function private.write_invoices(public.redemptions, jsonb) is
  '整份写入一份兑付申请的发票（R37）。拒绝：多于 50 张、位数不对、日期不在合同签订日至今天之间、列了两次、'
  '已在通过过形式审核的申请里，或已在同一管理单位的另一份申请里。别的管理单位还没有通过的申请不挡。';

create function private.take_invoices(p_redemption_id bigint) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_digits text;
begin
  for v_digits in select i.digits from public.invoices i where i.redemption_id = p_redemption_id order by i.digits loop
    insert into private.taken_invoices (digits, redemption_id) values (v_digits, p_redemption_id)
      on conflict (digits) do nothing;
    if not exists (select 1 from private.taken_invoices t
      where t.digits = v_digits and t.redemption_id = p_redemption_id) then
      perform private.refuse('R23_INVOICE_USED', '发票 ' || v_digits || ' 已在另一份通过形式审核的申请里');
    end if;
  end loop;
end $$;
comment on function private.take_invoices(bigint) is '形式审核通过时占下所列发票：同一张发票在两份申请里，先通过的占下，另一份不能通过（R37）；并发时在主键上排队。';
