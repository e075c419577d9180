import { spawn } from 'node:child_process';
import { giveWay } from './give-way.ts';
import { limited, type ProcessLimits } from './process-limits.ts';
import type { Readable, Writable } from 'node:stream';

/** A started process, the leader of its own process group, with its three pipes. */
export interface Launched {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves to the exit code after all output has arrived; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Kills the whole group: `fetch` leaves its helpers behind when it alone is killed. */
  end(): void;
}

/** The settings of a process; nothing of this process's environment is added. */
export interface LaunchOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limits?: ProcessLimits | undefined;
}

/** Starts a process, or rejects if the program does not exist. Injected, so that tests see every argument. */
export type Launch = (file: string, args: readonly string[], options: LaunchOptions) => Promise<Launched>;

/** Starts a process as a child of this one. */
export const launchHere: Launch = (file, args, { cwd, env, limits }) =>
  new Promise((resolve, reject) => {
    const child = spawn(...limited(file, args, limits), {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    const ended = new Promise<number | null>((close) => child.once('close', close));
    // Writing to a child that has exited raises EPIPE; its exit code says why.
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('spawn', () => {
      const { pid = 0, stdin, stdout, stderr } = child;
      giveWay(pid);
      resolve({ pid, stdin, stdout, stderr, ended, end: () => endGroup(child) });
    });
  });

/** Kills a process group whose leader may have exited already. */
export function endGroup(child: {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
}): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It exited between the check and the signal.
  }
}
