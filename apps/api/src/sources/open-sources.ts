import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Database } from '@project-sync/db';
import {
  gitSource,
  githubSource,
  parseGitHubUrl,
  parseGitUrl,
  SyncError,
  type Launch,
  type Source,
} from '@project-sync/sync';
import type { Seal } from '../auth/token-cipher.ts';
import type { Configuration } from '../configuration.ts';

interface SourceAddress {
  readonly provider: 'GITHUB' | 'GIT';
  readonly url: string;
}

/** The parts that sources need. */
export interface SourcesOptions {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly seal: Seal;
  /** Spawns Git. */
  readonly launch: Launch;
}

/** Creates functions that open the sources a configuration allows. */
export function openSources({ configuration, database, seal, launch }: SourcesOptions) {
  const policy = {
    allowedHosts: configuration.GIT_ALLOWED_HOSTS,
    localRoots: configuration.LOCAL_REPOSITORIES,
  };
  const enterprise =
    configuration.GITHUB_API_URL === undefined
      ? undefined
      : new URL(configuration.GITHUB_API_URL).hostname.replace(/^api\./, '');

  /** Checks and normalizes an address typed by a person. */
  function identify({ provider, url }: SourceAddress): { url: string; name: string } {
    if (provider === 'GIT') {
      const address = parseGitUrl(url, policy);
      return { url: address.url, name: address.name };
    }
    const { owner, name } = parseGitHubUrl(url, enterprise);
    return { url: `https://${enterprise ?? 'github.com'}/${owner}/${name}`, name: `${owner}/${name}` };
  }

  /** Opens a source by its address. Repositories with the same address and token share a mirror. */
  async function probe({ provider, url, token }: SourceAddress & { token: string | null }): Promise<Source> {
    if (provider === 'GIT') {
      const key = createHash('sha256')
        .update(`${url}\0${token ?? ''}`)
        .digest('hex')
        .slice(0, 32);
      return gitSource({
        url,
        token,
        mirror: join(configuration.DATA_DIR, 'mirrors', `${key}.git`),
        launch,
        ...policy,
      });
    }
    const usedToken = token ?? configuration.GITHUB_TOKEN;
    return githubSource({
      repository: parseGitHubUrl(url, enterprise),
      credentials: usedToken === undefined ? { kind: 'anonymous' } : { kind: 'token', token: usedToken },
      ...(configuration.GITHUB_API_URL === undefined ? {} : { apiUrl: configuration.GITHUB_API_URL }),
    });
  }

  /** Opens the source of a connected repository, with its own token. */
  async function openSource({
    projectId,
    repositoryId,
  }: {
    projectId: string;
    repositoryId: string;
  }): Promise<Source> {
    const repository = await database.prisma.repository.findUnique({
      where: { projectId_id: { projectId, id: repositoryId } },
    });
    if (repository === null)
      throw new SyncError('REPOSITORY_NOT_FOUND', 'The repository is no longer connected.');
    const { provider, url, tokenCipher } = repository;
    return probe({
      provider,
      url,
      token: tokenCipher === null ? null : seal.open(tokenCipher, `${projectId}:${repositoryId}`),
    });
  }

  return { identify, probe, openSource };
}
