import { Client, fetchExchange } from '@urql/core';
import { connection } from './connection.ts';

let shared: Client | undefined;

/** For answers of many thousand rows that no other page shares: writing each row into the cache takes longer than asking. */
export function uncachedClient(): Client {
  return (shared ??= new Client({ ...connection, exchanges: [fetchExchange] }));
}
