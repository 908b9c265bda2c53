import { For, Index, Show } from 'solid-js';
import type { Booking } from '../../backend/bookings.ts';
import { emptyLine, lineFen, type TypedLine } from '../../domain/order-form.ts';
import { type Answer, type Exclusion, verdictOf } from '../../domain/exclusions.ts';
import { formatFen } from '../../domain/money.ts';
import { FileField } from '../ui/FileField.tsx';
import type { Uploads } from '../ui/uploads.ts';
import { type BookingDraft, wholeOrder } from './draft.ts';

/** What a section of the form shows and changes. */
export interface SectionProps {
  booking: Booking;
  form: BookingDraft;
  change: (part: Partial<BookingDraft>) => void;
}

export function ProjectSection(props: SectionProps) {
  return (
    <section class="card">
      <h2>一、研发项目与检测</h2>
      <label>
        <span>科技研发项目</span>
        <select
          name="project_id"
          value={props.form.projectId}
          onChange={(e) => props.change({ projectId: Number(e.currentTarget.value) })}
        >
          <For each={props.booking.projects}>
            {(p) => (
              <option value={p.id} selected={p.id === props.form.projectId}>
                {p.title}
              </option>
            )}
          </For>
        </select>
      </label>
      <label>
        <span>检测名称</span>
        <input
          name="title"
          value={props.form.title}
          maxlength="100"
          onInput={(e) => props.change({ title: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>检测目的</span>
        <span class="hint small muted">说明检测怎样服务于研发项目，审核人员据此判断。</span>
        <textarea
          name="purpose"
          maxlength="2000"
          value={props.form.purpose}
          onInput={(e) => props.change({ purpose: e.currentTarget.value })}
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
            value={props.form.from}
            onInput={(e) => props.change({ from: e.currentTarget.value })}
          />
        </label>
        <label>
          <span>
            期望完成<span class="muted small">（可不填）</span>
          </span>
          <input
            name="expected_to"
            type="date"
            value={props.form.to}
            onInput={(e) => props.change({ to: e.currentTarget.value })}
          />
        </label>
      </div>
    </section>
  );
}

/** R9: what is not subsidized, for the applicant to say what applies; the database decides again. */
export function SelfCheckSection(props: SectionProps) {
  const whole = () => wholeOrder(props.booking.exclusions);
  const groups = () => [...new Set(whole().map((e) => e.group_label))];
  return (
    <section class="card">
      <h2>二、适用范围自查</h2>
      <p>下列情形不补贴。这次检测有其中哪一种，请勾选；最后确认其余的都没有。</p>
      <For each={groups()}>
        {(group) => (
          <fieldset class="checks">
            <legend>{group}</legend>
            <For each={whole().filter((e) => e.group_label === group)}>
              {(e) => (
                <Situation
                  situation={e}
                  answer={props.form.answers[e.code]}
                  onAnswer={(next) => {
                    const { [e.code]: _gone, ...rest } = props.form.answers;
                    // Whoever changes what is ticked says anew that this is all.
                    const same = Boolean(next) === Boolean(props.form.answers[e.code]);
                    props.change({
                      answers: next ? { ...rest, [e.code]: next } : rest,
                      ...(!same && { declared: false }),
                    });
                  }}
                />
              )}
            </For>
          </fieldset>
        )}
      </For>
      <label class="check">
        <input
          type="checkbox"
          name="answers_declared"
          checked={props.form.declared}
          onChange={(e) => props.change({ declared: e.currentTarget.checked })}
        />{' '}
        <b>{Object.keys(props.form.answers).length > 0 ? '除已勾选的以外，以上均无' : '以上均无'}</b>
      </label>
    </section>
  );
}
function Situation(props: {
  situation: Exclusion;
  answer: Answer | undefined;
  onAnswer: (answer: Answer | undefined) => void;
}) {
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={Boolean(props.answer)}
          onChange={(ev) => props.onAnswer(ev.currentTarget.checked ? { applies: true, justification: '' } : undefined)}
        />{' '}
        <span>
          {props.situation.label} <span class="small muted">{props.situation.code}</span>
        </span>
      </label>
      <Show when={verdictOf(props.situation, props.answer) === 'argue'}>
        <label>
          <span>请说明它服务于研发的理由（至少 10 字，由审核人员决定）</span>
          <textarea
            maxlength="1000"
            value={props.answer?.justification ?? ''}
            onInput={(ev) => props.onAnswer({ applies: true, justification: ev.currentTarget.value })}
          />
        </label>
      </Show>
      <Show when={verdictOf(props.situation, props.answer) === 'declared'}>
        <p class="warn">已声明关联关系：订单可以提交，由审核人员连同系统比对的线索一并判断。</p>
      </Show>
      <Show when={verdictOf(props.situation, props.answer) === 'excluded'}>
        <p class="refused">
          <b>这项检测不在补贴范围内。</b>不能使用创新券；可按普通订单与管理单位办理。
        </p>
      </Show>
    </>
  );
}

export function FeeSection(props: SectionProps) {
  return (
    <section class="card">
      <h2>三、费用清单</h2>
      <Index each={props.form.lines}>
        {(l, i) => (
          <FeeLineFields
            line={l()}
            place={i}
            exclusions={props.booking.exclusions.filter((x) => x.scope === 'line')}
            onChange={(part) =>
              props.change({ lines: props.form.lines.map((x, n) => (n === i ? { ...x, ...part } : x)) })
            }
            onRemove={
              props.form.lines.length > 1
                ? () => props.change({ lines: props.form.lines.filter((_, n) => n !== i) })
                : undefined
            }
          />
        )}
      </Index>
      <Show when={props.form.lines.length < 50}>
        <button
          class="button"
          type="button"
          onClick={() => props.change({ lines: [...props.form.lines, emptyLine()] })}
        >
          再加一行
        </button>
      </Show>
    </section>
  );
}
function FeeLineFields(props: {
  line: TypedLine;
  place: number;
  exclusions: Exclusion[];
  onChange: (part: Partial<TypedLine>) => void;
  onRemove: (() => void) | undefined;
}) {
  return (
    <fieldset class="feeline">
      <legend class="small muted">
        第 {props.place + 1} 行　{lineFen(props.line) > 0 ? `${formatFen(lineFen(props.line))} 元` : ''}
      </legend>
      <label>
        <span>项目</span>
        <input
          name={`lines.${props.place}.description`}
          maxlength="200"
          value={props.line.description}
          onInput={(e) => props.onChange({ description: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>数量</span>
        <input
          name={`lines.${props.place}.quantity`}
          inputmode="decimal"
          value={props.line.quantity}
          onInput={(e) => props.onChange({ quantity: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>单价（元）</span>
        <input
          name={`lines.${props.place}.unit_price_fen`}
          inputmode="decimal"
          value={props.line.price}
          onInput={(e) => props.onChange({ price: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>性质</span>
        <select onChange={(e) => props.onChange({ exclusion: e.currentTarget.value })}>
          <option value="">检验检测费</option>
          <For each={props.exclusions}>
            {(x) => (
              <option value={x.code} selected={x.code === props.line.exclusion}>
                {x.label}（不抵扣）
              </option>
            )}
          </For>
        </select>
      </label>
      <Show when={props.onRemove}>
        {(remove) => (
          <button type="button" class="link" onClick={() => remove()()}>
            删除第 {props.place + 1} 行
          </button>
        )}
      </Show>
    </fieldset>
  );
}

export function ContractSection(props: SectionProps & { uploads: Uploads }) {
  return (
    <section class="card">
      <h2>四、合同与证明材料</h2>
      <div class="cols">
        <label>
          <span>合同号</span>
          <input
            name="contract_no"
            maxlength="60"
            value={props.form.contractNo}
            onInput={(e) => props.change({ contractNo: e.currentTarget.value })}
          />
        </label>
        <label>
          <span>签订日期</span>
          <input
            name="contract_signed_on"
            type="date"
            max={props.booking.day}
            value={props.form.signedOn}
            onInput={(e) => props.change({ signedOn: e.currentTarget.value })}
          />
        </label>
        <label>
          <span>合同总额（元）</span>
          <input
            name="contract_total_fen"
            inputmode="decimal"
            value={props.form.contractTotal}
            onInput={(e) => props.change({ contractTotal: e.currentTarget.value })}
          />
        </label>
        <label>
          <span>其中检测费（元）</span>
          <input
            name="test_fee_fen"
            inputmode="decimal"
            value={props.form.testFee}
            onInput={(e) => props.change({ testFee: e.currentTarget.value })}
          />
        </label>
      </div>
      <FileField
        label="合同（PDF、OFD、JPEG、PNG）"
        name="documents"
        kind="contract"
        uploads={props.uploads}
        already={props.form.contracts}
        onFiles={(contracts) => props.change({ contracts })}
      />
      <FileField
        label="其他证明材料（可不传）"
        kind="evidence"
        uploads={props.uploads}
        already={props.form.evidence}
        onFiles={(evidence) => props.change({ evidence })}
      />
    </section>
  );
}

/** What was mended of a returned order (R15). */
export function ExplanationSection(props: SectionProps) {
  return (
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
          name="explanation"
          maxlength="1000"
          value={props.form.explanation}
          onInput={(e) => props.change({ explanation: e.currentTarget.value })}
        />
      </label>
    </section>
  );
}
