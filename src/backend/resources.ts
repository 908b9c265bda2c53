import { list, type Row } from './work.ts';

export type ResourceKind = 'instrument' | 'service';
export const tableOf = (kind: ResourceKind) => (kind === 'instrument' ? 'instruments' : 'services');
export const classes = () => list<Row>('instrument_classes', '*', {}, 'code');
