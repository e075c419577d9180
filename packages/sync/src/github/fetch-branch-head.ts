import { formatOf, type ObjectId } from '../objects/git-object.ts';
import type { HeadAnswer, SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, oidOf, stringOf, type Fields } from '../http-api/json.ts';
import { HEAD } from './queries.ts';
import { treeOf, type ProvenTree } from './proven-tree.ts';

/** A branch to look up, and the commit that is already stored. */
export interface BranchQuestion {
  readonly branch: string;
  readonly known: ObjectId | null;
}

/** The head, and its root tree if the same answer proved it. */
export interface FetchedHead {
  readonly answer: HeadAnswer;
  readonly root: ProvenTree | null;
}

/** Fetches a branch's commit with one request, whatever happened to the branch. */
export async function fetchBranchHead(
  client: GitHubClient,
  { branch, known }: BranchQuestion,
  call: SourceCall,
): Promise<FetchedHead> {
  if (client.anonymous) return anonymousHead(client, { branch, known }, call);
  // The full name, because a tag may have the same short name.
  const variables = { ref: `refs/heads/${branch}`, root: known === null };
  const repository = await client.graphql({ query: HEAD, variables }, call);
  if (repository['ref'] === null) return { answer: { kind: 'gone' }, root: null };
  const commit = fieldsOf(fieldsOf(repository['ref'])?.['target']);
  const tree = fieldsOf(commit?.['tree']);
  const answer = headOf(
    {
      commit: commit?.['oid'],
      tree: tree?.['oid'],
      date: stringOf(commit?.['committedDate']),
      message: stringOf(commit?.['message']),
      author: stringOf(fieldsOf(commit?.['author'])?.['name']),
    },
    known,
  );
  const root =
    answer.kind === 'head' && tree !== null && known === null
      ? treeOf(answer.head.treeOid, tree['entries'])
      : null;
  return { answer, root };
}

async function anonymousHead(
  client: GitHubClient,
  { branch, known }: BranchQuestion,
  call: SourceCall,
): Promise<FetchedHead> {
  const found = await client.rest(
    `/branches/${encodeURIComponent(branch)}`,
    call,
    (json) => oidOf(commitOf(json)?.['sha']) !== null,
  );
  if (found === null) {
    const exists = await client.rest('', call, (json) => fieldsOf(json) !== null);
    if (exists !== null) return { answer: { kind: 'gone' }, root: null };
    throw new SyncError(
      'REPOSITORY_NOT_FOUND',
      `GitHub has no public repository ${client.fullName}. Check the name, or enter a token that may see it.`,
    );
  }
  // REST redirects from a renamed branch to its new name, which is another branch.
  if (stringOf(fieldsOf(found.json)?.['name']) !== branch) return { answer: { kind: 'gone' }, root: null };
  const commit = commitOf(found.json);
  const inner = fieldsOf(commit?.['commit']);
  const answer = headOf(
    {
      commit: commit?.['sha'],
      tree: fieldsOf(inner?.['tree'])?.['sha'],
      date: stringOf(fieldsOf(inner?.['committer'])?.['date']),
      message: stringOf(inner?.['message']),
      author: stringOf(fieldsOf(inner?.['author'])?.['name']),
    },
    known,
  );
  return { answer, root: null };
}

function commitOf(json: unknown): Fields | null {
  return fieldsOf(fieldsOf(json)?.['commit']);
}

function headOf(
  found: {
    readonly commit: unknown;
    readonly tree: unknown;
    readonly date: string | null;
    readonly message: string | null;
    readonly author: string | null;
  },
  known: ObjectId | null,
): HeadAnswer {
  const commitOid = oidOf(found.commit);
  const treeOid = oidOf(found.tree);
  if (commitOid === null || treeOid === null) {
    throw new SyncError('SOURCE_INVALID_RESPONSE', 'GitHub named a head that is not a commit.', {
      retryable: true,
    });
  }
  if (commitOid === known) return { kind: 'unchanged' };
  const time = found.date === null ? Number.NaN : Date.parse(found.date);
  return {
    kind: 'head',
    head: {
      commitOid,
      treeOid,
      format: formatOf(commitOid),
      committedAt: Number.isNaN(time) ? null : new Date(time),
      message: found.message,
      author: found.author?.trim() === '' ? null : found.author,
    },
  };
}
