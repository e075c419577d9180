import type { FileClass } from '../ports/content-reader.ts';
import { hashObject, MODE, type ObjectId } from '../objects/git-object.ts';
import { parsePath, showPath, type GitPath } from '../objects/git-path.ts';
import type { PresentFile, ScanPlan } from './scan.ts';
import type { BlobContent, WantedBlob } from '../ports/source.ts';
import type { SyncRun } from '../sync-run.ts';
import type { KeptAnalysis, KeptBlob, ProgressNote } from '../ports/sync-store.ts';

/** Contents of one transaction: enough to be worth it, little enough that embedded readers hardly wait. */
const CONTENTS = 60;
const CONTENT_BYTES = 1024 * 1024;

/** Fetches the contents that are not held, and reads those that nobody has read in the way their paths ask for. */
export async function* importContents(
  run: SyncRun,
  plan: ScanPlan,
  files: readonly (FileClass & PresentFile)[],
): AsyncGenerator<ProgressNote, void> {
  const { store, stats } = run;
  const contentful = files.filter(({ mode }) => mode !== MODE.submodule);
  const { blobs, analyses } = await store.missing(contentful);
  const dialects = Map.groupBy(contentful, ({ oid }) => oid);
  for (const oid of store.sync.full ? await corrupt(run, plan, contentful) : []) {
    blobs.add(oid);
    for (const dialect of dialectsOf(dialects.get(oid))) analyses.add(`${oid} ${dialect}`);
  }
  stats.blobsReused = new Set(contentful.map(({ oid }) => oid)).size - blobs.size;
  const wanted: WantedBlob[] = [...blobs].map((oid) => ({
    oid,
    path: dialects.get(oid)?.[0]?.path ?? parsePath(''),
    size: plan.sizes.get(oid) ?? null,
  }));

  let done = 0;
  const write = async function* (arrived: readonly KeptBlob[]): AsyncGenerator<ProgressNote, void> {
    const read: KeptAnalysis[] = [];
    for (const blob of arrived)
      read.push(...(await analyse(run, blob, dialectsOf(dialects.get(blob.oid)), analyses)));
    done += arrived.length;
    const share = wanted.length === 0 ? 1 : done / wanted.length;
    const note = run.throttledNote('IMPORT', share * 0.8, `${done} of ${wanted.length} contents`, {
      done,
      total: wanted.length,
    });
    await store.saveContents({ blobs: arrived, analyses: read, overwrite: store.sync.full }, note);
    if (note !== null) yield note;
  };

  if (wanted.length > 0) {
    const source = await run.options.source();
    let batch: KeptBlob[] = [];
    let bytes = 0;
    const limits = {
      maxBytes: Math.max(run.options.limits.maxTextBytes, run.options.limits.maxBinaryBytes),
      total: plan.filesTotal,
    };
    for await (const contents of source.blobs(plan.head, wanted, limits, run.call())) {
      run.signal.throwIfAborted();
      for (const content of contents) {
        const blob = keep(run, content, dialects.get(content.oid)?.[0]?.path);
        stats.blobsFetched += 1;
        stats.sourceRequests = source.usage().requests;
        stats.bytesFetched += content.kind === 'content' ? content.content.byteLength : 0;
        batch.push(blob);
        bytes += blob.size;
        if (batch.length < CONTENTS && bytes < CONTENT_BYTES) continue;
        yield* write(batch);
        batch = [];
        bytes = 0;
      }
    }
    if (batch.length > 0) yield* write(batch);
  }
  yield* readAgain(run, contentful, blobs, analyses);
}

/** Contents that are held, but not read in the way that a path asks for, or by older rules. */
async function* readAgain(
  run: SyncRun,
  files: readonly (FileClass & { oid: ObjectId })[],
  fetched: ReadonlySet<ObjectId>,
  analyses: ReadonlySet<string>,
): AsyncGenerator<ProgressNote, void> {
  const open = new Map(
    files
      .filter((file) => !fetched.has(file.oid) && analyses.has(`${file.oid} ${file.dialect}`))
      .map((file) => [`${file.oid} ${file.dialect}`, file]),
  );
  const list = [...open.values()];
  for (let at = 0; at < list.length; at += CONTENTS) {
    run.signal.throwIfAborted();
    const slice = list.slice(at, at + CONTENTS);
    const held = await run.store.loadBlobs([...new Set(slice.map(({ oid }) => oid))]);
    const read: KeptAnalysis[] = [];
    for (const file of slice) {
      const blob = held.get(file.oid);
      if (blob !== undefined) read.push(...(await analyse(run, blob, new Set([file.dialect]), analyses)));
    }
    const note = run.throttledNote(
      'IMPORT',
      0.8,
      `${at + slice.length} of ${list.length} contents read again`,
    );
    await run.store.saveContents({ blobs: [], analyses: read, overwrite: false }, note);
    if (note !== null) yield note;
  }
}

