import type { DocumentPage } from './document-page.ts';

/** The snapshot that a page speaks of. */
export interface CheckedSnapshot {
  /** Whether a path is a file or a folder. */
  isPath(path: string): boolean;
  /** Whether a definition has this name, alone or with what it stands in. */
  isSymbol(name: string): boolean;
  /** The text of a file; null where it is no text. */
  textOf(path: string): string | null;
}

/** Words of runners, before the name of a script. */
const RUNNER = /^(npm run|npm|composer run|make|just|rake|tox -e|pdm run|hatch run|poe) /;

/** Names what a page says that its snapshot does not have: names in code style, paths, links and cited lines. */
export function checkPage(
  { content, citations }: Pick<DocumentPage, 'content' | 'citations'>,
  snapshot: CheckedSnapshot,
): string[] {
  const cited = citations.map(({ path }) => snapshot.textOf(path) ?? '').join('\n');
  // Blocks of code quote a declaration; an escaped character is neither code style nor a link.
  const prose = content.replace(/^(```|~~~~).*\n[\s\S]*?\n\1$/gm, '').replace(/\\[`[\]]/g, ' ');
  const problems: string[] = [];
  for (const [, , text = ''] of prose.matchAll(/(`+)([^`]+|[^`].*?[^`])\1(?!`)/g)) {
    const name = text.trim();
    const isKnown =
      snapshot.isPath(name) ||
      snapshot.isSymbol(name) ||
      cited.includes(name.replace(RUNNER, '')) ||
      // Rust imports a crate such as `pin-project` by `pin_project`.
      cited.includes(name.replaceAll('-', '_'));
    if (!isKnown) problems.push(`\`${name}\` is not in the snapshot`);
  }
  for (const [, address = ''] of prose.matchAll(/\]\(([^)\s]*)\)/g))
    problems.push(...brokenLink(address, snapshot));
  for (const citation of citations) {
    const lines = snapshot.textOf(citation.path)?.split('\n').length ?? 0;
    if (citation.startLine < 1 || citation.endLine < citation.startLine || citation.endLine > lines)
      problems.push(
        `${citation.path}:${citation.startLine}-${citation.endLine} is cited, and it has ${lines} lines`,
      );
  }
  return problems;
}

function brokenLink(address: string, snapshot: CheckedSnapshot): string[] {
  const [encoded = '', lines = ''] = address.split('#');
  const path = encoded.split('/').map(decodeURIComponent).join('/');
  if (!snapshot.isPath(path)) return [`${path} is linked and is no path of the snapshot`];
  const last = Number(/L(\d+)$/.exec(lines)?.[1] ?? 0);
  const length = lines === '' ? Infinity : (snapshot.textOf(path)?.split('\n').length ?? 0);
  return last > length ? [`${path} is linked at line ${last}, and it has ${length}`] : [];
}
