import {
  decodeTree,
  encodeTree,
  formatOf,
  hashObject,
  MODE,
  type ObjectId,
  type TreeEntry,
} from '../objects/git-object.ts';
import { pathFromBytes, type GitPath } from '../objects/git-path.ts';
import type { Head, KeptCommit, KeptTrees, SourceCall } from '../ports/source.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf, oidOf, rowsOf, textOf } from '../http-api/json.ts';
import type { ProvenTree } from './proven-tree.ts';
import { filesQuery } from './queries.ts';

/** What stands at a path now; null: nothing. The mode is a guess until the root's hash says otherwise. */
type Change = { readonly mode: number | null; readonly oid: ObjectId } | null;

/** A proven difference, and the texts that came on the way (still to be proven). */
export interface Hint {
  readonly trees: ReadonlyMap<ObjectId, ProvenTree>;
  readonly texts: readonly string[];
}

const COMPARE_FILES = 300;
const FILES_A_QUERY = 100;

/**
 * Asks which files a head changed and applies them to the kept trees. GitHub's comparison starts at the merge base,
 * ends at 300 files and tells no modes, so nothing of it counts unless the root that comes out is the head's own.
 */
export async function compareHint(
  client: GitHubClient,
  head: Head,
  base: KeptCommit,
  kept: KeptTrees,
  call: SourceCall,
): Promise<Hint | null> {
  const path = `/compare/${base.commitOid}...${head.commitOid}?per_page=1`;
  const answer = await client.rest(path, call, (json) => textOf(fieldsOf(json)?.['status']) !== null);
  const comparison = fieldsOf(answer?.json);
  const files = rowsOf(comparison?.['files']);
  const mergeBase = textOf(fieldsOf(comparison?.['merge_base_commit'])?.['sha']);
  if (files === null || mergeBase !== base.commitOid || files.length >= COMPARE_FILES) return null;
  const changes = new Map<GitPath, Change>();
  for (const file of files) {
    const [name, oid, status] = [textOf(file['filename']), oidOf(file['sha']), textOf(file['status'])];
    const previous = textOf(file['previous_filename']);
    if (name === null || oid === null) return null;
    if (previous !== null && status === 'renamed') changes.set(pathOf(previous), null);
    changes.set(pathOf(name), status === 'removed' ? null : { mode: null, oid });
  }
  const held = await loadFolders(base, changes, kept, head);
  if (held === null) return null;
  const guessed = rebuild(held, base.treeOid, changes, head);
  if (guessed !== null) return { trees: guessed, texts: [] };
  if (client.anonymous || changes.size > FILES_A_QUERY) return null;
  const exact = await exactChanges(client, head, [...changes.keys()], call);
  if (exact === null) return null;
  const trees = rebuild(held, base.treeOid, exact.changes, head);
  return trees === null ? null : { trees, texts: exact.texts };
}

async function exactChanges(
  client: GitHubClient,
  head: Head,
  paths: readonly GitPath[],
  call: SourceCall,
): Promise<{ changes: Map<GitPath, Change>; texts: string[] } | null> {
  const names = paths.map((path) => Buffer.from(path, 'latin1').toString('utf8'));
  const repository = await client.graphql(filesQuery(head.commitOid, names), {}, call);
  const commit = fieldsOf(repository['commit']);
  if (commit === null) return null;
  const texts: string[] = [];
  const changes = new Map<GitPath, Change>();
  for (const [index, path] of paths.entries()) {
    const file = fieldsOf(commit[`o${index}`]);
    const [mode, oid] = [numberOf(file?.['mode']), oidOf(file?.['oid'])];
    changes.set(path, mode === null || oid === null ? null : { mode, oid });
    const text = textOf(fieldsOf(file?.['object'])?.['text']);
    if (text !== null) texts.push(text);
  }
  return { changes, texts };
}

/** The kept trees on the way to every change, a level at a time; null where one that should be kept is not. */
async function loadFolders(
  base: KeptCommit,
  changes: ReadonlyMap<GitPath, Change>,
  kept: KeptTrees,
  head: Head,
): Promise<Map<ObjectId, TreeEntry[]> | null> {
  const folders = new Map<ObjectId, TreeEntry[]>();
  let level = [{ oid: base.treeOid, paths: [...changes.keys()].map((path) => path.split('/')) }];
  while (level.length > 0) {
    const loaded = await kept.load([...new Set(level.map((folder) => folder.oid))]);
    const next: typeof level = [];
    for (const { oid, paths } of level) {
      const content = loaded.get(oid);
      if (content === undefined) return null;
      const entries = decodeTree(head.format, content);
      folders.set(oid, entries);
      const below = Map.groupBy(
        paths.filter((parts) => parts.length > 1),
        (parts) => parts[0] ?? '',
      );
      for (const entry of entries) {
        const inside = entry.mode === MODE.tree ? below.get(entry.name) : undefined;
        if (inside !== undefined) next.push({ oid: entry.oid, paths: inside.map((parts) => parts.slice(1)) });
      }
    }
    level = next;
  }
  return folders;
}

/** Applies changes to the kept trees; the new trees, or null unless the root is the head's. */
function rebuild(
  folders: ReadonlyMap<ObjectId, TreeEntry[]>,
  root: ObjectId,
  changes: ReadonlyMap<GitPath, Change>,
  head: Head,
): Map<ObjectId, ProvenTree> | null {
  const trees = new Map<ObjectId, ProvenTree>();
  const build = (
    oid: ObjectId | null,
    inside: readonly { parts: string[]; change: Change }[],
  ): ObjectId | null => {
    const entries = new Map(
      (oid === null ? [] : (folders.get(oid) ?? [])).map((entry) => [entry.name, entry]),
    );
    const groups = Map.groupBy(inside, (one) => one.parts[0] ?? '');
    for (const [text, group] of groups) {
      const name = text as GitPath;
      const before = entries.get(name);
      const here = group.find((one) => one.parts.length === 1);
      const below = group
        .filter((one) => one.parts.length > 1)
        .map((one) => ({ parts: one.parts.slice(1), change: one.change }));
      if (here !== undefined) {
        if (here.change === null) entries.delete(name);
        else {
          const kept = before !== undefined && before.mode !== MODE.tree ? before.mode : MODE.file;
          entries.set(name, { name, mode: here.change.mode ?? kept, oid: here.change.oid });
        }
      }
      if (below.length === 0) continue;
      const added = below.some((one) => one.change !== null);
      // What is only removed below a path that a file has taken was in the folder that it replaced.
      if (here !== undefined && here.change !== null && !added) continue;
      const folder = build(before?.mode === MODE.tree ? before.oid : null, below);
      if (folder === null) {
        if (here === undefined) entries.delete(name);
      } else entries.set(name, { name, mode: MODE.tree, oid: folder });
    }
    if (entries.size === 0 && oid !== root) return null;
    const content = encodeTree([...entries.values()]);
    const made = hashObject(formatOf(head.treeOid), 'tree', content);
    trees.set(made, { oid: made, content, sizes: [] });
    return made;
  };
  const made = build(
    root,
    [...changes].map(([path, change]) => ({ parts: path.split('/'), change })),
  );
  return made === head.treeOid ? trees : null;
}

function pathOf(text: string): GitPath {
  return pathFromBytes(Buffer.from(text, 'utf8'));
}
