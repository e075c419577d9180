import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sendText, type Handler } from '../respond.ts';
import type { Application } from '../../compose.ts';
import type { Site } from '../site.ts';

/** A server of either role. */
export interface MeasuredSite extends Pick<Site, 'addressOf'> {
  readonly application: Pick<Application, 'configuration' | 'metrics'>;
}

/**
 * `/metrics`: Prometheus text, for the holder of METRICS_TOKEN or, without one, for programs on this machine alone. To all
 * others it does not exist.
 */
export function metricsRoute({
  addressOf,
  application: {
    configuration,
    metrics: { registry },
  },
}: MeasuredSite): Handler {
  const token = configuration.METRICS_TOKEN;
  return async (request, response) => {
    const isAllowed = token === undefined ? isLocal(request, addressOf(request)) : hasToken(request, token);
    if (!isAllowed) return sendText(response, 404, 'Not found');
    response.setHeader('content-type', registry.contentType);
    return response.end(await registry.metrics());
  };
}

/** A request that a proxy on this machine passes on is not from this machine, whether or not the proxy is trusted. */
function isLocal({ headers }: IncomingMessage, address: string): boolean {
  const isPassedOn = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  return !isPassedOn && /^(?:127\.|::1$)/.test(address);
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(headers.authorization ?? ''), hash(`Bearer ${token}`));
}
