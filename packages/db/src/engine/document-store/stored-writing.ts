import { randomUUID } from 'node:crypto';
import type { ModelStatement } from '@project-sync/knowledge';
import type { Reservation, WantedPages, WritingStore } from '@project-sync/sync';
import { monthSpentSql } from '../../projects/model-use.ts';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';

/** $2 branch */
const wanted = `
  SELECT p.model_pages AS "all", coalesce(array_agg(r.path) FILTER (WHERE r.path IS NOT NULL), '{}') AS paths
    FROM project p
    LEFT JOIN page_request r ON r.project_id = p.id AND r.branch_id = $2 AND r.superseded_at IS NULL
   WHERE p.id = $1 GROUP BY p.id`;

const cached = 'SELECT statements FROM model_answer WHERE project_id = $1 AND key = $2';
const keep = `
  INSERT INTO model_answer (project_id, key, model, statements) VALUES ($1, $2, $3, $4::jsonb) ON CONFLICT DO NOTHING`;

// The lock is the project's: two of its syncs count and reserve one after the other.
const lock = "SELECT pg_advisory_xact_lock(hashtextextended('model use ' || $1::text, 0))";
/** $2 sync */
const spent = `
  SELECT coalesce(sum(u.tokens) FILTER (WHERE u.sync_id = $2), 0)::int8 AS by_sync, ${monthSpentSql('u')} AS by_month
    FROM model_use u WHERE u.project_id = $1`;
const reserve = `
  INSERT INTO model_use (project_id, id, sync_id, path, model, tokens) VALUES ($1, $2, $3, $4, $5, $6)`;
const settle = 'UPDATE model_use SET tokens = $3 WHERE project_id = $1 AND id = $2';

/** The answers of a language model and their cost in one claimed sync, stored beside its rows. */
export class StoredWriting implements WritingStore {
  readonly #writes: FencedWrites;

  constructor(options: SyncStoreOptions) {
    this.#writes = new FencedWrites(options);
  }

  async wanted(): Promise<WantedPages> {
    const { projectId, branchId } = this.#writes.sync;
    const [row] = await this.#writes.database.system.query<{ all: boolean; paths: string[] }>(wanted, [
      projectId,
      branchId,
    ]);
    return { all: row?.all ?? false, paths: new Set(row?.paths ?? []) };
  }

  async cached(key: string): Promise<readonly ModelStatement[] | null> {
    const [row] = await this.#writes.database.system.query<{ statements: ModelStatement[] }>(cached, [
      this.#writes.sync.projectId,
      key,
    ]);
    return row?.statements ?? null;
  }

  async keep({ key, model, statements }: Parameters<WritingStore['keep']>[0]): Promise<void> {
    const text = JSON.stringify(statements).replaceAll('\\u0000', '').toWellFormed();
    await this.#writes.write(null, (sql) =>
      sql.execute(keep, [this.#writes.sync.projectId, key, model, text]),
    );
  }

  reserve({ path, model, tokens, limits }: Parameters<WritingStore['reserve']>[0]): Promise<Reservation> {
    const { projectId, id: syncId } = this.#writes.sync;
    return this.#writes.write<Reservation>(null, async (sql) => {
      await sql.query(lock, [projectId]);
      const [row] = await sql.query<{ by_sync: bigint; by_month: bigint }>(spent, [projectId, syncId]);
      const left = {
        perSync: limits.perSync - Number(row?.by_sync ?? 0n),
        perMonth: limits.perMonth - Number(row?.by_month ?? 0n),
      };
      const limit = left.perSync < left.perMonth ? 'perSync' : 'perMonth';
      if (left[limit] < tokens) return { kind: 'over', limit, left: Math.max(0, left[limit]) };
      const id = randomUUID();
      await sql.execute(reserve, [projectId, id, syncId, path, model, tokens]);
      return { kind: 'reserved', id };
    });
  }

  async spent(id: string, tokens: number): Promise<void> {
    await this.#writes.write(null, (sql) => sql.execute(settle, [this.#writes.sync.projectId, id, tokens]));
  }
}
