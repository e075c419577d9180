import { counted } from '../text/counted.ts';

/** The texts of the search. */
export const memoryTexts = {
  title: 'Memory',
  search: 'Search the memory',
  placeholder: 'A question, a name, an error message…',
  modes: { HYBRID: 'Both', SEMANTIC: 'Meaning', KEYWORD: 'Words' },
  mode: 'Search by',
  kinds: { CODE: 'Code', DOC: 'Docs', LETTER: 'Letters', NOTE: 'Notes', INSIGHT: 'Insights' },
  kind: 'Kinds',
  prefix: 'Below folder',
  none: 'Nothing found.',
  noneText: 'Try other words, another mode, or fewer filters.',
  start: 'Ask the code',
  startText: 'Search by meaning or by words, in the current state or as of any sync.',
  note: 'Write a note',
  noteTitle: 'Title',
  noteText: 'What should be remembered',
  noteSaved: 'The note is saved and can be found.',
  stale: 'The source has moved on since',
  permalink: 'Link to this passage',
  hits: (hits: number) => counted(hits, 'passage', 'passages'),
  why: { HYBRID: 'found by meaning and words', SEMANTIC: 'found by meaning', KEYWORD: 'found by words' },
  superseded: 'Superseded: this is how it was.',
};
