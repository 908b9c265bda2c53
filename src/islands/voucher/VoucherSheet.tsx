import { createResource } from 'solid-js';
import { renderSVG } from 'uqr';
import { voucherSheet } from '../../backend/vouchers.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate, formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { amountInWords } from '../../domain/yuan.ts';
import { Load } from '../ui/Load.tsx';
import { Ticket } from '../ui/Ticket.tsx';

/** One voucher on A4: the ticket, the amount in words, and a QR code that anyone can check. */
export function VoucherSheet(props: { id: number }) {
  const [data] = createResource(async () => {
    const [voucher, label] = await Promise.all([voucherSheet(props.id), labelsOf('voucher')]);
    return voucher && { ...voucher, label: label(voucher.state) };
  });
  const address = (no: string, code: string) =>
    `${window.location.origin}/verify/?no=${encodeURIComponent(no)}&code=${encodeURIComponent(code)}`;
  return (
    <Load of={data}>
      {(v) => (
        <article class="sheet">
          <p class="row noprint">
            <button type="button" class="button main" onClick={() => window.print()}>
              打印
            </button>
            <span class="muted small">A4 纵向；二维码可供任何人核验。</span>
          </p>
          <h1>河南省科技创新券（电子券）</h1>
          <Ticket
            size="sheet"
            rate={v().order.rate_bp ? `${(v().order.rate_bp ?? 0) / 100}%` : ''}
            amountFen={v().amount_fen}
            state={v().state}
            label={v().label}
            no={v().voucher_no}
            withdrawn={v().withdrawn}
            rectified={v().rectified}
            recovery={v().recovery}
            title={v().order.title}
          />
          <dl class="facts">
            <dt>金额大写</dt>
            <dd>{amountInWords(v().amount_fen)}</dd>
            <dt>用户单位</dt>
            <dd>{v().applicant.name}</dd>
            <dt>管理单位</dt>
            <dd>{v().institution.name}</dd>
            <dt>订单</dt>
            <dd>
              {v().order.order_no}　合同 {v().order.contract_no}
            </dd>
            <dt>仪器或检测项目</dt>
            <dd>
              {v().order.resource_name} {v().order.resource_model}
            </dd>
            <dt>可抵扣检测费</dt>
            <dd>
              {formatFen(v().order.eligible_fee_fen)} 元 × {(v().order.rate_bp ?? 0) / 100}%
            </dd>
            <dt>发放</dt>
            <dd>{formatTime(v().issued_at)}</dd>
            <dt>有效至</dt>
            <dd>{formatDate(new Date(v().expires_at).getTime() - 1000)} 24:00 前支付</dd>
            <dt>核验码</dt>
            <dd>{v().verify_code}</dd>
          </dl>
          <figure class="qr">
            <img
              alt="核验二维码"
              width="160"
              height="160"
              src={`data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(address(v().voucher_no, v().verify_code)))}`}
            />
            <figcaption class="small">扫码或在 {window.location.host}/verify/ 输入券号与核验码</figcaption>
          </figure>
        </article>
      )}
    </Load>
  );
}
