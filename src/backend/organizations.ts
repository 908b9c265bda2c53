import { client } from './client.ts';
import { answer, command, row } from './query.ts';

export interface Details {
  organization_id: number;
  address: string;
  legal_representative: string;
  parent_uscc: string | null;
}
/** What is not public of an organization; undefined for whoever has nothing to do with it (R34). */
export const organizationDetails = async (id: number): Promise<Details | undefined> =>
  (await answer(client().rpc('organization_details', { organization_ids: [id] })))[0];

/** The public name of an organization; empty where there is none. */
export const nameOf = async (id: number | null): Promise<string> =>
  id === null
    ? ''
    : ((await row(client().from('organizations').select('name').eq('id', id).maybeSingle()))?.name ?? '');

/** What is registered of one's own organization. */
export async function loadProfile(id: number) {
  const [organization, contact, details] = await Promise.all([
    row(
      client()
        .from('organizations')
        .select('kind, name, uscc, uscc_changed_at, city_code, cma_no, cnas_no, recommender_id')
        .eq('id', id)
        .maybeSingle(),
    ),
    row(client().from('organization_contacts').select().eq('organization_id', id).maybeSingle()),
    organizationDetails(id),
  ]);
  return { organization, contact, details, recommender: await nameOf(organization?.recommender_id ?? null) };
}

/** What an organization is registered with (R10, R20). */
export interface OrganizationProfile {
  name: string;
  uscc: string | null;
  region_code: string;
  address: string;
  legal_representative: string;
  parent_uscc: string | null;
  contact_name: string;
  contact_phone: string;
  email: string | null;
  institution_type?: string;
}
export const registerOrganization = (
  kind: 'applicant' | 'institution',
  profile: OrganizationProfile,
  request_id: string,
) => command('register_organization', { kind, profile, request_id });

export interface Contact {
  organization_name: string;
  contact_name: string;
  contact_phone: string;
}
/** The contact of the other side of an order; undefined before acceptance and for whoever is no side of it (R34). */
export const orderContact = async (order_id: number): Promise<Contact | undefined> =>
  (await answer(client().rpc('order_contact', { order_id })))[0];
