import { expect, test } from 'vitest';
import {
  addEvent,
  isOver,
  NOTHING_YET,
  secondsIn,
  secondsLeft,
  shownPhases,
  stepOf,
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
