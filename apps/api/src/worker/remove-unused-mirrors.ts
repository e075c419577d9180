import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@project-sync/db';
import type { Seal } from '../auth/token-cipher.ts';
import { MIRRORS, mirrorName } from '../sources/providers.ts';

/** A repository that is being connected has a mirror before it has a row. */
const YOUNG_MS = 24 * 60 * 60_000;

/**
 * Removes the mirrors below this process's DATA_DIR that belong to no connected repository any more. Returns their
 * number.
 */
export async function removeUnusedMirrors(
  { dataDir, database, seal }: { readonly dataDir: string; readonly database: Database; readonly seal: Seal },
  now = Date.now(),
): Promise<number> {
  const folder = join(dataDir, MIRRORS);
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return 0;
  const repositories = await database.prisma.repository.findMany({
    where: { provider: 'GIT', removedAt: null, project: { removedAt: null } },
    select: { projectId: true, id: true, url: true, tokenCipher: true },
  });
  const used = new Set<string>();
  for (const { projectId, id, url, tokenCipher } of repositories) {
    try {
      const token = tokenCipher === null ? null : seal.open(tokenCipher, `${projectId}:${id}`);
      used.add(mirrorName(url, token));
    } catch {
      // A token that cannot be read names no mirror, so none can be told to be unused.
      return 0;
    }
  }
  let removed = 0;
  for (const name of names) {
    // A mirror has files beside it: `….git.owner`, `….git.fresh`.
    const mirror = /^[0-9a-f]{32}\.git/.exec(name)?.[0];
    if (mirror === undefined || used.has(mirror)) continue;
    const place = join(folder, name);
    if (now - (await lastChange(place)) < YOUNG_MS) continue;
    await rm(place, { recursive: true, force: true });
    if (name === mirror) removed += 1;
  }
  return removed;
}

/** The time of the last fetch; that of the folder alone stays as its objects change. */
async function lastChange(place: string): Promise<number> {
  const times = await Promise.all(
    ['', 'objects/pack', 'refs/project-sync/incoming', 'refs/project-sync/kept'].map((part) =>
      stat(join(place, part)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(...times);
}
