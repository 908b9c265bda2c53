import { policyOf, thisYear, today } from './policy.ts';
import { hasCarriedOrder, suspendedToday } from './suspensions.ts';
import { list, type Row, text } from './work.ts';

/** This year's quota of an applicant, with what it needs to be claimed: pledge, certification, the year's figures. */
export async function loadQuota(orgId: number) {
  const year = await thisYear();
  const [quotas, pledges, certifications, policy] = await Promise.all([
    list<Row>('quotas', '*', { organization_id: orgId, year }),
    list<Row>('pledges', '*', { kind: 'applicant', year }),
    list<Row>('certifications', 'kind, state, valid_from, valid_to', { organization_id: orgId, state: 'approved' }),
    policyOf(year),
  ]);
  const day = await today();
  const certified = certifications.find((c) => text(c, 'valid_from') <= day && day <= text(c, 'valid_to'));
  // Where the certificate has lapsed, what it was last.
  const last = certifications.toSorted((a, b) => text(b, 'valid_to').localeCompare(text(a, 'valid_to')))[0];
  const kind = text(certified ?? last, 'kind');
  const ledger = quotas[0]
    ? await list<Row>('quota_entries', 'kind, amount_fen, at, order_id', { quota_id: quotas[0].id }, 'at')
    : [];
  const [suspended, carried] = await Promise.all([suspendedToday(orgId), hasCarriedOrder(orgId, year)]);
  return { suspended, carried, kind, year, quota: quotas[0], pledge: pledges[0], certified, policy, ledger };
}
