import { FACTS_VERSION, hasFacts } from '@project-sync/knowledge';
import type { ReadContent } from '../ports/analysis-store.ts';
import type { FileClass } from '../ports/content-reader.ts';
import { MODE, type ObjectId } from '../objects/git-object.ts';
import { parsePath, showPath } from '../objects/git-path.ts';
import { findDamagedBlobs } from './find-damaged-blobs.ts';
import { oneBehind } from './one-behind.ts';
import type { PresentFile, ScanPlan } from './scan.ts';
import { toStoredBlob } from './stored-blob.ts';
import type { BlobContent, WantedBlob } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { SyncRun } from '../sync-run.ts';
import type { ProgressNote } from '../ports/progress-note.ts';
import type { KeptAnalysis, KeptBlob } from '../ports/sync-store.ts';

/** Contents per transaction: few enough that readers of an embedded database hardly wait. */
const CONTENTS_PER_WRITE = 60;
const BYTES_PER_WRITE = 1024 * 1024;
/** The share of IMPORT that contents take; the rest is rows. */
const CONTENTS_SHARE = 0.8;

type ClassifiedFile = FileClass & PresentFile;

/** The files to import, by content, and the contents and analyses that are not stored yet. */
interface Import {
  readonly filesOf: ReadonlyMap<ObjectId, readonly ClassifiedFile[]>;
  readonly blobs: ReadonlySet<ObjectId>;
  readonly analyses: ReadonlySet<string>;
}

/** Fetches the contents that are not stored, and analyses those that were never read the way their paths ask for. */
export async function* importContents(
  run: SyncRun,
  plan: ScanPlan,
  files: readonly ClassifiedFile[],
): AsyncGenerator<ProgressNote, void> {
  const { store, stats } = run;
  const withContent = files.filter(({ mode }) => mode !== MODE.submodule);
  const filesOf = Map.groupBy(withContent, ({ oid }) => oid);
  const { blobs, analyses } = await store.missing(withContent);
  for (const oid of store.sync.full ? await findDamagedBlobs(run, plan.head.format, filesOf) : []) {
    blobs.add(oid);
    for (const dialect of dialectsOf(filesOf.get(oid))) analyses.add(analysisKey(oid, dialect));
  }
  stats.blobsReused = filesOf.size - blobs.size;
  const work: Import = { filesOf, blobs, analyses };
  if (blobs.size > 0) yield* fetchContents(run, plan, work);
  yield* analyseStored(run, withContent, work);
}

/** Stores each batch while the next one is fetched and split: the three are done by different threads. */
async function* fetchContents(
  run: SyncRun,
  plan: ScanPlan,
  work: Import,
): AsyncGenerator<ProgressNote, void> {
  for await (const note of oneBehind(readBatches(run, plan, work), (batch) => save(run, batch)))
    if (note !== null) yield note;
}

/** Contents that arrived, with what was read from them. */
interface ReadBatch {
  readonly blobs: readonly KeptBlob[];
  readonly analyses: readonly KeptAnalysis[];
  /** The facts that the reader found in the same pass; ANALYZE reads the rest. */
  readonly facts: readonly ReadContent[];
  readonly done: number;
  readonly total: number;
}

