import { Writable } from 'node:stream';
import { SyncError } from '@project-sync/sync';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { maskError } from './mask-error.ts';

/** A masked error, and the lines that were logged of it. */
function masked(error: unknown): { told: GraphQLError; logged: string } {
  const lines: string[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const told = maskError(pino({ serializers: { error: pino.stdSerializers.err } }, sink))(error);
  if (!(told instanceof GraphQLError)) throw new Error('Not an error of GraphQL.');
  return { told, logged: lines.join('') };
}

test('what nobody expected is told by a number alone, under which the log has it', () => {
  const original = new Error('relation "secret_table" does not exist at /srv/app');
  const { told, logged } = masked(new GraphQLError(original.message, { originalError: original }));
  expect(told.extensions).toEqual({ code: 'INTERNAL', traceId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(told.message).toContain(String(told.extensions['traceId']));
  expect(JSON.stringify(told.toJSON())).not.toContain('secret_table');
  expect(logged).toContain(String(told.extensions['traceId']));
  expect(logged).toContain('secret_table');
});

test('what was meant for the caller is let through, and a document that does not fit has a code too', () => {
  const own = new SyncError('BRANCH_NOT_FOUND', 'There is no such branch.');
  const { told, logged } = masked(new GraphQLError(own.message, { originalError: own }));
  expect([told.message, told.extensions['code'], logged]).toEqual([
    'There is no such branch.',
    'BRANCH_NOT_FOUND',
    '',
  ]);
  expect(masked(new GraphQLError('Cannot query field "x".')).told.extensions['code']).toBe('BAD_USER_INPUT');
});
