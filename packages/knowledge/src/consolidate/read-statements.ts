import { createHash } from 'node:crypto';
import { categoryOfHeading, categoryOfSentence, type InsightCategory } from './insight-category.ts';

/** Raise it when statements are read or compared in another way: all sources are then read again. */
export const CONSOLIDATION_VERSION = 2;

/** A sentence that says something worth keeping. */
export interface Statement {
  /** Equal for equal sentences, whatever their spacing, emphasis and case. */
  readonly key: string;
  /** The very characters of the text that was read. */
  readonly quote: string;
  readonly category: InsightCategory;
}

/** A text and the titles that stand above it. */
export interface StatedText {
  readonly text: string;
  readonly titles: readonly string[];
  /** The category of what no heading and no word tells apart; null where such sentences only narrate. */
  readonly otherwise: InsightCategory | null;
}

const SHORTEST = 15;
const LONGEST = 600;
/** A text of a thousand sentences says little in each. */
const MOST = 200;

const FENCE = /^\s{0,3}(?:```|~~~)/;
const HEADING = /^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$/;
const FIELD = /^\s*(?:\*\*)?(?:date|tags|title|author|status|from|to|subject)(?:\*\*)?\s*:/i;
const ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/;

/** A label with its full stop inside of the emphasis, or the end of that emphasis where the stop has ended a sentence. */
const LABEL = /^(?:[*_]{2}[^*_\n]{1,40}\.[*_]{2}|[*_]{1,3})\s+/;
/** Such a label alone, whose emphasis ends behind it. */
const BARE_LABEL = /^[*_]{2}[^*_\n]{1,40}\.$/;

// Made once: each costs milliseconds.
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Reads the statements of a Markdown text, in its order. Code, tables and front matter are passed over. */
export function readStatements({ text, titles, otherwise }: StatedText): Statement[] {
  const found = new Map<string, Statement>();
  let heading = titles.findLast((title) => categoryOfHeading(title) !== null) ?? '';
  for (const block of blocksOf(text)) {
    if (block.heading !== null) heading = block.heading;
    for (const sentence of block.text === '' ? [] : sentencesOf(block.text)) {
      const category = categoryFor(sentence, heading) ?? otherwise;
      if (category === null) continue;
      const key = statementKey(sentence);
      if (!found.has(key)) found.set(key, { key, quote: sentence, category });
      if (found.size >= MOST) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** A label such as `Problem:` before a sentence says more than the heading above it. */
function categoryFor(sentence: string, heading: string): InsightCategory | null {
  const label = /^[*_]{0,2}([\p{L} ]{3,20})[*_]{0,2}:/u.exec(sentence)?.[1];
  return (
    (label === undefined ? null : categoryOfHeading(label)) ??
    categoryOfHeading(heading) ??
    categoryOfSentence(sentence)
  );
}

/** The key of a sentence: a hash of its letters, digits and signs of code. */
export function statementKey(sentence: string): string {
  const folded = sentence
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[*_`"'“”‘’]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s.!?;:,-]+|[\s.!?;:,-]+$/g, '');
  return createHash('sha256').update(folded).digest('hex').slice(0, 32);
}

interface Block {
  /** A heading that begins here; null for text. */
  readonly heading: string | null;
  readonly text: string;
}

/** Paragraphs and list items, each as it stands in the text, and the headings between them. */
function* blocksOf(text: string): Generator<Block> {
  let open = '';
  let isCode = false;
  let isFront = false;
  const lines = text.split(/(?<=\n)/);
  for (const [index, line] of lines.entries()) {
    const bare = line.trim();
    const starts = startOf(line, { index, isCode, isFront });
    if (starts === 'text') {
      open += line;
      continue;
    }
    if (open !== '') yield { heading: null, text: open };
    open = starts === 'item' ? line.replace(ITEM, '') : '';
    if (starts === 'fence') isCode = !isCode;
    if (starts === 'front') isFront = !isFront;
    if (starts === 'heading') yield { heading: HEADING.exec(bare)?.[1] ?? '', text: '' };
  }
  if (open !== '') yield { heading: null, text: open };
}

type LineStart = 'text' | 'item' | 'heading' | 'fence' | 'front' | 'apart';

function startOf(
  line: string,
  { index, isCode, isFront }: { index: number; isCode: boolean; isFront: boolean },
): LineStart {
  const bare = line.trim();
  if (bare === '---' && (index === 0 || isFront)) return 'front';
  if (isFront) return 'apart';
  if (FENCE.test(line)) return 'fence';
  if (isCode || bare === '' || bare.startsWith('|') || bare.startsWith('<!--') || /^[-*_=]{3,}$/.test(bare))
    return 'apart';
  if (HEADING.test(bare)) return 'heading';
  if (FIELD.test(line)) return 'apart';
  return ITEM.test(line) ? 'item' : 'text';
}

/**
 * The sentences of a paragraph, each cut from it without a change. A line that was only wrapped ends none, though Unicode says
 * so of every line break; one that Markdown keeps does.
 */
function sentencesOf(paragraph: string): string[] {
  const unwrapped = paragraph.replaceAll(/(?<! {2}|\\)\r?\n/g, (end) => ' '.repeat(end.length));
  return [...segmenter.segment(unwrapped)]
    .map(({ index, segment }) =>
      paragraph
        .slice(index, index + segment.length)
        .replace(LABEL, '')
        .trim(),
    )
    .filter(
      (sentence) => sentence.length >= SHORTEST && sentence.length <= LONGEST && !BARE_LABEL.test(sentence),
    );
}
