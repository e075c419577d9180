import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@project-sync/db';
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
 * Creates an owner on an empty database, and writes a key with every scope to a file that only its owner can read. If
 * several processes start at once, the one whose row is inserted first writes the key; the others find its owner.
 */
export async function ensureFirstOwner(database: Database, dataDir: string): Promise<FirstOwner> {
  const first = await database.prisma.user.findFirst({ orderBy: { createdAt: 'asc' } });
  if (first !== null) return { email: first.email, isNew: false };
  const { count } = await database.prisma.user.createMany({
    data: [{ id: randomUUID(), name: 'Owner', email: OWNER_EMAIL, emailVerified: true }],
    skipDuplicates: true,
  });
  const owner = await database.prisma.user.findFirstOrThrow({ orderBy: { createdAt: 'asc' } });
  if (count === 0) return { email: owner.email, isNew: false };
  const key = newApiKey();
  await database.prisma.apiKey.create({
    data: {
      ownerId: owner.id,
      name: 'First start',
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      scopes: ['READ', 'SYNC', 'WRITE', 'ADMIN'],
    },
  });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, 'admin.key'), `${key}\n`, { mode: 0o600 });
  return { email: owner.email, isNew: true };
}
