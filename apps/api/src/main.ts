import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DbError } from '@project-sync/db';
import { pino } from 'pino';
import { ensureFirstOwner } from './auth/first-owner.ts';
import { compose } from './compose.ts';
import {
  ConfigurationError,
  configurationTable,
  environmentOf,
  readConfiguration,
  type Configuration,
} from './configuration.ts';
import { listen } from './http/listen.ts';
import { startPolling } from './worker/poll-branches.ts';

const EXIT = { configuration: 78, database: 69, port: 71, other: 1 } as const;
const STOP_WITHIN_MS = 10_000;

if (process.argv.includes('--help')) {
  console.log(configurationTable());
} else {
  try {
    await serve(readConfiguration(environmentOf(process.env)));
  } catch (error) {
    process.exitCode = tell(error);
    // What was opened before the failure must not keep the process.
    process.exit();
  }
}

async function serve(configuration: Configuration): Promise<void> {
  const log = pino(
    {
      level: configuration.LOG_LEVEL,
      serializers: { error: pino.stdSerializers.err },
      redact: {
        paths: [
          '*.token',
          '*.authorization',
          '*.cookie',
          '*.password',
          '*.headers',
          'token',
          'authorization',
          'cookie',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination(2),
  );
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = configuration;
  // Before anything that is traced is made; not loaded where nobody asked for it.
  const stopTracing =
    collector === undefined ? null : (await import('./telemetry/export-traces.ts')).exportTraces(collector);
  const application = await compose(configuration, log);
  const polling = startPolling(application);
  const serving = configuration.ROLE === 'worker' ? null : await listen(application);
  const stateFile = join(configuration.DATA_DIR, 'server.json');
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(EXIT.other), STOP_WITHIN_MS - 500).unref();
    polling();
    await serving?.close();
    await application.close();
    await stopTracing?.();
    await rm(stateFile, { force: true });
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  if (serving === null) return;
  const { email } = await ensureFirstOwner(application.database, configuration.DATA_DIR);
  await writeFile(stateFile, JSON.stringify({ url: serving.url, pid: process.pid }), { mode: 0o600 });
  await chmod(stateFile, 0o600);
  const token = await serving.people.signInToken(email);
  console.log(
    `Project Sync is ready.\n\n  ${serving.url}/sign-in?token=${encodeURIComponent(token)}\n\nThis link signs you in once. Scripts use the key in ${join(configuration.DATA_DIR, 'admin.key')}.`,
  );
}

/** One clear line, and an exit code that a supervisor can tell apart. */
function tell(error: unknown): number {
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
    console.error(`${code}: the port or address cannot be listened on. Name another in PORT or HOST.`);
    return EXIT.port;
  }
  console.error(error);
  return EXIT.other;
}
