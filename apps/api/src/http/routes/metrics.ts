import type { Metrics } from '../metrics.ts';
import type { Handler } from '../respond.ts';

/** `/metrics`: Prometheus text. */
export function metricsRoute({ registry }: Pick<Metrics, 'registry'>): Handler {
  return async (_request, response) => {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
  };
}
