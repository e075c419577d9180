import { fork, type ChildProcess } from 'node:child_process';
import type { KillAnswer } from './kill-child.ts';

/** Where a worker works: its database, and the repository whose branches it syncs. */
export interface WorkerPlace {
  readonly database: string;
  readonly projectId: string;
  readonly repositoryId: string;
  readonly path: string;
  readonly folder: string;
}

/** Starts a process with a worker, which waits for a lease of a killed one to run out only where it is patient. */
export async function startWorker(
  { database, projectId, repositoryId, path, folder }: WorkerPlace,
  patience: 'patient' | 'impatient' = 'impatient',
): Promise<ChildProcess> {
  const child = fork(
    new URL('./kill-child.ts', import.meta.url),
    [database, projectId, repositoryId, path, folder, patience],
    { execArgv: ['--disable-warning=ExperimentalWarning'] },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`A worker did not start: ${code}`)));
  });
  return child;
}

/** Resolves with the first answer of a worker that is wanted. */
export function answerOf(child: ChildProcess, isWanted: (answer: KillAnswer) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const listen = (answer: KillAnswer) => {
      if (!isWanted(answer)) return;
      child.off('message', listen);
      resolve();
    };
    child.on('message', listen);
  });
}
