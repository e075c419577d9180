import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { inTransaction, sqlOverPool, type Connection } from '../connection.ts';
import { isConnectionLoss } from '../connection-loss.ts';
import type { Database } from '../database.ts';
import { DbError } from '../db-error.ts';
import { scopedPrisma } from '../scoped-prisma.ts';
import type { QueryCounters } from '../query-counters.ts';
import { enterTenant } from '../tenant-scope.ts';
import { serverConnection } from './server-connection.ts';
import { listenerName, ServerListener } from './server-listener.ts';

/** The address of a server, and the limits of the pool. */
export interface ServerOptions {
  readonly url: string;
  /** The address at which notifications arrive, where `url` is a pooler's: those lose them. */
  readonly listenUrl?: string | undefined;
  /** The name of this process, as the server shows it beside its connections. */
  readonly name?: string;
  /** The most connections that are open at a time. */
  readonly connections?: number;
}

/**
 * A process that is suspended inside a transaction would keep its locks, and no other worker could take over its sync.
 * Every transaction here is short, and this limit is shorter than a worker's lease. It is set in each transaction: a pooler
 * such as pgbouncer refuses it as a parameter of the connection.
 */
const limitIdleTime = `set_config('idle_in_transaction_session_timeout', '10000', true)`;
/** Not by a query, after which a transaction could no longer choose its isolation. */
const beginLimited = 'BEGIN; SET LOCAL idle_in_transaction_session_timeout = 10000';

/** Opens a pool to a PostgreSQL server, and checks that it answers and offers pgvector. */
export async function openServer(options: ServerOptions): Promise<Database> {
  const counters: QueryCounters = { statements: 0, rows: 0 };
  const pool = openPool(options, counters);
  const name = options.name ?? 'project-sync';
  const listener = new ServerListener(options.listenUrl ?? options.url, listenerName(name));
  const take = <T>(work: (connection: Connection) => Promise<T>) => borrow(pool, work);
  const system = sqlOverPool(take);
  try {
    await requireVector(system);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const scoped = scopedPrisma(pool, {
    asConnection(client) {
      if (!(client instanceof pg.Client)) throw new Error('Not a connection of this pool.');
      return serverConnection(client);
    },
    onOwnTransaction: async (connection) => void (await connection.script(`SELECT ${limitIdleTime}`)),
  });

  return {
    kind: 'postgres',
    system,
    prisma: scoped.prisma,
    transaction: (work) => take((connection) => inTransaction(connection, work, beginLimited)),
    asTenant: (tenant, work) =>
      scoped.transaction(async (prisma, connection) =>
        work(await enterTenant({ connection, prisma, settings: limitIdleTime }, tenant)),
      ),
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    statements: () => counters.statements,
    rows: () => counters.rows,
    connections: () => ({
      max: pool.options.max,
      open: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    watchStatements: (watch) => void (counters.watch = watch),
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
    application_name: options.name ?? 'project-sync',
    // The pool waits for what the hook returns, which its type leaves out.
    onConnect: prepare as (client: pg.ClientBase) => void,
  });
  pool.on('connect', (client) => {
    countQueries(client, counters);
    // A borrowed connection that breaks while idle needs no report: its next statement fails.
    client.on('error', () => undefined);
  });
  // The pool drops an idle connection that breaks. Without a listener the error would end the process.
  pool.on('error', () => undefined);
  bindCallers(pool);
  return pool;
}

/**
 * Statements of a search are large and short: compiling one took a server 0.9 of 1.1 s. Not a parameter of the connection, which a
 * pooler would refuse; where a pooler shares its connections, it holds for all that it lends them to.
 */
const prepare = (client: pg.ClientBase) => client.query('SET jit = off');

type Taken = (...given: unknown[]) => void;

/** Calls a caller back in its own asynchronous context: a pool calls back in that of the caller who returns the connection. */
function bindCallers(pool: pg.Pool): void {
  const connect = pool.connect.bind(pool) as (taken?: Taken) => unknown;
  Object.assign(pool, {
    connect: (taken?: Taken) => connect(taken === undefined ? undefined : AsyncResource.bind(taken)),
  });
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
    throw refusal(cause);
  }
  if (found.length === 0) {
    throw new DbError(
      'EXTENSION_MISSING',
      'The database has no pgvector. Install the extension on its server, then start again.',
    );
  }
}

/** The error for a database that cannot be used, in its own words where it gave any. */
function refusal(cause: unknown): DbError {
  const said = cause instanceof pg.DatabaseError ? cause.message : null;
  if (said === null)
    return new DbError(
      'DATABASE_UNREACHABLE',
      'The database named in DATABASE_URL does not answer. Check that it runs and that its address is right.',
      { cause },
    );
  const remedy = /startup parameter/i.test(said)
    ? 'A pooler such as pgbouncer takes few parameters: remove those in DATABASE_URL, or list them in its ignore_startup_parameters.'
    : 'Check the user, the password and the name of the database.';
  return new DbError(
    'DATABASE_UNREACHABLE',
    `The database named in DATABASE_URL refuses: ${said.replace(/\.$/, '')}. ${remedy}`,
    { cause },
  );
}

type Query = (...args: unknown[]) => unknown;
type Callback = (error: unknown, result: unknown) => void;

/** Counts and watches a connection's statements, whether they come from this package, from Prisma or from the queue. */
function countQueries(client: pg.ClientBase, counters: QueryCounters): void {
  const query = client.query.bind(client) as Query;
  const observed: Query = (...args) => {
    counters.statements += 1;
    const ended = counters.watch?.(textOf(args[0])) ?? (() => undefined);
    const last = args.at(-1);
    // A pool's own `query` passes a callback and gets no promise.
    if (typeof last === 'function') {
      const callback = last as Callback;
      const settled: Callback = (error, result) => {
        ended(error ?? undefined);
        callback(error, result);
      };
      return query(...args.slice(0, -1), settled);
    }
    const answer = query(...args);
    if (answer instanceof Promise)
      answer.then((result: unknown) => {
        const rows: unknown = result instanceof Object ? Reflect.get(result, 'rows') : null;
        if (Array.isArray(rows)) counters.rows += rows.length;
        ended();
      }, ended);
    else if (answer instanceof EventEmitter) answer.once('error', ended).once('close', () => ended());
    return answer;
  };
  Object.assign(client, { query: observed });
}

/** The text of a statement, or of a COPY that is a stream. */
function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  const text: unknown = statement instanceof Object ? Reflect.get(statement, 'text') : null;
  return typeof text === 'string' ? text : 'COPY';
}
