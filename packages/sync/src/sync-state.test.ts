import { expect, test } from 'vitest';
import {
  activeStatuses,
  endedStatuses,
  isActive,
  isTerminal,
  phases,
  runningPhases,
  statusAfter,
  statusesBefore,
  syncStatuses,
  transitions,
  type SyncHappening,
  type SyncStatus,
} from './sync-state.ts';

const happenings: readonly SyncHappening[] = ['claim', 'lost', 'complete', 'fail', 'cancel'];

test('every state answers every event', () => {
  for (const status of syncStatuses)
    expect(Object.keys(transitions[status]).sort()).toEqual([...happenings].sort());
});

test('a sync that has ended stays in its state', () => {
  for (const status of syncStatuses.filter(isTerminal)) {
    for (const happening of happenings) expect(transitions[status][happening]).toBeNull();
  }
  expect(syncStatuses.filter(isTerminal).sort()).toEqual(['CANCELLED', 'COMPLETED', 'FAILED']);
});

test('every active state can reach each of the three ends', () => {
  for (const start of syncStatuses.filter(isActive)) {
    const reached = new Set<SyncStatus>([start]);
    for (const from of reached)
      for (const happening of happenings) {
        const next = transitions[from][happening];
        if (next !== null) reached.add(next);
      }
    expect([...reached].filter(isTerminal).sort()).toEqual(['CANCELLED', 'COMPLETED', 'FAILED']);
  }
});

test('an event leads to one state, and the derived lists agree with the table', () => {
  for (const happening of happenings)
    for (const status of statusesBefore(happening))
      expect(transitions[status][happening]).toBe(statusAfter(happening));
  expect([...activeStatuses, ...endedStatuses].sort()).toEqual([...syncStatuses].sort());
});

test('the running phases are some of the phases, in the same order', () => {
  expect(phases.filter((phase) => runningPhases.includes(phase))).toEqual(runningPhases);
});
