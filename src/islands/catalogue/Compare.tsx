import { createResource, createSignal, For, Show } from 'solid-js';
import { entriesNow } from '../../backend/entries.ts';
import { bookingState } from '../../domain/booking-state.ts';
import { qualifications } from '../../domain/catalogue-rows.ts';
import { type CatalogueEntry, catalogueKinds, flagsOf, usable } from '../../domain/catalogue.ts';
import { formatRange } from '../../domain/money.ts';
import { specBlocks } from '../../domain/specs.ts';

const most = 4;
const place = 'compare';
const slugsIn = (text: string | null) => [...new Set((text ?? '').split(',').filter((s) => /^[is]\d{1,9}$/.test(s)))];
const kept = (): string[] => {
  try {
    return slugsIn(localStorage.getItem(place));
  } catch {
    return [];
  }
};

/** Up to four entries side by side, as they are now. The address carries them (`?i=i5,i7`), so that it can be shared; this browser keeps one's own between pages, and another's only when asked to. */
export function Compare(props: { classes: Record<string, string> }) {
  const q = new URLSearchParams(window.location.search);
  const own = kept();
  const start = q.has('i') ? slugsIn(q.get('i')) : [...new Set([...own, ...slugsIn(q.get('add'))])];
  const [slugs, setSlugs] = createSignal(start.slice(0, most));
  const [tooMany, setTooMany] = createSignal(start.length > most);
  const [whose, setWhose] = createSignal<'own' | 'shared' | 'saved'>(
    q.has('i') && start.join() !== own.join() ? 'shared' : 'own',
  );
  const keep = (list: string[]) => {
    setSlugs(list);
    if (whose() !== 'shared')
      try {
        localStorage.setItem(place, list.join(','));
      } catch {
        /* A browser that keeps nothing still compares. */
      }
    window.history.replaceState(null, '', list.length > 0 ? `?i=${list.join(',')}` : window.location.pathname);
  };
  const remove = (slug: string) => {
    setTooMany(false);
    keep(slugs().filter((s) => s !== slug));
  };
  const save = () => {
    setWhose('saved');
    keep(slugs());
  };
  keep(slugs());
  const [entries, { refetch }] = createResource(slugs, async (list) => {
    const found = list.length > 0 ? await entriesNow(list) : [];
    return list.flatMap((s) => found.find((e) => e.slug === s) ?? []);
  });
  const full = (e: CatalogueEntry) => `${e.name} ${e.model}`.trim();
  const specsOf = (e: CatalogueEntry) =>
    specBlocks(e.details.specs ?? '').flatMap((b) => (typeof b === 'string' ? [] : b));
  /** The parameters that more than one entry names: only those can be compared line by line. */
  const shared = () => {
    const names = (entries.latest ?? []).flatMap((e) => [...new Set(specsOf(e).map(([name]) => name))]);
    return [...new Set(names.filter((name, i) => names.indexOf(name) < i))];
  };
  const others = (e: CatalogueEntry) =>
    specBlocks(e.details.specs ?? '')
      .flatMap((b) =>
        typeof b === 'string' ? b : b.filter(([name]) => !shared().includes(name)).map((spec) => spec.join('：')),
      )
      .join('\n');
  const facts = (): [string, (e: CatalogueEntry) => string][] => [
    ['类别', (e) => props.classes[e.class_code] ?? ''],
    ['生产厂家', (e) => e.maker],
    ['能做什么', (e) => e.purpose],
    ...shared().map((name): [string, (e: CatalogueEntry) => string] => [
      name,
      (e) =>
        specsOf(e)
          .flatMap(([n, value]) => (n === name ? value : []))
          .join('\n'),
    ]),
    [shared().length > 0 ? '其他指标' : '主要技术指标', others],
    ['方法标准', (e) => e.details.standard ?? ''],
    ['样品要求', (e) => e.details.sample_requirement ?? ''],
    ['检测周期', (e) => (e.details.turnaround_days ? `${e.details.turnaround_days} 个工作日左右` : '')],
    ['价格', (e) => `${formatRange(e.price_min_fen, e.price_max_fen)} 元/${e.unit}`],
    ['管理单位', (e) => e.institution_name],
    ['所在地', (e) => e.city],
    ['资质', (e) => qualifications(flagsOf(e))],
    ['创新券', (e) => bookingState(flagsOf(e), e.reopens_on ?? '')],
  ];
  return (
    <>
      <Show when={entries.error}>
        <p class="refused" role="alert">
          <b>没有取到：网络不通。</b>选择没有丢失。
          <button type="button" class="link" onClick={() => void refetch()}>
            重试
          </button>
        </p>
      </Show>
      <Show
        when={!entries.error && entries.latest}
        fallback={
          <Show when={!entries.error}>
            <p class="loading">正在打开…</p>
          </Show>
        }
      >
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={
              <p class="empty">
                还没有选要对比的条目。在<a href="/instruments/">仪器资源</a>或<a href="/services/">项目检测</a>
                里点「加入对比」，最多四项。
              </p>
            }
          >
            <p class="noprint" role="status">
              <Show when={tooMany()}>
                <b>最多对比 {most} 项，请先去掉一项。</b>
              </Show>
              <Show when={whose() === 'shared'}>
                这是网址里的对比
                {own.length > 0 ? `，您自己选的 ${own.length} 项没有变；存下会替换它们` : '，还没有存在这个浏览器里'}。
                <button type="button" class="button" onClick={save}>
                  存为我的对比
                </button>
              </Show>
              <Show when={whose() === 'saved'}>已存为我的对比。</Show>
            </p>
            <p class="muted noprint">
              相同的一行颜色较浅。网址里带着所选的条目，可以转给同事。
              <Show when={list().length < most && whose() !== 'shared'}>
                还可以再加：<a href={catalogueKinds[list()[0]?.kind ?? 'instrument'].base}>回目录再选</a>
              </Show>
            </p>
            <Show when={list().length > 2}>
              <p class="slide small muted">向右滑，共 {list().length} 项</p>
            </Show>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls from the keyboard. */}
            <div class="scroll" role="region" aria-label="对比表" tabIndex={0}>
              <table class="compared">
                <thead>
                  <tr>
                    <td />
                    <For each={list()}>
                      {(e) => (
                        <th scope="col">
                          <a href={`${catalogueKinds[e.kind].base}${e.slug}/`}>{full(e)}</a>
                        </th>
                      )}
                    </For>
                  </tr>
                </thead>
                <tbody>
                  <For each={facts().filter(([, of]) => list().some((e) => of(e)))}>
                    {([label, of]) => (
                      <tr
                        classList={{
                          same: list().length > 1 && list().every((e) => of(e) === of(list()[0] as CatalogueEntry)),
                        }}
                      >
                        <th scope="row">{label}</th>
                        <For each={list()}>{(e) => <td>{of(e) || '—'}</td>}</For>
                      </tr>
                    )}
                  </For>
                  <tr class="noprint">
                    <td />
                    <For each={list()}>
                      {(e) => (
                        <td>
                          <Show when={usable(flagsOf(e))}>
                            <a class="button" href={`/user/?book=${e.slug}`} aria-label={`创新券预约：${full(e)}`}>
                              创新券预约
                            </a>
                          </Show>{' '}
                          <button
                            type="button"
                            class="link"
                            aria-label={`移出对比：${full(e)}`}
                            onClick={() => remove(e.slug)}
                          >
                            移出
                          </button>
                        </td>
                      )}
                    </For>
                  </tr>
                </tbody>
              </table>
            </div>
          </Show>
        )}
      </Show>
    </>
  );
}
