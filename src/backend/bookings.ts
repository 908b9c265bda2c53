import { client } from './client.ts';
import { exclusions, feeLines, orderAnswers, orderPapers, unsentRevision } from './orders.ts';
import { parametersOf, today, yearMissing } from './policy.ts';
import { approvedProjects } from './projects.ts';
import { row } from './query.ts';
import { leftOf, quotaOf } from './quotas.ts';
import { currentUserId } from './session.ts';
import type { Exclusion } from '../domain/exclusions.ts';

/** What is booked, as far as the form names it. */
export interface Entry {
  slug: string;
  kind: string;
  resource_id: number;
  name: string;
  model: string;
  institution_name: string;
  city: string;
}
const entry = () => client().from('catalogue').select('slug, kind, resource_id, name, model, institution_name, city');

/** What is wanted by the name of its page. */
const wanted = (slug: string): Promise<Entry | undefined> => row(entry().eq('slug', slug).maybeSingle());

const orderToMend = (id: number) =>
  row(
    client()
      .from('orders')
      .select('*, institution:organizations!orders_institution_id_fkey(name)')
      .eq('id', id)
      .maybeSingle(),
  );
type OrderToMend = NonNullable<Awaited<ReturnType<typeof orderToMend>>>;
/** What an order books: it may have left the catalogue since, and the order knows its name. */
async function booked(order: OrderToMend): Promise<Entry> {
  const [kind, id] = order.instrument_id ? ['instrument', order.instrument_id] : ['service', order.service_id ?? 0];
  return (
    (await row(entry().eq('kind', kind).eq('resource_id', id).maybeSingle())) ?? {
      slug: '',
      kind,
      resource_id: id,
      name: order.resource_name,
      model: order.resource_model,
      institution_name: order.institution.name,
      city: '',
    }
  );
}

/** What an order says: what was saved since it came back, else what was submitted. */
async function contentOf(order: OrderToMend) {
  const [lines, answers, papers, unsent, returned] = await Promise.all([
    feeLines(order.id),
    orderAnswers(order.id),
    orderPapers(order.id),
    unsentRevision(order.id),
    row(
      client()
        .from('events')
        .select('reason')
        .eq('entity', 'order')
        .eq('entity_id', order.id)
        .eq('action', 'return')
        .order('id', { ascending: false })
        .limit(1)
        .maybeSingle(),
    ),
  ]);
  return {
    fields: unsent?.content ?? order,
    lines: unsent?.content.lines ?? lines,
    answers: unsent?.content.answers ?? answers,
    explanation: unsent?.content.explanation ?? '',
    declared: unsent ? unsent.content.answers_declared === true : order.answers_declared_at !== null,
    papers: papers.filter((p) => p.revision_no === order.revision_no + (unsent ? 1 : 0)),
    /** Why it came back. */
    reason: returned?.reason ?? '',
  };
}
export type BookedContent = Awaited<ReturnType<typeof contentOf>>;

/** What the form of a booking needs: the entry, or the order that is to be mended, and what the year allows. */
export async function loadBooking(of: { slug?: string | undefined; orderId?: number | undefined; orgId: number }) {
  const [day, userId, order] = await Promise.all([
    today(),
    currentUserId(),
    of.orderId ? orderToMend(of.orderId) : undefined,
  ]);
  const year = Number(day.slice(0, 4));
  const [found, content, projects, situations, quota, policy, missing] = await Promise.all([
    order ? booked(order) : wanted(of.slug ?? ''),
    order && contentOf(order),
    approvedProjects(of.orgId),
    exclusions(),
    quotaOf(of.orgId, year),
    parametersOf(year),
    yearMissing(year),
  ]);
  return {
    day,
    userId,
    entry: found,
    order,
    content,
    projects,
    exclusions: situations as Exclusion[],
    quota,
    missing,
    leftFen: leftOf(quota),
    // A year whose quota could be claimed has its parameters (R6).
    rateBp: policy['rate_bp'] ?? 0,
  };
}
export type Booking = Awaited<ReturnType<typeof loadBooking>>;
