import { createHash } from 'node:crypto';
import type { Detector } from '../detector.ts';
import type { DigestPassage } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';

/** Shorter repetitions cost less than what would replace them. */
const FEWEST_LINES = 12;
const MANY_LINES = 40;
/** A text in more places than this is a form that a tool fills in. */
const MOST_COPIES = 20;
/** Copies to begin a project from, each of which has to be whole by itself. */
const TEMPLATE = /(^|\/)templates?([-_.][^/]*)?\//;

interface Copy extends DigestPassage {
  readonly path: string;
}

/** Passages of code that stand in several places, word for word. Passages of the same files are one finding. */
export const duplicatedPassage: Detector = {
  name: 'duplicated-passage',
  version: 3,
  reads: ['passages', 'role', 'lengths'],
  find: ({ files }) => {
    const copies = new Map<string, Copy[]>();
    for (const [path, { role, passages = [], lengths = [] }] of files) {
      // A file without a function is a list of data.
      if (role !== 'source' || TEMPLATE.test(path) || lengths.every((count) => count === 0)) continue;
      for (const passage of passages) {
        const own = copies.get(passage.hash);
        if (own === undefined) copies.set(passage.hash, [{ path, ...passage }]);
        else own.push({ path, ...passage });
      }
    }
    const repeated = [...copies.values()].filter(({ length }) => length > 1 && length <= MOST_COPIES);
    const together = Map.groupBy(repeated, (own) => own.map(({ path }) => path).join('\n'));
    return [...together].flatMap(([where, groups]): FoundPattern[] => {
      const lines = groups.reduce((sum, [first]) => sum + linesOf(first), 0);
      return lines < FEWEST_LINES ? [] : [duplication(where.split('\n'), groups, lines)];
    });
  },
};

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
