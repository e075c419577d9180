import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, root, run, runtimeIsRight } from './run-step.ts';

// Every test that needs no server and no browser, ended by one line of counts. `npm test -- db` runs one room,
// `npm test -- db fence` the files of that room whose path holds the word; any other argument goes to vitest.
// Without an argument the files named `*.long.test.ts` are left out, each of which takes a tenth of the time of all others
// together: `npm test -- .long.test` runs them alone, and CI runs both.
runtimeIsRight();
await run('node', ['scripts/generate.ts'], { quiet: true });
const rooms = process.argv.slice(2).flatMap(roomOf);
const rest = process.argv.slice(2).filter((argument) => roomOf(argument).length === 0);
process.exitCode = await attempt('vitest', [
  'run',
  '--config',
  '.config/vitest.config.ts',
  ...(rooms.length === 0 ? ['--project=!browser'] : rooms.map((room) => `--project=${room}`)),
  '--reporter=./scripts/count-reporter.ts',
  '--reporter=default',
  ...(process.argv.length > 2 ? [] : ['--exclude=**/*.long.test.ts']),
  ...rest,
]);

/** A room by its path or its last part; none for anything else. */
function roomOf(argument: string): string[] {
  return [argument, `packages/${argument}`, `apps/${argument}`].filter(
    (path) => /^(packages|apps)\/[a-z-]+$/.test(path) && existsSync(join(root, path, 'package.json')),
  );
}
