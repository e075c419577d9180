/** A heading of a rendered text; without an ID no link leads to it. */
export interface Heading {
  id: string;
  level: number;
  text: string;
}

/** A heading as a page's outline lists it, at the margin or one step in. */
export interface OutlineEntry {
  id: string;
  text: string;
  isInner: boolean;
}

/** Two levels of headings below the title. A page with fewer than two headings has none: it is seen at a glance. */
export function pageOutline(headings: readonly Heading[]): OutlineEntry[] {
  const highest = Math.min(...headings.map(({ level }) => level));
  const [title, ...others] = headings;
  const isTitled = title?.level === highest && others.every(({ level }) => level > highest);
  const parts = (isTitled ? others : headings).filter(({ id, text }) => id !== '' && text !== '');
  const top = Math.min(...parts.map(({ level }) => level));
  const entries = parts
    .filter(({ level }) => level <= top + 1)
    .map(({ id, text, level }) => ({ id, text, isInner: level > top }));
  return entries.length < 2 ? [] : entries;
}

/**
 * The place of the heading that is being read, by the distances of all from the top of the window: the last one that has
 * passed the line of reading; at the end of a page, where the last ones cannot, the last in sight. -1 above the first.
 */
export function readingAt(tops: readonly number[], line: number, { height, isAtEnd }: View): number {
  return tops.findLastIndex((top) => top <= (isAtEnd ? height : line));
}

/** The window: its height, and whether it is scrolled to the end of the page. */
interface View {
  height: number;
  isAtEnd: boolean;
}
