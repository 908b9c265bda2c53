import { createSignal, For, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { uploadDocument } from '../../backend/documents.ts';
import { FilePick } from './FilePick.tsx';
import { Refused } from './Refused.tsx';

/** Uploads files one by one and tells the form their numbers. Shows what is under way and what has been read. */
export function FileField(props: {
  label: string;
  kind: string;
  onChange?: (ids: number[]) => void;
  onFiles?: (files: { id: number; name: string }[]) => void;
  already?: { id: number; name: string }[];
}) {
  const [done, setDone] = createSignal<{ id: number; name: string }[]>(props.already ?? []);
  const [busy, setBusy] = createSignal('');
  const [refusal, setRefusal] = createSignal<Refusal>();
  function tell(files: { id: number; name: string }[]) {
    setDone(files);
    props.onChange?.(files.map((d) => d.id));
    props.onFiles?.(files);
  }
  async function add(files: File[]) {
    for (const file of files) {
      setRefusal(undefined);
      setBusy(file.name);
      try {
        const id = await uploadDocument(props.kind, file);
        tell([...done(), { id, name: file.name }]);
      } catch (error) {
        setRefusal(asRefusal(error));
      }
      setBusy('');
    }
  }
  const remove = (id: number) => tell(done().filter((d) => d.id !== id));
  return (
    <div class="files">
      <FilePick
        label={props.label}
        accept=".pdf,.ofd,.jpg,.jpeg,.png"
        chosen={done().length > 0 ? `已上传 ${done().length} 个` : ''}
        onFiles={(files) => void add(files)}
      />
      <Show when={busy()}>
        <p class="muted" role="status">
          <progress /> 正在上传并核验 {busy()}…
        </p>
      </Show>
      <For each={done()}>
        {(d) => (
          <p class="done row">
            已核验：{d.name}{' '}
            <button type="button" class="link push" onClick={() => remove(d.id)} aria-label={`移除 ${d.name}`}>
              移除
            </button>
          </p>
        )}
      </For>
      <Refused refusal={refusal()} />
    </div>
  );
}
