import { localEmbedder, openaiEmbedder, type Embedder } from '@project-sync/knowledge';
import type { Configuration } from '../configuration.ts';

/** Opens the configured embedder. */
export function openEmbedder(configuration: Configuration): Embedder {
  if (configuration.EMBEDDING_PROVIDER === 'local') return localEmbedder();
  return openaiEmbedder({
    baseUrl: configuration.EMBEDDING_BASE_URL ?? 'https://api.openai.com/v1',
    apiKey: configuration.EMBEDDING_API_KEY ?? null,
    model: configuration.EMBEDDING_MODEL ?? 'text-embedding-3-small',
    fetch,
  });
}

/** Embeds queries with the model in force, which is still the old one while vectors of a new model are being built. */
export function embedQuery(
  configured: Embedder,
): (text: string, model: string, signal: AbortSignal) => Promise<Float32Array | null> {
  const local = localEmbedder();
  return async (text, model, signal) => {
    const embedder = [configured, local].find((each) => each.model === model);
    if (embedder === undefined) return null;
    for await (const [first] of embedder.embed([text], { signal, purpose: 'query' }))
      return first?.vector ?? null;
    return null;
  };
}
