import type { BranchPage, SourceBranch, SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf, oidOf, rowsOf, textOf, type Fields } from '../http-api/json.ts';
import { BRANCHES, DEFAULT_BRANCH } from './queries.ts';

/** One page of branches: the default one leads the first page, the others follow by name. */
export async function fetchBranches(
  client: GitHubClient,
  page: { query?: string; first: number; after?: string },
  call: SourceCall,
): Promise<BranchPage> {
  const first = Math.min(100, Math.max(1, page.first));
  const filter = page.query ?? '';
  if (client.anonymous)
    return pageOf(await allBranches(client, call), { first, filter, after: page.after ?? null });
  const repository = await client.graphql(
    BRANCHES,
    { first, after: page.after ?? null, filter: filter === '' ? null : filter },
    call,
  );
  const refs = fieldsOf(repository['refs']);
  const info = fieldsOf(refs?.['pageInfo']);
  const nodes = rowsOf(refs?.['nodes']);
  const totalCount = numberOf(refs?.['totalCount']);
  if (nodes === null || info === null || totalCount === null) throw unreadable();
  const main = branchOf(fieldsOf(repository['defaultBranchRef']) ?? {}, null);
  const listed = nodes.map((node) => branchOf(node, main?.name ?? null)).filter((branch) => branch !== null);
  const branches = listed.filter((branch) => !branch.isDefault);
  // Named once, in front, wherever the alphabet puts it.
  if (main !== null && page.after === undefined && matches(main.name, filter))
    branches.unshift({ ...main, isDefault: true });
  return { branches, totalCount, endCursor: info['hasNextPage'] === true ? textOf(info['endCursor']) : null };
}

/** The default branch's name; null in an empty repository. */
export async function fetchDefaultBranch(client: GitHubClient, call: SourceCall): Promise<string | null> {
  if (client.anonymous)
    return (await allBranches(client, call)).find((branch) => branch.isDefault)?.name ?? null;
  const repository = await client.graphql(DEFAULT_BRANCH, {}, call);
  return textOf(fieldsOf(repository['defaultBranchRef'])?.['name']);
}

/** REST counts no branches and filters none, so without a token the list is read whole. */
async function allBranches(client: GitHubClient, call: SourceCall): Promise<SourceBranch[]> {
  const repository = await client.rest(
    '',
    call,
    (json) => textOf(fieldsOf(json)?.['default_branch']) !== null,
  );
  if (repository === null) throw notFound(client.fullName);
  const main = textOf(fieldsOf(repository.json)?.['default_branch']);
  const found: SourceBranch[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.rest(
      `/branches?per_page=100&page=${page}`,
      call,
      (json) => rowsOf(json) !== null,
    );
    for (const row of rowsOf(answer?.json) ?? []) {
      const name = textOf(row['name']);
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
  const name = textOf(node['name']);
  const headOid = oidOf(fieldsOf(node['target'])?.['oid']);
  return name === null || headOid === null ? null : { name, headOid, isDefault: name === main };
}

function matches(name: string, filter: string): boolean {
  return name.toLowerCase().includes(filter.toLowerCase());
}

function notFound(name: string): SyncError {
  return new SyncError(
    'REPOSITORY_NOT_FOUND',
    `GitHub knows no public repository ${name}. Check the name, or enter a token that may see it.`,
  );
}

function unreadable(): SyncError {
  return new SyncError(
    'SOURCE_INVALID_RESPONSE',
    'GitHub listed the branches in a form that cannot be read.',
    { retryable: true },
  );
}
