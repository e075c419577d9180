import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase } from '@project-sync/db/testing';
import { pino } from 'pino';
import { ensureFirstOwner } from '../auth/first-owner.ts';
import { compose } from '../compose.ts';
import { readConfiguration } from '../configuration.ts';
import { listen } from '../http/listen.ts';

/** A whole server for a test file, on a free port and a database in memory. */
export async function openTestServer(environment: Readonly<Record<string, string>> = {}) {
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
  const server = await listen(application);
  const owner = await ensureFirstOwner(opened.database, dataDir);
  const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  return {
    url: server.url,
    port: server.port,
    key,
    database: opened.database,
    /** Signs somebody in once: the owner, unless told otherwise. */
    signInToken: (email: string = owner.email) => server.people.signInToken(email),
    /** Another server on the same database, as a second process would be: they share nothing else. */
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
    /** One request as a program sends it. */
    async ask(query: string, variables: object = {}, bearer: string | null = key) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        body: JSON.stringify({ query, variables }),
        headers: {
          'content-type': 'application/json',
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        },
      });
      const body: unknown = await response.json();
      return { status: response.status, body };
    },
    /** All that a subscription tells until it ends. */
    async follow(query: string, variables: object = {}): Promise<string> {
      const stream = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
        },
        body: JSON.stringify({ query, variables }),
      });
      return stream.text();
    },
    async close() {
      await server.close();
      await application.close();
      await opened.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
