import { For, type JSX, Show } from 'solid-js';
import type { NextStep } from '../../backend/workflow.ts';
import { formatTime, withWeekday } from '../../domain/dates.ts';
import { placeOfStep } from '../account/links.ts';
import { follow, hrefOf } from './route.ts';
import { Tag, toneOf } from './State.tsx';

/** What a step is taken on, where that is not the case that is shown. A paid voucher has its own button: 申请兑付. */
const places: Record<string, string> = {
  organization: '认证',
  paper_pack: '纸质材料',
  redemption: '兑付申请',
  round: '季度汇总',
  objection: '异议',
  payee_account: '收款账户',
  payment_list: '拨付单',
};

/** The framed sentence that opens every case: what happens next, who acts, since when, by when — and the buttons, when it is one's own turn. */
export function NextStepFrame(props: { step: NextStep; children?: JSX.Element }) {
  const s = () => props.step;
  const there = () => placeOfStep(s().elsewhere_entity ?? '', s().elsewhere_id ?? 0, s().holder);
  return (
    <section class={`next ${s().you ? 'mine' : ''}`} aria-label="下一步">
      <h2>{s().holder ? `下一步：${s().sentence}` : s().sentence}</h2>
      <p class="muted">
        <Tag tone={s().you && !s().overdue ? 'mine' : toneOf(s(), '')}>{s().state_label}</Tag>
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
        <Show when={s().due_missing}>{(why) => ` · ${why()}，时限待定`}</Show>
      </p>
      <Show when={s().expiry}>{(words) => <p>须在 {words()}</p>}</Show>
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
      <For each={s().blocked}>
        {(b) => (
          <p class="warn">
            现在不能「{b.label}」：{b.message}
            {b.hint}
          </p>
        )}
      </For>
      <Show when={s().you && places[s().elsewhere_entity ?? '']}>
        {(name) => (
          <p>
            <a class="button main" href={hrefOf(there())} onClick={(e) => follow(e, there())}>
              到{name()}办理
            </a>
          </p>
        )}
      </Show>
      {props.children}
    </section>
  );
}
