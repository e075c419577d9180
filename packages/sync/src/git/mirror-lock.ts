import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';

const queues = new Map<string, Promise<unknown>>();

/**
 * One writer of a mirror at a time: in this process by a queue, among processes by a file with the owner's id. A
 * file whose owner is dead is taken over, with what it left locked.
 */
export async function withMirrorLock<T>(mirror: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const before = queues.get(mirror) ?? Promise.resolve();
  const turn = before.then(
    () => locked(mirror, signal, work),
    () => locked(mirror, signal, work),
  );
  queues.set(mirror, turn);
  try {
    return await turn;
  } finally {
    if (queues.get(mirror) === turn) queues.delete(mirror);
  }
}

async function locked<T>(mirror: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const file = `${mirror}.owner`;
  for (;;) {
    signal.throwIfAborted();
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      break;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      const owner = Number(await readFile(file, 'utf8').catch(() => '')) || 0;
      // An empty file is one that its owner is about to write; another look follows.
      if (owner === process.pid || (owner !== 0 && !isAlive(owner))) {
        await rm(file, { force: true });
        await Promise.all(['shallow.lock', 'config.lock', 'packed-refs.lock'].map((name) => rm(join(mirror, name), { force: true })));
      } else await wait(50, undefined, { signal });
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
