import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createFirstOwner, type Database } from '@project-sync/db';
import { hashApiKey, newApiKey, prefixOf } from './api-key.ts';

/** The email of the first owner. It receives no mail. */
export const OWNER_EMAIL = 'owner@project-sync.invalid';

/** The first owner of a database. */
export interface FirstOwner {
  readonly email: string;
  /** Whether this call created the owner, so that the database was empty. */
  readonly isNew: boolean;
}

/**
 * Creates an owner on an empty database, who is the operator, with a key for every scope in a file that only its owner
 * can read. The file is complete on the disk before the rows are committed, so that no crash leaves an owner without a
 * key. If several processes start at once, the others wait for the row of the first and find its owner.
 */
export async function ensureFirstOwner(database: Database, dataDir: string): Promise<FirstOwner> {
  const first = await firstUser(database);
  if (first !== null) return { email: first, isNew: false };
  const key = newApiKey();
  const isNew = await createFirstOwner(database, {
    email: OWNER_EMAIL,
    key: { prefix: prefixOf(key), hash: hashApiKey(key) },
    keep: () => writeKey(dataDir, key),
  });
  return { email: (await firstUser(database)) ?? OWNER_EMAIL, isNew };
}

async function firstUser({ prisma }: Database): Promise<string | null> {
  const first = await prisma.user.findFirst({ orderBy: { createdAt: 'asc' } });
  return first?.email ?? null;
}

/** Replaces the file at once: one that a crashed start has left belongs to no row. */
async function writeKey(dataDir: string, key: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'admin.key');
  const fresh = `${file}.${randomUUID()}`;
  const opened = await open(fresh, 'wx', 0o600);
  try {
    await opened.writeFile(`${key}\n`);
    await opened.sync();
  } finally {
    await opened.close();
  }
  await rename(fresh, file);
}
