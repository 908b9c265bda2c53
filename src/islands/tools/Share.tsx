import { createSignal, onCleanup } from 'solid-js';

/** The result stands in the address: copy it for a colleague, or print it. */
export function Share() {
  const [said, setSaid] = createSignal('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const copy = async () => {
    // Without a secure origin there is no clipboard: the address bar still holds the address.
    const done = await navigator.clipboard?.writeText(window.location.href).then(
      () => true,
      () => false,
    );
    setSaid(done ? '网址已复制，发给同事，对方看到同样的结果。' : '请直接复制浏览器地址栏里的网址。');
    clearTimeout(timer);
    timer = setTimeout(() => setSaid(''), 6000);
  };
  return (
    <div class="share">
      <div class="row">
        <button type="button" class="button" onClick={() => void copy()}>
          复制结果网址
        </button>
        <button type="button" class="button" onClick={() => window.print()}>
          打印结果
        </button>
      </div>
      <p class="small muted" role="status">
        {said()}
      </p>
    </div>
  );
}
