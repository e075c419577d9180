import { attempt, runtimeIsRight } from './run-step.ts';

// Checks the types of every package, each under its own settings and only where something changed since the last run,
// then the web app's templates, and its queries against the printed schema.
runtimeIsRight();
const web = { cwd: 'apps/web' };
let failed = await attempt('tsc', ['-b', 'apps/api', 'scripts/tsconfig.json']);
failed += await attempt('svelte-kit', ['sync'], web);
failed += await attempt('svelte-check', ['--tsconfig', './tsconfig.json', '--output', 'human'], web);
failed += await attempt('gql.tada', ['check'], web);
process.exitCode = failed === 0 ? 0 : 1;
