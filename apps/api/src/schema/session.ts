import { announceRevoked, type Database } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext, Viewer } from '../graphql/context.ts';
import { localId, textOf } from '../graphql/ids.ts';
import { mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';

interface OpenSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

const Session = builder.objectRef<OpenSession>('Session').implement({
  description: 'A browser in which the viewer is signed in.',
  fields: (t) => ({
    id: t.globalID({
      description: 'The ID of the session, for endSession.',
      resolve: ({ id }) => ({ id, type: 'Session' }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time of the sign-in.' }),
    lastUsedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'The time the session was last renewed, at most a day before its last use.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'The time it expires if unused.' }),
    address: t.exposeString('ipAddress', {
      nullable: true,
      description: 'The address the sign-in came from; null if it is not known.',
    }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'The browser, as it named itself.',
    }),
    isCurrent: t.boolean({
      description: 'Whether this request was made with the session.',
      resolve: ({ id }, _args, { viewer }) =>
        viewer?.credential.kind === 'session' && viewer.credential.id === id,
    }),
  }),
});

builder.queryField('sessions', (t) =>
  t.field({
    type: [Session],
    authScopes: { scope: 'ADMIN' },
    description:
      "The viewer's sessions that have not expired, newest first, 100 at most; none for a key bound to a project. Needs the scope ADMIN.",
    resolve: (_root, _args, { viewer, database }) => sessionsOf(viewer, database),
  }),
);

function sessionsOf(viewer: Viewer | null, { prisma }: Database): Promise<OpenSession[]> {
  if (viewer === null || viewer.projectId !== null) return Promise.resolve([]);
  return prisma.session.findMany({
    where: { userId: viewer.userId, expiresAt: { gt: new Date() } },
    // Never the token, which is the session itself.
    select: {
      id: true,
      createdAt: true,
      updatedAt: true,
      expiresAt: true,
      ipAddress: true,
      userAgent: true,
    },
    orderBy: { createdAt: 'desc' },
    take: 100,
  });
}

const EndSessionInput = builder.inputType('EndSessionInput', {
  description: 'The session to end.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The ID of the session to end.' }),
  }),
});

interface Ended {
  readonly sessionId: string;
}

builder.mutationField('endSession', (t) =>
  t.field({
    type: mutationResult<Ended>('EndSession', {
      description: 'The session has ended, with the streams it opened.',
      fields: (success) => ({
        sessionId: success.id({
          description: 'The ID of the session that was ended.',
          resolve: ({ sessionId }) => sessionId,
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      "Ends one of the viewer's own sessions at once, such as that of a lost computer. Needs the scope ADMIN.",
    args: { input: t.arg({ type: EndSessionInput, required: true, description: 'The session to end.' }) },
    resolve: (_root, { input }, context) => end(input.sessionId, context),
  }),
);

async function end(sessionId: string, { viewer, database }: ApiContext): Promise<Failure | Ended> {
  const id = textOf(localId(sessionId, 'Session'));
  if (id === null || viewer === null || viewer.projectId !== null) return notFound('session');
  const { count } = await database.prisma.session.deleteMany({ where: { id, userId: viewer.userId } });
  if (count === 0) return notFound('session');
  await announceRevoked(database, viewer.userId);
  return { sessionId };
}
