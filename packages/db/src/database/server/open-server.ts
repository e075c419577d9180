import pg from 'pg';
import { inTransaction, sqlOverPool, type Connection } from '../connection.ts';
import { isConnectionLoss } from '../connection-loss.ts';
import type { Database } from '../database.ts';
import { DbError } from '../db-error.ts';
import { scopedPrisma } from '../scoped-prisma.ts';
import type { QueryCounters } from '../query-counters.ts';
import { enterTenant } from '../tenant-scope.ts';
import { serverConnection } from './server-connection.ts';
import { ServerListener } from './server-listener.ts';

/** The address of a server, and the limits of the pool. */
export interface ServerOptions {
  readonly url: string;
  /** The most connections that are open at a time. */
  readonly connections?: number;
}

/** Shorter than a worker's lease. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Opens a pool to a PostgreSQL server, and checks that it answers and offers pgvector. */
export async function openServer(options: ServerOptions): Promise<Database> {
  const counters: QueryCounters = { statements: 0, rows: 0 };
  const pool = openPool(options, counters);
  const listener = new ServerListener(options.url);
  const take = <T>(work: (connection: Connection) => Promise<T>) => borrow(pool, work);
  const system = sqlOverPool(take);
  try {
    await requireVector(system);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const scoped = scopedPrisma(pool, (client) => {
    if (!(client instanceof pg.Client)) throw new Error('Not a connection of this pool.');
    return serverConnection(client);
  });

  return {
    kind: 'postgres',
    system,
    prisma: scoped.prisma,
    transaction: (work) => take((connection) => inTransaction(connection, work)),
    asTenant: (tenant, work) =>
      scoped.transaction(async (prisma, connection) => work(await enterTenant(connection, prisma, tenant))),
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    statements: () => counters.statements,
    rows: () => counters.rows,
    close: async () => {
      await scoped.prisma.$disconnect();
      await listener.close();
      if (!pool.ended) await pool.end();
    },
  };
}

function openPool(options: ServerOptions, counters: QueryCounters): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 10,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    application_name: 'project-sync',
    // A process that is suspended inside a transaction would keep its locks, and no other worker could take over its
    // sync. Every transaction here is short.
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  pool.on('connect', (client) => {
    countQueries(client, counters);
    // A borrowed connection that breaks while idle needs no report: its next statement fails.
    client.on('error', () => undefined);
  });
  // The pool drops an idle connection that breaks. Without a listener the error would end the process.
  pool.on('error', () => undefined);
  return pool;
}

async function borrow<T>(pool: pg.Pool, work: (connection: Connection) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    return await work(serverConnection(client));
  } catch (error) {
    // An error of PostgreSQL leaves the connection usable. Any other error may have broken it.
    if (!(error instanceof pg.DatabaseError))
      failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(failure !== undefined && isConnectionLoss(failure) ? failure : undefined);
  }
}

async function requireVector(system: Database['system']): Promise<void> {
  let found: { name: string }[];
  try {
    found = await system.query<{ name: string }>(
      `SELECT name FROM pg_available_extensions WHERE name = 'vector'`,
    );
  } catch (cause) {
    throw new DbError(
      'DATABASE_UNREACHABLE',
      'The database named in DATABASE_URL does not answer. Check that it runs and that its address and password are right.',
      { cause },
    );
  }
  if (found.length === 0) {
    throw new DbError(
      'EXTENSION_MISSING',
      'The database has no pgvector. Install the extension on its server, then start again.',
    );
  }
}

/** Counts a connection's statements and rows, whether they come from this package, from Prisma or from the queue. */
function countQueries(client: pg.ClientBase, counters: QueryCounters): void {
  const query: (...args: never[]) => unknown = client.query.bind(client);
  Object.assign(client, {
    query: (...args: never[]) => {
      counters.statements += 1;
      const answer = query(...args);
      if (answer instanceof Promise)
        answer.then(
          (result: unknown) => {
            const rows: unknown = result instanceof Object ? Reflect.get(result, 'rows') : null;
            if (Array.isArray(rows)) counters.rows += rows.length;
          },
          () => undefined,
        );
      return answer;
    },
  });
}
