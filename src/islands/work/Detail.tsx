import { createResource, For, Show } from 'solid-js';
import { act } from '../../backend/client.ts';
import { downloadDocument } from '../../backend/documents.ts';
import { list, type Row, type State, workflowStates } from '../../backend/work.ts';
import { formatFen } from '../../domain/money.ts';
import { Actions } from './Actions.tsx';

const who: Record<string, string> = { applicant: '用户单位', institution: '管理单位', platform: '省平台', recommender: '推荐单位', expert: '评审专家', department: '省科技厅', finance: '省财政厅' };
/** The stations of an order's rail, by the action that passes each. */
const stations = [['submit', '提交'], ['accept', '受理'], ['approve', '审核发券'], ['deliver', '上传结果'], ['pay', '确认支付']] as const;
const time = (at: unknown) => new Date(String(at)).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' });

/** One case: what happens next and who acts, the rail, the money, the papers, and everything that has happened. */
export function Detail(props: { entity: string; table: string; id: number; onChanged: () => void }) {
  const [data, { refetch }] = createResource(() => props.id, async (id) => {
    const [states, rows, events] = await Promise.all([
      workflowStates(), list<Row>(props.table, '*', { id }),
      list<Row>('events', 'id, at, actor_name, action, reason, to_state', { entity: props.entity, entity_id: id }, 'seq'),
    ]);
    const row = rows[0];
    const order = props.entity === 'order' && row;
    const [lines, papers, voucher] = order
      ? await Promise.all([list<Row>('order_fee_lines', '*', { order_id: id }, 'line_no'), list<Row>('order_documents', 'kind, document:documents(original_name, object_key)', { order_id: id }, 'document_id'), list<Row>('vouchers', '*', { order_id: id })])
      : [[], [], []];
    if (row && order && (row.state === 'draft' || row.state === 'returned')) {
      row['figure_fen'] = await act<number>('order_figure', { order_id: id }).catch(() => undefined);
    }
    return { states, row, events, lines, papers, voucher: voucher[0] };
  });
  const state = (): State | undefined => data()?.states.find((s) => s.entity === props.entity && s.state === data()?.row?.state);
  const label = (to: unknown) => data()?.states.find((s) => s.entity === props.entity && s.state === to)?.label ?? '';
  const passed = (action: string) => data()?.events.find((e) => e['action'] === action);
  return (
    <Show when={data()?.row} fallback={<p class="muted">{data.loading ? '正在打开…' : '没有找到这项业务。'}</p>}>
      {(row) => (
        <article>
          <h2>{String(row()['title'] ?? row()['name'] ?? row()['voucher_no'] ?? `第 ${row().id} 号`)}</h2>
          <Show when={props.entity === 'order'}>
            <ol class="rail"><For each={stations}>{([action, name], i) => <li class={passed(action) ? 'past' : passed(stations[i() - 1]?.[0] ?? '') ? 'now' : ''}><b>{name}</b><span class="small muted">{passed(action) ? time(passed(action)?.['at']) : ''}</span></li>}</For></ol>
          </Show>
          <section class="next">
            <h3>下一步：{state()?.next_step}</h3>
            <p class="muted">{state()?.label}{state()?.holder ? ` · 由${who[state()?.holder ?? '']}办理` : ''} · 自 {time(row().state_since)}</p>
            <Actions entity={props.entity} row={row()} onDone={() => { void refetch(); props.onChanged(); }} />
          </section>
          <Show when={data()?.voucher}>{(v) => (
            <div class={`ticket ${v().state}`}><div><span class="muted">电子券</span><br /><strong>{formatFen(Number(v()['amount_fen']))}</strong> 元<br /><span class="small">{String(v()['voucher_no'])}</span></div>
              <div><span>抵扣</span><span class={`stamp ${v().state}`}>{data()?.states.find((s) => s.entity === 'voucher' && s.state === v().state)?.label}{v()['withdrawn'] ? '（已撤回）' : ''}</span></div></div>
          )}</Show>
          <Show when={(data()?.lines.length ?? 0) > 0}>
            <section class="card"><h3>费用清单</h3><table class="stack"><thead><tr><th>项目</th><th class="money">金额（元）</th><th>是否可抵扣</th></tr></thead><tbody>
              <For each={data()?.lines}>{(l) => <tr><td data-label="项目">{String(l['description'])}</td><td data-label="金额（元）" class="money">{formatFen(Number(l['amount_fen']))}</td><td data-label="是否可抵扣">{l['exclusion_code'] ? <span class="tag">不可抵扣 {String(l['exclusion_code'])}</span> : '可抵扣'}</td></tr>}</For>
              <tr><td data-label="">可抵扣合计</td><td class="money">{formatFen(Number(row()['eligible_fee_fen'] ?? 0))}</td><td>× 30%</td></tr>
            </tbody></table></section>
          </Show>
          <Show when={(data()?.papers.length ?? 0) > 0}>
            <section class="card"><h3>文件</h3><For each={data()?.papers}>{(p) => { const d = p['document'] as { original_name: string; object_key: string }; return <p><button type="button" class="button" onClick={() => downloadDocument(d.object_key, d.original_name)}>下载 {d.original_name}</button></p>; }}</For></section>
          </Show>
          <section class="card"><h3>经过</h3><For each={data()?.events}>{(e) => <p><span class="muted">{time(e['at'])}</span> {String(e['actor_name'])}{e['to_state'] ? ` → ${label(e['to_state'])}` : ''}{e['reason'] ? <><br />「{String(e['reason'])}」</> : ''}</p>}</For></section>
        </article>
      )}
    </Show>
  );
}
