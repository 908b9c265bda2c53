/** One question that is answered with 是 or 否, or not yet. */
export function YesNo(props: { name: string; value: boolean | undefined; set: (value: boolean) => void }) {
  return (
    <div class="row">
      <label class="choice">
        <input type="radio" name={props.name} checked={props.value === true} onChange={() => props.set(true)} />是
      </label>
      <label class="choice">
        <input type="radio" name={props.name} checked={props.value === false} onChange={() => props.set(false)} />否
      </label>
    </div>
  );
}
