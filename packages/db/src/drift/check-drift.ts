import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ownMigrations, readMigrations, type Migration } from '../migrate/migration-folder.ts';
import { openShadow } from './open-shadow.ts';
import { startSchemaEngine } from './schema-engine.ts';

/** What to compare, and where to replay it. */
export interface DriftOptions {
  /** A PostgreSQL server; null replays in memory. */
  readonly url: string | null;
  /** Prisma's schema; the project's own unless told. */
  readonly schema?: string;
}

const ownSchema = fileURLToPath(new URL('../../../../prisma/schema.prisma', import.meta.url));
const FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Replays the migrations in an empty database and compares what they make with Prisma's schema. Gives the SQL that
 * is missing between them, or null where they agree.
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
    : (result.stdout ?? 'The schema engine told a difference without its SQL.');
}

function directoryOf({ name, sql }: Migration) {
  return {
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
  };
}
