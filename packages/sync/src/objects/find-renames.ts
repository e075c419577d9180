import { setImmediate } from 'node:timers/promises';
import type { PathChange } from './diff-trees.ts';
import { chunksOf, likeness, type Chunks } from './similarity.ts';
import { MODE, type ObjectId } from './git-object.ts';
import type { GitPath } from './git-path.ts';

/** As many files as are compared with one another; above it Git, too, stops guessing. */
const LIMIT = 400;
/** Contents above this size are compared by their ids alone. */
const LARGEST = 256 * 1024;
/** How much of a file must be found again, as in Git: less where nothing but the content speaks for it. */
const SIMILAR = 0.5;
const SIMILAR_BY_NAME = 0.75;
/** Chunks that stand in more files than this say nothing about which of them a file was. */
const COMMON = 16;
/** How many candidates are looked at closely for one file. */
const CANDIDATES = 12;

interface Side {
  readonly path: GitPath;
  readonly oid: ObjectId;
}

/**
 * Which added path was which removed one: those with the same content, then those that kept their name, then those
 * that are most alike. Comparing everything with everything would stop the process for as long as it takes, so only
 * files that share something rare are compared, and others have their turn in between.
 */
export async function findRenames(
  changes: readonly PathChange[],
  contents: (oids: readonly ObjectId[]) => Promise<ReadonlyMap<ObjectId, Uint8Array>>,
): Promise<Map<GitPath, GitPath>> {
  const removed = sides(changes, (change) => (change.after === null ? change.before : null));
  const added = sides(changes, (change) => (change.before === null ? change.after : null));
  const renames = sameContent(removed, added);
  const taken = new Set(renames.values());
  const left = removed.filter(({ path }) => !taken.has(path));
  const open = added.filter(({ path }) => !renames.has(path));
  if (left.length === 0 || open.length === 0 || left.length > LIMIT || open.length > LIMIT) return renames;

  const held = await contents([...new Set([...left, ...open].map(({ oid }) => oid))]);
  const chunks = new Map<ObjectId, Chunks>();
  for (const [oid, content] of held) {
    if (content.length > 0 && content.length <= LARGEST) chunks.set(oid, chunksOf(content));
    if (chunks.size % 20 === 0) await setImmediate();
  }
  const pairs: { from: Side; to: Side; score: number }[] = [];
  const like = ({ oid: a }: Side, { oid: b }: Side) => likeness(chunks.get(a), chunks.get(b));
  for (const [from, to] of sameNames(left, open)) {
    // Ahead of all that only look alike.
    if (like(from, to) >= SIMILAR_BY_NAME) pairs.push({ from, to, score: 2 });
  }
  const candidates = candidatesAmong(left, chunks);
  for (const to of open) {
    await setImmediate();
    for (const from of candidates(to)) {
      const score = like(from, to);
      if (score >= SIMILAR)
        pairs.push({ from, to, score: score + (nameOf(from.path) === nameOf(to.path) ? 0.0001 : 0) });
    }
  }
  pairs.sort((a, b) => b.score - a.score);
  for (const { from, to } of pairs) {
    if (renames.has(to.path) || taken.has(from.path)) continue;
    renames.set(to.path, from.path);
    taken.add(from.path);
  }
  return renames;
}

function sides(changes: readonly PathChange[], of: (change: PathChange) => PathChange['after']): Side[] {
  return changes.flatMap((change) => {
    const file = of(change);
    return file?.mode === MODE.file || file?.mode === MODE.executable
      ? [{ path: change.path, oid: file.oid }]
      : [];
  });
}

function sameContent(removed: readonly Side[], added: readonly Side[]): Map<GitPath, GitPath> {
  const renames = new Map<GitPath, GitPath>();
  const byOid = Map.groupBy(removed, ({ oid }) => oid);
  for (const file of added) {
    const same = byOid.get(file.oid);
    if (same === undefined || same.length === 0) continue;
    // Of several with the same content, the one with the same name is the likeliest.
    const named = same.findIndex(({ path }) => nameOf(path) === nameOf(file.path));
    const [from] = same.splice(Math.max(0, named), 1);
    if (from !== undefined) renames.set(file.path, from.path);
  }
  return renames;
}

/** A name that stands once on either side: most moves keep it. */
function sameNames(left: readonly Side[], open: readonly Side[]): [from: Side, to: Side][] {
  const here = Map.groupBy(left, ({ path }) => nameOf(path));
  return [...Map.groupBy(open, ({ path }) => nameOf(path))].flatMap(([name, to]) => {
    const from = here.get(name);
    return from?.length === 1 && to.length === 1 && from[0] !== undefined && to[0] !== undefined
      ? [[from[0], to[0]] as [Side, Side]]
      : [];
  });
}

function candidatesAmong(
  left: readonly Side[],
  chunks: ReadonlyMap<ObjectId, Chunks>,
): (to: Side) => readonly Side[] {
  if (left.length <= CANDIDATES) return () => left;
  const holders = new Map<string, Side[]>();
  for (const from of left) {
    for (const chunk of chunks.get(from.oid)?.bytes.keys() ?? []) {
      const known = holders.get(chunk);
      if (known === undefined) holders.set(chunk, [from]);
      else if (known.length <= COMMON) known.push(from);
    }
  }
  return (to) => {
    const shared = new Map<Side, number>();
    for (const [chunk, bytes] of chunks.get(to.oid)?.bytes ?? []) {
      const known = holders.get(chunk);
      if (known === undefined || known.length > COMMON) continue;
      for (const from of known) shared.set(from, (shared.get(from) ?? 0) + bytes);
    }
    return [...shared]
      .sort(([, a], [, b]) => b - a)
      .slice(0, CANDIDATES)
      .map(([from]) => from);
  };
}

function nameOf(path: GitPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
