import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase } from '@project-sync/db/testing';
import { expect, test } from 'vitest';
import { hashApiKey } from './api-key.ts';
import { ensureFirstOwner } from './first-owner.ts';

test('concurrent first starts create one owner and one key, and only one reports a new owner', async () => {
  await using opened = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-owner-'));
  const owners = await Promise.all(
    Array.from({ length: 5 }, (_, index) => ensureFirstOwner(opened.database, join(folder, String(index)))),
  );
  expect(new Set(owners.map(({ email }) => email)).size).toBe(1);
  expect(owners.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await opened.database.prisma.user.count()).toBe(1);
  expect(await opened.database.prisma.apiKey.count()).toBe(1);
  expect(await readdir(folder)).toHaveLength(1);
  await rm(folder, { recursive: true, force: true });
});

test('a start that cannot write the key leaves no owner, so that the next one gives both', async () => {
  await using opened = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-owner-'));
  await mkdir(join(folder, 'admin.key'));
  await expect(ensureFirstOwner(opened.database, folder)).rejects.toThrow();
  expect(await opened.database.prisma.user.count()).toBe(0);
  await rm(join(folder, 'admin.key'), { recursive: true });
  expect(await ensureFirstOwner(opened.database, folder)).toMatchObject({ isNew: true });
  const key = (await readFile(join(folder, 'admin.key'), 'utf8')).trim();
  expect(await opened.database.prisma.apiKey.count({ where: { hash: hashApiKey(key) } })).toBe(1);
  await rm(folder, { recursive: true, force: true });
});
