import { readGitHubApp, type Database } from '@project-sync/db';
import {
  findInstallation,
  SyncError,
  type Credentials,
  type GitHubApp,
  type GitHubName,
} from '@project-sync/sync';
import { z } from 'zod';
import type { Seal } from '../auth/token-cipher.ts';
import { BoundedMap } from './bounded-map.ts';

/** The place that the App's secrets are encrypted for: moved elsewhere, they cannot be read. */
export const GITHUB_APP_PLACE = 'github_app:this';
/** Another process may have stored or removed the App. */
const REMEMBERED_MS = 30_000;
const INSTALLATION_MS = 600_000;
const LOOK_MS = 30_000;

const secrets = z.object({ privateKey: z.string(), webhookSecret: z.string().nullable() });

/** The address of GitHub's REST API, without a slash at its end. */
export function apiUrlOf(configured: string | undefined): string {
  return (configured ?? 'https://api.github.com').replace(/\/+$/, '');
}

/** Encrypts the secrets of an App for the database. */
export function sealApp(seal: Seal, { privateKey, webhookSecret }: GitHubApp): Uint8Array {
  return seal.close(JSON.stringify({ privateKey, webhookSecret }), GITHUB_APP_PLACE);
}

/** The GitHub App of the server, as the sources and the webhook use it. */
export interface GitHubApps {
  /** Reads the App; null where there is none. */
  current(): Promise<GitHubApp | null>;
  /** Whether there was one when it was last read. */
  readonly isThere: boolean;
  /** The credentials by which a repository can be read; null where the App is not installed for it. */
  credentialsFor(repository: GitHubName): Promise<Credentials | null>;
  /** Reads it again at the next use. */
  forget(): void;
}

/** Opens the App of the server, which is read from the database again after a while. */
export function openGitHubApps(
  {
    database,
    seal,
    log,
  }: {
    readonly database: Pick<Database, 'system'>;
    readonly seal: Seal;
    readonly log: { error(fields: object, message: string): void };
  },
  apiUrl: string,
): GitHubApps {
  const installations = new BoundedMap<string, { readonly id: string | null; readonly at: number }>(5000);
  let known: { readonly app: GitHubApp | null; readonly at: number } | null = null;

  async function read(): Promise<GitHubApp | null> {
    const row = await readGitHubApp(database);
    if (row === null) return null;
    const { appId, slug, name, htmlUrl, secretsCipher } = row;
    try {
      const opened: unknown = JSON.parse(seal.open(secretsCipher, GITHUB_APP_PLACE));
      return { appId, slug, name, htmlUrl, ...secrets.parse(opened) };
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      log.error({ slug }, 'The secrets of the GitHub App cannot be read with APP_SECRET. Create it again.');
      return null;
    }
  }

  async function current(): Promise<GitHubApp | null> {
    if (known === null || Date.now() - known.at > REMEMBERED_MS)
      known = { app: await read(), at: Date.now() };
    return known.app;
  }

  async function installationOf(app: GitHubApp, repository: GitHubName): Promise<string | null> {
    const key = `${app.appId} ${repository.owner}/${repository.name}`.toLowerCase();
    const found = installations.get(key);
    // One that was missing may have been installed since.
    if (found !== undefined && Date.now() - found.at < (found.id === null ? REMEMBERED_MS : INSTALLATION_MS))
      return found.id;
    const call = { signal: AbortSignal.timeout(LOOK_MS) };
    const id = await findInstallation(app, { apiUrl, repository }, call);
    installations.set(key, { id, at: Date.now() });
    return id;
  }

  return {
    current,
    get isThere() {
      return known?.app != null;
    },
    async credentialsFor(repository) {
      const app = await current();
      const installationId = app === null ? null : await installationOf(app, repository);
      if (app === null || installationId === null) return null;
      return { kind: 'app', appId: app.appId, privateKey: app.privateKey, installationId };
    },
    forget() {
      known = null;
    },
  };
}
