import type { RowOf } from './answers.ts';
import { client } from './client.ts';
import { rows } from './query.ts';

export type Found = RowOf<'find_mine', 'order_id' | 'state_label'>;
/** What one may see and has these words: numbers, names, titles, parties. At most a handful of each kind, the newest first. */
export const findMine = (words: string): Promise<Found[]> => rows(client().rpc('find_mine', { words }));
