import { expect, test } from 'vitest';
import {
  addEvent,
  isOver,
  isReadable,
  NOTHING_YET,
  presentOf,
  secondsIn,
  secondsLeft,
  shownPhases,
  stepOf,
  withBegun,
  type ProgressEvent,
} from './progress.ts';
import { activeStatuses, endedStatuses, phases } from './sync-states.ts';

const start = Date.UTC(2026, 0, 1);
const event = (sequence: number, more: Partial<ProgressEvent> = {}): ProgressEvent => ({
  sequence,
  at: new Date(start + sequence * 1000).toISOString(),
  status: 'RUNNING',
  phase: 'IMPORT',
  progress: sequence / 10,
  message: `event ${sequence}`,
  ...more,
});
const all = (events: ProgressEvent[]) => events.reduce(addEvent, NOTHING_YET);

test('an event that was seen before a reconnection changes nothing', () => {
  const state = all([event(1), event(2)]);
  expect(addEvent(state, event(1, { message: 'again' }))).toBe(state);
  expect(addEvent(state, event(2, { message: 'again' }))).toBe(state);
});

test('progress never falls, whatever an event says', () => {
  expect(all([event(1, { progress: 0.5 }), event(2, { progress: 0.2 })]).progress).toBe(0.5);
});

test('the phases before the current one are done and those after it are waiting', () => {
  const state = all([event(1, { phase: 'PREPARE' }), event(2, { phase: 'SCAN' }), event(3)]);
  expect(phases.map((phase) => stepOf(state, phase)).join(' ')).toBe(
    'done done now waiting waiting waiting waiting waiting waiting',
  );
});

test('a phase that a finished sync never entered is not shown as done', () => {
  const state = all([
    event(1, { phase: 'PREPARE' }),
    event(2, { phase: 'PREPARE', status: 'COMPLETED', progress: 1 }),
  ]);
  expect(stepOf(state, 'PREPARE')).toBe('done');
  expect(stepOf(state, 'EMBED')).toBe('skipped');
});

test('a phase that a running sync has passed by is not shown as done either', () => {
  const state = all([event(1, { phase: 'PREPARE' }), event(2, { phase: 'EMBED' })]);
  expect(phases.map((phase) => stepOf(state, phase)).join(' ')).toBe(`done ${'skipped '.repeat(7)}now`);
});

test('a failure is shown at the phase in which it happened', () => {
  expect(stepOf(all([event(1, { phase: 'SCAN', status: 'FAILED' })]), 'SCAN')).toBe('failed');
});

test('a phase lasts from its first event to the first event of the next', () => {
  const state = all([event(1, { phase: 'PREPARE' }), event(4, { phase: 'SCAN' })]);
  expect(secondsIn(state, 'PREPARE', start)).toBe(3);
  expect(secondsIn(state, 'SCAN', start + 9000)).toBe(5);
  expect(secondsIn(state, 'EMBED', start)).toBeNull();
});

test('the time left follows the speed of the last events, and ends with the sync', () => {
  const state = all([event(1), event(2), event(5)]);
  expect(secondsLeft(state)).toBeCloseTo(5);
  expect(secondsLeft(addEvent(state, event(6, { status: 'COMPLETED', progress: 1 })))).toBeNull();
});

test('a sync has ended in exactly the ended states of the state table', () => {
  expect(endedStatuses.map(isOver)).toEqual(endedStatuses.map(() => true));
  expect(activeStatuses.map(isOver)).toEqual(activeStatuses.map(() => false));
});

test('a phase in which nothing runs is drawn only once an event mentions it', () => {
  expect(shownPhases(NOTHING_YET)).toEqual(['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE', 'ANALYZE', 'EMBED']);
  expect(shownPhases(all([event(1, { phase: 'DOCUMENT' })]))).toEqual([
    'PREPARE',
    'SCAN',
    'IMPORT',
    'FINALIZE',
    'ANALYZE',
    'DOCUMENT',
    'EMBED',
  ]);
});

test('a page that is opened in the middle of a sync begins at its present state', () => {
  const state = presentOf({ lastSequence: 40, status: 'RUNNING', phase: 'EMBED', progress: 0.92 });
  expect([state.progress, stepOf(state, 'EMBED')]).toEqual([0.92, 'now']);
  // Until the log says which phases there were, those before are over.
  expect(stepOf(state, 'SCAN')).toBe('done');
  // Events of the past, had they come, would change nothing; the newest one does.
  expect(addEvent(state, event(12, { progress: 0.1 }))).toBe(state);
  expect(addEvent(state, event(40, { progress: 0.92, phase: 'EMBED' })).message).toBe('event 40');
});

test('the log tells when the phases began that were over before', () => {
  const state = presentOf({ lastSequence: 40, status: 'RUNNING', phase: 'EMBED', progress: 0.9 });
  const known = withBegun(state, [event(1, { phase: 'PREPARE' }), event(2, { phase: 'PREPARE' }), event(3)]);
  expect(secondsIn(known, 'PREPARE', start)).toBe(2);
  expect(stepOf(known, 'IMPORT')).toBe('done');
  expect([known.sequence, known.progress]).toEqual([39, 0.9]);
});

test('nothing of a sync is in progress while it waits for a worker', () => {
  const queued = presentOf({ lastSequence: 1, status: 'QUEUED', phase: 'PREPARE', progress: 0 });
  expect(phases.every((phase) => stepOf(queued, phase) === 'waiting')).toBe(true);
});

test('a cancelled sync stopped at its phase, which is no failure', () => {
  expect(stepOf(all([event(1, { phase: 'SCAN', status: 'CANCELLED' })]), 'SCAN')).toBe('stopped');
});

test('a state can be read as soon as FINALIZE is done, before its meaning is known', () => {
  const at = (phase: ProgressEvent['phase']) => isReadable(all([event(1, { phase })]));
  expect(phases.map(at)).toEqual([false, false, false, false, true, true, true, true, true]);
});
