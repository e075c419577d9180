import { createServer } from 'node:http';
import type { Application } from '../compose.ts';
import { clientAddress } from './client-address.ts';
import { closeWithin, openPort, timeouts } from './open-port.ts';
import { sendText, type Handler } from './respond.ts';
import { healthz } from './routes/healthz.ts';
import { metricsRoute } from './routes/metrics.ts';
import { readyz } from './routes/readyz.ts';

/** The port of a worker. */
export interface WorkerPort {
  readonly port: number;
  /** Goes on answering, while `/readyz` says that the worker stops. */
  drain(): void;
  close(): Promise<void>;
}

/** Serves a worker's health, readiness and metrics, and nothing else: it has no users. */
export async function listenAsWorker(application: Application): Promise<WorkerPort> {
  const { configuration, database, log, metrics } = application;
  const state = { isDraining: false };
  const addressOf = clientAddress(configuration.TRUSTED_PROXIES);
  const routes = new Map<string, Handler>([
    ['/healthz', healthz],
    ['/readyz', readyz(database, state)],
    ['/metrics', metricsRoute({ application, addressOf })],
  ]);
  const server = createServer(timeouts, (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const handler = routes.get(path);
    const begun = performance.now();
    response.on('finish', () =>
      metrics.server.answered(
        handler === undefined ? 'other' : path,
        response.statusCode,
        (performance.now() - begun) / 1000,
      ),
    );
    if (handler === undefined) return sendText(response, 404, 'Not found');
    const failed = (error: unknown): void => {
      log.error({ error, path }, 'A request failed.');
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'An unexpected error occurred.');
    };
    void Promise.resolve(handler(request, response)).catch(failed);
  });
  const port = await openPort(server, configuration);
  return { port, drain: () => void (state.isDraining = true), close: () => closeWithin(server) };
}
