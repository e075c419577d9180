import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { DIMENSION, type Embedder } from './embedder.ts';
import { localEmbedder } from './local-embedder.ts';
import { openaiEmbedder } from './openai-embedder.ts';

async function all(embedder: Embedder, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for await (const batch of embedder.embed(texts, {
    signal: new AbortController().signal,
    purpose: 'passage',
  }))
    for (const { index, vector } of batch) vectors[index] = vector;
  return vectors;
}
const cosine = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  (a ?? new Float32Array()).reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);

test('the local embedder is the same every time, of length one, and nearer to what is alike', async () => {
  const texts = [
    'function removeUser(id) { return db.delete(id); }',
    'delete a user account by id',
    'render the chart legend in svg',
    '',
  ];
  const [code, near, far, empty] = await all(localEmbedder(), texts);
  expect(await all(localEmbedder(), texts)).toEqual([code, near, far, empty]);
  for (const vector of [code, near, far, empty]) expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
  expect(cosine(code, near)).toBeGreaterThan(cosine(code, far));
});

type Answer = (input: string[], request: IncomingMessage, response: ServerResponse) => void;
async function withServer<T>(
  answer: Answer,
  work: (embedder: (extra?: object) => Embedder, seen: string[][]) => Promise<T>,
): Promise<T> {
  const seen: string[][] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const input: string[] = JSON.parse(body).input;
      seen.push(input);
      answer(input, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address instanceof Object ? address.port : 0;
  try {
    const key = ['a', 'secret', 'key'].join('-');
    return await work(
      (extra = {}) =>
        openaiEmbedder({
          baseUrl: `http://127.0.0.1:${port}/v1`,
          apiKey: key,
          model: 'm',
          fetch,
          sleep: () => Promise.resolve(),
          ...extra,
        }),
      seen,
    );
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
const vectorsFor = (input: readonly string[], dimension = 8) =>
  input.map((text, index) => ({
    index,
    embedding: Array.from({ length: dimension }, (_, at) => (at === 0 ? text.length : 0.5)),
  }));
const send = (response: ServerResponse, body: unknown, status = 200, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

test('pads shorter vectors, and puts each where it belongs whatever order they come in', () =>
  withServer(
    (input, _request, response) => send(response, { data: vectorsFor(input).reverse() }),
    async (embedder) => {
      const vectors = await all(embedder(), ['a', 'bbb', 'cc']);
      expect(vectors.map((vector) => [vector.length, vector[0]])).toEqual([
        [DIMENSION, 1],
        [DIMENSION, 3],
        [DIMENSION, 2],
      ]);
    },
  ));

test('tries again after a limit and after a fault, and no longer than it should', () => {
  let calls = 0;
  return withServer(
    (input, _request, response) => {
      calls += 1;
      if (calls === 1) send(response, {}, 429, { 'retry-after': '1' });
      else if (calls === 2) send(response, {}, 503);
      else send(response, { data: vectorsFor(input) });
    },
    async (embedder) => {
      expect(await all(embedder(), ['a'])).toHaveLength(1);
      expect(calls).toBe(3);
    },
  );
});

test.each([
  ['too few', (input: string[]) => vectorsFor(input).slice(1)],
  ['the same place twice', (input: string[]) => vectorsFor(input).map((each) => ({ ...each, index: 0 }))],
  ['no numbers', (input: string[]) => vectorsFor(input).map((each) => ({ ...each, embedding: [null, 1] }))],
  ['too long', (input: string[]) => vectorsFor(input, DIMENSION + 1)],
  ['nothing', () => []],
])('refuses an answer with %s, without its key in the error', (_name, broken) =>
  withServer(
    (input, _request, response) => send(response, { data: broken(input) }),
    async (embedder) => {
      const failure: unknown = await all(embedder(), ['a', 'b']).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'EMBEDDER_INVALID_ANSWER' });
      expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('a-secret-key');
    },
  ),
);

test('halves a batch that is refused until the one bad text is left', () =>
  withServer(
    (input, _request, response) =>
      input.includes('bad') ? send(response, {}, 400) : send(response, { data: vectorsFor(input) }),
    async (embedder, seen) => {
      await expect(all(embedder(), ['a', 'b', 'c', 'bad'])).rejects.toMatchObject({
        code: 'EMBEDDER_REFUSED',
      });
      expect(seen.some((input) => input.length === 2 && input.includes('a'))).toBe(true);
    },
  ));

test('keeps to the tokens of a batch', () =>
  withServer(
    (input, _request, response) => send(response, { data: vectorsFor(input) }),
    async (embedder, seen) => {
      await all(
        embedder({ maxBatchTokens: 100 }),
        Array.from({ length: 10 }, () => 'x'.repeat(200)),
      );
      expect(Math.max(...seen.map((input) => input.length))).toBe(1);
    },
  ));
