import { createEffect, createMemo, createSignal, For, onMount, Show } from 'solid-js';
import { shortYuan } from '../../domain/figures.ts';
import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { deduct, formatFen, lineAmount, quantityFault } from '../../domain/money.ts';
import { createAnnouncement } from './announce.ts';
import { Onward } from './Onward.tsx';
import { readQuery, writeQuery } from './query.ts';
import { Share } from './Share.tsx';

interface Line {
  name: string;
  quantity: string;
  price: string;
  excluded: boolean;
}
const empty = (): Line => ({ name: '', quantity: '1', price: '', excluded: false });
/** One line of the address: name~quantity~price~excluded. */
const pack = (l: Line) => [l.name.replaceAll(/[~|]/g, ' '), l.quantity, l.price, l.excluded ? '1' : ''].join('~');
function unpack(text: string): Line {
  const [name = '', quantity = '1', price = '', excluded = ''] = text.split('~');
  return { name, quantity, price, excluded: excluded === '1' };
}

/** 抵扣测算: the database's own arithmetic (R5) on figures typed here. */
export function Deduction(props: { rateBp: number; enterpriseFen: number; teamFen: number; note: string }) {
  const [kind, setKind] = createSignal<'enterprise' | 'team'>('enterprise');
  const [used, setUsed] = createSignal('0');
  const [testFee, setTestFee] = createSignal('');
  const [lines, setLines] = createSignal<Line[]>([empty()]);
  const [ready, setReady] = createSignal(false);
  onMount(() => {
    const q = readQuery();
    if (q.get('kind') === 'team') setKind('team');
    setUsed(q.get('used') ?? '0');
    setTestFee(q.get('fee') ?? '');
    const packed = q.get('lines');
    if (packed) setLines(packed.split('|').slice(0, 50).map(unpack));
    setReady(true);
  });
  createEffect(() => {
    const packed = lines()
      .filter((l) => l.price || l.name)
      .map(pack)
      .join('|');
    if (ready())
      writeQuery({
        kind: kind() === 'team' ? 'team' : '',
        used: used() === '0' ? '' : used(),
        fee: testFee(),
        lines: packed,
      });
  });
  const edit = (at: number, change: Partial<Line>) =>
    setLines(lines().map((l, i) => (i === at ? { ...l, ...change } : l)));
  const amount = (l: Line) => {
    const price = parseYuan(l.price);
    return price === undefined ? undefined : lineAmount(l.quantity, price);
  };
  const bad = (l: Line | undefined) => l !== undefined && l.price !== '' && amount(l) === undefined;
  const cap = () => (kind() === 'team' ? props.teamFen : props.enterpriseFen);
  const usedFen = () => parseYuan(used() || '0');
  const wrong = createMemo(() => {
    const at = lines().findIndex(bad);
    const line = lines()[at];
    if (line) {
      const price = parseYuan(line.price);
      return `第 ${at + 1} 行${price === undefined ? `的单价：${yuanFault(line.price)}` : `：${quantityFault(line.quantity, price)}`}`;
    }
    if (usedFen() === undefined) return '本年已用额度看不懂：请填金额，最多两位小数。';
    if ((usedFen() ?? 0) > cap()) return `本年已用额度不能超过 ${formatFen(cap())} 元。`;
    if (testFee() !== '' && parseYuan(testFee()) === undefined) return '合同检测费看不懂：请填金额，最多两位小数。';
    return '';
  });
  const result = createMemo(() => {
    const filled = lines().flatMap((l) => {
      const amountFen = amount(l);
      return amountFen === undefined ? [] : [{ amountFen, excluded: l.excluded }];
    });
    if (filled.length === 0 || wrong()) return undefined;
    const total = filled.reduce((sum, l) => sum + l.amountFen, 0);
    const counted = filled.reduce((sum, l) => sum + (l.excluded ? 0 : l.amountFen), 0);
    return {
      total,
      ...deduct({
        lines: filled,
        testFeeFen: testFee() === '' ? counted : (parseYuan(testFee()) ?? 0),
        contractTotalFen: total,
        rateBp: props.rateBp,
        leftFen: cap() - (usedFen() ?? 0),
      }),
    };
  });
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
        {/* No select: the names must be read whole on a phone, and in large letters. */}
        <fieldset class="kinds">
          <legend>单位类型</legend>
          <For
            each={
              [
                ['enterprise', '高新技术企业、科技型中小企业', props.enterpriseFen],
                ['team', '创新创业团队', props.teamFen],
              ] as const
            }
          >
            {([value, name, fen]) => (
              <label class="choice">
                <input type="radio" name="kind" checked={kind() === value} onChange={() => setKind(value)} />
                <span class="plain">
                  {name}
                  <span class="hint small muted">每年最多 {shortYuan(fen)} 元</span>
                </span>
              </label>
            )}
          </For>
        </fieldset>
        <label>
          <span>本年已用和占用的额度（元）</span>
          <input
            inputmode="decimal"
            aria-invalid={usedFen() === undefined || (usedFen() ?? 0) > cap()}
            value={used()}
            onInput={(e) => setUsed(e.currentTarget.value)}
          />
        </label>
        <For each={lines().map((_, i) => i)}>
          {(i) => (
            <fieldset class="feeline">
              <legend>费用第 {i + 1} 行</legend>
              <label>
                <span>项目</span>
                <input
                  value={lines()[i]?.name ?? ''}
                  maxlength="40"
                  onInput={(e) => edit(i, { name: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>数量</span>
                <input
                  inputmode="decimal"
                  aria-invalid={bad(lines()[i])}
                  value={lines()[i]?.quantity ?? ''}
                  onInput={(e) => edit(i, { quantity: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>单价（元）</span>
                <input
                  inputmode="decimal"
                  aria-invalid={bad(lines()[i])}
                  value={lines()[i]?.price ?? ''}
                  onInput={(e) => edit(i, { price: e.currentTarget.value })}
                />
              </label>
              <label class="choice">
                <input
                  type="checkbox"
                  checked={lines()[i]?.excluded ?? false}
                  onChange={(e) => edit(i, { excluded: e.currentTarget.checked })}
                />
                不是检测费（加工、耗材、培训等）
              </label>
            </fieldset>
          )}
        </For>
        <div class="row controls">
          <button
            type="button"
            class="button"
            disabled={lines().length >= 50}
            onClick={() => setLines([...lines(), empty()])}
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
          {(r) => (
            <>
              <table class="sums">
                <tbody>
                  <tr>
                    <th scope="row">费用合计</th>
                    <td class="money">{formatFen(r().total)} 元</td>
                  </tr>
                  <tr>
                    <th scope="row">其中不计入抵扣</th>
                    <td class="money">{formatFen(r().excludedFen)} 元</td>
                  </tr>
                  <tr>
                    <th scope="row">可抵扣检测费</th>
                    <td class="money">{formatFen(r().eligibleFen)} 元</td>
                  </tr>
                  <tr>
                    <th scope="row">按 {props.rateBp / 100}% 计算</th>
                    <td class="money">{formatFen(r().rawFen)} 元</td>
                  </tr>
                  <tr class="sum">
                    <th scope="row">创新券抵扣</th>
                    <td class="money">
                      <b>{formatFen(r().deductionFen)}</b> 元
                    </td>
                  </tr>
                  <tr>
                    <th scope="row">您另付现金</th>
                    <td class="money">{formatFen(r().cashFen)} 元</td>
                  </tr>
                  <tr>
                    <th scope="row">本年额度还剩</th>
                    <td class="money">{formatFen(r().leftAfterFen)} 元</td>
                  </tr>
                </tbody>
              </table>
              <Show when={r().limitedBy.includes('quota')}>
                <p class="tag-note">本年额度不够按比例抵扣，按剩余额度计算。</p>
              </Show>
              <Show when={r().limitedBy.includes('test_fee')}>
                <p class="tag-note">费用行合计高于合同检测费，按合同检测费计算。</p>
              </Show>
              <p class="small muted">
                {props.note}。抵扣额对总和只舍一次，不足一分的舍去。以省平台审核为准；核定更低时会先请您确认。
              </p>
              <Onward
                to={[
                  { label: '找支持创新券的仪器', href: '/instruments/?voucher=1' },
                  { label: '登录后预约', href: '/work/' },
                ]}
              />
              <Share />
            </>
          )}
        </Show>
      </section>
    </div>
  );
}
