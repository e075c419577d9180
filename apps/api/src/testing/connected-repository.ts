import { z } from 'zod';
import type { openTestServer } from './open-test-server.ts';

const ids = z.object({ data: z.record(z.string(), z.record(z.string(), z.object({ id: z.string() }))) });

/** Connects a repository to a new project of a test server, by mutations. Returns its ID, and how it is synced. */
export async function connectRepository(
  server: Awaited<ReturnType<typeof openTestServer>>,
  {
    project,
    path,
    provider = 'GIT',
  }: { readonly project: string; readonly path: string; readonly provider?: 'GIT' | 'GITHUB' },
) {
  const idOf = async (field: string, query: string, variables: object): Promise<string> => {
    const { data } = ids.parse((await server.ask(query, variables)).body);
    return Object.values(data[field] ?? {})[0]?.id ?? '';
  };
  const projectId = await idOf(
    'createProject',
    'mutation ($n: String!) { createProject(input: { name: $n }) { ... on CreateProjectSuccess { project { id } } } }',
    { n: project },
  );
  const id = await idOf(
    'connectRepository',
    'mutation ($p: ID!, $u: String!, $k: SourceProvider!) { connectRepository(input: { projectId: $p, provider: $k, url: $u }) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { p: projectId, u: path, k: provider },
  );
  return {
    id,
    /** Syncs a branch, or the default one, until the sync has ended. Returns the ID of the sync. */
    sync: async (branch: string | null = null): Promise<string> => {
      const sync = await idOf(
        'startSync',
        'mutation ($r: ID!, $b: String) { startSync(input: { repositoryId: $r, branch: $b }) { ... on StartSyncSuccess { sync { id } } } }',
        { r: id, b: branch },
      );
      await server.follow('subscription ($id: ID!) { syncProgress(syncId: $id) { sequence } }', { id: sync });
      return sync;
    },
  };
}
