import { isDeepStrictEqual } from 'node:util';
import { analysisHistory, type ComparedSnapshot, type StepCounts } from '../src/testing/analysis-history.ts';
import { openAnalysisWorld } from '../src/testing/open-analysis-world.ts';

// Random edit histories after which the stored links and patterns must equal those of a fresh analysis, row for row, and the
// findings of the rules that read the syncs of a branch those of a replay of all its snapshots.
// `node packages/db/bench/analysis-histories.ts [--histories 5000] [--from 1] [--length 5] [--together 50] [--minutes 60]`;
// TEST_DATABASE_URL chooses a server. Each history has a project of its own; `--together` share one database.
const numberOf = (flag: string, otherwise: number): number => {
  const at = process.argv.indexOf(flag);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [first, count, length] = [
  numberOf('--from', 1),
  numberOf('--histories', 5000),
  numberOf('--length', 5),
];
const together = numberOf('--together', 50);
const until = performance.now() + numberOf('--minutes', 60) * 60_000;
const counts: StepCounts = new Map();
let differing = 0;
let findings = 0;
let rows = 0;
let compared = 0;

function report(seed: number, { step, incremental, fresh }: ComparedSnapshot): void {
  const [ours, theirs] = [incremental, fresh].map((each) => new Set(each.map((row) => JSON.stringify(row))));
  console.log(`history ${seed} differs after step ${step}`);
  for (const row of ours ?? [])
    if (theirs?.has(row) === false) console.log(`  only stored: ${row.slice(0, 400)}`);
  for (const row of theirs ?? [])
    if (ours?.has(row) === false) console.log(`  only fresh: ${row.slice(0, 400)}`);
}

let seed = first;
while (seed < first + count && performance.now() < until) {
  const world = await openAnalysisWorld();
  const end = Math.min(seed + together, first + count);
  for (; seed < end && performance.now() < until; seed += 1) {
    const snapshots = await analysisHistory(world, { seed, length }, counts);
    compared += snapshots.length;
    let isSame = true;
    for (const snapshot of snapshots) {
      findings += snapshot.ofHistory;
      rows += snapshot.incremental.length;
      if (isDeepStrictEqual(snapshot.incremental, snapshot.fresh)) continue;
      isSame = false;
      report(seed, snapshot);
    }
    if (!isSame) differing += 1;
  }
  await world.close();
  console.log(
    `seeds ${first} to ${seed - 1}: ${compared} snapshots with ${rows} rows (${findings} of rules that read the syncs) compared, ${differing} histories differ; ${[...counts].map(([kind, times]) => `${times} ${kind}`).join(', ')}; ${Math.round(process.cpuUsage().user / 1e6)} s of processor time`,
  );
}
process.exitCode = differing === 0 ? 0 : 1;
