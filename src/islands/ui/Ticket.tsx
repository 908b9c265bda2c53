import { type JSX, Show } from 'solid-js';
import { formatFen } from '../../domain/money.ts';

const recoveries: Record<string, string> = { recovering: '追回中', recovered: '已追回' };

/** The voucher as a paper of value: amount on the left, rate and the state's stamp on the stub. State differs in stamp, texture and words, never in colour alone. */
export function Ticket(props: {
  amountFen: number;
  state: string;
  label: string;
  no?: string;
  title?: string;
  note?: string;
  rate?: string;
  withdrawn?: boolean;
  /** Its approval was corrected (R45). */
  rectified?: boolean;
  /** Money that is coming back, or has come (R44); the state stays 兑付成功. */
  recovery?: string | null;
  size?: 'row' | 'card' | 'sheet';
  children?: JSX.Element;
}) {
  return (
    <section
      class={`ticket ${props.state} size-${props.size ?? 'card'}`}
      aria-label={`电子券 ${props.no ?? ''} ${formatFen(props.amountFen)} 元 ${props.label}`}
    >
      <div class="face">
        <span class="muted small">科技创新券 · 电子券</span>
        <p class="amount">
          <strong>{formatFen(props.amountFen)}</strong> 元
        </p>
        <Show when={props.title}>
          <p class="what">{props.title}</p>
        </Show>
        <Show when={props.no}>
          <p class="small muted">券号 {props.no}</p>
        </Show>
        <Show when={props.note}>
          <p class="small muted">{props.note}</p>
        </Show>
        {props.children}
      </div>
      <div class="stub">
        <span>
          <Show when={props.rate}>
            <span class="small">抵扣</span>
            <b>{props.rate}</b>
          </Show>
        </span>
        <Show when={props.recovery}>{(mark) => <span class="tag">{recoveries[mark()]}</span>}</Show>
        <span class={`stamp ${props.state}`}>
          {props.rectified ? '已更正' : props.withdrawn ? '已撤回' : props.label}
        </span>
      </div>
    </section>
  );
}
