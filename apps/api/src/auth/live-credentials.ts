import { REVOKED_CHANNEL, type Database } from '@project-sync/db';
import type { Viewer } from '../graphql/context.ts';

const LOOK_EVERY_MS = 5000;

/** Why a stream was ended: its key or session is over, or its viewer is not in the project any more. */
export type StreamEnd = 'CREDENTIAL_ENDED' | 'ACCESS_ENDED';

/** Ends what streams under a credential when that is revoked, has expired, or was signed out, and what speaks of a project to somebody who left it. */
export interface LiveCredentials {
  /** A signal that aborts with a `StreamEnd` as its reason, and the way to stop following it. */
  follow(viewer: Viewer, projects?: ReadonlySet<string>): { signal: AbortSignal; release(): void };
  close(): Promise<void>;
}

interface Stream {
  readonly viewer: Viewer;
  readonly projects: ReadonlySet<string>;
  readonly controller: AbortController;
}

/**
 * One look for all streams of a process, however many there are: three statements every few seconds, and at once when
 * a process says that something has ended. What it says is a hint; the look is what finds out, also when none came.
 */
export async function openLiveCredentials(
  database: Database,
  everyMs = LOOK_EVERY_MS,
): Promise<LiveCredentials> {
  const streams = new Set<Stream>();
  let looking: Promise<void> | null = null;
  let again = false;

  async function look(): Promise<void> {
    const followed = [...streams];
    if (followed.length === 0) return;
    const alive = await aliveAmong(database, followed);
    for (const stream of followed) {
      const end = endOf(stream, alive);
      if (end === null) continue;
      streams.delete(stream);
      stream.controller.abort(end);
    }
  }

  /** Never two looks at once; what is said during one is looked at after it. */
  function lookSoon(): void {
    if (looking !== null) {
      again = true;
      return;
    }
    // A database that is away for a moment must not end everybody's streams.
    looking = look()
      .catch(() => undefined)
      .finally(() => {
        looking = null;
        if (!again) return;
        again = false;
        lookSoon();
      });
  }

  const timer = setInterval(lookSoon, everyMs);
  const deafen = await database.listen(REVOKED_CHANNEL, (id) => {
    for (const { viewer } of streams)
      if (viewer.userId === id || viewer.credential.id === id) return lookSoon();
  });
  return {
    follow(viewer, projects = new Set()) {
      const stream: Stream = { viewer, projects, controller: new AbortController() };
      streams.add(stream);
      return { signal: stream.controller.signal, release: () => void streams.delete(stream) };
    },
    async close() {
      clearInterval(timer);
      again = false;
      await deafen();
      await looking;
    },
  };
}

interface Alive {
  readonly credentials: ReadonlySet<string>;
  /** `<user> <project>` */
  readonly memberships: ReadonlySet<string>;
}

async function aliveAmong({ prisma }: Database, streams: readonly Stream[]): Promise<Alive> {
  const idsOf = (kind: 'key' | 'session') => [
    ...new Set(
      streams.flatMap(({ viewer: { credential } }) => (credential.kind === kind ? [credential.id] : [])),
    ),
  ];
  const now = new Date();
  const keys = await prisma.apiKey.findMany({
    where: {
      id: { in: idsOf('key') },
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    },
    select: { id: true },
  });
  const sessions = await prisma.session.findMany({
    where: { id: { in: idsOf('session') }, expiresAt: { gt: now } },
    select: { id: true },
  });
  const members = await prisma.projectMember.findMany({
    where: {
      userId: { in: [...new Set(streams.map(({ viewer }) => viewer.userId))] },
      projectId: { in: [...new Set(streams.flatMap(({ projects }) => [...projects]))] },
      project: { removedAt: null },
    },
    select: { userId: true, projectId: true },
  });
  return {
    credentials: new Set([...keys, ...sessions].map(({ id }) => id)),
    memberships: new Set(members.map(({ userId, projectId }) => `${userId} ${projectId}`)),
  };
}

function endOf({ viewer, projects }: Stream, alive: Alive): StreamEnd | null {
  if (!alive.credentials.has(viewer.credential.id)) return 'CREDENTIAL_ENDED';
  const isIn = [...projects].every((project) => alive.memberships.has(`${viewer.userId} ${project}`));
  return isIn ? null : 'ACCESS_ENDED';
}
