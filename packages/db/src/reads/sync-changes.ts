import type { Sql } from '../database/database.ts';
import { countDifferences, differences, type DifferencePage, type SyncChange } from './differences.ts';
import type { SnapshotKey } from './snapshot-file.ts';

type ChangePage = Pick<DifferencePage, 'kinds' | 'after' | 'first'>;

/** The paths that one sync changed, as a page of differences to the snapshot before it. A rename is one change. */
export function changesOfSync(
  { branchId, number }: Pick<SnapshotKey, 'branchId' | 'number'>,
  page: ChangePage,
): DifferencePage {
  return { branchId, from: number - 1, to: number, renames: true, ...page };
}

/** The changes of one sync, read on a connection of the system. */
export function syncChanges(sql: Sql, key: SnapshotKey, page: ChangePage): Promise<SyncChange[]> {
  return differences(onConnection(sql), key.projectId, changesOfSync(key, page));
}

/** The number of changes of one sync, of these kinds. */
export function countChanges(sql: Sql, key: SnapshotKey, kinds: ChangePage['kinds']): Promise<number> {
  return countDifferences(
    onConnection(sql),
    key.projectId,
    changesOfSync(key, { kinds, after: null, first: 0 }),
  );
}

function onConnection(sql: Sql) {
  return { inProject: <T>(_projectId: string, read: (sql: Sql) => Promise<T>) => read(sql) };
}
