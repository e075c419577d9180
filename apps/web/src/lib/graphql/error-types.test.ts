import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorTypes } from './error-types.ts';

test('the cache knows every error type of the schema', () => {
  const schema = readFileSync(new URL('../../../../api/schema.graphql', import.meta.url), 'utf8');
  const named = [...schema.matchAll(/^type (\w+) implements Error\b/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(errorTypes).toEqual(named);
});
