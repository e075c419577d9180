import type { Database } from '../database/database.ts';

const tokens = 'SELECT FROM repository WHERE token_cipher IS NOT NULL LIMIT 1';
const remember = 'INSERT INTO app_secret (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING';
const reseal = `
  UPDATE repository r SET token_cipher = decode(n.cipher, 'hex')
    FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS n (project_id, id, cipher)
   WHERE r.project_id = n.project_id AND r.id = n.id`;

/** An encrypted token of a repository. */
export interface SealedToken {
  readonly projectId: string;
  readonly id: string;
  readonly cipher: Uint8Array;
}

/** Returns the fingerprints of the secrets that have written to this database. */
export async function knownSecrets({ system }: Pick<Database, 'system'>): Promise<ReadonlySet<string>> {
  const rows = await system.query<{ fingerprint: string }>('SELECT fingerprint FROM app_secret');
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

/** Remembers that a secret writes to this database. */
export async function rememberSecret(
  { system }: Pick<Database, 'system'>,
  fingerprint: string,
): Promise<void> {
  await system.execute(remember, [fingerprint]);
}

/** Whether a repository has a token that was encrypted under a secret. */
export async function hasSealedTokens({ system }: Pick<Database, 'system'>): Promise<boolean> {
  return (await system.query(tokens)).length > 0;
}

/** Replaces encrypted tokens, all in one statement. */
export async function writeSealedTokens(
  { system }: Pick<Database, 'system'>,
  renewed: readonly SealedToken[],
): Promise<void> {
  await system.execute(reseal, [
    renewed.map(({ projectId }) => projectId),
    renewed.map(({ id }) => id),
    renewed.map(({ cipher }) => Buffer.from(cipher).toString('hex')),
  ]);
}
