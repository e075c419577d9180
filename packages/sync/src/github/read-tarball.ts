import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { hashObject, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';

/** The bytes that an archive may unpack to. The rest is fetched by its IDs, as what an archive lacks is anyway. */
const MOST_UNPACKED = 4 * 1024 ** 3;

/**
 * Yields the contents in an archive, each under the ID of its bytes. The archive's names and modes are ignored: export
 * rules may hide or rewrite files, and a rewritten file simply has another ID.
 */
export async function* readTarball(
  chunks: AsyncIterable<Uint8Array>,
  format: ObjectFormat,
  { maxBytes, mostUnpacked = MOST_UNPACKED }: { readonly maxBytes: number; readonly mostUnpacked?: number },
): AsyncGenerator<{ oid: ObjectId; content: Buffer }> {
  const source = Readable.from(chunks);
  const unzip = createGunzip();
  const entries = extract();
  source.on('error', (error) => unzip.destroy(error));
  unzip.on('error', (error) => entries.destroy(error));
  source.pipe(unzip).pipe(entries);
  let unpacked = 0;
  try {
    for await (const entry of entries) {
      const { type, linkname, size } = entry.header;
      unpacked += size ?? 0;
      if (unpacked > mostUnpacked) return;
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
