import { createEffect, createSignal, onMount, Show } from 'solid-js';
import { withWeekday } from '../../domain/dates.ts';
import { addWorkingDays, firstUnknownDay, isDay, todayInShanghai, type WorkCalendar } from '../../domain/working-days.ts';
import { readQuery, writeQuery } from './query.ts';

/** 工作日计算: says that the calendar is missing instead of guessing (R25). */
export function WorkingDays(props: { calendar: WorkCalendar }) {
  const [from, setFrom] = createSignal('');
  const [days, setDays] = createSignal('7');
  const [ready, setReady] = createSignal(false);
  onMount(() => {
    const q = readQuery();
    setFrom(q.get('from') ?? todayInShanghai(Date.now()));
    setDays(q.get('days') ?? '7');
    setReady(true);
  });
  createEffect(() => { if (ready()) writeQuery({ from: from(), days: days() }); });
  const valid = () => isDay(from()) && /^\d{1,3}$/.test(days()) && Number(days()) >= 1 && Number(days()) <= 366;
  const answer = () => (valid() ? addWorkingDays(props.calendar, from(), Number(days())) : undefined);
  return (
    <div class="tool">
      <section class="card">
        <label><span>从哪一天起（当日不计）</span><input type="date" value={from()} onInput={(e) => setFrom(e.currentTarget.value)} /></label>
        <label><span>几个工作日（1–366）</span><input type="number" min="1" max="366" inputmode="numeric" value={days()} onInput={(e) => setDays(e.currentTarget.value)} /></label>
      </section>
      <section class="card" aria-live="polite">
        <h2>结果</h2>
        <Show when={valid()} fallback={<p class="muted">请填日期和 1 到 366 之间的天数。</p>}>
          <Show when={answer()} fallback={<p class="refused"><b>算不出来：{firstUnknownDay(props.calendar, from())} 起的放假安排还没有收录。</b>国务院办公厅公布该年安排、管理员录入后即可计算；我们不按周一至周五猜。</p>}>
            {(day) => <p class="bigday">{withWeekday(day())}</p>}
          </Show>
        </Show>
      </section>
    </div>
  );
}
