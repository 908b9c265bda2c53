import { client } from './client.ts';
import { answer } from './query.ts';

/** Corrections of decisions (R45), the newest first, a hundred at a time: `before` is the last one seen. */
export const rectifications = (before?: number) =>
  answer(client().rpc('rectification_list', before === undefined ? {} : { before }));
export type Rectification = Awaited<ReturnType<typeof rectifications>>[number];

/** Cases on which the platform has decided, by number, name or organization; nothing for fewer than two letters. */
export const findDecided = (words: string) => answer(client().rpc('find_decided', { words }));
export type Decided = Awaited<ReturnType<typeof findDecided>>[number];

/** The decisions on a case that can be corrected, the newest first, each with what stands in the way. */
export const correctableDecisions = (entity: string, id: number) =>
  answer(client().rpc('correctable_decisions', { entity, entity_id: id }));
export type Decision = Awaited<ReturnType<typeof correctableDecisions>>[number];
