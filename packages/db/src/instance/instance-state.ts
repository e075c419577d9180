import type { SyncStatus } from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import { readLedger } from '../migrate/ledger.ts';

/** A table and the space it takes, with its indexes and long values. */
interface TableSize {
  readonly name: string;
  readonly bytes: number;
  /** Estimated by the database; null before it has counted them. */
  readonly rows: number | null;
}

/** The rows of all projects. */
interface InstanceCounts {
  readonly projects: number;
  readonly repositories: number;
  readonly branches: number;
  readonly users: number;
  readonly contents: number;
  readonly passages: number;
  readonly vectors: number;
}

/** The database as its operator sees it: its space, its rows over all projects, the last day, and its versions. */
export interface InstanceState {
  readonly databaseBytes: number;
  readonly tables: readonly TableSize[];
  readonly counts: InstanceCounts;
  readonly syncsOfDay: readonly { readonly status: SyncStatus; readonly count: number }[];
  readonly failuresOfDay: readonly { readonly code: string; readonly count: number }[];
  readonly serverVersion: string;
  readonly vectorVersion: string | null;
  readonly migrations: number;
  readonly lastMigration: string | null;
}

const MOST_TABLES = 10;
const MOST_FAILURES = 10;
/** Larger tables are not counted row by row: the planner's estimate is close, and costs nothing. */
const COUNTED_ROWS = 200_000;

const tables = `
  SELECT c.relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes, CASE WHEN c.reltuples >= 0 THEN c.reltuples::float8 END AS rows
    FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
   ORDER BY bytes DESC, name LIMIT ${MOST_TABLES}`;

const countOf = (table: string) => `
  (SELECT CASE WHEN c.reltuples > ${COUNTED_ROWS} THEN c.reltuples::float8 ELSE (SELECT count(*)::float8 FROM ${table}) END
     FROM pg_class c WHERE c.oid = '${table}'::regclass) AS`;
const counts = `
  SELECT (SELECT count(*)::int FROM project WHERE removed_at IS NULL) AS projects,
         (SELECT count(*)::int FROM repository r JOIN project p ON p.id = r.project_id AND p.removed_at IS NULL
           WHERE r.removed_at IS NULL) AS repositories,
         (SELECT count(*)::int FROM branch b JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
             AND r.removed_at IS NULL JOIN project p ON p.id = b.project_id AND p.removed_at IS NULL
           WHERE b.removed_at IS NULL AND b.head > 0) AS branches,
         (SELECT count(*)::int FROM "user" WHERE shut_out_at IS NULL) AS users,
         ${countOf('blob')} contents, ${countOf('passage')} passages, ${countOf('embedding')} vectors`;

const day = `
  SELECT status::text AS status, failure_code AS code, count(*)::int AS count FROM project_sync
   WHERE queued_at > now() - interval '1 day' GROUP BY 1, 2 ORDER BY 3 DESC, 2`;

const versions = `
  SELECT current_setting('server_version') AS server, pg_database_size(current_database())::float8 AS bytes,
         (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS vector`;

interface DayRow extends Record<string, unknown> {
  readonly status: SyncStatus;
  readonly code: string | null;
  readonly count: number;
}

interface VersionRow extends Record<string, unknown> {
  readonly server: string;
  readonly vector: string | null;
  readonly bytes: number;
}

/** Reads the state of the database, with a handful of statements whatever its size. */
export async function instanceState({ system }: Pick<Database, 'system'>): Promise<InstanceState> {
  const [sizes, [counted], ofDay, [version], ledger] = await Promise.all([
    system.query<TableSize & Record<string, unknown>>(tables),
    system.query<InstanceCounts & Record<string, unknown>>(counts),
    system.query<DayRow>(day),
    system.query<VersionRow>(versions),
    readLedger(system),
  ]);
  if (counted === undefined || version === undefined) throw new Error('The database did not say its state.');
  const applied = ledger.filter(({ finished, rolled_back: undone }) => finished && !undone);
  return {
    databaseBytes: version.bytes,
    tables: sizes,
    counts: counted,
    syncsOfDay: summed(ofDay, ({ status }) => status).map(([status, count]) => ({ status, count })),
    failuresOfDay: summed(ofDay, ({ code }) => code)
      .slice(0, MOST_FAILURES)
      .map(([code, count]) => ({ code, count })),
    serverVersion: version.server,
    vectorVersion: version.vector,
    migrations: applied.length,
    lastMigration: applied.at(-1)?.migration_name ?? null,
  };
}

/** Sums the counts of rows by a key, the largest sum first; rows without the key are left out. */
function summed<Key extends string>(
  rows: readonly DayRow[],
  keyOf: (row: DayRow) => Key | null,
): [Key, number][] {
  const sums = new Map<Key, number>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + row.count);
  }
  return [...sums].toSorted(([, a], [, b]) => b - a);
}
