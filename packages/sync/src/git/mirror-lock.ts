import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { fileFailure } from './git-failure.ts';

const queues = new Map<string, Promise<unknown>>();
const BEAT = 5_000;
/** An owner on another machine or in another container can't be looked up; it is dead when its file has not been touched for so long. */
const SILENT = 60_000;

/**
 * One writer of a mirror at a time: in this process by a queue, among processes by a file that names its owner. A
 * file whose owner is dead is taken over, and whatever a killed Git left locked is unlocked.
 */
export async function withMirrorLock<T>(
  mirror: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const before = queues.get(mirror) ?? Promise.resolve();
  const turn = before.then(() => locked(mirror, signal, work));
  // The next in the queue waits for the end of this one, not for its success.
  const ended = turn.then(
    () => undefined,
    () => undefined,
  );
  queues.set(mirror, ended);
  void ended.then(() => {
    if (queues.get(mirror) === ended) queues.delete(mirror);
  });
  return abortable(turn, signal);
}

function abortable<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('Cancelled.'));
    signal.addEventListener('abort', onAbort, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

async function locked<T>(mirror: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const file = `${mirror}.owner`;
  await mkdir(dirname(mirror), { recursive: true }).catch(fileFailure);
  for (;;) {
    signal.throwIfAborted();
    if (await claim(file)) break;
    if (!(await takeOver(file))) await wait(50, undefined, { signal });
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT);
  beat.unref();
  try {
    await unlock(mirror);
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

async function claim(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(await self());
    await handle.close();
    return true;
  } catch (error) {
    return isCode(error, 'EEXIST') ? false : fileFailure(error);
  }
}

/** Moves a dead owner's file away. Of two that try at once only one moves the file it has judged. */
async function takeOver(file: string): Promise<boolean> {
  const owner = await readFile(file, 'utf8').catch(() => null);
  if (owner === null) return true;
  if (!(await isDead(owner, file))) return false;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== owner) await link(aside, file);
  } catch {
    // Somebody else took it over in this moment.
  }
  await rm(aside, { force: true });
  return true;
}

async function isDead(owner: string, file: string): Promise<boolean> {
  const [host, pid, started] = owner.split(' ');
  if (host === hostname() && pid !== undefined && started !== undefined)
    return (await startOf(Number(pid))) !== started;
  const touched = await stat(file).catch(() => null);
  return touched !== null && Date.now() - touched.mtimeMs > SILENT;
}

async function self(): Promise<string> {
  return `${hostname()} ${process.pid} ${(await startOf(process.pid)) ?? '?'}`;
}

/** When a process started, so that a later one with the same number isn't taken for it; null when there is none. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    // Without /proc the process can at least be asked whether it is there.
  }
  try {
    process.kill(pid, 0);
    return '?';
  } catch (error) {
    return isCode(error, 'EPERM') ? '?' : null;
  }
}

/** A killed Git leaves its lock files and half a pack; nobody else writes here now, so all of them are stale. */
async function unlock(mirror: string): Promise<void> {
  for (const folder of ['.', 'refs/project-sync/incoming', 'refs/project-sync/kept', 'objects/pack']) {
    const names = await readdir(join(mirror, folder)).catch(() => []);
    for (const name of names) {
      if (name.endsWith('.lock') || name.startsWith('tmp_') || name.startsWith('.tmp-'))
        await rm(join(mirror, folder, name), { force: true });
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
