import {
  coChange,
  coChanges,
  decodeAs,
  hotspot,
  hotspots,
  removedThings,
  staleDocument,
  staleMentions,
  staleRule,
  type DigestChange,
  type FileDigest,
  type FoundPattern,
} from '@project-sync/knowledge';
import { digestsOf } from '@project-sync/knowledge/testing';
import { pathFromBytes, showPath } from '@project-sync/sync';
import type { StoredPattern } from './open-analysis-world.ts';
import type { SyncWorld } from './open-sync-world.ts';
import type { SyncRow } from './sync-rows.ts';

/** The rules that look at the syncs before a snapshot, so that no analysis of its commit alone can give their findings. */
export const rulesOfHistory: ReadonlySet<string> = new Set(
  [staleDocument, staleRule, hotspot, coChange].map(({ name }) => name),
);

const listing = `
  SELECT f.path, f.oid, f.mode, b.content, b.encoding FROM repository_file f
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)`;

interface ListedFile {
  readonly version: string;
  readonly text: string;
}

async function filesAt(world: SyncWorld, { branch_id: branchId, number }: SyncRow) {
  const rows = await world.database.system.query<{
    path: Uint8Array;
    oid: string;
    mode: number;
    content: Uint8Array | null;
    encoding: string | null;
  }>(listing, [world.projectId, branchId, number]);
  return new Map(
    rows.map(({ path, oid, mode, content, encoding }): [string, ListedFile] => [
      showPath(pathFromBytes(path)),
      {
        version: `${oid} ${mode}`,
        text: content === null || encoding === null ? '' : decodeAs(content, encoding),
      },
    ]),
  );
}

/** A branch as the replay knows it: all digests of its last snapshot, and everything that was found in it. */
interface Replayed {
  readonly files: ReadonlyMap<string, ListedFile>;
  readonly digests: ReadonlyMap<string, FileDigest>;
  readonly stale: readonly (readonly [rule: string, found: FoundPattern])[];
  readonly changes: readonly (readonly string[])[];
}

/**
 * Replays the syncs of a repository from whole listings, with none of what was stored between them, and returns what the rules of
 * history find in the last one.
 */
export async function replayedHistory(world: SyncWorld, syncs: readonly SyncRow[]): Promise<string[]> {
  const branches = new Map<string, Replayed>();
  let last: Replayed | null = null;
  for (const sync of syncs) {
    const files = await filesAt(world, sync);
    const digests = await digestsOf(Object.fromEntries([...files].map(([path, { text }]) => [path, text])));
    const own = branches.get(sync.branch_id) ?? null;
    const stale: Replayed['stale'] = own === null ? taken(last, digests) : later(own, digests);
    const changes: Replayed['changes'] = own === null ? [] : [...own.changes, changedPaths(own.files, files)];
    last = { files, digests, stale, changes };
    branches.set(sync.branch_id, last);
  }
  if (last === null) return [];
  const { digests } = last;
  const recent = last.changes.slice(-200).filter((paths) => paths.length > 0 && paths.length <= 50);
  return [
    ...last.stale,
    ...hotspots(recent, digests).map((found) => [hotspot.name, found] as const),
    ...coChanges(recent, digests).map((found) => [coChange.name, found] as const),
  ]
    .map(([rule, { title, places }]) =>
      shown(
        rule,
        title,
        places.map(({ path, startLine, endLine }) => [path, startLine, endLine]),
      ),
    )
    .sort();
}

/** A stored finding in the form of a replayed one. */
export const storedHistory = ({ detector, title, places }: StoredPattern): string =>
  shown(detector, title, places);

const shown = (rule: string, title: string, places: unknown): string => JSON.stringify([rule, title, places]);

/** A new branch goes on with the findings of the one it starts from, as far as they hold on it. */
function taken(base: Replayed | null, now: Replayed['digests']): Replayed['stale'] {
  return base === null || base.stale.length === 0 ? [] : staleIn(now, new Set(), base.stale);
}

function later(before: Replayed, now: Replayed['digests']): Replayed['stale'] {
  const changes = new Map<string, DigestChange>();
  for (const path of new Set([...before.digests.keys(), ...now.keys()])) {
    const change = { before: before.digests.get(path) ?? null, now: now.get(path) ?? null };
    if (JSON.stringify(change.before) !== JSON.stringify(change.now)) changes.set(path, change);
  }
  return staleIn(now, removedThings(changes), before.stale);
}

function staleIn(
  files: Replayed['digests'],
  removed: ReadonlySet<string>,
  open: Replayed['stale'],
): Replayed['stale'] {
  const { documents, rules } = staleMentions(files, {
    removed,
    open: open.map(([, { subject }]) => subject),
  });
  return [
    ...documents.map((found) => [staleDocument.name, found] as const),
    ...rules.map((found) => [staleRule.name, found] as const),
  ];
}

function changedPaths(before: Replayed['files'], now: Replayed['files']): string[] {
  return [...now]
    .flatMap(([path, { version }]) => (before.get(path)?.version === version ? [] : [path]))
    .sort();
}
