import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StartedEmbedded } from '@project-sync/db/start';
import { ensureFirstOwner } from './auth/first-owner.ts';
import { compose, type Application } from './compose.ts';
import type { Configuration } from './configuration.ts';
import { listenAsWorker } from './http/listen-worker.ts';
import { listen, type Listening } from './http/listen.ts';
import { followTraces } from './telemetry/follow-traces.ts';
import { openLog } from './telemetry/open-log.ts';
import { version } from './version.ts';
import { startForgetting } from './worker/start-forgetting.ts';
import { startPolling } from './worker/poll-branches.ts';

const STOP_WITHIN_MS = 10_000;

/** Starts everything that the configuration asks for, over an embedded database whose thread has been started before. */
export async function startServer(
  configuration: Configuration,
  started: StartedEmbedded | null,
): Promise<void> {
  const log = openLog(configuration.LOG_LEVEL);
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = configuration;
  // Before the first span is created, and loaded only where a collector is configured.
  const stopTracing =
    collector === undefined
      ? followTraces()
      : (await import('./telemetry/export-traces.ts')).exportTraces(collector);
  const application = await compose(configuration, log, started);
  const stopPolling = startPolling(application);
  const stopForgetting = startForgetting(application);
  // Before the port opens: a server that says it is ready has its first owner, with a key.
  const owner =
    configuration.ROLE === 'worker'
      ? null
      : await ensureFirstOwner(application.database, configuration.DATA_DIR);
  const site = owner === null ? null : await listen(application);
  const serving = site ?? (await listenAsWorker(application));
  const stateFile = join(configuration.DATA_DIR, 'server.json');
  const drainMs = configuration.DRAIN_SECONDS * 1000;
  onStopSignal(drainMs + STOP_WITHIN_MS, async () => {
    stopPolling();
    stopForgetting();
    serving.drain();
    if (drainMs > 0) await delay(drainMs);
    await serving.close();
    await application.close();
    await stopTracing();
    if (site !== null) await rm(stateFile, { force: true });
  });
  const { ROLE: role, HOST: host } = configuration;
  log.info({ event: 'started', role, version, host, port: serving.port }, `Started as ${role}`);
  if (site === null || owner === null) return;
  await writeFile(
    stateFile,
    JSON.stringify({
      url: site.url,
      address: addressOf(host, site.port),
      pid: process.pid,
    }),
    { mode: 0o600 },
  );
  await chmod(stateFile, 0o600);
  console.log(await greeting(application, site, owner));
}

/** Where this machine reaches the server: the public URL may lead through a proxy, or to a name that is unknown here. */
function addressOf(host: string, port: number): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host;
  return `http://${reached.includes(':') && !reached.startsWith('[') ? `[${reached}]` : reached}:${port}`;
}

/** Stops once, on the first signal, and exits even if stopping hangs. */
function onStopSignal(withinMs: number, stop: () => Promise<void>): void {
  let isStopping = false;
  const begin = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), withinMs - 500).unref();
    await stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void begin());
  process.on('SIGINT', () => void begin());
}

/**
 * The lines that a started server prints. They include a link that signs the owner in, but only on a terminal or on an
 * empty database: anywhere else they end up in logs, whose readers would all be the owner.
 */
async function greeting(
  { configuration: { DATA_DIR: dataDir } }: Application,
  { url, people }: Listening,
  { email, isNew }: { readonly email: string; readonly isNew: boolean },
): Promise<string> {
  const scripts = `Scripts use the key in ${join(dataDir, 'admin.key')}.`;
  if (!isNew && !process.stdout.isTTY)
    return `Project Sync is ready.\n\n  ${url}\n\nSign in there, or start on a terminal for a sign-in link. ${scripts}`;
  const token = await people.signInToken(email);
  return `Project Sync is ready.\n\n  ${url}/sign-in?token=${encodeURIComponent(token)}\n\nThis link signs you in once. ${scripts}`;
}
