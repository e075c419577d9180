import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { launchHere, type Launch, type LaunchOptions } from './spawn.ts';

/** What the process that starts others is told. */
export type LauncherOrder =
  | (LaunchOptions & {
      readonly kind: 'start';
      readonly id: number;
      readonly file: string;
      readonly args: readonly string[];
    })
  | { readonly kind: 'end'; readonly id: number };

/** What it tells. */
export type LauncherAnswer =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'ended'; readonly id: number; readonly code: number | null };

/** The name of the socket in the launcher's folder that the pipes of what it starts are connected to. */
export const PIPES = 'pipes';

const LONGEST_GREETING = 64;

interface Started {
  readonly pipes: readonly PromiseWithResolvers<Socket>[];
  /** With the number of the process. */
  readonly began: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<number | null>;
}

interface Running {
  readonly child: ChildProcess;
  readonly started: Map<number, Started>;
  gone: boolean;
}

/**
 * Starts processes by a small one that does nothing else. To start one, the kernel copies the page tables of its
 * parent while that stands still, and each page then costs a fault when it is next written: a process that holds a
 * database of a gigabyte answers nobody for 40 ms each time. What a child reads and writes goes straight between it
 * and this process.
 */
export class Launcher {
  #running: Promise<Running> | null = null;
  #last = 0;

  /** Starts a process, and with the first one that which starts them. */
  readonly launch: Launch = async (file, args, options) => {
    let running: Running;
    try {
      do running = await this.#opened();
      while (running.gone);
    } catch {
      // Without a folder for its socket, or with one whose name is too long for it, this process does it itself.
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
      tell(running, { kind: 'start', id, file, args, ...options });
      const [[stdin, stdout, stderr], pid] = await Promise.all([
        Promise.all(started.pipes.map(({ promise }) => promise)),
        started.began.promise,
      ]);
      if (stdin === undefined || stdout === undefined || stderr === undefined)
        throw new Error('A process has three pipes.');
      // Nothing comes from there, but only who reads sees that it is over.
      stdin.resume();
      const whole = Promise.allSettled([stdout, stderr].map((pipe) => finished(pipe, { writable: false })));
      // Only here: a process can be over before the last of its pipes has been seen.
      const ended = started.exited.promise.then(async (code) => {
        forget(running, id);
        await whole;
        return code;
      });
      return { pid, stdin, stdout, stderr, ended, end: () => tell(running, { kind: 'end', id }) };
    } catch (error) {
      forget(running, id);
      cut(started);
      throw error;
    }
  };

  /** Ends it, and with it whatever it has started. */
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
    // What could not be opened, or is gone, is opened anew by the next order.
    const forgotten = (): void => {
      if (this.#running === opening) this.#running = null;
    };
    const opening = open(forgotten);
    opening.catch(forgotten);
    return (this.#running = opening);
  }
}

async function open(onGone: () => void): Promise<Running> {
  // Nobody else may enter this folder, so nobody else can send what a repository is taken to hold.
  const folder = mkdtempSync(join(tmpdir(), 'project-sync-launcher-'));
  const server = createServer((pipe) => void accept(running, pipe).catch(() => pipe.destroy()));
  const child = fork(new URL('./spawn-server-process.ts', import.meta.url), [folder], {
    // A key that interrupts the server is not meant for it: it ends when the server does.
    detached: true,
    execArgv: [],
    env: {},
    stdio: 'ignore',
  });
  child.unref();
  child.channel?.unref();
  // After the fork: from then on there is somebody who removes the folder, though this process be killed now.
  server.listen(join(folder, PIPES));
  server.unref();
  // Pipes that cannot be taken are never waited for: what they belong to ends, and is told so.
  server.on('error', () => child.connected && child.disconnect());
  const running: Running = { child, started: new Map(), gone: false };
  child.on('message', (answer: LauncherAnswer) => hear(running, answer));
  // The pipes of what it had started are cut, which ends that too.
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

function tell({ child }: Running, order: LauncherOrder): void {
  if (child.connected) child.send(order);
}

function hear({ started }: Running, answer: LauncherAnswer): void {
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
  // A process with nothing else to do waits for what it has started, and not for orders that nobody gives.
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

/** Each pipe tells first whose it is, and which of the three. */
async function accept({ started }: Running, pipe: Socket): Promise<void> {
  // It breaks off when its process does; whoever reads it sees an end, and whoever writes learns it from the exit.
  pipe.on('error', () => undefined);
  let greeting = Buffer.alloc(0);
  while (!greeting.includes(0x0a)) {
    if (greeting.length > LONGEST_GREETING) throw new Error('A pipe that nobody waits for.');
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
