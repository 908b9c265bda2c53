import { createResource, createSignal, For, Index, Show } from 'solid-js';
import { act, asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { list, type Row } from '../../backend/work.ts';
import { formatFen, parseYuan, rawDeduction } from '../../domain/money.ts';
import { FileField } from '../ui/FileField.tsx';
import { Refused } from '../ui/Refused.tsx';

interface Line { description: string; quantity: string; price: string; exclusion: string }
const emptyLine = (): Line => ({ description: '', quantity: '1', price: '', exclusion: '' });

/** 创新券预约 (R12): self-check, fee lines with the live deduction, contract upload, draft saved in one act. */
export function Book(props: { slug: string; orgId: number; onSaved: (id: number) => void }) {
  const [data] = createResource(async () => {
    const [entry, projects, exclusions, quotas] = await Promise.all([
      list<Row>('catalogue', '*', { slug: props.slug }, 'slug'), list<Row>('projects', 'id, title', { organization_id: props.orgId, state: 'approved' }),
      list<Row>('exclusions', '*', {}, 'code'), list<Row>('quotas', '*', { organization_id: props.orgId }),
    ]);
    return { entry: entry[0], projects, exclusions, quota: quotas[0] };
  });
  const [lines, setLines] = createSignal([emptyLine()]);
  const [applies, setApplies] = createSignal<Record<string, string | true>>({});
  const [contract, setContract] = createSignal<number[]>([]);
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  const fenOf = (l: Line) => Math.floor((parseYuan(l.price) ?? 0) * (Number(l.quantity) || 0));
  const eligible = () => lines().filter((l) => !l.exclusion).reduce((sum, l) => sum + fenOf(l), 0);
  const total = () => lines().reduce((sum, l) => sum + fenOf(l), 0);
  const left = () => { const q = data()?.quota; return q ? Number(q['cap_fen']) - Number(q['held_fen']) - Number(q['spent_fen']) : 0; };
  const change = (i: number, part: Partial<Line>) => setLines(lines().map((l, n) => (n === i ? { ...l, ...part } : l)));
  let requestId = newRequestId();
  async function save(form: HTMLFormElement) {
    setBusy(true);
    setRefusal(undefined);
    const f = new FormData(form);
    const text = (name: string) => String(f.get(name) ?? '').trim() || null;
    try {
      const entry = data()?.entry as Row;
      const saved = await act<{ id: number }>('save_order', {
        request_id: requestId, order_id: null,
        payload: {
          [entry['kind'] === 'instrument' ? 'instrument_id' : 'service_id']: entry['resource_id'], project_id: Number(f.get('project_id')), title: text('title'), purpose: text('purpose'),
          contract_no: text('contract_no'), contract_signed_on: text('contract_signed_on'), contract_total_fen: parseYuan(String(f.get('contract_total'))), test_fee_fen: parseYuan(String(f.get('test_fee'))),
          related_declared: Boolean(applies()['E5.1']), documents: contract().map((id) => ({ id, kind: 'contract' })),
          lines: lines().map((l) => ({ description: l.description, quantity: Number(l.quantity), unit_price_fen: parseYuan(l.price), exclusion_code: l.exclusion || null })),
          answers: (data()?.exclusions ?? []).filter((e) => e['scope'] !== 'line').map((e) => { const a = applies()[String(e['code'])]; return { code: e['code'], applies: a !== undefined, justification: typeof a === 'string' ? a : '' }; }),
        },
      });
      props.onSaved(saved.id);
    } catch (error) {
      requestId = newRequestId();
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  return (
    <Show when={data()?.entry} fallback={<p class="muted">{data.loading ? '正在打开预约…' : '没有找到这项资源，请回到目录重新选择。'}</p>}>
      {(entry) => (
        <form onSubmit={(event) => { event.preventDefault(); void save(event.currentTarget); }}>
          <h1>创新券预约</h1>
          <p>{String(entry()['name'])} {String(entry()['model'])} · {String(entry()['institution_name'])}</p>
          <Show when={(data()?.projects.length ?? 0) > 0} fallback={<p class="refused">您还没有通过审核的科技研发项目。请先到「项目登记」登记，审核通过后再预约。</p>}>
            <section class="card">
              <h2>一、研发项目与检测</h2>
              <label><span>科技研发项目</span><select name="project_id">{<For each={data()?.projects}>{(p) => <option value={p.id}>{String(p['title'])}</option>}</For>}</select></label>
              <label><span>检测名称</span><input name="title" required minlength="2" maxlength="100" /></label>
              <label><span>检测目的</span><textarea name="purpose" maxlength="2000" /></label>
            </section>
            <section class="card">
              <h2>二、适用范围自查</h2>
              <p>有下列情形请勾选；都没有就不用勾。</p>
              <For each={(data()?.exclusions ?? []).filter((e) => e['scope'] !== 'line')}>{(e) => {
                const code = String(e['code']);
                return (
                  <div>
                    <label class="row"><input type="checkbox" onChange={(event) => { const next = { ...applies() }; if (event.currentTarget.checked) next[code] = true; else delete next[code]; setApplies(next); }} /> {String(e['label'])} <span class="small muted">{code}</span></label>
                    <Show when={applies()[code] !== undefined && e['justifiable']}><label><span>请说明它服务于研发的理由（至少 10 字，由审核人员决定）</span><textarea minlength="10" maxlength="1000" onInput={(event) => setApplies({ ...applies(), [code]: event.currentTarget.value || true })} /></label></Show>
                    <Show when={applies()[code] !== undefined && !e['justifiable'] && code !== 'E5.1'}><p class="refused">这项检测不在补贴范围内，不能使用创新券，可按普通订单办理。</p></Show>
                  </div>
                );
              }}</For>
            </section>
            <section class="card">
              <h2>三、费用清单</h2>
              <Index each={lines()}>{(l, i) => (
                <div class="cols">
                  <label><span>项目</span><input required maxlength="200" value={l().description} onInput={(e) => change(i, { description: e.currentTarget.value })} /></label>
                  <label><span>数量</span><input required inputmode="decimal" pattern="\d{1,6}(\.\d{1,2})?" value={l().quantity} onInput={(e) => change(i, { quantity: e.currentTarget.value })} /></label>
                  <label><span>单价（元）</span><input required inputmode="decimal" value={l().price} onInput={(e) => change(i, { price: e.currentTarget.value })} /></label>
                  <label><span>性质</span><select onChange={(e) => change(i, { exclusion: e.currentTarget.value })}><option value="">检验检测费</option><For each={(data()?.exclusions ?? []).filter((x) => x['scope'] === 'line')}>{(x) => <option value={String(x['code'])}>{String(x['label'])}（不抵扣）</option>}</For></select></label>
                </div>
              )}</Index>
              <button class="button" type="button" onClick={() => setLines([...lines(), emptyLine()])}>再加一行</button>
              <p class="done" aria-live="polite">合计 {formatFen(total())} 元，其中可抵扣 {formatFen(eligible())} 元 × 30% = {formatFen(rawDeduction(eligible(), 3000))} 元；本年额度还剩 {formatFen(left())} 元，<b>约抵扣 {formatFen(Math.min(rawDeduction(eligible(), 3000), left()))} 元</b>（保存后以系统计算为准）。</p>
            </section>
            <section class="card">
              <h2>四、合同</h2>
              <label><span>合同号</span><input name="contract_no" required maxlength="60" /></label>
              <label><span>签订日期</span><input name="contract_signed_on" type="date" required /></label>
              <label><span>合同总额（元）</span><input name="contract_total" inputmode="decimal" required /></label>
              <label><span>其中检测费（元）</span><input name="test_fee" inputmode="decimal" required /></label>
              <FileField label="合同（PDF、OFD、JPEG、PNG，不超过 20 MiB）" kind="contract" onChange={setContract} />
            </section>
            <Refused refusal={refusal()} />
            <button type="submit" class="button main" disabled={busy()}>{busy() ? '正在保存…' : '保存并核对'}</button>
          </Show>
        </form>
      )}
    </Show>
  );
}
