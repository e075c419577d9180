import type { Sql } from '../database/database.ts';
import { batchedInAll } from './batched.ts';
import { askedSyncs, askSyncs, selectedSyncs, type SyncList } from './sync-pages.ts';

/** The figures of one sync, as a plot needs them. */
export interface SyncFigures {
  readonly id: string;
  readonly ordinal: number;
  readonly branch: string;
  readonly status: string;
  readonly queuedAt: Date;
  /** Null if no worker has finished it. */
  readonly seconds: number | null;
  readonly changes: number;
  readonly embeddingsComputed: number;
  readonly embeddingsReused: number;
  readonly embeddingTokens: number;
  readonly modelTokens: number;
}

interface FiguresRow extends Record<string, unknown> {
  readonly place: number;
  readonly id: string;
  readonly ordinal: number;
  readonly branch: string;
  readonly status: string;
  readonly queued_at: Date;
  readonly seconds: number | null;
  readonly changes: number;
  readonly computed: number;
  readonly reused: number;
  readonly embedding_tokens: number;
  readonly model_tokens: number;
}

const counter = (name: string) => `coalesce((s.stats->>'${name}')::int4, 0)`;
const changes = ['filesAdded', 'filesModified', 'filesRemoved', 'filesRenamed'].map(counter).join(' + ');

const figures = `
  SELECT a.place, p.* FROM ${askedSyncs}
   CROSS JOIN LATERAL (
     SELECT s.id, s.ordinal, b.name AS branch, s.status::text AS status, s.queued_at,
            extract(epoch FROM s.completed_at - s.started_at)::float8 AS seconds, ${changes} AS changes,
            ${counter('embeddingsComputed')} AS computed, ${counter('embeddingsReused')} AS reused,
            ${counter('embeddingTokens')} AS embedding_tokens, ${counter('modelTokens')} AS model_tokens
       FROM project_sync s JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
      WHERE ${selectedSyncs}
      ORDER BY s.queued_at DESC, s.id DESC LIMIT a.take) p
   ORDER BY a.place, p.queued_at, p.id`;

/** The figures of the newest syncs of a selection, `take` at most, oldest first. */
export const syncFigures = batchedInAll(
  async (sql: Sql, wanted: readonly (SyncList & { readonly take: number })[]): Promise<SyncFigures[][]> => {
    const list = askSyncs(wanted.map((page, place) => ({ page: { ...page, cursor: null, skip: 0 }, place })));
    const found = wanted.map((): SyncFigures[] => []);
    for (const row of await sql.query<FiguresRow>(figures, [list]))
      found[row.place]?.push({
        id: row.id,
        ordinal: row.ordinal,
        branch: row.branch,
        status: row.status,
        queuedAt: row.queued_at,
        seconds: row.seconds,
        changes: row.changes,
        embeddingsComputed: row.computed,
        embeddingsReused: row.reused,
        embeddingTokens: row.embedding_tokens,
        modelTokens: row.model_tokens,
      });
    return found;
  },
);
