import type { Handle, HandleFetch } from '@sveltejs/kit/hooks';

/** Puts the chosen theme into the first byte of the page, so that nothing flashes. */
export const handle: Handle = async ({ event, resolve }) => {
  const chosen = event.cookies.get('theme');
  event.locals.theme = chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%theme%', event.locals.theme),
    filterSerializedResponseHeaders: (name) => name === 'content-type' || name === 'x-trace-id',
  });
  response.headers.set('X-Content-Type-Options', 'nosniff');
  response.headers.set('Referrer-Policy', 'same-origin');
  return response;
};

/** A page rendered here asks the GraphQL server it lives in directly, as the person who asked for the page. */
export const handleFetch: HandleFetch = async ({ event, request, fetch }) => {
  if (new URL(request.url).pathname !== '/graphql') return fetch(request);
  const headers = new Headers(request.headers);
  const cookie = event.request.headers.get('cookie');
  if (cookie !== null) headers.set('cookie', cookie);
  headers.set('origin', event.url.origin);
  const forwarded = new Request(request, { headers });
  return globalThis.__projectSyncGraphql?.(forwarded) ?? fetch(forwarded);
};
