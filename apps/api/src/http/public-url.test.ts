import { expect, test } from 'vitest';
import { ownOrigins, publicUrlOf } from './public-url.ts';

test.each([
  ['127.0.0.1', undefined, 'http://127.0.0.1:4000'],
  ['0.0.0.0', undefined, 'http://localhost:4000'],
  ['::', undefined, 'http://localhost:4000'],
  ['::1', undefined, 'http://[::1]:4000'],
  ['0.0.0.0', 'https://sync.example.org/', 'https://sync.example.org'],
])('a server on %s with PUBLIC_URL %s is reached at %s', (HOST, PUBLIC_URL, expected) => {
  expect(publicUrlOf({ HOST, PORT: 4000, PUBLIC_URL })).toBe(expected);
});

test('a page on loopback is one of the server by each of its names, and no other page is', () => {
  expect([...ownOrigins('http://localhost:4000')]).toEqual([
    'http://localhost:4000',
    'http://127.0.0.1:4000',
    'http://[::1]:4000',
  ]);
  expect([...ownOrigins('https://sync.example.org')]).toEqual(['https://sync.example.org']);
  expect(ownOrigins('http://127.0.0.1').has('http://localhost')).toBe(true);
});
