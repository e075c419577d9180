import { openAnalysisWorld } from '../src/testing/open-analysis-world.ts';
import { factsOfText, hasFacts } from '@project-sync/knowledge';
import { analyzePhase, type Enrichment } from '@project-sync/sync';

// What ANALYZE costs for one changed body, one changed export and one new file, as the repository grows.
// `node packages/db/bench/analysis-scale.ts [--sizes 250,4000,16000]`; TEST_DATABASE_URL chooses a database server.
const given = process.argv.indexOf('--sizes');
const sizes = (given < 0 ? '250,4000,16000' : (process.argv[given + 1] ?? '')).split(',').map(Number);
const RUNS = 5;
const inner = analyzePhase({ readFacts: factsOfText, hasFacts });
let milliseconds = 0;
let statements = 0;

/** The phase with a stopwatch around it. */
const measured: Enrichment = {
  phase: 'ANALYZE',
  async *run(run, snapshot) {
    const [from, before] = [performance.now(), world.database.statements()];
    yield* inner.run(run, snapshot);
    milliseconds = performance.now() - from;
    statements = world.database.statements() - before;
  },
};

/** A file that imports three others of its neighbourhood, and exports a function and a class. */
const body = (index: number, size: number, extra = '') =>
  [
    ...[1, 2, 3].map((step) => {
      const other = (index + step * 7) % size;
      return `import { work${other} } from '${other % 100 === index % 100 ? '.' : `../d${other % 100}`}/file-${other}';`;
    }),
    `export function work${index}(text: string): number {`,
    ...[1, 2, 3].map((step) => `  work${(index + step * 7) % size}(text);`),
    `  return ${index}; ${extra}`,
    '}',
    `export class Kept${index} { save(): void {} }`,
    '',
  ].join('\n');
const pathOf = (index: number) => `src/d${index % 100}/file-${index}.ts`;

console.log(
  '| files | sync | ms (median) | statements | link rows | ms in all |\n| ---: | --- | ---: | ---: | ---: | ---: |',
);
let world = await openAnalysisWorld({ enrichments: [measured] });
for (const size of sizes) {
  await world.close();
  world = await openAnalysisWorld({ enrichments: [measured] });
  const { id, at } = await world.connect();
  at.commit(
    'main',
    Object.fromEntries(Array.from({ length: size }, (_, index) => [pathOf(index), body(index, size)])),
  );
  const links = async () => {
    const [row] = await world.database.system.query<{ rows: bigint }>(
      'SELECT count(*) + count(superseded) AS rows FROM file_link',
    );
    return Number(row?.rows ?? 0n);
  };
  const measure = async (name: string, changes: readonly (() => void)[], branch = 'main') => {
    const runs: { ms: number; statements: number; rows: number; whole: number }[] = [];
    for (const change of changes) {
      change();
      const [before, from] = [await links(), performance.now()];
      const { warnings, status } = await world.sync(id, branch);
      const whole = performance.now() - from;
      if (warnings.length > 0 || status !== 'COMPLETED') throw new Error(JSON.stringify(warnings));
      runs.push({ ms: milliseconds, statements, rows: (await links()) - before, whole });
    }
    const middle = runs.toSorted((a, b) => a.ms - b.ms)[Math.floor(runs.length / 2)];
    if (middle === undefined) return;
    console.log(
      `| ${size} | ${name} | ${middle.ms.toFixed(1)} | ${Math.max(...runs.map((each) => each.statements))} | ${Math.max(...runs.map(({ rows }) => rows))} | ${middle.whole.toFixed(0)} |`,
    );
  };
  const times = (change: (run: number) => void) =>
    Array.from({ length: RUNS }, (_, run) => () => change(run));
  await measure('first', [() => undefined]);
  await measure(
    'nothing new',
    times(() => undefined),
  );
  await measure(
    'one body',
    times((run) => at.commit('main', { [pathOf(50)]: body(50, size, `// ${run}`) })),
  );
  await measure(
    'one export',
    times((run) =>
      at.commit('main', {
        [pathOf(60)]: body(60, size).replace('text: string', `text: string, more${run}?: number`),
      }),
    ),
  );
  await measure(
    'one new file',
    times((run) =>
      at.commit('main', { [`src/d1/new-${run}.ts`]: body(1, size).replaceAll('work1(', `fresh${run}(`) }),
    ),
  );
  await measure('a branch that shares everything', [() => at.point('work', at.head('main'))], 'work');
  await world.removeRepositories();
}
await world.close();
