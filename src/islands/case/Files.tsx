import { createSignal, For, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { downloadDocument } from '../../backend/documents.ts';
import { Refused } from '../ui/Refused.tsx';

const kinds: Record<string, string> = {
  contract: '合同',
  evidence: '证明材料',
  result: '检测结果',
  report: '检验报告',
  invoice: '发票',
  certificate: '认证材料',
  account: '账户证明',
};
/** A file as it was submitted with a case: with the number of that submission, where there can be several. */
export interface CaseFile {
  kind: string;
  revision_no?: number;
  supplement_no?: number;
  document: { original_name: string; byte_size: number | null; sha256: string | null } | null;
}

/** The files of a case, each with its kind, size and fingerprint; those of an earlier submission than `current` stand last and say so. */
export function Files(props: { files: CaseFile[]; title?: string; current?: number }) {
  const submission = (f: CaseFile) => f.revision_no ?? f.supplement_no ?? 0;
  const earlier = (f: CaseFile) => f.kind !== 'result' && submission(f) < (props.current ?? 0);
  const sorted = () => props.files.toSorted((a, b) => Number(earlier(a)) - Number(earlier(b)));
  const [refusal, setRefusal] = createSignal<Refusal>();
  const size = (bytes: number | null) =>
    bytes === null
      ? ''
      : bytes < 1_048_576
        ? `${Math.max(1, Math.round(bytes / 1024))} KB`
        : `${(bytes / 1_048_576).toFixed(1)} MB`;
  return (
    <Show when={props.files.length > 0}>
      <section class="card papers">
        <h2>{props.title ?? '文件'}</h2>
        <ul>
          <For each={sorted()}>
            {(f) => (
              <Show when={f.document}>
                {(doc) => (
                  <li>
                    <span class="tag">
                      {kinds[f.kind] ?? f.kind}
                      {earlier(f) ? '（上一次提交的）' : ''}
                    </span>{' '}
                    <button
                      type="button"
                      class="link"
                      onClick={() =>
                        downloadDocument(doc().sha256 ?? '', doc().original_name).catch((e) => setRefusal(asRefusal(e)))
                      }
                    >
                      {doc().original_name}
                    </button>
                    <span class="muted small">
                      {' '}
                      {size(doc().byte_size)}
                      <Show when={doc().sha256}> · 指纹 {doc().sha256?.slice(0, 12)}</Show>
                    </span>
                  </li>
                )}
              </Show>
            )}
          </For>
        </ul>
        <Refused refusal={refusal()} />
      </section>
    </Show>
  );
}
