import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFrame, writeFrame, type Ended, type GitRun } from './git-beside.ts';

// The other end of `gitBeside`: runs Git for a process that is larger than this one, until that process has ended.
const [, , requests = '', answers = ''] = process.argv;
const pipes = { requests: openSync(requests, 'r'), answers: openSync(answers, 'w') };
for (;;) {
  const run = nextRun();
  if (run === null) break;
  const { cwd, env, args, input } = run;
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, env, input, maxBuffer: 1 << 30 });
  writeFrame(
    pipes.answers,
    Buffer.from(JSON.stringify({ status, stderr: stderr.toString() } satisfies Ended)),
  );
  writeFrame(pipes.answers, stdout);
}

function nextRun(): GitRun | null {
  try {
    const run = JSON.parse(readFrame(pipes.requests).toString()) as Omit<GitRun, 'input'>;
    return { ...run, input: readFrame(pipes.requests) };
  } catch {
    return null;
  }
}
