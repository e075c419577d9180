import { fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToBytes } from '@project-sync/sync';
import { createRepository, randomFrom, RandomHistory } from '@project-sync/sync/testing';
import { applyMigrations } from '../src/migrate/apply-migrations.ts';
import { openDatabase } from '../src/open-database.ts';
import { snapshotFiles } from '../src/store/snapshots.ts';

// Kills an embedded worker with SIGKILL at random instants while it syncs, starts another one, and looks at what is
// left: every sync must end, every snapshot must equal Git's tree, and no content may be fetched that was stored.
// `node packages/db/bench/kills.ts [--kills 100] [--seed 1]`
const option = (name: string, otherwise: number) =>
  Number(process.argv[process.argv.indexOf(`--${name}`) + 1]) || otherwise;
const kills = process.argv.includes('--kills') ? option('kills', 100) : 100;
const random = randomFrom(process.argv.includes('--seed') ? option('seed', 1) : 1);
const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-kills-'));
const at = await createRepository();
const history = new RandomHistory(at, 7);
const [projectId, repositoryId] = [randomUUID(), randomUUID()];
at.commit(
  'main',
  Object.fromEntries(
    Array.from({ length: 1500 }, (_, index) => [
      `many/d${index % 40}/f-${index}.ts`,
      `export const value${index} = '${createHash('sha256').update(String(index)).digest('hex')}';\n`,
    ]),
  ),
);

const setup = await openDatabase({ kind: 'embedded', dataDir });
const migrated = await applyMigrations(setup);
if (migrated.outcome !== 'done') throw new Error(migrated.outcome);
await setup.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [projectId, 'kills']);
await setup.system.execute(
  `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
  [projectId, repositoryId, at.path],
);
await setup.close();

interface Told {
  readonly fetched?: number;
  readonly ended?: string;
  readonly phase?: string;
}
const counts = {
  killed: 0,
  completed: 0,
  syncs: 0,
  byPhase: new Map<string, number>(),
  fetchedTwice: 0,
  takeover: [] as number[],
};
while (counts.killed < kills) {
  const { branch } = history.step(['main', 'work']);
  if (counts.syncs % 10 === 0)
    at.commit(
      branch,
      Object.fromEntries(
        Array.from({ length: 800 }, (_, index) => [
          `wave${counts.syncs}/f-${index}.ts`,
          `export const wave = ${counts.syncs * 10_000 + index};\n`,
        ]),
      ),
    );
  counts.syncs += 1;
  for (let ended = false, again = false; !ended; again = true) {
    const begun = performance.now();
    const child = fork(
      new URL('./kill-child.ts', import.meta.url),
      [dataDir, projectId, repositoryId, at.path, branch],
      { execArgv: ['--disable-warning=ExperimentalWarning'] },
    );
    let phase = 'START';
    const kill =
      counts.killed < kills && random(4) > 0
        ? setTimeout(() => child.kill('SIGKILL'), 400 + random(1600))
        : null;
    ended = await new Promise<boolean>((resolve) => {
      child.on('message', (message: Told) => {
        if (message.phase !== undefined && again && phase === 'START')
          counts.takeover.push(performance.now() - begun);
        phase = message.phase ?? phase;
        if (message.ended !== undefined) {
          if (message.ended === 'COMPLETED') counts.completed += 1;
          else console.error(`A sync ended ${message.ended}.`);
          resolve(true);
        }
      });
      child.on('exit', () => resolve(false));
    });
    if (kill !== null) clearTimeout(kill);
    if (!ended) {
      counts.killed += 1;
      counts.byPhase.set(phase, (counts.byPhase.get(phase) ?? 0) + 1);
    } else child.kill('SIGKILL');
    await new Promise<void>((resolve) =>
      child.exitCode !== null || child.signalCode !== null ? resolve() : child.once('exit', () => resolve()),
    );
  }
}

const after = await openDatabase({ kind: 'embedded', dataDir });
const syncs = await after.system.query<{
  branch_id: string;
  number: number | null;
  commit_oid: string | null;
  status: string;
  id: string;
  last_sequence: number;
}>(
  'SELECT branch_id, number, commit_oid, status::text AS status, id, last_sequence FROM project_sync ORDER BY queued_at',
);
let torn = 0;
let gaps = 0;
for (const sync of syncs) {
  const events = await after.system.query<{ sequence: number }>(
    'SELECT sequence FROM sync_event WHERE sync_id = $1 ORDER BY sequence',
    [sync.id],
  );
  if (events.some(({ sequence }, index) => sequence !== index + 1) || events.length !== sync.last_sequence)
    gaps += 1;
  if (sync.number === null || sync.commit_oid === null) continue;
  const files = await snapshotFiles(
    after.system,
    { projectId, branchId: sync.branch_id, number: sync.number },
    { prefix: null, first: 100_000, after: null },
  );
  const listing = Buffer.concat(
    files.flatMap((file) => [
      Buffer.from(`${file.mode.toString(8)} ${file.mode === 0o160000 ? 'commit' : 'blob'} ${file.oid}\t`),
      pathToBytes(file.path),
      Buffer.from([0]),
    ]),
  );
  if (!listing.equals(at.lsTree(sync.commit_oid))) torn += 1;
}
const left = await after.system.query(
  `SELECT FROM repository_file f JOIN branch b ON b.id = f.branch_id WHERE f.added > b.head OR f.superseded > b.head`,
);
await after.close();
const sorted = counts.takeover.toSorted((a, b) => a - b);
console.log(`| what | figure |\n| --- | --- |`);
console.log(
  `| SIGKILLs | ${counts.killed} (${[...counts.byPhase].map(([phase, count]) => `${phase} ${count}`).join(', ')}) |`,
);
console.log(`| syncs asked for, completed | ${counts.syncs}, ${counts.completed} |`);
console.log(
  `| syncs not ended | ${syncs.filter(({ status }) => status === 'RUNNING' || status === 'QUEUED').length} |`,
);
console.log(
  `| snapshots that differ from git ls-tree | ${torn} of ${syncs.filter(({ number }) => number !== null).length} |`,
);
console.log(`| logs with a gap | ${gaps} |`);
console.log(`| rows left by killed attempts | ${left.length} |`);
console.log(
  `| from the next start to work on the sync again, median and longest | ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, ${Math.round(sorted.at(-1) ?? 0)} ms |`,
);
await at.remove();
await rm(dataDir, { recursive: true, force: true });
