import { hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import type { Source } from '../ports/source.ts';
import { systemClock, type Clock } from '../http-api/clock.ts';
import type { Credentials } from './credentials.ts';
import { fetchBranches, fetchDefaultBranch } from './fetch-branches.ts';
import { fetchBranchHead } from './fetch-branch-head.ts';
import { fetchHeads } from './fetch-heads.ts';
import { GitHubClient } from './github-client.ts';
import { githubTransport } from './github-transport.ts';
import { fieldsOf, numberOf } from '../http-api/json.ts';
import type { GitHubName } from './parse-github-url.ts';
import type { OnBudget } from '../http-api/transport.ts';
import type { ProvenTree } from './proven-tree.ts';
import { fetchGitHubBlobs } from './fetch-blobs.ts';
import { readGitHubTrees } from './read-trees.ts';

/** The settings of a GitHub source. */
export interface GitHubSourceOptions {
  readonly repository: GitHubName;
  readonly credentials: Credentials;
  /** `https://api.github.com`, or an Enterprise server's `https://HOST/api/v3`. */
  readonly apiUrl?: string;
  readonly clock?: Clock;
  /** Milliseconds without data after which an answer is given up. */
  readonly silence?: number;
  /** Receives what is left of the rate limits. */
  readonly onBudget?: OnBudget;
}

const PREFETCHED_BYTES = 4 * 1024 * 1024;

/** Opens the client of one repository, for `fetchBranches` and similar calls. */
export function githubClient(options: GitHubSourceOptions): GitHubClient {
  const apiUrl = (options.apiUrl ?? 'https://api.github.com').replace(/\/+$/, '');
  const { clock = systemClock, silence = 30_000, credentials, repository, onBudget } = options;
  return new GitHubClient({
    transport: githubTransport({ apiUrl, credentials, clock, silence, onBudget }),
    anonymous: credentials.kind === 'anonymous',
    apiUrl,
    repository,
  });
}

/** A GitHub repository as a `Source`: each step takes the cheapest way whose result can be verified. */
export function githubSource(options: GitHubSourceOptions): Source {
  const client = githubClient(options);
  const prefetched = new Map<ObjectId, Buffer>();
  let root: ProvenTree | null = null;

  return {
    defaultBranch: (call) => fetchDefaultBranch(client, call),
    branches: (page, call) => fetchBranches(client, page, call),
    async head(branch, known, call) {
      const fetched = await fetchBranchHead(client, { branch, known }, call);
      root = fetched.root;
      return fetched.answer;
    },
    heads: (branches, seen, call) => fetchHeads(client, { branches, seen }, call),
    async commitsBetween(known, head, call) {
      const path = `/compare/${known}...${head}?per_page=1`;
      const answer = await client.rest(path, call, (json) => numberOf(fieldsOf(json)?.['ahead_by']) !== null);
      return numberOf(fieldsOf(answer?.json)?.['ahead_by']);
    },
    trees: (request, call) =>
      readGitHubTrees(
        {
          ...request,
          client,
          root: root?.oid === request.head.treeOid ? root : null,
          onTexts: (texts) => replaceTexts(prefetched, texts, request.head.format),
        },
        call,
      ),
    // They come with the trees where GitHub tells them at all.
    sizes: () => Promise.resolve(new Map()),
    blobs: (request, call) => fetchGitHubBlobs({ ...request, client, prefetched }, call),
    // GitHub needs no reference for the next difference: the commit's ID is enough.
    keep: () => Promise.resolve(),
    usage: () => ({ ...client.transport.usage }),
    close() {
      prefetched.clear();
      return Promise.resolve();
    },
  };
}

function replaceTexts(
  prefetched: Map<ObjectId, Buffer>,
  texts: readonly string[],
  format: ObjectFormat,
): void {
  prefetched.clear();
  let bytes = 0;
  for (const text of texts) {
    const content = Buffer.from(text, 'utf8');
    bytes += content.length;
    if (bytes <= PREFETCHED_BYTES) prefetched.set(hashObject(format, 'blob', content), content);
  }
}
