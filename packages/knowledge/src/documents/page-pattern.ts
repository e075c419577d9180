import type { Citation } from './document-page.ts';
import { code, plainText } from './markdown.ts';

/** A pattern of the snapshot, as pages speak of it. */
export interface PagePattern {
  readonly title: string;
  readonly places: readonly Citation[];
}

/** The patterns of one rule: how many there are, and the first of them. */
export interface RulePatterns {
  readonly detector: string;
  readonly total: number;
  readonly patterns: readonly PagePattern[];
}

/** The title of a pattern as Markdown. The paths of its places are in code style, for these are names of the snapshot. */
export function patternTitle({ title, places }: PagePattern): string {
  const paths = [...new Set(places.map(({ path }) => path))].toSorted((a, b) => b.length - a.length);
  const path = paths.find((each) => title.includes(each));
  if (path === undefined) return words(title);
  const at = title.indexOf(path);
  return `${words(title.slice(0, at))}${code(path)}${words(title.slice(at + path.length))}`;
}

/** Plain words that keep the blanks at their ends. */
function words(text: string): string {
  const plain = plainText(text);
  return `${/^\s/.test(text) ? ' ' : ''}${plain}${/\S\s$/.test(text) ? ' ' : ''}`;
}
