import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Counts requests and subscribers. */
export interface ServerMetrics {
  /** A request was answered. */
  answered(path: string, status: number, seconds: number): void;
  /** A subscription begins; the function it returns is called at its end. */
  subscribed(transport: 'websocket' | 'sse'): () => void;
}

/** Registers the metrics of the HTTP server. */
export function serverMetrics(registry: Registry): ServerMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'project_sync_http_requests_total',
    help: 'Requests by path and status.',
    labelNames: ['path', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'project_sync_http_request_duration_seconds',
    help: 'Time until a request was answered; a stream counts with its whole life.',
    labelNames: ['path'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers,
  });
  const subscribers = new Gauge({
    name: 'project_sync_subscribers',
    help: 'Subscriptions that are open in this process.',
    labelNames: ['transport'],
    registers,
  });
  for (const transport of ['websocket', 'sse']) subscribers.set({ transport }, 0);
  return {
    answered(path, status, seconds) {
      requests.inc({ path, status });
      durations.observe({ path }, seconds);
    },
    subscribed(transport) {
      subscribers.inc({ transport });
      let isOver = false;
      return () => {
        if (!isOver) subscribers.dec({ transport });
        isOver = true;
      };
    },
  };
}
