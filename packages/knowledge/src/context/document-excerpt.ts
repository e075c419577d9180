import { remembered } from '../words/remembered.ts';
import { searchWords } from '../words/search-words.ts';
import type { CountTokens } from './count-tokens.ts';

/** A document, or the sections of it that say most about a task. */
interface Excerpt {
  readonly content: string;
  readonly isWhole: boolean;
}

/** A text of this many characters is not read for sections: its start serves. */
const LONGEST = 400_000;
/** The documents whose sections are remembered have this many characters together. */
const REMEMBERED = 2_000_000;

/** The whole of a short document; of a long one the sections with the words of the task, in their order. */
export function documentExcerpt(
  content: string,
  words: ReadonlySet<string>,
  { maxTokens, count }: { readonly maxTokens: number; readonly count: CountTokens },
): Excerpt | null {
  const text = content.trim();
  if (text === '') return null;
  // A token has about four characters, and never many more than ten: longer texts need no counting.
  if (text.length <= maxTokens * 10 && count(text) <= maxTokens) return { content: text, isWhole: true };
  const sections = sectionsOf(text.slice(0, LONGEST));
  const ranked = sections
    .map(({ section, said }, index) => ({ section, index, score: scoreOf(said, words) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const taken = new Set<number>();
  let left = maxTokens;
  for (const { section, index, score } of ranked) {
    if (score === 0 && taken.size > 0) break;
    if (section.length > left * 10) continue;
    const size = count(section) + 2;
    if (size > left) continue;
    taken.add(index);
    left -= size;
  }
  if (taken.size === 0) return null;
  const kept = sections.filter((_section, index) => taken.has(index));
  return { content: kept.map(({ section }) => section.trim()).join('\n\n'), isWhole: false };
}

interface Section {
  readonly section: string;
  /** Its words, each once. */
  readonly said: ReadonlySet<string>;
}

const sectionsOf = remembered(readSections, REMEMBERED);

/** The sections of a Markdown text, each from its heading to the next one; fenced lines are no headings. */
function readSections(text: string): Section[] {
  const sections: string[][] = [[]];
  let fence: string | null = null;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === null ? mark : line.trim().startsWith(fence) ? null : fence;
    if (fence === null && /^#{1,6}\s/.test(line)) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections
    .map((lines) => lines.join('\n'))
    .filter((section) => section.trim() !== '')
    .map((section) => ({ section, said: new Set(searchWords(section).split(' ')) }));
}

function scoreOf(said: ReadonlySet<string>, words: ReadonlySet<string>): number {
  let score = 0;
  for (const word of said) if (words.has(word)) score += 1;
  return score;
}
