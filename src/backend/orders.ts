import { client } from './client.ts';
import type { Counted } from './pages.ts';

const listed = `id, order_no, title, state, state_since, accepted_fen, approved_fen,
  applicant:organizations!orders_applicant_id_fkey(name), institution:organizations!orders_institution_id_fkey(name)` as const;

/** On which side of an order an organization stands. */
export type OrderSide = 'applicant_id' | 'institution_id';

const orders = (how?: Counted) => client().from('orders').select(listed, how);
/** One organization's orders, in one state or in all. */
export const ordersOf = (side: OrderSide, organizationId: number, state: string) => (how?: Counted) => {
  const query = orders(how).eq(side, organizationId);
  return state ? query.eq('state', state) : query;
};
export type ListedOrder = NonNullable<Awaited<ReturnType<typeof orders>>['data']>[number];
