import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workshopOf } from '../../local/build.ts';
import { root } from '../../local/stack.ts';

test('a site is built where it will stand, but for a folder beside the project whose name begins with the project’s', () => {
  for (const dir of [join(root, 'dist'), join(root, 'dist/deep'), '/srv/voucher-site', join(root, '../elsewhere')])
    expect(workshopOf(dir)).toBe(dir);
  for (const dir of [`${root}-site`, `${root}2/dist`]) expect(workshopOf(dir)).toBe(join(root, '.astro/site'));
});
