import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@project-sync/db';
import { hashApiKey, newApiKey, prefixOf } from './api-key.ts';

/** Who the first start makes. The address leads nowhere and can be changed in the app. */
export const OWNER_EMAIL = 'owner@project-sync.invalid';

/**
 * On an empty database: an owner, and a key with every scope in a file that only its owner reads. Of several processes
 * that start at once the one whose row is written first makes the key; the others find its owner.
 */
export async function ensureFirstOwner(database: Database, dataDir: string): Promise<{ email: string }> {
  const first = await database.prisma.user.findFirst({ orderBy: { createdAt: 'asc' } });
  if (first !== null) return { email: first.email };
  const { count } = await database.prisma.user.createMany({
    data: [{ id: randomUUID(), name: 'Owner', email: OWNER_EMAIL, emailVerified: true }],
    skipDuplicates: true,
  });
  const owner = await database.prisma.user.findFirstOrThrow({ orderBy: { createdAt: 'asc' } });
  if (count === 0) return { email: owner.email };
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
  return { email: owner.email };
}
