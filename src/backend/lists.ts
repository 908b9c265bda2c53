import type { RowOf } from './answers.ts';
import { client } from './client.ts';
import type { Counted, List } from './pages.ts';
import { rows } from './query.ts';
import type { ResourceKind } from './resources.ts';

/* What an organization has a lot of, read page by page: what its lists show of each, and nothing more. */

type Listed<L extends (how?: Counted) => PromiseLike<{ data: unknown[] | null }>> = NonNullable<
  Awaited<ReturnType<L>>['data']
>[number];

const claims = (how?: Counted) =>
  client()
    .from('redemptions')
    .select(
      `id, voucher_no, amount_fen, state, state_since, order:orders(title),
      applicant:organizations!redemptions_applicant_id_fkey(name)`,
      how,
    );
export type ListedClaim = Listed<typeof claims>;
/** An institution's claims: of one quarter, of none yet (`open`), or all. */
export const claimsOf = (institutionId: number, quarter: string) => (how?: Counted) => {
  const all = claims(how).eq('institution_id', institutionId);
  return quarter === '' ? all : quarter === 'open' ? all.is('round_id', null) : all.eq('round_id', Number(quarter));
};
export type QuarterSum = RowOf<'redemption_sums', 'round_id' | 'year' | 'quarter'>;
/** How many claims of an institution stand in each quarter and what they come to, the newest first. */
export const claimSums = (institution_id: number): Promise<QuarterSum[]> =>
  rows<QuarterSum>(client().rpc('redemption_sums', { institution_id }));

const projects = (how?: Counted) =>
  client().from('projects').select('id, title, tech_field, start_on, end_on, state', how);
export type ListedProject = Listed<typeof projects>;
export const projectsOf = (organizationId: number, state: string) => (how?: Counted) => {
  const all = projects(how).eq('organization_id', organizationId);
  return state === '' ? all : all.eq('state', state);
};

const resourceColumns =
  'id, name, model, class_code, price_min_fen, price_max_fen, unit, state, is_open, voucher_enabled, reopens_on' as const;
const serviceColumns =
  'id, name, class_code, price_min_fen, price_max_fen, unit, state, is_open, voucher_enabled, reopens_on' as const;
const instruments = (how?: Counted) => client().from('instruments').select(resourceColumns, how);
const services = (how?: Counted) => client().from('services').select(serviceColumns, how);
/** An instrument, or a service, which has no model. */
export type ListedResource = Listed<typeof services> & { model?: string };
/** An institution's instruments or services: in these states, or all. */
export function resourcesOf(
  kind: ResourceKind,
  organizationId: number,
  states: readonly string[],
): List<ListedResource> {
  return kind === 'instrument'
    ? (how) => {
        const all = instruments(how).eq('organization_id', organizationId);
        return states.length > 0 ? all.in('state', states) : all;
      }
    : (how) => {
        const all = services(how).eq('organization_id', organizationId);
        return states.length > 0 ? all.in('state', states) : all;
      };
}

const packs = (how?: Counted) =>
  client()
    .from('paper_packs')
    .select(
      `id, state, state_since, round:rounds(year, quarter),
      institution:organizations!paper_packs_institution_id_fkey(name)`,
      how,
    );
export type ListedPack = Listed<typeof packs>;
export const packsOf = (institutionId: number) => (how?: Counted) => packs(how).eq('institution_id', institutionId);
