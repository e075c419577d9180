import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from './database.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

async function projectWith(userId: string, role = 'OWNER'): Promise<string> {
  const id = randomUUID();
  await opened.database.transaction(async (sql) => {
    await sql.execute(
      `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, $1, $1 || '@example.invalid', now()) ON CONFLICT DO NOTHING`,
      [userId],
    );
    await sql.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, `p-${id}`]);
    await sql.execute(
      'INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, $3::project_role)',
      [id, userId, role],
    );
  });
  return id;
}

describe('one door to two databases', () => {
  test('gives every type back as it says', async () => {
    const [row] = await opened.database.system.query(
      `SELECT 9007199254740993::int8 AS big, 1.5::numeric AS exact, '\\x00ff'::bytea AS bytes, '{"a":[1]}'::jsonb AS json,
              '2026-01-02T03:04:05.678Z'::timestamptz AS at, ARRAY['a','b,"c']::text[] AS words, true AS yes, NULL::text AS nothing, 7::int4 AS small`,
    );
    expect(row).toMatchObject({
      big: 9007199254740993n,
      exact: '1.5',
      json: { a: [1] },
      at: new Date('2026-01-02T03:04:05.678Z'),
      words: ['a', 'b,"c'],
      yes: true,
      nothing: null,
      small: 7,
    });
    expect(Buffer.from(row?.['bytes'] as Uint8Array).toString('hex')).toBe('00ff');
  });

  test('takes every type of parameter', async () => {
    const [row] = await opened.database.system.query(
      `SELECT $1::text AS text, $2::int8 AS big, $3::bytea AS bytes, $4::text[] AS words, $5::timestamptz AS at, $6::bool AS no, $7::int4[] AS numbers, $8::jsonb AS json`,
      [
        'it\'s "quoted" \\ and é',
        2n ** 60n,
        new Uint8Array([0, 1, 255]),
        ['a', 'b,"c\\', ''],
        new Date(0),
        false,
        [1, 2],
        JSON.stringify({ a: null }),
      ],
    );
    expect(row).toMatchObject({
      text: 'it\'s "quoted" \\ and é',
      big: 2n ** 60n,
      words: ['a', 'b,"c\\', ''],
      at: new Date(0),
      no: false,
      numbers: [1, 2],
      json: { a: null },
    });
    expect([...(row?.['bytes'] as Uint8Array)]).toEqual([0, 1, 255]);
  });

  test.each([
    ['a statement', (sql: Sql) => sql.execute('CREATE TABLE opened (n int)')],
    ['a script', (sql: Sql) => sql.script('CREATE TABLE opened (n int); INSERT INTO opened VALUES (1)')],
    ['a statement that fails', (sql: Sql) => sql.execute('SELECT 1 / 0')],
    ['a script that fails', (sql: Sql) => sql.script('CREATE TABLE opened (n int); SELECT 1 / 0')],
    ['nothing', () => Promise.resolve()],
  ])('a transaction that begins with %s is one', async (_, first) => {
    const thrown = opened.database.transaction(async (sql) => {
      await first(sql);
      throw new Error('Rolled back.');
    });
    await expect(thrown).rejects.toThrow(/Rolled back|division by zero/);
    const [row] = await opened.database.system.query(`SELECT to_regclass('opened')::text AS opened`);
    expect(row).toEqual({ opened: null });
  });

  test('rolls back what a transaction wrote before it threw, and goes on', async () => {
    const id = randomUUID();
    await expect(
      opened.database.transaction(async (sql) => {
        await sql.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, id]);
        await sql.execute('SELECT 1 / 0');
      }),
    ).rejects.toMatchObject({ code: '22012' });
    expect(await opened.database.system.query('SELECT FROM project WHERE id = $1', [id])).toEqual([]);
  });

  test('hears a notification after its transaction has ended', async () => {
    const heard = Promise.withResolvers<string>();
    const stop = await opened.database.listen('test_channel', heard.resolve);
    await opened.database.transaction((sql) => sql.query(`SELECT pg_notify('test_channel', 'hello')`));
    expect(await heard.promise).toBe('hello');
    await stop();
  });

  test('copies vectors in binary', async () => {
    const project = await projectWith('vectors');
    const { copyRows } = await import('./copy-rows.ts');
    await opened.database.transaction(async (sql) => {
      await sql.script('CREATE TEMPORARY TABLE incoming (hash uuid, vector vector(1536)) ON COMMIT DROP');
      const vectors = Array.from({ length: 20 }, (_, index) => ({
        hash: randomUUID(),
        vector: new Float32Array(1536).fill(index + 1),
      }));
      expect(
        await sql.copyIn(
          'incoming (hash, vector)',
          copyRows(vectors.map(({ hash, vector }) => [{ uuid: hash }, { vector }])),
        ),
      ).toBe(20);
      await sql.execute(
        `INSERT INTO embedding SELECT $1, 'test', hash, vector, binary_quantize(vector)::bit(1536) FROM incoming`,
        [project],
      );
    });
    const [row] = await opened.database.system.query<{ count: bigint }>(
      'SELECT count(*) FROM embedding WHERE project_id = $1',
      [project],
    );
    expect(row?.count).toBe(20n);
  });
});

