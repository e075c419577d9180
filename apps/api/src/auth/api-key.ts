import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What a key may do. Each holds those before it. */
export const scopes = ['READ', 'SYNC', 'WRITE', 'ADMIN'] as const;
export type ApiScope = (typeof scopes)[number];

const PREFIX = 'psk_';

/**
 * A new key: a prefix that secret scanners can know, 30 random bytes, and a checksum, so that a mistyped key is told
 * from a revoked one without a look into the database.
 */
export function newApiKey(): string {
  const random = randomBytes(30).toString('base64url');
  return `${PREFIX}${random}${checksum(random)}`;
}

/** Whether this can be a key at all. */
export function looksLikeApiKey(text: string): boolean {
  if (!text.startsWith(PREFIX) || text.length !== PREFIX.length + 40 + 6) return false;
  const body = text.slice(PREFIX.length);
  return checksum(body.slice(0, 40)) === body.slice(40);
}

/** What is kept of a key: it has 240 bits of its own, so a slow hash would protect nothing. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** What is shown of a key, to tell keys apart. */
export function prefixOf(key: string): string {
  return key.slice(0, PREFIX.length + 6);
}

/** Whether the scopes of a key hold the one that is needed. */
export function holds(granted: readonly ApiScope[], needed: ApiScope): boolean {
  return granted.some((scope) => scopes.indexOf(scope) >= scopes.indexOf(needed));
}

function checksum(text: string): string {
  return crc32(text).toString(36).padStart(7, '0').slice(-6);
}
