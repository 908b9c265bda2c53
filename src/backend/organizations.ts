import { act } from './client.ts';
import { one, type Row, text } from './work.ts';

export interface Details {
  organization_id: number;
  address: string;
  legal_representative: string;
  parent_uscc: string | null;
}
/** What is not public of an organization; undefined for whoever has nothing to do with it (R34). */
export const organizationDetails = async (id: number): Promise<Details | undefined> =>
  (await act<Details[]>('organization_details', { organization_ids: [id] }))[0];

/** The public name of an organization; empty where there is none. */
export const nameOf = async (id: number | null): Promise<string> =>
  id === null ? '' : text(await one<Row>('organizations', 'name', { id }), 'name');
