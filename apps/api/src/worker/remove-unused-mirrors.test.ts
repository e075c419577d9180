import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insertProject, openTestDatabase } from '@project-sync/db/testing';
import { expect, test } from 'vitest';
import { sealWith } from '../auth/token-cipher.ts';
import { mirrorName, MIRRORS } from '../sources/providers.ts';
import { removeUnusedMirrors } from './remove-unused-mirrors.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;

test('mirrors of removed repositories are removed, once they are a day old', async () => {
  await using opened = await openTestDatabase();
  const { database } = opened;
  const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-mirrors-'));
  const folder = join(dataDir, MIRRORS);
  const seal = sealWith(['mirrors-'.repeat(5)]);
  const projectId = await insertProject(database);
  const connect = async (url: string, token: string | null, removed: boolean): Promise<string> => {
    const id = randomUUID();
    await database.system.execute(
      `INSERT INTO repository (project_id, id, provider, url, name, token_cipher, removed_at)
       VALUES ($1, $2, 'GIT', $3, 'r', $4, CASE WHEN $5 THEN now() END)`,
      [projectId, id, url, token === null ? null : seal.close(token, `${projectId}:${id}`), removed],
    );
    const name = mirrorName(url, token);
    await mkdir(join(folder, name, 'objects/pack'), { recursive: true });
    return name;
  };
  const open = await connect('https://example.org/a.git', null, false);
  const closed = await connect('https://example.org/b.git', 'secret', false);
  const gone = await connect('https://example.org/c.git', null, true);
  await writeFile(join(folder, `${gone}.owner`), '');
  await writeFile(join(folder, 'notes.txt'), '');

  expect(await removeUnusedMirrors({ dataDir, database, seal })).toBe(0);
  expect(await removeUnusedMirrors({ dataDir, database, seal }, Date.now() + WEEK_MS)).toBe(1);
  expect((await readdir(folder)).sort()).toEqual([open, closed, 'notes.txt'].sort());
  // With another secret, no token names its mirror.
  const other = sealWith(['another-'.repeat(5)]);
  await database.system.execute('UPDATE repository SET removed_at = now() WHERE url = $1', [
    'https://example.org/a.git',
  ]);
  expect(await removeUnusedMirrors({ dataDir, database, seal: other }, Date.now() + WEEK_MS)).toBe(0);
  await rm(dataDir, { recursive: true });
});
