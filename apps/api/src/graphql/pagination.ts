import { createHash } from 'node:crypto';
import { apiError } from './errors.ts';

/** The largest page. */
export const LARGEST_PAGE = 100;

/** Rejects page sizes out of range; without it a list would silently be shorter than asked. */
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

/** Also rejects cursors that name no row, which Prisma would fail at. */
export function checkRowPage(page: object, key: keyof typeof rowCursors = 'project and id'): void {
  checkPage(page);
  for (const name of ['after', 'before']) {
    const cursor: unknown = Reflect.get(page, name);
    if (typeof cursor === 'string' && !rowCursors[key].test(Buffer.from(cursor, 'base64').toString('utf8')))
      throw badCursor();
  }
}

/** Also rejects `last` and `before`, for a list that is read forwards only. */
export function checkForwardPage(page: object): void {
  checkPage(page);
  if (Reflect.get(page, 'last') != null || Reflect.get(page, 'before') != null)
    throw apiError('BAD_USER_INPUT', 'This list is read from its front: give first and after.');
}

/** A page of rows, one more of which was read than asked. `list` identifies the list its cursors belong to. */
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

/** An opaque cursor, marked with a hash of its list so that another list rejects it. */
export function encodeCursor(value: string, list: string): string {
  return Buffer.from(`c2:${markOf(list)}:${value}`).toString('base64url');
}

/** Decodes a cursor of this list and rejects one of another list. */
export function decodeCursor(cursor: string | null | undefined, list: string): string | null {
  if (cursor == null) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const start = `c2:${markOf(list)}:`;
  if (!text.startsWith(start)) throw badCursor();
  return text.slice(start.length);
}

/** Decodes a cursor of a list whose positions are numbers. */
export function decodeNumber(cursor: string | null | undefined, list: string): number | null {
  const value = decodeCursor(cursor, list);
  if (value === null) return null;
  if (!/^\d{1,9}$/.test(value)) throw badCursor();
  return Number(value);
}

/** The error for a cursor that cannot be decoded, or belongs to another list. */
export function badCursor(): Error {
  return apiError('BAD_CURSOR', 'This cursor is not one of this list. Start again without it.');
}

function markOf(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 8);
}
