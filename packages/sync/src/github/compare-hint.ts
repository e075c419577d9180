import { decodeTree, formatOf, MODE, type ObjectId, type TreeEntry } from '../objects/git-object.ts';
import { pathFromBytes, type GitPath } from '../objects/git-path.ts';
import type { Head, KeptCommit, KeptTrees, SourceCall } from '../ports/source.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf, oidOf, rowsOf, stringOf, type Fields } from '../http-api/json.ts';
import type { ProvenTree } from './proven-tree.ts';
import { filesQuery } from './queries.ts';
import { rebuildTrees, type Change, type Changes } from './rebuild-trees.ts';

/** The inputs of a comparison. */
export interface CompareRequest {
  readonly client: GitHubClient;
  readonly head: Head;
  readonly base: KeptCommit;
  readonly kept: KeptTrees;
}

/** A verified difference, and the texts that came along (not verified yet). */
export interface Hint {
  readonly trees: ReadonlyMap<ObjectId, ProvenTree>;
  readonly texts: readonly string[];
}

/** GitHub cuts a comparison off at this many files. */
const MAX_COMPARED_FILES = 300;
const FILES_PER_QUERY = 100;

/**
 * Asks which files a head changed and applies the changes to the stored trees. GitHub's comparison starts at the merge
 * base, ends at 300 files and omits modes, so the result counts only if its root hashes to the head's tree.
 */
export async function compareHint(request: CompareRequest, call: SourceCall): Promise<Hint | null> {
  const { client, head, base, kept } = request;
  const path = `/compare/${base.commitOid}...${head.commitOid}?per_page=1`;
  const answer = await client.rest(path, call, (json) => stringOf(fieldsOf(json)?.['status']) !== null);
  const changes = changesOf(fieldsOf(answer?.json), base);
  if (changes === null) return null;
  const folders = await loadFolders(base, changes, kept);
  if (folders === null) return null;
  const rebuild = (made: Changes): Map<ObjectId, ProvenTree> | null =>
    rebuildTrees({ folders, from: base.treeOid, to: head.treeOid }, made);
  const guessed = rebuild(changes);
  if (guessed !== null) return { trees: guessed, texts: [] };
  if (client.anonymous || changes.size > FILES_PER_QUERY) return null;
  const exact = await exactChanges(request, [...changes.keys()], call);
  const trees = exact === null ? null : rebuild(exact.changes);
  return exact === null || trees === null ? null : { trees, texts: exact.texts };
}

/** Reads the changed files of a comparison; null if it is cut off, unreadable or does not start at the base. */
function changesOf(comparison: Fields | null, base: KeptCommit): Changes | null {
  const files = rowsOf(comparison?.['files']);
  const mergeBase = stringOf(fieldsOf(comparison?.['merge_base_commit'])?.['sha']);
  if (files === null || mergeBase !== base.commitOid || files.length >= MAX_COMPARED_FILES) return null;
  const changes = new Map<GitPath, Change>();
  for (const file of files) {
    const name = stringOf(file['filename']);
    const oid = oidOf(file['sha']);
    const status = stringOf(file['status']);
    const previous = stringOf(file['previous_filename']);
    if (name === null || oid === null) return null;
    if (previous !== null && status === 'renamed') changes.set(pathOf(previous), null);
    changes.set(pathOf(name), status === 'removed' ? null : { mode: null, oid });
  }
  return changes;
}

async function exactChanges(
  { client, head }: CompareRequest,
  paths: readonly GitPath[],
  call: SourceCall,
): Promise<{ changes: Changes; texts: string[] } | null> {
  const names = paths.map((path) => Buffer.from(path, 'latin1').toString('utf8'));
  const repository = await client.graphql({ query: filesQuery(head.commitOid, names) }, call);
  const commit = fieldsOf(repository['commit']);
  if (commit === null) return null;
  const texts: string[] = [];
  const changes = new Map<GitPath, Change>();
  for (const [index, path] of paths.entries()) {
    const file = fieldsOf(commit[`o${index}`]);
    const mode = numberOf(file?.['mode']);
    const oid = oidOf(file?.['oid']);
    changes.set(path, mode === null || oid === null ? null : { mode, oid });
    const text = stringOf(fieldsOf(file?.['object'])?.['text']);
    if (text !== null) texts.push(text);
  }
  return { changes, texts };
}

/** Loads the stored trees on the way to every change, level by level; null if one of them is not stored. */
async function loadFolders(
  base: KeptCommit,
  changes: Changes,
  kept: KeptTrees,
): Promise<Map<ObjectId, TreeEntry[]> | null> {
  const format = formatOf(base.treeOid);
  const folders = new Map<ObjectId, TreeEntry[]>();
  let level = [{ oid: base.treeOid, paths: [...changes.keys()].map((path) => path.split('/')) }];
  while (level.length > 0) {
    const loaded = await kept.load([...new Set(level.map((folder) => folder.oid))]);
    const next: typeof level = [];
    for (const { oid, paths } of level) {
      const content = loaded.get(oid);
      if (content === undefined) return null;
      const entries = decodeTree(format, content);
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

function pathOf(text: string): GitPath {
  return pathFromBytes(Buffer.from(text, 'utf8'));
}
