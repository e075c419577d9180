import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { PrismaTransaction } from './database.ts';

/** Prisma over a pool, with access to the connection of each transaction. */
export interface ScopedPrisma<C> {
  readonly prisma: PrismaClient;
  /** Runs a Prisma transaction and passes the connection that it uses. */
  transaction<T>(work: (prisma: PrismaTransaction, connection: C) => Promise<T>): Promise<T>;
}

const WAIT_MS = 30_000;
const LENGTH_MS = 60_000;

/** How Prisma's connections are used. */
export interface PrismaAccess<C> {
  readonly asConnection: (client: unknown) => C;
  /** Called in a transaction that Prisma opens by itself, for a nested write. */
  readonly onOwnTransaction?: (connection: C) => Promise<void>;
}

/**
 * Opens Prisma over a pool. Prisma hides a transaction's connection inside its adapter, so the adapter is wrapped and
 * leaves the connection in a holder of the call: raw SQL and Prisma then share one transaction and one role.
 */
export function scopedPrisma<C>(
  pool: pg.Pool,
  { asConnection, onOwnTransaction }: PrismaAccess<C>,
): ScopedPrisma<C> {
  const opened = new AsyncLocalStorage<{ connection: C | null }>();
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (level) => {
      const transaction = await start(level);
      const holder = opened.getStore();
      const connection = asConnection(Reflect.get(transaction, 'client'));
      if (holder === undefined) await onOwnTransaction?.(connection);
      else holder.connection = connection;
      return transaction;
    };
    return adapter;
  };
  const prisma = new PrismaClient({ adapter: factory });
  return {
    prisma,
    transaction(work) {
      const holder: { connection: C | null } = { connection: null };
      return opened.run(holder, () =>
        prisma.$transaction(
          (transaction) => {
            if (holder.connection === null)
              throw new Error("Prisma's transaction was opened outside of its call.");
            return work(transaction, holder.connection);
          },
          { maxWait: WAIT_MS, timeout: LENGTH_MS },
        ),
      );
    },
  };
}
