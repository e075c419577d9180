import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasSealedSecrets, knownSecrets, rememberSecret, type Database } from '@project-sync/db';
import { ConfigurationError } from '../configuration-error.ts';
import type { Configuration } from '../configuration.ts';

/** The secrets of the application: the first one writes, and the others read what was written before a change. */
export type AppSecrets = readonly [string, ...string[]];

const SHORTEST = 32;

/** Returns the configured secrets, or the data folder's own, which the first start creates. */
export async function readAppSecrets(
  configuration: Pick<Configuration, 'APP_SECRET' | 'DATA_DIR'>,
): Promise<AppSecrets> {
  if (configuration.APP_SECRET !== null) return configuration.APP_SECRET;
  const file = join(configuration.DATA_DIR, 'app.secret');
  const stored = await readFile(file, 'utf8').catch(() => null);
  if (stored === null) return [await createSecret(file, configuration.DATA_DIR)];
  const secret = stored.trim();
  if (secret.length < SHORTEST)
    throw new ConfigurationError([
      `${file}: has ${secret.length} characters, must have at least ${SHORTEST}. Bring back the file from a backup; if there is none, delete it: stored tokens and sessions then have to be entered again.`,
    ]);
  return [secret];
}

async function createSecret(file: string, dataDir: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // `wx`: of two concurrent first starts, one must not overwrite a secret that has already encrypted tokens.
  await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  return secret;
}

/** Names a secret without revealing it. */
function fingerprintOf(secret: string): string {
  return createHmac('sha256', secret).update('project-sync fingerprint').digest('hex').slice(0, 32);
}

/**
 * Refuses to start with a secret that has not written what the database holds: stored tokens could not be read, and of two
 * processes with different secrets each would write what the other cannot read.
 */
export async function checkAppSecrets(
  database: Pick<Database, 'system' | 'kind'>,
  secrets: AppSecrets,
  isLossAccepted: boolean,
): Promise<void> {
  const stored = await knownSecrets(database);
  const isKnown = secrets.some((secret) => stored.has(fingerprintOf(secret)));
  // On a server's database other processes may be writing with the known secret at this moment.
  const isUsed = stored.size > 0 && (database.kind === 'postgres' || (await hasSealedSecrets(database)));
  if (!isKnown && isUsed && !isLossAccepted)
    throw new ConfigurationError([
      'APP_SECRET: is not the secret that encrypted the tokens in this database. Put the former one behind the new one, with a comma between them; if it is lost, set APP_SECRET_LOST=yes once, and connect private repositories again with their tokens.',
    ]);
  await rememberSecret(database, fingerprintOf(secrets[0]));
}
