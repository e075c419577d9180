import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import { exchange, type Answer, type HttpRequest } from '../http-api/exchange.ts';
import { fieldsOf, numberOf, parseJson, stringOf } from '../http-api/json.ts';
import { appJwt } from './credentials.ts';
import type { GitHubName } from './parse-github-url.ts';

/** A GitHub App of this server, with its secrets. */
export interface GitHubApp {
  readonly appId: string;
  /** Its name in addresses. */
  readonly slug: string;
  readonly name: string;
  readonly htmlUrl: string;
  readonly privateKey: string;
  readonly webhookSecret: string | null;
}

const SILENCE_MS = 30_000;
const ACCEPT = 'application/vnd.github+json';

/** Exchanges the code that GitHub gives an operator's browser for the App that was just created, once. */
export async function exchangeManifestCode(
  apiUrl: string,
  code: string,
  call: SourceCall,
): Promise<GitHubApp> {
  const url = `${apiUrl}/app-manifests/${encodeURIComponent(code)}/conversions`;
  const { status, body } = await ask({ method: 'POST', url, headers: { accept: ACCEPT } }, call);
  if (status === 404 || status === 422)
    throw new SyncError(
      'AUTHENTICATION_FAILED',
      'GitHub does not know this code: it works once, for an hour. Create the App again.',
    );
  const app = appOf(parseJson(body));
  if (status !== 201 || app === null)
    throw new SyncError('SOURCE_INVALID_RESPONSE', `GitHub answered with status ${status} and no App.`);
  return app;
}

/** Returns the installation through which an App may read a repository; null where it is not installed for it. */
export async function findInstallation(
  app: Pick<GitHubApp, 'appId' | 'privateKey'>,
  { apiUrl, repository }: { readonly apiUrl: string; readonly repository: GitHubName },
  call: SourceCall,
): Promise<string | null> {
  const [owner, name] = [repository.owner, repository.name].map(encodeURIComponent);
  const headers = { accept: ACCEPT, authorization: `Bearer ${appJwt(app, Date.now())}` };
  const answer = await ask(
    { method: 'GET', url: `${apiUrl}/repos/${owner}/${name}/installation`, headers },
    call,
  );
  if (answer.status === 404) return null;
  const id = numberOf(fieldsOf(parseJson(answer.body))?.['id']);
  if (answer.status === 200 && id !== null) return String(id);
  if (answer.status === 401)
    throw new SyncError(
      'AUTHENTICATION_FAILED',
      'GitHub rejects the App of this server: it was removed, or its key was. An operator has to create it again.',
    );
  throw new SyncError(
    'SOURCE_UNAVAILABLE',
    `GitHub answered with status ${answer.status}. Try again later.`,
    {
      retryable: true,
    },
  );
}

async function ask(request: HttpRequest, call: SourceCall): Promise<Answer> {
  const usage = { requests: 0, bytes: 0 };
  const answer = await exchange(request, { service: 'GitHub', silence: SILENCE_MS, usage }, call);
  if (answer instanceof SyncError) throw answer;
  return answer;
}

function appOf(json: unknown): GitHubApp | null {
  const fields = fieldsOf(json);
  const id = numberOf(fields?.['id']);
  const [slug, name, htmlUrl, privateKey] = ['slug', 'name', 'html_url', 'pem'].map((key) =>
    stringOf(fields?.[key]),
  );
  if (id === null || slug == null || name == null || htmlUrl == null || privateKey == null) return null;
  return {
    appId: String(id),
    slug,
    name,
    htmlUrl,
    privateKey,
    webhookSecret: stringOf(fields?.['webhook_secret']),
  };
}
