import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { DIMENSION, type Embedder } from './embedder.ts';
import { localEmbedder } from './local-embedder.ts';
import { openaiEmbedder } from './openai-embedder.ts';
import { retryAfter } from './retry-after.ts';

async function all(embedder: Embedder, texts: readonly string[]): Promise<(Float32Array | null)[]> {
  const vectors: (Float32Array | null)[] = [];
  for await (const batch of embedder.embed(texts, {
    signal: new AbortController().signal,
    purpose: 'passage',
  }))
    for (const { index, vector } of batch) vectors[index] = vector;
  return vectors;
}
const cosine = (a: Float32Array | null | undefined, b: Float32Array | null | undefined) =>
  (a ?? new Float32Array()).reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);

test('the local embedder returns the same vectors each time, of length one, and closer ones for similar texts', async () => {
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
      const { input } = JSON.parse(body) as { input: string[] };
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
const send = (response: ServerResponse, body: unknown, { status = 200, headers = {} } = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

test('pads shorter vectors, and assigns each to its text in whatever order they come', () =>
  withServer(
    (input, _request, response) => send(response, { data: vectorsFor(input).reverse() }),
    async (embedder) => {
      const vectors = await all(embedder(), ['a', 'bbb', 'cc']);
      expect(vectors.map((vector) => [vector?.length, vector?.[0]])).toEqual([
        [DIMENSION, 1],
        [DIMENSION, 3],
        [DIMENSION, 2],
      ]);
    },
  ));

test('retries after a rate limit and after a server error', () => {
  let calls = 0;
  return withServer(
    (input, _request, response) => {
      calls += 1;
      if (calls === 1) send(response, {}, { status: 429, headers: { 'retry-after': '1' } });
      else if (calls === 2) send(response, {}, { status: 503 });
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
  ['the same place twice', (input: string[]) => vectorsFor(input).map((each) => ({ ...each, index: 1 }))],
  ['no numbers', (input: string[]) => vectorsFor(input).map((each) => ({ ...each, embedding: [null, 1] }))],
  [
    'only zeros in the part of a long vector that is kept',
    (input: string[]) =>
      input.map((_, index) => ({
        index,
        embedding: Array.from({ length: DIMENSION + 1 }, (_value, at) => (at === DIMENSION ? 1 : 0)),
      })),
  ],
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

test('an answer without an end is left before it fills the memory', () => {
  let sent = 0;
  const part = ' '.repeat(1 << 16);
  return withServer(
    (_input, _request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(part)) sent += part.length;
        response.once('drain', more);
      };
      more();
    },
    async (embedder) => {
      await expect(all(embedder(), ['a'])).rejects.toMatchObject({ code: 'EMBEDDER_INVALID_ANSWER' });
      expect(sent).toBeLessThan(64 << 20);
    },
  );
});

/** The first number of each vector, which is the length of its text; null where there is no vector. */
const firsts = (vectors: readonly (Float32Array | null)[]) => vectors.map((vector) => vector?.[0] ?? null);

test.each([
  ['refused', (response: ServerResponse) => send(response, {}, { status: 400 })],
  ['refused as too large', (response: ServerResponse) => send(response, {}, { status: 413 })],
  ['answered with a fault', (response: ServerResponse) => send(response, {}, { status: 500 })],
  [
    'answered with no numbers',
    (response: ServerResponse, input: string[]) =>
      send(response, { data: vectorsFor(input).map((each) => ({ ...each, embedding: [null] })) }),
  ],
  ['answered with nothing', (response: ServerResponse) => send(response, { data: [] })],
])('one text that is %s costs only itself, wherever in a batch it stands', (_name, refuse) =>
  withServer(
    (input, _request, response) =>
      input.includes('bad') ? refuse(response, input) : send(response, { data: vectorsFor(input) }),
    async (embedder, seen) => {
      for (const place of [0, 3, 7]) {
        const texts = Array.from({ length: 8 }, (_, index) =>
          index === place ? 'bad' : 'x'.repeat(index + 1),
        );
        expect(firsts(await all(embedder(), texts))).toEqual(
          texts.map((text) => (text === 'bad' ? null : text.length)),
        );
      }
      expect(firsts(await all(embedder(), ['bad']))).toEqual([null]);
      expect(seen.length).toBeLessThan(120);
    },
  ),
);

test('several bad texts in several batches leave all others their vectors', () =>
  withServer(
    (input, _request, response) =>
      input.some((text) => text.startsWith('bad'))
        ? send(response, {}, { status: 422 })
        : send(response, { data: vectorsFor(input) }),
    async (embedder) => {
      const texts = Array.from({ length: 600 }, (_, index) => (index % 97 === 5 ? `bad${index}` : 'good'));
      const vectors = await all(embedder({ maxBatchTokens: 300 }), texts);
      expect(vectors.map((vector) => vector === null)).toEqual(texts.map((text) => text !== 'good'));
    },
  ));

test.each([401, 403, 404, 400])(
  'a server that refuses everything with %s is not asked text by text',
  (status) =>
    withServer(
      (_input, _request, response) => send(response, {}, { status }),
      async (embedder, seen) => {
        const texts = Array.from({ length: 64 }, (_, index) => `text ${index}`);
        await expect(all(embedder(), texts)).rejects.toMatchObject({ code: 'EMBEDDER_REFUSED' });
        expect(seen.length).toBeLessThanOrEqual(2);
      },
    ),
);

test('the vectors of other batches in flight are returned when one batch fails', () =>
  withServer(
    (input, _request, response) =>
      input.includes('late')
        ? send(response, {}, { status: 401 })
        : send(response, { data: vectorsFor(input) }),
    async (embedder) => {
      const kept: number[] = [];
      const texts = ['late', 'a', 'b', 'c'];
      const reading = async () => {
        const options = { signal: new AbortController().signal, purpose: 'passage' } as const;
        for await (const batch of embedder({ maxBatchTokens: 1, concurrency: 4 }).embed(texts, options))
          kept.push(...batch.map(({ index }) => index));
      };
      await expect(reading()).rejects.toMatchObject({ code: 'EMBEDDER_REFUSED' });
      expect(kept).toEqual([1, 2, 3]);
    },
  ));

test('waits as long as the server asks, in seconds or until a date by its clock, but never for hours', () => {
  const asked = [
    { 'retry-after': '7' },
    { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
    {},
    { 'retry-after': '7200' },
  ];
  const waits: number[] = [];
  let calls = 0;
  return withServer(
    (_input, _request, response) => send(response, {}, { status: 429, headers: asked[calls++] ?? {} }),
    async (embedder) => {
      const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
      await expect(all(embedder({ sleep }), ['a'])).rejects.toMatchObject({
        code: 'EMBEDDER_LIMITED',
        retryAfterMs: 7_200_000,
      });
      expect(waits).toEqual([7000, 30_000, 2000]);
    },
  );
});

test('reads a date by its own clock where the server sends none, and a past date as no wait', () => {
  const now = Date.parse('2026-10-21T07:28:00Z');
  const read = (said: string) => retryAfter(new Headers({ 'retry-after': said }), now);
  expect(read('Wed, 21 Oct 2026 07:28:05 GMT')).toBe(5000);
  expect(read('Wed, 21 Oct 2026 07:27:05 GMT')).toBe(0);
  expect(read('soon')).toBeNull();
  expect(retryAfter(new Headers(), now)).toBeNull();
});

test('asks for shorter vectors only from models that offer them', async () => {
  const bodies: Record<string, unknown>[] = [];
  const models = [
    'text-embedding-3-large',
    'openai/text-embedding-3-small',
    'text-embedding-ada-002',
    'some-embedding-300m',
  ];
  for (const model of models) {
    await withServer(
      (input, _request, response) => send(response, { data: vectorsFor(input) }),
      async (embedder) => {
        const seeing: typeof fetch = (address, request) => {
          bodies.push(JSON.parse(String(request?.body)) as Record<string, unknown>);
          return fetch(address, request);
        };
        await all(embedder({ model, fetch: seeing }), ['a']);
      },
    );
  }
  expect(bodies.map((body) => body['dimensions'])).toEqual([DIMENSION, DIMENSION, undefined, undefined]);
});

test('limits the tokens of a batch', () =>
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
