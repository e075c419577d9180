import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Launch, LaunchOptions } from './launch.ts';

/** What the process that starts others is told. */
export type LauncherOrder =
  | (LaunchOptions & {
      readonly kind: 'start';
      readonly id: number;
      readonly file: string;
      readonly args: readonly string[];
      /** Where its three pipes are to be connected to. */
      readonly socket: string;
    })
  | { readonly kind: 'end'; readonly id: number };

/** What it tells. */
export type LauncherAnswer =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'ended'; readonly id: number; readonly code: number | null };

const LONGEST_GREETING = 64;

interface Started {
  readonly pipes: readonly PromiseWithResolvers<Socket>[];
  /** With the number of the process. */
  readonly began: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<number | null>;
}

interface Running {
  readonly child: ChildProcess;
  readonly server: Server;
  readonly folder: string;
  readonly socket: string;
}

/**
 * Starts processes by a small one that does nothing else. To start one, the kernel copies the page tables of its
 * parent while that stands still, and each page then costs a fault when it is next written: a process that holds a
 * database of a gigabyte answers nobody for 40 ms each time. What a child reads and writes goes straight between it
 * and this process.
 */
export class Launcher {
  readonly #started = new Map<number, Started>();
  #running: Promise<Running> | null = null;
  #last = 0;

  /** Starts a process, and with the first one that which starts them. */
  readonly launch: Launch = async (file, args, options) => {
    const { child, socket } = await (this.#running ??= this.#run());
    const id = (this.#last += 1);
    const started: Started = {
      pipes: [0, 1, 2].map(() => Promise.withResolvers<Socket>()),
      began: Promise.withResolvers(),
      exited: Promise.withResolvers(),
    };
    this.#started.set(id, started);
    child.channel?.ref();
    try {
      this.#tell(child, { kind: 'start', id, file, args, socket, ...options });
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
        this.#forget(child, id);
        await whole;
        return code;
      });
      return { pid, stdin, stdout, stderr, ended, end: () => this.#tell(child, { kind: 'end', id }) };
    } catch (error) {
      this.#forget(child, id);
      for (const { promise } of started.pipes) promise.then((pipe) => pipe.destroy()).catch(() => undefined);
      throw error;
    }
  };

  /** Ends it, and with it whatever it has started. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (running === null) return;
    const { child } = await running;
    if (child.connected) child.disconnect();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    await once(child, 'exit');
  }

  async #run(): Promise<Running> {
    // Nobody else may enter this folder, so nobody else can send what a repository is taken to hold.
    const folder = mkdtempSync(join(tmpdir(), 'project-sync-launcher-'));
    const socket = join(folder, 'pipes');
    const server = createServer((pipe) => void this.#accept(pipe).catch(() => pipe.destroy()));
    server.listen(socket);
    await once(server, 'listening');
    server.unref();
    const child = fork(new URL('./launcher-process.ts', import.meta.url), [folder], {
      // A key that interrupts the server is not meant for it: it ends when the server does.
      detached: true,
      execArgv: [],
      env: {},
      stdio: 'ignore',
    });
    child.unref();
    child.channel?.unref();
    child.on('message', (answer: LauncherAnswer) => this.#hear(answer));
    const gone = (): void => this.#end({ child, server, folder, socket });
    child.once('error', gone);
    child.once('exit', gone);
    return { child, server, folder, socket };
  }

  /** It died. The pipes of what it had started are cut, which ends that too, and the next order starts another. */
  #end({ server, folder }: Running): void {
    this.#running = null;
    server.close();
    rmSync(folder, { recursive: true, force: true });
    const error = new Error('The process that starts others has ended.');
    for (const { pipes, began, exited } of this.#started.values()) {
      began.reject(error);
      exited.resolve(null);
      for (const { promise, reject } of pipes) {
        reject(error);
        promise.then((pipe) => pipe.destroy()).catch(() => undefined);
      }
    }
    this.#started.clear();
  }

  #tell(child: ChildProcess, order: LauncherOrder): void {
    if (child.connected) child.send(order);
  }

  #hear(answer: LauncherAnswer): void {
    const started = this.#started.get(answer.id);
    switch (answer.kind) {
      case 'started':
        return started?.began.resolve(answer.pid);
      case 'failed':
        return started?.began.reject(new Error(answer.message));
      case 'ended':
        return started?.exited.resolve(answer.code);
    }
  }

  #forget(child: ChildProcess, id: number): void {
    this.#started.delete(id);
    // A process with nothing else to do waits for what it has started, and not for orders that nobody gives.
    if (this.#started.size === 0) child.channel?.unref();
  }

  /** Each pipe tells first whose it is, and which of the three. */
  async #accept(pipe: Socket): Promise<void> {
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
    const awaited = this.#started.get(id ?? 0)?.pipes[name ?? -1];
    if (awaited === undefined) pipe.destroy();
    else awaited.resolve(pipe);
  }
}
