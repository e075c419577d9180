import { pathKind } from '../rank/path-kind.ts';
import type { FileDigest } from './file-digest.ts';
import type { FoundPattern } from './found-pattern.ts';

/** The rules that read the syncs of a branch instead of one snapshot. */
export const hotspot = { name: 'hotspot', version: 1 } as const;
export const coChange = { name: 'co-change', version: 1 } as const;

const MOST_FOUND = 5;
/** Changes that make a hotspot, and common changes that make a pair; counts are told in doublings, or each sync were news. */
const FEWEST_CHANGES = 8;
const FEWEST_COMMON = 6;
const SMALLEST_SHARE = 0.75;
/** A sync of more files says nothing of any two of them. */
const MOST_TOGETHER = 15;

const doubling = (count: number): number => 2 ** Math.floor(Math.log2(count));
const isSource = (path: string): boolean => ['source', 'layout'].includes(pathKind(path));

/** The paths that changed often enough for either rule to say something of them: the digests of others need not be read. */
export function changedOften(syncs: readonly (readonly string[])[]): string[] {
  return [...changesOf(syncs)].flatMap(([path, count]) => (count >= FEWEST_COMMON ? [path] : []));
}

/** Files that changed in many of the last syncs of a branch. */
export function hotspots(
  syncs: readonly (readonly string[])[],
  files: ReadonlyMap<string, FileDigest>,
): FoundPattern[] {
  return [...changesOf(syncs)]
    .filter(
      ([path, count]) =>
        count >= FEWEST_CHANGES && count * 5 >= syncs.length && files.get(path)?.role === 'source',
    )
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MOST_FOUND)
    .map(([path, count]) => ({
      subject: path,
      kind: 'ARCHITECTURE',
      severity: 'LOW',
      certainty: 'PROVEN',
      title: `${path} changes again and again`,
      description: `At least ${doubling(count)} of the last syncs of this branch changed ${path}, one in five or more.`,
      suggestion: 'Look for what makes it change: several reasons in one file are several files.',
      places: [{ path, startLine: 1, endLine: 1 }],
    }));
}

/** Two files that change together and that no import connects: a dependency that the code does not show. */
export function coChanges(
  syncs: readonly (readonly string[])[],
  files: ReadonlyMap<string, FileDigest>,
): FoundPattern[] {
  const changes = changesOf(syncs);
  const common = new Map<string, number>();
  for (const paths of syncs) {
    const sources = paths.filter(isSource).sort();
    if (sources.length > MOST_TOGETHER) continue;
    for (const [index, a] of sources.entries())
      for (const b of sources.slice(index + 1)) common.set(`${a}\n${b}`, (common.get(`${a}\n${b}`) ?? 0) + 1);
  }
  return [...common]
    .filter(([pair, count]) => {
      const [a = '', b = ''] = pair.split('\n');
      const most = Math.max(changes.get(a) ?? 0, changes.get(b) ?? 0);
      return count >= FEWEST_COMMON && count >= most * SMALLEST_SHARE && areApart(a, b, files);
    })
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MOST_FOUND)
    .map(([pair, count]) => {
      const [a = '', b = ''] = pair.split('\n');
      return {
        subject: pair,
        kind: 'ARCHITECTURE',
        severity: 'LOW',
        certainty: 'LIKELY',
        title: `${a} and ${b} change together`,
        description: `At least ${doubling(count)} of the last syncs changed both, three in four of those that changed either, and neither imports the other.`,
        suggestion: 'Give what they share one place, or say in both why they have to agree.',
        places: [
          { path: a, startLine: 1, endLine: 1 },
          { path: b, startLine: 1, endLine: 1 },
        ],
      };
    });
}

function changesOf(syncs: readonly (readonly string[])[]): Map<string, number> {
  const changes = new Map<string, number>();
  for (const paths of syncs)
    for (const path of paths) if (isSource(path)) changes.set(path, (changes.get(path) ?? 0) + 1);
  return changes;
}

function areApart(a: string, b: string, files: ReadonlyMap<string, FileDigest>): boolean {
  const [left, right] = [files.get(a), files.get(b)];
  if (left?.role !== 'source' || right?.role !== 'source') return false;
  const stem = (path: string): string => path.replace(/^.*\//, '').replace(/\..*$/, '');
  if (stem(a) === stem(b)) return false;
  const imports = (from: FileDigest, to: string): boolean =>
    (from.imports ?? []).some((each) => each.to === to);
  return !imports(left, b) && !imports(right, a);
}
