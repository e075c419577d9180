import { endianness } from 'node:os';

/**
 * A vector in the database's binary form, as a field of COPY or as a parameter. The embedded database takes five milliseconds to read
 * 1,536 numbers from a text.
 */
export function vectorBytes(vector: Float32Array): Buffer {
  // int16 dimension, int16 zero, then each number as a big-endian float.
  const bytes = Buffer.alloc(4 + vector.length * 4);
  bytes.writeInt16BE(vector.length, 0);
  const { buffer, byteOffset, byteLength } = vector;
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength), 4);
  // All at once, which takes half the time of writing number by number.
  if (endianness() === 'LE') bytes.subarray(4).swap32();
  return bytes;
}
