import { expect, test } from 'vitest';
import { syncNamed } from './sync-named.ts';

test('an address names a sync by its number, or by its ID as before', () => {
  expect(syncNamed('12')).toEqual({ number: 12, id: '12', isNumbered: true });
  expect(syncNamed('#12')).toMatchObject({ number: 12, isNumbered: true });
  expect(syncNamed('UHJvamVjdFN5bmM6YQ==')).toMatchObject({ id: 'UHJvamVjdFN5bmM6YQ==', isNumbered: false });
  expect(syncNamed('')).toMatchObject({ isNumbered: false });
  // More digits than a number of the API has.
  expect(syncNamed('99999999999')).toMatchObject({ isNumbered: false });
});
