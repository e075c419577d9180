import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareQueues, queues } from '../../jobs/prepare-queues.ts';
import { openJobs } from '../../jobs/open-jobs.ts';
import { applyMigrations } from '../../migrate/apply-migrations.ts';
import { insertProject } from '../../testing/insert-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/index.ts';
import type { Database } from '../database.ts';
import { openServer } from './open-server.ts';

const server = process.env['TEST_DATABASE_URL'] ?? '';

describe.skipIf(server === '')('a role that serves and owns nothing', () => {
  const role = `serving_${randomUUID().replaceAll('-', '')}`;
  let opened: TestDatabase;
  let serving: Database;
  beforeAll(async () => {
    opened = await openTestDatabase();
    await prepareQueues(opened.database);
    await opened.database.system.script(
      `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT project_sync_app, project_sync_system TO ${role}`,
    );
    const url = new URL(opened.url ?? '');
    url.username = role;
    url.password = 'x';
    serving = await openServer({ url: url.href, connections: 3 });
  }, 60_000);
  afterAll(async () => {
    await serving.close();
    await opened.database.system.script(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await opened.close();
  });

  test('starts: finds the migrations applied, and opens the queues', async () => {
    expect(await applyMigrations(serving, { dryRun: true })).toEqual({ outcome: 'nothing-to-do' });
    const jobs = await openJobs(serving, queues, (error) => {
      throw error;
    });
    await jobs.send('sync', { projectId: 'p', syncId: 's' });
    await jobs.stop();
    const owned = await serving.system.query(
      `SELECT relname FROM pg_class WHERE relowner = '${role}'::regrole`,
    );
    expect(owned).toEqual([]);
  });

  test('writes as the system and reads as a tenant', async () => {
    const projectId = await insertProject(serving);
    await serving.system.execute(
      `INSERT INTO passage (project_id, hash, text, tokens, words) VALUES ($1, $2, 'text', 1, ''::tsvector)`,
      [projectId, randomUUID()],
    );
    expect(
      await serving.asTenant({ userId: 'no such user', projectId: null }, (sql) =>
        sql.query('SELECT id FROM project'),
      ),
    ).toEqual([]);
  });

  test('deletes the expired entries of the audit log, and no others', async () => {
    await expect(serving.system.execute('DELETE FROM audit_log')).resolves.toBe(0);
    await expect(serving.system.execute(`UPDATE audit_log SET actor = 'x'`)).rejects.toMatchObject({
      code: '42501',
    });
  });

  test.each([
    'ALTER TABLE embedding DISABLE TRIGGER ALL',
    'DROP TABLE embedding CASCADE',
    'TRUNCATE embedding',
    'ALTER TABLE passage DROP COLUMN text',
    'DROP SCHEMA project_sync_guard CASCADE',
    'DELETE FROM project_sync_guard.kept_table',
    'CREATE OR REPLACE FUNCTION project_sync_guard.keep_vector() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    `ALTER ROLE ${role} SUPERUSER`,
    'SET ROLE postgres',
    `COPY (SELECT 1) TO PROGRAM 'id'`,
    `SELECT pg_read_file('/etc/passwd')`,
    'SET session_replication_role = replica',
  ])('is refused: %s', async (attack) => {
    await expect(serving.system.script(attack)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|PSG01)$/) as string,
    });
  });
});
