import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { onAccount, tenantAccount } from '../account.ts';
import { inTransaction, sqlOverPool, type Connection } from '../connection.ts';
import type { Database } from '../database.ts';
import { DbError } from '../db-error.ts';
import { scopedPrisma } from '../scoped-prisma.ts';
import type { QueryCounters } from '../query-counters.ts';
import { enterTenant } from '../tenant-scope.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { EmbeddedClient, EmbeddedPool } from './embedded-pool.ts';
import { freeBytesOf, SpaceGuard, type FreeBytes } from './free-space.ts';
import { PgliteThread } from './pglite-thread.ts';

/** The place of the embedded database. */
export interface EmbeddedOptions {
  /** Null for a database in memory. */
  readonly dataDir: string | null;
  /** A dump to start from, for tests. */
  readonly template?: Uint8Array;
  /** Threads of closed databases to take first and to give back, for tests: they have their code compiled. */
  readonly spare?: Worker[];
  /** Tells the room on the disk; tests pass their own. */
  readonly freeBytes?: FreeBytes;
}

/** The PostgreSQL version of PGlite. No other major version can read its files. */
const MAJOR_VERSION = '18';

/** An embedded database, with the dump that tests need. */
export interface EmbeddedDatabase extends Database {
  dump(): Promise<Uint8Array>;
}

/** Opens PGlite in a thread of its own, and locks its folder. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const lock = options.dataDir === null ? null : lockDataDir(options.dataDir);
  let thread: PgliteThread;
  try {
    const folder = options.dataDir === null ? null : join(options.dataDir, 'database');
    if (folder !== null) refuseOtherVersion(folder);
    thread = await PgliteThread.start(
      { dataDir: folder, template: options.template ?? null },
      options.spare ?? null,
    );
  } catch (error) {
    lock?.[Symbol.dispose]();
    throw error;
  }
  const counters: QueryCounters = { statements: 0, rows: 0 };
  const { dataDir } = options;
  const space = dataDir === null ? null : new SpaceGuard(options.freeBytes ?? freeBytesOf(dataDir));
  const pool = new EmbeddedPool({ thread, counters, space });
  const take = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const client = await pool.take();
    try {
      return await client.lend(() => work(client));
    } finally {
      client.release();
    }
  };
  const scoped = scopedPrisma(pool, {
    asConnection(client) {
      if (!(client instanceof EmbeddedClient)) throw new Error('Not a connection of this pool.');
      return client;
    },
  });

  return {
    kind: 'embedded',
    system: sqlOverPool(take),
    prisma: scoped.prisma,
    transaction: (work) => take((connection) => inTransaction(connection, work)),
    asTenant: (tenant, work) =>
      onAccount(tenantAccount(tenant), () =>
        scoped.transaction(async (prisma, connection) => {
          const scope = await enterTenant({ connection, prisma }, tenant);
          return connection.lend(() => work(scope));
        }),
      ),
    listen: (channel, onNotify) =>
      thread.listen(channel, onNotify).then((stop) => () => Promise.resolve(stop())),
    statements: () => counters.statements,
    rows: () => counters.rows,
    connections: () => pool.counts(),
    watchStatements: (watch) => void (counters.watch = watch),
    dump: async () => (await take(() => thread.ask({ kind: 'dump' }))).dump ?? new Uint8Array(),
    close: async () => {
      await scoped.prisma.$disconnect();
      await take(() => thread.close());
      lock?.[Symbol.dispose]();
    },
  };
}

function refuseOtherVersion(folder: string): void {
  const file = join(folder, 'PG_VERSION');
  if (!existsSync(file)) return;
  const version = readFileSync(file, 'utf8').trim();
  if (version === MAJOR_VERSION) return;
  throw new DbError(
    'DATA_VERSION_MISMATCH',
    `The data in ${folder} was written by PostgreSQL ${version}, and this is ${MAJOR_VERSION}. Dump it with the version that wrote it and restore the dump here.`,
  );
}
