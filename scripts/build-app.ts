import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateClient, isClientStale } from './generate-client.ts';
import { root, run } from './run-step.ts';
import { timedStep } from './timed-step.ts';

const stamp = join(root, 'apps/web/build/.sources');

/**
 * Builds what the server loads and a checkout does not have, where its sources differ from those of the last time: a second
 * start builds nothing, and says nothing. The generated files that are committed are not its business.
 */
export async function buildApp(): Promise<void> {
  if (isClientStale()) await timedStep('Generating the database client', generateClient);
  const sources = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  // The bundler's advice is for those who change the app, who see it in `vite build`.
  await timedStep('Building the web app', () =>
    run('vite', ['build', '--logLevel', 'error'], { cwd: 'apps/web', quiet: true }),
  );
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
