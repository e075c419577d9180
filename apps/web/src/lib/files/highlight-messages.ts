import type { Token } from './highlight.ts';

/** A text to colour. The path names its language. */
export interface HighlightRequest {
  id: number;
  text: string;
  path: string;
}

/** The coloured lines; null if the text stays uncoloured, or a newer one came before its turn. */
export interface HighlightAnswer {
  id: number;
  lines: Token[][] | null;
}
