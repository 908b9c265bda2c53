import { client } from './client.ts';
import { type Arguments, command, row, rows } from './query.ts';

export type ResourceKind = 'instrument' | 'service';
const organization = 'organization:organizations(name, city_code, uscc, kind)';

/** What instruments and services have in common; what only one of them has is absent in the other. */
export type Resource = Instrument | Service;
type Instrument = NonNullable<Awaited<ReturnType<typeof instrument>>>;
type Service = NonNullable<Awaited<ReturnType<typeof service>>>;
const instrument = (id: number) =>
  row(client().from('instruments').select(`*, ${organization}`).eq('id', id).maybeSingle());
const service = (id: number) => row(client().from('services').select(`*, ${organization}`).eq('id', id).maybeSingle());
export const resource = (kind: ResourceKind, id: number): Promise<Resource | undefined> =>
  kind === 'instrument' ? instrument(id) : service(id);

/** What is measured, by code: a list of the standard. */
export const instrumentClasses = () => rows(client().from('instrument_classes').select().order('code'));
export type InstrumentClass = Awaited<ReturnType<typeof instrumentClasses>>[number];

export const addResource = (kind: ResourceKind, payload: object, request_id: string) =>
  command('add_resource', { kind, payload, request_id });
export const editResource = (kind: ResourceKind, resource_id: number, payload: object, request_id: string) =>
  command('edit_resource', { kind, resource_id, payload, request_id });
export const setSwitches = (args: Arguments<'set_resource_switches'>) => command('set_resource_switches', args);
export const approveResource = (kind: ResourceKind, resource_id: number, request_id: string) =>
  command('approve_resource', { kind, resource_id, request_id });
export const returnResource = (kind: ResourceKind, resource_id: number, request_id: string, reason: string) =>
  command('return_resource', { kind, resource_id, request_id, reason });
