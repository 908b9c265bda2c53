import { type JSX, Show } from 'solid-js';
import type { NextStep } from '../../backend/workflow.ts';
import { formatDate, formatTime, withWeekday } from '../../domain/dates.ts';

/** The framed sentence that opens every case: what happens next, who acts, since when, by when — and the buttons, when it is one's own turn. */
export function NextStepFrame(props: { step: NextStep; children?: JSX.Element }) {
  const s = () => props.step;
  return (
    <section class={`next ${s().you ? 'mine' : ''}`} aria-label="下一步">
      <h2>{s().holder ? `下一步：${s().sentence}` : s().sentence}</h2>
      <p class="muted">
        <span class="tag state">{s().state_label}</span>
        <Show when={s().holder}>{s().you ? ' 由您办理' : ` 由${s().holder_name ?? s().holder_label}办理`}</Show> · 自{' '}
        {formatTime(s().since)}
        <Show when={s().due_on}>
          {(due) => (
            <>
              {' '}
              · 平台服务时限 {withWeekday(due())}
              {s().overdue ? <b class="late"> 已超期</b> : ''}
            </>
          )}
        </Show>
        <Show when={s().calendar_missing}> · 放假安排尚未发布，时限待定</Show>
      </p>
      <Show when={s().expires_at}>
        {(at) => (
          <p>
            电子券须在 <b>{formatDate(new Date(at()).getTime() - 1000)} 24:00</b> 前支付，逾期作废、额度释放。
          </p>
        )}
      </Show>
      <Show when={s().state === 'returned' && s().revision_left !== null}>
        <p>
          剩余修改次数：<b>{s().revision_left}</b>。再次不通过即转为普通订单。
        </p>
      </Show>
      <Show when={s().state === 'returned' && s().supplement_left !== null}>
        <p>
          剩余补充次数：<b>{s().supplement_left}</b>。再次不通过即不能兑付。
        </p>
      </Show>
      {props.children}
    </section>
  );
}
