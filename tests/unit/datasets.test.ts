// R35: the open data describe themselves truly: the descriptor is a tabular data package, and a file that says otherwise is found.
import { expect, test } from 'vitest';
import { csvEncoding, dataPackage, datasets } from '../../src/domain/datasets.ts';
import { toCsv } from '../../src/domain/csv.ts';
import { measures } from '../../src/domain/definitions.ts';
import { csvFaults, packageFaults, type Resource } from '../support/data-package.ts';

const described = dataPackage('2026-11-27');
const resources = described.resources as unknown as Resource[];

test('R35: the descriptor is a tabular data package and says how the files are encoded', () => {
  expect(packageFaults(described)).toEqual([]);
  expect(resources).toHaveLength(datasets.length);
  expect(described.description).toContain(csvEncoding);
  // The validator finds what is wrong: a type that is none, a key that is no field.
  const broken = structuredClone(described) as { resources: Resource[] };
  const [first] = broken.resources as [Resource];
  first.schema.primaryKey = ['nothing'];
  Object.assign(first.schema.fields[0] as object, { type: 'text' });
  expect(packageFaults(broken)).toEqual([
    expect.stringContaining('must be equal to one of the allowed values'),
    'payouts: no field nothing',
  ]);
});

test('R35: a CSV file is read by its descriptor: the mark, the head, types, what may be empty, keys', () => {
  const seals = resources.find((r) => r.name === 'seals') as Resource;
  const head = seals.schema.fields.map((f) => f.name);
  const hash = 'a'.repeat(64);
  const file = toCsv(head, [
    ['2026-11-25', 3, hash, null, hash],
    ['2026-11-26', 0, hash, hash, hash],
  ]);
  expect(csvFaults(seals, file)).toEqual([]);
  expect(csvFaults(seals, file.slice(1))).toEqual([expect.stringContaining('byte order mark')]);
  expect(csvFaults(seals, file.replace('day,', 'tag,'))).toHaveLength(1);
  expect(csvFaults(seals, file.replace(',3,', ',-3,'))).toHaveLength(1);
  expect(csvFaults(seals, file.replace(',3,', ',drei,'))).not.toEqual([]);
  expect(csvFaults(seals, file.replace('2026-11-26', '2026-11-25'))).toEqual(['seals.csv:3 key twice']);
  expect(csvFaults(seals, toCsv(head, [['2026-11-25', null, hash, null, hash]]))).toHaveLength(1);
});

test('R35: what a figure means is said once, and the open data say it too', () => {
  const measure = datasets.find((d) => d.name === 'statistics')?.columns.find((c) => c.key === 'measure');
  for (const [key, name, meaning] of measures) expect(measure?.meaning).toContain(`${key} ${name}：${meaning}`);
});
