import { folderOf } from '../../resolve/paths.ts';
import type { Detector } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';

/** Imports that make a direction between two folders a rule, and the share of imports that may break it. */
const FEWEST_IMPORTS = 10;
const LARGEST_SHARE = 0.1;
const MOST_AGAINST = 5;

interface Pair {
  readonly from: string;
  readonly to: string;
  imports: number;
  readonly places: PatternPlace[];
}

/**
 * Imports against the direction in which the imports between two neighbouring folders lead otherwise. The direction is
 * learnt from the majority. Tests and examples may use anything, and types do not bind a layer when the program runs.
 */
export const crossedLayer: Detector = {
  name: 'crossed-layer',
  version: 1,
  reads: ['imports', 'role', 'dialect'],
  find: ({ files }) => {
    const pairs = new Pairs();
    for (const [path, file] of files) if (isCounted(file)) countImports(pairs, path, { file, files });
    return pairs.all().flatMap((against): FoundPattern[] => {
      const along = pairs.along(against)?.imports ?? 0;
      const { length } = against.places;
      if (length === 0 || length > MOST_AGAINST) return [];
      if (along < FEWEST_IMPORTS || against.imports > along * LARGEST_SHARE) return [];
      return [crossing(against, along)];
    });
  },
};

const unbound = new Set(['rust', 'c', 'cpp']);
const isCounted = ({ role, dialect }: FileDigest): boolean => role === 'source' && !unbound.has(dialect);

/** The pairs of folders with imports from one to the other, found by the folders of the two files. */
class Pairs {
  readonly #pairs = new Map<string, Pair>();
  readonly #byFolders = new Map<string, Map<string, Pair | null>>();

  all(): Pair[] {
    return [...this.#pairs.values()];
  }

  along({ from, to }: Pair): Pair | undefined {
    return this.#pairs.get(`${to}\0${from}`);
  }

  /** The pairs that imports from a folder count for. */
  from(folder: string): (target: string) => Pair | null {
    const known = this.#byFolders.get(folder) ?? new Map<string, Pair | null>();
    this.#byFolders.set(folder, known);
    return (target) => {
      const found = known.get(target) ?? (known.has(target) ? null : this.#pairOf(folder, target));
      known.set(target, found);
      return found;
    };
  }

  #pairOf(a: string, b: string): Pair | null {
    const sides = siblings(a, b);
    if (sides === null) return null;
    const [from, to] = sides;
    const pair = this.#pairs.get(`${from}\0${to}`) ?? { from, to, imports: 0, places: [] };
    this.#pairs.set(`${from}\0${to}`, pair);
    return pair;
  }
}

function countImports(
  pairs: Pairs,
  path: string,
  { file, files }: { readonly file: FileDigest; readonly files: ReadonlyMap<string, FileDigest> },
): void {
  const pairTo = pairs.from(folderOf(path));
  for (const { to, line, isType } of file.imports ?? []) {
    const target = files.get(to);
    const pair = target === undefined || !isCounted(target) ? null : pairTo(folderOf(to));
    if (pair === null) continue;
    pair.imports += 1;
    // One more than may lead against the rule is enough to see that there are too many.
    if (isType !== true && pair.places.length <= MOST_AGAINST)
      pair.places.push({ path, startLine: line, endLine: line });
  }
}

/** Of two folders those below the nearest common one that they stand in; null where one of them is that one itself. */
function siblings(a: string, b: string): [string, string] | null {
  const [left, right] = [a === '' ? [] : a.split('/'), b === '' ? [] : b.split('/')];
  let depth = 0;
  while (left[depth] === right[depth] && depth < left.length) depth += 1;
  if (depth >= left.length || depth >= right.length) return null;
  return [left.slice(0, depth + 1).join('/'), right.slice(0, depth + 1).join('/')];
}

function crossing({ from, to, places }: Pair, along: number): FoundPattern {
  const shown = along >= 20 ? `about ${Math.round(along / 10) * 10}` : 'more than ten';
  return {
    subject: [from, to, ...new Set(places.map(({ path }) => path))].join('\n'),
    kind: 'ARCHITECTURE',
    severity: 'MEDIUM',
    certainty: 'LIKELY',
    title: `${from} imports ${to}, against the usual direction`,
    description: `${shown} imports lead from ${to} to ${from}, and ${places.length === 1 ? 'this one leads' : `these ${places.length} lead`} back. With each of them the two folders become one.`,
    suggestion: `Move what is imported to ${from}, or to a folder that both may use.`,
    places,
  };
}
