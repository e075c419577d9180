import { isDeepStrictEqual } from 'node:util';
import { analysisHistory } from '../src/testing/analysis-history.ts';
import { openAnalysisWorld } from '../src/testing/open-analysis-world.ts';

// Random edit histories after which the stored links must equal those of a fresh analysis, row for row.
// `node packages/db/bench/analysis-histories.ts [--histories 5000] [--from 1]`; TEST_DATABASE_URL chooses a server.
const numberOf = (flag: string, otherwise: number): number => {
  const at = process.argv.indexOf(flag);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [first, count] = [numberOf('--from', 1), numberOf('--histories', 5000)];
const world = await openAnalysisWorld();
let differing = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const { incremental, fresh } = await analysisHistory(world, { seed, steps: 4 });
  if (!isDeepStrictEqual(incremental, fresh)) {
    differing += 1;
    console.log(`history ${seed} differs`);
  }
  if ((seed - first + 1) % 100 === 0) console.log(`${seed - first + 1} histories, ${differing} differ`);
}
console.log(`${count} histories, ${differing} differ`);
await world.close();
await world.removeRepositories();
process.exitCode = differing === 0 ? 0 : 1;
