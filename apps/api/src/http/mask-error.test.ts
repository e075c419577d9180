import { Writable } from 'node:stream';
import { trace } from '@opentelemetry/api';
import { SyncError } from '@project-sync/sync';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { followTraces } from '../telemetry/follow-traces.ts';
import { traced } from '../telemetry/traced.ts';
import { maskError } from './mask-error.ts';

/** Returns a masked error and the lines that were logged. */
function masked(error: unknown): { shown: GraphQLError; logged: string } {
  const lines: string[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const shown = maskError(pino({ serializers: { error: pino.stdSerializers.err } }, sink))(error);
  if (!(shown instanceof GraphQLError)) throw new Error('Not an error of GraphQL.');
  return { shown, logged: lines.join('') };
}

test('an unexpected error is shown as a trace ID alone, under which it is logged', () => {
  const original = new Error('relation "secret_table" does not exist at /srv/app');
  const { shown, logged } = masked(new GraphQLError(original.message, { originalError: original }));
  expect(shown.extensions).toEqual({
    code: 'INTERNAL',
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
  });
  expect(shown.message).toContain(String(shown.extensions['traceId']));
  expect(JSON.stringify(shown.toJSON())).not.toContain('secret_table');
  expect(logged).toContain(String(shown.extensions['traceId']));
  expect(logged).toContain('secret_table');
});

test('an expected error is passed on, and an invalid document has a code too', () => {
  const own = new SyncError('BRANCH_NOT_FOUND', 'There is no such branch.');
  const { shown, logged } = masked(new GraphQLError(own.message, { originalError: own }));
  expect([shown.message, shown.extensions['code'], logged]).toEqual([
    'There is no such branch.',
    'BRANCH_NOT_FOUND',
    '',
  ]);
  expect(masked(new GraphQLError('Cannot query field "x".')).shown.extensions['code']).toBe('BAD_USER_INPUT');
});

test('a database that does not answer is a 503 with a code, so that monitoring notices', () => {
  const original = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
  const { shown, logged } = masked(new GraphQLError(original.message, { originalError: original }));
  expect(shown.extensions).toMatchObject({ code: 'DATABASE_UNAVAILABLE', http: { status: 503 } });
  expect(shown.message).not.toContain('10.0.0.7');
  expect(logged).toContain('10.0.0.7');
});

test('the trace ID of an answer is that of its trace, which goes on with the sender', async () => {
  const stop = followTraces();
  try {
    const [shown, traceId] = await traced('request', {}, async () => {
      await Promise.resolve();
      return [masked(new Error('unexpected')).shown, trace.getActiveSpan()?.spanContext().traceId];
    });
    expect(shown.extensions['traceId']).toBe(traceId);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  } finally {
    stop();
  }
});
