import { createSignal, For, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { uploadDocument } from '../../backend/documents.ts';
import { Refused } from './Refused.tsx';

/** Uploads files one by one and tells the form their numbers. Shows what is under way and what has been read. */
export function FileField(props: { label: string; kind: string; onChange: (ids: number[]) => void }) {
  const [done, setDone] = createSignal<{ id: number; name: string }[]>([]);
  const [busy, setBusy] = createSignal('');
  const [refusal, setRefusal] = createSignal<Refusal>();
  async function add(files: FileList | null) {
    for (const file of files ?? []) {
      setBusy(file.name);
      setRefusal(undefined);
      try {
        const id = await uploadDocument(props.kind, file);
        setDone([...done(), { id, name: file.name }]);
        props.onChange(done().map((d) => d.id));
      } catch (error) {
        setRefusal(asRefusal(error));
      }
      setBusy('');
    }
  }
  return (
    <label>
      <span>{props.label}</span>
      <input type="file" accept=".pdf,.ofd,.jpg,.jpeg,.png" onChange={(event) => add(event.currentTarget.files)} />
      <Show when={busy()}><p class="muted" role="status">正在上传并核验 {busy()}…</p></Show>
      <For each={done()}>{(d) => <p class="done">已核验：{d.name}</p>}</For>
      <Refused refusal={refusal()} />
    </label>
  );
}
