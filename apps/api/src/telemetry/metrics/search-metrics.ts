import { Counter, Histogram, type Registry } from 'prom-client';

/** Measures searches. */
export interface SearchMetrics {
  /** Runs a search and measures it. */
  measure<T>(mode: string, search: () => Promise<T>): Promise<T>;
  /** A search went by words because its question had no vector. */
  degraded(reason: 'failed' | 'unavailable'): void;
}

/** Registers the metrics of search. */
export function searchMetrics(registry: Registry): SearchMetrics {
  const registers = [registry];
  const searches = new Counter({
    name: 'project_sync_searches_total',
    help: 'Searches by the mode that was asked for. An error may be the mistake of the caller.',
    labelNames: ['mode', 'result'],
    registers,
  });
  const durations = new Histogram({
    name: 'project_sync_search_duration_seconds',
    help: 'Time of searches, with the embedding of the question.',
    labelNames: ['mode'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  });
  const degraded = new Counter({
    name: 'project_sync_searches_degraded_total',
    help: 'Searches by words alone: the embedder failed, or its model or its budget was not available.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of ['failed', 'unavailable']) degraded.inc({ reason }, 0);
  return {
    async measure(mode, search) {
      const ended = durations.startTimer({ mode });
      let result = 'error';
      try {
        const found = await search();
        result = 'ok';
        return found;
      } finally {
        ended();
        searches.inc({ mode, result });
      }
    },
    degraded: (reason) => degraded.inc({ reason }),
  };
}
