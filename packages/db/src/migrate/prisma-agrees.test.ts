import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openShadow } from '../drift/open-shadow.ts';
import { startSchemaEngine } from '../drift/schema-engine.ts';
import type { MigrationSql } from './connection.ts';
import { migrate } from './migrate.ts';
import { ownMigrations, readMigrations } from './migration-folder.ts';

test('prisma migrate deploy finds the migrations of this runner applied, unedited and finished', async () => {
  await using shadow = await openShadow(null);
  const { adapter } = shadow;
  const sql: MigrationSql = {
    async query<R extends Record<string, unknown>>(text: string, params: readonly unknown[] = []) {
      const args = params.map((param) => (param instanceof Date ? param.toISOString() : param));
      const argTypes = args.map(() => ({ scalarType: 'unknown' as const, arity: 'scalar' as const }));
      const { columnNames, rows } = await adapter.queryRaw({ sql: text, args, argTypes });
      // Prisma's adapter returns rows as lists without column names.
      return rows.map(
        (row) => Object.fromEntries(row.map((value, at) => [columnNames[at] ?? '', value])) as R,
      );
    },
    script: async (text) => {
      await adapter.executeScript(text);
      return [];
    },
  };
  const result = await migrate({
    folder: ownMigrations,
    connection: {
      kind: 'embedded',
      outside: (work) => work(sql),
      transaction: async (work) => {
        await sql.script('begin');
        const done = await work(sql);
        await sql.script('commit');
        return done;
      },
    },
  });
  expect(result).toEqual({ outcome: 'done', applied: expect.any(Array) as unknown });

  const own = await readMigrations(ownMigrations);
  const migrationsList = {
    baseDir: ownMigrations,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: own.map((one) => ({
      path: one.name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: one.sql } },
    })),
  };
  const filters = { externalTables: [], externalEnums: [] };
  const schema = await readFile(new URL('../../../../prisma/schema.prisma', import.meta.url), 'utf8');
  using engine = await startSchemaEngine(schema, adapter);
  const found = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters,
  });
  expect(found).toMatchObject({
    history: null,
    editedMigrationNames: [],
    failedMigrationNames: [],
    hasMigrationsTable: true,
  });
  expect(await engine.applyMigrations({ migrationsList, filters })).toEqual({ appliedMigrationNames: [] });
});
