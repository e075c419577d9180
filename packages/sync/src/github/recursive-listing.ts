import { MODE, type ObjectId, type TreeEntry } from '../objects/git-object.ts';
import { pathFromBytes, type GitPath } from '../objects/git-path.ts';
import type { SourceCall } from '../ports/source.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf, oidOf, rowsOf, stringOf } from '../http-api/json.ts';
import { proveTree, type ProvenTree } from './proven-tree.ts';

/**
 * Fetches a whole tree with one request. Each folder is verified on its own, so a listing that is cut off, or that
 * lost names that are not UTF-8, still yields every folder it contains completely; the others are left out.
 */
export async function recursiveListing(
  client: GitHubClient,
  root: ObjectId,
  call: SourceCall,
): Promise<Map<ObjectId, ProvenTree>> {
  const answer = await client.rest(`/git/trees/${root}?recursive=1`, call, (json) =>
    Array.isArray(fieldsOf(json)?.['tree']),
  );
  const folders = new Map<string, { oid: ObjectId; entries: TreeEntry[]; sizes: [ObjectId, number][] }>();
  folders.set('', { oid: root, entries: [], sizes: [] });
  const rows = rowsOf(fieldsOf(answer?.json)?.['tree']) ?? [];
  const lines = rows.map((row) => ({
    path: pathFromBytes(Buffer.from(stringOf(row['path']) ?? '', 'utf8')),
    mode: Number.parseInt(stringOf(row['mode']) ?? '0', 8),
    oid: oidOf(row['sha']),
    size: numberOf(row['size']),
  }));
  for (const line of lines) {
    if (line.mode === MODE.tree && line.oid !== null)
      folders.set(line.path, { oid: line.oid, entries: [], sizes: [] });
  }
  for (const line of lines) {
    const slash = line.path.lastIndexOf('/');
    const folder = folders.get(slash < 0 ? '' : line.path.slice(0, slash));
    if (folder === undefined || line.oid === null) continue;
    folder.entries.push({ mode: line.mode, name: line.path.slice(slash + 1) as GitPath, oid: line.oid });
    if (line.size !== null) folder.sizes.push([line.oid, line.size]);
  }
  const proven = new Map<ObjectId, ProvenTree>();
  for (const { oid, entries, sizes } of folders.values()) {
    const content = proven.has(oid) ? null : proveTree(oid, entries);
    if (content !== null) proven.set(oid, { oid, content, sizes });
  }
  return proven;
}
