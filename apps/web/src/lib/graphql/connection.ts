/** Where and how every client of this app asks: as whoever is signed in, and never by a request another site could make. */
export const connection = {
  url: '/graphql',
  preferGetMethod: false,
  // Server-sent events carry subscriptions: no second transport, and the session's cookie goes along.
  fetchSubscriptions: true,
  fetchOptions: {
    credentials: 'same-origin',
    headers: { 'x-graphql-yoga-csrf': '1', 'apollo-require-preflight': '1' },
  },
} as const;
