import { REVOKED_CHANNEL, type Database } from '@project-sync/db';
import type { Viewer } from '../graphql/context.ts';

const CHECK_EVERY_MS = 5000;

/** The reason for ending a stream: its key or session ended, or its viewer left the project. */
export type StreamEnd = 'CREDENTIAL_ENDED' | 'ACCESS_ENDED';

/** Ends streams whose credential was revoked, expired or signed out, and streams of a project its viewer has left. */
export interface LiveCredentials {
  /** Watches a stream. The signal aborts with a `StreamEnd` as its reason; `release` stops watching. */
  follow(viewer: Viewer, projects?: ReadonlySet<string>): { signal: AbortSignal; release(): void };
  close(): Promise<void>;
}

interface Stream {
  readonly viewer: Viewer;
  readonly projects: ReadonlySet<string>;
  readonly controller: AbortController;
}

/**
 * Checks all streams of a process together: three statements every few seconds, and at once when a process announces
 * that a credential ended. The announcement is only a hint; the check works without it.
 */
export async function openLiveCredentials(
  database: Database,
  everyMs = CHECK_EVERY_MS,
): Promise<LiveCredentials> {
  const streams = new Set<Stream>();
  let checking: Promise<void> | null = null;
  let again = false;

  async function check(): Promise<void> {
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

  /** Runs one check at a time; a hint during a check starts another one after it. */
  function checkSoon(): void {
    if (checking !== null) {
      again = true;
      return;
    }
    // A database that is away for a moment must not end all streams.
    checking = check()
      .catch(() => undefined)
      .finally(() => {
        checking = null;
        if (!again) return;
        again = false;
        checkSoon();
      });
  }

  const timer = setInterval(checkSoon, everyMs);
  const stopListening = await database.listen(REVOKED_CHANNEL, (id) => {
    for (const { viewer } of streams)
      if (viewer.userId === id || viewer.credential.id === id) return checkSoon();
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
      await stopListening();
      await checking;
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
