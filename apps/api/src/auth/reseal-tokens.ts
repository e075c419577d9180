import { writeSealedTokens, type Database } from '@project-sync/db';
import { SyncError } from '@project-sync/sync';
import type { Seal } from './token-cipher.ts';

/**
 * Encrypts all stored tokens under the first secret, so that the older ones can be taken out of the configuration. A token
 * that none of them can read stays as it is. Returns the number of those.
 */
export async function resealTokens(database: Database, seal: Seal): Promise<number> {
  const rows = await database.prisma.repository.findMany({
    where: { tokenCipher: { not: null } },
    select: { projectId: true, id: true, tokenCipher: true },
  });
  const renewed = rows.flatMap(({ projectId, id, tokenCipher }) => {
    const row = `${projectId}:${id}`;
    const token = tokenCipher === null ? null : readable(seal, tokenCipher, row);
    return token === null ? [] : [{ projectId, id, cipher: seal.close(token, row) }];
  });
  await writeSealedTokens(database, renewed);
  return rows.length - renewed.length;
}

function readable(seal: Seal, sealed: Uint8Array, row: string): string | null {
  try {
    return seal.open(sealed, row);
  } catch (error) {
    if (error instanceof SyncError) return null;
    throw error;
  }
}
