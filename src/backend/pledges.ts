import { client } from './client.ts';
import { command, row } from './query.ts';

/** The pledge that a kind of organization signs in a year, as last published; undefined before it is. */
export const pledgeOf = (kind: 'applicant' | 'institution', year: number) =>
  row(
    client()
      .from('pledges')
      .select()
      .eq('kind', kind)
      .eq('year', year)
      .order('id', { ascending: false })
      .limit(1)
      .maybeSingle(),
  );
/** The pledge of the institutions and whether one of them has signed it (R20). */
export async function institutionPledge(organizationId: number, year: number) {
  const pledge = await pledgeOf('institution', year);
  const signature =
    pledge &&
    (await row(
      client()
        .from('pledge_signatures')
        .select('pledge_id, signed_at')
        .eq('organization_id', organizationId)
        .eq('pledge_id', pledge.id)
        .order('signed_at')
        .limit(1)
        .maybeSingle(),
    ));
  return { pledge, signature };
}
export const signInstitutionPledge = (pledge_id: number, request_id: string) =>
  command('sign_institution_pledge', { pledge_id, request_id });
