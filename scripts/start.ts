import { attempt, run, runtimeIsRight } from './run-step.ts';

// What `npm start` does after the install: build what is missing, then serve everything on one port.
runtimeIsRight();
if (process.argv.includes('--help')) {
  // The table comes from the program's own schema, without a build and without loading the server.
  const { configurationTable } = await import('../apps/api/src/configuration.ts');
  console.log(configurationTable());
} else {
  await run('node', ['scripts/build.ts']);
  process.exitCode = await attempt('node', ['apps/api/src/main.ts', ...process.argv.slice(2)]);
}
