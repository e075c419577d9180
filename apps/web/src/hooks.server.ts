import type { Handle, HandleFetch } from '@sveltejs/kit/hooks';

/** Pages that name a user or hold a token: no cache may store them. */
const PRIVATE_PAGES = new Set(['/account', '/invitation', '/instance/github-app']);

/** Sets the chosen theme in the first byte of the page, so that nothing flashes, and the headers of the response. */
export const handle: Handle = async ({ event, resolve }) => {
  const chosen = event.cookies.get('theme');
  event.locals.theme = chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
  event.locals.apiCookies = [];
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%theme%', event.locals.theme),
    filterSerializedResponseHeaders: (name) => name === 'content-type' || name === 'x-trace-id',
  });
  const { headers } = response;
  headers.set('X-Content-Type-Options', 'nosniff');
  // A redirect's address may hold a token. A page needs its referrer: without one a browser sends its forms with no origin.
  headers.set('Referrer-Policy', response.status === 303 ? 'no-referrer' : 'same-origin');
  if (PRIVATE_PAGES.has(event.url.pathname)) headers.set('Cache-Control', 'no-store');
  for (const cookie of event.locals.apiCookies) headers.append('Set-Cookie', cookie);
  allowForms(headers, event.locals.formsLeadTo);
  return response;
};

/** A page rendered here calls the API in this process, as the user who requested the page. */
export const handleFetch: HandleFetch = async ({ event, request, fetch }) => {
  const { pathname } = new URL(request.url);
  if (pathname !== '/graphql' && !pathname.startsWith('/api/')) return fetch(request);
  const headers = new Headers(request.headers);
  for (const name of ['cookie', 'user-agent']) {
    const value = event.request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set('origin', event.request.headers.get('origin') ?? event.url.origin);
  const forwarded = new Request(request, { headers });
  const callApi = apiOf(event.platform?.req);
  const answer = await (callApi === null ? fetch(forwarded) : callApi(forwarded));
  event.locals.apiCookies.push(...answer.headers.getSetCookie());
  return answer;
};

/** The API as the server that this app runs in gives it along with a request; null under the development server. */
function apiOf(request: object | undefined): ((request: Request) => Promise<Response>) | null {
  const callApi: unknown = request === undefined ? null : Reflect.get(request, 'callApi');
  return typeof callApi === 'function' ? (sent) => Reflect.apply(callApi, request, [sent]) : null;
}

/** A browser without scripts follows a form's redirect only to an origin that the page's policy names. */
function allowForms(headers: Headers, origin: string | undefined): void {
  const policy = headers.get('Content-Security-Policy');
  if (origin === undefined || policy === null) return;
  headers.set(
    'Content-Security-Policy',
    policy.replace("form-action 'self'", `form-action 'self' ${origin}`),
  );
}
