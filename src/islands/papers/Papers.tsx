import { createResource, For, type JSX, Show } from 'solid-js';
import { renderSVG } from 'uqr';
import { loadMe } from '../../backend/session.ts';
import { loadPack, type Pack, type Sheet } from '../../backend/papers.ts';
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

/** So many vouchers stand on a cover page, so that a long quarter does not run over. */
const perCover = 10;

function Sheets(props: { data: Pack }) {
  const d = props.data;
  const covers = Array.from({ length: Math.max(1, Math.ceil(d.items.length / perCover)) }, (_, i) =>
    d.items.slice(i * perCover, (i + 1) * perCover),
  );
  const pages = covers.length + d.items.length;
  const verify = (i: Sheet) =>
    `${window.location.origin}/verify/?no=${encodeURIComponent(i.voucher_no)}&code=${encodeURIComponent(i.verify_code)}`;
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
            <Cover data={d} items={items} from={page() * perCover} />
          </Page>
        )}
      </For>
      <For each={d.items}>
        {(i, n) => (
          <Page data={d} number={covers.length + n() + 1} of={pages} address={verify(i)}>
            <VoucherPage item={i} number={n() + 1} />
          </Page>
        )}
      </For>
    </>
  );
}

/** The cover list with the quarter's sum and the places of both stamps. */
function Cover(props: { data: Pack; items: Sheet[]; from: number }) {
  const d = props.data;
  const quarter = `${d.pack.round.year} 年第 ${d.pack.round.quarter} 季度`;
  return (
    <>
      <h1>河南省科技创新券{quarter}兑付材料</h1>
      <dl class="facts">
        <dt>管理单位</dt>
        <dd>{d.pack.institution.name}</dd>
        <dt>统一社会信用代码</dt>
        <dd>{d.pack.institution.uscc}</dd>
        <dt>推荐单位</dt>
        <dd>{d.recommender || '〔待配置〕'}</dd>
        <dt>合计</dt>
        <dd>
          {d.sums.items} 项，{formatFen(d.sums.amount_fen)} 元（{amountInWords(d.sums.amount_fen)}）
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
          <For each={props.items}>
            {(i, n) => (
              <tr>
                <td>{props.from + n() + 1}</td>
                <td>{i.voucher_no}</td>
                <td>{i.applicant_name}</td>
                <td>{i.order_no}</td>
                <td class="money">{formatFen(i.amount_fen)}</td>
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
          {'　　年　　月　　日'}
        </div>
        <div>
          推荐单位审核（公章）
          <br />
          <br />
          {'　　年　　月　　日'}
        </div>
      </div>
    </>
  );
}

/** One voucher: what was tested for whom, its fee lines, invoices and files. */
function VoucherPage(props: { item: Sheet; number: number }) {
  const i = props.item;
  return (
    <>
      <h2>
        {props.number}　电子券 {i.voucher_no}
      </h2>
      <dl class="facts">
        <dt>抵扣金额</dt>
        <dd>
          {formatFen(i.amount_fen)} 元（{amountInWords(i.amount_fen)}）
        </dd>
        <dt>用户单位</dt>
        <dd>
          {i.applicant_name}　{i.applicant_uscc}
        </dd>
        <dt>检测</dt>
        <dd>
          {i.title}（{i.order_no}）
        </dd>
        <dt>仪器或检测项目</dt>
        <dd>{`${i.resource_name} ${i.resource_model}`.trim()}</dd>
        <dt>研发项目</dt>
        <dd>{i.project_title}</dd>
        <dt>合同</dt>
        <dd>
          {i.contract_no}，{i.contract_signed_on} 签订，总额 {formatFen(i.contract_total_fen)} 元
        </dd>
        <dt>发放 / 支付</dt>
        <dd>
          {formatDate(i.issued_at)} / {formatTime(i.paid_at)}
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
          <For each={i.lines}>
            {(l) => (
              <tr>
                <td>{l.description}</td>
                <td>{l.quantity}</td>
                <td class="money">{formatFen(l.amount_fen)}</td>
                <td>{l.exclusion_code ? `否（${l.exclusion_code}）` : '是'}</td>
              </tr>
            )}
          </For>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan="2">
              可抵扣检测费 × {(i.rate_bp ?? 0) / 100}%
            </th>
            <td class="money">{formatFen(i.eligible_fee_fen)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
      <h3>发票</h3>
      <p>
        <For each={i.invoices}>
          {(v) => (
            <>
              号码 {v.number}
              {v.code ? `（代码 ${v.code}）` : ''}，{v.issued_on}，{formatFen(v.amount_fen)} 元<br />
            </>
          )}
        </For>
      </p>
      <h3>所附文件</h3>
      <ol class="small">
        <For each={i.papers}>
          {(p) => (
            <li>
              {p.original_name}　SHA-256 {p.sha256.slice(0, 32)}…
            </li>
          )}
        </For>
      </ol>
    </>
  );
}
