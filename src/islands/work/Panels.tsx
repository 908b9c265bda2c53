import { createResource, createSignal, For, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { list, type Row, workflowStates } from '../../backend/work.ts';
import { formatFen } from '../../domain/money.ts';
import { Refused } from '../ui/Refused.tsx';
import { Detail } from './Detail.tsx';
import { type Field, Form } from './Form.tsx';

/** A list of cases with their state, and the one that is open. */
export function Cases(props: { entity: string; table: string; filter: Record<string, string | number | string[]>; empty: string; open?: number }) {
  const [open, setOpen] = createSignal<number | undefined>(props.open);
  const [rows, { refetch }] = createResource(async () => {
    const [states, found] = await Promise.all([workflowStates(), list<Row>(props.table, '*', props.filter)]);
    return found.map((row): Row => ({ ...row, label: states.find((s) => s.entity === props.entity && s.state === row.state)?.label ?? '' }));
  });
  const name = (row: Row) => String(row['title'] ?? row['name'] ?? row['voucher_no'] ?? (row['quarter'] ? `${row['year']} 年第 ${row['quarter']} 季度` : row['certificate_no'] || `第 ${row.id} 号`));
  return (
    <Show when={!rows.error} fallback={<Refused refusal={asRefusal(rows.error) as Refusal} />}>
      <Show when={open()} fallback={
        <Show when={(rows() ?? []).length > 0} fallback={<p class="card">{rows.loading ? '正在读取…' : props.empty}</p>}>
          <table class="stack"><thead><tr><th>名称</th><th>金额（元）</th><th>状态</th></tr></thead><tbody>
            <For each={rows()}>{(row) => <tr><td data-label="名称"><button type="button" class="button" onClick={() => setOpen(row.id)}>{name(row)}</button></td><td data-label="金额（元）" class="money">{row['approved_fen'] || row['amount_fen'] ? formatFen(Number(row['approved_fen'] ?? row['amount_fen'])) : '—'}</td><td data-label="状态"><span class="tag">{String(row['label'])}</span></td></tr>}</For>
          </tbody></table>
        </Show>}>
        <p><button type="button" class="button" onClick={() => { setOpen(undefined); void refetch(); }}>← 返回列表</button></p>
        <Detail entity={props.entity} table={props.table} id={open() as number} onChanged={() => void refetch()} />
      </Show>
    </Show>
  );
}

/** 申领创新券额度 (R4): the pledge's full text, one box, one button; afterwards the bar with what is used, held and free. */
export function QuotaPanel(props: { orgId: number }) {
  const [data, { refetch }] = createResource(async () => {
    const [quotas, pledges] = await Promise.all([list<Row>('quotas', '*', { organization_id: props.orgId }), list<Row>('pledges', '*', { kind: 'applicant' }, 'year')]);
    return { quota: quotas[0], pledge: pledges.at(-1) };
  });
  const share = (name: string) => `${(Number(data()?.quota?.[name] ?? 0) / Number(data()?.quota?.['cap_fen'] ?? 1)) * 100}%`;
  return (
    <Show when={data()} fallback={<p class="muted">正在读取额度…</p>}>
      <Show when={data()?.quota} fallback={
        <>
          <section class="card"><h2>{String(data()?.pledge?.['title'])}</h2><p class="prose">{String(data()?.pledge?.['body'])}</p></section>
          <Form title="领取本年度额度" button="签署并领取" action="claim_quota" fields={[{ name: 'agree', label: '我已阅读全文，代表本单位签署', kind: 'check' }]} build={(_v, request_id) => ({ request_id, pledge_id: data()?.pledge?.id })} onDone={() => void refetch()} />
        </>}>
        {(q) => (
          <section class="next">
            <h2>{String(q()['year'])} 年额度 {formatFen(Number(q()['cap_fen']))} 元</h2>
            <svg class="quota" role="img" aria-label="额度使用" width="100%" height="16"><rect width={share('spent_fen')} height="16" fill="currentColor" /><rect x={share('spent_fen')} width={share('held_fen')} height="16" fill="currentColor" opacity="0.4" /></svg>
            <p>已支付 {formatFen(Number(q()['spent_fen']))} 元　占用 {formatFen(Number(q()['held_fen']))} 元　<b>可用 {formatFen(Number(q()['cap_fen']) - Number(q()['held_fen']) - Number(q()['spent_fen']))} 元</b></p>
            <p><a class="button main" href="/instruments/">去找仪器，创新券预约</a></p>
          </section>
        )}
      </Show>
    </Show>
  );
}

export const organizationFields: Field[] = [
  { name: 'kind', label: '单位类别', kind: 'choice', options: [['applicant', '用户单位（用创新券）'], ['institution', '管理单位（提供检测）']] },
  { name: 'name', label: '单位名称', kind: 'text' }, { name: 'uscc', label: '统一社会信用代码（团队可空）', kind: 'text', optional: true },
  { name: 'region_code', label: '注册地行政区划代码（41 开头 6 位）', kind: 'text', value: '410100' }, { name: 'city', label: '所在市', kind: 'text', value: '郑州' },
  { name: 'legal_representative', label: '法定代表人或负责人', kind: 'text' }, { name: 'contact_name', label: '联系人', kind: 'text' }, { name: 'contact_phone', label: '联系电话', kind: 'text' },
];
export const projectFields: Field[] = [
  { name: 'title', label: '项目名称', kind: 'text' }, { name: 'tech_field', label: '技术领域', kind: 'text' },
  { name: 'source', label: '来源', kind: 'choice', options: [['self', '自立'], ['national', '国家级'], ['provincial', '省级'], ['municipal', '市级'], ['horizontal', '横向']] },
  { name: 'start_on', label: '开始日期', kind: 'date' }, { name: 'end_on', label: '结束日期', kind: 'date' }, { name: 'budget_fen', label: '经费（元）', kind: 'yuan' },
  { name: 'leader', label: '负责人', kind: 'text' }, { name: 'content', label: '研究内容（20–2000 字）', kind: 'long' },
];
export const resourceFields: Field[] = [
  { name: 'kind', label: '种类', kind: 'choice', options: [['instrument', '仪器资源'], ['service', '检测项目']] }, { name: 'name', label: '名称', kind: 'text' }, { name: 'class_code', label: '类别代码（01–15）', kind: 'text', value: '01' },
  { name: 'purpose', label: '用途', kind: 'long' }, { name: 'unit', label: '计价单位', kind: 'text', value: '样' }, { name: 'price_min_fen', label: '最低价（元）', kind: 'yuan' }, { name: 'price_max_fen', label: '最高价（元）', kind: 'yuan' },
];

/** 认证 (R2): the proofs of one organization and the form for another. */
export function CertificationPanel(props: { orgId: number; institution: boolean }) {
  const fields: Field[] = [
    ...(props.institution ? [] : [{ name: 'kind', label: '认证类别', kind: 'choice', options: [['high_tech_enterprise', '高新技术企业'], ['tech_sme', '科技型中小企业'], ['startup_team', '创新创业团队']] } as Field]),
    ...(props.institution ? [] : [{ name: 'certificate_no', label: '证书编号或入库登记编号', kind: 'text', optional: true } as Field, { name: 'carrier_id', label: '入驻载体编号（仅团队）', kind: 'number', optional: true } as Field]),
    { name: 'valid_from', label: '有效期自', kind: 'date' }, { name: 'valid_to', label: '有效期至', kind: 'date' }, { name: 'document', label: '证明材料', kind: 'file', documentKind: 'certificate' },
  ];
  const [version, setVersion] = createSignal(0);
  return (
    <Show when={version() + 1} keyed>
      <Cases entity="certification" table="certifications" filter={{ organization_id: props.orgId }} empty="还没有提交认证。请在下面填写证明材料。" />
      <Form title="提交认证" button="提交认证" action="submit_certification" fields={fields} onDone={() => setVersion(version() + 1)}
        build={(v, request_id) => { const { document, ...rest } = v; return { request_id, payload: { ...rest, kind: props.institution ? 'institution' : v['kind'], document_id: (document as number[])[0] ?? null } }; }} />
    </Show>
  );
}

/** 兑付 (R23): the vouchers that this institution holds, and the claim for one. */
export function RedeemPanel(props: { orgId: number }) {
  const [vouchers, { refetch }] = createResource(() => list<Row>('vouchers', '*', { holder_id: props.orgId, state: 'paid' }));
  const [claimed] = createResource(() => list<Row>('redemptions', 'voucher_id, id', { institution_id: props.orgId }));
  const [open, setOpen] = createSignal<Row>();
  const free = () => (vouchers() ?? []).filter((v) => !(claimed() ?? []).some((r) => r['voucher_id'] === v.id));
  const files = (ids: unknown, kind: string) => (ids as number[]).map((id) => ({ id, kind }));
  return (
    <>
      <h2>待申请兑付的电子券</h2>
      <Show when={free().length > 0} fallback={<p class="card">没有待申请兑付的电子券。用户单位支付后会出现在这里。</p>}>
        <For each={free()}>{(v) => <div class="ticket"><div><span class="muted">电子券 {String(v['voucher_no'])}</span><br /><strong>{formatFen(Number(v['amount_fen']))}</strong> 元</div><div><span class="stamp paid">已支付</span><button type="button" class="button" onClick={() => setOpen(v)}>兑付</button></div></div>}</For>
      </Show>
      <Show when={open()}>{(v) => (
        <Form title={`申请兑付 ${v()['voucher_no']}`} button="提交兑付申请" action="submit_redemption" onDone={() => { setOpen(undefined); void refetch(); }}
          fields={[{ name: 'report', label: '检验报告', kind: 'file', documentKind: 'report' }, { name: 'invoice', label: '发票', kind: 'file', documentKind: 'invoice' }, { name: 'number', label: '发票号码', kind: 'text' }, { name: 'code', label: '发票代码（数电发票没有）', kind: 'text', optional: true }, { name: 'issued_on', label: '开票日期', kind: 'date' }, { name: 'amount_fen', label: '发票金额（元）', kind: 'yuan' }, { name: 'buyer', label: '购买方', kind: 'text' }, { name: 'seller', label: '销售方', kind: 'text' }]}
          build={(x, request_id) => ({ voucher_id: v().id, request_id, payload: { documents: [...files(x['report'], 'report'), ...files(x['invoice'], 'invoice')], invoices: [{ code: x['code'], number: x['number'], issued_on: x['issued_on'], amount_fen: x['amount_fen'], buyer: x['buyer'], seller: x['seller'] }] } })} />
      )}</Show>
      <h2>兑付申请</h2>
      <Cases entity="redemption" table="redemptions" filter={{ institution_id: props.orgId }} empty="还没有兑付申请。" />
    </>
  );
}

/** 评审 (R27): every item assigned to me, one decision each, sent together. */
export function ReviewPanel() {
  const [items] = createResource(() => list<Row>('redemptions', 'id, voucher_no, amount_fen, order:orders(title, eligible_fee_fen, contract_no)', {}));
  const fields = (): Field[] => (items() ?? []).flatMap((r): Field[] => [
    { name: `v${r.id}`, label: `${r['voucher_no']} ${(r['order'] as { title: string } | null)?.title ?? ''}（${formatFen(Number(r['amount_fen']))} 元）`, kind: 'choice', options: [['yes', '同意兑付'], ['no', '不同意']] },
    { name: `r${r.id}`, label: '不同意的理由', kind: 'text', optional: true },
  ]);
  return (
    <Show when={(items() ?? []).length > 0} fallback={<p class="card">{items.loading ? '正在读取…' : '现在没有分配给您的评审。'}</p>}>
      <Form title="本季度评审" button="提交全部意见" action="cast_votes" fields={fields()} onDone={() => window.location.reload()}
        build={(v, request_id) => ({ request_id, votes: (items() ?? []).map((r) => ({ redemption_id: r.id, verdict: v[`v${r.id}`], reason: v[`r${r.id}`] })) })} />
    </Show>
  );
}

/** 管理单位诚信承诺书 (R20): the full text, and the signature that opens the voucher module. Signing again is harmless. */
export function InstitutionPledgePanel(props: { orgId: number }) {
  const [data, { refetch }] = createResource(async () => {
    const [pledges, signed] = await Promise.all([list<Row>('pledges', '*', { kind: 'institution' }, 'year'), list<Row>('pledge_signatures', 'pledge_id', { organization_id: props.orgId })]);
    const pledge = pledges.at(-1);
    return { pledge, signed: signed.some((s) => s['pledge_id'] === pledge?.id) };
  });
  return (
    <Show when={data()?.pledge} fallback={<p class="muted">正在读取承诺书…</p>}>
      {(pledge) => (
        <>
          <section class="card"><h2>{String(pledge()['title'])}（{String(pledge()['year'])} 年）</h2><p class="prose">{String(pledge()['body'])}</p></section>
          <Show when={!data()?.signed} fallback={<p class="done">本年度已签署，创新券功能已开通。</p>}>
            <Form title="签署承诺书" button="签署" action="sign_institution_pledge" fields={[{ name: 'agree', label: '我已阅读全文，代表本单位签署', kind: 'check' }]} build={(_v, request_id) => ({ request_id, pledge_id: pledge().id })} onDone={() => void refetch()} />
          </Show>
        </>
      )}
    </Show>
  );
}
