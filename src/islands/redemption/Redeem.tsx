import { createResource, createSignal, Show } from 'solid-js';
import { asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import {
  type ClaimedVoucher,
  type ClaimPayload,
  loadClaim,
  loadReturnedClaim,
  type NamedFile,
  submitRedemption,
  supplementRedemption,
} from '../../backend/redemptions.ts';
import { formatFen } from '../../domain/money.ts';
import { FileField } from '../ui/FileField.tsx';
import { Load } from '../ui/Load.tsx';
import { useMarkedField } from '../ui/mark.ts';
import { Refused } from '../ui/Refused.tsx';
import { go } from '../ui/route.ts';
import { createUploads } from '../ui/uploads.ts';
import { Invoices } from './Invoices.tsx';
import { type Invoice, sentInvoices, typedInvoice, unreadAmount } from './invoices.ts';

/** What was submitted before, and why it came back. */
interface Last {
  redemptionId: number;
  reason: string;
  documents: { id: number; name: string; kind: string }[];
  invoices: Invoice[];
}

/** 兑付 (R23): report, invoices and further evidence for one paid voucher. The delivered result can serve as the report. */
export function Redeem(props: { voucherId: number }) {
  const [data, { refetch }] = createResource(() => props.voucherId, loadClaim);
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => <RedeemForm voucher={d().voucher} results={d().results} />}
    </Load>
  );
}

/** 补充材料 (R24), once: the whole claim restated, with what was submitted before already in it. */
export function Supplement(props: { redemptionId: number }) {
  const [data, { refetch }] = createResource(
    () => props.redemptionId,
    async (id) => {
      const claim = await loadReturnedClaim(id);
      const last: Last | undefined = claim && {
        redemptionId: id,
        reason: claim.reason,
        documents: claim.submitted?.documents ?? [],
        invoices: (claim.submitted?.invoices ?? []).map(typedInvoice),
      };
      return claim && { voucher: claim.voucher, last };
    },
  );
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => <RedeemForm voucher={d().voucher} results={[]} last={d().last} />}
    </Load>
  );
}

interface ClaimForm {
  voucher: ClaimedVoucher;
  results: NamedFile[];
  last?: Last | undefined;
}
/** What is typed and chosen for a claim, and its sending. */
function createClaim(props: ClaimForm) {
  const v = props.voucher;
  const last = props.last;
  const before = (kind: string) => (last?.documents ?? []).filter((d) => d.kind === kind);
  const fresh = (): Invoice => ({
    code: '',
    number: '',
    issuedOn: '',
    amount: '',
    buyer: v.applicant.name,
    seller: v.institution.name,
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
  const [busy, setBusy] = createSignal(false);
  let requestId = newRequestId();
  async function send() {
    if (uploads.running()) return;
    setRefusal(undefined);
    const unread = unreadAmount(invoices());
    if (unread) {
      setRefusal(unread);
      return;
    }
    setBusy(true);
    const report = reuse() ? props.results.map((r) => r.id) : reports();
    const payload: ClaimPayload = {
      documents: [
        ...report.map((id) => ({ id, kind: 'report' as const })),
        ...files().map((id) => ({ id, kind: 'invoice' as const })),
        ...evidence().map((id) => ({ id, kind: 'evidence' as const })),
      ],
      invoices: sentInvoices(invoices()),
    };
    try {
      const { id } = last
        ? await supplementRedemption(last.redemptionId, { ...payload, explanation: explanation() }, requestId)
        : await submitRedemption(v.id, payload, requestId);
      go({ view: 'redemption', id });
    } catch (error) {
      const r = asRefusal(error);
      if (r.code !== 'NETWORK') requestId = newRequestId();
      setRefusal(r);
    }
    setBusy(false);
  }
  return {
    before,
    fresh,
    invoices,
    setInvoices,
    setReports,
    setFiles,
    setEvidence,
    explanation,
    setExplanation,
    uploads,
    reuse,
    setReuse,
    refusal,
    busy,
    send,
  };
}

function RedeemForm(props: ClaimForm) {
  const v = props.voucher;
  const last = props.last;
  const needFen = v.order.eligible_fee_fen - v.amount_fen;
  const claim = createClaim(props);
  let form!: HTMLFormElement;
  useMarkedField(() => form, claim.refusal);
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void claim.send();
      }}
    >
      <h1>
        {last ? '补充兑付材料' : '申请兑付'}：{formatFen(v.amount_fen)} 元
      </h1>
      <p class="muted">
        电子券 {v.voucher_no} · {v.order.title} · {v.applicant.name}
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
            <input type="checkbox" checked={claim.reuse()} onChange={(e) => claim.setReuse(e.currentTarget.checked)} />{' '}
            <span>用已上传的检测结果作为检验报告（{props.results.map((r) => r.name).join('、')}）</span>
          </label>
        </Show>
        <Show when={!claim.reuse()}>
          <FileField
            label="检验报告"
            name="documents"
            kind="report"
            uploads={claim.uploads}
            already={claim.before('report')}
            onChange={claim.setReports}
          />
        </Show>
      </section>
      <section class="card">
        <h2>二、发票</h2>
        <p class="muted">一张发票只能支持一次兑付。发票合计至少 {formatFen(needFen)} 元（可抵扣检测费减去抵扣额）。</p>
        <FileField
          label="发票文件"
          kind="invoice"
          uploads={claim.uploads}
          already={claim.before('invoice')}
          onChange={claim.setFiles}
        />
        <Invoices
          invoices={claim.invoices}
          onChange={claim.setInvoices}
          fresh={claim.fresh}
          needFen={needFen}
          contractFen={v.order.contract_total_fen}
        />
      </section>
      <section class="card">
        <h2>三、其他证明材料</h2>
        <FileField
          label="其他证明材料（可不传）"
          kind="evidence"
          uploads={claim.uploads}
          already={claim.before('evidence')}
          onChange={claim.setEvidence}
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
            <textarea
              name="explanation"
              maxlength="1000"
              value={claim.explanation()}
              onInput={(e) => claim.setExplanation(e.currentTarget.value)}
            />
          </label>
        </section>
      </Show>
      <Refused refusal={claim.refusal()} />
      <button type="submit" class="button main" disabled={claim.busy() || claim.uploads.running()}>
        {claim.busy()
          ? '正在提交…'
          : claim.uploads.running()
            ? '等待文件上传…'
            : last
              ? '提交补充材料，只有这一次'
              : '提交兑付申请'}
      </button>
    </form>
  );
}
