/** The place of a command's lines. */
export interface Output {
  readonly log: (line: string) => void;
  readonly error: (line: string) => void;
  /** The terminal of its errors, on which a line can be drawn again; null where they go elsewhere. */
  readonly terminal: { write(text: string): unknown; readonly columns?: number | undefined } | null;
}

/** Control characters and marks that turn the direction of text: a repository may hold them, a terminal obeys them. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Characters that end a line or move on in it. */
const breaks = /[\t\n\u2028\u2029]/g;

const byNumber = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** The text with control characters shown by their numbers, so that no file name or snippet can drive the terminal. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(controls, byNumber);
}

/** A name on one line: with a line break in it, a file would print a line that looks like another answer. */
export function onOneLine(name: string): string {
  return name.replace(breaks, byNumber);
}

/** Data as one line of JSON, whose control characters are all escaped. */
export function jsonLine(data: unknown): string {
  return JSON.stringify(data).replace(
    controls,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
