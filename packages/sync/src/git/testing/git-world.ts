import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ObjectFormat } from '../../objects/git-object.ts';
import type { Holdings } from '../../github/testing/holdings.ts';
import type { Head, Source, SourceCall } from '../../ports/source.ts';
import {
  createRepository,
  listingOf,
  serveGit,
  type GitServer,
  type TestRepository,
} from '../../testing/index.ts';
import { gitSource, type GitSourceOptions } from '../git-source.ts';

/** A folder for mirrors, and test repositories. */
export interface GitWorld {
  readonly folder: string;
  repository(format?: ObjectFormat): Promise<TestRepository>;
  freshMirror(): string;
  /** Read from its folder. */
  source(at: TestRepository, extra?: Partial<GitSourceOptions>): Promise<Source>;
  /** Read from a server, through a mirror. */
  served(at: TestRepository, extra?: Partial<GitSourceOptions>): Promise<Source>;
  close(): Promise<void>;
}

/** A call that is never cancelled. */
export const call: SourceCall = { signal: new AbortController().signal };

export async function createGitWorld(): Promise<GitWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-mirrors-'));
  const repositories: TestRepository[] = [];
  const servers: GitServer[] = [];
  let mirrors = 0;
  const freshMirror = (): string => join(folder, `mirror-${(mirrors += 1)}.git`);
  return {
    folder,
    freshMirror,
    async repository(format = 'sha1') {
      const made = await createRepository({ format });
      repositories.push(made);
      return made;
    },
    source: (at, extra = {}) =>
      gitSource({
        url: at.path,
        mirror: freshMirror(),
        allowedHosts: null,
        localRoots: [dirname(at.path)],
        ...extra,
      }),
    async served(at, extra = {}) {
      const server = await serveGit(at.path);
      servers.push(server);
      return gitSource({
        url: server.url,
        mirror: freshMirror(),
        allowedHosts: [server.host],
        localRoots: [],
        ...extra,
      });
    },
    async close() {
      for (const server of servers) await server.close();
      for (const repository of repositories) await repository.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns the head of an existing branch. */
export async function headOf(source: Source, branch: string): Promise<Head> {
  const answer = await source.head(branch, null, call);
  if (answer.kind !== 'head') throw new Error(`No head but ${answer.kind}`);
  return answer.head;
}

/** Returns the output of `git ls-tree` for the trees that were read. */
export function listed(holdings: Holdings, head: Head | null): Buffer {
  if (head === null) throw new Error('Nothing was read.');
  return listingOf(holdings.trees, head.treeOid, head.format);
}
