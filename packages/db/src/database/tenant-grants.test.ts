import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from './database.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

/** A project with one person in each role; their ids are the roles' names and the project's id. */
async function projectWithEveryRole(): Promise<{
  id: string;
  owner: string;
  editor: string;
  viewer: string;
}> {
  const id = randomUUID();
  const people = { owner: `owner-${id}`, editor: `editor-${id}`, viewer: `viewer-${id}` };
  await opened.database.transaction(async (sql) => {
    await sql.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, `p-${id}`]);
    for (const [role, person] of Object.entries(people)) {
      await sql.execute(
        `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, $1, $1 || '@example.invalid', now())`,
        [person],
      );
      await sql.execute(
        'INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, $3::project_role)',
        [id, person, role.toUpperCase()],
      );
    }
  });
  return { id, ...people };
}

const as = <T>(userId: string, work: (sql: Sql) => Promise<T>) =>
  opened.database.asTenant({ userId, projectId: null }, work);

test('an editor can neither make itself an owner nor bring others in', async () => {
  const { id, editor } = await projectWithEveryRole();
  const promote = `UPDATE project_member SET role = 'OWNER' WHERE project_id = $1 AND user_id = $2`;
  expect(await as(editor, (sql) => sql.execute(promote, [id, editor]))).toBe(0);
  const invite = `INSERT INTO invitation (project_id, id, role, token_hash, invited_by, expires_at)
                  VALUES ($1, $2, 'OWNER', $3, $4, now())`;
  await expect(
    as(editor, (sql) => sql.execute(invite, [id, randomUUID(), randomUUID(), editor])),
  ).rejects.toMatchObject({ code: '42501' });
});

test('an owner changes roles, and anybody may leave', async () => {
  const { id, owner, editor, viewer } = await projectWithEveryRole();
  const promote = `UPDATE project_member SET role = 'OWNER' WHERE project_id = $1 AND user_id = $2`;
  expect(await as(owner, (sql) => sql.execute(promote, [id, editor]))).toBe(1);
  const leave = 'DELETE FROM project_member WHERE project_id = $1 AND user_id = $2';
  expect(await as(viewer, (sql) => sql.execute(leave, [id, owner]))).toBe(0);
  expect(await as(viewer, (sql) => sql.execute(leave, [id, viewer]))).toBe(1);
});

test('a key bound to a project sees that one alone', async () => {
  const { id, owner } = await projectWithEveryRole();
  const other = await projectWithEveryRole();
  await opened.database.system.execute(
    `INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'OWNER')`,
    [other.id, owner],
  );
  const seen = await opened.database.asTenant({ userId: owner, projectId: id }, (sql) =>
    sql.query('SELECT id FROM project'),
  );
  expect(seen).toEqual([{ id }]);
});

test('a tenant has no right to sessions, passwords, proofs and deliveries', async () => {
  for (const table of ['session', 'account', 'passkey', 'verification', 'webhook_delivery']) {
    await expect(as('no-such-user', (sql) => sql.query(`SELECT FROM "${table}"`))).rejects.toMatchObject({
      code: '42501',
    });
  }
});

test('a tenant owns nothing, and deletes nothing but memberships and invitations', async () => {
  const granted = await opened.database.system.query<{ table: string; right: string }>(
    `SELECT table_name::text AS table, privilege_type::text AS right FROM information_schema.role_table_grants
      WHERE grantee IN ('project_sync_app', 'PUBLIC') AND table_schema = 'public'
        AND privilege_type IN ('DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER') ORDER BY 1`,
  );
  expect(granted).toEqual([
    { table: 'invitation', right: 'DELETE' },
    { table: 'project_member', right: 'DELETE' },
  ]);
  const owned = await opened.database.system.query(
    `SELECT relname FROM pg_class WHERE relowner = 'project_sync_app'::regrole`,
  );
  expect(owned).toEqual([]);
});

test('a tenant writes no vector, no content and no listing', async () => {
  const granted = await opened.database.system.query(
    `SELECT table_name::text AS table, privilege_type::text AS right FROM information_schema.role_table_grants
      WHERE grantee IN ('project_sync_app', 'PUBLIC') AND privilege_type <> 'SELECT'
        AND table_name IN ('embedding', 'embedding_generation', 'blob', 'git_tree', 'repository_file', 'blob_analysis')`,
  );
  expect(granted).toEqual([]);
});

test('functions with the rights of their owner are for the two roles alone, and keep their search path', async () => {
  const open = await opened.database.system.query(
    `SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'public' AND p.prosecdef
        AND (p.proconfig IS NULL OR NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')
             OR EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0))`,
  );
  expect(open).toEqual([]);
});
