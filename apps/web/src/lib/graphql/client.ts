import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { browser } from '$app/env';
import { errorTypes } from './error-types.ts';

const unkeyed = [
  'PageInfo',
  'Snapshot',
  'SyncStats',
  'SyncFailure',
  'SyncWarning',
  'SyncPlan',
  'SyncProgress',
  'FileChange',
  'TreeEntry',
  'SearchHit',
  'ProjectMember',
  'Instance',
] as const;

let shared: Client | undefined;

/** One client for the browser; a new one for each page that the server renders, so that nobody sees another's cache. */
export function client(): Client {
  if (!browser) return create();
  return (shared ??= create());
}

function create(): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    // Server-sent events carry subscriptions: no second transport, and the session's cookie goes along.
    fetchSubscriptions: true,
    fetchOptions: {
      credentials: 'same-origin',
      headers: { 'x-graphql-yoga-csrf': '1', 'apollo-require-preflight': '1' },
    },
    exchanges: [
      cacheExchange({
        // Told, not guessed: by guessing the cache drops the code and the message of what a change was refused for.
        possibleTypes: { Error: errorTypes },
        keys: Object.fromEntries(unkeyed.map((name) => [name, () => null])),
      }),
      fetchExchange,
    ],
  });
}
