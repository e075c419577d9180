import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seedOf } from './fuzz.ts';
import { addPiece, lastPiece, readFuzzTable } from './fuzz-table.ts';
import { WatchedThread } from './watch-fuzz.ts';

const script = fileURLToPath(new URL('./failing-targets-worker.ts', import.meta.url));
/** Without limits but those of a case, since other tests of this process use its time and memory too. */
const none = { hangMs: Infinity, silentMs: Infinity, memoryBytes: Infinity, lookMs: 20 };
const piece = { seed: 5, from: 10, untilMs: 20_000, cases: 6 };

test.each([
  ['hangs', /^It hangs/, { hangMs: 300 }],
  ['waits', /^It waits/, { silentMs: 500 }],
  ['ends', /^The thread ended/, {}],
  ['fills', /^The process has \d+ MB/, { memoryBytes: process.memoryUsage.rss() + 2 ** 28 }],
] as const)('a reader that %s is ended, and its text is found by its seed', async (target, reason, limit) => {
  const found = await new WatchedThread(script, { ...none, ...limit }).tryPiece({ ...piece, target });
  expect(found).toMatchObject({ next: 14, findings: [{ target, seed: seedOf(5, 13) }] });
  expect(found.findings[0]?.reason).toMatch(reason);
});

test('after a reader that throws, its other texts are tried in the same thread', async () => {
  const thread = new WatchedThread(script, none);
  const { next, findings } = await thread.tryPiece({ ...piece, target: 'throws' });
  expect(next).toBe(16);
  expect(findings.map(({ seed }) => seed)).toEqual([seedOf(5, 13)]);
  await thread.close();
});

test('a reader goes on where its last piece in the table ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-fuzz-'));
  const table = join(folder, 'fuzzing.tsv');
  expect(lastPiece(table, 'paths')).toBeNull();
  const row = { reader: 'paths', seed: 7, minutes: 0.5, mostBytes: 2 ** 20, found: 0 };
  addPiece(table, { ...row, from: 0, to: 100 });
  addPiece(table, { ...row, reader: 'other', from: 0, to: 3 });
  addPiece(table, { ...row, from: 100, to: 250 });
  expect(lastPiece(table, 'paths')).toEqual({ seed: 7, from: 250 });
  expect(readFuzzTable(table)).toHaveLength(3);
  await rm(folder, { recursive: true });
});
