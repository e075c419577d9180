import { openMcp } from '../../mcp/answer-mcp.ts';
import { version } from '../../version.ts';
import { isAllowed, withCors } from '../cors.ts';
import { crossSiteProblem } from '../cross-site.ts';
import { scopes } from '../../auth/api-key.ts';
import { LARGEST_QUERY, parseJson, readBody } from '../read-body.ts';
import { headersOf, sendProblem, sendResponse, type Handler } from '../respond.ts';
import { spendRequest, type Site } from '../site.ts';
import { viewerOf } from '../viewer-of.ts';

/** `/mcp`: the Model Context Protocol, whose tools query GraphQL with the caller's own credentials. */
export function mcpRoute(site: Site): Handler {
  const mcp = openMcp(version);
  return withCors(site.corsOrigins, async (request, response) => {
    const refused = crossSiteProblem(request, (origin) => isAllowed(site, origin));
    if (refused !== null) return sendProblem(response, refused);
    if (!spendRequest(site, request, response)) return;
    const headers = headersOf(request);
    if ((await viewerOf(site, headers)) === null) {
      response.setHeader(
        'www-authenticate',
        `Bearer realm="project-sync", resource_metadata="${metadataUrl(site)}"`,
      );
      return sendProblem(response, {
        status: 401,
        code: 'UNAUTHENTICATED',
        message: 'Send: Authorization: Bearer <key>.',
      });
    }
    const body = request.method === 'POST' ? await readBody(request, LARGEST_QUERY) : new Uint8Array();
    if (body === null)
      return sendProblem(response, {
        status: 413,
        code: 'BODY_TOO_LARGE',
        message: 'A request may be 1 MB at most.',
      });
    const gone = new AbortController();
    // A client cancels by closing its connection. Node closes it after a whole answer as well.
    response.once('close', () => gone.abort());
    const asked = new Request(`${site.url}/mcp`, {
      method: request.method ?? 'POST',
      headers,
      signal: gone.signal,
      ...(request.method === 'POST' ? { body } : {}),
    });
    const answer = await mcp.answer(asked, parseJson(body), (query, variables) =>
      queryAs(site, { headers, address: site.addressOf(request), signal: gone.signal }, { query, variables }),
    );
    return gone.signal.aborted ? undefined : sendResponse(response, answer);
  });
}

/** `/.well-known/oauth-protected-resource`: how a client of `/mcp` proves who it is, by RFC 9728. */
export function mcpMetadata({ url }: Pick<Site, 'url'>): Handler {
  const body = JSON.stringify({
    resource: `${url}/mcp`,
    resource_name: 'Project Sync',
    bearer_methods_supported: ['header'],
    scopes_supported: scopes,
    resource_documentation: `${url}/account`,
  });
  return (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
      .end(body);
}

function metadataUrl({ url }: Pick<Site, 'url'>): string {
  return `${url}/.well-known/oauth-protected-resource/mcp`;
}

interface Caller {
  readonly headers: Headers;
  readonly address: string;
  readonly signal: AbortSignal;
}

async function queryAs(
  { yoga, url }: Site,
  { headers: given, address, signal }: Caller,
  body: object,
): Promise<unknown> {
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const name of ['authorization', 'cookie']) {
    const value = given.get(name);
    if (value !== null) headers.set(name, value);
  }
  const answer = await yoga.fetch(
    `${url}/graphql`,
    { method: 'POST', headers, body: JSON.stringify(body), signal },
    { address },
  );
  return answer.json();
}
