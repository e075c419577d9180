import { parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { addPiece, lastPiece } from './fuzz-table.ts';
import { tryTargets, type OpenTargets } from './try-targets.ts';
import { WatchedThread, type WatchedPiece } from './watch-fuzz.ts';

const HANG_MS = 10_000;
const SILENT_MS = 180_000;
const MEGABYTES = 2000;
const LOOK_MS = 200;

/**
 * Runs targets by command, in a thread that runs the same script. `--target NAME` chooses one, `--minutes N` how long each is tried,
 * `--cases N` how many texts at most, `--seed N` and `--from N` where to begin, `--memory N` the megabytes that the process may have, and
 * `--table FILE` a table where each piece is added, and where it goes on from the last one of its reader. Prints each finding with the seed
 * that makes its text again, and fails the process if there is one.
 */
export async function runFuzz(url: string, open: () => Promise<OpenTargets> | OpenTargets): Promise<void> {
  if (parentPort !== null) return tryTargets(parentPort, await open());
  const option = (name: string): string | undefined => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const memoryBytes = Number(option('memory') ?? MEGABYTES) * 2 ** 20;
  const limits = { hangMs: HANG_MS, silentMs: SILENT_MS, memoryBytes, lookMs: LOOK_MS };
  const wanted = option('target');
  const table = option('table');
  let thread = new WatchedThread(fileURLToPath(url), limits);
  for (const target of (await thread.names()).filter((name) => wanted === undefined || name === wanted)) {
    const last = table === undefined ? null : lastPiece(table, target);
    const seed = Number(option('seed') ?? last?.seed ?? Date.now() % 1_000_000);
    const from = Number(option('from') ?? last?.from ?? 0);
    const begun = performance.now();
    const piece = await thread.tryPiece({
      target,
      seed,
      from,
      untilMs: Number(option('minutes') ?? 1) * 60_000,
      cases: Number(option('cases') ?? Number.MAX_SAFE_INTEGER),
    });
    const minutes = (performance.now() - begun) / 60_000;
    print(target, { seed, from }, piece);
    const { next: to, mostBytes, findings } = piece;
    if (table !== undefined)
      addPiece(table, { reader: target, seed, from, to, minutes, mostBytes, found: findings.length });
    if (findings.length > 0) process.exitCode = 1;
    // Each reader has a thread of its own, so that none is charged with the memory of another.
    await thread.close();
    thread = new WatchedThread(fileURLToPath(url), limits);
  }
}

function print(
  target: string,
  { seed, from }: { readonly seed: number; readonly from: number },
  { next, findings, mostBytes }: WatchedPiece,
): void {
  console.log(
    `${target}: texts ${from} to ${next} of seed ${seed}, ${findings.length} findings, ${Math.round(mostBytes / 2 ** 20)} MB at most`,
  );
  for (const { seed: made, reason, text } of findings)
    console.error(`seed ${made}: ${reason}\n${JSON.stringify(text.slice(0, 500))}`);
}
