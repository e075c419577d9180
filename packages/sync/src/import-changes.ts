import type { ContentReader, FileClass } from './content-reader.ts';
import { findRenames } from './find-renames.ts';
import { decodeTree, hashObject, MODE, type ObjectId } from './git-object.ts';
import { parsePath, showPath, type GitPath } from './git-path.ts';
import type { ScanPlan } from './scan.ts';
import type { BlobContent, WantedBlob } from './source.ts';
import type { SyncRun } from './sync-run.ts';
import type { FileRow, KeptAnalysis, KeptBlob, ProgressNote } from './sync-store.ts';

/** Rows and contents of one transaction: enough to be worth it, little enough that embedded readers hardly wait. */
const ROWS = 1000;
const CONTENTS = 100;
const CONTENT_BYTES = 1024 * 1024;

const rulesPaths = {
  gitattributes: parsePath('.gitattributes'),
  projectsyncignore: parsePath('.projectsyncignore'),
};

/** Fetches the contents that are not held, reads what they say, and marks the rows that differ. */
export async function* importChanges(run: SyncRun, plan: ScanPlan): AsyncGenerator<ProgressNote, void> {
  if (plan.changes.length === 0 && plan.base?.own === true && !run.store.sync.full) return;
  const first = run.note('IMPORT', 0, `${plan.changes.length} files to bring in`);
  await run.store.note(first);
  yield first;

  if (plan.base !== null && !plan.base.own) {
    const note = run.note('IMPORT', 0.01, `Starting from a snapshot that is held already`);
    await run.store.copyBase(plan.base, note);
    yield note;
  }
  const classify = await classifierOf(run, plan);
  const files = plan.changes.flatMap((change) =>
    change.after === null ? [] : [{ path: change.path, ...change.after, ...classify(showPath(change.path)) }],
  );
  yield* importContents(run, plan, files);
  yield* importRows(run, plan, classify);
}

async function* importContents(
  run: SyncRun,
  plan: ScanPlan,
  files: readonly (FileClass & { path: GitPath; mode: number; oid: ObjectId })[],
): AsyncGenerator<ProgressNote, void> {
  const { store, stats } = run;
  const contentful = files.filter(({ mode }) => mode !== MODE.submodule);
  const { blobs, analyses } = await store.missing(contentful);
  if (store.sync.full) for (const oid of await corrupt(run, plan, contentful)) blobs.add(oid);
  stats.blobsReused = new Set(contentful.map(({ oid }) => oid)).size - blobs.size;
  const dialects = Map.groupBy(contentful, ({ oid }) => oid);
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
    const note = run.noteNowAndThen('IMPORT', share * 0.8, `${done} of ${wanted.length} contents`, {
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
    const note = run.noteNowAndThen(
      'IMPORT',
      0.8,
      `${at + slice.length} of ${list.length} contents read again`,
    );
    await run.store.saveContents({ blobs: [], analyses: read, overwrite: false }, note);
    if (note !== null) yield note;
  }
}

async function* importRows(
  run: SyncRun,
  plan: ScanPlan,
  classify: (path: string) => FileClass,
): AsyncGenerator<ProgressNote, void> {
  const { store, stats } = run;
  const renames = await findRenames(plan.changes, async (oids) => {
    const held = await store.loadBlobs(oids);
    return new Map(
      [...held].flatMap(([oid, blob]) => (blob.content === null ? [] : [[oid, blob.content] as const])),
    );
  });
  const renamedAway = new Set(renames.values());
  for (let at = 0; at < plan.changes.length; at += ROWS) {
    run.signal.throwIfAborted();
    const slice = plan.changes.slice(at, at + ROWS);
    const rows: FileRow[] = [];
    const ended: GitPath[] = [];
    for (const { path, before, after } of slice) {
      if (before !== null) ended.push(path);
      if (after !== null)
        rows.push({ path, ...after, ...classify(showPath(path)), renamedFrom: renames.get(path) ?? null });
      if (before === null && renames.has(path)) stats.filesRenamed += 1;
      else if (before === null) stats.filesAdded += 1;
      else if (after !== null) stats.filesModified += 1;
      else if (!renamedAway.has(path)) stats.filesRemoved += 1;
    }
    const share = (at + slice.length) / plan.changes.length;
    const note = run.noteNowAndThen(
      'IMPORT',
      0.8 + share * 0.2,
      `${at + slice.length} of ${plan.changes.length} files listed`,
    );
    await store.saveFiles(rows, ended, note);
    if (note !== null) yield note;
  }
  stats.filesUnchanged = plan.filesTotal - stats.filesAdded - stats.filesModified - stats.filesRenamed;
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
      if (blob.content === null || hashObject(plan.head.format, 'blob', blob.content) === oid) continue;
      found.push(oid);
      run.warn({
        code: 'CONTENT_REPAIRED',
        message: 'What was kept of it was not what its id says; it was fetched again.',
        path: null,
      });
    }
  }
  return found;
}

/** The classifier under the rules that stand at the root of this very commit. */
async function classifierOf(run: SyncRun, plan: ScanPlan): Promise<(path: string) => FileClass> {
  const reader: ContentReader = run.options.reader;
  const oids = await rulesOids(run, plan);
  const wanted = [...oids.values()];
  if (wanted.length === 0) return reader.classifier({ gitattributes: null, projectsyncignore: null });
  const held = await run.store.loadBlobs(wanted);
  const texts = new Map<ObjectId, Uint8Array>(
    [...held].flatMap(([oid, { content }]) => (content === null ? [] : [[oid, content] as const])),
  );
  const missing = wanted.filter((oid) => !held.has(oid));
  if (missing.length > 0) {
    const source = await run.options.source();
    const asked = missing.map((oid) => ({ oid, path: rulesPaths.gitattributes, size: null }));
    for await (const contents of source.blobs(
      plan.head,
      asked,
      { maxBytes: 1024 * 1024, total: plan.filesTotal },
      run.call(),
    )) {
      for (const content of contents) if (content.kind === 'content') texts.set(content.oid, content.content);
    }
  }
  const textOf = (path: GitPath): string | null => {
    const content = texts.get(oids.get(path) ?? '');
    return content === undefined ? null : new TextDecoder().decode(content);
  };
  return reader.classifier({
    gitattributes: textOf(rulesPaths.gitattributes),
    projectsyncignore: textOf(rulesPaths.projectsyncignore),
  });
}

/** Where the two files of rules stand now, whether this sync touches them or not. */
async function rulesOids(run: SyncRun, plan: ScanPlan): Promise<Map<string, ObjectId>> {
  const root = (await run.store.trees.load([plan.head.treeOid])).get(plan.head.treeOid);
  const oids = new Map<string, ObjectId>();
  for (const entry of root === undefined ? [] : decodeTree(plan.head.format, root)) {
    if (
      (entry.mode === MODE.file || entry.mode === MODE.executable) &&
      (entry.name === rulesPaths.gitattributes || entry.name === rulesPaths.projectsyncignore)
    )
      oids.set(entry.name, entry.oid);
  }
  return oids;
}
