import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepository } from '@project-sync/sync/testing';
import { insertProject, insertRepository, openTestDatabase } from '../src/testing/index.ts';
import { answerOf, startWorker } from './start-worker.ts';

// The time that a sync waits when its worker is killed and another worker runs: here no lease is shortened.
// `TEST_DATABASE_URL=… node packages/db/bench/take-over.ts [--rounds 5]`
const given = process.argv.indexOf('--rounds');
const rounds = given < 0 ? 5 : Number(process.argv[given + 1]);
if (!process.env['TEST_DATABASE_URL']) throw new Error('Two workers need a server: set TEST_DATABASE_URL.');
const { database, url, close } = await openTestDatabase();
const folder = await mkdtemp(join(tmpdir(), 'project-sync-take-over-'));
const at = await createRepository();
const projectId = await insertProject(database);
const repositoryId = await insertRepository(database, projectId, at.path);

const worker = () =>
  startWorker({ database: url ?? '', projectId, repositoryId, path: at.path, folder }, 'patient');

const taken: number[] = [];
const ended: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const first = await worker();
  at.commit(
    'main',
    Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [
        `d${index % 30}/f-${index}.ts`,
        `export const v = '${round} ${index}';\n`,
      ]),
    ),
  );
  const importing = answerOf(first, (answer) => 'phase' in answer && answer.phase === 'IMPORT');
  first.send({ start: 'main' });
  await importing;
  const second = await worker();
  const [sync] = await database.system.query<{ id: string; fence: number }>(
    `SELECT id, fence FROM project_sync WHERE status = 'RUNNING'`,
  );
  if (sync === undefined) throw new Error('The sync was over before its worker could be killed.');
  const begun = performance.now();
  first.kill('SIGKILL');
  const done = answerOf(second, (answer) => 'ended' in answer);
  second.send({ start: 'main' });
  for (let fence = sync.fence; fence === sync.fence;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [row] = await database.system.query<{ fence: number }>(
      'SELECT fence FROM project_sync WHERE id = $1',
      [sync.id],
    );
    fence = row?.fence ?? fence;
  }
  taken.push(performance.now() - begun);
  await done;
  ended.push(performance.now() - begun);
  const gone = new Promise((resolve) => second.once('exit', resolve));
  second.kill('SIGKILL');
  await gone;
}
const middle = (all: readonly number[]) => (all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0) / 1000;
console.log('| what (PostgreSQL, lease of 20 s) | median s | longest s |\n| --- | ---: | ---: |');
console.log(
  `| from the kill to the take-over, ${rounds} rounds | ${middle(taken).toFixed(1)} | ${(Math.max(...taken) / 1000).toFixed(1)} |`,
);
console.log(
  `| from the kill to the end of the sync | ${middle(ended).toFixed(1)} | ${(Math.max(...ended) / 1000).toFixed(1)} |`,
);
await close();
await at.remove();
await rm(folder, { recursive: true, force: true });
