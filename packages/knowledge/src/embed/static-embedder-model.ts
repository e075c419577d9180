import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EmbedderError } from './embedder.ts';

/** The first bytes of a model file; the last of them is the version of its format. */
const MAGIC = 'CODEVEC1';
const HEADER_AT = MAGIC.length + 4;
/** The offset of a stored nibble: numbers from −8 to 7 are stored as 0 to 15. */
export const NIBBLE_ZERO = 8;

/** A table with one row of small whole numbers for each word and each bucket of letter groups. */
export interface StaticModel {
  /** The name kept beside each vector, with the version: `code-1`. */
  readonly name: string;
  readonly dimension: number;
  /** Rows of known words; the rows of letter groups follow them. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly buckets: number;
  /** The factor of each row's numbers. */
  readonly scales: Float32Array;
  /** Two numbers of a row in a byte, the first one in the low bits. They are unpacked where they are used. */
  readonly nibbles: Uint8Array;
}

interface Header {
  readonly name: string;
  readonly dimension: number;
  readonly words: number;
  readonly buckets: number;
  readonly wordBytes: number;
  readonly sha256: string;
}

function invalid(reason: string): EmbedderError {
  return new EmbedderError(
    'EMBEDDER_REFUSED',
    `The model file of the built-in embedder ${reason}. Install the product again, or choose another EMBEDDING_PROVIDER.`,
    { retryable: false },
  );
}

function numberOf(header: object, key: string): number {
  const value: unknown = Reflect.get(header, key);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw invalid('has a damaged header');
  return value;
}

function textOf(header: object, key: string): string {
  const value: unknown = Reflect.get(header, key);
  if (typeof value !== 'string') throw invalid('has a damaged header');
  return value;
}

function readHeader(bytes: Buffer): { readonly header: Header; readonly end: number } {
  if (bytes.toString('latin1', 0, MAGIC.length - 1) !== MAGIC.slice(0, -1))
    throw invalid('is not a model file');
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw invalid(
      `has format ${bytes.toString('latin1', MAGIC.length - 1, MAGIC.length)}, which this version cannot read`,
    );
  if (bytes.length < HEADER_AT) throw invalid('is cut short');
  const end = HEADER_AT + bytes.readUInt32LE(MAGIC.length);
  if (end > bytes.length) throw invalid('is cut short');
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8', HEADER_AT, end));
  } catch {
    throw invalid('has a damaged header');
  }
  if (!(parsed instanceof Object)) throw invalid('has a damaged header');
  const header = {
    name: textOf(parsed, 'name'),
    dimension: numberOf(parsed, 'dimension'),
    words: numberOf(parsed, 'words'),
    buckets: numberOf(parsed, 'buckets'),
    wordBytes: numberOf(parsed, 'wordBytes'),
    sha256: textOf(parsed, 'sha256'),
  };
  return { header, end };
}

/** Reads a model from the bytes of its file, and refuses a file that is cut, damaged or of another version. */
export function readModel(bytes: Buffer): StaticModel {
  const { header, end } = readHeader(bytes);
  const { name, dimension, words, buckets, wordBytes } = header;
  const rows = words + buckets;
  const content = bytes.subarray(end);
  if (content.length !== wordBytes + rows * 4 + (rows * dimension) / 2) throw invalid('is cut short');
  if (createHash('sha256').update(content).digest('hex') !== header.sha256) throw invalid('is damaged');
  const known = content.toString('utf8', 0, wordBytes).split('\n');
  if (known.length !== words) throw invalid('is damaged');
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) scales[row] = content.readFloatLE(wordBytes + row * 4);
  const rowOf = new Map(known.map((word, row) => [word, row]));
  return { name, dimension, rowOf, buckets, scales, nibbles: content.subarray(wordBytes + rows * 4) };
}

/** Reads a model file, and refuses one of another model: its vectors could not be compared with those of the name. */
export async function loadModel(file: URL, name: string): Promise<StaticModel> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    throw invalid('is missing');
  }
  const model = readModel(bytes);
  if (model.name !== name) throw invalid(`is for ${model.name}, not for ${name}`);
  return model;
}

/** The contents of a model file: rows of whole numbers from −8 to 7 with their scales. */
export interface ModelContent {
  readonly name: string;
  readonly dimension: number;
  readonly words: readonly string[];
  readonly buckets: number;
  readonly scales: Float32Array;
  readonly table: Int8Array;
}

/** The bytes of a model file. */
export function writeModel({ name, dimension, words, buckets, scales, table }: ModelContent): Buffer {
  const wordText = Buffer.from(words.join('\n'));
  const scaleBytes = Buffer.alloc(scales.length * 4);
  scales.forEach((scale, row) => scaleBytes.writeFloatLE(scale, row * 4));
  const nibbles = Buffer.alloc(table.length / 2);
  for (let at = 0; at < nibbles.length; at += 1)
    nibbles[at] = ((table[2 * at] ?? 0) + NIBBLE_ZERO) | (((table[2 * at + 1] ?? 0) + NIBBLE_ZERO) << 4);
  const content = Buffer.concat([wordText, scaleBytes, nibbles]);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const header = Buffer.from(
    JSON.stringify({ name, dimension, words: words.length, buckets, wordBytes: wordText.length, sha256 }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), length, header, content]);
}
