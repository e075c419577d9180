import { formatOf, type ObjectId } from '../objects/git-object.ts';
import type { Head, HeadAnswer, SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, oidOf, textOf, type Fields } from '../http-api/json.ts';
import { HEAD } from './queries.ts';
import { treeOf, type ProvenTree } from './proven-tree.ts';

/** The head, and its root tree where the answer proved it on the way. */
export interface FetchedHead {
  readonly answer: HeadAnswer;
  readonly root: ProvenTree | null;
}

/** Asks for a branch's commit: one request, whatever has happened to the branch. */
export async function fetchBranchHead(
  client: GitHubClient,
  branch: string,
  known: ObjectId | null,
  call: SourceCall,
): Promise<FetchedHead> {
  if (client.anonymous) return anonymousHead(client, branch, known, call);
  // A full name: a tag or a branch called refs/heads/x must not be taken for it.
  const repository = await client.graphql(HEAD, { ref: `refs/heads/${branch}`, root: known === null }, call);
  if (repository['ref'] === null) return { answer: { kind: 'gone' }, root: null };
  const commit = fieldsOf(fieldsOf(repository['ref'])?.['target']);
  const tree = fieldsOf(commit?.['tree']);
  const answer = headOf(
    commit?.['oid'],
    tree?.['oid'],
    textOf(commit?.['committedDate']),
    textOf(commit?.['message']),
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
  branch: string,
  known: ObjectId | null,
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
      `GitHub knows no public repository ${client.fullName}. Check the name, or enter a token that may see it.`,
    );
  }
  // REST leads on from a renamed branch to its new name; that is another branch.
  if (textOf(fieldsOf(found.json)?.['name']) !== branch) return { answer: { kind: 'gone' }, root: null };
  const commit = commitOf(found.json);
  const inner = fieldsOf(commit?.['commit']);
  const date = textOf(fieldsOf(inner?.['committer'])?.['date']);
  const answer = headOf(
    commit?.['sha'],
    fieldsOf(inner?.['tree'])?.['sha'],
    date,
    textOf(inner?.['message']),
    known,
  );
  return { answer, root: null };
}

function commitOf(json: unknown): Fields | null {
  return fieldsOf(fieldsOf(json)?.['commit']);
}

function headOf(
  commit: unknown,
  tree: unknown,
  date: string | null,
  message: string | null,
  known: ObjectId | null,
): HeadAnswer {
  const commitOid = oidOf(commit);
  const treeOid = oidOf(tree);
  if (commitOid === null || treeOid === null) {
    throw new SyncError('SOURCE_INVALID_RESPONSE', 'GitHub named a head that is not a commit.', {
      retryable: true,
    });
  }
  if (commitOid === known) return { kind: 'unchanged' };
  const time = date === null ? Number.NaN : Date.parse(date);
  const head: Head = {
    commitOid,
    treeOid,
    format: formatOf(commitOid),
    committedAt: Number.isNaN(time) ? null : new Date(time),
    message,
  };
  return { kind: 'head', head };
}
