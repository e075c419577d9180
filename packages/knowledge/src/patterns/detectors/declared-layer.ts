import { folderOf, joinPath } from '../../resolve/paths.ts';
import { ruleFileOf, type Authority } from '../../rules/rule-file.ts';
import type { DeclaredLayer } from '../declared-layers.ts';
import type { Detector, DigestedSnapshot, Tally } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';
import { comparePaths } from '../tally.ts';

/** A document whose rules bind, and where its rules stand; null for one that is no file. */
interface Ruling {
  readonly name: string;
  readonly path: string | null;
  readonly authority: Authority;
  readonly layers: readonly DeclaredLayer[];
}

/**
 * Imports that a document forbids: a file that rules, or a document that people wrote. A rule is read as it is written, so
 * it binds tests and imports of types too.
 */
export const declaredLayer: Detector = {
  name: 'declared-layer',
  version: 1,
  reads: ['layers', 'imports', 'packages', 'manifest', 'role'],
  tally: () => new DeclaredTally(),
};

/** A sentence of a ruling, with the paths that its names mean. */
interface Bound {
  readonly ruling: Ruling;
  readonly layer: DeclaredLayer;
  readonly from: string;
  readonly to: string | null;
}

/** The rules that bind the imports of a snapshot, and what breaks them. What people declared stays the same while it is kept. */
class DeclaredTally implements Tally {
  readonly #ruling = new Set<string>();
  readonly #changes: (readonly [path: string, before: FileDigest | null, now: FileDigest | null])[] = [];
  /** The paths that names of rules may mean. */
  #meant: ReadonlySet<string> = new Set();
  #bound: readonly Bound[] = [];
  #found: readonly FoundPattern[] | null = null;

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    if (now?.layers === undefined) this.#ruling.delete(path);
    else this.#ruling.add(path);
    if (this.#found !== null) this.#changes.push([path, before, now]);
    if (before?.layers !== undefined || now?.layers !== undefined) this.#found = null;
  }

