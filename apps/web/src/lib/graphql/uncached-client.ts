import { Client, fetchExchange } from '@urql/core';
import { connection } from './connection.ts';

let shared: Client | undefined;

/** A client for answers of thousands of rows that no other page shares: caching each row takes longer than asking again. */
export function uncachedClient(): Client {
  return (shared ??= new Client({ ...connection, exchanges: [fetchExchange] }));
}
