import { client } from './client.ts';
import { type Arguments, command, count, row, rows } from './query.ts';
import { wholeOf } from './pages.ts';

/** One certification with whose it is and the carrier that vouches for a team. */
export const certification = (id: number) =>
  row(
    client()
      .from('certifications')
      .select('*, organization:organizations(name, city_code, uscc, kind), carrier:carriers(name, level, valid_to)')
      .eq('id', id)
      .maybeSingle(),
  );
export type Certification = NonNullable<Awaited<ReturnType<typeof certification>>>;

/** All certifications of an organization, the newest first, each with its carrier and, where it came back, why. */
export async function certificationsOf(organizationId: number, side: 'applicant_id' | 'institution_id') {
  const [certifications, returned] = await Promise.all([
    wholeOf(
      () => client().from('certifications').select('*, carrier:carriers(name)').eq('organization_id', organizationId),
      { columns: ['id'], descending: true },
    ),
    wholeOf(
      () =>
        client()
          .from('events')
          .select('id, entity_id, reason')
          .eq('entity', 'certification')
          .eq('action', 'return')
          .eq(side, organizationId),
      { columns: ['id'], descending: true },
    ),
  ]);
  return certifications.map((c) => ({ ...c, opinion: returned.find((e) => e.entity_id === c.id)?.reason ?? '' }));
}
const approved = (organizationId: number) =>
  client().from('certifications').select('id, kind').eq('organization_id', organizationId).eq('state', 'approved');
/** The certification of an organization that is in force on a day. */
export const validCertification = (organizationId: number, day: string) =>
  row(
    approved(organizationId)
      .lte('valid_from', day)
      .gte('valid_to', day)
      .order('id', { ascending: false })
      .limit(1)
      .maybeSingle(),
  );
/** The approved one that lasts longest, or lasted longest. */
export const lastCertification = (organizationId: number) =>
  row(approved(organizationId).order('valid_to', { ascending: false }).limit(1).maybeSingle());
/** How many certifications of an organization are in a state. */
export const countCertifications = (organizationId: number, state: 'approved' | 'submitted') =>
  count(
    client()
      .from('certifications')
      .select('id', { count: 'exact', head: true })
      .eq('organization_id', organizationId)
      .eq('state', state),
  );

/** The carriers that a team can be in, by name: as many as the province has. */
export const carriers = async () =>
  (await wholeOf(() => client().from('carriers').select('id, name, level'), { columns: ['id'] })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
export const certificationPapers = (certificationId: number) =>
  rows(
    client()
      .from('certification_documents')
      .select('document:documents(id, original_name, byte_size, sha256)')
      .eq('certification_id', certificationId)
      .order('document_id'),
  );

export interface CertificationPayload {
  kind: string;
  certificate_no?: string;
  carrier_id?: number;
  valid_from: string;
  valid_to: string;
  documents: number[];
}
export const submitCertification = (payload: CertificationPayload, request_id: string) =>
  command('submit_certification', { payload, request_id });
export const approveCertification = (args: Arguments<'approve_certification'>) =>
  command('approve_certification', args);
export const returnCertification = (certification_id: number, request_id: string, reason: string) =>
  command('return_certification', { certification_id, request_id, reason });
