import { setImmediate } from 'node:timers/promises';
import type { PathChange } from './diff-trees.ts';
import { chunksOf, similarity, type Chunks } from './similarity.ts';
import { MODE, type ObjectId } from './git-object.ts';
import type { GitPath } from './git-path.ts';

/** The number of files compared with one another; Git, too, stops guessing above it. */
const MAX_FILES = 400;
/** Larger contents are compared by their IDs alone. */
const MAX_BYTES = 256 * 1024;
/** The share of a file that must be found again, as in Git: more when only the name speaks for the pair. */
const SIMILAR = 0.5;
const SIMILAR_BY_NAME = 0.75;
/** Chunks that occur in more files than this do not tell which of them a file was. */
const MAX_OCCURRENCES = 16;
/** The number of candidates compared closely with one file. */
const MAX_CANDIDATES = 12;
/** Contents cut into chunks before other work gets a turn. */
const CHUNKED_PER_TURN = 20;

interface Side {
  readonly path: GitPath;
  readonly oid: ObjectId;
}

interface Match {
  readonly from: Side;
  readonly to: Side;
  readonly score: number;
}

/**
 * Finds which added path was which removed one: first those with the same content, then those that kept their name,
 * then the most similar. Comparing all with all would block the process, so only files that share a rare chunk are
 * compared, and other work gets a turn in between.
 */
export async function findRenames(
  changes: readonly PathChange[],
  loadContents: (oids: readonly ObjectId[]) => Promise<ReadonlyMap<ObjectId, Uint8Array>>,
): Promise<Map<GitPath, GitPath>> {
  const removed = sides(changes, (change) => (change.after === null ? change.before : null));
  const added = sides(changes, (change) => (change.before === null ? change.after : null));
  const renames = sameContent(removed, added);
  const taken = new Set(renames.values());
  const left = removed.filter(({ path }) => !taken.has(path));
  const open = added.filter(({ path }) => !renames.has(path));
  if (left.length === 0 || open.length === 0 || left.length > MAX_FILES || open.length > MAX_FILES)
    return renames;

  const contents = await loadContents([...new Set([...left, ...open].map(({ oid }) => oid))]);
  const matches = await matchesBetween(left, open, await chunksOfAll(contents));
  matches.sort((a, b) => b.score - a.score);
  for (const { from, to } of matches) {
    if (renames.has(to.path) || taken.has(from.path)) continue;
    renames.set(to.path, from.path);
    taken.add(from.path);
  }
  return renames;
}

async function chunksOfAll(contents: ReadonlyMap<ObjectId, Uint8Array>): Promise<Map<ObjectId, Chunks>> {
  const chunks = new Map<ObjectId, Chunks>();
  for (const [oid, content] of contents) {
    if (content.length > 0 && content.length <= MAX_BYTES) chunks.set(oid, chunksOf(content));
    if (chunks.size % CHUNKED_PER_TURN === 0) await setImmediate();
  }
  return chunks;
}

async function matchesBetween(
  left: readonly Side[],
  open: readonly Side[],
  chunks: ReadonlyMap<ObjectId, Chunks>,
): Promise<Match[]> {
  const compare = (from: Side, to: Side): number => similarity(chunks.get(from.oid), chunks.get(to.oid));
  const matches: Match[] = [];
  for (const [from, to] of sameNames(left, open)) {
    // Scored above every pair that is merely similar.
    if (compare(from, to) >= SIMILAR_BY_NAME) matches.push({ from, to, score: 2 });
  }
  const candidates = candidatesAmong(left, chunks);
  for (const to of open) {
    await setImmediate();
    for (const from of candidates(to)) {
      const score = compare(from, to);
      if (score < SIMILAR) continue;
      const tieBreak = nameOf(from.path) === nameOf(to.path) ? 0.0001 : 0;
      matches.push({ from, to, score: score + tieBreak });
    }
  }
  return matches;
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
    // Of several with the same content, the one with the same name is the most likely.
    const sameName = same.findIndex(({ path }) => nameOf(path) === nameOf(file.path));
    const [from] = same.splice(Math.max(0, sameName), 1);
    if (from !== undefined) renames.set(file.path, from.path);
  }
  return renames;
}

/** Pairs files by a name that occurs once on either side: most moves keep the name. */
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
  if (left.length <= MAX_CANDIDATES) return () => left;
  const holders = new Map<string, Side[]>();
  for (const from of left) {
    for (const chunk of chunks.get(from.oid)?.bytes.keys() ?? []) {
      const known = holders.get(chunk);
      if (known === undefined) holders.set(chunk, [from]);
      else if (known.length <= MAX_OCCURRENCES) known.push(from);
    }
  }
  return (to) => {
    const shared = new Map<Side, number>();
    for (const [chunk, bytes] of chunks.get(to.oid)?.bytes ?? []) {
      const known = holders.get(chunk);
      if (known === undefined || known.length > MAX_OCCURRENCES) continue;
      for (const from of known) shared.set(from, (shared.get(from) ?? 0) + bytes);
    }
    return [...shared]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MAX_CANDIDATES)
      .map(([from]) => from);
  };
}

function nameOf(path: GitPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
