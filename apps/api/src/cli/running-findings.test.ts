import { expect, test } from 'vitest';
import { judgeDisk, judgeWork } from './running-findings.ts';

const samples = (values: Readonly<Record<string, number>>) =>
  new Map(Object.entries(values).map(([name, value]) => [`project_sync_${name}`, value]));

test('an empty queue and a connected worker are fine', () => {
  const found = judgeWork(samples({ workers: 2, 'queue_running_syncs{state="held"}': 1 }));
  expect(found.map(({ what, ok, message }) => [what, ok, message])).toEqual([
    ['queue', true, 'nothing waits'],
    ['workers', true, '2 connected, 1 sync runs'],
  ]);
});

test('work that waits without a worker fails, and so does work that waits for a quarter of an hour', () => {
  const waiting = { 'queue_depth{queue="sync"}': 3, 'queue_oldest_age_seconds{queue="sync"}': 20 };
  expect(judgeWork(samples(waiting))).toMatchObject([
    { what: 'queue', ok: true, message: '3 jobs wait, the oldest for 20 s' },
    { what: 'workers', ok: false, message: expect.stringContaining('ROLE=worker') as string },
  ]);
  const stuck = { ...waiting, 'queue_oldest_age_seconds{queue="sync"}': 901, workers: 1 };
  expect(judgeWork(samples(stuck))).toMatchObject([
    { what: 'queue', ok: false },
    { what: 'workers', ok: true },
  ]);
});

test('syncs that lost their worker are named', () => {
  const found = judgeWork(samples({ workers: 1, 'queue_running_syncs{state="abandoned"}': 2 }));
  expect(found[2]).toMatchObject({
    ok: true,
    warning: true,
    message: expect.stringContaining('2 syncs') as string,
  });
});

test('a disk warns below five gigabytes and fails below a half', () => {
  expect([80e9, 3e9, 0.2e9].map((free) => judgeDisk(free, 100e9))).toMatchObject([
    { ok: true, warning: false, message: '80.0 of 100.0 GB are free' },
    { ok: true, warning: true },
    { ok: false },
  ]);
});
