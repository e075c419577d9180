import { hashObject, type ObjectId } from '../objects/git-object.ts';
import { showPath } from '../objects/git-path.ts';
import type { BlobContent, BlobsRequest, SourceCall, WantedBlob } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import { AdaptiveBatch } from '../http-api/adaptive-batch.ts';
import type { GitHubClient } from './github-client.ts';
import { fieldsOf, numberOf, stringOf, type Fields } from '../http-api/json.ts';
import { textsQuery } from './queries.ts';
import { readTarball } from './read-tarball.ts';

/** The inputs of fetching blobs. */
export interface GitHubBlobsRequest extends BlobsRequest {
  readonly client: GitHubClient;
  /** Verified contents that came along with the trees. */
  readonly prefetched: Map<ObjectId, Buffer>;
}

type Left = Map<ObjectId, WantedBlob>;

const BATCH_BYTES = 4 * 1024 * 1024;
/** GitHub cuts texts off at some 512,000 bytes, and gives up on long answers. */
const TEXT_BYTES = 500_000;
const ANSWER_BYTES = 3_000_000;
const ASSUMED_SIZE = 8_000;
/** The requests of an archive: its address, and the archive itself. */
const ARCHIVE_REQUESTS = 2;
/** The number of saved requests from which an archive pays even if most of it is already stored. */
const ARCHIVE_PAYS_FROM = 10;
const MAX_TRIES = 3;

/** Yields the wanted blobs, verified: by archive if most are wanted, then as texts by the hundred, then one by one. */
export async function* fetchGitHubBlobs(
  request: GitHubBlobsRequest,
  call: SourceCall,
): AsyncGenerator<readonly BlobContent[]> {
  const { client } = request;
  const left: Left = new Map(request.wanted.map((blob) => [blob.oid, blob]));
  const atHand = takeAtHand(request, left);
  if (atHand.length > 0) yield atHand;
  // A second archive only if the first broke off: files hidden by export rules are hidden from every archive.
  for (let broken = true, attempt = 0; broken && attempt < 2; attempt += 1) {
    if (!archivePays(request, left)) break;
    broken = yield* fromArchive(request, left, call);
  }
  if (!client.anonymous) yield* fromTexts(request, left, call);
  yield* oneByOne(request, left, call);
}

function takeAtHand({ prefetched, maxBytes }: GitHubBlobsRequest, left: Left): BlobContent[] {
  const atHand: BlobContent[] = [];
  for (const { oid, size } of left.values()) {
    const content = prefetched.get(oid);
    if (size !== null && size > maxBytes) atHand.push({ oid, kind: 'too-large', size });
    else if (content !== undefined) atHand.push(blobOf(oid, content, maxBytes));
  }
  for (const { oid } of atHand) left.delete(oid);
  return atHand;
}

function archivePays({ client, total }: GitHubBlobsRequest, left: Left): boolean {
  const mostAreWanted = left.size * 2 >= total;
  return (
    requestsFor(left.values(), client.anonymous) > (mostAreWanted ? ARCHIVE_REQUESTS : ARCHIVE_PAYS_FROM)
  );
}

