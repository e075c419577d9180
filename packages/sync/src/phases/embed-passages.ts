import type { EmbeddingScope, EmbeddingStore, OpenPassage, PassageVector } from '../ports/embedding-store.ts';
import type { PassageEmbedder } from '../ports/passage-embedder.ts';
import { oneBehind } from './one-behind.ts';

/** The state of an embedding after a batch of vectors was saved. */
export interface EmbeddingProgress {
  readonly done: number;
  readonly all: number;
  /** The tokens of the passages that the embedder has answered, as they were counted when they were split. */
  readonly tokens: number;
  /** True when the token limit was reached; the rest waits. */
  readonly capped: boolean;
  /** Passages that the embedder refuses each time; only keyword search finds them. */
  readonly refused: readonly OpenPassage[];
}

/** Embeds the passages without a vector. Vectors are saved as they arrive, so that none is paid for twice. */
export async function* embedPassages(
  { store, embedder }: { readonly store: EmbeddingStore; readonly embedder: PassageEmbedder },
  scope: EmbeddingScope,
  options: { maxTokens: number | null; signal: AbortSignal },
): AsyncGenerator<EmbeddingProgress> {
  const all = await store.count(scope);
  const refused: OpenPassage[] = [];
  let done = 0;
  let tokens = 0;
  let left = options.maxTokens ?? Number.POSITIVE_INFINITY;
  const save = async (answers: EmbeddedPassages): Promise<void> => {
    const vectors: PassageVector[] = [];
    for (const { passage, vector } of answers) {
      tokens += passage.tokens;
      if (vector === null) refused.push(passage);
      else vectors.push({ hash: passage.hash, vector });
    }
    await store.save(scope.projectId, embedder.model, vectors);
    done += vectors.length;
  };
  for await (const page of store.open(scope, embedder.model)) {
    options.signal.throwIfAborted();
    // The embedder gets the whole page: it knows best how large a request may be, and how many it may send.
    const batch = within(page, left);
    left -= batch.reduce((sum, { tokens }) => sum + tokens, 0);
    for await (const saved of oneBehind(embedBatch(embedder, batch, options.signal), save)) {
      void saved;
      yield { done, all, tokens, capped: false, refused };
    }
    if (batch.length < page.length) {
      yield { done, all, tokens, capped: true, refused };
      return;
    }
  }
}

type EmbeddedPassages = readonly { readonly passage: OpenPassage; readonly vector: Float32Array | null }[];

async function* embedBatch(
  embedder: PassageEmbedder,
  batch: readonly OpenPassage[],
  signal: AbortSignal,
): AsyncGenerator<EmbeddedPassages> {
  const texts = batch.map(({ text }) => text);
  for await (const answers of embedder.embed(texts, { signal, purpose: 'passage' }))
    yield answers.flatMap(({ index, vector }) => {
      const passage = batch[index];
      return passage === undefined ? [] : [{ passage, vector }];
    });
}

/** Returns the first passages that fit into the number of tokens. */
function within(page: readonly OpenPassage[], tokens: number): readonly OpenPassage[] {
  let left = tokens;
  const end = page.findIndex((passage) => (left -= passage.tokens) < 0);
  return end < 0 ? page : page.slice(0, end);
}
