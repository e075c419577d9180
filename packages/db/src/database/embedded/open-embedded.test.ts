import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyTemplate } from '../../testing/open-test-database.ts';
import { openEmbedded } from './open-embedded.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'project-sync-embedded-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('an acknowledged write is there after a SIGKILL', async () => {
  const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  await new Promise<void>((resolve) => {
    createInterface({ input: writer.stdout }).on('line', (line) => {
      acknowledged = Number(line);
      if (acknowledged >= 20) resolve();
    });
  });
  const closed = once(writer, 'close');
  writer.kill('SIGKILL');
  await closed;
  const database = await openEmbedded({ dataDir: folder });
  const [row] = await database.system.query<{ count: bigint }>('SELECT count(*) FROM kept WHERE n <= $1', [
    acknowledged,
  ]);
  await database.close();
  expect(row?.count).toBe(BigInt(acknowledged));
});

const WRITER = `
  const { openEmbedded } = await import(${JSON.stringify(new URL('./open-embedded.ts', import.meta.url).href)});
  const { emptyTemplate } = await import(${JSON.stringify(new URL('../../testing/open-test-database.ts', import.meta.url).href)});
  const database = await openEmbedded({ dataDir: process.argv[1], template: await emptyTemplate() });
  await database.system.script('CREATE TABLE kept (n int PRIMARY KEY)');
  for (let n = 1; ; n += 1) {
    await database.system.execute('INSERT INTO kept VALUES ($1)', [n]);
    console.log(n);
  }
`;

test('a second opener is refused, in the same process too, and the first goes on', async () => {
  const database = await openEmbedded({ dataDir: folder, template: await emptyTemplate() });
  await expect(openEmbedded({ dataDir: folder })).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining(String(process.pid)) as string,
  });
  expect(await database.system.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await database.close();
  await (await openEmbedded({ dataDir: folder })).close();
});

test('data of another major version is refused and not changed', async () => {
  await mkdir(join(folder, 'database'));
  await writeFile(join(folder, 'database', 'PG_VERSION'), '17\n');
  await expect(openEmbedded({ dataDir: folder })).rejects.toMatchObject({ code: 'DATA_VERSION_MISMATCH' });
  // The lock was released.
  await expect(openEmbedded({ dataDir: folder })).rejects.toMatchObject({ code: 'DATA_VERSION_MISMATCH' });
});

test('a folder that cannot be made is reported', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(openEmbedded({ dataDir: join(file, 'data') })).rejects.toMatchObject({
    code: 'DATA_DIR_NOT_WRITABLE',
  });
});

test('a query outside an open transaction, from inside it, fails at once, and the database goes on', async () => {
  const database = await openEmbedded({ dataDir: null, template: await emptyTemplate() });
  await expect(database.transaction(() => database.system.query('SELECT 1'))).rejects.toThrow(
    /Inside a transaction/,
  );
  let later: Promise<unknown> = Promise.resolve();
  await database.transaction(async (sql) => {
    await sql.query('SELECT 1');
    // It starts inside the transaction and queries after its end.
    later = ended.promise.then(() => database.system.query('SELECT 2 AS two'));
  });
  ended.resolve();
  expect(await later).toEqual([{ two: 2 }]);
  await database.close();
});

const ended = Promise.withResolvers<void>();

test('a plan that is kept serves any parameters, and a failure leaves nothing behind', async () => {
  const database = await openEmbedded({ dataDir: null, template: await emptyTemplate() });
  const { system } = database;
  await system.script('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1), (2), (3)');
  const ask = (text: string, params: readonly unknown[]) => system.query(text, params, { planOnce: true });
  const above = 'SELECT n FROM kept WHERE n > $1 ORDER BY n';
  expect(await ask(above, [1])).toEqual([{ n: 2 }, { n: 3 }]);
  expect(await ask(above, [2])).toEqual([{ n: 3 }]);
  const share = 'SELECT 6 / $1::int4 AS share';
  await expect(ask(share, [0])).rejects.toMatchObject({ code: '22012' });
  expect(await ask(share, [2])).toEqual([{ share: 3 }]);
  await expect(ask('SELECT nothing FROM kept', [])).rejects.toMatchObject({ code: '42703' });
  await expect(
    database.transaction(async (sql) => {
      await sql.query(share, [0], { planOnce: true });
    }),
  ).rejects.toMatchObject({ code: '22012' });
  expect(await ask(share, [3])).toEqual([{ share: 2 }]);
  // More statements than are kept, and the first again; then longer ones, of which fewer are.
  const kept = async () =>
    Number((await system.query<{ count: bigint }>('SELECT count(*) FROM pg_prepared_statements'))[0]?.count);
  for (let n = 0; n < 120; n += 1) expect(await ask(`SELECT ${n} AS n`, [])).toEqual([{ n }]);
  expect(await ask(above, [0])).toHaveLength(3);
  expect(await kept()).toBeLessThanOrEqual(101);
  for (let n = 0; n < 20; n += 1) await ask(`SELECT ${n} AS n /* ${'long '.repeat(2000)} */`, []);
  expect(await kept()).toBeLessThanOrEqual(13);
  // One that is used without end is planned anew now and then.
  for (let n = 0; n < 1100; n += 1) await ask(above, [2]);
  expect(await ask(above, [1])).toHaveLength(2);
  expect(await system.query('SHOW plan_cache_mode')).toEqual([{ plan_cache_mode: 'auto' }]);
  await database.close();
});
