import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import { openClient, type Client } from './client.ts';

/** A server to query. */
export interface Connection {
  readonly client: Client;
  /** Whether the server was running before. */
  readonly running: boolean;
  close(): Promise<void>;
}

/** Connects to the server that runs on DATA_DIR. Without one, opens the database and serves this command alone. */
export async function connect(configuration: Configuration): Promise<Connection> {
  const url = await runningServer(configuration.DATA_DIR);
  if (url !== null)
    return {
      client: openClient(url, await keyIn(configuration)),
      running: true,
      close: () => Promise.resolve(),
    };
  // Loaded only here: with a running server, a command ends before all of this would be loaded.
  const [{ pino }, { compose }, { listen }, { ensureFirstOwner }] = await Promise.all([
    import('pino'),
    import('../compose.ts'),
    import('../http/listen.ts'),
    import('../auth/first-owner.ts'),
  ]);
  const log = pino({ level: 'silent' });
  const application = await compose(
    { ...configuration, PORT: 0, HOST: '127.0.0.1', PUBLIC_URL: undefined, ROLE: 'all' },
    log,
  );
  try {
    const server = await listen(application);
    await ensureFirstOwner(application.database, configuration.DATA_DIR);
    return {
      client: openClient(server.url, await keyIn(configuration)),
      running: false,
      async close() {
        await server.close();
        await application.close();
      },
    };
  } catch (error) {
    await application.close();
    throw error;
  }
}

/** Returns the URL of the server on this folder; null where none answers. */
async function runningServer(dataDir: string): Promise<string | null> {
  try {
    const state: unknown = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8'));
    const { url } = z.object({ url: z.string() }).parse(state);
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? url : null;
  } catch {
    // No file, or the file of a killed server.
    return null;
  }
}

async function keyIn({ DATA_DIR: dataDir }: Configuration): Promise<string> {
  try {
    return (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  } catch (cause) {
    throw new Error(
      `${join(dataDir, 'admin.key')} does not exist; the first start on an empty database writes it. Put a key with the required scopes there.`,
      { cause },
    );
  }
}
