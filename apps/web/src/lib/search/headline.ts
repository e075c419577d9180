/** A line that holds nothing but comment marks, or opens a block that is said later. */
const EMPTY = /^[\s/*#<>!-]*$/;

/** A passage's title without comment marks at its start or end; null if nothing but marks is left. */
export function headline(title: string): string | null {
  const bare = title
    .replace(/^\s*(?:\/\*+|\/\/+|<!--|(?:#+|--+)(?=\s))\s*/, '')
    .replace(/\s*(?:\*+\/|-->)\s*$/, '')
    .replace(/\s*…$/, '');
  return EMPTY.test(bare) || /^(?:export|import)$/.test(bare) ? null : bare;
}

/** The name of a hit: its symbol, its title, or the first line of its text that says something. */
export function nameOfHit(hit: { symbol: string | null; title: string }, snippet: string): string {
  if (hit.symbol !== null) return hit.symbol;
  const title = headline(hit.title);
  if (title !== null) return title;
  for (const line of snippet.split('\n')) {
    const bare = headline(line.replace(/^\s*\*+\s*/, ''));
    if (bare !== null) return bare.trim().slice(0, 120);
  }
  return hit.title;
}
