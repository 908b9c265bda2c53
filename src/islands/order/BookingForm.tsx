import { createEffect, createSignal, For, Show } from 'solid-js';
import type { Booking } from '../../backend/bookings.ts';
import { asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { saveOrder } from '../../backend/orders.ts';
import { parseYuan } from '../../domain/amounts.ts';
import { estimate } from '../../domain/order-form.ts';
import { formatFen } from '../../domain/money.ts';
import { dropDraft, keepDraft, readDraft } from '../ui/draft.ts';
import { useMarkedField } from '../ui/mark.ts';
import { Refused } from '../ui/Refused.tsx';
import { go } from '../ui/route.ts';
import { createUploads } from '../ui/uploads.ts';
import { type BookingDraft, payloadOf, problemsIn, serverDraft } from './draft.ts';
import { ContractSection, ExplanationSection, FeeSection, ProjectSection, SelfCheckSection } from './sections.tsx';

/** What was typed, kept in this browser until it is saved, and compared with what the server has by now. */
function createTyped(d: Booking) {
  const name = `booking:${d.order ? `order:${d.order.id}:${d.order.revision_no}:${d.order.state}` : d.entry?.slug}`;
  const server = serverDraft(d);
  const kept = readDraft<BookingDraft>(d.userId, name);
  const own = kept && { ...server, ...kept.value };
  // Saved elsewhere since (another tab, a colleague): nothing is overwritten before the person has chosen.
  const [older, setOlder] = createSignal(kept !== undefined && kept.over !== JSON.stringify(server));
  const [form, setForm] = createSignal<BookingDraft>(own && !older() ? own : server);
  const [restored, setRestored] = createSignal(own !== undefined && !older());
  createEffect(() => {
    if (!older()) keepDraft(d.userId, name, form(), server);
  });
  return {
    form,
    change: (part: Partial<BookingDraft>) => setForm({ ...form(), ...part }),
    drop: () => dropDraft(d.userId, name),
    older,
    restored,
    /** Of two that differ, the person says which goes on. */
    choose(which: 'own' | 'server') {
      if (which === 'own' && own) setForm(own);
      setRestored(which === 'own');
      setOlder(false);
    },
  };
}
type Typed = ReturnType<typeof createTyped>;

/** One form for a new booking and for mending an order: all problems are named before anything is sent. */
export function BookingForm(props: { booking: Booking }) {
  const d = props.booking;
  const typed = createTyped(d);
  const uploads = createUploads();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [problems, setProblems] = createSignal<string[]>([]);
  const [busy, setBusy] = createSignal(false);
  const mending = () => d.order?.state === 'returned';
  let marked!: HTMLFormElement;
  useMarkedField(() => marked, refusal);
  let requestId = newRequestId();
  async function save() {
    if (uploads.running()) return;
    setProblems(problemsIn(typed.form(), d));
    setRefusal(undefined);
    if (problems().length > 0) {
      document.getElementById('problems')?.scrollIntoView({ block: 'center' });
      return;
    }
    setBusy(true);
    try {
      const saved = await saveOrder(d.order?.id ?? null, payloadOf(typed.form(), d), requestId);
      typed.drop();
      go({ view: 'order', id: saved.id });
    } catch (error) {
      const r = asRefusal(error);
      if (r.code !== 'NETWORK') requestId = newRequestId();
      setRefusal(r);
    }
    setBusy(false);
  }
  const section = () => ({ booking: d, form: typed.form(), change: typed.change });
  return (
    <form
      ref={marked}
      class="booking"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <header>
        <p class="muted small">{[d.entry?.institution_name, d.entry?.city].filter(Boolean).join(' · ')}</p>
        <h1>
          {d.order ? '修改订单' : '创新券预约'}：{d.entry?.name} {d.entry?.model}
        </h1>
      </header>
      <Show when={mending() && d.content?.reason}>
        {(reason) => (
          <section class="next mine">
            <h2>下一步：按意见修改后重新提交，只有这一次机会</h2>
            <blockquote>{reason()}</blockquote>
            <p class="muted">剩余修改次数：1 → 0</p>
          </section>
        )}
      </Show>
      <Restored typed={typed} />
      <ProjectSection {...section()} />
      <SelfCheckSection {...section()} />
      <FeeSection {...section()} />
      <ContractSection {...section()} uploads={uploads} />
      <Show when={mending()}>
        <ExplanationSection {...section()} />
      </Show>
      <Sums booking={d} form={typed.form()} />
      <Problems of={problems()} />
      <Refused refusal={refusal()} />
      <div class="row">
        <button type="submit" class="button main" disabled={busy() || uploads.running()}>
          {busy() ? '正在保存…' : uploads.running() ? '等待文件上传…' : '保存并核对'}
        </button>
        <span class="muted small">
          {mending()
            ? '下一步核对金额，再重新提交；在此之前别人看不到这些修改。'
            : '下一步核对金额，再提交给管理单位。'}
        </span>
      </div>
    </form>
  );
}

/** What this browser kept: restored already, or older than what was saved since. */
function Restored(props: { typed: Typed }) {
  return (
    <>
      <Show when={props.typed.older()}>
        <p class="next row">
          您上次没有保存的内容，是在这份订单最近一次保存之前填写的。
          <button type="button" class="button" onClick={() => props.typed.choose('own')}>
            用没有保存的内容
          </button>
          <button type="button" class="button" onClick={() => props.typed.choose('server')}>
            用已保存的内容
          </button>
        </p>
      </Show>
      <Show when={props.typed.restored()}>
        <p class="done row">
          已恢复上次没有保存的内容。
          <button
            type="button"
            class="link push"
            onClick={() => {
              props.typed.drop();
              window.location.reload();
            }}
          >
            重新填写
          </button>
        </p>
      </Show>
    </>
  );
}

/** What the lines come to, while they are typed. */
function Sums(props: { booking: Booking; form: BookingDraft }) {
  const { rateBp, leftFen } = props.booking;
  const sums = () =>
    estimate(props.form.lines, parseYuan(props.form.testFee), parseYuan(props.form.contractTotal), rateBp, leftFen);
  return (
    <section class="sum" aria-live="polite">
      <p>
        合计 {formatFen(sums().totalFen)} 元，可抵扣检测费 {formatFen(sums().eligibleFen)} 元 × {rateBp / 100}% ={' '}
        {formatFen(sums().rawFen)} 元；本年额度还剩 {formatFen(leftFen)} 元
      </p>
      <p>
        <b>
          约抵扣 {formatFen(sums().deductionFen)} 元，另付 {formatFen(sums().cashFen)} 元
        </b>
        <Show when={sums().rawFen > leftFen}>
          {' '}
          <span class="tag">额度不足，按剩余额度抵扣</span>
        </Show>
      </p>
    </section>
  );
}

function Problems(props: { of: string[] }) {
  return (
    <div id="problems">
      <Show when={props.of.length > 0}>
        <div class="refused" role="alert">
          <b>还有 {props.of.length} 处要改：</b>
          <ul>
            <For each={props.of}>{(p) => <li>{p}</li>}</For>
          </ul>
        </div>
      </Show>
    </div>
  );
}
