import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ownMigrations, readMigrations, type Migration } from '../migrate/migration-folder.ts';
import { openShadow } from './open-shadow.ts';
import { startSchemaEngine } from './schema-engine.ts';

/** The schema to compare with, and the place to replay migrations in. */
export interface DriftOptions {
  /** A PostgreSQL server; null replays in memory. */
  readonly url: string | null;
  /** A Prisma schema; the project's own by default. */
  readonly schema?: string;
}

const ownSchema = fileURLToPath(new URL('../../../../prisma/schema.prisma', import.meta.url));
const FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Replays the migrations in an empty database and compares the result with Prisma's schema. Returns the SQL of the
 * difference, or null if there is none.
 */
export async function checkDrift(options: DriftOptions): Promise<string | null> {
  const schema = options.schema ?? (await readFile(ownSchema, 'utf8'));
  await using shadow = await openShadow(options.url);
  using engine = await startSchemaEngine(schema, shadow.adapter);
  const result = await engine.diff({
    from: {
      tag: 'migrations',
      baseDir: ownMigrations,
      lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
      shadowDbInitScript: '',
      migrationDirectories: (await readMigrations(ownMigrations)).map(directoryOf),
    },
    to: { tag: 'schemaDatamodel', files: [{ content: schema, path: 'schema.prisma' }] },
    script: true,
    exitCode: true,
    filters: FILTERS,
  });
  return result.exitCode === 0
    ? null
    : (result.stdout ?? 'The schema engine reported a difference without its SQL.');
}

function directoryOf({ name, sql }: Migration) {
  return {
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
  };
}
