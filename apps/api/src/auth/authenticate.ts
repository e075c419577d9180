import { findKey, type Database } from '@project-sync/db';
import type { Viewer } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { hashApiKey, looksLikeApiKey } from './api-key.ts';
import { coalesce } from './coalesce.ts';
import type { People } from './people.ts';

/** The interval at which a key's last use is recorded: a write per request would be too much. */
const RECORD_USE_EVERY_MS = 60_000;

/**
 * Returns a function that identifies the caller of a request, by key or else by cookie. It returns null without
 * credentials, and throws for an invalid key.
 */
export function authenticator(
  database: Database,
  people: Pick<People, 'sessionOf'>,
): (headers: Headers) => Promise<Viewer | null> {
  const identifyKey = keyAuthenticator(database);
  return async (headers) => {
    const authorization = headers.get('authorization');
    if (authorization !== null) return identifyKey(authorization);
    if (headers.get('cookie') === null) return null;
    const session = await people.sessionOf(headers);
    if (session === null) return null;
    return {
      userId: session.userId,
      scopes: ['ADMIN'],
      projectId: null,
      credential: { kind: 'session', id: session.sessionId },
    };
  };
}

function keyAuthenticator({
  prisma,
  system,
}: Pick<Database, 'prisma' | 'system'>): (authorization: string) => Promise<Viewer> {
  const recordedAt = new Map<string, number>();
  const find = coalesce((hash) => findKey(system, hash));
  return async (authorization) => {
    const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
    if (!looksLikeApiKey(key)) throw invalidKey();
    const found = await find(hashApiKey(key));
    const now = Date.now();
    if (found === null || found.isEnded || (found.expiresAt !== null && found.expiresAt.getTime() <= now))
      throw invalidKey();
    const { id, ownerId: userId, scopes, projectId } = found;
    if (now - (recordedAt.get(id) ?? 0) > RECORD_USE_EVERY_MS) {
      recordedAt.set(id, now);
      await prisma.apiKey.update({ where: { id }, data: { lastUsedAt: new Date(now) } });
    }
    return { userId, scopes, projectId, credential: { kind: 'key', id } };
  };
}

const invalidKey = () =>
  apiError(
    'UNAUTHENTICATED',
    'This API key is not valid. Create a new one, and send it as: Authorization: Bearer <key>.',
    401,
  );
