import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepository } from '@project-sync/sync/testing';
import { insertProject, insertRepository, openTestDatabase } from '../src/testing/index.ts';
import type { KillAnswer } from './kill-child.ts';

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

async function worker(): Promise<ChildProcess> {
  const fresh = fork(
    new URL('./kill-child.ts', import.meta.url),
    [url ?? '', projectId, repositoryId, at.path, folder, 'patient'],
    { execArgv: ['--disable-warning=ExperimentalWarning'] },
  );
  await new Promise<void>((resolve) => fresh.once('message', () => resolve()));
  return fresh;
}
const heard = (child: ChildProcess, wanted: (answer: KillAnswer) => boolean) =>
  new Promise<void>((resolve) => {
    const listen = (answer: KillAnswer) => {
      if (!wanted(answer)) return;
      child.off('message', listen);
      resolve();
    };
    child.on('message', listen);
  });

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
  const importing = heard(first, (answer) => 'phase' in answer && answer.phase === 'IMPORT');
  first.send({ start: 'main' });
  await importing;
  const second = await worker();
  const [sync] = await database.system.query<{ id: string; fence: number }>(
    `SELECT id, fence FROM project_sync WHERE status = 'RUNNING'`,
  );
  if (sync === undefined) throw new Error('The sync was over before its worker could be killed.');
  const begun = performance.now();
  first.kill('SIGKILL');
  const done = heard(second, (answer) => 'ended' in answer);
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
