import type { Definition } from './split-entry.ts';

/** The most characters of one passage: about 400 tokens, which embedders still represent well as one vector. */
export const LARGEST_PASSAGE = 1400;
/** The most characters of a part of something larger: it leaves room for the head that the part is embedded with. */
export const LARGEST_PART = 1240;
/** Shorter passages say too little to be found; neighbours are joined until they have this many characters. */
export const SMALLEST_PASSAGE = 400;

/** A run of lines that belong together. Rows count from 0; `to` is included. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly symbol: string | null;
  readonly parents: readonly string[];
  /** The signature or heading of `symbol`, and the row it stands on: parts that lack that row get it as their head. */
  readonly signature: string | null;
  readonly signatureRow: number;
  /** The first row of the comment that leads `symbol`. A part that has the signature and lacks that row gets its words. */
  readonly leadRow: number;
  /** The containers around the piece as a reader would write them: names, or headings with their marks. */
  readonly context: readonly string[];
  /** The depth of the piece. It is never joined to a deeper one before it, since a container ends between them. */
  readonly level: number;
  /** Whether a container begins or ends before this piece, so that nothing may be joined across. */
  readonly isClosed: boolean;
  /** The worth of the border before this piece: borders of least worth are given up first. */
  readonly rank: number;
}

/** Rates a cut before a row by its depth inside something: lower is better. */
export type CutDepth = (row: number) => number;

/** A text cut at its own borders, before small pieces are joined and large ones are cut. */
export interface Outline {
  readonly pieces: readonly Piece[];
  /** In the order of lines. */
  readonly definitions: readonly Definition[];
  readonly depth: CutDepth;
}

/** A piece without a name, which nothing restricts. */
export function loosePiece(from: number, to: number): Piece {
  return {
    from,
    to,
    symbol: null,
    parents: [],
    signature: null,
    signatureRow: from,
    leadRow: from,
    context: [],
    level: 0,
    isClosed: false,
    rank: 0,
  };
}

/** Whether a line has nothing to read. */
export const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';
/** The characters of a line with its end. */
export const sizeOf = (line: string | undefined): number => (line?.length ?? 0) + 1;
