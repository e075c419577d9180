import { expect, test } from 'vitest';
import { storageFailure } from './storage-failure.ts';

const failed = (code: string) => storageFailure(Object.assign(new Error('It failed.'), { code }));

test.each([
  ['40P01', 'STORE_UNAVAILABLE'],
  ['40001', 'STORE_UNAVAILABLE'],
  ['55P03', 'STORE_UNAVAILABLE'],
  ['53100', 'STORE_FULL'],
  ['25006', 'STORE_READ_ONLY'],
])('PostgreSQL’s %s is %s, and may be tried again', (code, expected) => {
  expect(failed(code)).toMatchObject({ code: expected, retryable: true });
});

test('an error in a statement is no failure of the storage', () => {
  expect(failed('42601')).toBeNull();
});
