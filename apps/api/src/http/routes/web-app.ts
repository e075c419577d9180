import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CLIENT_ADDRESS_HEADER } from '../../auth/people.ts';
import type { JsonEndpoint } from '../json-endpoint.ts';
import { sendText, type Handler } from '../respond.ts';
import { spendRequest, type Site } from '../site.ts';
import { inProcess, withApi } from '../user-endpoints.ts';

const build = fileURLToPath(new URL('../../../../web/build/handler.js', import.meta.url));

/** Every other path: the built web app, or a line that says how to build it. */
export async function webApp(
  site: Site,
  endpoints: Readonly<Record<string, JsonEndpoint>>,
): Promise<Handler> {
  const { people, yoga, isOriginAllowed, addressOf } = site;
  const handler = existsSync(build) ? await builtHandler() : null;
  // The page's own requests come from the visitor's address.
  const apiFor = (address: string): JsonEndpoint => {
    const call = inProcess(endpoints, people, async (request) => yoga.fetch(request, { address }));
    return (request) => {
      request.headers.set(CLIENT_ADDRESS_HEADER, address);
      return call(request);
    };
  };
  return (request, response): unknown => {
    // The app's forms are plain requests: one that another site sends, with the visitor's cookies, ends here.
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && !isOriginAllowed(request.headers.origin))
      return sendText(response, 403, 'Open the page itself.');
    // A page is rendered here, which costs as much as a query; files of the build do not.
    if (!isBuilt(request.url) && !spendRequest(site, request, response)) return undefined;
    if (handler === null)
      return sendText(response, 404, 'The web app is not built yet: run pnpm build. The API is at /graphql.');
    const notFound = (): unknown => sendText(response, 404, 'Not found');
    return handler(withApi(request, apiFor(addressOf(request))), response, notFound);
  };
}

/** Whether a path is a file of the build, whose name says so. */
function isBuilt(url = '/'): boolean {
  return url.startsWith('/_app/');
}

async function builtHandler(): Promise<(...given: readonly unknown[]) => unknown> {
  const module: unknown = await import(pathToFileURL(build).href);
  const handler: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, 'handler') : null;
  if (typeof handler !== 'function') throw new Error("The web app's build has no handler.");
  return (...given) => Reflect.apply(handler, null, given) as unknown;
}
