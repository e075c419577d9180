import { expect, test } from 'vitest';
import { statementName } from './statement-name.ts';

test('a statement is named by its verb and its first table', () => {
  expect(
    [
      'SELECT 1',
      '-- FROM nowhere\nselect name from "public"."project" where id = $1',
      'INSERT INTO sync_event (a) VALUES ($1)',
      'WITH busy AS (SELECT a FROM project_sync) UPDATE branch SET head = 1',
      'UPDATE project_sync SET lease_until = now()',
      'COPY embedding FROM STDIN WITH (FORMAT binary)',
      'BEGIN',
      '???',
    ].map(statementName),
  ).toEqual([
    'SELECT',
    'SELECT public.project',
    'INSERT sync_event',
    'SELECT project_sync',
    'UPDATE project_sync',
    'COPY embedding',
    'BEGIN',
    'SQL',
  ]);
});
