import { createResource, For, type JSX, Show } from 'solid-js';
import { inner, list, number, type Row, text } from '../../backend/work.ts';
import { formatDate } from '../../domain/dates.ts';
import { voucherLabels } from '../case/OrderCase.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, go, hrefOf, param } from '../ui/route.ts';
import { Ticket } from '../ui/Ticket.tsx';

const hints: Record<string, string> = {
  unpaid: '没有未支付的电子券。订单审核通过后在这里显示。',
  paid: '没有已支付、等待兑付的电子券。',
  redeemed: '还没有兑付成功的电子券。',
  failed: '没有兑付失败的电子券。',
  expired: '没有过期或撤回的电子券。',
};

/** 我的电子券 (R18): the five states as five tabs, every voucher a ticket. */
export function Vouchers(props: {
  side: 'applicant_id' | 'holder_id';
  orgId: number;
  action?: (voucher: Row) => JSX.Element;
  states?: string[];
}) {
  const states = () => props.states ?? Object.keys(voucherLabels);
  const at = () => (states().includes(param('state')) ? param('state') : (states()[0] as string));
  const [counts] = createResource(async () => {
    const rows = await list<Row>('vouchers', 'id, state', { [props.side]: props.orgId }, 'id', 1000);
    return Object.fromEntries(states().map((s) => [s, rows.filter((r) => r['state'] === s).length]));
  });
  const [rows, { refetch }] = createResource(at, (state) =>
    list<Row>(
      'vouchers',
      '*, redemption:redemptions(id), order:orders(title, rate_bp), institution:organizations!vouchers_institution_id_fkey(name), applicant:organizations!vouchers_applicant_id_fkey(name)',
      { [props.side]: props.orgId, state },
    ),
  );
  return (
    <>
      <h1>我的电子券</h1>
      <nav class="tabs" aria-label="电子券状态">
        <For each={states()}>
          {(s) => (
            <a
              href={hrefOf({ view: 'vouchers', state: s })}
              aria-current={at() === s ? 'page' : undefined}
              onClick={(e) => {
                e.preventDefault();
                go({ view: 'vouchers', state: s });
              }}
            >
              {voucherLabels[s]}
              <Show when={(counts()?.[s] ?? 0) > 0}>
                <span class="badge quiet">{counts()?.[s]}</span>
              </Show>
            </a>
          )}
        </For>
      </nav>
      <Load of={rows} retry={() => void refetch()}>
        {(list) => (
          <Show when={list().length > 0} fallback={<Empty>{hints[at()]}</Empty>}>
            <div class="tickets">
              <For each={list()}>
                {(v) => (
                  <Ticket
                    amountFen={number(v, 'amount_fen')}
                    state={text(v, 'state')}
                    label={voucherLabels[text(v, 'state')] ?? ''}
                    no={text(v, 'voucher_no')}
                    withdrawn={Boolean(v['withdrawn'])}
                    rate={`${Number((v['order'] as { rate_bp: number }).rate_bp) / 100}%`}
                    title={`${inner(v, 'order', 'title')} · ${props.side === 'applicant_id' ? inner(v, 'institution') : inner(v, 'applicant')}`}
                    note={
                      text(v, 'state') === 'unpaid'
                        ? `${formatDate(new Date(text(v, 'expires_at')).getTime() - 1000)} 24:00 前支付有效`
                        : v['paid_at']
                          ? `支付于 ${formatDate(text(v, 'paid_at'))}`
                          : ''
                    }
                  >
                    <p class="row small">
                      <a
                        href={hrefOf({ view: 'order', id: number(v, 'order_id') })}
                        onClick={(e) => follow(e, { view: 'order', id: number(v, 'order_id') })}
                      >
                        {text(v, 'state') === 'unpaid' && props.side === 'applicant_id' ? '查看订单、支付' : '查看订单'}
                      </a>
                      <a
                        href={hrefOf({ view: 'ticket', id: v.id })}
                        onClick={(e) => follow(e, { view: 'ticket', id: v.id })}
                      >
                        打印
                      </a>
                      {props.action?.(v)}
                    </p>
                  </Ticket>
                )}
              </For>
            </div>
          </Show>
        )}
      </Load>
    </>
  );
}
