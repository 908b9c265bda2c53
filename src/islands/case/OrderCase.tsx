import { createResource, type JSX, Show } from 'solid-js';
import { loadOrder, type OrderCase as OrderData } from '../../backend/orders.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { RefusalReasons } from '../review/Reasons.tsx';
import { Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { Rail } from '../ui/Rail.tsx';
import { go, hrefOf } from '../ui/route.ts';
import { Ticket } from '../ui/Ticket.tsx';
import { Actions } from './Actions.tsx';
import { Checks } from './Checks.tsx';
import { Counterpart } from './Counterpart.tsx';
import { Difference } from './Difference.tsx';
import { History } from './History.tsx';
import { Answers } from './Answers.tsx';
import { FeeLines } from './FeeLines.tsx';
import { Files } from './Files.tsx';
import { OrderFacts } from './OrderFacts.tsx';

/** One order: next step, rail, fee lines with the reason beside each excluded one, papers, ticket, history with the full opinions. */
export function OrderCase(props: {
  id: number;
  extra?: (data: OrderData, refresh: () => void) => JSX.Element;
  onChanged?: () => void;
  reviewer?: boolean;
  children?: (data: OrderData) => JSX.Element;
}) {
  const [data, { refetch }] = createResource(() => props.id, loadOrder);
  const [voucherLabel] = createResource(() => labelsOf('voucher'));
  const refresh = () => {
    void refetch();
    props.onChanged?.();
  };
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <article class="case">
          <header>
            <p class="muted small">{d().order.order_no}</p>
            <h1>{d().order.title}</h1>
            <p class="muted">
              {d().order.applicant.name} → {d().order.institution.name}　{d().order.resource_name}{' '}
              {d().order.resource_model}
            </p>
          </header>
          <Rail stations={d().stations} />
          <div class="split">
            <div>
              <NextStepFrame step={d().step}>
                <Actions
                  entity="order"
                  row={d().order}
                  actions={d().step.actions}
                  onDone={(result) => (result.state === 'discarded' ? go({ view: 'orders' }) : refresh())}
                  extra={props.extra?.(d(), refresh)}
                />
              </NextStepFrame>
              <Show when={d().submissions.length > 1 && d().submissions.at(-1)}>
                {(now) => <Difference before={d().submissions.at(-2) ?? {}} after={now()} />}
              </Show>
              <Show when={d().unsent}>
                <p class="warn">
                  下面是您保存的修改，还没有重新提交：管理单位和省平台看到的仍是上一次提交的内容和文件。
                </p>
              </Show>
              <Show when={props.reviewer || ['draft', 'returned'].includes(d().order.state)}>
                <Checks entity="order" id={props.id} />
              </Show>
              <FeeLines order={d().order} rateBp={d().rateBp} lines={d().lines} exclusions={d().exclusions} />
              <OrderFacts order={d().order} />
              <Answers
                answers={d().answers}
                exclusions={d().exclusions}
                relatedDeclared={d().order.related_declared}
                declaredAt={d().order.answers_declared_at}
              />
              {props.children?.(d())}
            </div>
            <aside>
              <Show when={d().voucher}>
                {(v) => (
                  <Ticket
                    amountFen={v().amount_fen}
                    state={v().state}
                    label={voucherLabel()?.(v().state) ?? ''}
                    no={v().voucher_no}
                    rate={d().order.rate_bp ? `${(d().order.rate_bp ?? 0) / 100}%` : ''}
                    withdrawn={v().withdrawn}
                    rectified={v().rectified}
                    recovery={v().recovery}
                  >
                    <p class="small">
                      <a href={`/user/${hrefOf({ view: 'ticket', id: v().id })}`}>打印电子券</a>
                      <Show when={v()['paid_at']}>
                        {' '}
                        <a href={`/settlement/?order=${props.id}`} target="_blank" rel="noopener">
                          打印结算单
                        </a>
                      </Show>
                    </p>
                  </Ticket>
                )}
              </Show>
              <Show when={!props.reviewer}>
                <Counterpart orderId={props.id} />
              </Show>
              <Files files={d().papers} current={d().order.revision_no + Number(d().unsent)} />
              <Files title="兑付材料" files={d().redemptionPapers} current={d().redemption?.supplement_no ?? 0} />
              <Show when={d().redemption}>{(r) => <RefusalReasons redemptionId={r().id} />}</Show>
              <History events={d().events} entity="order" id={props.id} />
            </aside>
          </div>
        </article>
      )}
    </Load>
  );
}
