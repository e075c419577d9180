import type { Failure } from './failure.ts';

/** One page of a list. */
export interface ListPage<Row> {
  nodes: readonly Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** A list that grows by its next pages. A refreshed page of the app starts it again. */
export class MorePages<Row> {
  rows = $state.raw<readonly Row[]>([]);
  /** The cursor behind the last row; null at the end of the list. */
  next = $state<string | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #ask: (after: string) => Promise<ListPage<Row> | Failure>;

  constructor(first: ListPage<Row>, ask: (after: string) => Promise<ListPage<Row> | Failure>) {
    this.#ask = ask;
    this.rows = first.nodes;
    this.next = cursorAfter(first);
  }

  /** Adds the next page below the rows that are shown. */
  async more(): Promise<void> {
    if (this.next === null || this.busy) return;
    this.busy = true;
    const page = await this.#ask(this.next);
    this.busy = false;
    if ('code' in page) {
      this.failure = page;
      return;
    }
    this.failure = null;
    this.rows = [...this.rows, ...page.nodes];
    this.next = cursorAfter(page);
  }
}

function cursorAfter({ pageInfo }: ListPage<unknown>): string | null {
  return pageInfo.hasNextPage ? pageInfo.endCursor : null;
}
