import type { Database } from '@project-sync/db';
import type { Viewer } from '../schema/context.ts';

const LOOK_EVERY_MS = 5000;

/** Ends what streams under a credential when that is revoked, has expired, or was signed out. */
export interface LiveCredentials {
  /** A signal that aborts when the credential ends, and the way to stop following it. */
  follow(viewer: Viewer): { signal: AbortSignal; release(): void };
  close(): void;
}

/** One look for all streams of a process, however many there are: two statements every few seconds. */
export function openLiveCredentials(database: Database, everyMs = LOOK_EVERY_MS): LiveCredentials {
  const streams = new Map<string, { viewer: Viewer; controllers: Set<AbortController> }>();
  const look = async (): Promise<void> => {
    if (streams.size === 0) return;
    const idsOf = (kind: 'key' | 'session') =>
      [...streams.values()].flatMap(({ viewer }) =>
        viewer.credential.kind === kind ? [viewer.credential.id] : [],
      );
    const now = new Date();
    const [keys, sessions] = [
      await database.prisma.apiKey.findMany({
        where: {
          id: { in: idsOf('key') },
          revokedAt: null,
          OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
        },
        select: { id: true },
      }),
      await database.prisma.session.findMany({
        where: { id: { in: idsOf('session') }, expiresAt: { gt: now } },
        select: { id: true },
      }),
    ];
    const alive = new Set([...keys, ...sessions].map(({ id }) => id));
    for (const [id, { controllers }] of streams) {
      if (alive.has(id)) continue;
      streams.delete(id);
      for (const controller of controllers) controller.abort();
    }
  };
  // A database that is away for a moment must not end everybody's streams.
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  return {
    follow(viewer) {
      const controller = new AbortController();
      const { id } = viewer.credential;
      const known = streams.get(id) ?? { viewer, controllers: new Set() };
      known.controllers.add(controller);
      streams.set(id, known);
      return {
        signal: controller.signal,
        release() {
          known.controllers.delete(controller);
          if (known.controllers.size === 0 && streams.get(id) === known) streams.delete(id);
        },
      };
    },
    close: () => clearInterval(timer),
  };
}
