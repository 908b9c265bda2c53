import { createSignal, onMount, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/refusal.ts';
import { sendPublic, type VerifiedVoucher } from '../../backend/requests.ts';
import { luhnHolds } from '../../domain/luhn.ts';
import { Refused } from '../ui/Refused.tsx';
import { Ticket } from '../ui/Ticket.tsx';

/** Checks a voucher by number and code, typed or from the QR code's address. */
export function VerifyVoucher() {
  const query = new URLSearchParams(window.location.search);
  const [found, setFound] = createSignal<VerifiedVoucher>();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  let form!: HTMLFormElement;
  async function check() {
    const data = new FormData(form);
    const no = String(data.get('no')).normalize('NFKC').trim();
    setFound(undefined);
    setRefusal(undefined);
    if (!luhnHolds(no)) {
      setRefusal({
        code: 'CHECK_DIGIT',
        message: '券号抄错了一位。',
        hint: '券号形如 41-2026-0000-0379，末位是校验数字，请对照电子券再看一遍。',
      });
      return;
    }
    setBusy(true);
    try {
      setFound(await sendPublic<VerifiedVoucher>('verify-voucher', { no, code: String(data.get('code')).trim() }));
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  onMount(() => {
    if (query.get('no') && query.get('code')) void check();
  });
  return (
    <>
      <form
        ref={form}
        class="card"
        onSubmit={(e) => {
          e.preventDefault();
          void check();
        }}
      >
        <label>
          <span>券号</span>
          <input name="no" required maxlength="40" placeholder="41-2026-0000-0000" value={query.get('no') ?? ''} />
        </label>
        <label>
          <span>核验码</span>
          <input name="code" required maxlength="40" autocapitalize="characters" value={query.get('code') ?? ''} />
        </label>
        <button type="submit" class="button main" disabled={busy()}>
          {busy() ? '正在核验…' : '核验'}
        </button>
      </form>
      <Refused refusal={refusal()} />
      <Show when={found()}>
        {(v) => (
          <div role="status">
            <p class="done">
              <b>确有此券。</b>
            </p>
            <Ticket
              amountFen={v().amount_fen}
              state={v().state}
              label={v().state_label}
              no={v().voucher_no}
              withdrawn={v().withdrawn}
              rectified={v().rectified}
              recovery={v().recovery}
              title={v().institution_name}
              note={`${v().issued_on} 发放，${v().year} 年度`}
            />
          </div>
        )}
      </Show>
    </>
  );
}
