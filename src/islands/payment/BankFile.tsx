import { createSignal, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { bankColumns, bankFile } from '../../backend/payments.ts';
import { bankCsv, bankTable } from '../../domain/bank-file.ts';
import { download, downloadText } from '../ui/download.ts';
import { Refused } from '../ui/Refused.tsx';

/** The bank's file of a list, CSV and XLSX: made when it is asked for, the only file with whole account numbers (R42, R43). */
export function BankFile(props: { list: number; name: string }) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  const make = async (kind: 'csv' | 'xlsx') => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const table = bankTable(await bankColumns(), await bankFile(props.list));
      if (kind === 'csv') downloadText(`${props.name}.csv`, bankCsv(table), 'text/csv;charset=utf-8');
      else {
        const { default: writeXlsxFile } = await import('write-excel-file/browser');
        // Every cell is text: a spreadsheet would round an account of nineteen digits.
        const sheet = [table.header, ...table.rows].map((cells) =>
          cells.map((value) => ({ value: String(value ?? ''), type: String })),
        );
        download(`${props.name}.xlsx`, await writeXlsxFile(sheet).toBlob());
      }
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  };
  return (
    <section class="card noprint">
      <h2>银行文件</h2>
      <p class="muted">列与表头由管理员按银行的格式设定。文件里有账号全文，用后请妥善保存或删除。</p>
      <p class="row">
        <button type="button" class="button" disabled={busy()} onClick={() => void make('xlsx')}>
          下载 Excel（XLSX）
        </button>
        <button type="button" class="button" disabled={busy()} onClick={() => void make('csv')}>
          下载 CSV
        </button>
      </p>
      <Show when={refusal()}>{(r) => <Refused refusal={r()} />}</Show>
    </section>
  );
}
