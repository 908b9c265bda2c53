import { client } from './client.ts';
import type { Counted, List } from './pages.ts';
import type { ResourceKind } from './resources.ts';

/* What waits in each queue of the desk, for whoever may see it: enough of a case to choose by. */

const organization = 'organization:organizations(name)';

export const ordersInReview = (how?: Counted) =>
  client()
    .from('orders')
    .select(
      'id, title, state_since, revision_no, accepted_fen, applicant:organizations!orders_applicant_id_fkey(name)',
      how,
    )
    .eq('state', 'platform_review');
export const redemptionsInReview = (how?: Counted) =>
  client()
    .from('redemptions')
    .select(
      'id, voucher_no, state_since, amount_fen, supplement_no, institution:organizations!redemptions_institution_id_fkey(name)',
      how,
    )
    .eq('state', 'submitted');
export const certificationsInReview = (how?: Counted) =>
  client().from('certifications').select(`id, kind, state_since, ${organization}`, how).eq('state', 'submitted');
export const usccClaimsInReview = (how?: Counted) =>
  client()
    .from('uscc_claims')
    .select(
      'id, uscc, state_since, holder_id, applicant:organizations!uscc_claims_applicant_id_fkey(name), institution:organizations!uscc_claims_institution_id_fkey(name)',
      how,
    )
    .eq('state', 'submitted');
export const projectsInReview = (how?: Counted) =>
  client().from('projects').select(`id, title, state_since, ${organization}`, how).eq('state', 'submitted');

const states = ['submitted', 'edit_review'];
const instruments = (how?: Counted) =>
  client().from('instruments').select(`id, name, state, state_since, ${organization}`, how).in('state', states);
const services = (how?: Counted) =>
  client().from('services').select(`id, name, state, state_since, ${organization}`, how).in('state', states);
type ResourceInReview = NonNullable<Awaited<ReturnType<typeof instruments>>['data']>[number];
export const resourcesInReview = (kind: ResourceKind): List<ResourceInReview> =>
  kind === 'instrument' ? instruments : services;

export const packsIn = (wanted: readonly string[]) => (how?: Counted) =>
  client()
    .from('paper_packs')
    .select(
      'id, state_since, round:rounds(year, quarter), institution:organizations!paper_packs_institution_id_fkey(name)',
      how,
    )
    .in('state', wanted);
