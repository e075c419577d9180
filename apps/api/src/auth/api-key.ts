import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The scopes of a key. Each includes those before it. */
export const scopes = ['READ', 'SYNC', 'WRITE', 'ADMIN'] as const;
export type ApiScope = (typeof scopes)[number];

const PREFIX = 'psk_';

/**
 * Creates a key: a prefix for secret scanners, 30 random bytes, and a checksum, so that a mistyped key is detected
 * without the database.
 */
export function newApiKey(): string {
  const random = randomBytes(30).toString('base64url');
  return `${PREFIX}${random}${checksum(random)}`;
}

/** Returns whether a text has the form of a key, with a valid checksum. */
export function looksLikeApiKey(text: string): boolean {
  if (!text.startsWith(PREFIX) || text.length !== PREFIX.length + 40 + 6) return false;
  const body = text.slice(PREFIX.length);
  return checksum(body.slice(0, 40)) === body.slice(40);
}

/** Hashes a key for storage. It has 240 random bits, so a slow hash would add no protection. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Returns the part of a key that is shown, to distinguish keys. */
export function prefixOf(key: string): string {
  return key.slice(0, PREFIX.length + 6);
}

/** Returns whether the scopes of a key include the required one. */
export function holds(granted: readonly ApiScope[], needed: ApiScope): boolean {
  return granted.some((scope) => scopes.indexOf(scope) >= scopes.indexOf(needed));
}

function checksum(text: string): string {
  return crc32(text).toString(36).padStart(7, '0').slice(-6);
}
