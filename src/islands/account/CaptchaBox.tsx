import { onCleanup, onMount } from 'solid-js';
import type { Captcha } from '../../domain/captcha.ts';

/** Both providers' scripts offer the same two calls. */
interface Widget {
  render(place: HTMLElement, options: Record<string, unknown>): string;
  reset(id: string): void;
}
const widget = (captcha: Captcha) => (window as unknown as Record<string, Widget | undefined>)[captcha.global];

function load(captcha: Captcha): Promise<Widget> {
  return new Promise((resolve, reject) => {
    const here = widget(captcha);
    if (here) {
      resolve(here);
      return;
    }
    const script = document.createElement('script');
    script.src = captcha.script;
    script.async = true;
    script.onload = () => resolve(widget(captcha) as Widget);
    script.onerror = () => reject(new Error(captcha.script));
    document.head.append(script);
  });
}

/** The provider's box. A token serves once: `again` asks for the next. */
export function CaptchaBox(props: {
  captcha: Captcha;
  onToken: (token: string | undefined) => void;
  onFailed: () => void;
  again: (reset: () => void) => void;
}) {
  let place!: HTMLDivElement;
  let gone = false;
  onCleanup(() => {
    gone = true;
  });
  onMount(() => {
    load(props.captcha).then(
      (box) => {
        if (gone) return;
        const id = box.render(place, {
          sitekey: props.captcha.siteKey,
          callback: (token: string) => props.onToken(token),
          'expired-callback': () => props.onToken(undefined),
          'error-callback': () => props.onFailed(),
        });
        props.again(() => box.reset(id));
      },
      () => props.onFailed(),
    );
  });
  return <div ref={place} class="captcha" />;
}
