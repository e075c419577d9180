import { folderOf } from '../../resolve/paths.ts';
import type { Detector, DigestedSnapshot, Tally } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';
import { comparePaths, Counts, Groups } from '../tally.ts';

/** Imports that make a direction between two folders a rule, and the share of imports that may break it. */
const FEWEST_IMPORTS = 10;
const LARGEST_SHARE = 0.1;
const MOST_AGAINST = 5;

/**
 * Imports against the direction in which the imports between two neighbouring folders lead otherwise. The direction is
 * learnt from the majority. Tests and examples may use anything, and types do not bind a layer when the program runs.
 */
export const crossedLayer: Detector = {
  name: 'crossed-layer',
  version: 1,
  reads: ['imports', 'role', 'dialect'],
  tally: () => new LayerTally(),
};

const unbound = new Set(['rust', 'c', 'cpp']);
const isCounted = (file: FileDigest | null): file is FileDigest =>
  file?.role === 'source' && !unbound.has(file.dialect);

/** The imports between neighbouring folders, counted where both files are. */
class LayerTally implements Tally {
  readonly #counted = new Set<string>();
  /** How often each file is imported, by the importing file. */
  readonly #importers = new Groups<string, number>();
  /** How many imports lead from one folder to another, by the importing file, and in all. */
  readonly #pairs = new Groups<string, number>();
  readonly #imports = new Counts<string>();
  readonly #against = new Map<string, FoundPattern>();
  readonly #changed = new Set<string>();

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    const isSame = isCounted(before) && isCounted(now);
    if (isCounted(before)) {
      this.#countTargets(path, before, -1);
      if (!isSame) this.#countImporters(path, -1);
    }
    if (isCounted(now)) {
      if (!isSame) this.#countImporters(path, 1);
      this.#countTargets(path, now, 1);
    }
  }

  find({ files }: DigestedSnapshot): FoundPattern[] {
    for (const pair of this.#changed) {
      const found = this.#judged(pair, files);
      if (found === null) this.#against.delete(pair);
      else this.#against.set(pair, found);
    }
    this.#changed.clear();
    return [...this.#against].sort(([a], [b]) => comparePaths(a, b)).map(([, found]) => found);
  }

  #countTargets(path: string, { imports = [] }: FileDigest, by: 1 | -1): void {
    for (const [to, links] of Map.groupBy(imports, (each) => each.to)) {
      if (by === 1) this.#importers.put(to, path, links.length);
      else this.#importers.drop(to, path);
      if (this.#counted.has(to)) this.#connect(path, to, by * links.length);
    }
  }

  #countImporters(path: string, by: 1 | -1): void {
    if (by === 1) this.#counted.add(path);
    else this.#counted.delete(path);
    for (const [from, links] of this.#importers.get(path) ?? [])
      if (from !== path) this.#connect(from, path, by * links);
  }

  #connect(from: string, to: string, by: number): void {
    const pair = pairOf(from, to);
    if (pair === null) return;
    this.#imports.add(pair, by);
    const links = (this.#pairs.get(pair)?.get(from) ?? 0) + by;
    if (links === 0) this.#pairs.drop(pair, from);
    else this.#pairs.put(pair, from, links);
    this.#changed.add(pair).add(pair.split('\0').reverse().join('\0'));
  }

  #judged(pair: string, files: DigestedSnapshot['files']): FoundPattern | null {
    const [from = '', to = ''] = pair.split('\0');
    const along = this.#imports.get(`${to}\0${from}`);
    if (along < FEWEST_IMPORTS || this.#imports.get(pair) > along * LARGEST_SHARE) return null;
    const importing = [...(this.#pairs.get(pair)?.keys() ?? [])].sort(comparePaths);
    const places = importing.flatMap((path): PatternPlace[] =>
      (files.get(path)?.imports ?? [])
        .filter(
          (each) => each.isType !== true && this.#counted.has(each.to) && pairOf(path, each.to) === pair,
        )
        .map(({ line }) => ({ path, startLine: line, endLine: line })),
    );
    return places.length === 0 || places.length > MOST_AGAINST ? null : crossing({ from, to, places }, along);
  }
}

/** The neighbouring folders between which an import from one file to another leads; null within one folder. */
function pairOf(from: string, to: string): string | null {
  return siblings(folderOf(from), folderOf(to))?.join('\0') ?? null;
}

interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly places: readonly PatternPlace[];
}

/** Of two folders those below the nearest common one that they stand in; null where one of them is that one itself. */
function siblings(a: string, b: string): [string, string] | null {
  const [left, right] = [a === '' ? [] : a.split('/'), b === '' ? [] : b.split('/')];
  let depth = 0;
  while (left[depth] === right[depth] && depth < left.length) depth += 1;
  if (depth >= left.length || depth >= right.length) return null;
  return [left.slice(0, depth + 1).join('/'), right.slice(0, depth + 1).join('/')];
}

function crossing({ from, to, places }: Crossing, along: number): FoundPattern {
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
