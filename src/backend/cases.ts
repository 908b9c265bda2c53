import { nextStep, timeline } from './workflow.ts';
import type { Entity } from './workflow.types.ts';

/** One case of any kind but an order: its row, next step and history. */
export async function loadCase<T>(entity: Entity, id: number, load: (id: number) => Promise<T | undefined>) {
  const [row, step, events] = await Promise.all([load(id), nextStep(entity, id), timeline(entity, id)]);
  return row ? { row, step, events } : undefined;
}
