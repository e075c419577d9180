import { apiError } from './errors.ts';

/** The most that one page may hold. */
export const LARGEST_PAGE = 100;

/** Refuses what a page cannot be; without it a list would silently come back shorter than asked. */
export function checkPage(page: object): void {
  const asked = ['first', 'last'].map((name) => {
    const value: unknown = Reflect.get(page, name);
    if (typeof value === 'number' && (value < 0 || value > LARGEST_PAGE)) {
      throw apiError(
        'PAGE_TOO_LARGE',
        `${name} takes 0 to ${LARGEST_PAGE}, not ${value}. Ask for more by the cursor.`,
      );
    }
    return typeof value === 'number';
  });
  if (asked.every(Boolean)) throw apiError('BAD_USER_INPUT', 'Give first or last, not both.');
}

/** A page of rows that were read one further than asked. */
export function connectionOf<T>(
  rows: readonly T[],
  first: number,
  cursorOf: (row: T) => string,
  options: { after: boolean; total: () => Promise<number> },
) {
  const page = rows.slice(0, first);
  const edges = page.map((node) => ({ cursor: encodeCursor(cursorOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: options.after,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: options.total,
  };
}

/** Opaque on purpose: what stands in a cursor may change. */
export function encodeCursor(value: string): string {
  return Buffer.from(`c1:${value}`).toString('base64url');
}

/** Reads a cursor of this API; one from elsewhere is refused. */
export function decodeCursor(cursor: string | null | undefined): string | null {
  if (cursor == null) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!text.startsWith('c1:'))
    throw apiError('BAD_CURSOR', 'This cursor is not one of this list. Start again without it.');
  return text.slice(3);
}
