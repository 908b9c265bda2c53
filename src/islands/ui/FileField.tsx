import { createSignal, For, Match, Show, Switch } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { uploadDocument } from '../../backend/documents.ts';
import { FilePick } from './FilePick.tsx';
import { Refused } from './Refused.tsx';
import type { Uploads } from './uploads.ts';

/** One chosen file and what became of it; each keeps its own outcome on the screen. */
interface Chosen {
  key: number;
  name: string;
  /** Whether its turn has come: they go one by one. */
  started?: boolean;
  /** Its number once it counts. */
  id?: number;
  refusal?: Refusal;
}
let keys = 0;

/** Uploads files one by one and tells the form their numbers. Shows each file's outcome, and has the form wait through `uploads`. */
export function FileField(props: {
  label: string;
  /** What it is called in what is sent: a refusal names it. */
  name?: string | undefined;
  kind: string;
  uploads: Uploads;
  onChange?: (ids: number[]) => void;
  onFiles?: (files: { id: number; name: string }[]) => void;
  already?: { id: number; name: string }[];
}) {
  const [files, setFiles] = createSignal<Chosen[]>((props.already ?? []).map((f) => ({ ...f, key: keys++ })));
  const done = () => files().filter((f): f is Chosen & { id: number } => f.id !== undefined);
  function change(next: Chosen[]) {
    setFiles(next);
    props.onChange?.(done().map((f) => f.id));
    props.onFiles?.(done().map(({ id, name }) => ({ id, name })));
  }
  const settle = (key: number, outcome: Partial<Chosen>) =>
    change(files().map((f) => (f.key === key ? { ...f, ...outcome } : f)));
  async function add(chosen: File[]) {
    const waiting = chosen.map((file) => ({ file, key: keys++ }));
    change([...files(), ...waiting.map(({ file, key }) => ({ key, name: file.name }))]);
    await props.uploads.during(async () => {
      for (const { file, key } of waiting) {
        settle(key, { started: true });
        try {
          settle(key, await uploadDocument(props.kind, file));
        } catch (error) {
          settle(key, { refusal: asRefusal(error) });
        }
      }
    });
  }
  const remove = (key: number) => change(files().filter((f) => f.key !== key));
  return (
    <div class="files">
      <FilePick
        label={props.label}
        name={props.name}
        accept=".pdf,.ofd,.jpg,.jpeg,.png"
        chosen={done().length > 0 ? `已上传 ${done().length} 个` : ''}
        onFiles={(chosen) => void add(chosen)}
      />
      <For each={files()}>
        {(f) => (
          <Switch>
            <Match when={f.id !== undefined}>
              <p class="done row">
                已核验：{f.name}{' '}
                <button type="button" class="link push" onClick={() => remove(f.key)} aria-label={`移除 ${f.name}`}>
                  移除
                </button>
              </p>
            </Match>
            <Match when={f.refusal}>
              <div class="row file-refused">
                <p>
                  没有收下：<b>{f.name}</b>
                </p>
                <button
                  type="button"
                  class="link push"
                  onClick={() => remove(f.key)}
                  aria-label={`知道了，移除 ${f.name}`}
                >
                  知道了
                </button>
                <Refused refusal={f.refusal} />
              </div>
            </Match>
            <Match when={f.started}>
              <p class="muted" role="status">
                <progress /> 正在上传并核验 {f.name}…
              </p>
            </Match>
            <Match when={true}>
              <p class="muted">等待上传：{f.name}</p>
            </Match>
          </Switch>
        )}
      </For>
      <Show when={files().some((f) => f.refusal) && done().length > 0}>
        <p class="small muted">没有收下的文件不会提交；其余文件不受影响。</p>
      </Show>
    </div>
  );
}
