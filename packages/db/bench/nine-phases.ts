import { factsOfText, hasFacts, localEmbedder } from '@project-sync/knowledge';
import {
  analyzePhase,
  axiomPhase,
  consolidatePhase,
  documentPhase,
  type Enrichment,
} from '@project-sync/sync';
import { createRepository } from '@project-sync/sync/testing';
import { loadavg } from 'node:os';
import { openMemoryWorld } from '../src/testing/open-memory-world.ts';
import { insertRepository, openTestDatabase, type SyncRow } from '../src/testing/index.ts';

// The time of each of the nine phases on a real repository: its first sync, one without a change, and changes of one function.
// `node packages/db/bench/nine-phases.ts --from <Git folder> --file <a source file of it> [--runs 5]`; TEST_DATABASE_URL chooses a server.
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const [from, file] = [option('from'), option('file')];
if (from === undefined || file === undefined)
  throw new Error('--from names a Git folder, and --file one of its source files.');
const runs = Number(option('runs') ?? 5);

/** When each enrichment of the last sync began and ended; a short one has no event of its own. */
const spans = new Map<string, { readonly from: number; readonly to: number }>();

/** The phase with a stopwatch around it. */
function measured(phase: Enrichment): Enrichment {
  return {
    phase: phase.phase,
    async *run(run, snapshot) {
      const begun = Date.now();
      yield* phase.run(run, snapshot);
      spans.set(phase.phase, { from: begun, to: Date.now() });
    },
  };
}

const at = await createRepository();
at.git('fetch', '--quiet', '--depth=1', `file://${from}`, 'HEAD:refs/heads/main');
const opened = await openTestDatabase();
const world = await openMemoryWorld(opened, localEmbedder(), {
  enrichments: [
    analyzePhase({ readFacts: factsOfText, hasFacts }),
    documentPhase(),
    consolidatePhase(),
    axiomPhase(),
  ].map(measured),
});
const id = await insertRepository(world.database, world.projectId, at.path);
world.adopt(id, at);

const core = ['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE'];
const order = [...core, 'ANALYZE', 'DOCUMENT', 'CONSOLIDATE', 'AXIOM', 'EMBED'];

/** The milliseconds of each phase: of the first four between their first events, of EMBED what follows the others. */
async function phasesOf(sync: SyncRow): Promise<Map<string, number>> {
  if (sync.status !== 'COMPLETED' || sync.warnings.length > 0)
    throw new Error(`${sync.status} ${sync.failure_message ?? ''} ${JSON.stringify(sync.warnings)}`);
  const rows = await world.database.system.query<{ phase: string; at: Date }>(
    'SELECT phase, min(at) AS at FROM sync_event WHERE project_id = $1 AND sync_id = $2 GROUP BY phase ORDER BY min(sequence)',
    [world.projectId, sync.id],
  );
  const begun = rows.filter(({ phase }) => core.includes(phase));
  const [analysis, last] = [spans.get('ANALYZE'), spans.get('AXIOM')];
  const end = analysis?.from ?? sync.completed_at.getTime();
  const found = new Map(
    begun.map(({ phase, at: start }, index) => [
      phase,
      (begun[index + 1]?.at.getTime() ?? end) - start.getTime(),
    ]),
  );
  for (const [phase, { from: start, to }] of spans) found.set(phase, to - start);
  if (last !== undefined) found.set('EMBED', sync.completed_at.getTime() - last.to);
  spans.clear();
  return found;
}

const text = at.git('show', `main:${file}`).toString('utf8').split('\n');
const last = text.findLastIndex((line) => /^\s+return\b/.test(line));
if (last < 0) throw new Error(`${file} has no function that returns.`);

/** The file with one more statement in its last function. */
function changed(run: number): string {
  const indent = /^\s*/.exec(text[last] ?? '')?.[0] ?? '';
  const comment = file?.endsWith('.py') || file?.endsWith('.rb') ? '#' : '//';
  return text.toSpliced(last, 0, `${indent}${comment} The change number ${run}.`).join('\n');
}

const first = await phasesOf(await world.sync(id));
const nothing = await phasesOf(await world.sync(id));
const ofFunction: Map<string, number>[] = [];
for (let run = 1; run <= runs; run += 1) {
  at.commit('main', { [file]: changed(run) });
  ofFunction.push(await phasesOf(await world.sync(id)));
}
const [counts] = await world.database.system.query<{ files: bigint; passages: bigint }>(
  `SELECT (SELECT count(*) FROM repository_file f WHERE f.project_id = $1 AND f.superseded IS NULL) AS files,
          (SELECT count(*) FROM passage p WHERE p.project_id = $1) AS passages`,
  [world.projectId],
);
const middle = (phase: string): string => {
  const all = ofFunction.map((each) => each.get(phase) ?? 0).toSorted((a, b) => a - b);
  return String(all[Math.floor(all.length / 2)] ?? 0);
};
console.log(
  `${counts?.files} files, ${counts?.passages} passages, ${opened.url === null ? 'embedded' : 'a server'}, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`,
);
console.log('| phase | first | nothing new | one function |\n| --- | ---: | ---: | ---: |');
for (const phase of order)
  console.log(`| ${phase} | ${first.get(phase) ?? ''} | ${nothing.get(phase) ?? ''} | ${middle(phase)} |`);
await world.close();
await world.removeRepositories();
await opened.close();
