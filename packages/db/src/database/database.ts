import type { PrismaClient } from '../generated/prisma/client.ts';

/** A row as the driver gives it; each statement's caller says what its own columns are. */
export type Row = Record<string, unknown>;

/**
 * What every statement goes through. Both databases speak it alike: `bytea` comes back as `Uint8Array`, `bigint`
 * as `bigint`, `numeric` as string, `timestamptz` as `Date`, `json` parsed, arrays of text and numbers as arrays,
 * `vector` as text; parameters are text, numbers, bigint, booleans, `Date`, `Uint8Array`, null, JSON text, or
 * arrays of text, numbers and booleans (an array of bytes travels as hex text and `decode(…, 'hex')`).
 */
export interface Sql {
  query<R extends Row = Row>(text: string, params?: readonly unknown[]): Promise<R[]>;
  /** The number of rows that a writing statement touched. */
  execute(text: string, params?: readonly unknown[]): Promise<number>;
  /** Many statements without parameters, as a migration has them; gives what rows they return, in their order. */
  script(text: string): Promise<Row[]>;
  /** Binary COPY into a table: the only fast way in for vectors. Rows are in PostgreSQL's own binary format. */
  copyIn(target: string, rows: Uint8Array): Promise<number>;
}

/** Who a transaction speaks for. Row-level security shows it that much and nothing else. */
export interface Tenant {
  readonly userId: string;
  /** A key bound to one project sees no other one. */
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

/** PostgreSQL behind one door, embedded or a server's. */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For the engine, workers and migrations: every project, no policy. Statements outside a transaction stand alone. */
  readonly system: Sql;
  /** One transaction of the system. A thrown error rolls back. Keep it short: embedded there is one connection. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** One transaction under the role that owns nothing, in which only the tenant's projects exist. */
  asTenant<T>(tenant: Tenant, work: (scope: TenantScope) => Promise<T>): Promise<T>;
  /** Prisma for the system's own tables (people, sessions, keys). */
  readonly prisma: PrismaClient;
  /** Calls back for each NOTIFY of the channel, which is only ever a hint. Returns the way to stop. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** How many statements have run so far: tests and metrics count them. */
  statements(): number;
  /** How many rows they gave. A page that is cut from a whole history shows here, and nowhere in its answer. */
  rows(): number;
  close(): Promise<void>;
}
