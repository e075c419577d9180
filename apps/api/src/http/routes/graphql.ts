import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAllowed, withCors } from '../cors.ts';
import { crossSiteProblem } from '../cross-site.ts';
import { schema } from '../../schema/schema.ts';
import { exampleTabs, knownIds } from '../example-tabs.ts';
import { LARGEST_QUERY } from '../read-body.ts';
import { contextOf } from '../request-context.ts';
import { viewerOf } from '../viewer-of.ts';
import { graphiqlPage, wantsGraphiql } from '../graphiql-page.ts';
import { headersOf, sendProblem, type Handler, type Problem } from '../respond.ts';
import { spendRequest, type Site } from '../site.ts';

const tooLarge: Problem = {
  status: 413,
  code: 'BODY_TOO_LARGE',
  message: 'A request may be 1 MB at most.',
};

/** `/graphql` over HTTP. */
export function graphqlRoute(
  site: Pick<
    Site,
    | 'yoga'
    | 'budget'
    | 'isOriginAllowed'
    | 'corsOrigins'
    | 'addressOf'
    | 'authenticate'
    | 'application'
    | 'url'
  >,
): Handler {
  const showGraphiql = graphiqlPage((request) => tabsOf(site, request));
  return withCors(site.corsOrigins, (request, response) => {
    const refused = crossSiteProblem(request, (origin) => isAllowed(site, origin));
    if (refused !== null) return sendProblem(response, refused);
    if (!spendRequest(site, request, response)) return;
    if (Number(request.headers['content-length'] ?? 0) > LARGEST_QUERY)
      return sendProblem(response, tooLarge);
    if (wantsGraphiql(request)) return showGraphiql(request, response);
    // Answers name what only their caller may see. A stream says so by headers of its own.
    response.setHeader('cache-control', 'no-store');
    const answered = site.yoga(request, response);
    endIfTooLarge(request, response);
    return answered;
  });
}

/** Ends a request whose body grows over the limit: it may have no length in its headers, or a false one. */
function endIfTooLarge(request: IncomingMessage, response: ServerResponse): void {
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_QUERY) return;
    if (!response.headersSent) sendProblem(response, tooLarge);
    request.destroy();
  });
}

/** The examples of GraphiQL, with the IDs of what the visitor has where they are signed in. */
async function tabsOf(
  site: Pick<Site, 'authenticate' | 'application' | 'url'>,
  request: IncomingMessage,
): Promise<ReturnType<typeof exampleTabs>> {
  const viewer = await viewerOf(site, headersOf(request));
  const source = { request: new Request(`${site.url}/graphql`), publicUrl: site.url };
  return exampleTabs(await knownIds(schema, contextOf(site.application.services, viewer, source)));
}
