import { expect, test } from 'vitest';
import { isActive, isTerminal, transitions, type SyncHappening, type SyncStatus } from './sync-state.ts';

const statuses = Object.keys(transitions) as SyncStatus[];
const happenings: readonly SyncHappening[] = ['claim', 'lost', 'complete', 'fail', 'cancel'];

test('every state answers every happening', () => {
  for (const status of statuses)
    expect(Object.keys(transitions[status]).sort()).toEqual([...happenings].sort());
});

test('what has ended stays as it ended', () => {
  for (const status of statuses.filter(isTerminal)) {
    for (const happening of happenings) expect(transitions[status][happening]).toBeNull();
  }
  expect(statuses.filter(isTerminal).sort()).toEqual(['CANCELLED', 'COMPLETED', 'FAILED']);
});

test('every active state can come to each of the three ends', () => {
  for (const start of statuses.filter(isActive)) {
    const reached = new Set<SyncStatus>([start]);
    for (const from of reached)
      for (const happening of happenings) {
        const next = transitions[from][happening];
        if (next !== null) reached.add(next);
      }
    expect([...reached].filter(isTerminal).sort()).toEqual(['CANCELLED', 'COMPLETED', 'FAILED']);
  }
});
