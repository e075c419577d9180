import { pathKind } from '../../rank/path-kind.ts';
import { folderOf, joinPath } from '../../resolve/paths.ts';
import type { Detector } from '../detector.ts';
import type { FoundPattern } from '../found-pattern.ts';

/** Links of Markdown documents to files that the repository does not have. */
export const deadLink: Detector = {
  name: 'dead-link',
  version: 2,
  // A file that comes or goes counts as a change of every part.
  reads: ['mentions', 'role'],
  find: ({ files }) =>
    [...files].flatMap(([path, { role, mentions = [] }]): FoundPattern[] => {
      if (role !== 'document' && role !== 'other') return [];
      // What is said of an old version was true then.
      if (pathKind(path) === 'changelog') return [];
      return mentions.flatMap(({ name, line }): FoundPattern[] => {
        const target = targetOf(name);
        const found = target === null ? null : joinPath(folderOf(path), target);
        if (found === null || target === null || files.has(found)) return [];
        return [
          {
            subject: `${path}\n${target}`,
            kind: 'PAIN',
            severity: 'LOW',
            certainty: 'PROVEN',
            title: `${path} links to ${target}, which is not there`,
            description: `There is no file ${found} in this snapshot.`,
            suggestion: 'Correct the link, or take it away.',
            places: [{ path, startLine: line, endLine: line }],
          },
        ];
      });
    }),
};

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
