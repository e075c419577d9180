import { MOST_FOUND, type Detector, type DigestedSnapshot } from '../detector.ts';
import type { DigestExport, FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { nameHash, unpackNames } from '../name-hash.ts';
import { publicFiles } from '../public-files.ts';

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
  find: (snapshot) => {
    const mentions = new NameCount(snapshot.files);
    const offered = publicFiles(snapshot.files);
    const entered = importedByName(snapshot);
    const found: FoundPattern[] = [];
    for (const [path, file] of snapshot.files) {
      if (found.length >= MOST_FOUND) break;
      if (!isCounted(file) || offered.has(path) || entered.get(path) !== 'BY_NAME') continue;
      const dead = (file.exports ?? []).filter((each) => isDead(each, { file, mentions }));
      if (dead.length === 0 || loadedByPlace.test(path)) continue;
      // Overloads are one function.
      const byName = new Map(dead.toReversed().map((each) => [each.name, each]));
      for (const each of [...byName.values()].reverse()) found.push(deadOf(path, each));
    }
    return found;
  },
};

const counted = new Set(['typescript', 'tsx', 'javascript']);
const isCounted = ({ role, dialect }: FileDigest): boolean => role === 'source' && counted.has(dialect);

/** How the files of a snapshot are imported: by names alone, or also as a whole. */
function importedByName({ files }: DigestedSnapshot): Map<string, 'BY_NAME' | 'WHOLE'> {
  const entered = new Map<string, 'BY_NAME' | 'WHOLE'>();
  for (const [path, { imports = [] }] of files)
    for (const { to, isOpen } of imports) {
      if (to === path) continue;
      if (isOpen === true) entered.set(to, 'WHOLE');
      else if (!entered.has(to)) entered.set(to, 'BY_NAME');
    }
  return entered;
}

function isDead(
  { name, kind, isUsedHere }: DigestExport,
  { file, mentions }: { readonly file: FileDigest; readonly mentions: NameCount },
): boolean {
  if (name === 'default' || name.length < 3) return false;
  // The types of a function's own signature are exported for those who call it, whether they name them or not.
  if (isUsedHere === true && /^(?:TYPE|INTERFACE|ENUM)$/.test(kind)) return false;
  return !mentions.isNamedElsewhere(name, file);
}

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

/** How many files use each name, as far as "none, one, more" goes: two bits a name. */
class NameCount {
  readonly #once = new Uint8Array(1 << 21);
  readonly #twice = new Uint8Array(1 << 21);

  constructor(files: ReadonlyMap<string, FileDigest>) {
    for (const { names } of files.values()) {
      if (names === undefined) continue;
      for (const hash of unpackNames(names)) {
        const [byte, bit] = [hash >> 3, 1 << (hash & 7)];
        const seen = this.#once[byte] ?? 0;
        if ((seen & bit) !== 0) this.#twice[byte] = (this.#twice[byte] ?? 0) | bit;
        else this.#once[byte] = seen | bit;
      }
    }
  }

  isNamedElsewhere(name: string, { names }: FileDigest): boolean {
    const hash = nameHash(name);
    const [byte, bit] = [hash >> 3, 1 << (hash & 7)];
    if (((this.#twice[byte] ?? 0) & bit) !== 0) return true;
    if (((this.#once[byte] ?? 0) & bit) === 0) return false;
    return names === undefined || !unpackNames(names).includes(hash);
  }
}
