import type { FoundCandidate } from './find-candidates.ts';

/** A value that hits have, and how many. */
export interface Facet {
  readonly value: string;
  readonly count: number;
}

/** The values that the hits have, the most frequent first. */
export interface SearchFacets {
  /** By the repository's name. */
  readonly repositories: readonly Facet[];
  readonly languages: readonly Facet[];
  readonly kinds: readonly Facet[];
  readonly folders: readonly Facet[];
}

const MOST = 20;

/** Counts what hits are made of. */
export function facetsOf(hits: readonly FoundCandidate[]): SearchFacets {
  return {
    repositories: counted(hits.map(({ origin }) => origin?.repositoryName ?? null)),
    languages: counted(hits.map(({ record }) => record.language)),
    kinds: counted(hits.map(({ kind }) => kind)),
    folders: counted(hits.map(({ path }) => folderOf(path))),
  };
}

/** The first two folders of a path, which are what people call a part of a repository. */
function folderOf(path: string | null): string | null {
  if (path === null) return null;
  const folders = path.split('/').slice(0, -1);
  return folders.length === 0 ? '.' : folders.slice(0, 2).join('/');
}

function counted(values: readonly (string | null)[]): Facet[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MOST);
}
