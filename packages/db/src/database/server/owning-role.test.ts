import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreBackup } from '../../backup/restore-backup.ts';
import { writeBackup } from '../../backup/write-backup.ts';
import { applyMigrations } from '../../migrate/apply-migrations.ts';
import { insertProject, openTestDatabase, type TestDatabase } from '../../testing/index.ts';
import type { Database } from '../database.ts';
import { openServer } from './open-server.ts';

const server = process.env['TEST_DATABASE_URL'] ?? '';

describe.skipIf(server === '')('a role that owns its database and is no superuser', () => {
  const id = randomUUID().replaceAll('-', '');
  const [owner, serving] = [`owner_${id}`, `server_${id}`];
  const names = [`source_${id}`, `target_${id}`];
  let opened: TestDatabase;
  let folder: string;
  let source: Database;
  let target: Database;
  let served: Database;

  const at = (database: string, user: string): string => {
    const url = Object.assign(new URL(opened.url ?? ''), { pathname: `/${database}` });
    return Object.assign(url, { username: user, password: 'x' }).href;
  };

  beforeAll(async () => {
    opened = await openTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'project-sync-owner-'));
    const { system } = opened.database;
    await system.script(
      `CREATE ROLE ${owner} LOGIN PASSWORD 'x'; CREATE ROLE ${serving} LOGIN PASSWORD 'x';
       GRANT project_sync_app, project_sync_system TO ${owner} WITH ADMIN OPTION;
       GRANT project_sync_app, project_sync_system TO ${serving}`,
    );
    for (const name of names) {
      await system.script(`CREATE DATABASE ${name} OWNER ${owner} TEMPLATE template0`);
      const admin = await openServer({
        url: Object.assign(new URL(opened.url ?? ''), { pathname: `/${name}` }).href,
        connections: 1,
      });
      await admin.system.script('CREATE EXTENSION vector');
      await admin.close();
    }
    source = await openServer({ url: at(names[0] ?? '', owner), connections: 2 });
    target = await openServer({ url: at(names[1] ?? '', owner), connections: 2 });
    served = await openServer({ url: at(names[0] ?? '', serving), connections: 2 });
  }, 60_000);
  afterAll(async () => {
    for (const database of [source, target, served]) await database.close();
    for (const name of names) await opened.database.system.script(`DROP DATABASE ${name} WITH (FORCE)`);
    await opened.database.system.script(`DROP ROLE ${owner}; DROP ROLE ${serving}`);
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('migrates, and finds its guard whole the next time', async () => {
    expect(await applyMigrations(source)).toMatchObject({ outcome: 'done' });
    const reported: string[] = [];
    expect(await applyMigrations(source, { report: ({ kind }) => void reported.push(kind) })).toEqual({
      outcome: 'nothing-to-do',
    });
    expect(reported).toEqual([]);
    await expect(source.system.script('TRUNCATE embedding')).rejects.toMatchObject({ code: 'PSG01' });
  });

  test('restores what the role that serves backed up', async () => {
    await insertProject(served, { slug: 'web' });
    await insertProject(served, { slug: 'docs' });
    const file = join(folder, 'all.backup');
    await writeBackup(served, { file, project: null });
    expect(await restoreBackup(target, file)).toMatchObject({ project: null, migrated: [] });
    const census = async (database: Database) => {
      const [row] = await database.system.query('SELECT array_agg(slug ORDER BY slug) AS slugs FROM project');
      return row;
    };
    expect(await census(target)).toEqual({ slugs: ['docs', 'web'] });
    await expect(target.system.script('TRUNCATE embedding')).rejects.toMatchObject({ code: 'PSG01' });
  });
});
