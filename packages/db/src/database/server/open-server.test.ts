import { once } from 'node:events';
import { createServer } from 'node:net';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/index.ts';
import { openServer } from './open-server.ts';

const server = process.env['TEST_DATABASE_URL'] ?? '';

test('a server that does not answer is reported', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const address = closed.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  closed.close();
  await once(closed, 'close');
  await expect(openServer({ url: `postgresql://unknown@127.0.0.1:${port}/none` })).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
  });
});

/** Ends every connection to the test's database but the one that asks: what a restart of the server looks like. */
async function breakConnections(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await admin.end();
}

test.skipIf(server === '')(
  'it compiles no statement, answers again after all its connections were broken, and listens again',
  async () => {
    await using opened = await openTestDatabase();
    const { database, url } = opened;
    if (url === null) throw new Error('A server was asked for.');
    expect(await database.system.query('SHOW jit')).toEqual([{ jit: 'off' }]);
    const heard = Promise.withResolvers<string>();
    await database.listen('after_break', heard.resolve);
    await Promise.all(Array.from({ length: 4 }, () => database.system.query('SELECT pg_sleep(0.05)')));
    await breakConnections(url);
    // A connection that was idle may be found broken by its next statement; the one after it gets a new one.
    await expect.poll(() => database.system.query('SELECT 1 AS one').catch(() => null)).toEqual([{ one: 1 }]);
    await expect
      .poll(
        async () => {
          await database.system.query(`SELECT pg_notify('after_break', 'again')`);
          return Promise.race([heard.promise, Promise.resolve(null)]);
        },
        { timeout: 15_000 },
      )
      .toBe('again');
  },
);

test.skipIf(server === '')('a transaction whose connection breaks is thrown, not repeated', async () => {
  await using opened = await openTestDatabase();
  const { database, url } = opened;
  if (url === null) throw new Error('A server was asked for.');
  let runs = 0;
  await expect(
    database.transaction(async (sql) => {
      runs += 1;
      await sql.query('SELECT 1');
      await breakConnections(url);
      await sql.query('SELECT 2');
    }),
  ).rejects.toThrow();
  expect(runs).toBe(1);
  await expect.poll(() => database.system.query('SELECT 1 AS one').catch(() => null)).toEqual([{ one: 1 }]);
});
