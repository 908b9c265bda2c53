import { createEffect, createMemo, createSignal, For, onMount, Show } from 'solid-js';
import { parseYuan } from '../../domain/amounts.ts';
import { shortYuan } from '../../domain/figures.ts';
import { certificationKinds } from '../../domain/labels.ts';
import { formatFen } from '../../domain/money.ts';
import { createAnnouncement } from './announce.ts';
import { DeductionLine } from './DeductionLine.tsx';
import {
  newLine,
  faultOf,
  type Line,
  mostLines,
  packLines,
  resultOf,
  type Typed,
  unpackLines,
  usedFen,
} from './deduction-lines.ts';
import { DeductionSums } from './DeductionSums.tsx';
import { readQuery, writeQuery } from './query.ts';

type Kind = 'enterprise' | 'team';

/** What is typed; the address carries it, so that a calculation can be shared. */
function createTyped() {
  const [kind, setKind] = createSignal<Kind>('enterprise');
  const [used, setUsed] = createSignal('0');
  const [testFee, setTestFee] = createSignal('');
  const [lines, setLines] = createSignal<Line[]>([newLine()]);
  const [ready, setReady] = createSignal(false);
  onMount(() => {
    const q = readQuery();
    if (q.get('kind') === 'team') setKind('team');
    setUsed(q.get('used') ?? '0');
    setTestFee(q.get('fee') ?? '');
    const packed = q.get('lines');
    if (packed) setLines(unpackLines(packed));
    setReady(true);
  });
  createEffect(() => {
    const packed = packLines(lines());
    if (ready())
      writeQuery({
        kind: kind() === 'team' ? 'team' : '',
        used: used() === '0' ? '' : used(),
        fee: testFee(),
        lines: packed,
      });
  });
  return { kind, setKind, used, setUsed, testFee, setTestFee, lines, setLines };
}

/** No select: the names must be read whole on a phone, and in large letters. */
function Kinds(props: { kind: Kind; enterpriseFen: number; teamFen: number; onChange: (kind: Kind) => void }) {
  return (
    <fieldset class="kinds">
      <legend>单位类型</legend>
      <For
        each={
          [
            [
              'enterprise',
              `${certificationKinds.high_tech_enterprise}、${certificationKinds.tech_sme}`,
              props.enterpriseFen,
            ],
            ['team', certificationKinds.startup_team, props.teamFen],
          ] as const
        }
      >
        {([value, name, fen]) => (
          <label class="choice">
            <input type="radio" name="kind" checked={props.kind === value} onChange={() => props.onChange(value)} />
            <span class="plain">
              {name}
              <span class="hint small muted">每年最多 {shortYuan(fen)} 元</span>
            </span>
          </label>
        )}
      </For>
    </fieldset>
  );
}

/** 抵扣测算: the database's own arithmetic (R5) on figures typed here. */
export function Deduction(props: { rateBp: number; enterpriseFen: number; teamFen: number; note: string }) {
  const { kind, setKind, used, setUsed, testFee, setTestFee, lines, setLines } = createTyped();
  const edit = (at: number, change: Partial<Line>) =>
    setLines(lines().map((l, i) => (i === at ? { ...l, ...change } : l)));
  const cap = () => (kind() === 'team' ? props.teamFen : props.enterpriseFen);
  const typed = (): Typed => ({ lines: lines(), used: used(), testFee: testFee() });
  const wrong = createMemo(() => faultOf(typed(), cap()));
  const result = createMemo(() => resultOf(typed(), props.rateBp, cap()));
  const said = createAnnouncement(() => {
    const r = result();
    return (
      wrong() ||
      (r
        ? `创新券抵扣 ${formatFen(r.deductionFen)} 元，另付 ${formatFen(r.cashFen)} 元，本年额度还剩 ${formatFen(r.leftAfterFen)} 元。`
        : '')
    );
  });
  return (
    <div class="tool">
      <section class="card">
        <h2>填写费用</h2>
        <Kinds kind={kind()} enterpriseFen={props.enterpriseFen} teamFen={props.teamFen} onChange={setKind} />
        <label>
          <span>本年已用和占用的额度（元）</span>
          <input
            inputmode="decimal"
            aria-invalid={(usedFen(typed()) ?? Number.POSITIVE_INFINITY) > cap()}
            value={used()}
            onInput={(e) => setUsed(e.currentTarget.value)}
          />
        </label>
        <For each={lines().map((_, i) => i)}>
          {(i) => <DeductionLine at={i} line={lines()[i]} edit={(change) => edit(i, change)} />}
        </For>
        <div class="row controls">
          <button
            type="button"
            class="button"
            disabled={lines().length >= mostLines}
            onClick={() => setLines([...lines(), newLine()])}
          >
            再加一行
          </button>
          <button
            type="button"
            class="button"
            disabled={lines().length === 1}
            onClick={() => setLines(lines().slice(0, -1))}
          >
            去掉末行
          </button>
        </div>
        <label>
          <span>合同载明的检测费（元，可不填；比各行合计低时以它为准）</span>
          <input
            inputmode="decimal"
            aria-invalid={testFee() !== '' && parseYuan(testFee()) === undefined}
            value={testFee()}
            onInput={(e) => setTestFee(e.currentTarget.value)}
          />
        </label>
      </section>
      <section class="card result">
        <h2>测算结果</h2>
        <p class="unseen" role="status">
          {said()}
        </p>
        <Show when={wrong()}>
          <p class="refused">{wrong()}</p>
        </Show>
        <Show
          when={result()}
          fallback={
            <Show when={!wrong()}>
              <p class="muted">填好至少一行单价，结果就显示在这里。</p>
            </Show>
          }
        >
          {(r) => <DeductionSums result={r()} rateBp={props.rateBp} note={props.note} />}
        </Show>
      </section>
    </div>
  );
}
