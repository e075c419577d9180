import { crossSiteProblem } from '../cross-site.ts';
import { serveJson, type JsonEndpoint } from '../json-endpoint.ts';
import { sendProblem, type Handler } from '../respond.ts';
import { spendRequest, type Site } from '../site.ts';

/** A JSON endpoint of the account and invitation pages. */
export function jsonRoute(site: Site, endpoint: JsonEndpoint): Handler {
  const { url, isOriginAllowed, addressOf } = site;
  return (request, response) => {
    if (!spendRequest(site, request, response)) return;
    const problem = crossSiteProblem(request, isOriginAllowed);
    if (problem !== null) return sendProblem(response, problem);
    return serveJson({ endpoint, baseUrl: url, address: addressOf(request) }, request, response);
  };
}
