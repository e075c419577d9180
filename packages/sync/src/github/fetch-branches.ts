import type { BranchPage, SourceBranch, SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf, oidOf, rowsOf, stringOf, type Fields } from '../http-api/json.ts';
import { BRANCHES, DEFAULT_BRANCH } from './queries.ts';

/** Fetches one page of branches: the default branch leads the first page, the others follow by name. */
export async function fetchBranches(
  client: GitHubClient,
  page: { query?: string; first: number; after?: string },
  call: SourceCall,
): Promise<BranchPage> {
  const first = Math.min(100, Math.max(1, page.first));
  const filter = page.query ?? '';
  const after = page.after ?? null;
  if (client.anonymous) return pageOf(await allBranches(client, call), { first, filter, after });
  const variables = { first, after, filter: filter === '' ? null : filter };
  const repository = await client.graphql({ query: BRANCHES, variables }, call);
  const { nodes, totalCount, endCursor } = refsOf(repository);
  const main = branchOf(fieldsOf(repository['defaultBranchRef']) ?? {}, null);
  const listed = nodes.map((node) => branchOf(node, main?.name ?? null)).filter((branch) => branch !== null);
  const branches = listed.filter((branch) => !branch.isDefault);
  // Listed once, first, wherever the alphabet puts it.
  if (main !== null && after === null && matches(main.name, filter))
    branches.unshift({ ...main, isDefault: true });
  return { branches, totalCount, endCursor };
}

function refsOf(repository: Fields): { nodes: Fields[]; totalCount: number; endCursor: string | null } {
  const refs = fieldsOf(repository['refs']);
  const info = fieldsOf(refs?.['pageInfo']);
  const nodes = rowsOf(refs?.['nodes']);
  const totalCount = numberOf(refs?.['totalCount']);
  if (nodes === null || info === null || totalCount === null) throw unreadable();
  return { nodes, totalCount, endCursor: info['hasNextPage'] === true ? stringOf(info['endCursor']) : null };
}

/** Fetches the name of the default branch; null for an empty repository. */
export async function fetchDefaultBranch(client: GitHubClient, call: SourceCall): Promise<string | null> {
  if (client.anonymous)
    return (await allBranches(client, call)).find((branch) => branch.isDefault)?.name ?? null;
  const repository = await client.graphql({ query: DEFAULT_BRANCH }, call);
  return stringOf(fieldsOf(repository['defaultBranchRef'])?.['name']);
}

/** REST neither counts nor filters branches, so without a token the whole list is read. */
async function allBranches(client: GitHubClient, call: SourceCall): Promise<SourceBranch[]> {
  const repository = await client.rest(
    '',
    call,
    (json) => stringOf(fieldsOf(json)?.['default_branch']) !== null,
  );
  if (repository === null) throw notFound(client.fullName);
  const main = stringOf(fieldsOf(repository.json)?.['default_branch']);
  const found: SourceBranch[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.rest(
      `/branches?per_page=100&page=${page}`,
      call,
      (json) => rowsOf(json) !== null,
    );
    for (const row of rowsOf(answer?.json) ?? []) {
      const name = stringOf(row['name']);
      const headOid = oidOf(fieldsOf(row['commit'])?.['sha']);
      if (name !== null && headOid !== null) found.push({ name, headOid, isDefault: name === main });
    }
    if (!/rel="next"/.test(answer?.headers.get('link') ?? '')) break;
  }
  return found.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

function pageOf(
  all: readonly SourceBranch[],
  page: { first: number; filter: string; after: string | null },
): BranchPage {
  const matching = all.filter((branch) => matches(branch.name, page.filter));
  const start = Math.max(0, Math.trunc(Number(page.after ?? 0)) || 0);
  const end = start + page.first;
  return {
    branches: matching.slice(start, end),
    totalCount: matching.length,
    endCursor: end < matching.length ? String(end) : null,
  };
}

function branchOf(node: Fields, main: string | null): SourceBranch | null {
  const name = stringOf(node['name']);
  const headOid = oidOf(fieldsOf(node['target'])?.['oid']);
  return name === null || headOid === null ? null : { name, headOid, isDefault: name === main };
}

function matches(name: string, filter: string): boolean {
  return name.toLowerCase().includes(filter.toLowerCase());
}

function notFound(name: string): SyncError {
  return new SyncError(
    'REPOSITORY_NOT_FOUND',
    `GitHub has no public repository ${name}. Check the name, or enter a token that may see it.`,
  );
}

function unreadable(): SyncError {
  return new SyncError('SOURCE_INVALID_RESPONSE', 'GitHub listed the branches in an unexpected form.', {
    retryable: true,
  });
}
