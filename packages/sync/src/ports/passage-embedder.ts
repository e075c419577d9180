/** Computes vectors. A text that the embedder refuses comes back without one. */
export interface PassageEmbedder {
  readonly model: string;
  embed(
    texts: readonly string[],
    options: { signal: AbortSignal; purpose: 'passage' | 'query' },
  ): AsyncGenerator<{ index: number; vector: Float32Array | null }[]>;
}
