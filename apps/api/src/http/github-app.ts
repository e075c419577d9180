import { putGitHubApp, recordAudit, removeGitHubApp, rightsOf } from '@project-sync/db';
import { exchangeManifestCode, SyncError } from '@project-sync/sync';
import { z } from 'zod';
import { githubSite } from '../auth/github-sign-in.ts';
import type { SessionOfUser } from '../auth/people.ts';
import { apiUrlOf, sealApp } from '../sources/github-apps.ts';
import { jsonOf, problemOf, signedOut, type JsonEndpoint } from './json-endpoint.ts';
import { ownAction } from './own-action.ts';
import type { Site } from './site.ts';
import { byMethod } from './user-endpoints.ts';

/** GitHub's own limit of an App's name. */
const LONGEST_NAME = 34;
const STATE_PLACE = 'github_app:state';
/** GitHub's code lives an hour. */
const STATE_MS = 3_600_000;
const GITHUB_MS = 30_000;
const organizationForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/;
const stateForm = z.object({ userId: z.string(), until: z.number() });

type AppSite = Pick<Site, 'application' | 'people' | 'url'>;

/** The JSON endpoints behind the operator's page of the GitHub App. */
export function githubAppEndpoints(site: AppSite): Readonly<Record<string, JsonEndpoint>> {
  return {
    '/api/github-app': byMethod({
      GET: forOperator(site, (request, { userId }) => readApp(site, request, userId)),
      POST: forOperator(site, (request, session) => createApp(site, request, session)),
    }),
    '/api/github-app/remove': byMethod({
      POST: forOperator(site, (request, session) => forgetApp(site, request, session)),
    }),
  };
}

function forOperator(
  { people, application: { database } }: AppSite,
  answer: (request: Request, session: SessionOfUser) => Promise<Response>,
): JsonEndpoint {
  return async (request) => {
    const session = await people.sessionOf(request.headers);
    if (session === null) return signedOut();
    if (!(await rightsOf(database, session.userId)).isOperator)
      return problemOf(403, 'NOT_OPERATOR', 'Only an operator of this server may do this. Ask one.');
    return answer(request, session);
  };
}

/** `GET /api/github-app`: the App; and the form that creates one at GitHub, for an account or an organization. */
async function readApp({ application, url }: AppSite, request: Request, userId: string): Promise<Response> {
  const { services, configuration } = application;
  const organization = new URL(request.url).searchParams.get('organization') ?? '';
  if (organization !== '' && !organizationForm.test(organization))
    return problemOf(400, 'INVALID_NAME', 'An organization at GitHub has letters, digits and dashes.');
  const app = await services.githubApps.current();
  const state = services.seal.close(JSON.stringify({ userId, until: Date.now() + STATE_MS }), STATE_PLACE);
  const owner = organization === '' ? '' : `/organizations/${organization}`;
  const page = `${githubSite(configuration.GITHUB_API_URL)}${owner}/settings/apps/new`;
  return Response.json({
    app: app && { name: app.name, htmlUrl: app.htmlUrl, installUrl: `${app.htmlUrl}/installations/new` },
    action: `${page}?state=${Buffer.from(state).toString('base64url')}`,
    manifest: JSON.stringify(manifestOf(url)),
    isReachable: isReachable(url),
  });
}

/** The App as GitHub is asked to create it: it reads contents, and reports pushes where GitHub can reach this server. */
function manifestOf(url: string): object {
  const { hostname } = new URL(url);
  return {
    name: `Project Sync ${hostname}`.slice(0, LONGEST_NAME).trimEnd(),
    url,
    redirect_url: `${url}/instance/github-app`,
    setup_url: `${url}/connect`,
    public: false,
    default_permissions: { contents: 'read', metadata: 'read' },
    ...(isReachable(url)
      ? { default_events: ['push'], hook_attributes: { url: `${url}/webhooks/github`, active: true } }
      : {}),
  };
}

/** Whether GitHub can report pushes to this server: it sends none to an address without HTTPS, nor to a loopback one. */
function isReachable(url: string): boolean {
  return url.startsWith('https:');
}

/** `POST /api/github-app`: exchanges the code with which GitHub sent the operator back, and stores the App. */
async function createApp(
  { application }: AppSite,
  request: Request,
  { userId, sessionId }: SessionOfUser,
): Promise<Response> {
  const { services, configuration, database } = application;
  const { code = '', state = '' } = await jsonOf(request);
  if (!isOwnState(services.seal, state, userId))
    return problemOf(
      400,
      'BAD_STATE',
      'This did not begin on this page, or too long ago. Create the App again from here.',
    );
  try {
    const api = apiUrlOf(configuration.GITHUB_API_URL);
    const app = await exchangeManifestCode(api, code, { signal: AbortSignal.timeout(GITHUB_MS) });
    const { appId, slug, name, htmlUrl } = app;
    const row = { appId, slug, name, htmlUrl, secretsCipher: sealApp(services.seal, app) };
    await database.transaction(async (sql) => {
      await putGitHubApp(sql, row, userId);
      const done = { userId, sessionId, action: 'createGitHubApp', subject: slug };
      await recordAudit(sql, ownAction(request, done));
    });
    services.githubApps.forget();
    await services.githubApps.current();
    return Response.json({ name });
  } catch (error) {
    if (error instanceof SyncError) return problemOf(502, error.code, error.message);
    throw error;
  }
}

/** `POST /api/github-app/remove`: forgets the App and its secrets; at GitHub it stays until it is deleted there. */
async function forgetApp(
  { application }: AppSite,
  request: Request,
  { userId, sessionId }: SessionOfUser,
): Promise<Response> {
  const { services, database } = application;
  await database.transaction(async (sql) => {
    const done = { userId, sessionId, action: 'removeGitHubApp', subject: 'this' };
    if (await removeGitHubApp(sql)) await recordAudit(sql, ownAction(request, done));
  });
  services.githubApps.forget();
  await services.githubApps.current();
  return new Response(null, { status: 204 });
}

function isOwnState(seal: { open(sealed: Uint8Array, row: string): string }, text: string, userId: string) {
  try {
    const opened: unknown = JSON.parse(seal.open(Buffer.from(text, 'base64url'), STATE_PLACE));
    const state = stateForm.safeParse(opened);
    return state.success && state.data.userId === userId && state.data.until > Date.now();
  } catch {
    return false;
  }
}
