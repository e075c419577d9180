import type { Sql } from '../database.ts';
import type { TenantReads } from './tenant-reads.ts';

/** Finds many things of a project by their keys, in one statement. What is not in the map is not there. */
export type LoadMany<K, V> = (sql: Sql, projectId: string, keys: readonly K[]) => Promise<ReadonlyMap<K, V>>;

/** Finds one of them, together with all the others that are asked for in the same turn. */
export type FindOne<K, V> = (
  reads: Pick<TenantReads, 'inProject'>,
  projectId: string,
  key: K,
) => Promise<V | null>;

/** Makes a look-up of many into one of each: the fields of a list call it row by row, and cost one statement. */
export function manyByKey<K extends string | number | bigint, V>(load: LoadMany<K, V>): FindOne<K, V> {
  const open = new WeakMap<object, Map<string, { keys: Set<K>; found: Promise<ReadonlyMap<K, V>> }>>();
  return async (reads, projectId, key) => {
    const batches = open.get(reads) ?? new Map<string, never>();
    open.set(reads, batches);
    let batch = batches.get(projectId);
    if (batch === undefined) {
      // A reader that answers at once asks for this one alone.
      const keys = new Set([key]);
      let answered = false;
      const found = reads.inProject(projectId, (sql) => {
        answered = true;
        batches.delete(projectId);
        return load(sql, projectId, [...keys]);
      });
      batch = { keys, found };
      if (!answered) batches.set(projectId, batch);
    }
    batch.keys.add(key);
    return (await batch.found).get(key) ?? null;
  };
}
