import { SyncError, type ClaimedSync, type ProgressNote } from '@project-sync/sync';
import type { Database, Sql } from '../../database/database.ts';
import { plannedOnce } from '../../database/planned-once.ts';
import type { KeptModules } from '../document-store/kept-modules.ts';
import type { KeptDigests } from '../pattern-store/kept-digests.ts';
import { isRunningSql } from '../../syncs/status-sql.ts';
import { LEASE_SECONDS, SYNC_CHANNEL } from '../../syncs/sync-row.ts';

/** One claimed sync, its fence, and the versions of the rules by which it reads contents. */
export interface SyncStoreOptions {
  readonly database: Database;
  readonly sync: ClaimedSync;
  readonly fence: number;
  readonly version: { readonly split: number; readonly redaction: number };
  /** Digests that the worker keeps from one sync to the next. */
  readonly keptDigests?: KeptDigests;
  /** Modules that the worker keeps from one sync to the next. */
  readonly keptModules?: KeptModules;
  /** Once it aborts, no write begins. */
  readonly signal: AbortSignal;
}

/** $1 project, $2 sync, $3 fence, $4 seconds of lease */
const renewLease = (also = ''): string => `
  UPDATE project_sync SET lease_until = now() + make_interval(secs => $4)${also}
   WHERE project_id = $1 AND id = $2 AND fence = $3 AND ${isRunningSql()}`;

/** Columns of the sync's own row that a transaction sets, as SQL with parameters from $5 on. */
export interface SyncColumns {
  readonly set: string;
  readonly params: readonly unknown[];
}

/** The same with an event: $5 phase, $6 progress, $7 message, $8 stats, $9 detail */
const renewAndLog = `
  WITH mine AS (
    UPDATE project_sync
       SET lease_until = now() + make_interval(secs => $4), phase = $5::sync_phase, progress = greatest(progress, $6), stats = $8::jsonb,
           last_sequence = last_sequence + 1
     WHERE project_id = $1 AND id = $2 AND fence = $3 AND ${isRunningSql()}
    RETURNING last_sequence, progress, status
  ), logged AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats, detail)
    SELECT $1, $2, last_sequence, status, $5::sync_phase, progress, $7, $8::jsonb, $9::jsonb FROM mine
    RETURNING sequence
  )
  SELECT pg_notify('${SYNC_CHANNEL}', $1::text || ' ' || $2::text) FROM logged`;

/** The one way in which a sync writes: short transactions that first check the lease and the fence. */
export class FencedWrites {
  readonly database: Database;
  readonly sync: ClaimedSync;
  readonly version: SyncStoreOptions['version'];
  readonly #fence: number;
  readonly #signal: AbortSignal;

  constructor({ database, sync, fence, version, signal }: SyncStoreOptions) {
    this.database = database;
    this.sync = sync;
    this.version = version;
    this.#fence = fence;
    this.#signal = signal;
  }

  /** Runs one transaction under the claim, and stores the note in it. Throws LEASE_LOST when the claim is not valid. */
  write<T>(note: ProgressNote | null, work: (sql: Sql) => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    return this.database.transaction(async (sql) => {
      await this.#renew(plannedOnce(sql), note);
      return work(sql);
    });
  }

  /** The same for a transaction that ends a part of the sync: its columns are set with the lease, in one statement. */
  end(columns: SyncColumns, work: (sql: Sql) => Promise<void>): Promise<void> {
    this.#signal.throwIfAborted();
    return this.database.transaction(async (sql) => {
      const renewed = await plannedOnce(sql).execute(renewLease(`, ${columns.set}`), [
        ...this.#key,
        ...columns.params,
      ]);
      refuseLost(renewed);
      await work(sql);
    });
  }

  get #key(): readonly unknown[] {
    return [this.sync.projectId, this.sync.id, this.#fence, LEASE_SECONDS];
  }

  async #renew(sql: Sql, note: ProgressNote | null): Promise<void> {
    const held =
      note === null
        ? await sql.execute(renewLease(), this.#key)
        : await sql.execute(renewAndLog, [
            ...this.#key,
            note.phase,
            note.progress,
            note.message,
            JSON.stringify(note.stats),
            JSON.stringify(note.detail),
          ]);
    refuseLost(held);
  }
}

function refuseLost(rows: number): void {
  if (rows === 0) throw new SyncError('LEASE_LOST', 'Another worker has claimed this sync.');
}

/**
 * Counts the rows whose bytes are not those of their object ID. When there are any, it releases the guard for this
 * transaction, with the reason, so that they can be overwritten.
 */
export async function allowRepair(
  sql: Sql,
  sync: Pick<ClaimedSync, 'projectId' | 'id'>,
  differing: { readonly text: string; readonly params: readonly unknown[] },
): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(differing.text, differing.params);
  const count = Number(row?.count ?? 0n);
  if (count > 0)
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [
      sync.projectId,
      `repaired by the full comparison of sync ${sync.id}`,
    ]);
  return count;
}
