import type { DigestedSnapshot, Detector } from '../detector.ts';
import type { DigestImport, FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';
import { strongComponents } from '../strong-components.ts';

/** Circles of more files than this are one tangle: its members are listed in part. */
const MOST_NAMED = 12;

/**
 * Files that import each other in a circle. Imports of types alone are left out: they are gone when the program runs, and
 * a circle of types is how many languages describe things that know each other. Languages whose files of one package see
 * each other without imports, or that load a class when it is first used, have no such circles.
 */
export const importCycle: Detector = {
  name: 'import-cycle',
  version: 3,
  reads: ['imports', 'role', 'dialect'],
  find: ({ files, graph }) =>
    strongComponents(graph.valueTargets).flatMap((members): FoundPattern[] => {
      const paths = members.map((member) => graph.path(member));
      if (!paths.every((path) => isCounted(files.get(path)))) return [];
      if (paths.every((path) => /^(?:example|test)$/.test(files.get(path)?.role ?? ''))) return [];
      return [cycleOf(files, paths)];
    }),
};

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
      links.map(({ line }): PatternPlace => ({ path: from, startLine: line, endLine: line })),
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
        cut === null || cost < least || (compare(edge.from, cut.from) || compare(edge.to, cut.to)) < 0;
      if (isLess) [cut, least] = [edge, cost];
    }
  if (cut === null) throw new RangeError('A circle has at least one import.');
  return cut;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

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
