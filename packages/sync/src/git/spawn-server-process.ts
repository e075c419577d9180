import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { giveWay } from './give-way.ts';
import { limited } from './process-limits.ts';
import { endGroup } from './spawn.ts';
import { PIPES, type LauncherAnswer, type LauncherOrder } from './spawn-server.ts';

const [, , folder = ''] = process.argv;
const running = new Map<number, ChildProcess>();

process.on('message', (order: LauncherOrder) => {
  if (order.kind === 'end') {
    const child = running.get(order.id);
    if (child !== undefined) endGroup(child);
  } else void start(order);
});

// Signals to the whole group are ignored: the server may still need its processes while it shuts down, and this
// process ends when the server does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('disconnect', quit);
// The server may have been killed while this process was starting.
if (!process.connected) quit();

/** The server is gone: the output of its processes is unread, and its folder would remain. */
function quit(): never {
  for (const child of running.values()) endGroup(child);
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

async function start({ id, file, args, cwd, env, limits }: LauncherOrder & { kind: 'start' }): Promise<void> {
  const ends: Socket[] = [];
  try {
    for (const name of [0, 1, 2]) ends.push(await connectPipe(`${id} ${name}\n`));
    const child = spawn(...limited(file, args, limits), {
      cwd,
      env,
      stdio: ends,
      detached: true,
      windowsHide: true,
    });
    running.set(id, child);
    child.once('spawn', () => {
      const { pid = 0 } = child;
      giveWay(pid);
      answer({ kind: 'started', id, pid });
    });
    child.once('error', ({ message }) => answer({ kind: 'failed', id, message }));
    child.once('exit', (code) => {
      running.delete(id);
      answer({ kind: 'ended', id, code });
    });
  } catch (error) {
    answer({ kind: 'failed', id, message: String(error) });
  } finally {
    // The process has its own copies now; with these open, the server would never see the pipes end.
    for (const end of ends) end.destroy();
  }
}

function connectPipe(greeting: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: join(folder, PIPES) });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(greeting, () => resolve(socket)));
  });
}

function answer(message: LauncherAnswer): void {
  // Sending fails once the server is gone; the disconnect event follows and cleans up.
  process.send?.(message, undefined, undefined, () => undefined);
}
