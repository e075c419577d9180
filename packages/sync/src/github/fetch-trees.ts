import type { ObjectId } from '../objects/git-object.ts';
import { pathFromBytes, showPath, type GitPath } from '../objects/git-path.ts';
import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { AdaptiveBatch } from '../http-api/adaptive-batch.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, rowsOf, stringOf } from '../http-api/json.ts';
import { proveTree, treeOf, type ProvenTree } from './proven-tree.ts';
import { treesQuery } from './queries.ts';

/** A tree to fetch, and its path in the commit. */
export interface WantedTree {
  readonly oid: ObjectId;
  readonly path: GitPath;
}

const MAX_ROUNDS = 3;

/** Fetches trees by their IDs and verifies each; those that are missing or wrong are asked for again. */
export async function* fetchTrees(
  { client, batch }: { client: GitHubClient; batch: AdaptiveBatch },
  wanted: readonly WantedTree[],
  call: SourceCall,
): AsyncGenerator<ProvenTree[]> {
  let queue = wanted.map((tree) => ({ tree, round: 0 }));
  while (queue.length > 0) {
    call.signal.throwIfAborted();
    const asked = queue.slice(0, client.anonymous ? 1 : batch.size);
    let answers: (ProvenTree | null)[];
    try {
      answers = client.anonymous
        ? [await restTree(client, asked[0]?.tree, call)]
        : await graphqlTrees(
            client,
            asked.map((one) => one.tree),
            call,
          );
      batch.succeeded();
    } catch (error) {
      batch.failed(error, asked.length);
      continue;
    }
    queue = queue.slice(asked.length);
    const trees: ProvenTree[] = [];
    for (const [index, one] of asked.entries()) {
      const answer = answers[index] ?? null;
      if (answer !== null) trees.push(answer);
      else if (one.round + 1 < MAX_ROUNDS) queue.push({ tree: one.tree, round: one.round + 1 });
      else throw unproven(one.tree, client);
    }
    if (trees.length > 0) yield trees;
  }
}

async function graphqlTrees(
  client: GitHubClient,
  wanted: readonly WantedTree[],
  call: SourceCall,
): Promise<(ProvenTree | null)[]> {
  const query = treesQuery(wanted.map((tree) => tree.oid));
  const repository = await client.graphql({ query, splittable: wanted.length > 1 }, call);
  return wanted.map((tree, index) => treeOf(tree.oid, fieldsOf(repository[`o${index}`])?.['entries']));
}

async function restTree(
  client: GitHubClient,
  wanted: WantedTree | undefined,
  call: SourceCall,
): Promise<ProvenTree | null> {
  if (wanted === undefined) return null;
  const answer = await client.rest(`/git/trees/${wanted.oid}`, call, (json) =>
    Array.isArray(fieldsOf(json)?.['tree']),
  );
  const rows = rowsOf(fieldsOf(answer?.json)?.['tree']) ?? [];
  const content = proveTree(
    wanted.oid,
    rows.map((row) => ({
      mode: Number.parseInt(stringOf(row['mode']) ?? '0', 8),
      name: pathFromBytes(Buffer.from(stringOf(row['path']) ?? '', 'utf8')),
      oid: stringOf(row['sha']) ?? '',
    })),
  );
  return content === null ? null : { oid: wanted.oid, content, sizes: [] };
}

function unproven(tree: WantedTree, client: GitHubClient): SyncError {
  const where = tree.path === '' ? 'The top folder' : `The folder ${showPath(tree.path)}`;
  const remedy = client.anonymous
    ? 'Enter a token, or connect the repository as a Git address.'
    : 'Try again later.';
  return new SyncError(
    'CONTENT_UNVERIFIED',
    `${where} could not be verified against its object ID. ${remedy}`,
    { retryable: true, subject: showPath(tree.path) },
  );
}
