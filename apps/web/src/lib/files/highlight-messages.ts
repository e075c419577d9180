import type { PackedColours } from './coloured-text.ts';

/** A text to colour. The path names its language. */
export interface HighlightRequest {
  id: number;
  text: string;
  path: string;
  /** Whether the text is coloured in its turn, as one of many on a page; else a newer text takes its place. */
  inTurn: boolean;
}

/** The colours of the lines; null if the text stays uncoloured, or a newer one came before its turn. */
export interface HighlightAnswer {
  id: number;
  colours: PackedColours | null;
}
