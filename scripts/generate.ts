import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, type Options } from 'prettier';
import { syncStatesModule } from '../packages/sync/src/print-states.ts';
import { root, run, runtimeIsRight } from './run-step.ts';

// Writes everything that is generated: the Prisma client, the Pothos types, the printed schema, and for the web app the
// states of a sync and the types of its queries. `--check` fails where a committed file would come out different.
runtimeIsRight();
const check = process.argv.includes('--check');

if (check || isStale()) await run('prisma', ['generate', '--config', '.config/prisma.config.ts']);
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
  const options: Options = JSON.parse(readFileSync(join(root, '.config/prettier.json'), 'utf8'));
  return format(source, { ...options, parser: 'typescript' });
}

/** Generating costs a second and a half on every start: only when the model is newer than what came of it. */
function isStale(): boolean {
  const client = join(root, 'packages/db/src/generated/prisma/client.ts');
  const types = join(root, 'apps/api/src/generated/pothos-prisma.ts');
  if (!existsSync(client) || !existsSync(types) || readdirSync(join(client, '..')).length === 0) return true;
  const schema = join(root, 'prisma/schema.prisma');
  return statSync(schema).mtimeMs > statSync(client).mtimeMs || readFileSync(types, 'utf8') === '';
}