describe('a tenant', () => {
  test('sees its own projects and no other, through Prisma and through SQL alike', async () => {
    const mine = await projectWith('alice');
    await projectWith('bob');
    await opened.database.asTenant({ userId: 'alice', projectId: null }, async (scope) => {
      expect((await scope.prisma.project.findMany()).map(({ id }) => id)).toEqual([mine]);
      expect(await scope.query('SELECT id FROM project')).toEqual([{ id: mine }]);
    });
  });

  test('sees nothing without a user', async () => {
    await projectWith('carol');
    await opened.database.asTenant({ userId: '', projectId: null }, async (scope) => {
      expect(await scope.prisma.project.count()).toBe(0);
      expect(await scope.query('SELECT FROM project_member')).toEqual([]);
    });
  });

  test('writes only where it is owner or editor', async () => {
    const project = await projectWith('viewer', 'VIEWER');
    const write = opened.database.asTenant({ userId: 'viewer', projectId: null }, (scope) =>
      scope.prisma.document.create({
        data: { projectId: project, title: 't', content: 'c', authority: 'GUIDELINE' },
      }),
    );
    await expect(write).rejects.toThrow();
  });

  test('keeps apart what runs at the same time', async () => {
    const users = Array.from({ length: 10 }, (_, index) => `many-${index}`);
    const projects = new Map<string, string>();
    for (const user of users) projects.set(user, await projectWith(user));
    const asked = Array.from({ length: 200 }, (_, index) => users[index % users.length] ?? '');
    const seen = await Promise.all(
      asked.map((user) =>
        opened.database.asTenant({ userId: user, projectId: null }, (scope) =>
          scope.prisma.project.findMany({ select: { id: true } }),
        ),
      ),
    );
    expect(seen.map((rows) => rows.map(({ id }) => id))).toEqual(asked.map((user) => [projects.get(user)]));
  });

  test('does not hinder a look-up from outside that Prisma starts in the same tick', async () => {
    const project = await projectWith('insider');
    const { database } = opened;
    const isInside = Promise.withResolvers<void>();
    const inside = database.asTenant({ userId: 'insider', projectId: null }, ({ prisma }) => {
      const found = prisma.project
        .findUnique({ where: { id: project }, select: { id: true } })
        .then((row) => row);
      isInside.resolve();
      return found;
    });
    await isInside.promise;
    const outside = database.prisma.user.findUnique({ where: { id: 'insider' }, select: { id: true } });
    expect(await Promise.all([inside, outside])).toEqual([{ id: project }, { id: 'insider' }]);
  });

  // The embedded database sends the end of such a transaction with the next request.
  test.each([
    ['reads', 'SELECT id FROM project'],
    ['reads by a statement that fails', 'SELECT 1 / 0'],
    ['writes', `UPDATE project SET name = 'Renamed'`],
  ])('that %s leaves neither its role nor its transaction to the next statement', async (_, statement) => {
    const project = await projectWith('leaver');
    await opened.database.asTenant({ userId: 'leaver', projectId: null }, async (scope) => {
      // A failure that the work survives: the transaction is ended as any other, and PostgreSQL rolls it back.
      await scope.query(statement).catch(() => undefined);
    });
    const [row] = await opened.database.system.query(
      `SELECT current_setting('role') <> 'project_sync_app' AS "isFree",
              coalesce(current_setting('app.user_id', true), '') AS "user", name = 'Renamed' AS "isRenamed"
         FROM project WHERE id = $1`,
      [project],
    );
    expect(row).toMatchObject({ isFree: true, user: '', isRenamed: statement.startsWith('UPDATE') });
    await expect(
      opened.database.transaction(async (sql) => {
        await sql.execute('DELETE FROM project_member WHERE project_id = $1', [project]);
        throw new Error('Rolled back.');
      }),
    ).rejects.toThrow('Rolled back.');
    expect(
      await opened.database.system.query('SELECT FROM project_member WHERE project_id = $1', [project]),
    ).toHaveLength(1);
  });

  test('has policies on every table that has a project', async () => {
    const open = await opened.database.system.query<{ table: string }>(
      `SELECT c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind = 'r'
          AND (c.relname = 'project' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'project_id'))
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                   AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND 'project_sync_app'::regrole = ANY (p.polroles)))`,
    );
    expect(open).toEqual([]);
  });
});
