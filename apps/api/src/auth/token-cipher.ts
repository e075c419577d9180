import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;

/** Encrypts tokens for the database. A token is bound to its row: copied into another row, it cannot be decrypted. */
export interface Seal {
  close(plain: string, row: string): Uint8Array;
  open(sealed: Uint8Array, row: string): string;
}

/** Creates a cipher: AES-256-GCM under a key derived from the application's secret. */
export function sealWith(secret: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'project-sync repository tokens', 32));
  return {
    close(plain, row) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(row));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, row) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION) throw new Error('This token was encrypted by a newer version.');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13))
        .setAAD(Buffer.from(row))
        .setAuthTag(bytes.subarray(13, 29));
      return decipher.update(bytes.subarray(29), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}
