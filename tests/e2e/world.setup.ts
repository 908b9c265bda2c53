import { makeWorld } from './world.ts';

/** Before all files: one stack that they share, one after another. */
export default async function setup(): Promise<() => Promise<void>> {
  const { world, end } = await makeWorld();
  process.env['E2E_WORLD'] = JSON.stringify(world);
  return end;
}