async function* readBatches(run: SyncRun, plan: ScanPlan, work: Import): AsyncGenerator<ReadBatch> {
  const { limits } = run.options;
  const wanted: WantedBlob[] = [...work.blobs].map((oid) => ({
    oid,
    path: work.filesOf.get(oid)?.[0]?.path ?? parsePath(''),
    size: plan.sizes.get(oid) ?? null,
  }));
  const source = await run.options.source();
  const request = {
    head: plan.head,
    wanted,
    maxBytes: Math.max(limits.maxTextBytes, limits.maxBinaryBytes),
    total: plan.filesTotal,
  };
  const total = wanted.length;
  let done = 0;
  let batch: KeptBlob[] = [];
  let bytes = 0;
  for await (const contents of source.blobs(request, run.call())) {
    run.signal.throwIfAborted();
    run.stats.sourceRequests = source.usage().requests;
    for (const content of contents) {
      const blob = receive(run, content, work);
      done += 1;
      if (blob === null) continue;
      batch.push(blob);
      bytes += blob.size;
      if (batch.length < CONTENTS_PER_WRITE && bytes < BYTES_PER_WRITE) continue;
      yield { blobs: batch, ...(await analyseBatch(run, batch, work)), done, total };
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield { blobs: batch, ...(await analyseBatch(run, batch, work)), done, total };
}

/** Counts a content that arrived and returns the form it is stored in, or null if it does not exist at the source. */
function receive(run: SyncRun, content: BlobContent, { filesOf }: Import): KeptBlob | null {
  const files = filesOf.get(content.oid) ?? [];
  if (content.kind === 'missing') {
    // No row is written for it: a later sync that needs it asks again.
    run.stats.filesSkipped += files.length;
    for (const { path } of files)
      run.warn({
        code: 'OBJECT_MISSING',
        message: 'The source is a partial clone that lacks this content; the file is listed without it.',
        path: showPath(path),
      });
    return null;
  }
  run.stats.blobsFetched += 1;
  run.stats.bytesFetched += content.kind === 'content' ? content.content.byteLength : 0;
  return toStoredBlob(run, content, files[0]?.path);
}

async function analyseBatch(
  run: SyncRun,
  blobs: readonly KeptBlob[],
  work: Import,
): Promise<Pick<ReadBatch, 'analyses' | 'facts'>> {
  const analyses: KeptAnalysis[] = [];
  const facts: ReadContent[] = [];
  for (const blob of blobs) {
    const dialects = openDialects(work, blob.oid, dialectsOf(work.filesOf.get(blob.oid)));
    analyses.push(...(await analyse(run, blob, { dialects, facts })));
  }
  return { analyses, facts };
}

/** Stores a batch in one transaction with its note, and its facts in another one. Returns the note. */
async function save(
  run: SyncRun,
  { blobs, analyses, facts, done, total }: ReadBatch,
): Promise<ProgressNote | null> {
  const share = (done / total) * CONTENTS_SHARE;
  const note = run.throttledNote('IMPORT', share, `${done} of ${total} contents`, { done, total });
  await run.store.saveContents({ blobs, analyses, overwrite: run.store.sync.full }, note);
  await saveFacts(run, facts);
  return note;
}

/** Facts that cannot be stored never stop the import: ANALYZE reads them again, and its failure is a warning. */
async function saveFacts(run: SyncRun, facts: readonly ReadContent[]): Promise<void> {
  if (facts.length === 0) return;
  try {
    await run.store.analysis().saveFacts(facts, FACTS_VERSION, null);
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof SyncError && error.code === 'LEASE_LOST') throw error;
  }
}

/** Analyses contents that are stored, but not read the way a path asks for. */
async function* analyseStored(
  run: SyncRun,
  files: readonly ClassifiedFile[],
  { blobs, analyses }: Import,
): AsyncGenerator<ProgressNote, void> {
  const open = new Map(
    files
      .filter((file) => !blobs.has(file.oid) && analyses.has(analysisKey(file.oid, file.dialect)))
      .map((file) => [analysisKey(file.oid, file.dialect), file]),
  );
  const list = [...open.values()];
  for (let at = 0; at < list.length; at += CONTENTS_PER_WRITE) {
    run.signal.throwIfAborted();
    const slice = list.slice(at, at + CONTENTS_PER_WRITE);
    const stored = await run.store.loadBlobs([...new Set(slice.map(({ oid }) => oid))]);
    const made: KeptAnalysis[] = [];
    for (const { oid, dialect } of slice) {
      const blob = stored.get(oid);
      if (blob !== undefined) made.push(...(await analyse(run, blob, { dialects: [dialect] })));
    }
    const message = `${at + slice.length} of ${list.length} contents read again`;
    const note = run.throttledNote('IMPORT', CONTENTS_SHARE, message);
    await run.store.saveContents({ blobs: [], analyses: made, overwrite: false }, note);
    if (note !== null) yield note;
  }
}

/**
 * Reads contents again that older rules have read, whatever snapshot they belong to: a secret that only newer rules
 * detect must not stay readable because its file has not changed since.
 */
export async function* readByNewRules(run: SyncRun): AsyncGenerator<ProgressNote, void> {
  let done = 0;
  for (;;) {
    run.signal.throwIfAborted();
    const stale = await run.store.staleAnalyses();
    if (stale.length === 0) return run.store.markRead();
    const stored = await run.store.loadBlobs([...new Set(stale.map(({ oid }) => oid))]);
    const made: KeptAnalysis[] = [];
    for (const { oid, dialect } of stale) {
      const blob = stored.get(oid);
      const analysed = blob === undefined ? [] : await analyse(run, blob, { dialects: [dialect] });
      // A content that can no longer be read yields nothing; without this row it would be asked for for ever.
      made.push(...(analysed.length > 0 ? analysed : [{ oid, dialect, entries: [] }]));
    }
    done += stale.length;
    const note = run.throttledNote('IMPORT', 0, `${done} contents read again by new rules`, { done });
    await run.store.saveContents({ blobs: [], analyses: made, overwrite: false }, note);
    if (note !== null) yield note;
  }
}

/** Splits a content once per dialect, and collects its facts if there is a list for them and a phase that needs them. */
async function analyse(
  run: SyncRun,
  blob: KeptBlob,
  { dialects, facts }: { readonly dialects: Iterable<string>; readonly facts?: ReadContent[] },
): Promise<KeptAnalysis[]> {
  const { oid } = blob;
  const isAnalysed = run.options.enrichments.some(({ phase }) => phase === 'ANALYZE');
  const made: KeptAnalysis[] = [];
  for (const dialect of dialects) {
    if (dialect === 'none') continue;
    if (blob.content === null || blob.encoding === null) {
      made.push({ oid, dialect, entries: [] });
      continue;
    }
    const decoded = run.options.reader.decode(blob.content);
    if (decoded.kind === 'binary') continue;
    const { reader } = run.options;
    const group = run.store.sync.projectId;
    const onFacts = (found: ReadContent['facts']) =>
      facts?.push({ oid, dialect, facts: found, reason: found === null ? 'NOT_PARSED' : null });
    const entries = await reader.split({
      text: decoded.text,
      dialect,
      signal: run.signal,
      group,
      ...(facts !== undefined && isAnalysed && hasFacts(dialect) ? { onFacts } : {}),
    });
    if (entries === null)
      run.warn({
        code: 'FILE_NOT_ANALYSED',
        message: `The content ${oid.slice(0, 10)} took too long to be read; its file is listed, and not searched.`,
        path: null,
      });
    made.push({ oid, dialect, entries: entries ?? [] });
  }
  return made;
}

function openDialects({ analyses }: Import, oid: ObjectId, dialects: ReadonlySet<string>): string[] {
  return [...dialects].filter((dialect) => analyses.has(analysisKey(oid, dialect)));
}

function dialectsOf(files: readonly FileClass[] | undefined): Set<string> {
  return new Set((files ?? []).map(({ dialect }) => dialect));
}

/** The key of `SyncStore.missing().analyses`. */
function analysisKey(oid: ObjectId, dialect: string): string {
  return `${oid} ${dialect}`;
}
