import { attempt, runtimeIsRight } from './run-step.ts';

// Checks the types of every room, each under its own settings, and of the web's templates and queries.
runtimeIsRight();
const rooms = ['packages/knowledge', 'packages/sync', 'packages/fake-github', 'packages/db', 'apps/api'];
let failed = 0;
for (const room of rooms) failed += await attempt('tsc', ['-p', `${room}/tsconfig.json`]);
failed += await attempt('tsc', ['-p', '.config/tsconfig.scripts.json']);
failed += await attempt('svelte-kit', ['sync'], { cwd: 'apps/web' });
failed += await attempt('svelte-check', ['--tsconfig', './tsconfig.json', '--output', 'human'], {
  cwd: 'apps/web',
});
process.exitCode = failed === 0 ? 0 : 1;
