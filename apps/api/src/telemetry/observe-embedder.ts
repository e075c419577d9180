import { SpanKind } from '@opentelemetry/api';
import { estimateTokens, type EmbeddedText, type Embedder } from '@project-sync/knowledge';
import { watchSteps } from '@project-sync/sync';
import type { EmbedderMetrics } from './metrics/embedder-metrics.ts';
import { watchSpan } from './watch-span.ts';

/**
 * Wraps an embedder: each list of texts is a span. A hosted embedder reports its requests itself; a list for the built-in
 * one counts as one request.
 */
export function observeEmbedder(embedder: Embedder, metrics: EmbedderMetrics, isHosted: boolean): Embedder {
  return {
    model: embedder.model,
    embed(texts, options): AsyncGenerator<EmbeddedText[]> {
      const { purpose } = options;
      metrics.embedding(purpose, texts.length);
      const watch = watchSpan({
        name: 'embed',
        kind: isHosted ? SpanKind.CLIENT : SpanKind.INTERNAL,
        attributes: {
          'gen_ai.operation.name': 'embeddings',
          'gen_ai.request.model': embedder.model,
          'project_sync.purpose': purpose,
          'project_sync.texts': texts.length,
        },
        ended(seconds, failed) {
          if (isHosted || failed) return;
          const tokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
          metrics.requested({ milliseconds: seconds * 1000, tokens, code: null });
        },
      });
      return watchSteps(watch, embedder.embed(texts, options));
    },
  };
}
