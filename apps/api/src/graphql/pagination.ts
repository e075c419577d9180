import { createHash } from 'node:crypto';
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

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const rowCursors = {
  id: new RegExp(`^GPC:S:${UUID}$`),
  'project and id': new RegExp(`^GPC:T:\\["S:${UUID}","S:${UUID}"\\]$`),
} as const;

/** The same of a list of rows that are their own cursors. A cursor that names no row would fail deep below. */
export function checkRowPage(page: object, key: keyof typeof rowCursors = 'project and id'): void {
  checkPage(page);
  for (const name of ['after', 'before']) {
    const cursor: unknown = Reflect.get(page, name);
    if (typeof cursor === 'string' && !rowCursors[key].test(Buffer.from(cursor, 'base64').toString('utf8')))
      throw badCursor();
  }
}

/** The same of a list that is read from its front alone. */
export function checkForwardPage(page: object): void {
  checkPage(page);
  if (Reflect.get(page, 'last') != null || Reflect.get(page, 'before') != null)
    throw apiError('BAD_USER_INPUT', 'This list is read from its front: give first and after.');
}

/** A page of rows that were read one further than asked. `list` is what its cursors belong to. */
export function connectionOf<T>(
  rows: readonly T[],
  first: number,
  cursorOf: (row: T) => string,
  options: { list: string; after: boolean; total: () => Promise<number> },
) {
  const page = rows.slice(0, first);
  const edges = page.map((node) => ({ cursor: encodeCursor(cursorOf(node), options.list), node }));
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

/** Opaque on purpose: what stands in a cursor may change. The list's mark keeps it from being read by another one. */
export function encodeCursor(value: string, list: string): string {
  return Buffer.from(`c2:${markOf(list)}:${value}`).toString('base64url');
}

/** Reads a cursor of this list; one from elsewhere is refused. */
export function decodeCursor(cursor: string | null | undefined, list: string): string | null {
  if (cursor == null) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const start = `c2:${markOf(list)}:`;
  if (!text.startsWith(start)) throw badCursor();
  return text.slice(start.length);
}

/** The same of a list whose cursors are numbers. */
export function decodeNumber(cursor: string | null | undefined, list: string): number | null {
  const value = decodeCursor(cursor, list);
  if (value === null) return null;
  if (!/^\d{1,9}$/.test(value)) throw badCursor();
  return Number(value);
}

/** A cursor that is none, or is another list's. */
export function badCursor(): Error {
  return apiError('BAD_CURSOR', 'This cursor is not one of this list. Start again without it.');
}

function markOf(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 8);
}
