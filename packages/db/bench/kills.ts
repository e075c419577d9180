import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepository, randomFrom, RandomHistory } from '@project-sync/sync/testing';
import { applyMigrations } from '../src/migrate/apply-migrations.ts';
import { openDatabase } from '../src/database/open-database.ts';
import {
  insertProject,
  insertRepository,
  listingOf,
  openTestDatabase,
  type SyncRow,
} from '../src/testing/index.ts';
import type { KillAnswer } from './kill-child.ts';
import { startWorker } from './start-worker.ts';

// Kills a worker with SIGKILL at random instants of every phase while it syncs, starts another one, and checks what is
// stored: every sync must end, every snapshot must equal Git's tree, every passage must have its vector, and no stored
// content may be fetched again. `node packages/db/bench/kills.ts [--kills 250] [--seed 1]`;
// TEST_DATABASE_URL chooses a server.
const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const kills = option('kills', 250);
const random = randomFrom(option('seed', 1));
const folder = await mkdtemp(join(tmpdir(), 'project-sync-kills-'));
const served = process.env['TEST_DATABASE_URL'] ? await openTestDatabase() : null;
const where = served?.url ?? join(folder, 'data');
const look = async () => served?.database ?? openDatabase({ kind: 'embedded', dataDir: where });

const at = await createRepository();
const history = new RandomHistory(at, option('seed', 1));
const setup = await look();
if (served === null) {
  const migrated = await applyMigrations(setup);
  if (migrated.outcome !== 'done') throw new Error(migrated.outcome);
}
const projectId = await insertProject(setup);
const repositoryId = await insertRepository(setup, projectId, at.path);
if (served === null) await setup.close();

const counts = { syncs: 0, completed: 0, otherwise: 0, again: 0, byPhase: new Map<string, number>() };
const takeOver: number[] = [];
let child: ChildProcess | null = null;
let killed = 0;

const ready = () => startWorker({ database: where, projectId, repositoryId, path: at.path, folder });

/** Resolves with the state that the sync ended in, or null when its worker was killed. */
function syncUntil(branch: string, target: { phase: string; delay: number } | null, begun: number | null) {
  const worker = child;
  if (worker === null) throw new Error('No worker.');
  return new Promise<string | null>((resolve) => {
    let phase = 'QUEUED';
    let shot: NodeJS.Timeout | undefined;
    const onMessage = (answer: KillAnswer) => {
      if ('fetchedAgain' in answer) counts.again += answer.fetchedAgain;
      if ('phase' in answer) {
        phase = answer.phase;
        if (begun !== null && phase !== 'QUEUED') {
          takeOver.push(performance.now() - begun);
          begun = null;
        }
        if (target !== null && phase === target.phase) {
          shot = setTimeout(() => worker.kill('SIGKILL'), target.delay);
          target = null;
        }
      }
      if ('ended' in answer) {
        // The sync was quicker than its killer.
        clearTimeout(shot);
        worker.off('exit', onExit);
        worker.off('message', onMessage);
        if (answer.ended !== 'COMPLETED') console.error(`A sync ended ${answer.ended}: ${answer.message}`);
        resolve(answer.ended);
      }
    };
    const onExit = () => {
      counts.byPhase.set(phase, (counts.byPhase.get(phase) ?? 0) + 1);
      resolve(null);
    };
    worker.on('message', onMessage);
    worker.once('exit', onExit);
    worker.send({ start: branch });
  });
}

