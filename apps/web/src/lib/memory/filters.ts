/** The kinds of passages to search, in the order of the filter row. */
export const KINDS = ['CODE', 'DOC', 'LETTER', 'NOTE', 'INSIGHT'] as const;
export type Kind = (typeof KINDS)[number];

/** The modes of a search. */
export const MODES = ['HYBRID', 'SEMANTIC', 'KEYWORD'] as const;
export type Mode = (typeof MODES)[number];

/** A text as runs that match a word of the query and runs that do not. */
export function highlightWords(text: string, query: string): { text: string; hit: boolean }[] {
  // Shorter words occur inside of too many others.
  const words = query.match(/[\p{L}\p{N}_]{3,}/gu) ?? [];
  if (words.length === 0) return [{ text, hit: false }];
  const pattern = new RegExp(`(${words.toSorted((a, b) => b.length - a.length).join('|')})`, 'giu');
  return text
    .split(pattern)
    .map((run, index) => ({ text: run, hit: index % 2 === 1 }))
    .filter((run) => run.text !== '');
}

/** A passage's title without comment marks at its start or end. */
export function headline(title: string): string {
  const bare = title
    .replace(/^\s*(?:\/\*+|\/\/+|<!--|(?:#+|--+)(?=\s))\s*/, '')
    .replace(/\s*(?:\*+\/|-->)\s*$/, '');
  return bare === '' ? title : bare;
}

/** Hits in their order, with those of one file grouped at the first of them. */
export function groupByFile<Hit extends { entry: { id: string; path: string | null } }>(
  hits: readonly Hit[],
): { key: string; path: string | null; hits: Hit[] }[] {
  const groups = new Map<string, { key: string; path: string | null; hits: Hit[] }>();
  for (const hit of hits) {
    const key = hit.entry.path ?? hit.entry.id;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, path: hit.entry.path, hits: [hit] });
    else group.hits.push(hit);
  }
  return [...groups.values()];
}
