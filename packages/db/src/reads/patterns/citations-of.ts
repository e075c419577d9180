import type { Citation } from '@project-sync/knowledge';

/** A place of a pattern as it is stored. */
export type StoredPlace = readonly [path: string, startLine: number, endLine: number];

/** The stored places of a pattern as the evidence of a statement. */
export function citationsOf(places: readonly StoredPlace[]): Citation[] {
  return places.map(([path, startLine, endLine]) => ({ path, startLine, endLine }));
}
