import { hashObject, type ObjectId } from '../objects/git-object.ts';
import type { Source } from '../ports/source.ts';
import { systemClock, type Clock } from '../http-api/clock.ts';
import type { Credentials } from './credentials.ts';
import { fetchBranches, fetchDefaultBranch } from './fetch-branches.ts';
import { fetchBranchHead } from './fetch-branch-head.ts';
import { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf } from '../http-api/json.ts';
import type { GitHubName } from './parse-github-url.ts';
import type { ProvenTree } from './proven-tree.ts';
import { readBlobs } from './read-blobs.ts';
import { readTrees } from './read-trees.ts';
import { Transport } from './transport.ts';

/** What a GitHub source is made of. */
export interface GitHubSourceOptions {
  readonly repository: GitHubName;
  readonly credentials: Credentials;
  /** `https://api.github.com`, or an Enterprise server's `https://HOST/api/v3`. */
  readonly apiUrl?: string;
  readonly clock?: Clock;
  /** Milliseconds of silence after which an answer is given up. */
  readonly silence?: number;
}

const PREFETCHED_BYTES = 4 * 1024 * 1024;

/** The client of one repository, for `fetchBranches` and its like. */
export function githubClient(options: GitHubSourceOptions): GitHubClient {
  const apiUrl = (options.apiUrl ?? 'https://api.github.com').replace(/\/+$/, '');
  const { clock = systemClock, silence = 30_000, credentials, repository } = options;
  return new GitHubClient({
    transport: new Transport({ apiUrl, credentials, clock, silence }),
    apiUrl,
    repository,
  });
}

/** A GitHub repository behind the port: the cheapest plan that can be proven. */
export function githubSource(options: GitHubSourceOptions): Source {
  const client = githubClient(options);
  const prefetched = new Map<ObjectId, Buffer>();
  let root: ProvenTree | null = null;

  return {
    defaultBranch: (call) => fetchDefaultBranch(client, call),
    branches: (page, call) => fetchBranches(client, page, call),
    async head(branch, known, call) {
      const fetched = await fetchBranchHead(client, branch, known, call);
      root = fetched.root;
      return fetched.answer;
    },
    async commitsBetween(known, head, call) {
      const path = `/compare/${known}...${head}?per_page=1`;
      const answer = await client.rest(path, call, (json) => numberOf(fieldsOf(json)?.['ahead_by']) !== null);
      return numberOf(fieldsOf(answer?.json)?.['ahead_by']);
    },
    trees(head, kept, base, call) {
      const onTexts = (texts: readonly string[]): void => {
        prefetched.clear();
        let bytes = 0;
        for (const text of texts) {
          const content = Buffer.from(text, 'utf8');
          bytes += content.length;
          if (bytes <= PREFETCHED_BYTES) prefetched.set(hashObject(head.format, 'blob', content), content);
        }
      };
      return readTrees(
        { client, head, kept, base, root: root?.oid === head.treeOid ? root : null, onTexts },
        call,
      );
    },
    blobs: (head, wanted, limits, call) => readBlobs({ client, head, wanted, limits, prefetched }, call),
    // GitHub keeps nothing for us: the next difference starts from the commit's id.
    keep: () => Promise.resolve(),
    usage: () => ({ ...client.transport.usage }),
    close() {
      prefetched.clear();
      return Promise.resolve();
    },
  };
}
