import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A started process, the first of a group of its own, with its three pipes. */
export interface Launched {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** What it ended with, once everything that it wrote has come; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it with whatever it started: `fetch` leaves its helpers behind when only itself is killed. */
  end(): void;
}

/** What a process is started with; nothing of this one's environment is added. */
export interface LaunchOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts a process, or rejects where there is none of that name. Handed in, so that a test sees every argument. */
export type Launch = (file: string, args: readonly string[], options: LaunchOptions) => Promise<Launched>;

/** Starts a process as a child of this one. */
export const launchHere: Launch = (file, args, { cwd, env }) =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    const ended = new Promise<number | null>((close) => child.once('close', close));
    // A child that has ended already turns a last write into EPIPE; its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('spawn', () => {
      const { pid = 0, stdin, stdout, stderr } = child;
      resolve({ pid, stdin, stdout, stderr, ended, end: () => endGroup(child) });
    });
  });

/** Ends a process that may have ended by itself, and all of its group. */
export function endGroup(child: {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
}): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended between the look and the signal.
  }
}
