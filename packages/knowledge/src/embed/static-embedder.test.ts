import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { DIMENSION } from './embedder.ts';
import { readModel, writeModel } from './static-embedder-model.ts';
import { openTextVectors, STATIC_MODEL, staticEmbedder, TextVectors } from './static-embedder.ts';

const signal = new AbortController().signal;

async function embedAll(texts: readonly string[], file?: URL): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for await (const batch of staticEmbedder(file).embed(texts, { signal, purpose: 'passage' }))
    for (const { index, vector } of batch) vectors[index] = vector;
  return vectors;
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

/** A model of four words, two buckets of letter groups and four numbers a row. */
function smallModel(): Buffer {
  return writeModel({
    name: STATIC_MODEL,
    dimension: 4,
    words: ['read', 'write', 'file', '=readfile'],
    buckets: 2,
    scales: Float32Array.of(1, 1, 0.5, 2, 0.25, 0.25),
    table: Int8Array.of(7, 0, 0, 0, 0, 7, 0, 0, 0, 0, 7, 0, 3, 0, 3, 0, 0, 0, 0, 7, 0, 0, 0, -7),
  });
}

async function withFile(bytes: Buffer, use: (file: URL) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'static-embedder-'));
  try {
    writeFileSync(join(folder, 'model.bin'), bytes);
    await use(pathToFileURL(join(folder, 'model.bin')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the shipped model reads, and its vectors have length one and 1,536 numbers', async () => {
  const texts = ['function removeUser(id) { return db.delete(id); }', 'zxqv', '', '1234567891011'];
  for (const vector of await embedAll(texts)) {
    expect(vector).toHaveLength(DIMENSION);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
  }
});

test('texts of one meaning lie nearer to each other than to others, without a word in common', async () => {
  const pairs = [
    [
      'delete a user account',
      'function removeMember(id) { members.drop(id); }',
      'render the chart legend in svg',
    ],
    [
      'wait and try again after a failure',
      'const backoff = 2 ** attempt; await sleep(backoff);',
      'parse css colors',
    ],
    [
      'log in with a password',
      'def authenticate(credentials): return verify_hash(credentials)',
      'matrix transpose',
    ],
  ] as const;
  for (const [question, near, far] of pairs) {
    const [asked, right, wrong] = await embedAll([question, near, far]);
    if (asked === undefined || right === undefined || wrong === undefined)
      throw new Error('A vector is missing.');
    expect(cosine(asked, right), question).toBeGreaterThan(cosine(asked, wrong));
  }
});

test('the same text gives the same bits, in whatever company it is embedded', async () => {
  const text = 'export async function openQueue(name: string): Promise<Queue> { return new Queue(name); }';
  const [alone] = await embedAll([text]);
  const among = (await embedAll([...Array.from({ length: 100 }, (_, at) => `text ${at}`), text])).at(-1);
  expect(among).toEqual(alone);
});

test('a text without a word is unlike every other text', async () => {
  const [empty, punctuation, words] = await embedAll(['', '{ } ;', 'read the file']);
  expect(empty).toEqual(punctuation);
  expect(cosine(empty ?? new Float32Array(), words ?? new Float32Array())).toBeCloseTo(0, 5);
});

test('a text is the weighted sum of the rows of its words', () => {
  const vectors = new TextVectors(readModel(smallModel()));
  expect([...vectors.vectorOf('read write')]).toEqual([
    Math.fround(Math.SQRT1_2),
    Math.fround(Math.SQRT1_2),
    0,
    0,
  ]);
  expect([...vectors.vectorOf('readFile')]).toEqual([...vectors.vectorOf('read_file')]);
});

test('likeness word by word finds one matching word in a long text', () => {
  const vectors = new TextVectors(readModel(smallModel()));
  const asked = vectors.wordVectors('write');
  expect(vectors.maxsim(asked, vectors.wordVectors('read read read file write'))).toBe(1);
  expect(vectors.maxsim(asked, vectors.wordVectors('read file'))).toBe(0);
  expect(vectors.maxsim([], vectors.wordVectors('read'))).toBe(0);
});

test('reads back what was written', () => {
  const model = readModel(smallModel());
  expect(model.name).toBe(STATIC_MODEL);
  expect([...model.nibbles.subarray(6)]).toEqual([0x8b, 0x8b, 0x88, 0xf8, 0x88, 0x18]);
  expect(model.rowOf.get('=readfile')).toBe(3);
  expect([...model.scales]).toEqual([1, 1, 0.5, 2, 0.25, 0.25]);
});

const broken: readonly (readonly [string, (bytes: Buffer) => Buffer, RegExp])[] = [
  ['empty', () => Buffer.alloc(0), /is not a model file/],
  ['cut in its header', (bytes) => bytes.subarray(0, 20), /is cut short/],
  ['cut at its end', (bytes) => bytes.subarray(0, -1), /is cut short/],
  [
    'of another format',
    (bytes) => Buffer.from(bytes.toString('latin1').replace('CODEVEC1', 'CODEVEC2'), 'latin1'),
    /has format 2/,
  ],
  ['some other file', () => Buffer.from('%PDF-1.7 and so on'), /is not a model file/],
  [
    'changed in one bit',
    (bytes) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed.at(-1) ?? 0) ^ 1, changed.length - 1);
      return changed;
    },
    /is damaged/,
  ],
  [
    'of another model',
    (bytes) => Buffer.from(bytes.toString('latin1').replace('"code-1"', '"code-9"'), 'latin1'),
    /is for code-9/,
  ],
];

test.each(broken)('a model file that is %s is refused with a clear error', (_name, breakIt, message) =>
  withFile(breakIt(smallModel()), async (file) => {
    const failure: unknown = await embedAll(['text'], file).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'EmbedderError', code: 'EMBEDDER_REFUSED', retryable: false });
    expect(failure).toHaveProperty('message', expect.stringMatching(message));
  }),
);

test('a missing model file is reported, and is read once it is there', () =>
  withFile(smallModel(), async (file) => {
    const late = new URL('late.bin', file);
    await expect(embedAll(['text'], late)).rejects.toThrow(/is missing/);
    writeFileSync(late, smallModel());
    expect(await embedAll(['read'], late)).toHaveLength(1);
  }));

test('an abort between two chunks stops the work', async () => {
  const stop = new AbortController();
  const read = async (): Promise<void> => {
    const texts = Array.from({ length: 200 }, () => 'text');
    for await (const batch of staticEmbedder().embed(texts, { signal: stop.signal, purpose: 'passage' }))
      if (batch.length > 0) stop.abort();
  };
  await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
});

test('the shipped vectors have known bits, so that no machine computes others', async () => {
  const vectors = await openTextVectors();
  const text = 'export class RetryQueue { constructor(private readonly maxAttempts = 5) {} } // größe 2x';
  const bytes = Buffer.from(vectors.storedVectorOf(text).buffer);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(
    '9334046408680a73c1258713b17c28c92207720ce1b9ea9b364fc1884e7f079b',
  );
});
