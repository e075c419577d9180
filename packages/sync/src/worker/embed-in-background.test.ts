import { expect, test } from 'vitest';
import type { EmbeddingStore } from '../ports/embedding-store.ts';
import { embedInBackground } from './embed-in-background.ts';

/** Runs one job over 20 passages of ten tokens, and returns what it did. */
async function runJob(maxTokens: number | null) {
  const passages = Array.from({ length: 20 }, (_, index) => ({
    hash: `hash ${index}`,
    text: `text ${index}`,
    tokens: 10,
  }));
  const sent: string[] = [];
  const calls: string[] = [];
  const store: EmbeddingStore = {
    due: () => Promise.resolve({ inForce: false, open: true, after: 0n, notOf: [], syncs: [] }),
    count: () => Promise.resolve(passages.length),
    async *open() {
      yield await Promise.resolve(passages);
    },
    save: () => Promise.resolve(),
    putInForce: () => {
      calls.push('put in force');
      return Promise.resolve(true);
    },
    settle: () => {
      calls.push('settled');
      return Promise.resolve();
    },
  };
  await embedInBackground({
    jobs: {
      send: () => {
        calls.push('job sent');
        return Promise.resolve();
      },
      work: (_queue, _concurrency, handle) => handle({ projectId: 'p' }),
    },
    store,
    embedder: {
      model: 'm',
      async *embed(texts) {
        sent.push(...texts);
        yield await Promise.resolve(texts.map((_, index) => ({ index, vector: new Float32Array(3) })));
      },
    },
    maxTokens,
    signal: new AbortController().signal,
    log: { info: () => undefined, error: (_fields, message) => void calls.push(message) },
  });
  return { sent: sent.length, calls };
}

test('a job sends no more tokens than the limit, and leaves the rest to a later one', async () => {
  expect(await runJob(55)).toEqual({ sent: 5, calls: [] });
});

test('a job without a limit embeds everything and ends the wait of its syncs', async () => {
  expect(await runJob(null)).toEqual({ sent: 20, calls: ['put in force', 'settled'] });
});
