import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { syncStatesModule } from '../packages/sync/src/print-states.ts';
import { generateClient, isClientStale } from './generate-client.ts';
import { root, run, runtimeIsRight } from './run-step.ts';

// Writes everything that is generated: the Prisma client, the Pothos types, the printed schema, and for the web app the
// states of a sync and the types of its queries. `--check` fails where a committed file would come out different.
runtimeIsRight();
const check = process.argv.includes('--check');

if (check || isClientStale()) await generateClient();
await run('node', ['apps/api/src/print-schema.ts', ...(check ? ['--check'] : [])]);
writeFileSync(join(root, 'apps/web/src/lib/sync/sync-states.ts'), await formatted(syncStatesModule()));
await run('svelte-kit', ['sync'], { cwd: 'apps/web' });
await run('gql.tada', ['generate-output'], { cwd: 'apps/web', quiet: true });
if (check) {
  const changed = execFileSync(
    'git',
    ['status', '--porcelain', '--', 'apps/api/schema.graphql', 'apps/web/src'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (changed !== '' && process.env['CI'] === 'true') {
    console.error(`Generated files differ from what is committed:\n${changed}`);
    process.exitCode = 1;
  }
}

async function formatted(source: string): Promise<string> {
  const options = await resolveConfig(join(root, 'any.ts'), { config: join(root, '.config/prettier.json') });
  return format(source, { ...options, parser: 'typescript' });
}
