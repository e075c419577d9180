import type { EmbedderErrorCode } from '@project-sync/knowledge';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Counts what is sent to the embedder. */
export interface EmbedderMetrics {
  /** A request was answered, or failed with a code. */
  requested(request: { milliseconds: number; tokens: number; code: EmbedderErrorCode | null }): void;
  /** Texts are embedded, to be stored or to search with. */
  embedding(purpose: 'passage' | 'query', texts: number): void;
}

const codes: readonly EmbedderErrorCode[] = [
  'EMBEDDER_UNREACHABLE',
  'EMBEDDER_REFUSED',
  'EMBEDDER_LIMITED',
  'EMBEDDER_INVALID_ANSWER',
];

/** Registers the metrics of the embedder. */
export function embedderMetrics(registry: Registry): EmbedderMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'project_sync_embedder_requests_total',
    help: 'Requests to the embedder: over HTTP, or calls of the built-in one.',
    labelNames: ['result'],
    registers,
  });
  const errors = new Counter({
    name: 'project_sync_embedder_errors_total',
    help: 'Requests to the embedder that failed, by code; retries count.',
    labelNames: ['code'],
    registers,
  });
  for (const code of codes) errors.inc({ code }, 0);
  const tokens = new Counter({
    name: 'project_sync_embedder_tokens_total',
    help: 'Tokens that were embedded, as the embedder counts them or estimated.',
    registers,
  });
  const texts = new Counter({
    name: 'project_sync_embedder_texts_total',
    help: 'Texts given to the embedder, to be stored or to search with.',
    labelNames: ['purpose'],
    registers,
  });
  const durations = new Histogram({
    name: 'project_sync_embedder_request_duration_seconds',
    help: 'Time of requests to the embedder.',
    buckets: [0.01, 0.05, 0.25, 1, 2.5, 5, 15, 60],
    registers,
  });
  return {
    requested({ milliseconds, tokens: used, code }) {
      requests.inc({ result: code === null ? 'ok' : 'error' });
      if (code !== null) errors.inc({ code });
      tokens.inc(used);
      durations.observe(milliseconds / 1000);
    },
    embedding: (purpose, count) => texts.inc({ purpose }, count),
  };
}
