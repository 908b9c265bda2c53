import { createContext, createSignal, type JSX, useContext } from 'solid-js';
import { type State, workflowStates } from '../../backend/workflow.ts';
import type { Entity } from '../../backend/workflow.types.ts';

/** As whom one looks: what waits for this side is «mine». */
export const SideContext = createContext<() => string>(() => '');

export type Tone = 'mine' | 'waiting' | 'done' | 'failed' | 'late';
/** Ended, and not as one wished. */
const failed = new Set([
  'declined',
  'withdrawn',
  'ordinary',
  'discarded',
  'failed',
  'rejected',
  'objected',
  'expired',
  'refused',
  'sent_back',
  'dropped',
  'cancelled',
  'moved',
]);

/** Filled is mine, outlined waits for others, plain is done, struck through failed, a red edge is late: shape and word say it, not colour. */
export function toneOf(
  at: { state: string; holder: string | null; overdue?: boolean | undefined },
  side: string,
): Tone {
  if (!at.holder) return failed.has(at.state) ? 'failed' : 'done';
  if (at.overdue) return 'late';
  return at.holder === side ? 'mine' : 'waiting';
}

let asked = false;
const [states, setStates] = createSignal<State[]>([]);

/** The state of a case in a list, told by shape and word. */
export function StateTag(props: {
  of: Entity;
  state: string;
  label?: string | undefined;
  overdue?: boolean | undefined;
}) {
  if (!asked) {
    asked = true;
    workflowStates().then(setStates, () => {
      asked = false;
    });
  }
  const side = useContext(SideContext);
  const state = () => states().find((s) => s.entity === props.of && s.state === props.state);
  const tone = () => {
    const found = state();
    return found && toneOf({ ...found, overdue: props.overdue }, side());
  };
  return <Tag tone={tone()}>{props.label ?? state()?.label ?? ''}</Tag>;
}

export const Tag = (props: { tone: Tone | undefined; children: JSX.Element }) => (
  <span class={`tag state${props.tone ? ` is-${props.tone}` : ''}`}>{props.children}</span>
);
