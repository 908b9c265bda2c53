import { createResource, createSignal, Show } from 'solid-js';
import { entriesNow } from '../../backend/entries.ts';
import { catalogueKinds } from '../../domain/catalogue.ts';
import { ComparedTable } from './ComparedTable.tsx';

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

/** Which entries are compared: those of the address, or one's own. Another's are not taken for one's own until asked to. */
function createChosen() {
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
  return { own, slugs, tooMany, whose, remove, save };
}

/** Up to four entries side by side, as they are now. The address carries them (`?i=i5,i7`), so that it can be shared; this browser keeps one's own between pages, and another's only when asked to. */
export function Compare(props: { classes: Record<string, string> }) {
  const { own, slugs, tooMany, whose, remove, save } = createChosen();
  const [entries, { refetch }] = createResource(slugs, async (list) => {
    const found = list.length > 0 ? await entriesNow(list) : [];
    return list.flatMap((s) => found.find((e) => e.slug === s) ?? []);
  });
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
            <ComparedTable entries={list()} classes={props.classes} remove={remove} />
          </Show>
        )}
      </Show>
    </>
  );
}
