import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EncodedPairs } from './encode-pairs.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The vocabulary and the pairs that were encoded with it. */
export interface EncodedCorpus {
  readonly vocabulary: Vocabulary;
  readonly pairs: EncodedPairs;
}

const PIECE = 1 << 28;

function write(file: string, data: Uint32Array | Float64Array): void {
  const open = openSync(file, 'w');
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < bytes.length; at += PIECE) writeSync(open, bytes.subarray(at, at + PIECE));
  closeSync(open);
}

function read(file: string): SharedArrayBuffer {
  const size = statSync(file).size;
  const buffer = new SharedArrayBuffer(size);
  const bytes = new Uint8Array(buffer);
  const open = openSync(file, 'r');
  for (let at = 0; at < size;) at += readSync(open, bytes, at, Math.min(PIECE, size - at), at);
  closeSync(open);
  return buffer;
}

function isVocabulary(read: unknown): read is Vocabulary {
  return read instanceof Object && 'words' in read && Array.isArray(read.words) && 'buckets' in read;
}

/** Keeps encoded pairs in a folder, so that another training need not read the corpus again. */
export function savePairs(folder: string, { vocabulary, pairs }: EncodedCorpus): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['packages', 'sameQuestion', 'sameAnswer', 'starts', 'tokens', 'frequencies'] as const)
    write(join(folder, name), pairs[name]);
  writeFileSync(join(folder, 'vocabulary.json'), JSON.stringify(vocabulary));
}

/** Reads what `savePairs` wrote; null where it wrote nothing. */
export function loadPairs(folder: string): EncodedCorpus | null {
  if (!existsSync(join(folder, 'vocabulary.json'))) return null;
  const vocabulary: unknown = JSON.parse(readFileSync(join(folder, 'vocabulary.json'), 'utf8'));
  if (!isVocabulary(vocabulary)) throw new Error(`${folder} does not hold encoded pairs.`);
  const packages = new Uint32Array(read(join(folder, 'packages')));
  const pairs = {
    count: packages.length,
    packages,
    sameQuestion: new Uint32Array(read(join(folder, 'sameQuestion'))),
    sameAnswer: new Uint32Array(read(join(folder, 'sameAnswer'))),
    starts: new Float64Array(read(join(folder, 'starts'))),
    tokens: new Uint32Array(read(join(folder, 'tokens'))),
    frequencies: new Uint32Array(read(join(folder, 'frequencies'))),
  };
  return { vocabulary, pairs };
}
