import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SyncError } from '@project-sync/sync';
import type { AppSecrets } from './app-secret.ts';

const VERSION = 1;

/** Encrypts tokens for the database. A token is bound to its row: copied into another row, it cannot be decrypted. */
export interface Seal {
  close(plain: string, row: string): Uint8Array;
  /** Throws AUTHENTICATION_FAILED for a token that none of the secrets has encrypted. */
  open(sealed: Uint8Array, row: string): string;
}

/** Creates a cipher: AES-256-GCM under keys derived from the application's secrets, of which the first one encrypts. */
export function sealWith(secrets: AppSecrets): Seal {
  const [current, ...older] = secrets.map(keyOf);
  if (current === undefined) throw new Error('A cipher needs a secret.');
  return {
    close(plain, row) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(Buffer.from(row));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, row) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION) throw new Error('This token was encrypted by a newer version.');
      for (const key of [current, ...older]) {
        const plain = decrypted(bytes, row, key);
        if (plain !== null) return plain;
      }
      throw new SyncError(
        'AUTHENTICATION_FAILED',
        'The stored token was encrypted under another APP_SECRET and cannot be read. Connect the repository again with its token, or ask the operator for the former secret.',
      );
    },
  };
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'project-sync repository tokens', 32));
}

/** Returns the text; null where the key is another one, or the bytes were changed. */
function decrypted(bytes: Buffer, row: string, key: Buffer): string | null {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13))
    .setAAD(Buffer.from(row))
    .setAuthTag(bytes.subarray(13, 29));
  try {
    return decipher.update(bytes.subarray(29), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return null;
  }
}
