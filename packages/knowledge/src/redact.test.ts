import { expect, test } from 'vitest';
import { redact } from './redact.ts';
import { hex, letters, plantedSecrets } from './testing/index.ts';

test('masks at least 95 of 100 planted secrets of more than 30 kinds', () => {
  const planted = plantedSecrets(10);
  const missed = planted.filter(({ secret, text }) =>
    redact(`before\n${text}\nafter\n`).text.includes(secret),
  );
  expect(new Set(planted.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(30);
  expect(planted.length).toBeGreaterThanOrEqual(300);
  expect(missed.length / planted.length, missed.map(({ kind }) => kind).join(', ')).toBeLessThanOrEqual(0.05);
});

test('leaves what is no secret as it is', () => {
  const innocent = [
    'const password = "changeme";',
    'password: process.env.PASSWORD',
    "token = getToken('user')",
    'const apiKey = "your-api-key-here";',
    `sha256: ${hex('x', 64)}`,
    `"integrity": "sha512-${letters('y', 86)}=="`,
    'https://user@example.com/path',
    'git@github.com:owner/name.git',
    'secret: "${SECRET}"',
    `commit ${hex('z', 40)}`,
    'password: string;',
    'tokenType: "access_token"',
    'export const SECRET_NAME = "DATABASE_PASSWORD";',
    'uuid: 123e4567-e89b-12d3-a456-426614174000',
  ];
  for (const line of innocent) expect(redact(line).text).toBe(line);
});

test('keeps the number of lines, masks to itself, and says where', () => {
  const secret = plantedSecrets(1).find(({ kind }) => kind === 'privateKey')?.secret ?? '';
  const text = `one\ntwo\n${secret}\nlast`;
  const once = redact(text);
  expect(once.text.split('\n')).toHaveLength(text.split('\n').length);
  expect(once.findings).toEqual([{ rule: 'private-key', line: 3 }]);
  expect(redact(once.text).text).toBe(once.text);
});

test('takes a line of five megabytes in its stride', () => {
  expect(redact('a1B'.repeat(1_700_000)).findings).toEqual([]);
  expect(redact('password = '.repeat(400_000)).findings).toEqual([]);
});
