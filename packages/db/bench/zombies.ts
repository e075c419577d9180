import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepository, randomFrom } from '@project-sync/sync/testing';
import {
  insertProject,
  insertRepository,
  listingOf,
  openTestDatabase,
  type SyncRow,
} from '../src/testing/index.ts';
import { answerOf, startWorker } from './start-worker.ts';

// Stops a worker with SIGSTOP at a random instant of a sync, lets another worker claim and end the sync, and resumes the
// first, which must write nothing. `TEST_DATABASE_URL=… node packages/db/bench/zombies.ts [--wakes 100]`.
const given = process.argv.indexOf('--wakes');
const wakes = given < 0 ? 100 : Number(process.argv[given + 1]);
if (!process.env['TEST_DATABASE_URL']) throw new Error('Two workers need a server: set TEST_DATABASE_URL.');
const { database, url, close } = await openTestDatabase();
const folder = await mkdtemp(join(tmpdir(), 'project-sync-zombies-'));
const at = await createRepository();
const random = randomFrom(5);
const projectId = await insertProject(database);
const repositoryId = await insertRepository(database, projectId, at.path);

const worker = () => startWorker({ database: url ?? '', projectId, repositoryId, path: at.path, folder });

/** A summary of every row that a sync can write. */
async function written(): Promise<string> {
  const [row] = await database.system.query<{ state: string }>(
    `SELECT (SELECT coalesce(sum(last_sequence), 0) || ' ' || coalesce(max(completed_at)::text, '') FROM project_sync) || ' ' ||
            (SELECT count(*) FROM sync_event) || ' ' || (SELECT count(*) || ' ' || coalesce(max(superseded), 0) FROM repository_file) || ' ' ||
            (SELECT count(*) FROM blob) || ' ' || (SELECT count(*) FROM git_tree) || ' ' || (SELECT count(*) FROM memory_entry) || ' ' ||
            (SELECT sum(head) FROM branch) AS state`,
  );
  return row?.state ?? '';
}

const phases = ['PREPARE', 'SCAN', 'IMPORT', 'IMPORT', 'FINALIZE', 'EMBED'];
const stopped = new Map<string, number>();
let rowsWritten = 0;
let torn = 0;
let wakings = 0;
for (let round = 0; wakings < wakes; round += 1) {
  const first = await worker();
  const commit = at.commit(
    'main',
    Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `d${index % 9}/f-${index}.ts`,
        `export const v = '${createHash('sha256').update(`${round} ${index}`).digest('hex')}';\n`,
      ]),
    ),
  );
  const phase = phases[random(phases.length)] ?? 'IMPORT';
  let ended = false;
  const end = answerOf(first, (answer) => 'ended' in answer).then(() => (ended = true));
  const reached = answerOf(first, (answer) => 'phase' in answer && answer.phase === phase);
  first.send({ start: 'main' });
  await Promise.race([reached, end]);
  await new Promise((resolve) => setTimeout(resolve, random(40)));
  if (ended) {
    first.kill('SIGKILL');
    continue;
  }
  first.kill('SIGSTOP');
  // The second worker starts by ending the lease, which time would do otherwise.
  const second = await worker();
  const done = answerOf(second, (answer) => 'ended' in answer);
  second.send({ start: 'main' });
  await done;
  const [sync] = await database.system.query<SyncRow>(
    'SELECT * FROM project_sync WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1',
  );
  const before = await written();
  first.kill('SIGCONT');
  wakings += 1;
  stopped.set(phase, (stopped.get(phase) ?? 0) + 1);
  // Long enough for the first worker to go on with its work.
  await Promise.race([
    new Promise((resolve) => setTimeout(resolve, 1500)),
    new Promise((resolve) => first.once('exit', resolve)),
  ]);
  if ((await written()) !== before) {
    rowsWritten += 1;
    console.error(`Woken in ${phase}: ${before} became ${await written()}`);
  }
  if (
    sync === undefined ||
    !(await listingOf(database, { projectId, branchId: sync.branch_id, number: sync.number })).equals(
      at.lsTree(commit),
    )
  )
    torn += 1;
  for (const child of [first, second]) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await gone;
    }
  }
}
console.log('| what (PostgreSQL) | figure |\n| --- | --- |');
console.log(
  `| wakings | ${wakings} (${[...stopped].map(([phase, count]) => `${phase} ${count}`).join(', ')}) |`,
);
console.log(`| wakings after which a row was written | ${rowsWritten} |`);
console.log(`| snapshots that differ from git ls-tree | ${torn} |`);
await close();
await at.remove();
await rm(folder, { recursive: true, force: true });
if (rowsWritten + torn > 0) process.exitCode = 1;
