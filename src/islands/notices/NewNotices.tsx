import { createSignal, For, onMount, Show } from 'solid-js';
import { newerNotices } from '../../backend/notices.ts';
import { formatFen } from '../../domain/money.ts';

/** What was published since this page was built: the notice counts from its first day, whether or not the site has been rebuilt (R28). */
export function NewNotices(props: { after: number }) {
  const [found, setFound] = createSignal<Awaited<ReturnType<typeof newerNotices>>>([]);
  // The page is whole without the answer; a failed question is not shown as a failed page.
  onMount(() => { newerNotices(props.after).then(setFound, () => {}); });
  return (
    <Show when={found().length > 0}>
      <section aria-label="刚刚发布">
        <For each={found()}>{(n) => (
          <section class="next">
            <h2>刚刚发布：{n.title}</h2>
            <p>公示期 {n.from_on} 至 {n.to_on} 24:00。提出异议的页面随网站更新提供；急需提出的，请与省平台联系。</p>
            <table class="stack"><thead><tr><th>券号</th><th>用户单位</th><th>管理单位</th><th class="money">金额（元）</th><th>评审结果</th></tr></thead><tbody>
              <For each={n.items}>{(i) => <tr><td data-label="券号">{i.voucher_no}</td><td data-label="用户单位">{i.applicant_name}</td><td data-label="管理单位">{i.institution_name}</td><td data-label="金额（元）" class="money">{formatFen(i.amount_fen)}</td><td data-label="评审结果">{i.result === 'yes' ? '通过' : '不通过'}</td></tr>}</For>
            </tbody></table>
          </section>
        )}</For>
      </section>
    </Show>
  );
}
