import { createResource, createSignal, Index, Show } from 'solid-js';
import { act, asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { inner, list, number, one, type Row, text } from '../../backend/work.ts';
import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { formatFen } from '../../domain/money.ts';
import { FileField } from '../ui/FileField.tsx';
import { Load } from '../ui/Load.tsx';
import { useMarkedField } from '../ui/mark.ts';
import { Refused } from '../ui/Refused.tsx';
import { go } from '../ui/route.ts';
import { createUploads } from '../ui/uploads.ts';

interface Invoice {
  code: string;
  number: string;
  issuedOn: string;
  amount: string;
  buyer: string;
  seller: string;
}

interface Named {
  id: number;
  name: string;
}
/** What was submitted before, and why it came back. */
interface Last {
  redemptionId: number;
  reason: string;
  documents: (Named & { kind: string })[];
  invoices: Invoice[];
}
const voucherSelect =
  '*, order:orders(id, title, contract_no, contract_total_fen, eligible_fee_fen), applicant:organizations!vouchers_applicant_id_fkey(name), institution:organizations!vouchers_institution_id_fkey(name)';

/** 兑付 (R23): report, invoices and further evidence for one paid voucher. The delivered result can serve as the report. */
export function Redeem(props: { voucherId: number }) {
  const [data, { refetch }] = createResource(
    () => props.voucherId,
    async (id) => {
      const voucher = await one<Row>('vouchers', voucherSelect, { id });
      const results = voucher
        ? await list<Row>(
            'order_documents',
            'kind, document:documents(id, original_name)',
            { order_id: number(voucher, 'order_id'), kind: 'result' },
            'document_id',
          )
        : [];
      return {
        voucher,
        results: results
          .map((r) => r['document'] as { id: number; original_name: string })
          .map((d): Named => ({ id: d.id, name: d.original_name })),
      };
    },
  );
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => <Show when={d().voucher}>{(v) => <RedeemForm voucher={v()} results={d().results} />}</Show>}
    </Load>
  );
}

/** 补充材料 (R24), once: the whole claim restated, with what was submitted before already in it. */
export function Supplement(props: { redemptionId: number }) {
  const [data, { refetch }] = createResource(
    () => props.redemptionId,
    async (id) => {
      const redemption = await one<Row>('redemptions', 'id, voucher_id, state', { id });
      if (redemption?.state !== 'returned') return undefined;
      const [voucher, submissions, returned] = await Promise.all([
        one<Row>('vouchers', voucherSelect, { id: number(redemption, 'voucher_id') }),
        list<Row>('redemption_submissions', 'snapshot', { redemption_id: id }, 'supplement_no'),
        list<Row>('events', 'reason', { entity: 'redemption', entity_id: id, action: 'return' }),
      ]);
      const snapshot = submissions[0]?.['snapshot'] as { documents: Last['documents']; invoices: Row[] };
      const last: Last = {
        redemptionId: id,
        reason: text(returned[0], 'reason'),
        documents: snapshot.documents,
        invoices: snapshot.invoices.map((i) => ({
          code: text(i, 'code'),
          number: text(i, 'number'),
          issuedOn: text(i, 'issued_on'),
          amount: formatFen(number(i, 'amount_fen')).replaceAll(',', ''),
          buyer: text(i, 'buyer'),
          seller: text(i, 'seller'),
        })),
      };
      return { voucher, last };
    },
  );
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => <Show when={d().voucher}>{(v) => <RedeemForm voucher={v()} results={[]} last={d().last} />}</Show>}
    </Load>
  );
}

