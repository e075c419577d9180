import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run-step.ts';

/** Generates the Prisma client and the types that Pothos reads: the only generated files that are not committed. */
export async function generateClient(): Promise<void> {
  await run('prisma', ['generate', '--config', '.config/prisma.config.ts'], { quiet: true });
}

/** Whether the model is newer than its client. Generating costs a second and a half, which a start need not wait for. */
export function isClientStale(): boolean {
  const client = join(root, 'packages/db/src/generated/prisma/client.ts');
  const types = join(root, 'apps/api/src/generated/pothos-prisma.ts');
  if (!existsSync(client) || !existsSync(types) || readdirSync(join(client, '..')).length === 0) return true;
  const schema = join(root, 'prisma/schema.prisma');
  return statSync(schema).mtimeMs > statSync(client).mtimeMs || readFileSync(types, 'utf8') === '';
}
