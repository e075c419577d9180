import type { Sql } from '../database/database.ts';
import { countDifferences, differences, differencesKey, type SyncChange } from './differences.ts';
import type { SnapshotKey } from './snapshot-file.ts';

type Kinds = readonly string[] | null;

/** What one sync changed, as a page among the others of its turn. */
export function changesKey(
  key: SnapshotKey,
  page: { kinds: Kinds; after: string | null; first: number },
): string {
  return differencesKey({
    branchId: key.branchId,
    from: key.number - 1,
    to: key.number,
    renames: true,
    ...page,
  });
}

/** What a sync changed, in byte order of the path. */
export async function syncChanges(
  sql: Sql,
  key: SnapshotKey,
  page: { kinds: Kinds; after: string | null; first: number },
): Promise<SyncChange[]> {
  return (await differences(alone(sql), key.projectId, changesKey(key, page))) ?? [];
}

/** The number of a sync's changes of these kinds. */
export async function countChanges(sql: Sql, key: SnapshotKey, kinds: Kinds): Promise<number> {
  const all = changesKey(key, { kinds, after: null, first: 0 });
  return (await countDifferences(alone(sql), key.projectId, all)) ?? 0;
}

/** A reader that has only this one thing to read. As with every reader, what is asked is known when the turn ends. */
function alone(sql: Sql) {
  return {
    async inProject<T>(_projectId: string, read: (sql: Sql) => Promise<T>): Promise<T> {
      await Promise.resolve();
      return read(sql);
    },
  };
}
