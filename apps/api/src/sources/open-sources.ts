import type { Database } from '@project-sync/db';
import { SyncError, type Launch, type Source, type SourceProvider } from '@project-sync/sync';
import type { Seal } from '../auth/token-cipher.ts';
import type { Configuration } from '../configuration.ts';
import type { SourceMetrics } from '../telemetry/metrics/source-metrics.ts';
import { observeSource } from '../telemetry/observe-source.ts';
import type { GitHubApps } from './github-apps.ts';
import { sourceProvidersOf } from './providers.ts';

interface Address {
  readonly provider: SourceProvider;
  readonly url: string;
}

/** The settings of sources. */
export interface SourcesOptions {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly seal: Seal;
  /** Starts Git. */
  readonly launch: Launch;
  readonly metrics: SourceMetrics;
  readonly githubApps: GitHubApps;
}

/** Returns the ways to open a source, within the limits of a configuration. */
export function openSources({ configuration, database, seal, launch, metrics, githubApps }: SourcesOptions) {
  const parts = { launch, onBudget: metrics.budgetLeft, githubApps };
  const providers = sourceProvidersOf(configuration, parts);

  /** Checks an address as a user entered it. */
  function identify({ provider, url }: Address): { url: string; name: string } {
    return providers[provider].identify(url);
  }

  /** Opens a source by its address. */
  async function probe({
    provider,
    url,
    token,
    operatorAccess,
  }: Address & { token: string | null; operatorAccess: boolean }): Promise<Source> {
    const source = await providers[provider].open(url, { token, operatorAccess });
    return observeSource(source, provider, metrics);
  }

  /** Tells what of the operator's own an address needs. */
  function needsOperator({
    provider,
    url,
    token,
  }: Address & { token: string | null }): 'folder' | 'token' | null {
    return providers[provider].needsOperator(url, token);
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
    const { provider, url, tokenCipher, operatorAccess } = repository;
    const token = tokenCipher === null ? null : seal.open(tokenCipher, `${projectId}:${repositoryId}`);
    return probe({ provider, url, token, operatorAccess });
  }

  return { identify, probe, needsOperator, openSource };
}
