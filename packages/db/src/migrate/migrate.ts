import { setTimeout as delay } from 'node:timers/promises';
import { migrationLock, type MigrationConnection, type MigrationSql } from './connection.ts';
import { dumpKept } from './dump.ts';
import type { Finding } from './finding.ts';
import { ensureGuard, type GuardState, installGuard } from './guard/install-guard.ts';
import { runAlone } from './index-alone.ts';
import { ensureLedger, readLedger, recordMigration } from './ledger.ts';
import { type Migration, readMigrations } from './migration-folder.ts';
import { pendingOf } from './pending.ts';
import { readContracts } from './reader/contract-rules.ts';
import { readCatalogue } from './reader/read-catalogue.ts';
import { endsTransaction, readPending, runsAlone } from './reader/read-migration.ts';
import { compareCensus, takeCensus, type VectorCount, type VectorLoss } from './vector-census.ts';

/** Progress of a run. */
export type MigrationEvent =
  | { readonly kind: 'pending'; readonly migrations: readonly string[] }
  | { readonly kind: 'warning'; readonly warning: Finding }
  | { readonly kind: 'dumped'; readonly path: string; readonly rows: number }
  | { readonly kind: 'not-dumped'; readonly why: string }
  | {
      readonly kind: 'counted';
      readonly moment: 'before' | 'after';
      readonly vectors: readonly VectorCount[];
    }
  /** Others held a lock for too long; everything was rolled back and is tried again. */
  | { readonly kind: 'locked'; readonly attempt: number; readonly attempts: number }
  | { readonly kind: 'applied'; readonly migration: string; readonly milliseconds: number }
  | { readonly kind: 'guard'; readonly state: GuardState };

/** The result of a run. A refusal and a failure leave the database unchanged. */
export type MigrationResult =
  | { readonly outcome: 'done'; readonly applied: readonly string[] }
  | { readonly outcome: 'would-do'; readonly migrations: readonly string[] }
  | { readonly outcome: 'nothing-to-do' }
  | { readonly outcome: 'refused'; readonly refusals: readonly Finding[] }
  | { readonly outcome: 'failed'; readonly message: string; readonly cause?: unknown };

/** A database, a folder of migrations, and how to run them. */
export interface MigrateOptions {
  readonly connection: MigrationConnection;
  readonly folder: string;
  readonly report?: (event: MigrationEvent) => void;
  /** Only these of the folder, to bring an empty database to the state that a backup was made in. */
  readonly only?: ReadonlySet<string>;
  /** The folder for a dump of the protected tables; without one there is no dump, and an event says so. */
  readonly backups?: string;
  /** Reports everything and changes nothing. */
  readonly dryRun?: boolean;
  /** The time to wait for another runner. */
  readonly lockWaitMs?: number;
  /** The time a statement may wait for a lock, how often the transaction is tried, and the time a statement may run. */
  readonly lockTimeoutMs?: number;
  readonly lockAttempts?: number;
  readonly statementTimeoutMs?: number;
  /** Off only in tests that prove the census and the guard without the reader. */
  readonly reader?: 'on' | 'off';
}

/**
 * Shorter than PostgreSQL's deadlock_timeout of a second: where the migration and a worker wait for each other, the
 * migration gives way, and not a sync of a version that might fail by it.
 */
const LOCK_TIMEOUT_MS = 800;

/** The result of one transaction: the end of the run, or the next step. */
type Step =
  | { readonly kind: 'end'; readonly result: MigrationResult }
  | { readonly kind: 'went-on' }
  | { readonly kind: 'alone'; readonly migration: Migration };

interface Run extends MigrateOptions {
  readonly report: (event: MigrationEvent) => void;
  readonly migrations: readonly Migration[];
  readonly applied: string[];
  prepared: boolean;
}

/** Thrown inside a transaction to roll it back; `resultOf` turns it into the result. */
class RollBack extends Error {
  override readonly name = 'RollBack';
  readonly result: MigrationResult;
  constructor(result: MigrationResult) {
    super(result.outcome);
    this.result = result;
  }
}

/**
 * Migrates a database to the state of a folder. Migrations share one transaction wherever possible, with a count and a
 * hash of every vector before and after; a killed run leaves no trace of its transaction.
 */
