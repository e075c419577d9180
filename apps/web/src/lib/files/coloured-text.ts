/** A run of characters of a line, with its colour in either theme. */
interface Token {
  text: string;
  light: string;
  dark: string;
}

/** A coloured run before it is packed, with its offset in the whole text. */
interface PlacedToken extends Token {
  offset: number;
}

/** The colours of a text in flat lists: an object for each token would occupy the page while they come from the worker. */
export interface PackedColours {
  /** The pairs of colours that occur, light and dark. */
  palette: [light: string, dark: string][];
  /** The offset of each line's first character. */
  starts: Uint32Array;
  /** The number of the run that each line begins with, and the number of all. */
  firsts: Uint32Array;
  /** Each run's length and its place in the palette, one after the other. */
  runs: Uint32Array;
}

/** A text whose lines are coloured as they are shown. */
export class ColouredText {
  readonly #text: string;
  readonly #packed: PackedColours;

  constructor(text: string, packed: PackedColours) {
    this.#text = text;
    this.#packed = packed;
  }

  get lineCount(): number {
    return this.#packed.starts.length;
  }

  /** The runs of a line; null for one that there is not. */
  line(index: number): Token[] | null {
    const { palette, starts, firsts, runs } = this.#packed;
    let at = starts[index];
    const [first, end] = [firsts[index], firsts[index + 1]];
    if (at === undefined || first === undefined || end === undefined) return null;
    const tokens: Token[] = [];
    for (let run = first; run < end; run++) {
      const length = runs[run * 2] ?? 0;
      const [light, dark] = palette[runs[run * 2 + 1] ?? 0] ?? ['inherit', 'inherit'];
      tokens.push({ text: this.#text.slice(at, at + length), light, dark });
      at += length;
    }
    return tokens;
  }
}

/** Packs the coloured lines of a text. */
export function packColours(lines: readonly (readonly PlacedToken[])[]): PackedColours {
  const places = new Map<string, number>();
  const palette: [string, string][] = [];
  const starts = new Uint32Array(lines.length);
  const firsts = new Uint32Array(lines.length + 1);
  const runs: number[] = [];
  for (const [index, line] of lines.entries()) {
    starts[index] = line[0]?.offset ?? 0;
    firsts[index] = runs.length / 2;
    for (const { text, light, dark } of line) {
      const key = `${light} ${dark}`;
      const place = places.get(key) ?? palette.push([light, dark]) - 1;
      places.set(key, place);
      runs.push(text.length, place);
    }
  }
  firsts[lines.length] = runs.length / 2;
  return { palette, starts, firsts, runs: Uint32Array.from(runs) };
}
