import { client } from './client.ts';
import { command, count, row } from './query.ts';
import { wholeOf } from './pages.ts';

/** One project with the organization whose it is. */
export const project = (id: number) =>
  row(
    client()
      .from('projects')
      .select('*, organization:organizations(name, city_code, uscc, kind)')
      .eq('id', id)
      .maybeSingle(),
  );
export type Project = NonNullable<Awaited<ReturnType<typeof project>>>;
export const countApprovedProjects = (organizationId: number) =>
  count(
    client()
      .from('projects')
      .select('id', { count: 'exact', head: true })
      .eq('organization_id', organizationId)
      .eq('state', 'approved'),
  );
/** The approved ones, which an order may belong to. */
export const approvedProjects = (organizationId: number) =>
  wholeOf(
    () => client().from('projects').select('id, title').eq('organization_id', organizationId).eq('state', 'approved'),
    { columns: ['id'], descending: true },
  );

/** What an organization says of a project (R11). */
export interface ProjectPayload {
  title: string;
  tech_field: string;
  source: string;
  start_on: string;
  end_on: string;
  budget_fen: number;
  leader: string;
  content: string;
}
export const registerProject = (payload: ProjectPayload, request_id: string) =>
  command('register_project', { payload, request_id });
export const resubmitProject = (project_id: number, payload: ProjectPayload, request_id: string) =>
  command('resubmit_project', { project_id, payload, request_id });
export const approveProject = (project_id: number, request_id: string) =>
  command('approve_project', { project_id, request_id });
export const returnProject = (project_id: number, request_id: string, reason: string) =>
  command('return_project', { project_id, request_id, reason });
