import { createSignal, For, onMount, Show } from 'solid-js';
import { newerNotices } from '../../backend/notices.ts';
import { formatFen } from '../../domain/money.ts';
import { noticeInWords } from '../../domain/sums.ts';
import type { WorkCalendar } from '../../domain/working-days.ts';
import { Objection } from './Objection.tsx';

/** What was published since this page was built: the notice counts from its first day, whether or not the site has been rebuilt, and so does the right to object (R28). */
export function NewNotices(props: { after: number; calendar: WorkCalendar }) {
  const [found, setFound] = createSignal<Awaited<ReturnType<typeof newerNotices>>>([]);
  // The page is whole without the answer; a failed question is not shown as a failed page.
  onMount(() => {
    newerNotices(props.after).then(setFound, () => {});
  });
  return (
    <Show when={found().length > 0}>
      <section aria-label="刚刚发布">
        <For each={found()}>
          {(n) => (
            <section class="next">
              <h2>刚刚发布：{n.title}</h2>
              <p>
                公示期 {n.from_on} 至 {n.to_on} 24:00。{noticeInWords(n.items)}。
              </p>
              <table class="stack">
                <thead>
                  <tr>
                    <th>券号</th>
                    <th>用户单位</th>
                    <th>管理单位</th>
                    <th class="money">金额（元）</th>
                    <th>评审结果</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={n.items}>
                    {(i) => (
                      <tr>
                        <td data-label="券号">{i.voucher_no}</td>
                        <td data-label="用户单位">{i.applicant_name}</td>
                        <td data-label="管理单位">{i.institution_name}</td>
                        <td data-label="金额（元）" class="money">
                          {formatFen(i.amount_fen)}
                        </td>
                        <td data-label="评审结果">{i.result === 'yes' ? '通过' : '不通过'}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
              <details class="plain">
                <summary>提出异议</summary>
                <p class="muted">须写真实姓名和联系方式，只给省平台、省科技厅、省财政厅核实用，不公开。</p>
                <Objection
                  from={n.from_on}
                  to={n.to_on}
                  calendar={props.calendar}
                  items={n.items.map((i) => [i.voucher_no, `${i.voucher_no} ${i.applicant_name}`] as [string, string])}
                />
              </details>
            </section>
          )}
        </For>
      </section>
    </Show>
  );
}
