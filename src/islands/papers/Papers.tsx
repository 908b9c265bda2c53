import { createResource, For, type JSX, Show } from 'solid-js';
import { renderSVG } from 'uqr';
import { loadMe } from '../../backend/session.ts';
import { loadPack, type Pack } from '../../backend/papers.ts';
import { inner, number, type Row, text } from '../../backend/work.ts';
import { formatDate, formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { amountInWords } from '../../domain/yuan.ts';
import { Load } from '../ui/Load.tsx';

const id = () => Number(new URLSearchParams(window.location.search).get('pack'));

/** 季度纸质材料 (R26): a cover list and one sheet a voucher, on A4, with places for both stamps. */
export function Papers() {
  const [me] = createResource(loadMe);
  const [data] = createResource(
    () => me(),
    () => loadPack(id()),
  );
  return (
    <Show when={!me.loading} fallback={<p class="loading">正在打开…</p>}>
      <Show
        when={me()}
        fallback={
          <p class="empty">
            请先<a href="/work/">登录</a>，再从「季度纸质材料」打开。
          </p>
        }
      >
        <Show
          when={!data.loading}
          fallback={
            <p class="loading" role="status">
              正在准备材料…
            </p>
          }
        >
          <Show when={data() !== undefined} fallback={<p class="empty">没有找到这份材料，它可能不属于您的单位。</p>}>
            <Load of={data}>{(d) => <Sheets data={d()} />}</Load>
          </Show>
        </Show>
      </Show>
    </Show>
  );
}

function Page(props: { data: Pack; number: number; of: number; address: string; children: JSX.Element }) {
  return (
    <section class="a4" aria-label={`第 ${props.number} 页`}>
      {props.children}
      <footer class="a4foot">
        <img
          alt=""
          width="56"
          height="56"
          src={`data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(props.address))}`}
        />
        <span>指纹 {props.data.sha256.slice(0, 32)}</span>
        <span>
          — {props.number} / {props.of} —
        </span>
      </footer>
    </section>
  );
}

function Sheets(props: { data: Pack }) {
  const d = props.data;
  const quarter = `${inner(d.pack, 'round', 'year')} 年第 ${inner(d.pack, 'round', 'quarter')} 季度`;
  const total = d.items.reduce((n, i) => n + number(i, 'amount_fen'), 0);
  // Ten vouchers a cover page, so that a long quarter does not run over.
  const covers = Array.from({ length: Math.max(1, Math.ceil(d.items.length / 10)) }, (_, i) =>
    d.items.slice(i * 10, i * 10 + 10),
  );
  const pages = covers.length + d.items.length;
  const verify = (i: Row) =>
    `${window.location.origin}/verify/?no=${encodeURIComponent(text(i, 'voucher_no'))}&code=${encodeURIComponent(inner(i, 'voucher', 'verify_code'))}`;
  const order = (i: Row) => i['order'] as Record<string, unknown>;
  return (
    <>
      <div class="noprint row">
        <button type="button" class="button main" onClick={() => window.print()}>
          打印全部 {pages} 页
        </button>
        <span class="muted">A4 纵向，页边距用默认；每页下方的指纹与二维码可与电子记录核对。</span>
      </div>
      <For each={covers}>
        {(items, page) => (
          <Page data={d} number={page() + 1} of={pages} address={`${window.location.origin}/papers/?pack=${d.pack.id}`}>
            <h1>河南省科技创新券{quarter}兑付材料</h1>
            <dl class="facts">
              <dt>管理单位</dt>
              <dd>{inner(d.pack, 'institution')}</dd>
              <dt>统一社会信用代码</dt>
              <dd>{inner(d.pack, 'institution', 'uscc')}</dd>
              <dt>推荐单位</dt>
              <dd>{d.recommender || '〔待配置〕'}</dd>
              <dt>合计</dt>
              <dd>
                {d.items.length} 项，{formatFen(total)} 元（{amountInWords(total)}）
              </dd>
            </dl>
            <table>
              <thead>
                <tr>
                  <th>序号</th>
                  <th>券号</th>
                  <th>用户单位</th>
                  <th>订单</th>
                  <th class="money">金额（元）</th>
                </tr>
              </thead>
              <tbody>
                <For each={items}>
                  {(i, n) => (
                    <tr>
                      <td>{page() * 10 + n() + 1}</td>
                      <td>{text(i, 'voucher_no')}</td>
                      <td>{inner(i, 'applicant')}</td>
                      <td>{String(order(i)['order_no'])}</td>
                      <td class="money">{formatFen(number(i, 'amount_fen'))}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <div class="stamps">
              <div>
                管理单位（公章）
                <br />
                <br />
                　　年　　月　　日
              </div>
              <div>
                推荐单位审核（公章）
                <br />
                <br />
                　　年　　月　　日
              </div>
            </div>
          </Page>
        )}
      </For>
      <For each={d.items}>
        {(i, n) => (
          <Page data={d} number={covers.length + n() + 1} of={pages} address={verify(i)}>
            <h2>
              {n() + 1}　电子券 {text(i, 'voucher_no')}
            </h2>
            <dl class="facts">
              <dt>抵扣金额</dt>
              <dd>
                {formatFen(number(i, 'amount_fen'))} 元（{amountInWords(number(i, 'amount_fen'))}）
              </dd>
              <dt>用户单位</dt>
              <dd>
                {inner(i, 'applicant')}　{inner(i, 'applicant', 'uscc')}
              </dd>
              <dt>检测</dt>
              <dd>
                {String(order(i)['title'])}（{String(order(i)['order_no'])}）
              </dd>
              <dt>仪器或检测项目</dt>
              <dd>{`${String(order(i)['resource_name'])} ${String(order(i)['resource_model'])}`.trim()}</dd>
              <dt>研发项目</dt>
              <dd>{(order(i)['project'] as { title?: string } | null)?.title ?? '—'}</dd>
              <dt>合同</dt>
              <dd>
                {String(order(i)['contract_no'])}，{String(order(i)['contract_signed_on'])} 签订，总额{' '}
                {formatFen(Number(order(i)['contract_total_fen']))} 元
              </dd>
              <dt>发放 / 支付</dt>
              <dd>
                {formatDate(inner(i, 'voucher', 'issued_at'))} / {formatTime(text(i, 'paid_at'))}
              </dd>
            </dl>
            <table>
              <thead>
                <tr>
                  <th>费用项目</th>
                  <th>数量</th>
                  <th class="money">金额（元）</th>
                  <th>可抵扣</th>
                </tr>
              </thead>
              <tbody>
                <For each={d.lines.filter((l) => l['order_id'] === i['order_id'])}>
                  {(l) => (
                    <tr>
                      <td>{text(l, 'description')}</td>
                      <td>{Number(l['quantity'])}</td>
                      <td class="money">{formatFen(number(l, 'amount_fen'))}</td>
                      <td>{l['exclusion_code'] ? `否（${text(l, 'exclusion_code')}）` : '是'}</td>
                    </tr>
                  )}
                </For>
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row" colspan="2">
                    可抵扣检测费 × {Number(order(i)['rate_bp']) / 100}%
                  </th>
                  <td class="money">{formatFen(Number(order(i)['eligible_fee_fen']))}</td>
                  <td />
                </tr>
              </tfoot>
            </table>
            <h3>发票</h3>
            <p>
              <For each={d.invoices.filter((v) => v['redemption_id'] === i.id)}>
                {(v) => (
                  <>
                    号码 {text(v, 'number')}
                    {v['code'] ? `（代码 ${text(v, 'code')}）` : ''}，{text(v, 'issued_on')}，
                    {formatFen(number(v, 'amount_fen'))} 元<br />
                  </>
                )}
              </For>
            </p>
            <h3>所附文件</h3>
            <ol class="small">
              <For each={d.papers.filter((p) => p['redemption_id'] === i.id)}>
                {(p) => (
                  <li>
                    {inner(p, 'document', 'original_name')}　SHA-256 {inner(p, 'document', 'sha256').slice(0, 32)}…
                  </li>
                )}
              </For>
            </ol>
          </Page>
        )}
      </For>
    </>
  );
}
