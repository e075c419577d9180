import { AsyncLocalStorage } from 'node:async_hooks';
import type { JobQueue } from '@project-sync/sync';
import { PgBoss, type ConstructorOptions, type Job } from 'pg-boss';
import type { Database, Sql } from '../database/database.ts';

type IDatabase = NonNullable<ConstructorOptions['db']>;

/** A job queue in the same database as the rows that jobs work on, so that both are written or neither. */
export interface Jobs extends JobQueue {
  /** Enqueues a job, in the given transaction where there is one. At most one job with the same `key` waits at a time. */
  send(
    queue: string,
    data: Record<string, unknown>,
    options?: { sql?: Sql; key?: string; afterSeconds?: number },
  ): Promise<void>;
  /** Enqueues several jobs by one statement, in the given transaction. At most one job with the same `key` waits at a time. */
  sendAll(queue: string, jobs: readonly KeyedJob[], sql: Sql): Promise<void>;
}

/** A job of several. */
interface KeyedJob {
  readonly key: string;
  readonly data: Record<string, unknown>;
}

/** Opens pg-boss over either database. The rows of syncs are the truth, and a job only wakes a worker. */
export async function openJobs(
  database: Database,
  queues: readonly string[],
  onError: (error: Error) => void,
): Promise<Jobs> {
  // The queries of `send` use the sender's transaction too: an embedded database has no other connection.
  const sending = new AsyncLocalStorage<Sql>();
  const boss = new PgBoss({
    db: bossDatabase(database, sending),
    schema: 'pgboss',
    useListenNotify: true,
    ...(database.kind === 'embedded' ? { backend: 'pglite' as const } : {}),
  });
  boss.on('error', onError);
  await boss.start();
  for (const queue of queues) {
    await boss.createQueue(queue, {
      notify: true,
      policy: 'short',
      retryLimit: 3,
      retryBackoff: true,
      expireInSeconds: 6 * 3600,
    });
  }
  return {
    async send(queue, data, { sql, key, afterSeconds } = {}) {
      const send = (given: object) =>
        boss.send(queue, data, {
          ...given,
          ...(key === undefined ? {} : { singletonKey: key }),
          ...(afterSeconds === undefined ? {} : { startAfter: afterSeconds }),
        });
      await (sql === undefined ? send({}) : sending.run(sql, () => send({ db: statementsOf(() => sql) })));
    },
    async sendAll(queue, sent, sql) {
      const rows = sent.map(({ key, data }) => ({ singletonKey: key, data }));
      await sending.run(sql, () => boss.insert(queue, rows, { db: statementsOf(() => sql) }));
    },
    async work(queue, concurrency, handler) {
      for (let index = 0; index < concurrency; index += 1) {
        await boss.work<Record<string, unknown>>(
          queue,
          { batchSize: 1, pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 5 },
          async (jobs: Job<Record<string, unknown>>[]) => {
            for (const job of jobs) await handler(job.data);
          },
        );
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: 8000, close: false }),
  };
}

function statementsOf(sqlNow: () => Sql): Pick<IDatabase, 'executeSql'> {
  return {
    executeSql: async (text, values) => ({
      rows:
        values === undefined || values.length === 0
          ? await sqlNow().script(text)
          : await sqlNow().query(text, values),
    }),
  };
}

function bossDatabase(database: Database, sending: AsyncLocalStorage<Sql>): IDatabase {
  return {
    ...statementsOf(() => sending.getStore() ?? database.system),
    listen: async (channel, onNotification, onReconnect) => {
      const stop = await database.listen(channel, onNotification);
      onReconnect();
      return { close: stop };
    },
  };
}
