import { expect, vi } from 'vitest';
import { repositoryOf, widenBerths, writeDayRepositories } from './day-repositories.ts';
import type { Product } from './product.ts';

/** Starts a product that has synced three repositories, the second branch of each, and a change of the first one. */
export async function startDay(product: Product): Promise<void> {
  writeDayRepositories(product);
  await product.start();
  await product.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  // The numbers of syncs follow the order in which they were asked for: the first is that of the harbour's main line.
  const harbour = await connect(product, 'harbour', null);
  const others = [
    await connect(product, 'weather', harbour.projectId),
    await connect(product, 'winch', harbour.projectId),
  ];
  const branches = ['work', 'spring', 'fast'];
  for (const [at, { repositoryId }] of [harbour, ...others].entries())
    await start(product, repositoryId, branches[at] ?? '');
  await completed(product, 6);
  widenBerths(product);
  await start(product, harbour.repositoryId, 'main');
  await completed(product, 7);
}

interface Connected {
  readonly projectId: string;
  readonly repositoryId: string;
}

/** Connects a repository with the first sync of its main line, to a project or to a new one. */
async function connect(product: Product, name: string, projectId: string | null): Promise<Connected> {
  const repository = { provider: 'GIT', url: repositoryOf(product, name), sync: {} };
  const { result } = await product.ask<{
    result: { project?: { id: string }; repository?: { id: string }; message?: string };
  }>(
    projectId === null
      ? `mutation ($i: CreateProjectInput!) { result: createProject(input: $i) {
           ... on CreateProjectSuccess { project { id } repository { id } } ... on Error { message } } }`
      : `mutation ($i: ConnectRepositoryInput!) { result: connectRepository(input: $i) {
           ... on ConnectRepositorySuccess { repository { id } } ... on Error { message } } }`,
    { i: projectId === null ? { name, repository } : { projectId, ...repository } },
  );
  if (result.repository === undefined) throw new Error(result.message);
  return { projectId: projectId ?? result.project?.id ?? '', repositoryId: result.repository.id };
}

async function start(product: Product, repositoryId: string, branch: string): Promise<void> {
  await product.ask(
    'mutation ($i: StartSyncInput!) { startSync(input: $i) { ... on StartSyncSuccess { sync { id } } ... on Error { message } } }',
    { i: { repositoryId, branch } },
  );
}

async function completed(product: Product, syncs: number): Promise<void> {
  const query = '{ project(slug: "harbour") { syncs(status: [COMPLETED], first: 0) { totalCount } } }';
  const count = async () =>
    (await product.ask<{ project: { syncs: { totalCount: number } } }>(query)).project.syncs.totalCount;
  await vi.waitFor(async () => expect(await count()).toBe(syncs), { timeout: 120_000, interval: 100 });
}
