import { attempt, run, runtimeIsRight } from './run-step.ts';

// What `npm start` does after the install: generate and build what is missing, then serve everything on one port.
runtimeIsRight();
await run('node', ['scripts/build.ts']);
process.exitCode = await attempt('node', ['apps/api/src/main.ts', ...process.argv.slice(2)]);
