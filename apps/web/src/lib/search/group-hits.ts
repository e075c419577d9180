/** The part of a hit by which it is grouped. */
interface Grouped {
  entry: { id: string; path: string | null };
  repository: { id: string } | null;
  reasons: readonly string[];
}

/** Hits of one file, in their order. */
export interface HitGroup<Hit> {
  key: string;
  path: string | null;
  hits: Hit[];
}

/** Hits with those of one file grouped at the first of them. Files of two repositories with one path stay apart. */
export function groupByFile<Hit extends Grouped>(hits: readonly Hit[]): HitGroup<Hit>[] {
  const groups = new Map<string, HitGroup<Hit>>();
  for (const hit of hits) {
    const { id, path } = hit.entry;
    const key = path === null ? id : `${hit.repository?.id ?? ''} ${path}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, path, hits: [hit] });
    else group.hits.push(hit);
  }
  return [...groups.values()];
}

/** The hits that define a name of the query, apart from the others. */
export function definitionsFirst<Hit extends Grouped>(
  hits: readonly Hit[],
): { definitions: HitGroup<Hit>[]; others: HitGroup<Hit>[] } {
  const isDefinition = (hit: Hit) => hit.reasons.includes('SYMBOL');
  return {
    definitions: groupByFile(hits.filter(isDefinition)),
    others: groupByFile(hits.filter((hit) => !isDefinition(hit))),
  };
}