const phases = ['QUEUED', 'PREPARE', 'SCAN', 'IMPORT', 'IMPORT', 'FINALIZE', 'EMBED', 'EMBED'];
const branches = new Set<string>();
while (killed < kills) {
  const { branch } = history.step(['main', 'work']);
  branches.add(branch);
  // Work that lasts long enough to be hit in the middle.
  at.commit(
    branch,
    Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `wave${counts.syncs}/d${index % 7}/f-${index}.ts`,
        `export const wave = '${createHash('sha256').update(`${counts.syncs} ${index}`).digest('hex')}';\n`,
      ]),
    ),
  );
  counts.syncs += 1;
  let begun: number | null = null;
  for (let ended: string | null = null; ended === null;) {
    child ??= await ready();
    const target =
      killed < kills && random(8) > 0
        ? { phase: phases[random(phases.length)] ?? 'IMPORT', delay: random(3) === 0 ? 0 : random(120) }
        : null;
    ended = await syncUntil(branch, target, begun);
    if (ended === null) {
      killed += 1;
      child = null;
      begun = performance.now();
      if (killed % 50 === 0) console.error(`${killed} of ${kills}`);
    } else if (ended === 'COMPLETED') counts.completed += 1;
    else counts.otherwise += 1;
  }
}
child?.kill('SIGKILL');
if (child !== null && child.exitCode === null && child.signalCode === null)
  await new Promise((resolve) => child?.once('exit', resolve));
child = await ready();
for (const branch of branches) await syncUntil(branch, null, null);
child.kill('SIGKILL');
await new Promise((resolve) => child?.once('exit', resolve));

const database = await look();
const syncs = await database.system.query<SyncRow & { last_sequence: number }>(
  'SELECT * FROM project_sync ORDER BY queued_at',
);
const finalized = syncs.filter(({ number }) => number !== null);
let torn = 0;
let gaps = 0;
for (const sync of syncs) {
  const events = await database.system.query<{ sequence: number; status: string }>(
    'SELECT sequence, status::text AS status FROM sync_event WHERE sync_id = $1 ORDER BY sequence',
    [sync.id],
  );
  const ends = events.filter(({ status }) => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(status));
  if (
    events.some(({ sequence }, index) => sequence !== index + 1) ||
    events.length !== sync.last_sequence ||
    ends.length !== 1
  )
    gaps += 1;
  if (sync.number === null) continue;
  if (
    !(await listingOf(database, { projectId, branchId: sync.branch_id, number: sync.number })).equals(
      at.lsTree(sync.commit_oid),
    )
  )
    torn += 1;
}
const [left] = await database.system.query<{ rows: bigint; vectors: bigint }>(
  `SELECT (SELECT count(*) FROM repository_file f JOIN branch b ON b.id = f.branch_id WHERE f.added > b.head OR f.superseded > b.head) AS rows,
          (SELECT count(*) FROM passage p WHERE p.text <> '' AND NOT EXISTS (SELECT FROM embedding e WHERE e.project_id = p.project_id AND e.hash = p.hash)) AS vectors`,
);
const sorted = takeOver.toSorted((a, b) => a - b);
const byPhase = [...counts.byPhase].map(([phase, count]) => `${phase} ${count}`).join(', ');
const open = syncs.filter(({ status }) => status === 'RUNNING' || status === 'QUEUED').length;
console.log(`| what (${served === null ? 'embedded' : 'PostgreSQL'}) | figure |\n| --- | --- |`);
console.log(`| SIGKILLs | ${killed} (${byPhase}) |`);
console.log(
  `| syncs asked for, completed, ended otherwise, not ended | ${counts.syncs}, ${counts.completed}, ${counts.otherwise}, ${open} |`,
);
console.log(`| snapshots that differ from git ls-tree | ${torn} of ${finalized.length} |`);
console.log(`| logs with a gap or without exactly one end | ${gaps} of ${syncs.length} |`);
console.log(`| contents asked for again that were stored | ${counts.again} |`);
console.log(`| rows left by killed attempts | ${left?.rows} |`);
console.log(`| passages without a vector | ${left?.vectors} |`);
console.log(
  `| from the kill to work on the sync again, the start of a process included: median, longest | ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, ${Math.round(sorted.at(-1) ?? 0)} ms |`,
);
await (served?.close() ?? database.close());
await at.remove();
await rm(folder, { recursive: true, force: true });
const leftBehind = Number(left?.rows ?? 0n) + Number(left?.vectors ?? 0n);
if (torn + gaps + open + counts.again + counts.otherwise + leftBehind > 0) process.exitCode = 1;
