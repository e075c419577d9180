import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';

/**
 * Yields the contents in an archive, each under the ID of its bytes. The archive's names and modes are ignored: export
 * rules may hide or rewrite files, and a rewritten file simply has another ID.
 */
export async function* readTarball(
  chunks: AsyncIterable<Uint8Array>,
  format: ObjectFormat,
  maxBytes: number,
): AsyncGenerator<{ oid: ObjectId; content: Buffer }> {
  const source = Readable.from(chunks);
  const unzip = createGunzip();
  const entries = extract();
  source.on('error', (error) => unzip.destroy(error));
  unzip.on('error', (error) => entries.destroy(error));
  source.pipe(unzip).pipe(entries);
  try {
    for await (const entry of entries) {
      const { type, linkname, size } = entry.header;
      if (type === 'symlink') {
        const content = Buffer.from(linkname ?? '', 'utf8');
        yield { oid: hashObject(format, 'blob', content), content };
      } else if (type === 'file' && (size ?? 0) <= maxBytes) {
        const parts: Buffer[] = [];
        for await (const part of entry) if (part instanceof Uint8Array) parts.push(Buffer.from(part));
        const content = Buffer.concat(parts);
        yield { oid: hashObject(format, 'blob', content), content };
        continue;
      }
      entry.resume();
    }
  } finally {
    source.destroy();
    unzip.destroy();
    entries.destroy();
  }
}
