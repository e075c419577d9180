/** The rows that a page key moves by. */
const PAGE = 10;

/** Where a key leads in a list of a length: the index of the row, or null for a key that moves nothing. */
export function rowAfter({ key }: Pick<KeyboardEvent, 'key'>, at: number, length: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: length - 1,
  };
  const wanted = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return wanted === undefined || length === 0 ? null : Math.max(0, Math.min(length - 1, wanted));
}
