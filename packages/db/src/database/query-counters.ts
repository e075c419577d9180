/** Is called as a statement begins, with its text. The function it returns is called at the end, with the error if it failed. */
export type WatchStatement = (text: string) => (error?: unknown) => void;

/** The statements sent through a database's connections, and the rows they returned. */
export interface QueryCounters {
  statements: number;
  rows: number;
  watch?: WatchStatement;
}

/** Counts a statement, and runs it under the watch of its database. */
export async function counted<T>(counters: QueryCounters, text: string, run: () => Promise<T>): Promise<T> {
  counters.statements += 1;
  const ended = counters.watch?.(text);
  if (ended === undefined) return run();
  try {
    const result = await run();
    ended();
    return result;
  } catch (error) {
    ended(error);
    throw error;
  }
}
