import { type Accessor, Index, Show } from 'solid-js';
import { formatFen } from '../../domain/money.ts';
import { type Invoice, sumFen } from './invoices.ts';

const most = 50;

/** The invoices of a claim, and what they come to beside what they have to (R23). */
export function Invoices(props: {
  invoices: Accessor<Invoice[]>;
  onChange: (invoices: Invoice[]) => void;
  fresh: () => Invoice;
  needFen: number;
  contractFen: number;
}) {
  const sum = () => sumFen(props.invoices());
  const change = (place: number, part: Partial<Invoice>) =>
    props.onChange(props.invoices().map((x, n) => (n === place ? { ...x, ...part } : x)));
  return (
    <>
      <Index each={props.invoices()}>
        {(invoice, place) => (
          <InvoiceFields
            invoice={invoice()}
            place={place}
            onChange={(part) => change(place, part)}
            onRemove={
              props.invoices().length > 1
                ? () => props.onChange(props.invoices().filter((_, n) => n !== place))
                : undefined
            }
          />
        )}
      </Index>
      <Show when={props.invoices().length < most}>
        <button type="button" class="button" onClick={() => props.onChange([...props.invoices(), props.fresh()])}>
          再加一张
        </button>
      </Show>
      <p aria-live="polite">
        发票合计 <b>{formatFen(sum())}</b> 元
        <Show when={sum() > 0 && sum() < props.needFen}>
          <span class="tag">少于 {formatFen(props.needFen)} 元，不能提交</span>
        </Show>
        <Show when={sum() >= props.needFen && sum() !== props.contractFen}>
          <span class="muted small">　与合同总额 {formatFen(props.contractFen)} 元不同，请核对；可以提交。</span>
        </Show>
      </p>
    </>
  );
}

function InvoiceFields(props: {
  invoice: Invoice;
  place: number;
  onChange: (part: Partial<Invoice>) => void;
  onRemove: (() => void) | undefined;
}) {
  return (
    <fieldset class="feeline">
      <legend class="small muted">第 {props.place + 1} 张</legend>
      <label>
        <span>发票号码</span>
        <span class="hint small muted">数电发票 20 位，旧版 8 位</span>
        <input
          name={`invoices.${props.place}.number`}
          required
          maxlength="60"
          value={props.invoice.number}
          onInput={(e) => props.onChange({ number: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>
          发票代码<span class="muted small">（数电发票没有）</span>
        </span>
        <input
          name={`invoices.${props.place}.code`}
          maxlength="60"
          value={props.invoice.code}
          onInput={(e) => props.onChange({ code: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>开票日期</span>
        <input
          name={`invoices.${props.place}.issued_on`}
          type="date"
          required
          value={props.invoice.issuedOn}
          onInput={(e) => props.onChange({ issuedOn: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>价税合计（元）</span>
        <input
          name={`invoices.${props.place}.amount_fen`}
          required
          inputmode="decimal"
          value={props.invoice.amount}
          onInput={(e) => props.onChange({ amount: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>购买方</span>
        <input
          name={`invoices.${props.place}.buyer`}
          required
          maxlength="100"
          value={props.invoice.buyer}
          onInput={(e) => props.onChange({ buyer: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>销售方</span>
        <input
          name={`invoices.${props.place}.seller`}
          required
          maxlength="100"
          value={props.invoice.seller}
          onInput={(e) => props.onChange({ seller: e.currentTarget.value })}
        />
      </label>
      <Show when={props.onRemove}>
        {(remove) => (
          <button type="button" class="link" onClick={() => remove()()}>
            删除第 {props.place + 1} 张
          </button>
        )}
      </Show>
    </fieldset>
  );
}
