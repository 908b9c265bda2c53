import { createSignal } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { downloadExport } from '../../backend/exports.ts';
import { Refused } from './Refused.tsx';

/** Downloads a whole table as CSV, as far as one may read it. */
export function ExportButton(props: { what: 'orders' | 'redemptions' | 'payouts'; round?: number; children: string }) {
  const [busy, setBusy] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  async function save() {
    setBusy(true);
    setRefusal(undefined);
    try {
      await downloadExport(props.what, props.round);
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  return (
    <>
      <button type="button" class="button" disabled={busy()} onClick={() => void save()}>
        {busy() ? '正在导出…' : props.children}
      </button>
      <Refused refusal={refusal()} />
    </>
  );
}
