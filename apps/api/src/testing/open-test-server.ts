import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase } from '@project-sync/db/testing';
import { pino } from 'pino';
import { ensureFirstOwner } from '../auth/first-owner.ts';
import { compose } from '../compose.ts';
import { readConfiguration } from '../configuration.ts';
import { listen } from '../http/listen.ts';
import type { RequestBudget } from '../http/request-budget.ts';

/**
 * Opens a whole server for a test file, on a free port and a database in memory. `budget` replaces the product's rate limit
 * in a file that asks more than that with one key.
 */
export async function openTestServer(
  environment: Readonly<Record<string, string>> = {},
  budget?: RequestBudget,
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-api-'));
  const opened = await openTestDatabase();
  const configuration = readConfiguration({
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    LOCAL_REPOSITORIES: tmpdir(),
    ...environment,
  });
  const application = await compose(configuration, pino({ level: 'silent' }), opened.database);
  const server = await listen(application, budget);
  const owner = await ensureFirstOwner(opened.database, dataDir);
  const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  return {
    url: server.url,
    port: server.port,
    key,
    database: opened.database,
    /** The services behind its resolvers, for a test of work that no request asks for. */
    services: application.services,
    /** A single-use token that signs a user in: the owner by default. */
    signInToken: (email: string = owner.email) => server.people.signInToken(email),
    drain: () => server.drain(),
    /** Opens another server on the same database, which shares nothing else, like a second process. */
    async beside() {
      const other = await compose(configuration, pino({ level: 'silent' }), opened.database);
      const listening = await listen(other);
      return {
        url: listening.url,
        async close() {
          await listening.close();
          await other.close();
        },
      };
    },
    /** Sends one request as a program does. */
    ask: async (query: string, variables: object = {}, bearer: string | null = key) => {
      const response = await post(server.url, { query, variables }, { bearer });
      const body: unknown = await response.json();
      return { status: response.status, body };
    },
    /** The text of a whole subscription, read until it ends. */
    follow: async (query: string, variables: object = {}): Promise<string> =>
      (await post(server.url, { query, variables }, { bearer: key, accept: 'text/event-stream' })).text(),
    async close() {
      await server.close();
      await application.close();
      await opened.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function post(
  url: string,
  body: object,
  { bearer, accept }: { readonly bearer: string | null; readonly accept?: string },
): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...(accept === undefined ? {} : { accept }),
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
    },
  });
}
