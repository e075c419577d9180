import { z } from 'zod';
import type { BegunSync, SyncPlace } from './begin-syncs.ts';
import type { Client } from './client.ts';
import type { Flags } from './command.ts';
import { findProject } from './find-project.ts';
import { startAll } from './start-all.ts';

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const projects = z.object({
  projects: z.object({ pageInfo, nodes: z.array(z.object({ id: z.string(), slug: z.string() })) }),
});
const branches = z.object({ pageInfo, nodes: z.array(z.object({ name: z.string() })) });
const repository = z.object({ id: z.string(), name: z.string(), keptBranches: branches });
const repositories = z.object({
  node: z.object({ repositories: z.object({ pageInfo, nodes: z.array(repository) }) }),
});
const further = z.object({ node: z.object({ keptBranches: branches }) });

/**
 * Starts a sync of every stored branch of every repository, of one project or of all; of a repository that has none, of its
 * default branch. With a branch given, that of each repository.
 */
export async function branchesToSync(
  client: Client,
  { project, branch }: Pick<Flags, 'project' | 'branch'>,
): Promise<BegunSync[]> {
  // A wrong slug is refused with the nearest ones, before anything is started.
  if (project !== undefined) await findProject(client, project);
  const begun: BegunSync[] = [];
  for await (const { id, slug } of listProjects(client)) {
    if (project !== undefined && slug !== project) continue;
    const asked: { readonly repositoryId: string; readonly place: SyncPlace }[] = [];
    for await (const one of listRepositories(client, id))
      for (const name of branch === undefined ? await branchesOf(client, one) : [branch])
        asked.push({ repositoryId: one.id, place: { repository: `${slug}/${one.name}`, branch: name } });
    const started = await startAll(
      client,
      id,
      asked.map(({ repositoryId, place }) => ({ repositoryId, branch: place.branch })),
    );
    begun.push(
      ...asked.flatMap(({ place }, index) => {
        const sync = started[index];
        return sync === undefined ? [] : [{ place, sync }];
      }),
    );
  }
  return begun;
}

async function* listProjects(client: Client) {
  for (let after: string | null = null; ;) {
    const page: z.infer<typeof projects> = await client.ask(
      projects,
      'query ($after: String) { projects(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id slug } } }',
      { after },
    );
    yield* page.projects.nodes;
    if (!page.projects.pageInfo.hasNextPage) return;
    after = page.projects.pageInfo.endCursor;
  }
}

async function* listRepositories(client: Client, id: string) {
  for (let after: string | null = null; ;) {
    const page: z.infer<typeof repositories> = await client.ask(
      repositories,
      `query ($id: ID!, $after: String) { node(id: $id) { ... on Project { repositories(first: 50, after: $after) { pageInfo { hasNextPage endCursor }
         nodes { id name keptBranches(first: 100) { pageInfo { hasNextPage endCursor } nodes { name } } } } } } }`,
      { id, after },
    );
    yield* page.node.repositories.nodes;
    if (!page.node.repositories.pageInfo.hasNextPage) return;
    after = page.node.repositories.pageInfo.endCursor;
  }
}

/** The names of all stored branches; null, for the default one, where there are none. */
async function branchesOf(
  client: Client,
  { id, keptBranches }: z.infer<typeof repository>,
): Promise<(string | null)[]> {
  const names = keptBranches.nodes.map(({ name }) => name);
  for (let page = keptBranches.pageInfo; page.hasNextPage;) {
    const { node } = await client.ask(
      further,
      'query ($id: ID!, $after: String) { node(id: $id) { ... on Repository { keptBranches(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { name } } } } }',
      { id, after: page.endCursor },
    );
    names.push(...node.keptBranches.nodes.map(({ name }) => name));
    page = node.keptBranches.pageInfo;
  }
  return names.length === 0 ? [null] : names;
}
