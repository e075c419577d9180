import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { connectRepository } from './connected-repository.ts';
import { openTestServer } from './open-test-server.ts';

/** A test server with a repository that is connected to a project of its own. */
export interface ConnectedServer {
  readonly server: Awaited<ReturnType<typeof openTestServer>>;
  readonly at: TestRepository;
  /** The ID of the repository, and its name as tools take it. */
  readonly repository: { readonly id: string; readonly name: string };
  readonly sync: Awaited<ReturnType<typeof connectRepository>>['sync'];
  close(): Promise<void>;
}

/** Opens a test server, and connects a repository that `commit` has filled. */
export async function openConnectedServer(
  project: string,
  commit: (at: TestRepository) => void,
): Promise<ConnectedServer> {
  const server = await openTestServer();
  const at = await createRepository();
  commit(at);
  const { id, sync } = await connectRepository(server, { project, path: at.path });
  return {
    server,
    at,
    repository: { id, name: `${project.toLowerCase()}/${at.path.split('/').at(-1) ?? ''}` },
    sync,
    async close() {
      await server.close();
      await at.remove();
    },
  };
}
