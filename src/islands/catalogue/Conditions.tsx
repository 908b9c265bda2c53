import { createSignal, onCleanup, Show } from 'solid-js';
import { formatCount } from '../../domain/money.ts';
import type { Answers } from './answers.ts';
import type { Asking } from './asking.ts';
import { FacetList } from './FacetList.tsx';

function Switch(props: { label: string; n: number | undefined; on: boolean; set: (on: boolean) => void }) {
  return (
    <label class="option">
      <input type="checkbox" checked={props.on} onChange={(e) => props.set(e.currentTarget.checked)} />
      <span>{props.label}</span>
      <span class="n">{props.n === undefined ? '' : formatCount(props.n)}</span>
    </label>
  );
}

function Price(props: { asking: Asking }) {
  return (
    <fieldset>
      <legend>价格</legend>
      <label class="inline">
        <span>最低价不超过</span>
        <input
          inputmode="decimal"
          aria-label="最低价不超过（元）"
          value={props.asking.price()}
          aria-invalid={props.asking.unread() ? true : undefined}
          onChange={(e) => props.asking.askPrice(e.currentTarget.value)}
        />
        <span>元</span>
      </label>
      <Show when={props.asking.unread()}>
        <p class="refused small" role="alert">
          {props.asking.unread()}
        </p>
      </Show>
    </fieldset>
  );
}

/** The conditions beside the results, each with how many entries it would leave. */
export function Conditions(props: { asking: Asking; answers: Answers }) {
  const { question, ask, chosen } = props.asking;
  const { facets, failed } = props.answers;
  const roomy = window.matchMedia('(min-width: 60rem)');
  const [wide, setWide] = createSignal(roomy.matches);
  const follow = () => setWide(roomy.matches);
  roomy.addEventListener('change', follow);
  onCleanup(() => roomy.removeEventListener('change', follow));
  return (
    <aside class="keep">
      <details
        class="facets"
        classList={{ counting: !facets() && !failed() }}
        open={wide() && !('elder' in document.documentElement.dataset)}
      >
        <summary>筛选{chosen() > 0 ? `（已选 ${chosen()}）` : ''}</summary>
        <fieldset>
          <legend>创新券</legend>
          <Switch
            label="支持创新券"
            n={facets()?.voucher}
            on={question().voucherOnly}
            set={(voucherOnly) => ask({ voucherOnly })}
          />
        </fieldset>
        <FacetList
          title="类别"
          options={facets()?.classes ?? []}
          chosen={question().classes}
          onChange={(classes) => ask({ classes })}
        />
        <FacetList
          title="所在地"
          options={facets()?.cities ?? []}
          chosen={question().cities}
          onChange={(cities) => ask({ cities })}
        />
        <FacetList
          title="管理单位"
          options={facets()?.institutions ?? []}
          chosen={question().institutions.map(String)}
          onChange={(ids) => ask({ institutions: ids.map(Number) })}
        />
        <fieldset>
          <legend>资质</legend>
          <Switch label="CMA 资质认定" n={facets()?.cma} on={question().cma} set={(cma) => ask({ cma })} />
          <Switch label="CNAS 认可" n={facets()?.cnas} on={question().cnas} set={(cnas) => ask({ cnas })} />
        </fieldset>
        <Price asking={props.asking} />
      </details>
    </aside>
  );
}
