import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';

const insertOwner = `
  INSERT INTO "user" (id, name, email, email_verified, is_operator, updated_at) VALUES ($1, 'Owner', $2, true, true, now())
  ON CONFLICT (email) DO NOTHING`;
const insertKey = `
  INSERT INTO api_key (id, owner_id, name, prefix, hash, scopes)
  VALUES ($1, $2, 'First start', $3, $4, '{READ,SYNC,WRITE,ADMIN}')`;

/** A key as it is stored. */
export interface NewKey {
  readonly prefix: string;
  readonly hash: string;
}

/**
 * Creates the first owner, who is the operator, with a key for every scope. `keep` writes the key down before the rows
 * are committed. Returns false where another process was first, which is waited for.
 */
export function createFirstOwner(
  database: Database,
  { email, key, keep }: { readonly email: string; readonly key: NewKey; readonly keep: () => Promise<void> },
): Promise<boolean> {
  return database.transaction(async (sql) => {
    const id = randomUUID();
    if ((await sql.execute(insertOwner, [id, email])) === 0) return false;
    await sql.execute(insertKey, [randomUUID(), id, key.prefix, key.hash]);
    await keep();
    return true;
  });
}
