import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Claim, SyncClaims } from '../ports/sync-claims.ts';
import { claimedSync } from '../testing/claimed-sync.ts';
import { Watchdog } from './watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const claim: Claim = { fence: 1, sync: claimedSync() };

/** A watchdog whose heartbeats are answered by `beat`, over a run that has been silent for `silentFor` ms. */
function watched(beat: SyncClaims['heartbeat'], silentFor = 0): { watchdog: Watchdog; beats: () => number } {
  let beats = 0;
  const watchdog = new Watchdog(
    {
      heartbeat(claimed) {
        beats += 1;
        return beat(claimed);
      },
    },
    claim,
    60_000,
  );
  watchdog.watch({ phase: 'SCAN', silentFor }, 1000);
  return { watchdog, beats: () => beats };
}
const healthy = () => Promise.resolve({ held: true, cancelled: false });

test('a run that holds its lease and reports goes on, and is watched until it is stopped', async () => {
  const { watchdog, beats } = watched(healthy);
  await vi.advanceTimersByTimeAsync(5000);
  expect(watchdog.signal.aborted).toBe(false);
  watchdog.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(beats()).toBe(5);
});

test('a lost lease, a cancel request and a long silence each end the run with their reason', async () => {
  const runs = [
    watched(() => Promise.resolve({ held: false, cancelled: false })),
    watched(() => Promise.resolve({ held: true, cancelled: true })),
    watched(healthy, 60_001),
  ];
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs.map(({ watchdog }) => watchdog.signal.reason as unknown)).toMatchObject([
    { code: 'LEASE_LOST' },
    { code: 'CANCELLED' },
    { code: 'PHASE_TIMEOUT', retryable: true, message: expect.stringContaining('SCAN') as string },
  ]);
  for (const { watchdog } of runs) watchdog.stop();
});

test('a heartbeat that fails leaves the run to notice the database itself', async () => {
  const { watchdog } = watched(() => Promise.reject(new Error('no connection')));
  await vi.advanceTimersByTimeAsync(3000);
  expect(watchdog.signal.aborted).toBe(false);
  watchdog.stop();
});

test('the first reason is kept', () => {
  const { watchdog } = watched(healthy);
  watchdog.cancel();
  watchdog.release();
  expect([watchdog.released, watchdog.signal.reason as unknown]).toMatchObject([true, { code: 'CANCELLED' }]);
  watchdog.stop();
});
