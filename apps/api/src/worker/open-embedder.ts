import {
  isOfModel,
  localEmbedder,
  openaiEmbedder,
  staticEmbedder,
  type Embedder,
} from '@project-sync/knowledge';
import type { Configuration } from '../configuration.ts';
import type { EmbedderMetrics } from '../telemetry/metrics/embedder-metrics.ts';
import { observeEmbedder } from '../telemetry/observe-embedder.ts';

/** Those who follow an embedder. */
export interface EmbedderFollowers {
  /** Receives the length of a vector that was too long to be stored. */
  readonly onCut?: ((length: number) => void) | undefined;
  readonly metrics?: EmbedderMetrics | undefined;
}

/** Opens the configured embedder. */
export function openEmbedder(
  configuration: Configuration,
  { onCut, metrics }: EmbedderFollowers = {},
): Embedder {
  const isHosted = configuration.EMBEDDING_PROVIDER === 'openai';
  const embedder = isHosted ? hostedEmbedder(configuration, { onCut, metrics }) : staticEmbedder();
  return metrics === undefined ? embedder : observeEmbedder(embedder, metrics, isHosted);
}

function hostedEmbedder(configuration: Configuration, { onCut, metrics }: EmbedderFollowers): Embedder {
  return openaiEmbedder({
    baseUrl: configuration.EMBEDDING_BASE_URL ?? 'https://api.openai.com/v1',
    apiKey: configuration.EMBEDDING_API_KEY ?? null,
    model: modelOf(configuration),
    prefixes: {
      query: configuration.EMBEDDING_QUERY_PREFIX,
      passage: configuration.EMBEDDING_PASSAGE_PREFIX,
    },
    // A redirect would send the texts to a host that the operator did not choose.
    fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
    ...(onCut === undefined ? {} : { onCut }),
    ...(metrics === undefined ? {} : { onRequest: metrics.requested }),
  });
}

function modelOf({ EMBEDDING_MODEL }: Configuration): string {
  return EMBEDDING_MODEL ?? 'text-embedding-3-small';
}

/**
 * Embeds queries with the model in force, which is still the old one while vectors of a new model are being built. After a
 * change of the passage prefix it is the same model under another name, so the configured embedder answers for both.
 */
export function embedQuery(
  configured: Embedder,
  configuration: Configuration,
): (text: string, model: string, signal: AbortSignal) => Promise<Float32Array | null> {
  // `local-3` was the built-in model before: its vectors are read until those of the new one are complete.
  const builtIn = [staticEmbedder(), localEmbedder()];
  const isConfigured = (model: string): boolean =>
    model === configured.model ||
    (configuration.EMBEDDING_PROVIDER === 'openai' && isOfModel(model, modelOf(configuration)));
  return async (text, model, signal) => {
    const embedder = isConfigured(model) ? configured : builtIn.find((each) => each.model === model);
    if (embedder === undefined) return null;
    for await (const [first] of embedder.embed([text], { signal, purpose: 'query' }))
      return first?.vector ?? null;
    return null;
  };
}
