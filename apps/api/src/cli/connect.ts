import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readConfiguration, type Configuration } from '../configuration.ts';
import { openClient, type Client } from './client.ts';
import { UsageError } from './command.ts';
import { storedLogin } from './stored-login.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A server to query. */
export interface Connection {
  readonly client: Client;
  /** Whether the server was running before. */
  readonly running: boolean;
  /** Whether syncs run in this process. */
  readonly ownsWorker: boolean;
  close(): Promise<void>;
}

/** The server named on the command line, and whether the command may run syncs itself where no server runs. */
export interface Wanted {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly works: boolean;
}

/**
 * Connects to the server that the command line, the environment or a login names; else to the one that runs on DATA_DIR.
 * Without one, opens the database and serves this command alone.
 */
export async function connect(environment: Environment, wanted: Wanted): Promise<Connection> {
  const named = await namedServer(environment, wanted);
  if (named !== null) return reached(named.url, named.key, 'the given key');
  const { environmentOf } = await import('../configuration.ts');
  const configuration = readConfiguration(environmentOf(environment));
  const url = await runningServer(configuration.DATA_DIR);
  if (url !== null) return reached(url, wanted.key ?? (await keyIn(configuration)), keySource(wanted));
  return openDatabaseAlone(configuration, wanted);
}

function reached(url: string, key: string, source: string): Connection {
  const client = openClient(url, key, source);
  return { client, running: true, ownsWorker: false, close: () => Promise.resolve() };
}

function keySource({ key }: Wanted): string {
  return key === undefined ? 'the key in DATA_DIR/admin.key' : 'the given key';
}

async function namedServer(
  environment: Environment,
  { url, key }: Wanted,
): Promise<{ url: string; key: string } | null> {
  const given = url ?? environment['PROJECT_SYNC_URL'];
  const login = await storedLogin(environment);
  if (given === undefined) return login;
  if (!/^https?:\/\/[^/]/.test(given))
    throw new UsageError(`--url takes an http or https address, not ${given}.`);
  const address = given.replace(/\/+$/, '');
  const stored = login?.url === address ? login.key : undefined;
  const found = key ?? environment['PROJECT_SYNC_KEY'] ?? stored;
  if (found === undefined)
    throw new UsageError('--url needs --key, PROJECT_SYNC_KEY or a login to that server.');
  return { url: address, key: found };
}

async function openDatabaseAlone(configuration: Configuration, wanted: Wanted): Promise<Connection> {
  // Loaded only here: with a running server, a command ends before all of this would be loaded.
  const [{ pino }, { compose }, { listen }, { ensureFirstOwner }] = await Promise.all([
    import('pino'),
    import('../compose.ts'),
    import('../http/listen.ts'),
    import('../auth/first-owner.ts'),
  ]);
  // A command that only reads takes up no sync, which it would drop at its end; a PostgreSQL has workers of its own.
  const ownsWorker = wanted.works && configuration.DATABASE_URL === undefined;
  const application = await compose(
    {
      ...configuration,
      PORT: 0,
      HOST: '127.0.0.1',
      PUBLIC_URL: undefined,
      ROLE: ownsWorker ? 'all' : 'api',
    },
    pino({ level: 'silent' }),
  );
  try {
    const server = await listen(application);
    await ensureFirstOwner(application.database, configuration.DATA_DIR);
    return {
      client: openClient(server.url, wanted.key ?? (await keyIn(configuration)), keySource(wanted)),
      running: false,
      ownsWorker,
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

const state = z.object({ url: z.string(), address: z.string().optional() });

/** Returns the address of the server on this folder; null where none answers. */
async function runningServer(dataDir: string): Promise<string | null> {
  try {
    const { url, address = url } = state.parse(
      JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')),
    );
    const answer = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? address : null;
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
