import type { Detector, DigestedSnapshot, Tally } from '../detector.ts';
import type { DigestExport, FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { nameHash, unpackNames } from '../name-hash.ts';
import { comparePaths, Counts, Groups } from '../tally.ts';

/** Files that a framework or a tool loads by their place, with exports of names that it knows. */
const loadedByPlace =
  /(?:^|\/)(?:\+[\w.-]+|pages?|routes?|app|api|stories|migrations?|fixtures)(?:\/|\.)|(?:^|[./_-])(?:config|setup|stories|d|entry|worker|preload|middleware|plugin)\.[cm]?[jt]sx?$|(?:^|\/)(?:index|main|mod|cli|server|vite|webpack|rollup)\.[cm]?[jt]sx?$/;

/**
 * Exports that no other file names. It is said only where the analysis saw everything: the file is imported by name and
 * never as a whole, nothing offers it to the outside, and the name appears in no other file, in whatever role. A name that
 * anything else has too is given up, for it may be meant.
 */
export const deadExport: Detector = {
  name: 'dead-export',
  version: 1,
  reads: ['exports', 'names', 'imports', 'manifest', 'role', 'dialect'],
  tally: () => new ExportTally(),
};

/** How the files of a snapshot are imported, by which files each name is used, and the exports that are dead. */
class ExportTally implements Tally {
  /** How many files use each name, by its hash. */
  readonly #uses = new Counts<number>();
  /** The files that export a name, by its hash. */
  readonly #exporters = new Groups<number, true>();
  /** How many imports lead to each file, and how many of them may use any of its names. */
  readonly #imports = new Counts<string>();
  readonly #openImports = new Counts<string>();
  readonly #dead = new Map<string, readonly FoundPattern[]>();
  readonly #changed = new Set<string>();
  #offered: ReadonlySet<string> = new Set();
  #found: readonly FoundPattern[] = [];

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    this.#changed.add(path);
    this.#countImports(path, before, -1);
    this.#countImports(path, now, 1);
    if (before?.names !== now?.names) {
      this.#countUses(before, -1);
      this.#countUses(now, 1);
    }
    for (const hash of exportedBy(before)) this.#exporters.drop(hash, path);
    for (const hash of exportedBy(now)) this.#exporters.put(hash, path, true);
  }

  find({ files, offered }: DigestedSnapshot): readonly FoundPattern[] {
    for (const path of offered) if (!this.#offered.has(path)) this.#changed.add(path);
    for (const path of this.#offered) if (!offered.has(path)) this.#changed.add(path);
    this.#offered = offered;
    let isSame = true;
    for (const path of this.#changed) {
      const dead = this.#deadOf(path, files.get(path));
      if (JSON.stringify(dead) === JSON.stringify(this.#dead.get(path) ?? [])) continue;
      isSame = false;
      if (dead.length === 0) this.#dead.delete(path);
      else this.#dead.set(path, dead);
    }
    this.#changed.clear();
    if (!isSame)
      this.#found = [...this.#dead].sort(([a], [b]) => comparePaths(a, b)).flatMap(([, dead]) => dead);
    return this.#found;
  }

  #countImports(path: string, file: FileDigest | null, by: 1 | -1): void {
    for (const { to, isOpen } of file?.imports ?? []) {
      if (to === path) continue;
      this.#imports.add(to, by);
      if (isOpen === true) this.#openImports.add(to, by);
      this.#changed.add(to);
    }
  }

  #countUses(file: FileDigest | null, by: 1 | -1): void {
    if (file?.names === undefined) return;
    for (const hash of unpackNames(file.names)) {
      // Whether two or three other files use a name makes no difference.
      if (this.#uses.add(hash, by) > 3) continue;
      for (const path of this.#exporters.get(hash)?.keys() ?? []) this.#changed.add(path);
    }
  }

  #deadOf(path: string, file: FileDigest | undefined): FoundPattern[] {
    if (file === undefined || !isCounted(file) || this.#offered.has(path)) return [];
    if (this.#imports.get(path) === 0 || this.#openImports.get(path) > 0) return [];
    const dead = (file.exports ?? []).filter((each) => this.#isDead(each, file));
    if (dead.length === 0 || loadedByPlace.test(path)) return [];
    // Overloads are one function.
    const byName = new Map(dead.toReversed().map((each) => [each.name, each]));
    return [...byName.values()].reverse().map((each) => deadOf(path, each));
  }

  #isDead({ name, kind, isUsedHere }: DigestExport, { names }: FileDigest): boolean {
    if (name === 'default' || name.length < 3) return false;
    // The types of a function's own signature are exported for those who call it, whether they name them or not.
    if (isUsedHere === true && /^(?:TYPE|INTERFACE|ENUM)$/.test(kind)) return false;
    const hash = nameHash(name);
    const uses = this.#uses.get(hash);
    return uses === 0 || (uses === 1 && names !== undefined && unpackNames(names).includes(hash));
  }
}

function exportedBy(file: FileDigest | null): Set<number> {
  return new Set(file !== null && isCounted(file) ? file.exports?.map(({ name }) => nameHash(name)) : []);
}

const counted = new Set(['typescript', 'tsx', 'javascript']);
const isCounted = ({ role, dialect }: FileDigest): boolean => role === 'source' && counted.has(dialect);

function deadOf(path: string, { name, kind, line, isUsedHere }: DigestExport): FoundPattern {
  const word = kind.toLowerCase();
  return {
    subject: `${path}\n${name}`,
    kind: 'ANTI_PATTERN',
    severity: isUsedHere === true ? 'LOW' : 'MEDIUM',
    certainty: 'PROVEN',
    title:
      isUsedHere === true ? `${name} is exported, and only its own file uses it` : `Nothing uses ${name}`,
    description: `The ${word} ${name} is exported by ${path}. No other file of this snapshot names it, tests and documents included.`,
    suggestion: isUsedHere === true ? 'Take the export away.' : 'Remove it, or use it.',
    places: [{ path, startLine: line, endLine: line }],
  };
}