/**
 * What older rules have read, in whatever snapshot it stands: a secret that only newer rules know must not stay
 * readable because its file has not changed since.
 */
export async function* readByNewRules(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  let done = 0;
  for (;;) {
    run.signal.throwIfAborted();
    const stale = await run.store.staleAnalyses();
    if (stale.length === 0) return run.store.markRead();
    const held = await run.store.loadBlobs([...new Set(stale.map(({ oid }) => oid))]);
    const read: KeptAnalysis[] = [];
    for (const { oid, dialect } of stale) {
      const blob = held.get(oid);
      const analysed =
        blob === undefined
          ? []
          : await analyse(run, blob, new Set([dialect]), new Set([`${oid} ${dialect}`]));
      // What cannot be read any more says nothing; without this line it would be asked for again and again.
      read.push(...(analysed.length > 0 ? analysed : [{ oid, dialect, entries: [] }]));
    }
    done += stale.length;
    const note = run.throttledNote('IMPORT', 0, `${done} contents read again by new rules`, { done });
    await run.store.saveContents({ blobs: [], analyses: read, overwrite: false }, note);
    if (note !== null) yield note;
  }
}

async function analyse(
  run: SyncRun,
  blob: KeptBlob,
  dialects: ReadonlySet<string>,
  missing: ReadonlySet<string>,
): Promise<KeptAnalysis[]> {
  const read: KeptAnalysis[] = [];
  for (const dialect of dialects) {
    if (dialect === 'none' || !missing.has(`${blob.oid} ${dialect}`)) continue;
    if (blob.content === null || blob.encoding === null) {
      read.push({ oid: blob.oid, dialect, entries: [] });
      continue;
    }
    const decoded = run.options.reader.decode(blob.content);
    if (decoded.kind === 'binary') continue;
    read.push({
      oid: blob.oid,
      dialect,
      entries: await run.options.reader.split({ text: decoded.text, dialect, signal: run.signal }),
    });
  }
  return read;
}

/** Decides what of a content is kept. What is left out still stands in the listing, with the reason. */
function keep(run: SyncRun, content: BlobContent, path: GitPath | undefined): KeptBlob {
  const { maxTextBytes, maxBinaryBytes } = run.options.limits;
  const leaveOut = (reason: 'TOO_LARGE' | 'BINARY', size: number, isBinary: boolean): KeptBlob => {
    run.stats.filesSkipped += 1;
    if (reason === 'TOO_LARGE') {
      run.warn({
        code: 'FILE_TOO_LARGE',
        message: `It has ${size} bytes, over the limit; it is listed without its content.`,
        path: path === undefined ? null : showPath(path),
      });
    }
    return { oid: content.oid, size, isBinary, encoding: null, content: null, skipReason: reason };
  };
  if (content.kind === 'too-large') return leaveOut('TOO_LARGE', content.size, false);
  const bytes = content.content;
  const decoded = run.options.reader.decode(bytes);
  if (decoded.kind === 'binary') {
    return bytes.length > maxBinaryBytes
      ? leaveOut('BINARY', bytes.length, true)
      : {
          oid: content.oid,
          size: bytes.length,
          isBinary: true,
          encoding: null,
          content: bytes,
          skipReason: null,
        };
  }
  if (bytes.length > maxTextBytes) return leaveOut('TOO_LARGE', bytes.length, false);
  return {
    oid: content.oid,
    size: bytes.length,
    isBinary: false,
    encoding: decoded.encoding,
    content: bytes,
    skipReason: null,
  };
}

function dialectsOf(files: readonly FileClass[] | undefined): Set<string> {
  return new Set((files ?? []).map(({ dialect }) => dialect));
}

/** Held contents whose bytes are not what their id says, for a comparison that trusts nothing. */
async function corrupt(
  run: SyncRun,
  plan: ScanPlan,
  files: readonly { oid: ObjectId; path: GitPath }[],
): Promise<ObjectId[]> {
  const found: ObjectId[] = [];
  const oids = [...new Set(files.map(({ oid }) => oid))];
  for (let at = 0; at < oids.length; at += CONTENTS) {
    for (const [oid, blob] of await run.store.loadBlobs(oids.slice(at, at + CONTENTS))) {
      const { content, size } = blob;
      if (content === null) continue;
      if (content.length === size && hashObject(plan.head.format, 'blob', content) === oid) continue;
      found.push(oid);
      run.warn({
        code: 'CONTENT_REPAIRED',
        message: 'What was kept of it was not what its id says; it was fetched again.',
        path: showPath(files.find((file) => file.oid === oid)?.path ?? parsePath('')),
      });
    }
  }
  return found;
}
