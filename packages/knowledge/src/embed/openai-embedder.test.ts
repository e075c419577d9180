import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { DIMENSION, type EmbeddedText, type Embedder } from './embedder.ts';
import { openaiEmbedder, type OpenaiEmbedderOptions } from './openai-embedder.ts';

/** All time limits are a hundredth of the real ones: 600 ms stand for a minute, 300 texts a second for three. */
const SCALE = 100;
const TIMEOUT_MS = 60_000 / SCALE;
/** Time limits of a whole test: the slow server works for 2,000 passages / 300 a second. */
const LONG_TEST = { timeout: 60_000 };

interface Asked {
  readonly input: readonly string[];
  /** Requests that were open at once when this one came, itself counted. */
  readonly open: number;
}
type Answer = (input: readonly string[], isGone: () => boolean) => Promise<readonly number[][] | null>;

/** Starts a server that answers with these vectors; where there are none, with a status or never. */
async function serverOf(answer: Answer, statusWithout?: number): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    let isOpen = true;
    open += 1;
    response.on('close', () => {
      isOpen = false;
      open -= 1;
    });
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      asked.push({ input, open });
      void answer(input, () => !isOpen).then((vectors) => {
        if (vectors === null && statusWithout === undefined) return;
        if (vectors === null) return void response.writeHead(statusWithout ?? 500).end();
        const data = vectors.map((embedding, index) => ({ index, embedding }));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${address instanceof Object ? address.port : 0}/v1`, asked };
}

/** A processor that embeds this number of texts a second, one request after the other; requests that are gone stop. */
function slowServer(textsPerSecond: number): Answer {
  let free: Promise<unknown> = Promise.resolve();
  return (input, isGone) => {
    const done = free.then(async () => {
      const end = performance.now() + (input.length * 1000) / textsPerSecond;
      while (!isGone() && performance.now() < end)
        await wait(Math.max(1, Math.min(20, end - performance.now())));
      return vectorsOf(input);
    });
    free = done;
    return done;
  };
}
const vectorsOf = (input: readonly string[]) => input.map((text) => [text.length, 1]);

const embedderAt = (baseUrl: string, extra: Partial<OpenaiEmbedderOptions> = {}) =>
  openaiEmbedder({
    baseUrl,
    apiKey: null,
    model: 'm',
    fetch,
    timeoutMs: TIMEOUT_MS,
    sleep: () => Promise.resolve(),
    ...extra,
  });

async function embedAll(
  embedder: Embedder,
  texts: readonly string[],
  purpose: 'passage' | 'query' = 'passage',
): Promise<{ vectors: (Float32Array | null)[]; error: unknown }> {
  const vectors: (Float32Array | null)[] = [];
  const keep = ({ index, vector }: EmbeddedText) => (vectors[index] = vector);
  try {
    for await (const batch of embedder.embed(texts, { signal: new AbortController().signal, purpose }))
      batch.forEach(keep);
    return { vectors, error: null };
  } catch (error) {
    return { vectors, error };
  }
}
const passages = (count: number) => Array.from({ length: count }, (_, index) => `passage ${index}`);
const lengths = (vectors: readonly (Float32Array | null)[]) => vectors.map((vector) => vector?.[0]);

test(
  '2,000 passages get through a server of 3 texts a second, one request at a time and none in vain',
  LONG_TEST,
  async () => {
    const { url, asked } = await serverOf(slowServer(3 * SCALE));
    const texts = passages(2000);
    const { vectors, error } = await embedAll(embedderAt(url), texts);
    expect(error).toBeNull();
    expect(lengths(vectors)).toEqual(texts.map((text) => text.length));
    expect(Math.max(...asked.map(({ open }) => open))).toBe(1);
    expect(asked.flatMap(({ input }) => input).length).toBeLessThan(2300);
    expect(Math.max(...asked.map(({ input }) => input.length))).toBeLessThan(100);
  },
);

test(
  'a slow server gets through with four requests at a time as well, and what timed out is asked again in parts',
  LONG_TEST,
  async () => {
    const { url, asked } = await serverOf(slowServer(100));
    const texts = passages(200);
    const { vectors, error } = await embedAll(embedderAt(url, { concurrency: 4 }), texts);
    expect(error).toBeNull();
    expect(lengths(vectors)).toEqual(texts.map((text) => text.length));
    const requests = asked.map(({ input }) => input.join());
    expect(new Set(requests).size).toBe(requests.length);
  },
);

test('the size of a batch follows the time of the last one', LONG_TEST, async () => {
  let perText = 0;
  const { url, asked } = await serverOf(async (input) => {
    await wait(perText * input.length);
    return vectorsOf(input);
  });
  const embedder = embedderAt(url);
  await embedAll(embedder, passages(1000));
  expect(Math.max(...asked.map(({ input }) => input.length))).toBe(256);
  asked.length = 0;
  perText = 5;
  const { vectors, error } = await embedAll(embedder, passages(400));
  expect(error).toBeNull();
  expect(vectors).toHaveLength(400);
  // The first is too much and is halved; later ones take about 100 ms, a sixth of the limit.
  expect(asked[0]?.input.length).toBe(256);
  expect(asked[1]?.input.length).toBe(128);
  expect(asked[2]?.input.length).toBeLessThan(60);
  expect(asked.at(-2)?.input.length).toBeLessThan(40);
});

test('a server that stalls ends the run with a retryable error after a few requests, and what came before is kept', async () => {
  let answered = 0;
  const unanswered: number[] = [];
  const { url } = await serverOf((input) => {
    if (answered < 500) {
      answered += input.length;
      return Promise.resolve(vectorsOf(input));
    }
    unanswered.push(input.length);
    return Promise.resolve(null);
  });
  const { vectors, error } = await embedAll(embedderAt(url, { timeoutMs: 200 }), passages(2000));
  expect(error).toMatchObject({ code: 'EMBEDDER_UNREACHABLE', retryable: true });
  expect(String(error)).toContain('within 0.2 seconds');
  expect(vectors).toHaveLength(answered);
  expect(unanswered.length).toBeLessThan(10);
  // The last text is tried twice, then a harmless one.
  expect(unanswered.slice(-3)).toEqual([1, 1, 1]);
});

test('one text that stalls the server costs only itself', async () => {
  const { url } = await serverOf((input) =>
    Promise.resolve(input.includes('passage 17') ? null : vectorsOf(input)),
  );
  const { vectors, error } = await embedAll(embedderAt(url, { timeoutMs: 200 }), passages(60));
  expect(error).toBeNull();
  expect(vectors.map((vector, index) => (vector === null ? index : -1)).filter((at) => at >= 0)).toEqual([
    17,
  ]);
  expect(vectors).toHaveLength(60);
});

test(
  '2,000 passages get through a server that returns half of the vectors of a batch',
  LONG_TEST,
  async () => {
    const { url, asked } = await serverOf((input) =>
      Promise.resolve(vectorsOf(input).slice(0, Math.ceil(input.length / 2))),
    );
    const texts = passages(2000);
    const { vectors, error } = await embedAll(embedderAt(url), texts);
    expect(error).toBeNull();
    expect(lengths(vectors)).toEqual(texts.map((text) => text.length));
    expect(asked.length).toBeLessThan(2700);
  },
);

test('learns the number of texts that a server takes at most', async () => {
  const { url, asked } = await serverOf(
    (input) => Promise.resolve(input.length > 32 ? null : vectorsOf(input)),
    413,
  );
  const { vectors, error } = await embedAll(embedderAt(url), passages(2000));
  expect(error).toBeNull();
  expect(lengths(vectors)).toEqual(passages(2000).map((text) => text.length));
  // 63 requests of 32, and a few that are refused each time a larger number is tried.
  expect(asked.length).toBeLessThan(90);
});

test('a server that returns no whole answer even for one text ends the run with a retryable error', async () => {
  const { url, asked } = await serverOf(() => Promise.resolve([]));
  const { error } = await embedAll(embedderAt(url), passages(2000));
  expect(error).toMatchObject({ code: 'EMBEDDER_INVALID_ANSWER', retryable: true });
  expect(asked.length).toBeLessThan(5);
});

test('two syncs share the one request towards this machine, and a question does not wait for it', async () => {
  const { url, asked } = await serverOf(async (input) => {
    await wait(input.length === 1 ? 0 : 60);
    return vectorsOf(input);
  });
  const embedder = embedderAt(url);
  const syncs = Promise.all([embedAll(embedder, passages(16)), embedAll(embedder, passages(16))]);
  await wait(20);
  await embedAll(embedder, ['question'], 'query');
  await syncs;
  const batches = asked.filter(({ input }) => input.length > 1);
  expect(batches.length).toBeGreaterThan(2);
  expect(batches.map(({ open }) => open).every((open) => open === 1)).toBe(true);
  expect(asked.findIndex(({ input }) => input[0] === 'question')).toBe(1);
});

test('puts the prefix of the purpose before each text', async () => {
  const { url, asked } = await serverOf((input) => Promise.resolve(vectorsOf(input)));
  const known = embedderAt(url, { model: 'nomic-embed-text:latest' });
  await embedAll(known, ['a']);
  await embedAll(known, ['b'], 'query');
  const given = embedderAt(url, { model: 'nomic-embed-text', prefixes: { query: 'Q: ', passage: '' } });
  await embedAll(given, ['c']);
  await embedAll(given, ['d'], 'query');
  expect(asked.flatMap(({ input }) => input)).toEqual(['search_document: a', 'search_query: b', 'c', 'Q: d']);
});

test('cuts vectors longer than 1,536 numbers, scales them to length one and reports their length', async () => {
  const { url } = await serverOf((input) =>
    Promise.resolve(input.map(() => Array.from({ length: 2560 }, (_, at) => at + 1))),
  );
  const cut: number[] = [];
  const { vectors } = await embedAll(embedderAt(url, { onCut: (length) => cut.push(length) }), ['a']);
  const [vector] = vectors;
  expect(vector).toHaveLength(DIMENSION);
  expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
  expect((vector?.[9] ?? 0) / (vector?.[0] ?? 1)).toBeCloseTo(10, 3);
  expect(cut).toEqual([2560]);
});