async function* fromArchive(
  { client, head, maxBytes }: GitHubBlobsRequest,
  left: Left,
  call: SourceCall,
): AsyncGenerator<BlobContent[], boolean> {
  const archive = await client.tarball(head.commitOid, call);
  if (archive === null) return false;
  let broken = false;
  let batch: BlobContent[] = [];
  let bytes = 0;
  try {
    for await (const { oid, content } of readTarball(archive, head.format, { maxBytes })) {
      if (!left.delete(oid)) continue;
      batch.push({ oid, kind: 'content', content });
      bytes += content.length;
      if (bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
  } catch {
    // Everything that arrived whole was verified; the rest is fetched in another way.
    call.signal.throwIfAborted();
    broken = true;
  }
  if (batch.length > 0) yield batch;
  return broken;
}

async function* fromTexts(
  request: GitHubBlobsRequest,
  left: Left,
  call: SourceCall,
): AsyncGenerator<BlobContent[]> {
  const { client } = request;
  const batch = new AdaptiveBatch();
  const tries = new Map<ObjectId, number>();
  let queue = [...left.values()].filter((blob) => (blob.size ?? 0) <= TEXT_BYTES);
  while (queue.length > 0) {
    call.signal.throwIfAborted();
    const asked = takeWhileSmall(queue, batch.size);
    let repository: Fields;
    try {
      const query = textsQuery(asked.map((blob) => blob.oid));
      repository = await client.graphql({ query, splittable: asked.length > 1 }, call);
      batch.succeeded();
    } catch (error) {
      batch.failed(error, asked.length);
      continue;
    }
    queue = queue.slice(asked.length);
    const blobs: BlobContent[] = [];
    for (const [index, wanted] of asked.entries()) {
      const found = readText(request, wanted.oid, fieldsOf(repository[`o${index}`]));
      if (found === 'unreadable') continue;
      if (found !== 'failed') {
        blobs.push(found);
        continue;
      }
      const count = (tries.get(wanted.oid) ?? 0) + 1;
      tries.set(wanted.oid, count);
      if (count < MAX_TRIES) queue.push(wanted);
    }
    for (const blob of blobs) left.delete(blob.oid);
    if (blobs.length > 0) yield blobs;
  }
}

/**
 * Reads one blob of a texts query. `failed`: it failed alone, or plain ASCII was garbled in transit, so that another
 * try can succeed. `unreadable`: in other text GitHub may have guessed an encoding, so only the raw bytes are exact.
 */
function readText(
  { head, maxBytes }: GitHubBlobsRequest,
  oid: ObjectId,
  fields: Fields | null,
): BlobContent | 'failed' | 'unreadable' {
  if (fields === null) return 'failed';
  const size = numberOf(fields['byteSize']);
  if (size !== null && size > maxBytes) return { oid, kind: 'too-large', size };
  const text = stringOf(fields['text']);
  if (text === null || fields['isTruncated'] === true) return 'unreadable';
  const content = Buffer.from(text, 'utf8');
  if (hashObject(head.format, 'blob', content) === oid) return blobOf(oid, content, maxBytes);
  return content.length === text.length ? 'failed' : 'unreadable';
}

/** Fetches raw bytes: of binaries, of texts that are not UTF-8, of long texts. */
async function* oneByOne(
  { client, head, maxBytes }: GitHubBlobsRequest,
  left: Left,
  call: SourceCall,
): AsyncGenerator<BlobContent[]> {
  for (const { oid, path } of left.values()) {
    let content: Buffer | null = null;
    let proven = false;
    for (let attempt = 0; attempt < MAX_TRIES && !proven; attempt += 1) {
      call.signal.throwIfAborted();
      content = await client.raw(oid, call);
      if (content === null) break;
      proven = hashObject(head.format, 'blob', content) === oid;
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
        `The content of ${subject} does not match its object ID. Try again later.`,
        { retryable: true, subject },
      );
    }
    yield [blobOf(oid, content, maxBytes)];
  }
}

/** Estimates the requests that these blobs take without an archive, as far as their sizes are known. */
function requestsFor(blobs: Iterable<WantedBlob>, anonymous: boolean): number {
  let texts = 0;
  let bytes = 0;
  let single = 0;
  for (const { size } of blobs) {
    if (anonymous || (size ?? 0) > TEXT_BYTES) single += 1;
    else {
      texts += 1;
      bytes += size ?? ASSUMED_SIZE;
    }
  }
  return single + Math.max(Math.ceil(texts / 100), Math.ceil(bytes / ANSWER_BYTES));
}

function takeWhileSmall(queue: readonly WantedBlob[], most: number): WantedBlob[] {
  const taken: WantedBlob[] = [];
  let bytes = 0;
  for (const blob of queue) {
    bytes += blob.size ?? ASSUMED_SIZE;
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
