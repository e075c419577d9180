import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  applyMigrations,
  DbError,
  describeSchemaState,
  isMigrating,
  isServable,
  readSchemaState,
  type Database,
  type SchemaState,
} from '@project-sync/db';
import type { Logger } from 'pino';

/** How long a start waits for a migration that runs, and how often it looks. */
const WAIT_MS = 30 * 60_000;
const LOOK_MS = 500;

const codes = {
  empty: 'MIGRATIONS_PENDING',
  older: 'MIGRATIONS_PENDING',
  contracted: 'MIGRATIONS_NEWER',
  edited: 'MIGRATIONS_REFUSED',
} as const;

/**
 * Makes sure that this version can serve the database, or throws the reason why not. An embedded database is migrated
 * here; a server's by its operator, so it is only read. One that a newer version migrated is served as it is.
 */
export async function ensureSchema(
  database: Database,
  { dataDir, log }: { readonly dataDir: string; readonly log: Logger },
): Promise<void> {
  const state = await readSchemaState(database);
  if (database.kind === 'embedded' && (state.kind === 'current' || canMigrate(state)))
    return migrate(database, dataDir);
  const settled = canMigrate(state) ? await afterMigration(database, state, log) : state;
  if (settled.kind === 'newer') log.info({ newer: settled.newer }, describeSchemaState(settled));
  if (settled.kind === 'current' || settled.kind === 'newer') return;
  throw new DbError(codes[settled.kind], describeSchemaState(settled));
}

function canMigrate({ kind }: SchemaState): boolean {
  return kind === 'empty' || kind === 'older';
}

/** Waits while a migration runs: in a deployment it starts together with the servers. */
async function afterMigration(database: Database, before: SchemaState, log: Logger): Promise<SchemaState> {
  let state = before;
  for (const until = Date.now() + WAIT_MS; Date.now() < until && (await isMigrating(database));) {
    log.info('A migration is running on the database. The start waits for its end.');
    while (Date.now() < until && (await isMigrating(database))) await delay(LOOK_MS);
    state = await readSchemaState(database);
    if (isServable(state)) return state;
  }
  // It may have ended between the first look and the lock's.
  return isServable(state) ? state : readSchemaState(database);
}

async function migrate(database: Database, dataDir: string): Promise<void> {
  const result = await applyMigrations(database, { backups: join(dataDir, 'backups') });
  if (result.outcome === 'failed')
    throw new DbError('MIGRATIONS_PENDING', `The database could not be migrated: ${result.message}`, {
      cause: result.cause,
    });
  if (result.outcome === 'refused') {
    const reasons = result.refusals.map(({ migration, why }) => `${migration}: ${why}`);
    throw new DbError(
      'MIGRATIONS_REFUSED',
      `The database cannot be migrated. ${reasons.join('; ')}. Run project-sync migrate for details.`,
    );
  }
}
