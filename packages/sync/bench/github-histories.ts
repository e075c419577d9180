import { parseArgs } from 'node:util';
import { formatOf } from '../src/objects/git-object.ts';
import { Holdings } from '../src/github/testing/holdings.ts';
import { createWorld } from '../src/github/testing/world.ts';
import { listingOf, RandomHistory } from '../src/testing/index.ts';

// Reads random histories through GitHub; compares each listing with git ls-tree and each content with its ID.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    steps: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
});
const call = { signal: new AbortController().signal };
const started = performance.now();
let syncs = 0;
let wrong = 0;
let contents = 0;
let requests = 0;
for (let round = 0; round < Number(values.rounds); round += 1) {
  const seed = Number(values.seed) + round;
  const world = await createWorld();
  const history = new RandomHistory(world.repository, seed);
  const holdings = new Holdings();
  const source = world.source();
  try {
    for (let step = 0; step < Number(values.steps); step += 1) {
      const { branch, commit, what } = history.step();
      const head = await holdings.read(source, branch, call);
      if (head === null) continue;
      syncs += 1;
      if (
        listingOf(holdings.trees, head.treeOid, formatOf(head.treeOid)).equals(
          world.repository.lsTree(commit),
        )
      )
        continue;
      wrong += 1;
      console.error(`Seed ${seed}, step ${step} (${what}): the listing differs.`);
    }
  } catch (error) {
    wrong += 1;
    console.error(`Seed ${seed}:`, error);
  }
  contents += holdings.blobs.size;
  requests += world.github.log.length;
  await world.close();
}
console.log(`| histories | syncs | wrong listings | contents re-hashed | requests | seconds |
| ---: | ---: | ---: | ---: | ---: | ---: |
| ${values.rounds} | ${syncs} | ${wrong} | ${contents} | ${requests} | ${((performance.now() - started) / 1000).toFixed(0)} |`);
process.exitCode = wrong === 0 ? 0 : 1;
