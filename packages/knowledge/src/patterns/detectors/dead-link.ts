import { pathKind } from '../../rank/path-kind.ts';
import { folderOf, joinPath } from '../../resolve/paths.ts';
import type { Detector, Tally } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { comparePaths, Groups } from '../tally.ts';

/** Links of Markdown documents to files that the repository does not have. */
export const deadLink: Detector = {
  name: 'dead-link',
  version: 2,
  // A file that comes or goes counts as a change of every part.
  reads: ['mentions', 'role'],
  tally: () => new LinkTally(),
};

interface Link {
  readonly path: string;
  readonly line: number;
  readonly target: string;
  /** The file that it leads to. */
  readonly to: string;
}

/** The links of documents to files, by what they lead to. */
class LinkTally implements Tally {
  readonly #links = new Groups<string, readonly Link[]>();
  readonly #present = new Set<string>();
  readonly #dead = new Set<string>();
  #found: readonly FoundPattern[] | null = null;

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    const [had, has] = [linksIn(path, before), linksIn(path, now)];
    for (const to of had.keys()) this.#links.drop(to, path);
    for (const [to, links] of has) this.#links.put(to, path, links);
    if (now === null) this.#present.delete(path);
    else this.#present.add(path);
    for (const to of [...had.keys(), ...has.keys(), path]) this.#see(to);
  }

  find(): readonly FoundPattern[] {
    return (this.#found ??= [...this.#dead]
      .flatMap((to) => [...(this.#links.get(to)?.values() ?? [])].flat())
      .sort((a, b) => comparePaths(a.path, b.path) || a.line - b.line || comparePaths(a.target, b.target))
      .map(deadLinkOf));
  }

  #see(to: string): void {
    const isDead = !this.#present.has(to) && this.#links.get(to) !== undefined;
    if (isDead || this.#dead.has(to)) this.#found = null;
    if (isDead) this.#dead.add(to);
    else this.#dead.delete(to);
  }
}

/** The links of a document by the path that they lead to. */
function linksIn(path: string, file: FileDigest | null): Map<string, Link[]> {
  // What is said of an old version was true then.
  if (file === null || (file.role !== 'document' && file.role !== 'other') || pathKind(path) === 'changelog')
    return new Map();
  const links = (file.mentions ?? []).flatMap(({ name, line }): Link[] => {
    const target = targetOf(name);
    const to = target === null ? null : joinPath(folderOf(path), target);
    return to === null || target === null ? [] : [{ path, line, target, to }];
  });
  return Map.groupBy(links, ({ to }) => to);
}

const deadLinkOf = ({ path, line, target, to }: Link): FoundPattern => ({
  subject: `${path}\n${target}`,
  kind: 'PAIN',
  severity: 'LOW',
  certainty: 'PROVEN',
  title: `${path} links to ${target}, which is not there`,
  description: `There is no file ${to} in this snapshot.`,
  suggestion: 'Correct the link, or take it away.',
  places: [{ path, startLine: line, endLine: line }],
});

/** The relative path of a link to a file; null for addresses, places on the same page and roots of web sites. */
function targetOf(name: string): string | null {
  if (!name.startsWith('](')) return null;
  const [target = ''] = name.slice(2).split(/[#?]/);
  if (target === '' || /^(?:[a-z][a-z0-9+.-]*:|\/|<|\{|~)/i.test(target)) return null;
  if (!/\.[a-z]{1,5}$/i.test(target) || /\.(?:html?|com|org|io|dev)$/i.test(target)) return null;
  try {
    return decodeURIComponent(target);
  } catch {
    return null;
  }
}
