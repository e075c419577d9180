import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { phases } from '@project-sync/sync';
import { expect, test } from 'vitest';
import { errorCodes } from './error-code.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const rooms = ['apps/api/src', 'packages/db/src', 'packages/knowledge/src', 'packages/sync/src'];

const sources = rooms
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)),
  )
  .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|[/\\](testing|generated|cli)[/\\]/.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'));

// The ways in which the sources make a failure, a warning or a refusal.
const makers = [
  /(?:apiError|coded|SyncError|DbError|EmbedderError)\(\s*'([A-Z][A-Z_]+)'/g,
  /(?:failed|failure)\(\s*'\w+Error',\s*'([A-Z][A-Z_]+)'/g,
  /(?:problem|refuse)\(\s*response,\s*\d+,\s*'([A-Z][A-Z_]+)'/g,
  /\bcode: '([A-Z][A-Z_]+)'/g,
];

test('every code that the sources can report is one of the schema', () => {
  const reported = new Set(
    sources.flatMap((text) =>
      makers.flatMap((maker) => [...text.matchAll(maker)].map(([, code]) => code ?? '')),
    ),
  );
  expect(reported.size).toBeGreaterThan(50);
  expect([...reported].filter((code) => !Object.hasOwn(errorCodes, code)).sort()).toEqual([]);
});

test('an enrichment that fails or is cancelled has a code for its warning', () => {
  const enrichments = phases.slice(phases.indexOf('FINALIZE') + 1);
  expect(enrichments.length).toBeGreaterThan(0);
  for (const phase of enrichments)
    for (const ending of ['INCOMPLETE', 'CANCELLED']) expect(errorCodes).toHaveProperty(`${phase}_${ending}`);
});

test('each code says what it means and what to do in at least one whole sentence', () => {
  for (const [code, description] of Object.entries(errorCodes))
    expect(description, code).toMatch(/^[A-Z].{20,}\.$/);
});
