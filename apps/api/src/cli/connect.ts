import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import { openClient, type Client } from './client.ts';

/** A server to ask, and how to let go of it. */
export interface Reached {
  readonly client: Client;
  /** Whether a server ran already. */
  readonly running: boolean;
  close(): Promise<void>;
}

/** Asks the server that runs on DATA_DIR; where none does, opens the database here and serves this one command. */
export async function reach(configuration: Configuration): Promise<Reached> {
  const url = await runningServer(configuration.DATA_DIR);
  if (url !== null)
    return {
      client: openClient(url, await keyIn(configuration)),
      running: true,
      close: () => Promise.resolve(),
    };
  // Loaded only here: with a server running, a command is done before all of this would have been read.
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

/** Where a server runs on this folder; null where none answers. */
export async function runningServer(dataDir: string): Promise<string | null> {
  try {
    const state: unknown = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8'));
    const { url } = z.object({ url: z.string() }).parse(state);
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? url : null;
  } catch {
    // No file, a file of a server that was killed, or nobody at its address.
    return null;
  }
}

async function keyIn({ DATA_DIR: dataDir }: Configuration): Promise<string> {
  try {
    return (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  } catch (cause) {
    throw new Error(
      `There is no ${join(dataDir, 'admin.key')}, which the first start of a database writes. Put a key with the scopes you need there.`,
      { cause },
    );
  }
}
