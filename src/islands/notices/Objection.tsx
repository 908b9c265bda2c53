import { createSignal, onMount, Show } from 'solid-js';
import { publicDay } from '../../backend/notices.ts';
import { withWeekday } from '../../domain/dates.ts';
import { countWorkingDays, type WorkCalendar } from '../../domain/working-days.ts';
import { PublicForm } from '../public/PublicForm.tsx';

/** How long the notice still runs, and the objection form while it does (R28). The last word is the database's. */
export function Objection(props: {
  from: string;
  to: string;
  calendar: WorkCalendar;
  items: [voucherNo: string, label: string][];
}) {
  const [day, setDay] = createSignal<string>();
  const [failed, setFailed] = createSignal(false);
  onMount(() => {
    publicDay().then(setDay, () => setFailed(true));
  });
  const over = () => (day() ?? '') > props.to;
  const left = () => countWorkingDays(props.calendar, day() ?? '', props.to);
  return (
    <>
      <Show when={day()}>
        <p class={over() ? 'warn' : 'done'} role="status">
          {over() ? (
            <>
              <b>公示期已过，不再接受异议。</b>公示于 {withWeekday(props.to)} 24:00 结束。
            </>
          ) : (day() as string) < props.from ? (
            <b>公示期还没有开始。</b>
          ) : (
            <>
              <b>还剩 {left() ?? '若干'} 个工作日（含今天）。</b>
              {withWeekday(props.to)} 24:00 前可以提出。
            </>
          )}
        </p>
      </Show>
      <Show when={(day() && !over()) || failed()}>
        <PublicForm
          target="submit-objection"
          button="提出异议"
          thanks="由省科技厅裁定。"
          fields={[
            { name: 'voucher_no', label: '针对哪一项', max: 40, options: props.items },
            { name: 'real_name', label: '您的姓名', min: 2, max: 50 },
            { name: 'contact', label: '联系方式（电话或邮箱）', min: 5, max: 100 },
            { name: 'body', label: '异议与理由（10–5000 字）', long: true, min: 10, max: 5000 },
            { name: 'evidence', label: '证据说明：有什么材料、在哪里可以查到', long: true, optional: true, max: 5000 },
          ]}
        />
      </Show>
    </>
  );
}
