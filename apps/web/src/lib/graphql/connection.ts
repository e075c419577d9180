/** The connection of every client: with the session's cookie, and never by a request that another site could send. */
export const connection = {
  url: '/graphql',
  preferGetMethod: false,
  // Subscriptions use server-sent events: no second transport, and the session's cookie is sent along.
  fetchSubscriptions: true,
  fetchOptions: {
    credentials: 'same-origin',
    headers: { 'x-graphql-yoga-csrf': '1', 'apollo-require-preflight': '1' },
  },
} as const;
