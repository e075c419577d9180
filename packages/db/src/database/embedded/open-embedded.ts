import { onAccount, tenantAccount } from '../account.ts';
import { inTransaction, sqlOverPool, type Connection } from '../connection.ts';
import type { Database } from '../database.ts';
import { scopedPrisma } from '../scoped-prisma.ts';
import type { QueryCounters } from '../query-counters.ts';
import { enterTenant } from '../tenant-scope.ts';
import { EmbeddedClient, EmbeddedPool } from './embedded-pool.ts';
import { freeBytesOf, SpaceGuard, type FreeBytes } from './free-space.ts';
import { startEmbedded, type EmbeddedPlace, type StartedEmbedded } from './start-embedded.ts';

/** The place of the embedded database, and how it is watched. */
export interface EmbeddedOptions extends EmbeddedPlace {
  /** The thread of this place, where it has been started before. */
  readonly started?: StartedEmbedded | null;
  /** Tells the room on the disk; tests pass their own. */
  readonly freeBytes?: FreeBytes;
}

/** An embedded database, with the dump that tests need. */
export interface EmbeddedDatabase extends Database {
  dump(): Promise<Uint8Array>;
}

/** Opens PGlite in a thread of its own, and locks its folder. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { thread: starting, unlock } = options.started ?? startEmbedded(options);
  const thread = await starting;
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
      unlock();
    },
  };
}
