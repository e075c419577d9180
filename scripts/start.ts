import { buildApp } from './build-app.ts';
import { runtimeIsRight } from './run-step.ts';

// What `npm start` does after the install: build what is missing, then serve everything on one port, in this process.
runtimeIsRight();
// The table of settings comes from the program's own schema, without a build.
if (!process.argv.includes('--help')) await buildApp();
await import('../apps/api/src/main.ts');
