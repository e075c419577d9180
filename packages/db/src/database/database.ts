import type { PrismaClient } from '../generated/prisma/client.ts';
import type { WatchStatement } from './query-counters.ts';

/** A row as the driver returns it. The caller of each statement declares its columns. */
export type Row = Record<string, unknown>;

/** How a statement is to be run. */
export interface QueryOptions {
  /**
   * Plans the statement once, for any parameters, and keeps the plan. It is for statements whose texts are few, that are long or
   * that every sync repeats, and whose shape leaves the planner little choice. Only the embedded database does it: there planning takes five times as long as on a server.
   */
  readonly planOnce?: boolean;
}

/**
 * The way to run SQL, the same for both databases. `bytea` is returned as `Uint8Array`, `bigint` as `bigint`, `numeric`
 * as string, `timestamptz` as `Date`, `json` parsed, arrays of text and numbers as arrays, `vector` as text. Parameters
 * are text, numbers, bigint, booleans, `Date`, `Uint8Array`, null, JSON text, or arrays of text, numbers and booleans
 * (send an array of bytes as hex text and `decode(…, 'hex')`).
 */
export interface Sql {
  query<R extends Row = Row>(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<R[]>;
  /** Returns the number of rows that a writing statement changed. */
  execute(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<number>;
  /** Runs several statements without parameters, such as a migration, and returns their rows in order. */
  script(text: string): Promise<Row[]>;
  /** Runs a binary COPY into a table, the only fast way to write vectors. Rows are in PostgreSQL's binary format. */
  copyIn(target: string, rows: Uint8Array): Promise<number>;
}

/** The caller that a transaction acts for. Row-level security hides everything else from it. */
export interface Tenant {
  readonly userId: string;
  /** Set for a key that is limited to one project. */
  readonly projectId: string | null;
}

/** A transaction for a tenant, with Prisma and SQL on the same connection. */
export interface TenantScope extends Sql {
  readonly prisma: PrismaTransaction;
}

/** Prisma inside a transaction: no connecting, no transaction of its own. */
export type PrismaTransaction = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'
>;

/** The connections of this process. */
export interface ConnectionCounts {
  readonly max: number;
  readonly open: number;
  readonly idle: number;
  /** Calls that wait for one. */
  readonly waiting: number;
}

/** PostgreSQL, embedded or on a server. */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For the engine, workers and migrations: it sees every project. Each statement is its own transaction. */
  readonly system: Sql;
  /** Runs one transaction of the system. A thrown error rolls it back. Keep it short: PGlite has one connection. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs one transaction under a role that owns no table and sees only the tenant's projects. */
  asTenant<T>(tenant: Tenant, work: (scope: TenantScope) => Promise<T>): Promise<T>;
  /** Prisma for the system's own tables (users, sessions, keys). */
  readonly prisma: PrismaClient;
  /** Calls back for each NOTIFY of the channel, which is only a hint. Returns a function that stops it. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** The number of statements so far, for tests and metrics. */
  statements(): number;
  /** The number of rows they returned. It shows a query that reads a whole history for one page. */
  rows(): number;
  connections(): ConnectionCounts;
  /** Calls back at the start and the end of every statement; the last one set is called. */
  watchStatements(watch: WatchStatement): void;
  close(): Promise<void>;
}
