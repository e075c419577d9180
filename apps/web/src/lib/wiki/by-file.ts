/** Lines that are the evidence of a statement. */
export interface Citation {
  path: string;
  startLine: number;
  endLine: number;
}

/** The evidence of a page by file, each place once, in the order of the lines. */
export function byFile(citations: readonly Citation[]): { path: string; places: Citation[] }[] {
  const files = new Map<string, Map<string, Citation>>();
  for (const citation of citations) {
    const places = files.get(citation.path) ?? new Map<string, Citation>();
    places.set(`${citation.startLine}-${citation.endLine}`, citation);
    files.set(citation.path, places);
  }
  return [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, places]) => ({
      path,
      places: [...places.values()].toSorted((a, b) => a.startLine - b.startLine || a.endLine - b.endLine),
    }));
}
