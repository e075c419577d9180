import { createHash } from 'node:crypto';
import type { Resource } from './rate-limits.ts';

/** One request that reached the fake. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly resource: Resource | 'codeload';
  /** A hash: a log must not contain a secret. */
  readonly token: string | null;
  readonly query: string | null;
  /** True if the caller had been asked to wait longer than this. */
  readonly insideClosedWindow: boolean;
  readonly fault: string | null;
  status: number;
  bytes: number;
  cost: number;
}

/** Returns the part of a token's hash that the log shows. */
export function tokenHash(token: string | null): string | null {
  return token === null ? null : createHash('sha256').update(token).digest('hex').slice(0, 16);
}
