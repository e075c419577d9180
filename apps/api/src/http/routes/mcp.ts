import { answerMcp } from '../../mcp/answer-mcp.ts';
import { crossSiteProblem } from '../cross-site.ts';
import { LARGEST_QUERY, parseJson, readBody } from '../read-body.ts';
import { headersOf, sendProblem, type Handler } from '../respond.ts';
import { spendRequest, type Site } from '../site.ts';
import { viewerOf } from '../viewer-of.ts';

/** `/mcp`: the Model Context Protocol, whose tools query GraphQL with the caller's own credentials. */
export function mcpRoute(site: Site): Handler {
  return async (request, response) => {
    const refused = crossSiteProblem(request, site.isOriginAllowed);
    if (refused !== null) return sendProblem(response, refused);
    if (!spendRequest(site, request, response)) return;
    const headers = headersOf(request);
    if ((await viewerOf(site, headers)) === null)
      return sendProblem(response, {
        status: 401,
        code: 'UNAUTHENTICATED',
        message: 'Send: Authorization: Bearer <key>.',
      });
    const body = request.method === 'POST' ? await readBody(request, LARGEST_QUERY) : new Uint8Array();
    if (body === null)
      return sendProblem(response, {
        status: 413,
        code: 'BODY_TOO_LARGE',
        message: 'A request may be 1 MB at most.',
      });
    return answerMcp({ request, response, body: parseJson(body) }, (query, variables) =>
      queryAs(site, { headers, address: site.addressOf(request) }, { query, variables }),
    );
  };
}

interface Caller {
  readonly headers: Headers;
  readonly address: string;
}

async function queryAs(
  { yoga, url }: Site,
  { headers: given, address }: Caller,
  body: object,
): Promise<unknown> {
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const name of ['authorization', 'cookie']) {
    const value = given.get(name);
    if (value !== null) headers.set(name, value);
  }
  const answer = await yoga.fetch(
    `${url}/graphql`,
    { method: 'POST', headers, body: JSON.stringify(body) },
    { address },
  );
  return answer.json();
}
