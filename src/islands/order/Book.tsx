import { createEffect, createResource, createSignal, For, Index, Show } from 'solid-js';
import { act, asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { policyOf, today } from '../../backend/policy.ts';
import { currentUserId } from '../../backend/session.ts';
import { inner, list, number, one, type Row, text } from '../../backend/work.ts';
import { emptyLine, estimate, type FeeLine, lineFen, problemsOf } from '../../domain/booking.ts';
import { type Answer, type Exclusion, verdictOf } from '../../domain/exclusions.ts';
import { visibleLength } from '../../domain/identity.ts';
import { parseYuan } from '../../domain/amounts.ts';
import { formatFen, parseQuantity } from '../../domain/money.ts';
import { dropDraft, keepDraft, readDraft } from '../ui/draft.ts';
import { FileField } from '../ui/FileField.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { useMarkedField } from '../ui/mark.ts';
import { Refused } from '../ui/Refused.tsx';
import { follow, go, hrefOf } from '../ui/route.ts';
import { createUploads } from '../ui/uploads.ts';

/** What the form holds; kept in this browser until it is saved, so that nothing typed is lost. */
interface Draft {
  title: string;
  purpose: string;
  projectId: number;
  from: string;
  to: string;
  contractNo: string;
  signedOn: string;
  contractTotal: string;
  testFee: string;
  lines: FeeLine[];
  answers: Record<string, Answer>;
  contracts: { id: number; name: string }[];
  evidence: { id: number; name: string }[];
  /** What was mended, for a returned order. */
  explanation: string;
}
const blank = (projectId: number): Draft => ({
  title: '',
  purpose: '',
  projectId,
  from: '',
  to: '',
  contractNo: '',
  signedOn: '',
  contractTotal: '',
  testFee: '',
  lines: [emptyLine()],
  answers: {},
  contracts: [],
  evidence: [],
  explanation: '',
});
const yuan = (fen: number) => (fen > 0 ? formatFen(fen).replaceAll(',', '') : '');

async function loadBooking(props: { slug?: string | undefined; orderId?: number | undefined; orgId: number }) {
  const [day, userId] = await Promise.all([today(), currentUserId()]);
  const order = props.orderId
    ? await one<Row>('orders', '*, institution:organizations!orders_institution_id_fkey(name)', { id: props.orderId })
    : undefined;
  const kind = order ? (order['instrument_id'] ? 'instrument' : 'service') : '';
  const [entries, projects, exclusions, quotas, policy] = await Promise.all([
    order
      ? list<Row>('catalogue', '*', { kind, resource_id: Number(order[`${kind}_id`]) }, 'slug')
      : list<Row>('catalogue', '*', { slug: props.slug ?? '' }, 'slug'),
    list<Row>('projects', 'id, title', { organization_id: props.orgId, state: 'approved' }),
    list<Exclusion>('exclusions', '*', {}, 'code'),
    list<Row>('quotas', '*', { organization_id: props.orgId, year: Number(day.slice(0, 4)) }),
    policyOf(Number(day.slice(0, 4))),
  ]);
  const quota = quotas[0];
  const left = quota ? number(quota, 'cap_fen') - number(quota, 'held_fen') - number(quota, 'spent_fen') : 0;
  const draft = blank(projects[0]?.id ?? 0);
  let reason = '';
  if (order) {
    const [lines, answers, papers, returned, revisions] = await Promise.all([
      list<Row>('order_fee_lines', '*', { order_id: order.id }, 'line_no'),
      list<Row>('order_answers', '*', { order_id: order.id }, 'code'),
      list<Row>(
        'order_documents',
        'kind, revision_no, document:documents(id, original_name)',
        { order_id: order.id },
        'document_id',
      ),
      list<Row>('events', 'reason', { entity: 'order', entity_id: order.id, action: 'return' }),
      list<Row>('order_revisions', '*', { order_id: order.id }, 'order_id'),
    ]);
    // What was saved since it came back, else what was submitted.
    const unsent = revisions[0]?.['payload'] as (Row & { lines: Row[]; answers: Row[] }) | undefined;
    const content = unsent ?? order;
    const files = (wanted: string) =>
      papers
        .filter((p) => p['kind'] === wanted && p['revision_no'] === number(order, 'revision_no') + (unsent ? 1 : 0))
        .map((p) => p['document'] as { id: number; original_name: string })
        .map((d) => ({ id: d.id, name: d.original_name }));
    Object.assign(draft, {
      title: text(content, 'title'),
      purpose: text(content, 'purpose'),
      projectId: number(content, 'project_id'),
      from: text(content, 'expected_from'),
      to: text(content, 'expected_to'),
      contractNo: text(content, 'contract_no'),
      signedOn: text(content, 'contract_signed_on'),
      contractTotal: yuan(number(content, 'contract_total_fen')),
      testFee: yuan(number(content, 'test_fee_fen')),
      explanation: text(unsent, 'explanation'),
      contracts: files('contract'),
      evidence: files('evidence'),
      lines: (unsent?.lines ?? lines).map((l) => ({
        description: text(l, 'description'),
        quantity: String(Number(l['quantity'])),
        price: yuan(number(l, 'unit_price_fen')),
        exclusion: text(l, 'exclusion_code'),
      })),
      answers: Object.fromEntries(
        (unsent?.answers ?? answers)
          .filter((a) => a['applies'])
          .map((a) => [text(a, 'code'), { applies: true, justification: text(a, 'justification') }]),
      ),
    } satisfies Partial<Draft>);
    reason = text(returned[0], 'reason');
  }
  // What was booked may have left the catalogue since: the order knows its name.
  const booked: Row | undefined = order && {
    id: order.id,
    kind,
    resource_id: order[`${kind}_id`],
    name: order['resource_name'],
    model: order['resource_model'],
    institution_name: inner(order, 'institution'),
  };
  return {
    userId,
    entry: entries[0] ?? booked,
    order,
    projects,
    exclusions,
    quota,
    left,
    policy,
    day,
    draft,
    reason,
  };
}

/** 创新券预约 (R12, R15): self-check, fee lines with the live deduction, contract; all problems named before anything is sent. Also the form that mends a returned order. */
export function Book(props: { slug?: string | undefined; orderId?: number | undefined; orgId: number }) {
  const [data, { refetch }] = createResource(() => loadBooking(props));
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <Show
          when={d().entry}
          fallback={
            <Empty>
              没有找到这项资源，它可能已经停止发布。请回到 <a href="/instruments/">仪器资源</a> 或{' '}
              <a href="/services/">项目检测</a> 重新选择。
            </Empty>
          }
        >
          <Show
            when={d().quota}
            fallback={
              <section class="next">
                <h2>下一步：先领取本年度额度</h2>
                <p>预约前须认证并领取创新券额度，一次即可。</p>
                <a class="button main" href={hrefOf({ view: 'quota' })} onClick={(e) => follow(e, { view: 'quota' })}>
                  去领取
                </a>
              </section>
            }
          >
            <Show
              when={d().projects.length > 0}
              fallback={
                <section class="next">
                  <h2>下一步：先登记研发项目</h2>
                  <p>订单须挂在已通过审核的科技研发项目下。</p>
                  <a
                    class="button main"
                    href={hrefOf({ view: 'projects' })}
                    onClick={(e) => follow(e, { view: 'projects' })}
                  >
                    去登记
                  </a>
                </section>
              }
            >
              <BookingForm data={d()} />
            </Show>
          </Show>
        </Show>
      )}
    </Load>
  );
}

