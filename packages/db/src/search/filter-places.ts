import type { Sql } from '../database/database.ts';
import { CANDIDATES, filterSql, type SearchedPlaces } from './candidate-sql.ts';

/** The time that one piece should take, so that others have their turn between two of them. */
const PIECE_MS = 15;
const FIRST_PIECE = 500;
const LEAST = 50;
const MOST = 5000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

interface Piece extends Record<string, unknown> {
  readonly last: string | null;
  readonly passages: number;
  /** Entry, file and page of each place. */
  readonly places: readonly (readonly [id: string, fileId: string | null, pageId: string | null])[] | null;
  readonly ms: number;
}

/** A search by operators: how it is limited, and the parameters of its statements for a limit of time. */
export interface FilterSearch {
  readonly places: SearchedPlaces;
  readonly seconds: number;
  readonly parameters: (seconds: number) => unknown[];
}

/**
 * Finds the places that the operators of a question let through, as three parameters: entries, files and pages. A pattern is
 * compared with every passage of a project; in one statement that would keep an embedded database from all else for seconds.
 */
export async function filterPlaces(
  sql: Sql,
  { places, seconds, parameters }: FilterSearch,
): Promise<unknown[]> {
  const statement = filterSql(places);
  const found: (readonly [string, string | null, string | null])[] = [];
  let left = seconds;
  let size = FIRST_PIECE;
  for (let after: string | null = BEFORE_ALL; after !== null && found.length < CANDIDATES.filters;) {
    const params: unknown[] = [...parameters(Math.max(0, left)), after, size];
    const [piece]: Piece[] = await sql.query<Piece>(statement, params);
    if (piece === undefined) break;
    for (const place of piece.places ?? []) found.push(place);
    after = piece.passages < size ? null : piece.last;
    left -= piece.ms / 1000;
    size = nextSize(size, piece.ms);
  }
  const kept = found.slice(0, CANDIDATES.filters);
  return [0, 1, 2].map((field) => kept.map((place) => place[field] ?? null));
}

function nextSize(size: number, ms: number): number {
  const wanted = Math.round((size * PIECE_MS) / Math.max(ms, 1));
  return Math.min(MOST, Math.max(LEAST, Math.min(wanted, size * 4)));
}
