import { openAnalysisWorld } from '../src/testing/open-analysis-world.ts';
import { factsOfText, hasFacts } from '@project-sync/knowledge';
import {
  analyzePhase,
  axiomPhase,
  consolidatePhase,
  documentPhase,
  type Enrichment,
} from '@project-sync/sync';

// What each phase after FINALIZE costs for one changed function, one changed export, one new file and a new branch, as the repository
// grows: time, processor time of this process, statements, rows that statements returned, and rows written.
// `node packages/db/bench/phase-scale.ts [--sizes 250,4000,16000] [--profile ANALYZE]`; TEST_DATABASE_URL chooses a database server.
// With `--profile` the statements of one phase are listed, with the milliseconds of each.
const given = process.argv.indexOf('--sizes');
const sizes = (given < 0 ? '250,4000,16000' : (process.argv[given + 1] ?? '')).split(',').map(Number);
const profiled = process.argv.includes('--profile')
  ? process.argv[process.argv.indexOf('--profile') + 1]
  : null;
const RUNS = 5;
const WRITTEN = [
  'file_link',
  'link_set',
  'pattern',
  'document',
  'memory_entry',
  'workflow_insight',
  'code_symbol',
] as const;

interface Cost {
  readonly ms: number;
  readonly processor: number;
  readonly statements: number;
  readonly read: number;
  readonly written: number;
}

const costs = new Map<string, Cost>();
/** The statements of the last run of a phase. */
const profiles = new Map<string, readonly (readonly [ms: number, text: string])[]>();
const inner = [
  analyzePhase({ readFacts: factsOfText, hasFacts }),
  documentPhase(),
  consolidatePhase(),
  axiomPhase(),
];

/** The phase with a stopwatch and counters around it. */
function measured(phase: Enrichment): Enrichment {
  return {
    phase: phase.phase,
    async *run(run, snapshot) {
      const { database } = world;
      const rowsBefore = await writtenRows();
      const from = performance.now();
      const [statements, read] = [database.statements(), database.rows()];
      const processor = process.cpuUsage();
      const times: [ms: number, text: string][] = [];
      if (phase.phase === profiled)
        database.watchStatements((text) => {
          const begun = performance.now();
          return () => void times.push([performance.now() - begun, text]);
        });
      yield* phase.run(run, snapshot);
      const ms = performance.now() - from;
      const { user, system } = process.cpuUsage(processor);
      database.watchStatements(() => () => undefined);
      profiles.set(phase.phase, times);
      costs.set(phase.phase, {
        ms,
        processor: (user + system) / 1000,
        statements: database.statements() - statements,
        read: database.rows() - read,
        written: (await writtenRows()) - rowsBefore,
      });
    },
  };
}

/** Rows that were inserted or superseded, of the tables that the phases write. */
async function writtenRows(): Promise<number> {
  const counts = WRITTEN.map((table) =>
    table === 'link_set' || table === 'code_symbol'
      ? `(SELECT count(*) FROM ${table})`
      : `(SELECT count(*) + count(${table === 'memory_entry' || table === 'workflow_insight' ? 'superseded_at' : 'superseded'}) FROM ${table})`,
  );
  const [row] = await world.database.system.query<{ rows: bigint }>(`SELECT ${counts.join(' + ')} AS rows`);
  return Number(row?.rows ?? 0n);
}

/** Ten files a folder, however many there are: a module is no larger in a larger repository. */
const folderOf = (index: number) => `d${Math.floor(index / 10)}`;
const pathOf = (index: number) => `src/${folderOf(index)}/file-${index}.ts`;

/** A file that imports three others of its neighbourhood, and exports a function and a class. */
const body = (index: number, size: number, extra = '') =>
  [
    ...[1, 2, 3].map((step) => {
      const other = (index + step * 7) % size;
      return `import { work${other} } from '${folderOf(other) === folderOf(index) ? '.' : `../${folderOf(other)}`}/file-${other}';`;
    }),
    `export function work${index}(text: string): number {`,
    ...[1, 2, 3].map((step) => `  work${(index + step * 7) % size}(text);`),
    `  return ${index}; ${extra}`,
    '}',
    `export class Kept${index} { save(): void {} }`,
    '',
  ].join('\n');

const rules = {
  'AGENTS.md': '# Rules\n\nNever call `work50()` in a loop.\n',
  'docs/guide.md': '# Guide\n\n`work60()` takes a text.\n',
  '.memory/2026-01-02.md': '# A day\n\nWe decided to keep every file small, because reviews are faster.\n',
};

console.log(
  '| files | sync | phase | ms (median) | processor ms | statements | rows read | rows written |\n| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |',
);
let world = await openAnalysisWorld({ enrichments: inner.map(measured) });
for (const size of sizes) {
  await world.close();
  world = await openAnalysisWorld({ enrichments: inner.map(measured) });
  const { id, at } = await world.connect();
  at.commit('main', {
    ...rules,
    ...Object.fromEntries(Array.from({ length: size }, (_, index) => [pathOf(index), body(index, size)])),
  });
  const measure = async (name: string, changes: readonly (() => string | undefined)[]) => {
    const runs = new Map<string, Cost[]>();
    for (const change of changes) {
      const branch = change() ?? 'main';
      const { warnings, status } = await world.sync(id, branch);
      if (warnings.length > 0 || status !== 'COMPLETED') throw new Error(JSON.stringify(warnings));
      for (const [phase, cost] of costs) runs.set(phase, [...(runs.get(phase) ?? []), cost]);
    }
    for (const [phase, all] of runs) {
      const middle = all.toSorted((a, b) => a.ms - b.ms)[Math.floor(all.length / 2)];
      const most = (of: keyof Cost) => Math.max(...all.map((cost) => cost[of]));
      const processor = all.map((cost) => cost.processor).toSorted((a, b) => a - b)[
        Math.floor(all.length / 2)
      ];
      console.log(
        `| ${size} | ${name} | ${phase} | ${middle?.ms.toFixed(1) ?? ''} | ${processor?.toFixed(1) ?? ''} | ${most('statements')} | ${most('read')} | ${most('written')} |`,
      );
    }
    for (const [ms, text] of profiles.get(profiled ?? '') ?? [])
      console.log(`    ${ms.toFixed(2)} ms  ${text.replace(/\s+/g, ' ').trim().slice(0, 150)}`);
  };
  const times = (change: (run: number) => unknown) =>
    Array.from({ length: RUNS }, (_, run) => () => {
      const branch = change(run);
      return typeof branch === 'string' && branch.startsWith('work') ? branch : undefined;
    });
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
      at.commit('main', { [`src/d0/new-${run}.ts`]: body(1, size).replaceAll('work1(', `fresh${run}(`) }),
    ),
  );
  await measure(
    'a branch that shares everything',
    times((run) => {
      at.point(`work-${run}`, at.head('main'));
      return `work-${run}`;
    }),
  );
  await world.removeRepositories();
}
await world.close();
