import { hashObject, type ObjectId } from '../objects/git-object.ts';
import { showPath } from '../objects/git-path.ts';
import type { BlobContent, Head, SourceCall, WantedBlob } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import { AdaptiveBatch } from '../http-api/adaptive-batch.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf, textOf } from '../http-api/json.ts';
import { textsQuery } from './queries.ts';
import { readTarball } from './read-tarball.ts';

/** What reading contents starts from. */
export interface ReadBlobs {
  readonly client: GitHubClient;
  readonly head: Head;
  readonly wanted: readonly WantedBlob[];
  readonly limits: { readonly maxBytes: number; readonly total: number };
  /** Proven contents that came on the way to the trees. */
  readonly prefetched: Map<ObjectId, Buffer>;
}

const BATCH_BYTES = 4 * 1024 * 1024;
/** GitHub cuts a text at some 512,000 bytes, and gives up long answers. */
const TEXT_BYTES = 500_000;
const ANSWER_BYTES = 3_000_000;
const UNKNOWN_SIZE = 8_000;
/** The archive's address and the archive itself; and from when on it is taken though most of it is held already. */
const ARCHIVE_REQUESTS = 2;
const ARCHIVE_ANYWAY = 10;
const TRIES = 3;

/** The contents asked for, proven, by the archive when most of them are wanted, then as texts by the hundred, then one by one. */
export async function* readBlobs(work: ReadBlobs, call: SourceCall): AsyncGenerator<readonly BlobContent[]> {
  const { client, limits } = work;
  const left = new Map(work.wanted.map((blob) => [blob.oid, blob]));
  const atHand: BlobContent[] = [];
  for (const blob of left.values()) {
    const content = work.prefetched.get(blob.oid);
    if (blob.size !== null && blob.size > limits.maxBytes)
      atHand.push({ oid: blob.oid, kind: 'too-large', size: blob.size });
    else if (content !== undefined) atHand.push(blobOf(blob.oid, content, limits.maxBytes));
  }
  for (const blob of atHand) left.delete(blob.oid);
  if (atHand.length > 0) yield atHand;
  const worthIt = (): boolean => {
    const otherwise = requestsFor(left.values(), client.anonymous);
    return otherwise > (left.size * 2 >= limits.total ? ARCHIVE_REQUESTS : ARCHIVE_ANYWAY);
  };
  // A second archive only where the first broke off: what export rules hid from one, they hide from all.
  for (let broken = true, attempt = 0; broken && attempt < 2 && worthIt(); attempt += 1) {
    broken = yield* fromArchive(work, left, call);
  }
  if (!client.anonymous) yield* fromTexts(work, left, call);
  yield* oneByOne(work, left, call);
}

