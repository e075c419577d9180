import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../src/database/embedded/open-embedded.ts';
import { applyMigrations } from '../src/migrate/apply-migrations.ts';
import { openTestDatabase, type TestDatabase } from '../src/testing/index.ts';

/**
 * Opens an embedded database as the product makes it, in a folder that goes when it is closed: those of tests have an eighth of its
 * memory for pages. TEST_DATABASE_URL chooses a server.
 */
export async function openBenchDatabase(): Promise<Pick<TestDatabase, 'database' | 'close'>> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url !== undefined && url !== '') return openTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-bench-'));
  const database = await openEmbedded({ dataDir });
  const migrated = await applyMigrations(database);
  if (migrated.outcome === 'failed') throw migrated.cause;
  return {
    database,
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
