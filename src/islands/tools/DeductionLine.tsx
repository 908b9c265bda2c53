import { isBad, type Line } from './deduction-lines.ts';

/** One line of fees. */
export function DeductionLine(props: { at: number; line: Line | undefined; edit: (change: Partial<Line>) => void }) {
  return (
    <fieldset class="feeline">
      <legend>费用第 {props.at + 1} 行</legend>
      <label>
        <span>项目</span>
        <input
          value={props.line?.name ?? ''}
          maxlength="40"
          onInput={(e) => props.edit({ name: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>数量</span>
        <input
          inputmode="decimal"
          aria-invalid={isBad(props.line)}
          value={props.line?.quantity ?? ''}
          onInput={(e) => props.edit({ quantity: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>单价（元）</span>
        <input
          inputmode="decimal"
          aria-invalid={isBad(props.line)}
          value={props.line?.price ?? ''}
          onInput={(e) => props.edit({ price: e.currentTarget.value })}
        />
      </label>
      <label class="choice">
        <input
          type="checkbox"
          checked={props.line?.excluded ?? false}
          onChange={(e) => props.edit({ excluded: e.currentTarget.checked })}
        />
        不是检测费（加工、耗材、培训等）
      </label>
    </fieldset>
  );
}