async function* fromArchive(
  work: ReadBlobs,
  left: Map<ObjectId, WantedBlob>,
  call: SourceCall,
): AsyncGenerator<BlobContent[], boolean> {
  const download = await work.client.tarball(work.head.commitOid, call);
  if (download === null) return false;
  let broken = false;
  let batch: BlobContent[] = [];
  let bytes = 0;
  try {
    for await (const { oid, content } of readTarball(download, work.head.format, work.limits.maxBytes)) {
      if (!left.delete(oid)) continue;
      batch.push({ oid, kind: 'content', content });
      bytes += content.length;
      if (bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
  } catch {
    // What came whole was proven; the rest is had on another way.
    call.signal.throwIfAborted();
    broken = true;
  }
  if (batch.length > 0) yield batch;
  return broken;
}

async function* fromTexts(
  work: ReadBlobs,
  left: Map<ObjectId, WantedBlob>,
  call: SourceCall,
): AsyncGenerator<BlobContent[]> {
  const { client, head, limits } = work;
  const batch = new AdaptiveBatch();
  const rounds = new Map<ObjectId, number>();
  let queue = [...left.values()].filter((blob) => (blob.size ?? 0) <= TEXT_BYTES);
  while (queue.length > 0) {
    call.signal.throwIfAborted();
    const asked = takeWhileSmall(queue, batch.size);
    let repository;
    try {
      repository = await client.graphql(
        textsQuery(asked.map((blob) => blob.oid)),
        {},
        call,
        asked.length > 1,
      );
      batch.succeeded();
    } catch (error) {
      batch.failed(error, asked.length);
      continue;
    }
    queue = queue.slice(asked.length);
    const blobs: BlobContent[] = [];
    for (const [index, { oid, path, size }] of asked.entries()) {
      const fields = fieldsOf(repository[`o${index}`]);
      const length = numberOf(fields?.['byteSize']);
      const text = textOf(fields?.['text']);
      const content = text === null || fields?.['isTruncated'] === true ? null : Buffer.from(text, 'utf8');
      if (length !== null && length > limits.maxBytes) {
        blobs.push({ oid, kind: 'too-large', size: length });
      } else if (content !== null && hashObject(head.format, 'blob', content) === oid) {
        blobs.push(blobOf(oid, content, limits.maxBytes));
      } else if (fields === null || (content !== null && content.length === text?.length)) {
        // It failed by itself, or plain ASCII was garbled on the way: that passes. In other text GitHub may have
        // guessed an encoding, and its bytes can only be had one by one.
        const round = (rounds.get(oid) ?? 0) + 1;
        rounds.set(oid, round);
        if (round < TRIES) queue.push({ oid, path, size });
      }
    }
    for (const blob of blobs) left.delete(blob.oid);
    if (blobs.length > 0) yield blobs;
  }
}

/** Binaries, texts that are not UTF-8, long texts: their bytes as they are. */
async function* oneByOne(
  work: ReadBlobs,
  left: Map<ObjectId, WantedBlob>,
  call: SourceCall,
): AsyncGenerator<BlobContent[]> {
  for (const { oid, path } of left.values()) {
    let content: Buffer | null = null;
    let proven = false;
    for (let attempt = 0; attempt < TRIES && !proven; attempt += 1) {
      call.signal.throwIfAborted();
      content = await work.client.raw(oid, call);
      if (content === null) break;
      proven = hashObject(work.head.format, 'blob', content) === oid;
    }
    const subject = showPath(path);
    if (content === null) {
      throw new SyncError(
        'OBJECT_MISSING',
        `GitHub no longer has the content of ${subject}. Start the sync again.`,
        { retryable: true, subject },
      );
    }
    if (!proven) {
      throw new SyncError(
        'CONTENT_UNVERIFIED',
        `The content of ${subject} does not match its id. Try again later.`,
        { retryable: true, subject },
      );
    }
    yield [blobOf(oid, content, work.limits.maxBytes)];
  }
}

/** How many requests these contents take one way or the other, as far as their sizes are known. */
function requestsFor(blobs: Iterable<WantedBlob>, anonymous: boolean): number {
  let texts = 0;
  let bytes = 0;
  let single = 0;
  for (const { size } of blobs) {
    if (anonymous || (size ?? 0) > TEXT_BYTES) single += 1;
    else {
      texts += 1;
      bytes += size ?? UNKNOWN_SIZE;
    }
  }
  return single + Math.max(Math.ceil(texts / 100), Math.ceil(bytes / ANSWER_BYTES));
}

function takeWhileSmall(queue: readonly WantedBlob[], most: number): WantedBlob[] {
  const taken: WantedBlob[] = [];
  let bytes = 0;
  for (const blob of queue) {
    bytes += blob.size ?? UNKNOWN_SIZE;
    if (taken.length === most || (taken.length > 0 && bytes > ANSWER_BYTES)) break;
    taken.push(blob);
  }
  return taken;
}

function blobOf(oid: ObjectId, content: Buffer, maxBytes: number): BlobContent {
  return content.length > maxBytes
    ? { oid, kind: 'too-large', size: content.length }
    : { oid, kind: 'content', content };
}
