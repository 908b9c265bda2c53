import { lastCertification, validCertification } from './certifications.ts';
import { client } from './client.ts';
import { pledgeOf } from './pledges.ts';
import { parametersOf, thisYear, today, yearMissing } from './policy.ts';
import { command, row } from './query.ts';
import { wholeOf } from './pages.ts';
import { hasCarriedOrder, suspendedToday } from './suspensions.ts';

/** An applicant's quota of a year. */
export const quotaOf = (organizationId: number, year: number) =>
  row(client().from('quotas').select().eq('organization_id', organizationId).eq('year', year).maybeSingle());
export type Quota = NonNullable<Awaited<ReturnType<typeof quotaOf>>>;
/** What of it is neither held nor spent. */
export const leftOf = (quota: Quota | undefined) => (quota ? quota.cap_fen - quota.held_fen - quota.spent_fen : 0);
/** Every movement of a quota, the first one first. */
const movements = (quotaId: number) =>
  wholeOf(() => client().from('quota_entries').select('id, kind, amount_fen, at, order_id').eq('quota_id', quotaId), {
    columns: ['id'],
  });

/** This year's quota of an applicant, with what it needs to be claimed: pledge, certification, the year's figures. */
export async function loadQuota(organizationId: number) {
  const [year, day] = await Promise.all([thisYear(), today()]);
  const [quota, pledge, certified, last, policy, missing, suspended, carried] = await Promise.all([
    quotaOf(organizationId, year),
    pledgeOf('applicant', year),
    validCertification(organizationId, day),
    lastCertification(organizationId),
    parametersOf(year),
    yearMissing(year),
    suspendedToday(organizationId),
    hasCarriedOrder(organizationId, year),
  ]);
  return {
    suspended,
    carried,
    // Where the certificate has lapsed, what it was last.
    kind: (certified ?? last)?.kind,
    year,
    missing,
    quota,
    pledge,
    certified,
    policy,
    ledger: quota ? await movements(quota.id) : [],
  };
}
export const claimQuota = (pledge_id: number, request_id: string) => command('claim_quota', { pledge_id, request_id });