  find(snapshot: DigestedSnapshot): readonly FoundPattern[] {
    if (this.#changes.some((change) => this.#matters(...change))) this.#found = null;
    this.#changes.length = 0;
    return (this.#found ??= this.#findAnew(snapshot));
  }

  /** Whether a change gives a name of a rule another meaning, or a rule another import against it. */
  #matters(path: string, before: FileDigest | null, now: FileDigest | null): boolean {
    if (this.#meant.size === 0) return false;
    if (before?.manifest?.name !== now?.manifest?.name) return true;
    if (before === null || now === null) for (const at of pathsUp(path)) if (this.#meant.has(at)) return true;
    const against = (file: FileDigest | null) =>
      JSON.stringify(this.#bound.map((each) => (file === null ? [] : placesIn(path, file, each))));
    return against(before) !== against(now);
  }

  #findAnew({ files, ordered, declared }: DigestedSnapshot): FoundPattern[] {
    const ruling = [...this.#ruling].sort(comparePaths);
    const rulings = [...rulingsOf(ruling, files, declared)];
    this.#meant = new Set(
      rulings.flatMap((each) => each.layers.flatMap((layer) => mayMean(layer, nearOf(each)))),
    );
    this.#bound = [];
    if (rulings.length === 0) return [];
    const folders = new Folders(ordered);
    this.#bound = rulings.flatMap((each) =>
      each.layers.flatMap((layer) => boundBy(folders, each, layer) ?? []),
    );
    const found = new Map<string, FoundPattern>();
    for (const bound of this.#bound) {
      const places = [...ordered].flatMap(([path, file]) => placesIn(path, file, bound));
      const pattern = places.length === 0 ? null : forbidden(places, bound);
      // Two documents may say the same.
      if (pattern !== null && !found.has(pattern.subject)) found.set(pattern.subject, pattern);
    }
    return [...found.values()];
  }
}

function* rulingsOf(
  paths: readonly string[],
  files: DigestedSnapshot['files'],
  declared: DigestedSnapshot['declared'],
): Generator<Ruling> {
  for (const { title, authority, layers } of declared.written)
    yield { name: `the document "${title}"`, path: null, authority, layers };
  for (const path of paths) {
    const rule = ruleFileOf(path, declared.named);
    if (rule !== null && rule.authority !== 'INFORMATIONAL')
      yield {
        name: path,
        path,
        authority: rule.authority,
        layers: files.get(path)?.layers ?? [],
      };
  }
}

const nearOf = ({ path }: Ruling): string => (path === null ? '' : folderOf(path));

/** The paths that the names of a layer may mean: from the document's folder, or from the root. */
const mayMean = ({ from, to }: DeclaredLayer, near: string): string[] =>
  [from, to].flatMap((name) => placesOf(name, near));
const placesOf = (name: string, near: string): string[] =>
  [joinPath(near, name), joinPath('', name)].flatMap((path) => path ?? []);

function boundBy(folders: Folders, ruling: Ruling, layer: DeclaredLayer): Bound | null {
  const from = folders.meant(layer.from, nearOf(ruling));
  const to = folders.meant(layer.to, nearOf(ruling));
  return from === null || from === to ? null : { ruling, layer, from, to };
}

/** The imports of a file that a rule forbids. */
function placesIn(path: string, file: FileDigest, { layer, from, to }: Bound): PatternPlace[] {
  // Of two modules of which one holds the other, each may use itself.
  const isAround = isIn(from, to);
  if (file.role === 'generated' || !isIn(path, from) || (isIn(path, to) && !isAround)) return [];
  const isForbidden = (target: string): boolean => isIn(target, to) && !(isAround && isIn(target, from));
  const lines = [
    ...(file.imports ?? []).filter(({ to: target }) => isForbidden(target)),
    ...(file.packages ?? []).filter(({ name }) => name === layer.to),
  ];
  return lines.map(({ line }) => ({ path, startLine: line, endLine: line }));
}

/** A path and the folders around it, without the root. */
function* pathsUp(path: string): Generator<string> {
  for (let at = path; at !== ''; at = folderOf(at)) yield at;
}

const isIn = (path: string, folder: string | null): boolean =>
  folder !== null && (folder === '' || path === folder || path.startsWith(`${folder}/`));

function forbidden(places: readonly PatternPlace[], bound: Bound): FoundPattern {
  const { ruling, layer, from } = bound;
  const { line } = layer;
  const to = bound.to ?? layer.to;
  const rule = ruling.path === null ? [] : [{ path: ruling.path, startLine: line, endLine: line }];
  return {
    subject: [from, to, ...new Set(places.map(({ path }) => path))].join('\n'),
    kind: 'ARCHITECTURE',
    severity: ruling.authority === 'MANDATORY' ? 'HIGH' : 'MEDIUM',
    certainty: 'PROVEN',
    title: `${from} imports ${to}, which ${ruling.name} forbids`,
    description: `By ${ruling.name}, ${from} must not import ${to}. ${places.length === 1 ? 'One import does' : `${places.length} imports do`}.`,
    suggestion: `Move what is imported to where ${from} may use it, or change the rule.`,
    places: [...places, ...rule],
  };
}

/** The folders and files that a document may mean by a name. */
class Folders {
  readonly #paths: ReadonlySet<string>;
  readonly #packages: ReadonlyMap<string, string>;

  constructor(files: DigestedSnapshot['ordered']) {
    const paths = new Set<string>();
    for (const path of files.keys())
      for (const at of pathsUp(path)) {
        if (paths.has(at)) break;
        paths.add(at);
      }
    this.#paths = paths;
    this.#packages = new Map(
      [...files].flatMap(([path, { manifest }]) =>
        manifest?.name == null ? [] : [[manifest.name, folderOf(path)] as const],
      ),
    );
  }

  /** The path that a name means: from the document's folder, from the root, or of the package of that name. */
  meant(name: string, near: string): string | null {
    for (const path of placesOf(name, near)) if (this.#paths.has(path)) return path;
    return this.#packages.get(name) ?? null;
  }
}
