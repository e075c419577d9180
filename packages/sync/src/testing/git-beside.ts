import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One run of Git: where, with what, and what it reads. */
export interface GitRun {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly args: readonly string[];
  readonly input?: Uint8Array;
}

/**
 * Runs Git and waits for its end, as `execFileSync` does, in a small process beside this one. To start a process is to copy
 * the page tables of its parent, which for a process with a database in it takes longer than most runs of Git.
 */
export function gitBeside({ cwd, env, args, input = new Uint8Array() }: GitRun): Buffer {
  pipes ??= openPipes();
  writeFrame(pipes.requests, Buffer.from(JSON.stringify({ cwd, env, args })));
  writeFrame(pipes.requests, input);
  const { status, stderr } = JSON.parse(readFrame(pipes.answers).toString()) as Ended;
  const output = readFrame(pipes.answers);
  if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
  return output;
}

/** How a run ended. */
export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

interface Pipes {
  readonly requests: number;
  readonly answers: number;
}

/** Of this process, opened by the first run. The process at their other end ends with this one, by the end of its input. */
let pipes: Pipes | null = null;

function openPipes(): Pipes {
  const folder = mkdtempSync(join(tmpdir(), 'project-sync-pipes-'));
  const [requests, answers] = [join(folder, 'requests'), join(folder, 'answers')];
  execFileSync('mkfifo', [requests, answers]);
  const program = fileURLToPath(new URL('./git-beside-process.ts', import.meta.url));
  spawn(process.execPath, [program, requests, answers], { stdio: ['ignore', 'ignore', 'inherit'] }).unref();
  // Each waits for the other end to be opened.
  const opened = { requests: openSync(requests, 'w'), answers: openSync(answers, 'r') };
  rmSync(folder, { recursive: true });
  return opened;
}

/** Writes the length and the bytes of one part of a request or an answer. */
export function writeFrame(pipe: number, bytes: Uint8Array): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  for (const part of [length, bytes])
    for (let at = 0; at < part.length;) at += writeSync(pipe, part, at, part.length - at);
}

/** Reads one part; throws where the other end is gone. */
export function readFrame(pipe: number): Buffer {
  return readBytes(pipe, readBytes(pipe, 4).readUInt32BE());
}

function readBytes(pipe: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const read = readSync(pipe, bytes, at, length - at, null);
    if (read === 0) throw new Error('The process beside this one has ended.');
    at += read;
  }
  return bytes;
}
