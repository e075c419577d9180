import { expect, test } from 'vitest';
import type { EmbeddingStore, OpenPassage } from '../ports/embedding-store.ts';
import type { PassageEmbedder } from '../ports/passage-embedder.ts';
import { embedPassages } from './embed-passages.ts';

const passage = (index: number): OpenPassage => ({
  hash: `hash ${index}`,
  text: `text ${index}`,
  tokens: 10,
});

/** A store with these pages of passages, and the hashes that were saved. */
function storeOf(pages: readonly (readonly OpenPassage[])[]): { store: EmbeddingStore; saved: string[] } {
  const saved: string[] = [];
  const unused = () => Promise.reject(new Error('This test does not call it.'));
  return {
    saved,
    store: {
      due: unused,
      settle: unused,
      putInForce: unused,
      count: () => Promise.resolve(pages.flat().length),
      async *open() {
        yield* await Promise.resolve(pages);
      },
      save: (_projectId, _model, vectors) => {
        saved.push(...vectors.map(({ hash }) => hash));
        return Promise.resolve();
      },
    },
  };
}
const pagesOf = (count: number, size: number) =>
  Array.from({ length: count }, (_, page) =>
    Array.from({ length: size }, (_, index) => passage(page * size + index)),
  );
/** Yields two vectors at a time, fails at one text and refuses another. */
const embedderOf = (asked: string[][], failsAt = '', refuses = ''): PassageEmbedder => ({
  model: 'm',
  async *embed(texts) {
    asked.push([...texts]);
    for (let at = 0; at < texts.length; at += 2) {
      const pair = texts.slice(at, at + 2);
      if (pair.includes(failsAt)) throw new Error('the embedder is down');
      yield await Promise.resolve(
        pair.map((text, index) => ({
          index: at + index,
          vector: text === refuses ? null : new Float32Array(3),
        })),
      );
    }
  },
});
const scope = { projectId: 'p', after: 0n, notOf: [] };
const signal = new AbortController().signal;

test('passes each page to the embedder whole, and saves and reports vectors as they arrive', async () => {
  const asked: string[][] = [];
  const { store, saved } = storeOf(pagesOf(3, 4));
  const reported: string[] = [];
  const options = { maxTokens: null, signal };
  for await (const { done, all } of embedPassages({ store, embedder: embedderOf(asked) }, scope, options))
    reported.push(`${done}/${all} with ${saved.length} saved`);
  expect(asked.map((texts) => texts.length)).toEqual([4, 4, 4]);
  expect(reported).toEqual([2, 4, 6, 8, 10, 12].map((done) => `${done}/12 with ${done} saved`));
});

test('sends as many passages as the token limit allows, and no more', async () => {
  const asked: string[][] = [];
  const { store, saved } = storeOf(pagesOf(3, 4));
  const progress: { capped: boolean }[] = [];
  for await (const each of embedPassages({ store, embedder: embedderOf(asked) }, scope, {
    maxTokens: 65,
    signal,
  }))
    progress.push(each);
  expect(saved).toHaveLength(6);
  expect(asked.flat()).toHaveLength(6);
  expect(progress.map(({ capped }) => capped)).toEqual([false, false, false, true]);
});

test('keeps the vectors that arrived before a failure', async () => {
  const { store, saved } = storeOf(pagesOf(2, 4));
  const reading = async () => {
    for await (const each of embedPassages({ store, embedder: embedderOf([], 'text 6') }, scope, {
      maxTokens: null,
      signal,
    }))
      void each;
  };
  await expect(reading()).rejects.toThrow('the embedder is down');
  expect(saved).toEqual([0, 1, 2, 3, 4, 5].map((index) => `hash ${index}`));
});

test('reports the refused passages, and saves the rest', async () => {
  const { store, saved } = storeOf(pagesOf(2, 2));
  let refused: readonly OpenPassage[] = [];
  for await (const each of embedPassages({ store, embedder: embedderOf([], '', 'text 1') }, scope, {
    maxTokens: null,
    signal,
  }))
    ({ refused } = each);
  expect(refused).toEqual([passage(1)]);
  expect(saved).toEqual(['hash 0', 'hash 2', 'hash 3']);
});
