import { createEffect, createSignal, For, onMount, Show } from 'solid-js';
import { withWeekday } from '../../domain/dates.ts';
import {
  addWorkingDays,
  exceptionsIn,
  firstUnknownDay,
  isDay,
  nextDay,
  type WorkCalendar,
} from '../../domain/working-days.ts';
import { createAnnouncement } from './announce.ts';
import { readQuery, writeQuery } from './query.ts';
import { Share } from './Share.tsx';
import { formatDate } from '../../domain/dates.ts';

/** Days in a row; a date never breaks over two lines. */
const Days = (props: { of: string[] }) => (
  <For each={props.of}>
    {(day, i) => (
      <>
        {i() > 0 && '、'}
        <span class="nobreak">{day}</span>
      </>
    )}
  </For>
);

/** 工作日计算: says that the calendar is missing instead of guessing (R25). A notice counts its first day (R28), a deadline does not: both can be asked. */
export function WorkingDays(props: { calendar: WorkCalendar }) {
  const [from, setFrom] = createSignal('');
  const [days, setDays] = createSignal('7');
  const [counted, setCounted] = createSignal(false);
  const [ready, setReady] = createSignal(false);
  onMount(() => {
    const q = readQuery();
    setFrom(q.get('from') ?? formatDate(Date.now()));
    setDays(q.get('days') ?? '7');
    setCounted(q.get('first') === '1');
    setReady(true);
  });
  createEffect(() => {
    if (ready()) writeQuery({ from: from(), days: days(), first: counted() ? '1' : '' });
  });
  const goodDays = () => /^\d{1,3}$/.test(days()) && Number(days()) >= 1 && Number(days()) <= 366;
  const valid = () => isDay(from()) && goodDays();
  /** The day after which counting begins. */
  const after = () => (counted() ? nextDay(from(), -1) : from());
  const answer = () => (valid() ? addWorkingDays(props.calendar, after(), Number(days())) : undefined);
  const exceptions = () => exceptionsIn(props.calendar, nextDay(after()), answer() ?? after());
  const unknown = () => `${firstUnknownDay(props.calendar, after())} 起的放假安排还没有收录。`;
  const said = createAnnouncement(() =>
    !valid() ? '' : answer() ? `第 ${days()} 个工作日是 ${withWeekday(answer() ?? '')}。` : `算不出来：${unknown()}`,
  );
  return (
    <div class="tool">
      <section class="card">
        <label>
          <span>从哪一天起{counted() ? '（当日计入）' : '（当日不计）'}</span>
          <input
            type="date"
            value={from()}
            aria-invalid={!isDay(from())}
            onInput={(e) => setFrom(e.currentTarget.value)}
          />
        </label>
        <label>
          <span>几个工作日（1–366）</span>
          <input
            type="number"
            min="1"
            max="366"
            inputmode="numeric"
            value={days()}
            aria-invalid={!goodDays()}
            onInput={(e) => setDays(e.currentTarget.value)}
          />
        </label>
        <label class="choice">
          <input type="checkbox" checked={counted()} onChange={(e) => setCounted(e.currentTarget.checked)} />
          起始日也算一天（如公示期）
        </label>
      </section>
      <section class="card result">
        <h2>结果</h2>
        <p class="unseen" role="status">
          {said()}
        </p>
        <Show
          when={valid()}
          fallback={
            <p class="refused">
              <b>
                {isDay(from()) ? '天数看不懂：请填 1 到 366 之间的整数。' : '日期看不懂：请选一天，形如 2026-09-30。'}
              </b>
            </p>
          }
        >
          <Show
            when={answer()}
            fallback={
              <p class="refused">
                <b>算不出来：{unknown()}</b>国务院办公厅公布该年安排、管理员录入后即可计算；我们不按周一至周五猜。
              </p>
            }
          >
            {(day) => (
              <>
                <p class="bigday">{withWeekday(day())}</p>
                <p>
                  是 {withWeekday(from())} {counted() ? '起（当日计入）' : '之后'}的第 {days()} 个工作日。
                </p>
                <Show when={exceptions().off.length > 0}>
                  <p class="small">
                    其间不上班的平日：
                    <Days of={exceptions().off} />。
                  </p>
                </Show>
                <Show when={exceptions().worked.length > 0}>
                  <p class="small">
                    其间调休上班的周末：
                    <Days of={exceptions().worked} />。
                  </p>
                </Show>
                <Share />
              </>
            )}
          </Show>
        </Show>
      </section>
    </div>
  );
}
