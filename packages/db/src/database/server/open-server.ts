import pg from 'pg';
import { sqlOver, sqlOverPool, type Connection } from '../connection.ts';
import { isConnectionLoss } from '../connection-loss.ts';
import type { Database } from '../database.ts';
import { DbError } from '../db-error.ts';
import { scopedPrisma } from '../scoped-prisma.ts';
import type { Tally } from '../query-counters.ts';
import { enterTenant } from '../tenant-scope.ts';
import { serverConnection } from './server-connection.ts';
import { ServerListener } from './server-listener.ts';

/** How a server is reached. */
export interface ServerOptions {
  readonly url: string;
  /** Connections at the most. */
  readonly connections?: number;
}

/** Shorter than a worker's lease. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Opens a pool to a PostgreSQL server, and makes sure that it answers and has pgvector to offer. */
export async function openServer(options: ServerOptions): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 10,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    application_name: 'project-sync',
    // A process that is stopped in the middle of a transaction would keep its locks, and nobody could take over what it
    // was doing; every transaction here is short.
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  const tally: Tally = { statements: 0, rows: 0 };
  pool.on('connect', (client) => {
    keepTally(client, tally);
    // A connection that breaks while it is lent and asks nothing has nobody to tell; its next statement fails anyway.
    client.on('error', () => undefined);
  });
  // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const listener = new ServerListener(options.url);
  const take = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      return await work(serverConnection(client));
    } catch (error) {
      // PostgreSQL's own refusals leave the connection sound; anything else may have broken it.
      if (!(error instanceof pg.DatabaseError))
        failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(failure !== undefined && isConnectionLoss(failure) ? failure : undefined);
    }
  };
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
    transaction: (work) =>
      take(async (connection) => {
        await connection.script('BEGIN');
        try {
          const result = await work(sqlOver(connection));
          await connection.script('COMMIT');
          return result;
        } catch (error) {
          await connection.script('ROLLBACK').catch(() => undefined);
          throw error;
        }
      }),
    asTenant: (tenant, work) =>
      scoped.transaction(async (prisma, connection) => work(await enterTenant(connection, prisma, tenant))),
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    statements: () => tally.statements,
    rows: () => tally.rows,
    close: async () => {
      await scoped.prisma.$disconnect();
      await listener.close();
      if (!pool.ended) await pool.end();
    },
  };
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

/** Counts what a connection is asked and what it gives, whoever asks: this room's port, Prisma or the queue. */
function keepTally(client: pg.ClientBase, tally: Tally): void {
  const query: (...args: never[]) => unknown = client.query.bind(client);
  Object.assign(client, {
    query: (...args: never[]) => {
      tally.statements += 1;
      const answer = query(...args);
      if (answer instanceof Promise)
        answer.then(
          (result: unknown) => {
            const rows: unknown = result instanceof Object ? Reflect.get(result, 'rows') : null;
            if (Array.isArray(rows)) tally.rows += rows.length;
          },
          () => undefined,
        );
      return answer;
    },
  });
}
