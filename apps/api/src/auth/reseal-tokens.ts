import {
  readGitHubApp,
  resealGitHubApp,
  sealedSecrets,
  writeSealedSecrets,
  type Database,
} from '@project-sync/db';
import { SyncError } from '@project-sync/sync';
import { GITHUB_APP_PLACE } from '../sources/github-apps.ts';
import type { Seal } from './token-cipher.ts';

/**
 * Encrypts all stored tokens and secrets under the first secret, so that the older ones can be taken out of the
 * configuration. One that none of them can read stays as it is. Returns the number of those.
 */
export async function resealTokens(database: Database, seal: Seal): Promise<number> {
  const rows = await sealedSecrets(database);
  const renewed = rows.flatMap((row) => {
    const place = `${row.projectId}:${row.id}`;
    const plain = readable(seal, row.cipher, place);
    return plain === null ? [] : [{ ...row, cipher: seal.close(plain, place) }];
  });
  await writeSealedSecrets(database, renewed);
  return rows.length - renewed.length + (await resealApp(database, seal));
}

/** Returns 1 where the server has a GitHub App whose secrets cannot be read. */
async function resealApp(database: Database, seal: Seal): Promise<number> {
  const app = await readGitHubApp(database);
  if (app === null) return 0;
  const plain = readable(seal, app.secretsCipher, GITHUB_APP_PLACE);
  if (plain === null) return 1;
  await resealGitHubApp(database, seal.close(plain, GITHUB_APP_PLACE));
  return 0;
}

function readable(seal: Seal, sealed: Uint8Array, row: string): string | null {
  try {
    return seal.open(sealed, row);
  } catch (error) {
    if (error instanceof SyncError) return null;
    throw error;
  }
}
