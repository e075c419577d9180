import { openDatabase } from '../src/database/open-database.ts';
import { startSync } from '../src/syncs/start-sync.ts';
import { openWorld } from './bench-world.ts';

// Ten starts of one branch at once, again and again, half of them through a second connection pool where there is a
// server: each round must have one sync, returned to all ten callers. `node packages/db/bench/races.ts [--rounds 1000]`;
// TEST_DATABASE_URL chooses a server.
const at = process.argv.indexOf('--rounds');
const rounds = at < 0 ? 1000 : Number(process.argv[at + 1]);
const world = await openWorld(2);
const other =
  world.url === null ? null : await openDatabase({ kind: 'postgres', url: world.url, connections: 4 });
const { id, at: repository } = await world.connect();
const commit = repository.commit('main', { 'a.txt': 'a\n' });
const branches = Array.from({ length: 8 }, (_, index) => `b${index}`);
for (const branch of branches) repository.point(branch, commit);

let several = 0;
let missed = 0;
const begun = performance.now();
for (let round = 0; round < rounds; round += 1) {
  const branch = branches[round % branches.length] ?? 'main';
  const request = {
    projectId: world.projectId,
    repositoryId: id,
    branch,
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  } as const;
  const started = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      startSync(index % 2 === 0 || other === null ? world.database : other, world.jobs, request),
    ),
  );
  const made = started.filter(({ isNew }) => isNew);
  await Promise.all(made.map((one) => world.ended(one.id)));
  // A sync may end while the tenth caller still asks. The tenth then starts the next one, and both answers are right.
  const [overlapping] = await world.database.system.query<{ n: bigint }>(
    `SELECT count(*) AS n FROM project_sync a JOIN project_sync b
        ON b.branch_id = a.branch_id AND b.id > a.id AND b.started_at < a.completed_at AND a.started_at < b.completed_at
      WHERE a.id = ANY ($1::uuid[]) AND b.id = ANY ($1::uuid[])`,
    [started.map((one) => one.id)],
  );
  if (made.length === 0 || (overlapping?.n ?? 0n) > 0n) several += 1;
  if (new Set(started.map((one) => one.id)).size !== made.length) missed += 1;
}
console.log(
  `| what (${world.url === null ? 'embedded' : 'PostgreSQL, two pools'}) | figure |\n| --- | ---: |`,
);
console.log(`| rounds of ten starts | ${rounds} |`);
console.log(`| rounds with two syncs active at once, or none | ${several} |`);
console.log(`| rounds in which a caller got another sync | ${missed} |`);
console.log(`| seconds | ${Math.round((performance.now() - begun) / 1000)} |`);
await other?.close();
await world.close();
await repository.remove();
if (several + missed > 0) process.exitCode = 1;
