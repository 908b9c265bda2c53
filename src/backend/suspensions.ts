import { client } from './client.ts';
import { today } from './policy.ts';
import { command, count, row, rows } from './query.ts';
import { wholeOf } from './pages.ts';

/** The suspension of one organization that is running or yet to begin (R46): to itself and to staff. */
export const runningSuspension = (organizationId: number) =>
  row(
    client()
      .from('suspensions')
      .select('id, from_on, to_on, holds_payouts, reason')
      .eq('organization_id', organizationId)
      .eq('state', 'suspended')
      .maybeSingle(),
  );
export type Suspension = NonNullable<Awaited<ReturnType<typeof runningSuspension>>>;

/** Whether an organization is suspended today. */
export async function suspendedToday(organizationId: number): Promise<Suspension | undefined> {
  const [found, day] = [await runningSuspension(organizationId), await today()];
  return found && found.from_on <= day && day <= found.to_on ? found : undefined;
}

/** Whether an order of an earlier year is still under way: a lapsed or suspended applicant may claim the new quota for it (R7, R46). */
export const hasCarriedOrder = async (organizationId: number, year: number) =>
  (await count(
    client()
      .from('orders')
      .select('id, first:order_submissions!inner(submitted_at)', { count: 'exact', head: true })
      .eq('applicant_id', organizationId)
      .in('state', ['submitted', 'platform_review', 'returned'])
      .eq('first.revision_no', 0)
      .lt('first.submitted_at', `${year}-01-01T00:00:00+08:00`),
  )) > 0;

/** All suspensions there ever were, the newest first. */
export const suspensions = () =>
  wholeOf(
    () =>
      client()
        .from('suspensions')
        .select(
          'id, from_on, to_on, holds_payouts, reason, state, state_since, applicant:organizations!suspensions_applicant_id_fkey(id, name), institution:organizations!suspensions_institution_id_fkey(id, name)',
        ),
    { columns: ['id'], descending: true },
  );

/** Applicants and institutions whose name holds the words, or whose code they are; the first twenty. */
export function findOrganizations(words: string) {
  // What LIKE and the API's own syntax would read as more than letters is left out.
  const plain = words.normalize('NFKC').replace(/[%_*,()"\\]/g, '');
  return rows(
    client()
      .from('organizations')
      .select('id, name, kind, uscc')
      .in('kind', ['applicant', 'institution'])
      .or(`name.ilike.*${plain}*,uscc.eq.${plain.replace(/\s/g, '').toUpperCase()}`)
      .order('name')
      .limit(20),
  );
}
export type Found = Awaited<ReturnType<typeof findOrganizations>>[number];

export const liftSuspension = (suspension_id: number, request_id: string, reason: string) =>
  command('lift_suspension', { suspension_id, request_id, reason });
export const suspendOrganization = (
  organization_id: number,
  payload: { from_on: string; to_on: string; holds_payouts: boolean; reason: string },
  request_id: string,
) => command('suspend_organization', { organization_id, payload, request_id });
