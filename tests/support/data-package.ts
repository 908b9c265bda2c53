// What Frictionless asks of a tabular data package (v1), and what a descriptor says of its CSV files, checked with JSON Schema. The reader
// named `datapackage` brings an HTTP client and more of its own: the same is said here in fifty lines.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseCsv } from '../../src/domain/bank-file.ts';
import { csvMark } from '../../src/domain/csv.ts';

interface Field {
  name: string;
  type: string;
  constraints: { required: boolean; enum?: unknown[]; pattern?: string; minimum?: number };
}
export interface Resource {
  name: string;
  path: string;
  schema: { primaryKey: string[]; missingValues: string[]; fields: Field[] };
}

const name = { type: 'string', pattern: '^[-a-z0-9._/]+$' };
const descriptor = {
  type: 'object',
  required: ['profile', 'name', 'created', 'resources'],
  properties: {
    profile: { const: 'tabular-data-package' },
    name,
    title: { type: 'string' },
    description: { type: 'string' },
    created: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(Z|[+-]\\d{2}:\\d{2})$' },
    resources: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['profile', 'name', 'path', 'encoding', 'schema'],
        properties: {
          profile: { const: 'tabular-data-resource' },
          name,
          path: { type: 'string', pattern: '^(?!/)(?!.*\\.\\.)(?!https?:).+\\.csv$' },
          format: { const: 'csv' },
          mediatype: { const: 'text/csv' },
          encoding: { const: 'utf-8' },
          schema: {
            type: 'object',
            required: ['fields', 'primaryKey', 'missingValues'],
            properties: {
              missingValues: { type: 'array', items: { type: 'string' } },
              primaryKey: { type: 'array', minItems: 1, items: { type: 'string' } },
              fields: {
                type: 'array',
                minItems: 1,
                items: {
                  type: 'object',
                  required: ['name', 'type', 'title', 'constraints'],
                  properties: {
                    name: { type: 'string' },
                    type: { enum: ['string', 'integer', 'boolean', 'date', 'datetime'] },
                    format: { enum: ['default', 'any'] },
                    constraints: {
                      type: 'object',
                      additionalProperties: false,
                      required: ['required'],
                      properties: {
                        required: { type: 'boolean' },
                        enum: { type: 'array', minItems: 1 },
                        pattern: { type: 'string' },
                        minimum: { type: 'number' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};
const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
const isPackage = ajv.compile(descriptor);

/** What is wrong with a descriptor; empty when it is a tabular data package. */
export function packageFaults(value: unknown): string[] {
  const faults = isPackage(value) ? [] : (isPackage.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
  for (const { name: of, schema } of (value as { resources?: Resource[] }).resources ?? []) {
    const names = schema.fields.map((f) => f.name);
    if (new Set(names).size !== names.length) faults.push(`${of}: a field twice`);
    for (const key of schema.primaryKey) if (!names.includes(key)) faults.push(`${of}: no field ${key}`);
  }
  return faults;
}

const cast: Record<string, (text: string) => unknown> = {
  string: (t) => t,
  integer: (t) => (/^-?\d+$/.test(t) ? Number(t) : t),
  boolean: (t) => (t === 'true' ? true : t === 'false' ? false : t),
  date: (t) => t,
  datetime: (t) => t,
};
const typed: Record<string, object> = {
  string: { type: 'string' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  datetime: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?\\+08:00$' },
};
/** What is wrong with a CSV file read as its descriptor says: utf-8, the mark taken away first. */
export function csvFaults(resource: Resource, file: string): string[] {
  if (!file.startsWith(csvMark)) return [`${resource.path}: no byte order mark, though the descriptor says so`];
  const [head, ...rows] = parseCsv(file.slice(csvMark.length)).map((row) => row.cells);
  const { fields, missingValues, primaryKey } = resource.schema;
  if (head?.join() !== fields.map((f) => f.name).join()) return [`${resource.path}: ${head?.join()}`];
  const check = ajv.compile({
    type: 'object',
    required: fields.filter((f) => f.constraints.required).map((f) => f.name),
    properties: Object.fromEntries(
      fields.map(({ name: key, type, constraints: { required: _, ...bounds } }) => [
        key,
        // A pattern of the type and one of the field both hold.
        { allOf: [typed[type] as object, bounds] },
      ]),
    ),
  });
  const keys = new Set<string>();
  return rows.flatMap((cells, i) => {
    const row = Object.fromEntries(
      fields.flatMap((f, n) =>
        missingValues.includes(cells[n] ?? '') ? [] : [[f.name, cast[f.type]?.(cells[n] as string)]],
      ),
    );
    const faults = check(row)
      ? []
      : (check.errors ?? []).map((e) => `${resource.path}:${i + 2} ${e.instancePath} ${e.message}`);
    const key = JSON.stringify(primaryKey.map((k) => row[k]));
    if (keys.has(key)) faults.push(`${resource.path}:${i + 2} key twice`);
    keys.add(key);
    return faults;
  });
}
