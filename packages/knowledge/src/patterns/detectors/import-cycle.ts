import type { DigestedSnapshot, Detector, Tally } from '../detector.ts';
import type { DigestImport, FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';
import { ImportGraph } from '../import-graph.ts';
import { comparePaths } from '../tally.ts';

/** Circles of more files than this are one tangle: its members are listed in part. */
const MOST_NAMED = 12;
/** A change of more than one in this many files is looked at as a whole. */
const MANY = 20;

/**
 * Files that import each other in a circle. Imports of types alone are left out: they are gone when the program runs, and
 * a circle of types is how many languages describe things that know each other. Languages whose files of one package see
 * each other without imports, or that load a class when it is first used, have no such circles.
 */
export const importCycle: Detector = {
  name: 'import-cycle',
  version: 3,
  reads: ['imports', 'role', 'dialect'],
  tally: () => new CycleTally(),
};

interface Circle {
  readonly paths: readonly string[];
  /** The finding; null for a circle that is none. */
  readonly found: FoundPattern | null;
}

/** The circles of a snapshot. */
class CycleTally implements Tally {
  readonly #graph = new ImportGraph();
  readonly #circles = new Map<string, Circle>();
  readonly #changed = new Set<string>();
  #found: readonly FoundPattern[] = [];

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    this.#graph.change(path, targetsOf(path, before), targetsOf(path, now));
    this.#changed.add(path);
  }

  find({ files }: DigestedSnapshot): readonly FoundPattern[] {
    const region = this.#region();
    this.#changed.clear();
    if (region.size === 0) return this.#found;
    for (const path of region) this.#circles.delete(path);
    for (const paths of this.#graph.circlesAmong(region)) {
      const circle = { paths, found: foundIn(files, paths) };
      for (const path of paths) this.#circles.set(path, circle);
    }
    this.#found = [...new Set(this.#circles.values())]
      .sort((a, b) => a.paths.length - b.paths.length || comparePaths(a.paths[0] ?? '', b.paths[0] ?? ''))
      .flatMap(({ found }) => found ?? []);
    return this.#found;
  }

  /**
   * The files whose circles may be others than before: those of the circles that a changed file was in, and of the one that it is
   * in now. A circle without a changed file has the imports that it had.
   */
  #region(): ReadonlySet<string> {
    // To look at each file of many by itself takes longer than to look at all of them once.
    if (this.#changed.size * MANY > this.#graph.size)
      return new Set([...this.#graph.paths(), ...this.#changed]);
    const region = new Set<string>();
    const current = new Set<string>();
    for (const path of this.#changed) {
      for (const member of this.#circles.get(path)?.paths ?? []) region.add(member);
      if (!current.has(path)) for (const member of this.#graph.circleOf(path)) current.add(member);
    }
    return new Set([...region, ...current]);
  }
}

/** The imports of a file that are made when it is loaded, of other files. */
function targetsOf(path: string, file: FileDigest | null): ReadonlySet<string> | null {
  if (file === null) return null;
  const targets = new Set<string>();
  for (const { to, isType, isLate } of file.imports ?? [])
    if (isType !== true && isLate !== true && to !== path) targets.add(to);
  return targets;
}

function foundIn(files: DigestedSnapshot['files'], paths: readonly string[]): FoundPattern | null {
  if (!paths.every((path) => isCounted(files.get(path)))) return null;
  if (paths.every((path) => /^(?:example|test)$/.test(files.get(path)?.role ?? ''))) return null;
  return cycleOf(files, paths);
}

const isCounted = (file: FileDigest | undefined): boolean =>
  file !== undefined && !/^(?:rust|java|csharp|php)$/.test(file.dialect) && file.role !== 'generated';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly links: readonly DigestImport[];
}

function cycleOf(files: DigestedSnapshot['files'], paths: readonly string[]): FoundPattern {
  const leaving = edgesBetween(files, paths);
  const cut = cheapestCut(leaving);
  const round = shortestRound(leaving, cut);
  const named = paths.length > MOST_NAMED ? `${paths.length} files` : paths.join(', ');
  return {
    subject: paths.join('\n'),
    kind: 'ARCHITECTURE',
    severity: paths.length > 2 ? 'HIGH' : 'MEDIUM',
    certainty: 'PROVEN',
    title: `${paths.length} files import each other in a circle`,
    description: `${named} import each other, so none of them can be loaded, tested or understood alone. The shortest way round: ${wayRound(round)}.`,
    suggestion: `Cheapest to cut: the import of ${cut.to} in ${cut.from}${cut.links.length > 1 ? `, ${cut.links.length} lines` : ''}.`,
    places: [cut, ...round.filter((edge) => edge !== cut)].flatMap(({ from, links }) =>
      links.map(({ line }): PatternPlace => ({
        path: from,
        startLine: line,
        endLine: line,
      })),
    ),
  };
}

/** The files of a round, the first of them again at its end. Of a long one the last are counted alone. */
function wayRound(round: readonly Edge[]): string {
  const steps = round.slice(0, MOST_NAMED).map(({ from }) => from);
  const left = round.length - steps.length;
  return [...steps, ...(left > 0 ? [`${left} more`] : []), round[0]?.from ?? ''].join(' → ');
}

/** The edges that leave each file of a circle for another one of it. */
function edgesBetween(
  files: DigestedSnapshot['files'],
  paths: readonly string[],
): ReadonlyMap<string, readonly Edge[]> {
  const inside = new Set(paths);
  return new Map(
    paths.map((from) => {
      const own = new Map<string, DigestImport[]>();
      for (const link of files.get(from)?.imports ?? []) {
        const { to, isType, isLate } = link;
        if (isType === true || isLate === true || to === from || !inside.has(to)) continue;
        const known = own.get(to);
        if (known === undefined) own.set(to, [link]);
        else known.push(link);
      }
      return [from, [...own].map(([to, links]) => ({ from, to, links }))];
    }),
  );
}

/** The edge with the fewest imports, and of those the one whose target the others of the circle need most elsewhere. */
function cheapestCut(leaving: ReadonlyMap<string, readonly Edge[]>): Edge {
  const into = new Map<string, number>();
  for (const edges of leaving.values()) for (const { to } of edges) into.set(to, (into.get(to) ?? 0) + 1);
  let cut: Edge | null = null;
  let least = Infinity;
  for (const edges of leaving.values())
    for (const edge of edges) {
      const cost = edge.links.length * 100 + (into.get(edge.to) ?? 0) * 10 + edges.length;
      if (cost > least) continue;
      const isLess =
        cut === null ||
        cost < least ||
        (comparePaths(edge.from, cut.from) || comparePaths(edge.to, cut.to)) < 0;
      if (isLess) [cut, least] = [edge, cost];
    }
  if (cut === null) throw new RangeError('A circle has at least one import.');
  return cut;
}

/** The fewest edges that lead from one edge back to its start. */
function shortestRound(leaving: ReadonlyMap<string, readonly Edge[]>, first: Edge): readonly Edge[] {
  const cameBy = new Map<string, Edge>([[first.to, first]]);
  let front = [first.to];
  while (front.length > 0 && !cameBy.has(first.from)) {
    const next: string[] = [];
    for (const node of front)
      for (const edge of leaving.get(node) ?? []) {
        if (cameBy.has(edge.to)) continue;
        cameBy.set(edge.to, edge);
        next.push(edge.to);
      }
    front = next;
  }
  const round: Edge[] = [];
  for (let at = first.from; round.at(-1) !== first;) {
    const edge = cameBy.get(at);
    if (edge === undefined) return [first];
    round.push(edge);
    at = edge.from;
  }
  return round.reverse();
}
