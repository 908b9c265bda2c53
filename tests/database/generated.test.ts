// What is generated from the migrations is not stale: `npm run types` writes them.
import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { diagramsFile, drawDiagrams } from '../../local/diagrams.ts';
import { generateTypes, typesFile } from '../../local/types.ts';
import { labelsFile, workflowTypesFile, writeLabels, writeWorkflowTypes } from '../../local/workflow-types.ts';
import { admin } from '../support/people.ts';

test('src/backend/database.types.ts is what the official CLI makes of the migrations', async () => {
  expect(await generateTypes({ databaseUrl: inject('databaseUrl') }), 'run npm run types').toBe(
    readFileSync(typesFile, 'utf8'),
  );
}, 60_000);

test('src/backend/workflow.types.ts names what the workflow tables name', async () => {
  expect(await writeWorkflowTypes({ sql: admin() }), 'run npm run types').toBe(readFileSync(workflowTypesFile, 'utf8'));
});

test('src/domain/labels.ts says of actors, kinds and states what the database says', async () => {
  expect(await writeLabels({ sql: admin() }), 'run npm run types').toBe(readFileSync(labelsFile, 'utf8'));
});

test('docs/states.md is what the workflow tables say', async () => {
  expect(await drawDiagrams({ sql: admin() }), 'run npm run types').toBe(readFileSync(diagramsFile, 'utf8'));
});
