/** A text that is being typed, which an address follows a moment later. */
interface TypedText {
  readonly text: string;
  /** Whether the address has caught up with the text. */
  readonly settled: boolean;
}

/** The text after a key. */
export function typed(text: string, address: string): TypedText {
  return { text, settled: text.trim() === address };
}

/**
 * The text after the address has changed. An address that only catches up with an earlier letter takes none back; one that
 * changes after it had caught up was changed by something else, such as the browser's Back.
 */
export function followed(before: TypedText, address: string): TypedText {
  if (before.text.trim() === address) return { text: before.text, settled: true };
  return before.settled ? { text: address, settled: true } : before;
}
