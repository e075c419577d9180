import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAllowed, withCors } from '../cors.ts';
import { crossSiteProblem } from '../cross-site.ts';
import { LARGEST_QUERY } from '../read-body.ts';
import { graphiqlPage, wantsGraphiql } from '../graphiql-page.ts';
import { sendProblem, type Handler, type Problem } from '../respond.ts';
import { spendRequest, type Site } from '../site.ts';

const tooLarge: Problem = {
  status: 413,
  code: 'BODY_TOO_LARGE',
  message: 'A request may be 1 MB at most.',
};

/** `/graphql` over HTTP. */
export function graphqlRoute(
  site: Pick<Site, 'yoga' | 'budget' | 'isOriginAllowed' | 'corsOrigins' | 'addressOf'>,
): Handler {
  const showGraphiql = graphiqlPage();
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
