import type { IncomingMessage } from 'node:http';
import type { Application } from '../compose.ts';
import type { People } from '../auth/people.ts';
import { addPasskey, challengePasskey, dropPasskey } from './account-passkeys.ts';
import { changePassword, readAccount } from './account.ts';
import { drawForReader } from './diagram.ts';
import { joinByInvitation, readInvitation } from './invitation.ts';
import { problemOf, type JsonEndpoint } from './json-endpoint.ts';
import { changeOwnProfile } from './profile.ts';
import type { SignInBudgets } from './sign-in-budgets.ts';

/** The JSON endpoints behind the web app's account and invitation pages, and its diagrams, by their paths. */
export function userEndpoints(
  { database, drawer }: Pick<Application, 'database' | 'drawer'>,
  people: People,
  budgets: SignInBudgets,
): Readonly<Record<string, JsonEndpoint>> {
  const parts = { database, people };
  return {
    '/api/account': byMethod({ GET: (request) => readAccount(database, people, request) }),
    '/api/account/profile': byMethod({ POST: (request) => changeOwnProfile(database, people, request) }),
    '/api/account/password': byMethod({ POST: (request) => changePassword(people, budgets, request) }),
    '/api/account/passkeys': byMethod({ POST: (request) => addPasskey(parts, request) }),
    '/api/account/passkeys/challenge': byMethod({ POST: (request) => challengePasskey(parts, request) }),
    '/api/account/passkeys/remove': byMethod({ POST: (request) => dropPasskey(parts, request) }),
    '/api/diagram': byMethod({ POST: (request) => drawForReader(people, drawer, request) }),
    '/api/invitation': byMethod({
      GET: (request) => readInvitation(database, people, request),
      POST: (request) => joinByInvitation(database, people, request),
    }),
  };
}

/** The account page's requests to better-auth. Signing in is not here: it must come from outside, where tries are counted. */
const authPaths: ReadonlySet<string> = new Set(['/api/auth/sign-out', '/api/auth/link-social']);

/** GraphQL and the endpoints as a function, for the web app's pages, which are rendered in this process. */
export function inProcess(
  endpoints: Readonly<Record<string, JsonEndpoint>>,
  people: People,
  graphql: JsonEndpoint,
): JsonEndpoint {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/graphql') return graphql(request);
    if (authPaths.has(pathname)) return people.handler(new Request(new URL(pathname, people.url), request));
    return endpoints[pathname]?.(request) ?? problemOf(404, 'NOT_FOUND', 'There is no such endpoint.');
  };
}

/** The request with the function by which the page calls the API: not a global, because one process may run two servers. */
export function withApi(request: IncomingMessage, callApi: JsonEndpoint): IncomingMessage {
  return Object.assign(request, { callApi });
}

/** An endpoint that answers some methods and refuses the others. */
export function byMethod(handlers: Readonly<Partial<Record<string, JsonEndpoint>>>): JsonEndpoint {
  const allowed = Object.keys(handlers);
  return async (request) => {
    const handler = handlers[request.method];
    if (handler !== undefined) return handler(request);
    const refused = problemOf(405, 'METHOD_NOT_ALLOWED', `Send ${allowed.join(' or ')}.`);
    refused.headers.set('allow', allowed.join(', '));
    return refused;
  };
}
