import { redact } from '../secrets/redact.ts';
import { searchWords } from '../words/search-words.ts';
import { entriesOf } from './entries-of.ts';
import { markdownOutline } from './markdown-outline.ts';
import { passageOf, type Passage } from './passage.ts';

/** A section of a document that a person wrote, as search finds it. */
export interface DocumentPassage extends Passage {
  readonly head: string;
  /** The heading of the section; null above the first one. */
  readonly symbol: string | null;
  readonly parents: readonly string[];
}

/** Cuts a document by its headings. Each passage stands under the title, so that its words find every part. */
export function documentPassages(title: string, content: string): DocumentPassage[] {
  // Redacted whole: the parts of a key that a cut runs through would not be recognised.
  const lines = redact(content).text.replaceAll(/\r\n?/g, '\n').split('\n');
  const above = redact(title).text;
  return entriesOf(lines, markdownOutline(lines), 'DOC').map(({ text, head, symbol, parents }) => {
    const whole = head === null ? above : `${above}: ${head}`;
    const passage = passageOf(text, whole);
    return { ...passage, head: whole, words: `${searchWords(whole)} ${passage.words}`, symbol, parents };
  });
}
