import { createResource, For, type JSX, Show } from 'solid-js';
import { loadCase } from '../../backend/cases.ts';
import type { Entity } from '../../backend/workflow.types.ts';
import type { ActsOn } from './act-form.ts';
import { formatFen } from '../../domain/money.ts';
import { Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { Actions } from './Actions.tsx';
import { History } from './History.tsx';

/** A fact of a case: its label and its words; empty ones are left out. */
export type Fact = [label: string, value: string];
export const inYuan = (fen: number) => `${formatFen(fen)} 元`;

/** One case of any kind but an order: next step, facts, and history. */
export function CaseView<T extends ActsOn>(props: {
  entity: Entity;
  id: number;
  load: (id: number) => Promise<T | undefined>;
  title: (row: T) => string;
  facts: (row: T) => Fact[];
  onChanged?: () => void;
  extra?: (row: T, may: (action: string) => boolean) => JSX.Element;
  children?: (row: T) => JSX.Element;
}) {
  const [data, { refetch }] = createResource(
    () => props.id,
    (id) => loadCase(props.entity, id, props.load),
  );
  const refresh = () => {
    void refetch();
    props.onChanged?.();
  };
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <article class="case">
          <h1>{props.title(d().row)}</h1>
          <div class="split">
            <div>
              <NextStepFrame step={d().step}>
                <Actions
                  entity={props.entity}
                  row={d().row}
                  actions={d().step.actions}
                  onDone={refresh}
                  extra={props.extra?.(d().row, (action) => d().step.actions.some((a) => a.action === action))}
                />
              </NextStepFrame>
              <section class="card">
                <dl class="facts">
                  <For each={props.facts(d().row).filter(([, value]) => value !== '')}>
                    {([label, value]) => (
                      <>
                        <dt>{label}</dt>
                        <dd>{value}</dd>
                      </>
                    )}
                  </For>
                </dl>
              </section>
              <Show when={props.children}>{props.children?.(d().row)}</Show>
            </div>
            <aside>
              <History events={d().events} />
            </aside>
          </div>
        </article>
      )}
    </Load>
  );
}
