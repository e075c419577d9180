import { expect, test } from 'vitest';
import { queueOf, syncToFollow } from './sync-queue.ts';

const sync = (id: string, status: string, minute: number) => ({
  id,
  branch: id,
  status,
  queuedAt: `2026-01-01T00:0${minute}:00Z`,
  repository: { id: 'R' },
});
const active = [
  sync('c', 'QUEUED', 5),
  sync('b', 'QUEUED', 4),
  sync('a', 'RUNNING', 3),
  sync('d', 'RUNNING', 1),
];

test('the sync of the shown branch is followed, whatever else runs', () => {
  expect(syncToFollow(active, { repository: 'R', branch: 'b' })?.id).toBe('b');
});

test('elsewhere it is one that runs, not the one that was queued last', () => {
  expect(syncToFollow(active, { repository: 'R', branch: 'main' })?.id).toBe('a');
  expect(syncToFollow(active.slice(0, 2), { repository: 'R', branch: 'main' })?.id).toBe('b');
  expect(syncToFollow([], { repository: 'R', branch: 'main' })).toBeNull();
});

test('the branch of that name in another repository is another branch', () => {
  expect(syncToFollow(active, { repository: 'R2', branch: 'b' })?.id).toBe('a');
});

test('a waiting sync knows how many run, how many wait, and its place', () => {
  expect(queueOf(active, 'c')).toEqual({ running: 2, waiting: 2, place: 2 });
  expect(queueOf(active, 'a')).toEqual({ running: 2, waiting: 2, place: null });
});
