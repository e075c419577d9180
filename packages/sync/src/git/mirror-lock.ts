import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { fileFailure } from './git-failure.ts';

const queues = new Map<string, Promise<unknown>>();
const HEARTBEAT = 5_000;
/** An owner on another machine or in another container can't be looked up: it is dead after this time without a heartbeat. */
const SILENT = 60_000;

/**
 * Allows one writer of a mirror at a time: within this process by a queue, between processes by a file that names its
 * owner. The file of a dead owner is taken over, and stale locks of a killed Git are removed.
 */
export async function withMirrorLock<T>(
  mirror: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const before = queues.get(mirror) ?? Promise.resolve();
  const turn = before.then(() => locked(mirror, signal, work));
  // The next in the queue waits for this one to end, not to succeed.
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
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), HEARTBEAT);
  beat.unref();
  try {
    await removeStaleLocks(mirror);
    return await work();
  } catch (error) {
    // What a fetch left that was ended may be gigabytes.
    await removeStaleLocks(mirror);
    throw error;
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

/** Moves a dead owner's file away. Of two processes that try at once, only one moves the file it examined. */
async function takeOver(file: string): Promise<boolean> {
  const owner = await readFile(file, 'utf8').catch(() => null);
  if (owner === null) return true;
  if (!(await isDead(owner, file))) return false;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== owner) await link(aside, file);
  } catch {
    // Another process took it over at the same moment.
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

/** Returns a process's start time, which tells it from a later one with the same ID; null if there is none. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    // Without /proc, a signal at least tells if the process exists.
  }
  try {
    process.kill(pid, 0);
    return '?';
  } catch (error) {
    return isCode(error, 'EPERM') ? '?' : null;
  }
}

/** A killed Git leaves lock files and half a pack. There is no other writer now, so all of them are stale. */
async function removeStaleLocks(mirror: string): Promise<void> {
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
