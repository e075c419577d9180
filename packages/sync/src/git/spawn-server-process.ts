import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
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

// What ends the server ends it too, but only after it: a stop that is meant for all of a group must not take away what
// the server is still winding up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('disconnect', quit);
// Whoever wanted this process may have been killed while it was starting.
if (!process.connected) quit();

/** Whoever gave the orders is gone, however it went: nobody reads what is still written, or removes the folder. */
function quit(): never {
  for (const child of running.values()) endGroup(child);
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

async function start({ id, file, args, cwd, env }: LauncherOrder & { kind: 'start' }): Promise<void> {
  const ends: Socket[] = [];
  try {
    for (const name of [0, 1, 2]) ends.push(await reach(`${id} ${name}\n`));
    const child = spawn(file, args, { cwd, env, stdio: ends, detached: true, windowsHide: true });
    running.set(id, child);
    child.once('spawn', () => answer({ kind: 'started', id, pid: child.pid ?? 0 }));
    child.once('error', ({ message }) => answer({ kind: 'failed', id, message }));
    child.once('exit', (code) => {
      running.delete(id);
      answer({ kind: 'ended', id, code });
    });
  } catch (error) {
    answer({ kind: 'failed', id, message: String(error) });
  } finally {
    // The process holds its own copies now; with these open nobody would ever see an end.
    for (const end of ends) end.destroy();
  }
}

function reach(greeting: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: join(folder, PIPES) });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(greeting, () => resolve(socket)));
  });
}

function answer(message: LauncherAnswer): void {
  // Told to nobody, it fails; that this is so is heard in a moment, and then there is something to put in order.
  process.send?.(message, undefined, undefined, () => undefined);
}
