import type { ResultOf } from '../graphql/graphql.ts';
import { uncachedClient } from '../graphql/uncached-client.ts';
import { FolderFactsQuery } from './FileTree.graphql.ts';

type Node = Extract<NonNullable<ResultOf<typeof FolderFactsQuery>['node']>, { __typename: 'ProjectSync' }>;
/** The size of a file, and the sync that brought it as it is. */
export type FileFacts = NonNullable<NonNullable<Node['snapshot']>['tree'][number]['file']>;

/** Folders that are remembered: those that a reader goes back to. */
const MOST_FOLDERS = 20;
const remembered = new Map<string, ReadonlyMap<string, FileFacts>>();

/**
 * The facts of a folder's files, by their paths. A snapshot never changes, so a folder that is left and come back to is asked
 * for once; the answer has the message of a commit for each of its files.
 */
export async function folderFacts(syncId: string, path: string): Promise<ReadonlyMap<string, FileFacts>> {
  const key = `${syncId} ${path}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const { data } = await uncachedClient().query(FolderFactsQuery, { sync: syncId, path }).toPromise();
  if (data?.node?.__typename !== 'ProjectSync') return new Map();
  const tree = data.node.snapshot?.tree ?? [];
  const found = new Map(tree.flatMap(({ path: at, file }) => (file === null ? [] : [[at, file]])));
  remembered.set(key, found);
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_FOLDERS && oldest !== undefined) remembered.delete(oldest);
  return found;
}
