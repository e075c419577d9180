import { gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { readTarball } from './read-tarball.ts';

test('an archive is read as far as it may unpack, and what lies behind is left to be fetched', async () => {
  const archive = pack();
  for (const name of ['a', 'b', 'c']) archive.entry({ name }, name.repeat(10));
  archive.finalize();
  const packed = gzipSync(await buffer(archive));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(packed);
  }
  const read: string[] = [];
  for await (const { content } of readTarball(chunks(), 'sha1', { maxBytes: 100, mostUnpacked: 25 }))
    read.push(content.toString());
  expect(read).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb']);
});
