import type { ObjectId } from './git-object.ts';
import { MODE } from './git-object.ts';
import type { GitPath } from './git-path.ts';
import type { PathChange } from './diff-trees.ts';

/** As many files as are compared with one another; above it Git, too, stops guessing. */
const LIMIT = 400;
/** Contents above this size are compared by their ids alone. */
const LARGEST = 256 * 1024;
/** How much of a file must be found again, as in Git. */
const SIMILAR = 0.5;

/** Which added path was which removed one: first those with the same content, then those with the most alike. */
export async function findRenames(
  changes: readonly PathChange[],
  contents: (oids: readonly ObjectId[]) => Promise<ReadonlyMap<ObjectId, Uint8Array>>,
): Promise<Map<GitPath, GitPath>> {
  const renames = new Map<GitPath, GitPath>();
  const removed = changes.flatMap((change) =>
    change.after === null && isFile(change.before?.mode)
      ? [{ path: change.path, oid: change.before?.oid ?? '' }]
      : [],
  );
  const added = changes.flatMap((change) =>
    change.before === null && isFile(change.after?.mode)
      ? [{ path: change.path, oid: change.after?.oid ?? '' }]
      : [],
  );
  const byOid = Map.groupBy(removed, ({ oid }) => oid);
  for (const file of added) {
    const same = byOid.get(file.oid);
    if (same === undefined || same.length === 0) continue;
    // Of several with the same content, the one with the same name is the likeliest.
    const at = Math.max(
      0,
      same.findIndex(({ path }) => nameOf(path) === nameOf(file.path)),
    );
    const [from] = same.splice(at, 1);
    if (from !== undefined) renames.set(file.path, from.path);
  }
  const taken = new Set(renames.values());
  const left = removed.filter(({ path }) => !taken.has(path));
  const open = added.filter(({ path }) => !renames.has(path));
  if (left.length === 0 || open.length === 0 || left.length > LIMIT || open.length > LIMIT) return renames;

  const held = await contents([...new Set([...left, ...open].map(({ oid }) => oid))]);
  const lines = new Map(
    [...held]
      .filter(([, content]) => content.length > 0 && content.length <= LARGEST)
      .map(([oid, content]) => [oid, linesOf(content)]),
  );
  const pairs: { from: GitPath; to: GitPath; score: number }[] = [];
  for (const to of open) {
    for (const from of left) {
      const a = lines.get(from.oid);
      const b = lines.get(to.oid);
      if (a === undefined || b === undefined) continue;
      const score = similarity(a, b);
      if (score >= SIMILAR)
        pairs.push({
          from: from.path,
          to: to.path,
          score: score + (nameOf(from.path) === nameOf(to.path) ? 0.01 : 0),
        });
    }
  }
  pairs.sort((a, b) => b.score - a.score);
  for (const { from, to } of pairs) {
    if (renames.has(to) || taken.has(from)) continue;
    renames.set(to, from);
    taken.add(from);
  }
  return renames;
}

interface Lines {
  readonly total: number;
  /** Bytes by line. */
  readonly counts: ReadonlyMap<string, number>;
}

function linesOf(content: Uint8Array): Lines {
  const counts = new Map<string, number>();
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  for (const line of text.split('\n')) counts.set(line, (counts.get(line) ?? 0) + line.length + 1);
  return { total: text.length + 1, counts };
}

function similarity(a: Lines, b: Lines): number {
  const larger = Math.max(a.total, b.total);
  if (Math.min(a.total, b.total) / larger < SIMILAR) return 0;
  let common = 0;
  const [few, many] = a.counts.size < b.counts.size ? [a, b] : [b, a];
  for (const [line, bytes] of few.counts) common += Math.min(bytes, many.counts.get(line) ?? 0);
  return common / larger;
}

function isFile(mode: number | undefined): boolean {
  return mode === MODE.file || mode === MODE.executable;
}

function nameOf(path: GitPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