export async function migrate(options: MigrateOptions): Promise<MigrationResult> {
  try {
    const migrations = (await readMigrations(options.folder)).filter(
      ({ name }) => options.only?.has(name) ?? true,
    );
    const run: Run = {
      ...options,
      report: options.report ?? (() => {}),
      migrations,
      applied: [],
      prepared: false,
    };
    for (;;) {
      const step = await advanceOverLocks(run);
      if (step.kind === 'end') return step.result;
      if (step.kind === 'alone') {
        await applyOne(run, step.migration, () => runAlone(run.connection, step.migration));
      }
    }
  } catch (error) {
    return resultOf(error);
  }
}

/**
 * Tries the transaction again when others hold a lock for too long, or when it and they wait for each other. Waiting
 * longer would be worse: every reader of the table queues behind it.
 */
async function advanceOverLocks(run: Run): Promise<Step> {
  const attempts = run.lockAttempts ?? 40;
  const before = run.applied.length;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run.connection.transaction((sql) => advance(sql, run));
    } catch (error) {
      if (attempt >= attempts || !isLockConflict(error)) throw error;
      run.applied.length = before;
      run.report({ kind: 'locked', attempt, attempts });
      await delay(Math.min(attempt, 5) * 200);
    }
  }
}

/** True for PostgreSQL's codes of a deadlock and of a lock that was not had in time. */
function isLockConflict(error: unknown): boolean {
  for (let at = error; at instanceof Error;) {
    const code: unknown = Reflect.get(at, 'code');
    if (code === '40P01' || code === '55P03') return true;
    at = at instanceof RollBack && at.result.outcome === 'failed' ? at.result.cause : at.cause;
  }
  return false;
}

/** Runs one transaction, with as many of the pending migrations as can share it. */
async function advance(sql: MigrationSql, run: Run): Promise<Step> {
  await lock(sql, run.lockWaitMs ?? 60_000);
  const ledger = await readLedger(sql);
  const { migrations, refusals } = pendingOf(run.migrations, ledger);
  if (refusals.length > 0) return { kind: 'end', result: { outcome: 'refused', refusals } };
  if (migrations.length === 0) return { kind: 'end', result: await finish(sql, run) };
  if (!run.prepared) {
    const refused = await prepare(sql, run, migrations);
    if (refused !== undefined) return { kind: 'end', result: refused };
    run.prepared = true;
  }
  const [first] = migrations;
  if (first !== undefined && run.dryRun !== true && (await runsAlone(first))) {
    await ensureLedger(sql);
    return { kind: 'alone', migration: first };
  }
  await sql.script(
    `set local lock_timeout = ${run.lockTimeoutMs ?? LOCK_TIMEOUT_MS}; set local statement_timeout = ${run.statementTimeoutMs ?? 1_800_000}`,
  );
  await ensureLedger(sql);
  if (ledger.length > 0) await ensureGuard(sql);
  const before = await takeCensus(sql);
  run.report({ kind: 'counted', moment: 'before', vectors: before.counts });
  for (const migration of await batchOf(migrations, run))
    await applyOne(run, migration, () => execute(sql, migration));
  await sql.script('set constraints all immediate');
  const after = await compareCensus(sql, before);
  run.report({ kind: 'counted', moment: 'after', vectors: after.counts });
  if (after.losses.length > 0) throw new RollBack({ outcome: 'failed', message: lossMessage(after.losses) });
  run.report({ kind: 'guard', state: await installGuard(sql) });
  if (run.dryRun === true) {
    throw new RollBack({ outcome: 'would-do', migrations: migrations.map((migration) => migration.name) });
  }
  return { kind: 'went-on' };
}

/** Reads the pending migrations and, if they may run, dumps the protected tables. */
async function prepare(
  sql: MigrationSql,
  run: Run,
  migrations: readonly Migration[],
): Promise<MigrationResult | undefined> {
  run.report({ kind: 'pending', migrations: migrations.map((migration) => migration.name) });
  // Reading the migrations changes a catalogue; the dump needs the original.
  const catalogue = await readCatalogue(sql);
  if (run.reader !== 'off') {
    // The second is about other programs only, so it matters where the first loses nothing.
    for (const read of [() => readPending(migrations, catalogue()), () => readContracts(migrations)]) {
      const verdict = await read();
      for (const warning of verdict.warnings) run.report({ kind: 'warning', warning });
      if (verdict.refusals.length > 0) return { outcome: 'refused', refusals: verdict.refusals };
    }
  }
  if (run.dryRun === true) {
    run.report({
      kind: 'not-dumped',
      why: `a dry run writes nothing; the dump would go to ${run.backups ?? 'nowhere'}`,
    });
  } else if (run.backups === undefined) {
    run.report({ kind: 'not-dumped', why: 'there is no folder for backups' });
  } else {
    const { path, rows } = await dumpKept(sql, catalogue(), run.backups);
    run.report(
      path === null
        ? { kind: 'not-dumped', why: 'the protected tables are empty' }
        : { kind: 'dumped', path, rows },
    );
  }
  return undefined;
}

