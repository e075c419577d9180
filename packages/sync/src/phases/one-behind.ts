/**
 * Stores each item while the next one is made, and yields what storing it returned. One item is stored at a time, in order, and
 * at most one more is made: a slow store holds the source back. Nothing is being stored while the caller has a result, or
 * once this has ended in any way.
 */
export async function* oneBehind<Item, Result>(
  items: AsyncIterable<Item>,
  store: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  let storing: Promise<Result> | null = null;
  try {
    for await (const item of items) {
      if (storing !== null) yield await storing;
      storing = store(item);
      // It is awaited once the next item is there. Until then its failure must not count as unhandled.
      storing.catch(() => undefined);
    }
  } catch (error) {
    // A failed source loses nothing that it gave before.
    if (storing !== null) yield await storing;
    throw error;
  }
  if (storing !== null) yield await storing;
}