function BookingForm(props: { data: Awaited<ReturnType<typeof loadBooking>> }) {
  const d = props.data;
  const entry = d.entry as Row;
  const draftName = `booking:${d.order ? `order:${d.order.id}:${d.order['revision_no']}:${d.order.state}` : text(entry, 'slug')}`;
  const kept = readDraft<Draft>(d.userId, draftName);
  // Saved elsewhere since (another tab, a colleague): nothing is overwritten before the person has chosen.
  const [older, setOlder] = createSignal(kept !== undefined && kept.over !== JSON.stringify(d.draft));
  const [form, setForm] = createSignal<Draft>(kept && !older() ? { ...d.draft, ...kept.value } : d.draft);
  const [refusal, setRefusal] = createSignal<Refusal>();
  let marked!: HTMLFormElement;
  useMarkedField(() => marked, refusal);
  const [problems, setProblems] = createSignal<string[]>([]);
  const [busy, setBusy] = createSignal(false);
  const uploads = createUploads();
  const change = (part: Partial<Draft>) => setForm({ ...form(), ...part });
  const changeLine = (i: number, part: Partial<FeeLine>) =>
    change({ lines: form().lines.map((l, n) => (n === i ? { ...l, ...part } : l)) });
  createEffect(() => {
    if (!older()) keepDraft(d.userId, draftName, form(), d.draft);
  });
  // A year whose quota could be claimed has its parameters (R6).
  const rate = d.policy['rate_bp'] as number;
  const sums = () => estimate(form().lines, parseYuan(form().testFee), parseYuan(form().contractTotal), rate, d.left);
  const whole = d.exclusions.filter((e) => e.scope !== 'line');
  const groups = [...new Set(whole.map((e) => e.group_label))];
  const excluded = () => whole.filter((e) => verdictOf(e, form().answers[e.code]) === 'excluded');
  const unargued = () =>
    whole.filter(
      (e) =>
        verdictOf(e, form().answers[e.code]) === 'argue' && visibleLength(form().answers[e.code]?.justification) < 10,
    );
  let requestId = newRequestId();
  async function save() {
    if (uploads.running()) return;
    const f = form();
    const found = problemsOf({
      title: f.title,
      contractNo: f.contractNo,
      signedOn: f.signedOn,
      contractTotal: f.contractTotal,
      testFee: f.testFee,
      lines: f.lines,
      contracts: f.contracts.length,
      today: d.day,
    });
    for (const e of excluded()) found.push(`适用范围：「${e.label}」不在补贴范围内，不能使用创新券。`);
    for (const e of unargued()) found.push(`适用范围：请为「${e.label}」写明服务于研发的理由（至少 10 字）。`);
    setProblems(found);
    setRefusal(undefined);
    if (found.length > 0) {
      document.getElementById('problems')?.scrollIntoView({ block: 'center' });
      return;
    }
    setBusy(true);
    try {
      const saved = await act<{ id: number }>('save_order', {
        request_id: requestId,
        order_id: d.order?.id ?? null,
        payload: {
          [text(entry, 'kind') === 'instrument' ? 'instrument_id' : 'service_id']: entry['resource_id'],
          project_id: f.projectId,
          title: f.title,
          purpose: f.purpose,
          ...(d.order?.state === 'returned' && { explanation: f.explanation }),
          expected_from: f.from || null,
          expected_to: f.to || null,
          contract_no: f.contractNo,
          contract_signed_on: f.signedOn,
          contract_total_fen: parseYuan(f.contractTotal),
          test_fee_fen: parseYuan(f.testFee),
          related_declared: Boolean(f.answers['E5.1']?.applies),
          documents: [
            ...f.contracts.map((c) => ({ id: c.id, kind: 'contract' })),
            ...f.evidence.map((c) => ({ id: c.id, kind: 'evidence' })),
          ],
          lines: f.lines.map((l) => ({
            description: l.description,
            quantity: (parseQuantity(l.quantity) ?? 0) / 100,
            unit_price_fen: parseYuan(l.price),
            exclusion_code: l.exclusion || null,
          })),
          answers: whole.map((e) => ({
            code: e.code,
            applies: Boolean(f.answers[e.code]?.applies),
            justification: f.answers[e.code]?.justification ?? '',
          })),
        },
      });
      dropDraft(d.userId, draftName);
      go({ view: 'order', id: saved.id });
    } catch (error) {
      const r = asRefusal(error);
      if (r.code !== 'NETWORK') requestId = newRequestId();
      setRefusal(r);
    }
    setBusy(false);
  }
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
        <p class="muted small">{[text(entry, 'institution_name'), text(entry, 'city')].filter(Boolean).join(' · ')}</p>
        <h1>
          {d.order ? '修改订单' : '创新券预约'}：{text(entry, 'name')} {text(entry, 'model')}
        </h1>
      </header>
      <Show when={d.reason && d.order?.state === 'returned'}>
        <section class="next mine">
          <h2>下一步：按意见修改后重新提交，只有这一次机会</h2>
          <blockquote>{d.reason}</blockquote>
          <p class="muted">剩余修改次数：1 → 0</p>
        </section>
      </Show>
      <Show when={older()}>
        <p class="next row">
          您上次没有保存的内容，是在这份订单最近一次保存之前填写的。
          <button
            type="button"
            class="button"
            onClick={() => {
              setForm({ ...d.draft, ...kept?.value });
              setOlder(false);
            }}
          >
            用没有保存的内容
          </button>
          <button type="button" class="button" onClick={() => setOlder(false)}>
            用已保存的内容
          </button>
        </p>
      </Show>
      <Show when={kept && !older()}>
        <p class="done row">
          已恢复上次没有保存的内容。
          <button
            type="button"
            class="link push"
            onClick={() => {
              dropDraft(d.userId, draftName);
              window.location.reload();
            }}
          >
            重新填写
          </button>
        </p>
      </Show>
      <section class="card">
        <h2>一、研发项目与检测</h2>
        <label>
          <span>科技研发项目</span>
          <select value={form().projectId} onChange={(e) => change({ projectId: Number(e.currentTarget.value) })}>
            <For each={d.projects}>
              {(p) => (
                <option value={p.id} selected={p.id === form().projectId}>
                  {text(p, 'title')}
                </option>
              )}
            </For>
          </select>
        </label>
        <label>
          <span>检测名称</span>
          <input
            name="title"
            value={form().title}
            maxlength="100"
            onInput={(e) => change({ title: e.currentTarget.value })}
          />
        </label>
        <label>
          <span>检测目的</span>
          <span class="hint small muted">说明检测怎样服务于研发项目，审核人员据此判断。</span>
          <textarea
            name="purpose"
            maxlength="2000"
            value={form().purpose}
            onInput={(e) => change({ purpose: e.currentTarget.value })}
          />
        </label>
        <div class="cols">
          <label>
            <span>
              期望开始<span class="muted small">（可不填）</span>
            </span>
            <input
              name="expected_from"
              type="date"
              value={form().from}
              onInput={(e) => change({ from: e.currentTarget.value })}
            />
          </label>
          <label>
            <span>
              期望完成<span class="muted small">（可不填）</span>
            </span>
            <input
              name="expected_to"
              type="date"
              value={form().to}
              onInput={(e) => change({ to: e.currentTarget.value })}
            />
          </label>
        </div>
      </section>
      <section class="card">
        <h2>二、适用范围自查</h2>
        <p>下列情形不补贴。这次检测有其中哪一种，请勾选；都没有就不用勾。</p>
        <For each={groups}>
          {(group) => (
            <fieldset class="checks">
              <legend>{group}</legend>
              <For each={whole.filter((e) => e.group_label === group)}>
                {(e) => {
                  const answer = () => form().answers[e.code];
                  const set = (next: Answer | undefined) => {
                    const { [e.code]: _gone, ...rest } = form().answers;
                    change({ answers: next ? { ...rest, [e.code]: next } : rest });
                  };
                  return (
                    <>
                      <label class="check">
                        <input
                          type="checkbox"
                          checked={Boolean(answer())}
                          onChange={(ev) =>
                            set(ev.currentTarget.checked ? { applies: true, justification: '' } : undefined)
                          }
                        />{' '}
                        <span>
                          {e.label} <span class="small muted">{e.code}</span>
                        </span>
                      </label>
                      <Show when={verdictOf(e, answer()) === 'argue'}>
                        <label>
                          <span>请说明它服务于研发的理由（至少 10 字，由审核人员决定）</span>
                          <textarea
                            maxlength="1000"
                            value={answer()?.justification ?? ''}
                            onInput={(ev) => set({ applies: true, justification: ev.currentTarget.value })}
                          />
                        </label>
                      </Show>
                      <Show when={verdictOf(e, answer()) === 'declared'}>
                        <p class="warn">已声明关联关系：订单可以提交，由审核人员连同系统比对的线索一并判断。</p>
                      </Show>
                      <Show when={verdictOf(e, answer()) === 'excluded'}>
                        <p class="refused">
                          <b>这项检测不在补贴范围内。</b>不能使用创新券；可按普通订单与管理单位办理。
                        </p>
                      </Show>
                    </>
                  );
                }}
              </For>
            </fieldset>
          )}
        </For>
      </section>
      <section class="card">
        <h2>三、费用清单</h2>
        <Index each={form().lines}>
          {(l, i) => (
            <fieldset class="feeline">
              <legend class="small muted">
                第 {i + 1} 行　{lineFen(l()) > 0 ? `${formatFen(lineFen(l()))} 元` : ''}
              </legend>
              <label>
                <span>项目</span>
                <input
                  name={`lines.${i}.description`}
                  maxlength="200"
                  value={l().description}
                  onInput={(e) => changeLine(i, { description: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>数量</span>
                <input
                  name={`lines.${i}.quantity`}
                  inputmode="decimal"
                  value={l().quantity}
                  onInput={(e) => changeLine(i, { quantity: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>单价（元）</span>
                <input
                  name={`lines.${i}.unit_price_fen`}
                  inputmode="decimal"
                  value={l().price}
                  onInput={(e) => changeLine(i, { price: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>性质</span>
                <select onChange={(e) => changeLine(i, { exclusion: e.currentTarget.value })}>
                  <option value="">检验检测费</option>
                  <For each={d.exclusions.filter((x) => x.scope === 'line')}>
                    {(x) => (
                      <option value={x.code} selected={x.code === l().exclusion}>
                        {x.label}（不抵扣）
                      </option>
                    )}
                  </For>
                </select>
              </label>
              <Show when={form().lines.length > 1}>
                <button
                  type="button"
                  class="link"
                  onClick={() => change({ lines: form().lines.filter((_, n) => n !== i) })}
                >
                  删除第 {i + 1} 行
                </button>
              </Show>
            </fieldset>
          )}
        </Index>
        <Show when={form().lines.length < 50}>
          <button class="button" type="button" onClick={() => change({ lines: [...form().lines, emptyLine()] })}>
            再加一行
          </button>
        </Show>
      </section>
      <section class="card">
        <h2>四、合同与证明材料</h2>
        <div class="cols">
          <label>
            <span>合同号</span>
            <input
              name="contract_no"
              maxlength="60"
              value={form().contractNo}
              onInput={(e) => change({ contractNo: e.currentTarget.value })}
            />
          </label>
          <label>
            <span>签订日期</span>
            <input
              name="contract_signed_on"
              type="date"
              max={d.day}
              value={form().signedOn}
              onInput={(e) => change({ signedOn: e.currentTarget.value })}
            />
          </label>
          <label>
            <span>合同总额（元）</span>
            <input
              name="contract_total_fen"
              inputmode="decimal"
              value={form().contractTotal}
              onInput={(e) => change({ contractTotal: e.currentTarget.value })}
            />
          </label>
          <label>
            <span>其中检测费（元）</span>
            <input
              name="test_fee_fen"
              inputmode="decimal"
              value={form().testFee}
              onInput={(e) => change({ testFee: e.currentTarget.value })}
            />
          </label>
        </div>
        <FileField
          label="合同（PDF、OFD、JPEG、PNG）"
          kind="contract"
          uploads={uploads}
          already={form().contracts}
          onFiles={(contracts) => change({ contracts })}
        />
        <FileField
          label="其他证明材料（可不传）"
          kind="evidence"
          uploads={uploads}
          already={form().evidence}
          onFiles={(evidence) => change({ evidence })}
        />
      </section>
      <Show when={d.order?.state === 'returned'}>
        <section class="card">
          <h2>五、修改说明</h2>
          <label>
            <span>
              按意见改了什么<span class="muted small">（可不填）</span>
            </span>
            <span class="hint small muted">
              审核人员会看到它和与上一次提交的不同。内容和文件都没有改动时，须在这里说明理由，才能重新提交。
            </span>
            <textarea
              maxlength="1000"
              value={form().explanation}
              onInput={(e) => change({ explanation: e.currentTarget.value })}
            />
          </label>
        </section>
      </Show>
      <section class="sum" aria-live="polite">
        <p>
          合计 {formatFen(sums().totalFen)} 元，可抵扣检测费 {formatFen(sums().eligibleFen)} 元 × {rate / 100}% ={' '}
          {formatFen(sums().rawFen)} 元；本年额度还剩 {formatFen(d.left)} 元
        </p>
        <p>
          <b>
            约抵扣 {formatFen(sums().deductionFen)} 元，另付 {formatFen(sums().cashFen)} 元
          </b>
          <Show when={sums().rawFen > d.left}>
            {' '}
            <span class="tag">额度不足，按剩余额度抵扣</span>
          </Show>
        </p>
      </section>
      <div id="problems">
        <Show when={problems().length > 0}>
          <div class="refused" role="alert">
            <b>还有 {problems().length} 处要改：</b>
            <ul>
              <For each={problems()}>{(p) => <li>{p}</li>}</For>
            </ul>
          </div>
        </Show>
      </div>
      <Refused refusal={refusal()} />
      <div class="row">
        <button type="submit" class="button main" disabled={busy() || uploads.running()}>
          {busy() ? '正在保存…' : uploads.running() ? '等待文件上传…' : '保存并核对'}
        </button>
        <span class="muted small">
          {d.order?.state === 'returned'
            ? '下一步核对金额，再重新提交；在此之前别人看不到这些修改。'
            : '下一步核对金额，再提交给管理单位。'}
        </span>
      </div>
    </form>
  );
}