/** Ends a run with nothing pending: renews or repairs the guard, and returns what was applied. */
async function finish(sql: MigrationSql, run: Run): Promise<MigrationResult> {
  if (run.dryRun !== true) {
    const state = await ensureGuard(sql);
    if (state !== null) run.report({ kind: 'guard', state });
  }
  return run.applied.length === 0 ? { outcome: 'nothing-to-do' } : { outcome: 'done', applied: run.applied };
}

/** Returns the migrations that share a transaction: up to one that runs alone, or one that adds an enum value. */
async function batchOf(migrations: readonly Migration[], run: Run): Promise<Migration[]> {
  const batch: Migration[] = [];
  for (const migration of migrations) {
    if (await runsAlone(migration)) {
      if (run.dryRun === true) continue;
      break;
    }
    batch.push(migration);
    if (run.dryRun !== true && (await endsTransaction(migration))) break;
  }
  return batch;
}

/** Runs a migration and restores search_path, which it may have changed, for the next one and the census. */
async function execute(sql: MigrationSql, migration: Migration): Promise<void> {
  const startedAt = new Date();
  const [before] = await sql.query<{ path: string; transaction: string }>(
    `select current_setting('search_path') as path, txid_current()::text as transaction`,
  );
  await sql.script(migration.sql);
  const [now] = await sql.query<{ transaction: string }>(
    `select pg_catalog.set_config('search_path', $1, true), pg_catalog.txid_current()::text as transaction`,
    [before?.path ?? ''],
  );
  if (now?.transaction !== before?.transaction) throw new Error('it ended the transaction');
  await recordMigration(sql, migration, startedAt);
}

async function applyOne(run: Run, migration: Migration, work: () => Promise<void>): Promise<void> {
  const startedAt = Date.now();
  try {
    await work();
  } catch (error) {
    const why = messageOf(error);
    if (!why.includes('project_sync_guard:')) {
      throw new RollBack({ outcome: 'failed', message: `${migration.name}: ${why}`, cause: error });
    }
    throw new RollBack({
      outcome: 'refused',
      refusals: [
        {
          rule: 'guard',
          migration: migration.name,
          line: 1,
          statement: '',
          why: why.slice(why.indexOf('project_sync_guard:')),
          safe: 'Add new columns and tables beside the protected ones.',
        },
      ],
    });
  }
  run.applied.push(migration.name);
  run.report({ kind: 'applied', migration: migration.name, milliseconds: Date.now() - startedAt });
}

/** Polls instead of waiting inside PostgreSQL, where a statement timeout would end the wait. */
async function lock(sql: MigrationSql, waitMs: number): Promise<void> {
  for (const until = Date.now() + waitMs; ;) {
    const [row] = await sql.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [
      migrationLock,
    ]);
    if (row?.locked === true) return;
    if (Date.now() > until) {
      throw new RollBack({ outcome: 'failed', message: 'another migration is running on this database' });
    }
    await delay(200);
  }
}

function lossMessage(losses: readonly VectorLoss[]): string {
  const lost = losses.map((loss) => `${loss.lost} of ${loss.column}`).join(', ');
  return `vectors would be lost or changed (${lost}): everything was rolled back`;
}

/** Finds the result in the chain of causes, since database errors are wrapped. */
function resultOf(error: unknown): MigrationResult {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof RollBack) return at.result;
  return { outcome: 'failed', message: messageOf(error), cause: error };
}

/** Joins the distinct messages of an error and its causes. */
function messageOf(error: unknown): string {
  const messages = new Set<string>();
  for (let at = error; at instanceof Error; at = at.cause) messages.add(at.message);
  return messages.size === 0 ? String(error) : [...messages].join(': ');
}
