import { parseArgs } from 'node:util';
import { formatOf } from '../src/objects/git-object.ts';
import { Holdings } from '../src/github/testing/holdings.ts';
import { passingFaults } from '../src/github/testing/passing-faults.ts';
import { createWorld, manyFiles } from '../src/github/testing/world.ts';
import { listingOf, randomFrom } from '../src/testing/index.ts';

// A mixed plan of faults over first imports, followed commits and force-pushes. The least number of calls is what the
// same reads take without faults, and one more for each fault that made its request worthless.
const { values } = parseArgs({
  options: { faults: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
const total = Number(values.faults);
const random = randomFrom(Number(values.seed) * 7_919);
const call = { signal: new AbortController().signal };
const kinds = Object.entries(passingFaults);
const world = await createWorld();
const { repository, github } = world;
const first = repository.commit('one', { ...manyFiles(250), 'image.bin': Buffer.from([0, 1, 2]) });
const followed = repository.commit('two', manyFiles(80, 'second'), { from: first });
const pushed = repository.commit('three', manyFiles(130, 'third'), { from: first });
const reads = [
  { from: null, to: first },
  { from: first, to: followed },
  { from: followed, to: pushed },
];

async function read(
  plan: (typeof reads)[number],
  arm: () => void,
): Promise<{ calls: number; right: boolean; closed: number; struck: number }> {
  const source = world.source();
  const holdings = new Holdings();
  if (plan.from !== null) {
    repository.point('moving', plan.from);
    await holdings.read(source, 'moving', call);
  }
  repository.point('moving', plan.to);
  github.log.length = 0;
  arm();
  const head = await holdings.read(source, 'moving', call);
  github.clearFaults();
  const right =
    head !== null &&
    listingOf(holdings.trees, head.treeOid, formatOf(head.treeOid)).equals(repository.lsTree(plan.to));
  const struck = github.log.filter((request) => request.fault !== null).length;
  return {
    calls: github.log.length,
    right,
    closed: github.log.filter((request) => request.insideClosedWindow).length,
    struck,
  };
}

const plain: number[] = [];
for (const plan of reads) plain.push((await read(plan, () => undefined)).calls);
const sum = { runs: 0, faults: 0, calls: 0, least: 0, wrong: 0, closed: 0 };
const excess = new Map<string, number>();
while (sum.faults < total) {
  const index = random(reads.length);
  const plan = reads[index];
  const [name, fault] = kinds[random(kinds.length)] ?? [];
  if (plan === undefined || fault === undefined || name === undefined) throw new Error('The plan is empty.');
  const count = 1 + random(2);
  const after = random(plain[index] ?? 1);
  try {
    const result = await read(plan, () => github.fault({ ...fault, after, times: count }));
    const least = (plain[index] ?? 0) + result.struck;
    sum.calls += result.calls;
    sum.least += least;
    sum.faults += result.struck;
    sum.closed += result.closed;
    if (!result.right) sum.wrong += 1;
    excess.set(name, (excess.get(name) ?? 0) + result.calls - least);
  } catch (error) {
    sum.wrong += 1;
    console.error(`${name} at request ${after}, ${count} times:`, error);
    github.clearFaults();
  }
  sum.runs += 1;
}
await world.close();
console.log(`| reads | faults | wrong trees | requests in a closed window | calls | least | ratio |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| ${sum.runs} | ${sum.faults} | ${sum.wrong} | ${sum.closed} | ${sum.calls} | ${sum.least} | ${(sum.calls / sum.least).toFixed(3)} |`);
console.log('\n| fault | calls above the least |\n| --- | ---: |');
for (const [name, calls] of [...excess].sort((a, b) => b[1] - a[1])) console.log(`| ${name} | ${calls} |`);
process.exitCode = sum.wrong + sum.closed === 0 ? 0 : 1;
