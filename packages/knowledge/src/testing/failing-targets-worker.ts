import { parentPort } from 'node:worker_threads';
import type { FuzzTarget } from './fuzz.ts';
import { tryTargets } from './try-targets.ts';

/** Fails at one text of each run: the fourth. */
const failing = (name: string, fail: () => unknown): FuzzTarget => {
  let tried = 0;
  return { name, check: () => ((tried += 1) === 4 ? fail() : undefined) };
};
const kept: Buffer[] = [];

// Readers that fail in the ways that a thread cannot report itself, for the test of what watches it.
if (parentPort !== null)
  await tryTargets(parentPort, {
    targets: [
      failing('hangs', () => {
        for (;;) Math.sqrt(2);
      }),
      failing('waits', () => new Promise(() => undefined)),
      failing('ends', () => process.exit(3)),
      failing('fills', async () => {
        for (;;) {
          kept.push(Buffer.alloc(16 * 2 ** 20, 1));
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }),
      failing('throws', () => {
        throw new Error('Not this one.');
      }),
    ],
  });
