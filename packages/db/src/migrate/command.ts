import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Database } from '../database/database.ts';
import { DbError } from '../database/db-error.ts';
import { openDatabase } from '../database/open-database.ts';
import { prepareQueues } from '../jobs/prepare-queues.ts';
import { applyMigrations } from './apply-migrations.ts';
import { describeEvent, describeResult } from './describe.ts';
import type { MigrationEvent, MigrationResult } from './migrate.ts';
import { ownMigrations } from './migration-folder.ts';
import { readSchemaState } from './schema-state.ts';

/** The command's arguments and surroundings. */
export interface CommandInput {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from, and that holds `.data`. */
  readonly root: string;
  readonly print: (line: string) => void;
}

/** Exit codes, for programs to branch on. */
const exitCodes = { done: 0, 'would-do': 0, 'nothing-to-do': 0, refused: 3, failed: 1 } as const;
const configuration = 78;

const help = `db-migrate-safe [--dry-run] [--migrations DIR] [--backups DIR] [--json]

Applies the pending migrations to DATABASE_URL or, without one, to the embedded database in DATA_DIR (.data).
It reads them first and refuses statements that could lose vectors, superseded rows or history; dumps those tables;
counts and hashes every vector before and after, in one transaction; and installs the guard in the database.

  --dry-run         report all of that and change nothing
  --migrations DIR  read the migrations from another folder (default: prisma/migrations)
  --backups DIR     where the dump is written (default: DATA_DIR/backups)
  --json            one JSON object on one line

Exit code: 0 done or nothing to do, 1 failed (rolled back), 3 refused, 78 the configuration is wrong.
A statement with CONCURRENTLY runs outside a transaction, so it must be alone in its migration.`;

/** Runs `scripts/db-migrate-safe` and returns its exit code. */
export async function migrateCommand(input: CommandInput): Promise<number> {
  let options;
  try {
    options = optionsOf(input);
  } catch (error) {
    input.print(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return configuration;
  }
  if (options.help) {
    input.print(help);
    return 0;
  }
  if (!existsSync(options.folder)) {
    input.print(`--migrations: there is no folder ${options.folder}`);
    return configuration;
  }
  const events: MigrationEvent[] = [];
  const report = (event: MigrationEvent): void => {
    events.push(event);
    if (!options.json) for (const line of describeEvent(event)) input.print(line);
  };
  let result: MigrationResult;
  try {
    const database = await openDatabase(options.database);
    try {
      result = await migrateAll(database, options, report);
    } finally {
      await database.close();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    input.print(options.json ? JSON.stringify({ outcome: 'failed', message }) : message);
    return error instanceof DbError && error.code !== 'DATA_DIR_IN_USE' ? configuration : exitCodes.failed;
  }
  if (options.json) input.print(JSON.stringify({ ...withoutCause(result), events }));
  else for (const line of describeResult(result)) input.print(line);
  return exitCodes[result.outcome];
}

/** Migrates, and makes the tables of the queues where the database is this version's own. */
async function migrateAll(
  database: Database,
  { folder, backups, dryRun }: Pick<ReturnType<typeof optionsOf>, 'folder' | 'backups' | 'dryRun'>,
  report: (event: MigrationEvent) => void,
): Promise<MigrationResult> {
  // One version back, there is nothing to apply, and the newer version's guard stays.
  if (folder === ownMigrations && (await readSchemaState(database)).kind === 'newer')
    return { outcome: 'nothing-to-do' };
  const result = await applyMigrations(database, { folder, backups, dryRun, report });
  const isCurrent = result.outcome === 'done' || result.outcome === 'nothing-to-do';
  if (isCurrent && folder === ownMigrations && !dryRun) await prepareQueues(database);
  return result;
}

function optionsOf({ args, env, root }: CommandInput) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'dry-run': { type: 'boolean', default: false },
      migrations: { type: 'string' },
      backups: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const dataDir = resolve(root, env['DATA_DIR'] || '.data');
  const url = env['DATABASE_URL'] ?? '';
  if (url !== '' && !/^postgres(ql)?:\/\//.test(url)) {
    throw new Error('DATABASE_URL must begin with postgres:// or postgresql://');
  }
  return {
    help: values.help,
    json: values.json,
    dryRun: values['dry-run'],
    folder: values.migrations === undefined ? ownMigrations : resolve(values.migrations),
    backups: values.backups === undefined ? join(dataDir, 'backups') : resolve(values.backups),
    database:
      url === ''
        ? ({ kind: 'embedded', dataDir } as const)
        : ({ kind: 'postgres', url, connections: 3 } as const),
  };
}

/** An error object prints nothing useful in JSON beyond its message. */
function withoutCause(result: MigrationResult): object {
  return result.outcome === 'failed' ? { outcome: result.outcome, message: result.message } : result;
}
