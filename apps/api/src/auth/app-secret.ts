import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../configuration.ts';

/** Returns the configured secret, or the data folder's own, which the first start creates. */
export async function readAppSecret(configuration: Configuration): Promise<string> {
  if (configuration.APP_SECRET !== undefined) return configuration.APP_SECRET;
  const file = join(configuration.DATA_DIR, 'app.secret');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    const secret = randomBytes(32).toString('base64url');
    await mkdir(configuration.DATA_DIR, { recursive: true, mode: 0o700 });
    // `wx`: of two concurrent first starts, one must not overwrite a secret that has already encrypted tokens.
    await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    return secret;
  }
}
