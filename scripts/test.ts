import { attempt, run, runtimeIsRight } from './run-step.ts';

// What `npm test` does after the install: every test that needs no server and no browser, and one line of counts.
runtimeIsRight();
await run('node', ['scripts/generate.ts'], { quiet: true });
process.exitCode = await attempt('vitest', [
  'run',
  '--config',
  '.config/vitest.config.ts',
  '--project=!browser',
  '--reporter=./scripts/count-reporter.ts',
  '--reporter=default',
  ...process.argv.slice(2),
]);
