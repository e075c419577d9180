import type { Database } from '../database/database.ts';

/** The tables with encrypted secrets, each with its column. */
const holders = { repository: 'token_cipher', webhook: 'secret_cipher', push_hook: 'secret_cipher' } as const;
type Holder = keyof typeof holders;
const holderNames: readonly Holder[] = ['repository', 'webhook', 'push_hook'];

const sealed = holderNames
  .map(
    (table) =>
      `SELECT '${table}' AS holder, project_id, id, ${holders[table]} AS cipher FROM ${table} WHERE ${holders[table]} IS NOT NULL`,
  )
  .join(' UNION ALL ');
const some = `SELECT FROM (SELECT 1 FROM (${sealed}) s UNION ALL SELECT 1 FROM github_app) t LIMIT 1`;
const remember = 'INSERT INTO app_secret (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING';
const resealIn = (table: Holder) => `
  UPDATE ${table} r SET ${holders[table]} = decode(n.cipher, 'hex')
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) AS n (holder, project_id, id, cipher)
   WHERE n.holder = '${table}' AND r.project_id = n.project_id AND r.id = n.id`;

/** An encrypted secret: the token of a repository, or what a webhook signs with. */
export interface SealedSecret {
  readonly holder: Holder;
  readonly projectId: string;
  readonly id: string;
  readonly cipher: Uint8Array;
}

interface SealedRow extends Record<string, unknown> {
  readonly holder: Holder;
  readonly project_id: string;
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

/** Whether the database has a secret that was encrypted. */
export async function hasSealedSecrets({ system }: Pick<Database, 'system'>): Promise<boolean> {
  return (await system.query(some)).length > 0;
}

/** Returns every encrypted secret. */
export async function sealedSecrets({ system }: Pick<Database, 'system'>): Promise<SealedSecret[]> {
  const rows = await system.query<SealedRow>(sealed);
  return rows.map(({ project_id: projectId, ...row }) => ({ ...row, projectId }));
}

/** Replaces encrypted secrets, in one transaction with a statement for each table. */
export async function writeSealedSecrets(
  database: Pick<Database, 'transaction'>,
  renewed: readonly SealedSecret[],
): Promise<void> {
  const params = [
    renewed.map(({ holder }) => holder),
    renewed.map(({ projectId }) => projectId),
    renewed.map(({ id }) => id),
    renewed.map(({ cipher }) => Buffer.from(cipher).toString('hex')),
  ];
  await database.transaction(async (sql) => {
    await Promise.all(holderNames.map((table) => sql.execute(resealIn(table), params)));
  });
}
