import { createHash } from 'node:crypto';
import type { Detector, Tally } from '../detector.ts';
import type { DigestPassage, FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { comparePaths, Groups } from '../tally.ts';

/** Shorter repetitions cost less than what would replace them. */
const FEWEST_LINES = 12;
const MANY_LINES = 40;
/** A text in more places than this is a form that a tool fills in. */
const MOST_COPIES = 20;
/** Copies to begin a project from, each of which has to be whole by itself. */
const TEMPLATE = /(^|\/)templates?([-_.][^/]*)?\//;

interface Copy extends DigestPassage {
  readonly path: string;
  /** Its number in the file. */
  readonly at: number;
}

/** Passages of code that stand in several places, word for word. Passages of the same files are one finding. */
export const duplicatedPassage: Detector = {
  name: 'duplicated-passage',
  version: 3,
  reads: ['passages', 'role', 'lengths'],
  tally: () => new PassageTally(),
};

/** The places of each passage. */
class PassageTally implements Tally {
  readonly #copies = new Groups<string, readonly Copy[]>();
  readonly #repeated = new Set<string>();
  #found: readonly FoundPattern[] | null = null;

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    for (const hash of copiesIn(path, before).keys()) {
      this.#copies.drop(hash, path);
      this.#see(hash);
    }
    for (const [hash, copies] of copiesIn(path, now)) {
      this.#copies.put(hash, path, copies);
      this.#see(hash);
    }
  }

  find(): readonly FoundPattern[] {
    return (this.#found ??= this.#findAnew());
  }

  #see(hash: string): void {
    const group = this.#copies.get(hash);
    const isRepeated = group !== undefined && (group.size > 1 || [...group.values()].flat().length > 1);
    if (isRepeated || this.#repeated.has(hash)) this.#found = null;
    if (isRepeated) this.#repeated.add(hash);
    else this.#repeated.delete(hash);
  }

  #findAnew(): FoundPattern[] {
    const repeated = [...this.#repeated]
      .map((hash) => copiesOf(this.#copies.get(hash)))
      .filter(({ length }) => length <= MOST_COPIES)
      .sort(([a], [b]) => comparePaths(a?.path ?? '', b?.path ?? '') || (a?.at ?? 0) - (b?.at ?? 0));
    const together = Map.groupBy(repeated, (own) => own.map(({ path }) => path).join('\n'));
    return [...together].flatMap(([where, groups]): FoundPattern[] => {
      const lines = groups.reduce((sum, [first]) => sum + linesOf(first), 0);
      return lines < FEWEST_LINES ? [] : [duplication(where.split('\n'), groups, lines)];
    });
  }
}

const copiesOf = (group: ReadonlyMap<string, readonly Copy[]> = new Map()): Copy[] =>
  [...group].sort(([a], [b]) => comparePaths(a, b)).flatMap(([, own]) => own);

/** The passages of a file by their hash. */
function copiesIn(path: string, file: FileDigest | null): Map<string, Copy[]> {
  const found = new Map<string, Copy[]>();
  if (file === null) return found;
  const { role, passages = [], lengths = [] } = file;
  // A file without a function is a list of data.
  if (role !== 'source' || TEMPLATE.test(path) || lengths.every((count) => count === 0)) return found;
  for (const [at, passage] of passages.entries()) {
    const own = found.get(passage.hash);
    if (own === undefined) found.set(passage.hash, [{ path, at, ...passage }]);
    else own.push({ path, at, ...passage });
  }
  return found;
}

const linesOf = (copy: Copy | undefined): number =>
  copy === undefined ? 0 : copy.endLine - copy.startLine + 1;

function duplication(
  paths: readonly string[],
  groups: readonly (readonly Copy[])[],
  lines: number,
): FoundPattern {
  const distinct = [...new Set(paths)];
  const hashes = groups.map(([first]) => first?.hash ?? '').sort();
  const evidence = createHash('sha256').update(hashes.join()).digest('hex').slice(0, 16);
  return {
    subject: [...paths, evidence].join('\n'),
    kind: 'ANTI_PATTERN',
    severity: lines >= MANY_LINES ? 'MEDIUM' : 'LOW',
    certainty: 'PROVEN',
    title:
      distinct.length === 1
        ? `${distinct.join()} holds the same ${lines} lines ${paths.length} times`
        : `${lines} lines stand in ${distinct.length} files, word for word`,
    description: `${distinct.slice(0, 6).join(', ')}${distinct.length > 6 ? ` and ${distinct.length - 6} more` : ''} hold the same ${lines} lines. A correction of one leaves the others as they were.`,
    suggestion: 'Keep one of them, and use it from the other places.',
    places: groups.flat().map(({ path, startLine, endLine }) => ({ path, startLine, endLine })),
  };
}
