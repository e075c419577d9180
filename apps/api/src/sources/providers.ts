import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  gitSource,
  githubSource,
  parseGitHubUrl,
  parseGitUrl,
  type Credentials,
  type GitHubName,
  type Launch,
  type OnBudget,
  type Source,
  type SourceProvider,
} from '@project-sync/sync';
import type { Configuration } from '../configuration.ts';
import type { GitHubApps } from './github-apps.ts';

/** The credentials of a repository. */
interface Access {
  readonly token: string | null;
  /** Whether the operator's token and folders may be used where it has no token. */
  readonly operatorAccess: boolean;
}

/** The rules of one kind of source. */
export interface Provider {
  /** Checks an address as a user entered it, and returns its canonical form with a name; throws `SyncError`. */
  identify(url: string): { url: string; name: string };
  /** Opens a source by its address, with the repository's own token if it has one. */
  open(url: string, access: Access): Promise<Source>;
  /** Tells what of the operator's own the address is read with. */
  needsOperator(url: string, token: string | null): 'folder' | 'token' | null;
}

/** The parts that providers share. */
export interface ProviderParts {
  readonly launch: Launch;
  /** Receives what is left of GitHub's rate limits. */
  readonly onBudget: OnBudget;
  readonly githubApps: GitHubApps;
}

/** The rules of every kind of source, under a configuration. */
export function sourceProvidersOf(
  configuration: Configuration,
  parts: ProviderParts,
): Record<SourceProvider, Provider> {
  return { GITHUB: githubProvider(configuration, parts), GIT: gitProvider(configuration, parts.launch) };
}

function githubProvider(
  { GITHUB_API_URL, GITHUB_TOKEN }: Configuration,
  { onBudget, githubApps }: ProviderParts,
): Provider {
  /** The repository's own token first; then what is the operator's: the App where it is installed, else the token. */
  async function credentialsOf(
    repository: GitHubName,
    token: string | null,
    operatorAccess: boolean,
  ): Promise<Credentials> {
    if (token !== null) return { kind: 'token', token };
    const app = operatorAccess ? await githubApps.credentialsFor(repository) : null;
    if (app !== null) return app;
    return operatorAccess && GITHUB_TOKEN !== undefined
      ? { kind: 'token', token: GITHUB_TOKEN }
      : { kind: 'anonymous' };
  }

  const enterprise =
    GITHUB_API_URL === undefined ? undefined : new URL(GITHUB_API_URL).hostname.replace(/^api\./, '');
  return {
    identify(url) {
      const { owner, name } = parseGitHubUrl(url, enterprise);
      return { url: `https://${enterprise ?? 'github.com'}/${owner}/${name}`, name: `${owner}/${name}` };
    },
    needsOperator: (_url, token) =>
      token === null && (GITHUB_TOKEN !== undefined || githubApps.isThere) ? 'token' : null,
    async open(url, { token, operatorAccess }) {
      const repository = parseGitHubUrl(url, enterprise);
      return githubSource({
        repository,
        credentials: await credentialsOf(repository, token, operatorAccess),
        onBudget,
        ...(GITHUB_API_URL === undefined ? {} : { apiUrl: GITHUB_API_URL }),
      });
    },
  };
}

/** The folder of all mirrors, below DATA_DIR. */
export const MIRRORS = 'mirrors';

/** Returns the folder's name of a mirror. Repositories with the same address and token share one. */
export function mirrorName(url: string, token: string | null): string {
  const key = createHash('sha256')
    .update(`${url}\0${token ?? ''}`)
    .digest('hex')
    .slice(0, 32);
  return `${key}.git`;
}

function gitProvider(configuration: Configuration, launch: Launch): Provider {
  const policy = {
    allowedHosts: configuration.GIT_ALLOWED_HOSTS,
    localRoots: configuration.LOCAL_REPOSITORIES,
  };
  const limits = {
    fileBytes: configuration.GIT_FETCH_MEGABYTES * 2 ** 20,
    cpuSeconds: configuration.GIT_FETCH_CPU_SECONDS,
  };
  return {
    identify(url) {
      const address = parseGitUrl(url, policy);
      return { url: address.url, name: address.name };
    },
    needsOperator: (url) => (parseGitUrl(url, policy).kind === 'local' ? 'folder' : null),
    open(url, { token, operatorAccess }) {
      const mirror = join(configuration.DATA_DIR, MIRRORS, mirrorName(url, token));
      const localRoots = operatorAccess ? policy.localRoots : [];
      return gitSource({ url, token, mirror, launch, limits, ...policy, localRoots });
    },
  };
}
