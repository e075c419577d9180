import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { launchHere, type Launch, type LaunchOptions } from './spawn.ts';

/** A message to the process that starts others. */
export type LauncherOrder =
  | (LaunchOptions & {
      readonly kind: 'start';
      readonly id: number;
      readonly file: string;
      readonly args: readonly string[];
    })
  | { readonly kind: 'end'; readonly id: number };

/** A message from it. */
export type LauncherAnswer =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'ended'; readonly id: number; readonly code: number | null };

/** The name of the socket in the launcher's folder that all pipes connect to. */
export const PIPES = 'pipes';

const MAX_GREETING_BYTES = 64;

interface Started {
  readonly pipes: readonly PromiseWithResolvers<Socket>[];
  /** Resolves to the process ID. */
  readonly began: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<number | null>;
}

interface Running {
  readonly child: ChildProcess;
  readonly started: Map<number, Started>;
  gone: boolean;
}

/**
 * Starts processes through a small process that does nothing else. To fork, the kernel copies the parent's page tables
 * while the parent is paused, and each page then costs a fault on its next write: a process with a database of a
 * gigabyte stalls for 40 ms each time. The pipes of a child connect directly to this process.
 */
export class Launcher {
  #running: Promise<Running> | null = null;
  #last = 0;

  /** Starts a process; the first call also starts the small process. */
  readonly launch: Launch = async (file, args, options) => {
    let running: Running;
    try {
      do running = await this.#opened();
      while (running.gone);
    } catch {
      // Without a folder for the socket, or if its name is too long for one, this process forks itself.
      return launchHere(file, args, options);
    }
    const id = (this.#last += 1);
    const started: Started = {
      pipes: [0, 1, 2].map(() => Promise.withResolvers<Socket>()),
      began: Promise.withResolvers(),
      exited: Promise.withResolvers(),
    };
    running.started.set(id, started);
    running.child.channel?.ref();
    try {
      send(running, { kind: 'start', id, file, args, ...options });
      const [[stdin, stdout, stderr], pid] = await Promise.all([
        Promise.all(started.pipes.map(({ promise }) => promise)),
        started.began.promise,
      ]);
      if (stdin === undefined || stdout === undefined || stderr === undefined)
        throw new Error('A process has three pipes.');
      // Nothing is read from stdin's pipe, but only a reader notices that it has closed.
      stdin.resume();
      const whole = Promise.allSettled([stdout, stderr].map((pipe) => finished(pipe, { writable: false })));
      // Attached only now: a process can exit before its last pipe has connected.
      const ended = started.exited.promise.then(async (code) => {
        forget(running, id);
        await whole;
        return code;
      });
      return { pid, stdin, stdout, stderr, ended, end: () => send(running, { kind: 'end', id }) };
    } catch (error) {
      forget(running, id);
      cut(started);
      throw error;
    }
  };

  /** Ends the small process and everything it started. */
  async close(): Promise<void> {
    const opening = this.#running;
    this.#running = null;
    const running = await opening?.catch(() => null);
    if (running == null || running.gone) return;
    const { child } = running;
    child.ref();
    child.disconnect();
    await once(child, 'exit');
  }

  #opened(): Promise<Running> {
    if (this.#running !== null) return this.#running;
    // After a failure or an exit, the next call opens it again.
    const forgotten = (): void => {
      if (this.#running === opening) this.#running = null;
    };
    const opening = open(forgotten);
    opening.catch(forgotten);
    return (this.#running = opening);
  }
}

async function open(onGone: () => void): Promise<Running> {
  // Only this user may enter the folder, so no other user can inject data into a repository's pipes.
  const folder = mkdtempSync(join(tmpdir(), 'project-sync-launcher-'));
  const server = createServer((pipe) => void accept(running, pipe).catch(() => pipe.destroy()));
  const child = fork(new URL('./spawn-server-process.ts', import.meta.url), [folder], {
    // An interrupt key is meant for the server; this process ends when the server does.
    detached: true,
    execArgv: [],
    env: {},
    stdio: 'ignore',
  });
  child.unref();
  child.channel?.unref();
  // After the fork: from now on the child removes the folder, even if this process is killed.
  server.listen(join(folder, PIPES));
  server.unref();
  // Without the socket no pipe can connect: the child is dropped, which ends everything it started.
  server.on('error', () => child.connected && child.disconnect());
  const running: Running = { child, started: new Map(), gone: false };
  child.on('message', (answer: LauncherAnswer) => receive(running, answer));
  // Closing the pipes also ends the processes behind them.
  const end = (): void => {
    running.gone = true;
    onGone();
    server.close();
    rmSync(folder, { recursive: true, force: true });
    for (const started of running.started.values()) cut(started);
    running.started.clear();
  };
  child.once('error', end);
  child.once('exit', end);
  await once(server, 'listening');
  return running;
}

function send({ child }: Running, order: LauncherOrder): void {
  if (child.connected) child.send(order);
}

function receive({ started }: Running, answer: LauncherAnswer): void {
  const order = started.get(answer.id);
  switch (answer.kind) {
    case 'started':
      return order?.began.resolve(answer.pid);
    case 'failed':
      return order?.began.reject(new Error(answer.message));
    case 'ended':
      return order?.exited.resolve(answer.code);
  }
}

function forget({ child, started }: Running, id: number): void {
  started.delete(id);
  // Keeps this process alive only while a child is running.
  if (started.size === 0) child.channel?.unref();
}

function cut({ pipes, began, exited }: Started): void {
  const error = new Error('The process that starts others has ended.');
  began.reject(error);
  exited.resolve(null);
  for (const { promise, reject } of pipes) {
    reject(error);
    promise.then((pipe) => pipe.destroy()).catch(() => undefined);
  }
}

/** Assigns a pipe by its greeting: the number of its process, and which of the three it is. */
async function accept({ started }: Running, pipe: Socket): Promise<void> {
  // An error means that the process died: readers see the end, and writers learn it from the exit code.
  pipe.on('error', () => undefined);
  let greeting = Buffer.alloc(0);
  while (!greeting.includes(0x0a)) {
    if (greeting.length > MAX_GREETING_BYTES) throw new Error('This pipe belongs to no process.');
    const chunk = pipe.read() as Buffer | null;
    if (chunk === null) await once(pipe, 'readable');
    else greeting = Buffer.concat([greeting, chunk]);
  }
  const end = greeting.indexOf(0x0a);
  if (end + 1 < greeting.length) pipe.unshift(greeting.subarray(end + 1));
  const [id, name] = greeting.toString('latin1', 0, end).split(' ').map(Number);
  const awaited = started.get(id ?? 0)?.pipes[name ?? -1];
  if (awaited === undefined) pipe.destroy();
  else awaited.resolve(pipe);
}
