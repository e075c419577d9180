import { isDeepStrictEqual } from 'node:util';
import { analysisHistory } from '../src/testing/analysis-history.ts';
import { openAnalysisWorld } from '../src/testing/open-analysis-world.ts';

// Random edit histories after which the stored links and patterns must equal those of a fresh analysis, row for row, and the
// findings of the rules that read the syncs of a branch those of a replay of all its snapshots.
// `node packages/db/bench/analysis-histories.ts [--histories 5000] [--from 1] [--steps 4]`; TEST_DATABASE_URL chooses a server.
const numberOf = (flag: string, otherwise: number): number => {
  const at = process.argv.indexOf(flag);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [first, count, steps] = [numberOf('--from', 1), numberOf('--histories', 5000), numberOf('--steps', 4)];
const world = await openAnalysisWorld();
let differing = 0;
let findings = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const { incremental, fresh, ofHistory } = await analysisHistory(world, { seed, steps });
  findings += ofHistory;
  if (!isDeepStrictEqual(incremental, fresh)) {
    differing += 1;
    const [ours, theirs] = [incremental, fresh].map(
      (rows) => new Set(rows.map((row) => JSON.stringify(row))),
    );
    console.log(`history ${seed} differs`);
    for (const row of ours ?? [])
      if (theirs?.has(row) === false) console.log(`  only stored: ${row.slice(0, 300)}`);
    for (const row of theirs ?? [])
      if (ours?.has(row) === false) console.log(`  only fresh: ${row.slice(0, 300)}`);
  }
  if ((seed - first + 1) % 100 === 0) console.log(`${seed - first + 1} histories, ${differing} differ`);
}
console.log(
  `${count} histories, ${differing} differ; ${findings} findings of rules that read the syncs of a branch`,
);
await world.close();
await world.removeRepositories();
process.exitCode = differing === 0 ? 0 : 1;
