import { expect, test } from 'vitest';
import { isOfModel, prefixesFor, vectorsName } from './openai-embedder-prefixes.ts';

test.each([
  ['nomic-embed-text', 'search_query: ', 'search_document: '],
  ['nomic-ai/nomic-embed-text-v1.5', 'search_query: ', 'search_document: '],
  ['text-embedding-nomic-embed-text-v1.5@q8_0', 'search_query: ', 'search_document: '],
  ['nomic-ai/CodeRankEmbed', 'Represent this query for searching relevant code: ', ''],
  ['intfloat/multilingual-e5-small', 'query: ', 'passage: '],
  ['e5-base-v2', 'query: ', 'passage: '],
  ['BAAI/bge-large-en-v1.5', 'Represent this sentence for searching relevant passages: ', ''],
  ['mxbai-embed-large:latest', 'Represent this sentence for searching relevant passages: ', ''],
  ['bge-m3', '', ''],
  ['embeddinggemma:300m', 'task: code retrieval | query: ', 'title: none | text: '],
  [
    'jinaai/jina-code-embeddings-0.5b',
    'Find the most relevant code snippet given the following query:\n',
    'Candidate code snippet:\n',
  ],
  ['jina-embeddings-v2-base-code', '', ''],
  ['snowflake-arctic-embed2', 'query: ', ''],
  [
    'Snowflake/snowflake-arctic-embed-m-v1.5',
    'Represent this sentence for searching relevant passages: ',
    '',
  ],
  ['text-embedding-3-small', '', ''],
])('knows the prefixes of %s', (model, query, passage) => {
  expect(prefixesFor(model, {})).toEqual({ query, passage });
});

test('gives instructions for questions only to models that take a task', () => {
  for (const model of [
    'Qwen3-Embedding-0.6B-Q8_0.gguf',
    'qwen3-embedding:4b',
    'multilingual-e5-large-instruct',
  ]) {
    const { query, passage } = prefixesFor(model, {});
    expect(query).toMatch(/^Instruct: .+\nQuery: ?$/);
    expect(passage).toBe('');
  }
});

test('given prefixes replace the known ones, each by itself, and an empty one counts', () => {
  expect(prefixesFor('nomic-embed-text', { passage: 'P ' })).toEqual({
    query: 'search_query: ',
    passage: 'P ',
  });
  expect(prefixesFor('nomic-embed-text', { query: '', passage: undefined })).toEqual({
    query: '',
    passage: 'search_document: ',
  });
});

test('vectors under another passage prefix have another name, and the query prefix does not change it', () => {
  const names = ['', 'a ', 'b '].map((passage) => vectorsName('m', { query: 'q', passage }));
  expect(names[0]).toBe('m');
  expect(new Set(names).size).toBe(3);
  expect(vectorsName('m', { query: 'other', passage: 'a ' })).toBe(names[1]);
});

test('recognizes the vectors of a model under any passage prefix, and of no other model', () => {
  const prefixed = vectorsName('m', { query: '', passage: 'a ' });
  expect(['m', prefixed, 'm+large', 'm2', `x${prefixed}`].map((name) => isOfModel(name, 'm'))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
