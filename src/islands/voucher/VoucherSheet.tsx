import { createResource } from 'solid-js';
import { renderSVG } from 'uqr';
import { inner, number, one, type Row, text } from '../../backend/work.ts';
import { formatDate, formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { amountInWords } from '../../domain/yuan.ts';
import { voucherLabels } from '../case/OrderCase.tsx';
import { Load } from '../ui/Load.tsx';
import { Ticket } from '../ui/Ticket.tsx';

/** One voucher on A4: the ticket, the amount in words, and a QR code that anyone can check. */
export function VoucherSheet(props: { id: number }) {
  const [data] = createResource(() =>
    one<Row>(
      'vouchers',
      '*, order:orders(title, order_no, resource_name, resource_model, contract_no, rate_bp, eligible_fee_fen, contract_total_fen), institution:organizations!vouchers_institution_id_fkey(name), applicant:organizations!vouchers_applicant_id_fkey(name)',
      { id: props.id },
    ),
  );
  const address = (v: Row) =>
    `${window.location.origin}/verify/?no=${encodeURIComponent(text(v, 'voucher_no'))}&code=${encodeURIComponent(text(v, 'verify_code'))}`;
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
            rate={`${Number(inner(v(), 'order', 'rate_bp')) / 100}%`}
            amountFen={number(v(), 'amount_fen')}
            state={text(v(), 'state')}
            label={voucherLabels[text(v(), 'state')] ?? ''}
            no={text(v(), 'voucher_no')}
            withdrawn={Boolean(v()['withdrawn'])}
            title={inner(v(), 'order', 'title')}
          />
          <dl class="facts">
            <dt>金额大写</dt>
            <dd>{amountInWords(number(v(), 'amount_fen'))}</dd>
            <dt>用户单位</dt>
            <dd>{inner(v(), 'applicant')}</dd>
            <dt>管理单位</dt>
            <dd>{inner(v(), 'institution')}</dd>
            <dt>订单</dt>
            <dd>
              {inner(v(), 'order', 'order_no')}　合同 {inner(v(), 'order', 'contract_no')}
            </dd>
            <dt>仪器或检测项目</dt>
            <dd>
              {inner(v(), 'order', 'resource_name')} {inner(v(), 'order', 'resource_model')}
            </dd>
            <dt>可抵扣检测费</dt>
            <dd>
              {formatFen(Number(inner(v(), 'order', 'eligible_fee_fen')))} 元 ×{' '}
              {Number(inner(v(), 'order', 'rate_bp')) / 100}%
            </dd>
            <dt>发放</dt>
            <dd>{formatTime(text(v(), 'issued_at'))}</dd>
            <dt>有效至</dt>
            <dd>{formatDate(new Date(text(v(), 'expires_at')).getTime() - 1000)} 24:00 前支付</dd>
            <dt>核验码</dt>
            <dd>{text(v(), 'verify_code')}</dd>
          </dl>
          <figure class="qr">
            <img
              alt="核验二维码"
              width="160"
              height="160"
              src={`data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(address(v())))}`}
            />
            <figcaption class="small">扫码或在 {window.location.host}/verify/ 输入券号与核验码</figcaption>
          </figure>
        </article>
      )}
    </Load>
  );
}
