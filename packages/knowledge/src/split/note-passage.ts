import { redact } from '../secrets/redact.ts';
import { searchWords } from '../words/search-words.ts';
import { passageOf, type Passage } from './passage.ts';

/** A note as it is stored: its title stands above the text and is no part of it. */
export interface StoredNote {
  readonly title: string;
  readonly passage: Passage & { readonly head: string };
}

/** Redacts a note. Search finds it by the words of its title and of its text. */
export function noteOf(given: { readonly title: string; readonly content: string }): StoredNote {
  const title = redact(given.title).text;
  const passage = passageOf(given.content, title);
  return { title, passage: { ...passage, head: title, words: `${searchWords(title)} ${passage.words}` } };
}
