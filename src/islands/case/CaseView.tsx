import type { TableName } from '../../backend/client.ts';
import { createResource, For, type JSX, Show } from 'solid-js';
import { loadCase } from '../../backend/cases.ts';
import { number, type Row } from '../../backend/work.ts';
import { formatFen } from '../../domain/money.ts';
import { Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { Actions } from './Actions.tsx';
import { History } from './History.tsx';

/** A fact of a case: its label and its words; empty ones are left out. */
export type Fact = [label: string, value: string];
export const fen = (row: Row, column: string) => `${formatFen(number(row, column))} 元`;

/** One case of any kind but an order: next step, facts, and history. */
export function CaseView(props: {
  entity: string;
  table: TableName;
  id: number;
  title: (row: Row) => string;
  facts: (row: Row) => Fact[];
  select?: string;
  onChanged?: () => void;
  extra?: (row: Row, may: (action: string) => boolean) => JSX.Element;
  children?: (row: Row) => JSX.Element;
}) {
  const [data, { refetch }] = createResource(
    () => props.id,
    (id) => loadCase(props.entity, props.table, id, props.select),
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
