/** The place of a command's lines. */
export interface Output {
  readonly log: (line: string) => void;
  readonly error: (line: string) => void;
  /** The terminal of its errors, on which a line can be drawn again; null where they go elsewhere. */
  readonly terminal: { write(text: string): unknown } | null;
}
