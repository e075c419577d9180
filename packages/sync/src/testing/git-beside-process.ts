import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFrame, writeFrame, type Ended, type GitRun } from './git-beside.ts';

// The other end of `gitBeside`: runs Git for a process that is larger than this one, until that process has ended.
const [, , requests = '', answers = ''] = process.argv;
const pipes = { requests: openSync(requests, 'r'), answers: openSync(answers, 'w') };
for (;;) {
  const run = nextRun();
  if (run === null) break;
  const { ended, output } = runGit(run);
  writeFrame(pipes.answers, Buffer.from(JSON.stringify(ended)));
  writeFrame(pipes.answers, output);
}

function nextRun(): GitRun | null {
  try {
    const run = JSON.parse(readFrame(pipes.requests).toString()) as Omit<GitRun, 'input'>;
    return { ...run, input: readFrame(pipes.requests) };
  } catch {
    return null;
  }
}

function runGit({ cwd, env, args, input }: GitRun): { readonly ended: Ended; readonly output: Uint8Array } {
  try {
    const { error, status, stdout, stderr } = spawnSync('git', args, { cwd, env, input, maxBuffer: 1 << 30 });
    if (error !== undefined) throw error;
    return { ended: { status, stderr: stderr.toString() }, output: stdout };
  } catch (error) {
    // An argument with a NUL, or a folder that is gone: Git has not run at all.
    return { ended: { status: null, stderr: String(error) }, output: new Uint8Array() };
  }
}
