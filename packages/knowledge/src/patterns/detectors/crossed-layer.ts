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
    const pairs = new Map<string, Pair>();
    for (const [path, file] of files) if (isCounted(file)) countImports(pairs, path, { file, files });
    return [...pairs.values()].flatMap((against): FoundPattern[] => {
      const along = pairs.get(`${against.to}\0${against.from}`)?.imports ?? 0;
      const { length } = against.places;
      if (length === 0 || length > MOST_AGAINST) return [];
      if (along < FEWEST_IMPORTS || against.imports > along * LARGEST_SHARE) return [];
      return [crossing(against, along)];
    });
  },
};

const isCounted = ({ role, dialect }: FileDigest): boolean =>
  role === 'source' && !/^(?:rust|c|cpp)$/.test(dialect);

function countImports(
  pairs: Map<string, Pair>,
  path: string,
  { file, files }: { readonly file: FileDigest; readonly files: ReadonlyMap<string, FileDigest> },
): void {
  for (const { to, line, isType } of file.imports ?? []) {
    const target = files.get(to);
    const sides = target === undefined || !isCounted(target) ? null : siblings(path, to);
    if (sides === null) continue;
    const key = sides.join('\0');
    const pair = pairs.get(key) ?? { from: sides[0], to: sides[1], imports: 0, places: [] };
    pairs.set(key, pair);
    pair.imports += 1;
    if (isType !== true) pair.places.push({ path, startLine: line, endLine: line });
  }
}

/** The two folders below the nearest common one; null where a file itself stands in it. */
function siblings(a: string, b: string): [string, string] | null {
  const [left, right] = [a.split('/'), b.split('/')];
  let depth = 0;
  while (left[depth] === right[depth] && depth < left.length) depth += 1;
  if (depth >= left.length - 1 || depth >= right.length - 1) return null;
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
