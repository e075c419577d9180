import { expect, test } from 'vitest';
import { DbError } from './db-error.ts';
import { isDatabaseAway } from './is-database-away.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

test.each([
  ['a refused connection', coded('ECONNREFUSED')],
  ['a server that shuts down', coded('57P01')],
  ["Prisma's unreachable server", coded('P1001')],
  ['an ended connection', new Error('Connection terminated unexpectedly')],
  ['a closed embedded database', new DbError('DATABASE_CLOSED', 'x')],
  ['the same through Prisma', coded('DATABASE_CLOSED')],
  ['a cause deeper down', new Error('x', { cause: coded('ECONNRESET') })],
])('%s means that the database is away', (_name, error) => expect(isDatabaseAway(error)).toBe(true));

test.each([
  ['a violated constraint', coded('23505')],
  ['a missing row', coded('P2025')],
  ['a programming error', new TypeError('x is closed')],
  ['a newer database', new DbError('MIGRATIONS_NEWER', 'x')],
  ['a string', 'ECONNREFUSED'],
])('%s does not', (_name, error) => expect(isDatabaseAway(error)).toBe(false));
