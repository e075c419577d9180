import { expect, test } from 'vitest';
import { SyncError, type SyncErrorCode } from '../sync-error.ts';
import { judgeFailure, type FailedRun } from './judge-failure.ts';

const judge = (code: SyncErrorCode, more: Partial<FailedRun> = {}) =>
  judgeFailure({
    failure: new SyncError(code, 'It failed.'),
    phase: 'IMPORT',
    attempts: 1,
    finalized: false,
    released: false,
    ...more,
  });

test('a run that lost its lease leaves the sync to its new worker', () => {
  expect(judge('LEASE_LOST')).toEqual({ kind: 'leave' });
  expect(judge('LEASE_LOST', { finalized: true })).toEqual({ kind: 'leave' });
});

test('a stopping worker leaves its sync, but writes an end that a user asked for', () => {
  expect(judge('INTERNAL', { released: true })).toEqual({ kind: 'leave' });
  expect(judge('INTERNAL')).toMatchObject({ kind: 'end', happening: 'fail' });
  expect(judge('CANCELLED', { released: true })).toMatchObject({ kind: 'end', happening: 'cancel' });
});

test('an unreachable database delays a sync up to eight attempts', () => {
  expect(judge('STORE_UNAVAILABLE', { attempts: 7 })).toEqual({ kind: 'give back' });
  expect(judge('STORE_UNAVAILABLE', { attempts: 7, finalized: true })).toEqual({ kind: 'give back' });
  expect(judge('STORE_UNAVAILABLE', { attempts: 8 })).toMatchObject({ kind: 'end', happening: 'fail' });
});

test('after FINALIZE every failure becomes a warning that names the phase', () => {
  expect(judge('PHASE_TIMEOUT', { phase: 'EMBED', finalized: true })).toMatchObject({
    kind: 'complete',
    warning: { code: 'EMBED_INCOMPLETE', path: null },
  });
  expect(judge('CANCELLED', { phase: 'EMBED', finalized: true })).toMatchObject({
    kind: 'complete',
    warning: { code: 'EMBED_CANCELLED' },
  });
});

test('before FINALIZE a failure ends the sync with its code, and a cancel without one', () => {
  expect(judge('SOURCE_TIMEOUT')).toMatchObject({
    kind: 'end',
    happening: 'fail',
    message: 'It failed.',
    failure: { code: 'SOURCE_TIMEOUT' },
  });
  expect(judge('CANCELLED')).toEqual({
    kind: 'end',
    happening: 'cancel',
    message: 'Cancelled',
    failure: null,
  });
});
