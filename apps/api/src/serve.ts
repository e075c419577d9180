import { DbError, startEmbedded } from '@project-sync/db/start';
import { environmentOf, readConfiguration } from './configuration.ts';
import { ConfigurationError } from './configuration-error.ts';

const EXIT = { configuration: 78, database: 69, port: 71, other: 1 } as const;

/** Serves until a signal comes. A start that fails prints why, and ends the process with a code of its own. */
export async function serve(): Promise<void> {
  try {
    const configuration = readConfiguration(environmentOf(process.env));
    const { DATABASE_URL: url, DATA_DIR: dataDir } = configuration;
    // Its thread recovers the data while this one loads everything else, which takes as long.
    const started = url === undefined ? startEmbedded({ dataDir }) : null;
    const { startServer } = await import('./start-server.ts');
    await startServer(configuration, started);
  } catch (error) {
    process.exitCode = report(error);
    // Connections opened before the failure would keep the process running.
    process.exit();
  }
}

/** Prints one clear line, and returns an exit code that a supervisor can distinguish. */
function report(error: unknown): number {
  if (error instanceof ConfigurationError) {
    console.error(error.message);
    return EXIT.configuration;
  }
  if (error instanceof DbError) {
    console.error(`${error.code}: ${error.message}`);
    return EXIT.database;
  }
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    console.error(`${code}: cannot listen on this port or address. Set another one in PORT or HOST.`);
    return EXIT.port;
  }
  console.error(error);
  return EXIT.other;
}
