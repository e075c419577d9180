import type { Database, Sql } from '../database/database.ts';

/** The GitHub App of the server, as it is stored. */
export interface GitHubAppRow {
  readonly appId: string;
  readonly slug: string;
  readonly name: string;
  readonly htmlUrl: string;
  readonly secretsCipher: Uint8Array;
  readonly createdAt: Date;
}

const select = `
  SELECT app_id AS "appId", slug, name, html_url AS "htmlUrl", secrets_cipher AS "secretsCipher", created_at AS "createdAt"
    FROM github_app`;
const put = `
  INSERT INTO github_app (app_id, slug, name, html_url, secrets_cipher, created_by) VALUES ($1, $2, $3, $4, decode($5, 'hex'), $6)
  ON CONFLICT (id) DO UPDATE
    SET app_id = excluded.app_id, slug = excluded.slug, name = excluded.name, html_url = excluded.html_url,
        secrets_cipher = excluded.secrets_cipher, created_by = excluded.created_by, created_at = now()`;

/** Reads the App; null where there is none. */
export async function readGitHubApp({ system }: Pick<Database, 'system'>): Promise<GitHubAppRow | null> {
  const [row] = await system.query<GitHubAppRow & Record<string, unknown>>(select);
  return row ?? null;
}

/** Stores the App in place of the one there was. */
export async function putGitHubApp(
  sql: Sql,
  app: Omit<GitHubAppRow, 'createdAt'>,
  createdBy: string,
): Promise<void> {
  const cipher = Buffer.from(app.secretsCipher).toString('hex');
  await sql.execute(put, [app.appId, app.slug, app.name, app.htmlUrl, cipher, createdBy]);
}

/** Forgets the App; it stays at GitHub. Returns whether there was one. */
export async function removeGitHubApp(sql: Sql): Promise<boolean> {
  return (await sql.execute('DELETE FROM github_app')) > 0;
}

/** Replaces the encrypted secrets of the App. */
export async function resealGitHubApp(
  { system }: Pick<Database, 'system'>,
  cipher: Uint8Array,
): Promise<void> {
  await system.execute(`UPDATE github_app SET secrets_cipher = decode($1, 'hex')`, [
    Buffer.from(cipher).toString('hex'),
  ]);
}
