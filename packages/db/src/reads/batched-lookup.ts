import type { Sql } from '../database/database.ts';
import type { TenantReads } from './tenant-reads.ts';

/** Finds many things of a project by their keys, in one statement. What is not in the map is not there. */
export type LoadMany<K, V> = (sql: Sql, projectId: string, keys: readonly K[]) => Promise<ReadonlyMap<K, V>>;

/** Finds one of them, together with all the others that are asked for in the same turn. */
export type FindOne<K, V> = (
  reads: Pick<TenantReads, 'inProject'>,
  projectId: string,
  key: K,
) => Promise<V | null>;

type Key = string | number | bigint;

/** Makes a look-up of many into one of each: the fields of a list call it row by row, and cost one statement. */
export function manyByKey<K extends Key, V>(load: LoadMany<K, V>): FindOne<K, V> {
  const join = openBatches<K, V>();
  return (reads, projectId, key) =>
    join(reads, projectId, key, (keys) => reads.inProject(projectId, (sql) => load(sql, projectId, keys())));
}

/** The same over all the projects that the tenant may see: the key says of which one. */
export function manyOfAll<K extends Key, V>(
  load: (sql: Sql, keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
): (reads: Pick<TenantReads, 'inAll'>, key: K) => Promise<V | null> {
  const join = openBatches<K, V>();
  return (reads, key) => join(reads, '', key, (keys) => reads.inAll((sql) => load(sql, keys())));
}

/** Joins the batch that is open for a reader, or opens one, which closes when its keys are read. */
function openBatches<K extends Key, V>() {
  type Found = Promise<ReadonlyMap<K, V>>;
  const open = new WeakMap<object, Map<string, { keys: Set<K>; found: Found }>>();
  return async (reader: object, of: string, key: K, ask: (keys: () => K[]) => Found): Promise<V | null> => {
    const batches = open.get(reader) ?? new Map<string, never>();
    open.set(reader, batches);
    let batch = batches.get(of);
    if (batch === undefined) {
      // A reader that answers at once asks for this one alone.
      const keys = new Set([key]);
      let answered = false;
      const found = ask(() => {
        answered = true;
        batches.delete(of);
        return [...keys];
      });
      batch = { keys, found };
      if (!answered) batches.set(of, batch);
    }
    batch.keys.add(key);
    return (await batch.found).get(key) ?? null;
  };
}