function RedeemForm(props: { voucher: Row; results: Named[]; last?: Last }) {
  const v = props.voucher;
  const last = props.last;
  const before = (kind: string) => (last?.documents ?? []).filter((d) => d.kind === kind);
  const total = Number(inner(v, 'order', 'contract_total_fen'));
  const need = Number(inner(v, 'order', 'eligible_fee_fen')) - number(v, 'amount_fen');
  const fresh = (): Invoice => ({
    code: '',
    number: '',
    issuedOn: '',
    amount: '',
    buyer: inner(v, 'applicant'),
    seller: inner(v, 'institution'),
  });
  const ids = (kind: string) => before(kind).map((d) => d.id);
  const [invoices, setInvoices] = createSignal(last?.invoices.length ? last.invoices : [fresh()]);
  const [reports, setReports] = createSignal<number[]>(ids('report'));
  const [files, setFiles] = createSignal<number[]>(ids('invoice'));
  const [evidence, setEvidence] = createSignal<number[]>(ids('evidence'));
  const [explanation, setExplanation] = createSignal('');
  const uploads = createUploads();
  const [reuse, setReuse] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  let form!: HTMLFormElement;
  useMarkedField(() => form, refusal);
  const [busy, setBusy] = createSignal(false);
  const change = (i: number, part: Partial<Invoice>) =>
    setInvoices(invoices().map((x, n) => (n === i ? { ...x, ...part } : x)));
  const sum = () => invoices().reduce((n, i) => n + (parseYuan(i.amount) ?? 0), 0);
  let requestId = newRequestId();
  async function send() {
    if (uploads.running()) return;
    setRefusal(undefined);
    const unread = invoices().findIndex((i) => parseYuan(i.amount) === undefined);
    if (unread >= 0) {
      setRefusal({
        code: 'AMOUNT_INVALID',
        message: `第 ${unread + 1} 张发票的金额不符合要求。`,
        hint: yuanFault(invoices()[unread]?.amount ?? ''),
        field: `invoices.${unread}.amount_fen`,
      });
      return;
    }
    setBusy(true);
    const report = reuse() ? props.results.map((r) => r.id) : reports();
    try {
      const { id } = await act<{ id: number }>(last ? 'supplement_redemption' : 'submit_redemption', {
        ...(last ? { redemption_id: last.redemptionId } : { voucher_id: v.id }),
        request_id: requestId,
        payload: {
          ...(last && { explanation: explanation() }),
          documents: [
            ...report.map((id) => ({ id, kind: 'report' })),
            ...files().map((id) => ({ id, kind: 'invoice' })),
            ...evidence().map((id) => ({ id, kind: 'evidence' })),
          ],
          invoices: invoices().map((i) => ({
            code: i.code || null,
            number: i.number,
            issued_on: i.issuedOn,
            amount_fen: parseYuan(i.amount),
            buyer: i.buyer,
            seller: i.seller,
          })),
        },
      });
      go({ view: 'redemption', id });
    } catch (error) {
      const r = asRefusal(error);
      if (r.code !== 'NETWORK') requestId = newRequestId();
      setRefusal(r);
    }
    setBusy(false);
  }
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h1>
        {last ? '补充兑付材料' : '申请兑付'}：{formatFen(number(v, 'amount_fen'))} 元
      </h1>
      <p class="muted">
        电子券 {text(v, 'voucher_no')} · {inner(v, 'order', 'title')} · {inner(v, 'applicant')}
      </p>
      <Show when={last}>
        {(l) => (
          <section class="next mine">
            <h2>下一步：按意见补充后重新提交，只有这一次机会</h2>
            <blockquote>{l().reason}</blockquote>
            <p>上次提交的材料和发票已经列出：请更换、增减后整份提交；没有列在这里的，不再作为这次申请的材料。</p>
          </section>
        )}
      </Show>
      <section class="card">
        <h2>一、检验报告</h2>
        <Show when={props.results.length > 0}>
          <label class="check">
            <input type="checkbox" checked={reuse()} onChange={(e) => setReuse(e.currentTarget.checked)} />{' '}
            <span>用已上传的检测结果作为检验报告（{props.results.map((r) => r.name).join('、')}）</span>
          </label>
        </Show>
        <Show when={!reuse()}>
          <FileField
            label="检验报告"
            kind="report"
            uploads={uploads}
            already={before('report')}
            onChange={setReports}
          />
        </Show>
      </section>
      <section class="card">
        <h2>二、发票</h2>
        <p class="muted">一张发票只能支持一次兑付。发票合计至少 {formatFen(need)} 元（可抵扣检测费减去抵扣额）。</p>
        <FileField label="发票文件" kind="invoice" uploads={uploads} already={before('invoice')} onChange={setFiles} />
        <Index each={invoices()}>
          {(x, i) => (
            <fieldset class="feeline">
              <legend class="small muted">第 {i + 1} 张</legend>
              <label>
                <span>发票号码</span>
                <span class="hint small muted">数电发票 20 位，旧版 8 位</span>
                <input
                  name={`invoices.${i}.number`}
                  required
                  maxlength="60"
                  value={x().number}
                  onInput={(e) => change(i, { number: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>
                  发票代码<span class="muted small">（数电发票没有）</span>
                </span>
                <input
                  name={`invoices.${i}.code`}
                  maxlength="60"
                  value={x().code}
                  onInput={(e) => change(i, { code: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>开票日期</span>
                <input
                  name={`invoices.${i}.issued_on`}
                  type="date"
                  required
                  value={x().issuedOn}
                  onInput={(e) => change(i, { issuedOn: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>价税合计（元）</span>
                <input
                  name={`invoices.${i}.amount_fen`}
                  required
                  inputmode="decimal"
                  value={x().amount}
                  onInput={(e) => change(i, { amount: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>购买方</span>
                <input
                  name={`invoices.${i}.buyer`}
                  required
                  maxlength="100"
                  value={x().buyer}
                  onInput={(e) => change(i, { buyer: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>销售方</span>
                <input
                  name={`invoices.${i}.seller`}
                  required
                  maxlength="100"
                  value={x().seller}
                  onInput={(e) => change(i, { seller: e.currentTarget.value })}
                />
              </label>
              <Show when={invoices().length > 1}>
                <button type="button" class="link" onClick={() => setInvoices(invoices().filter((_, n) => n !== i))}>
                  删除第 {i + 1} 张
                </button>
              </Show>
              <Show when={invoices().length > 1}>
                <button type="button" class="link" onClick={() => setInvoices(invoices().filter((_, n) => n !== i))}>
                  删除第 {i + 1} 张
                </button>
              </Show>
            </fieldset>
          )}
        </Index>
        <Show when={invoices().length < 50}>
          <button type="button" class="button" onClick={() => setInvoices([...invoices(), fresh()])}>
            再加一张
          </button>
        </Show>
        <p aria-live="polite">
          发票合计 <b>{formatFen(sum())}</b> 元
          <Show when={sum() > 0 && sum() < need}>
            <span class="tag">少于 {formatFen(need)} 元，不能提交</span>
          </Show>
          <Show when={sum() >= need && sum() !== total}>
            <span class="muted small">　与合同总额 {formatFen(total)} 元不同，请核对；可以提交。</span>
          </Show>
        </p>
      </section>
      <section class="card">
        <h2>三、其他证明材料</h2>
        <FileField
          label="其他证明材料（可不传）"
          kind="evidence"
          uploads={uploads}
          already={before('evidence')}
          onChange={setEvidence}
        />
      </section>
      <Show when={last}>
        <section class="card">
          <h2>四、补充说明</h2>
          <label>
            <span>
              按意见补充了什么<span class="muted small">（可不填）</span>
            </span>
            <span class="hint small muted">
              审核人员会看到它和与上一次提交的不同。材料和发票都没有改动时，须在这里说明理由，才能重新提交。
            </span>
            <textarea maxlength="1000" value={explanation()} onInput={(e) => setExplanation(e.currentTarget.value)} />
          </label>
        </section>
      </Show>
      <Refused refusal={refusal()} />
      <button type="submit" class="button main" disabled={busy() || uploads.running()}>
        {busy()
          ? '正在提交…'
          : uploads.running()
            ? '等待文件上传…'
            : last
              ? '提交补充材料，只有这一次'
              : '提交兑付申请'}
      </button>
    </form>
  );
}
