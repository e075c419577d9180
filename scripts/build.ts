import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, runtimeIsRight } from './run-step.ts';

// Builds the web app when its sources differ from those of the last build: a second start then takes seconds.
runtimeIsRight();
const stamp = join(root, 'apps/web/build/.sources');
const sources = digest();
await run('node', ['scripts/generate.ts'], { quiet: true });
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
  await run('vite', ['build', '--logLevel', 'warn'], { cwd: 'apps/web' });
  writeFileSync(stamp, sources);
}

/** Contents, not times: a fresh clone and a branch switch give files new times. */
function digest(): string {
  const hash = createHash('sha256');
  const files = globSync(
    ['apps/web/{src,static}/**/*.*', 'apps/web/*.{ts,json}', 'apps/api/schema.graphql', 'pnpm-lock.yaml'],
    {
      cwd: root,
    },
  );
  for (const file of files.filter((name) => statSync(join(root, name)).isFile()).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
