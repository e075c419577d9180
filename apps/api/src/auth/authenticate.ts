import type { Database } from '@project-sync/db';
import type { Viewer } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { hashApiKey, looksLikeApiKey } from './api-key.ts';
import type { People } from './people.ts';
import { shareLooks } from './coalesce.ts';

const USED_EVERY_MS = 60_000;

/** Tells who a request speaks for: a key before a cookie. Null where it carries neither; a bad one is refused. */
export function whoAsks(database: Database, people: People) {
  const used = new Map<string, number>();
  const find = shareLooks((hash) => database.prisma.apiKey.findUnique({ where: { hash } }));
  return async (headers: Headers): Promise<Viewer | null> => {
    const authorization = headers.get('authorization');
    if (authorization !== null) return byKey(authorization);
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

  async function byKey(authorization: string): Promise<Viewer> {
    const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
    if (!looksLikeApiKey(key)) throw refused();
    const found = await find(hashApiKey(key));
    const now = Date.now();
    if (
      found === null ||
      found.revokedAt !== null ||
      (found.expiresAt !== null && found.expiresAt.getTime() <= now)
    )
      throw refused();
    // One write a minute, not one a request: it is there for people to see which keys are in use.
    if (now - (used.get(found.id) ?? 0) > USED_EVERY_MS) {
      used.set(found.id, now);
      await database.prisma.apiKey.update({ where: { id: found.id }, data: { lastUsedAt: new Date(now) } });
    }
    return {
      userId: found.ownerId,
      scopes: found.scopes,
      projectId: found.projectId,
      credential: { kind: 'key', id: found.id },
    };
  }
}

const refused = () =>
  apiError(
    'UNAUTHENTICATED',
    'This API key is not valid. Make a new one, and send it as: Authorization: Bearer <key>.',
    401,
  );
