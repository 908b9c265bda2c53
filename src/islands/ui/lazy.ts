import { type Component, createMemo, createResource, type JSX, untrack } from 'solid-js';
import { once } from '../../backend/query.ts';

/** A part whose script comes when the part is first shown. Solid's own `lazy` keeps a failure for good; here a script that did not come is asked for again the next time. */
export function lazy<C extends (props: never) => JSX.Element>(load: () => Promise<{ default: C }>): C {
  const part = once(load);
  const shown: Component<object> = (props) => {
    const [come] = createResource(part);
    return createMemo(() => {
      const found = come()?.default as Component<object> | undefined;
      return found && untrack(() => found(props));
    }) as unknown as JSX.Element;
  };
  return shown as unknown as C;
}
