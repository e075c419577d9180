import type { FileClass } from '../ports/content-reader.ts';
import type { PathChange } from '../objects/diff-trees.ts';
import { findRenames } from '../objects/find-renames.ts';
import type { GitPath } from '../objects/git-path.ts';
import { importContents, readByNewRules } from './import-contents.ts';
import { hasOtherRules, loadPathRules, type PathRules } from './path-rules.ts';
import type { ScanPlan } from './scan.ts';
import { SyncError } from '../sync-error.ts';
import type { SyncRun } from '../sync-run.ts';
import type { ProgressNote } from '../ports/progress-note.ts';
import type { BaseSnapshot, FileRow } from '../ports/sync-store.ts';

/** Rows per transaction: few enough that readers of an embedded database hardly wait. */
const ROWS_PER_WRITE = 1000;
/** The share of IMPORT that contents take; the rest is rows. */
const CONTENTS_SHARE = 0.8;

/** Fetches missing contents, splits and analyses them, and marks the rows that differ. */
export async function* importChanges(run: SyncRun, plan: ScanPlan): AsyncGenerator<ProgressNote, void> {
  const { full, readBy } = run.store.sync;
  const { split, redaction } = run.options.reader.version;
  if (readBy.split < split || readBy.redaction < redaction) yield* readByNewRules(run);
  const isSettled = plan.changes.length === 0 && plan.base?.own === true && !full;
  if (isSettled && !hasOtherRules(run, plan.base)) return;
  yield* run.report(
    'IMPORT',
    0,
    plan.changes.length === 1 ? '1 path to import' : `${plan.changes.length} paths to import`,
  );

  // A full comparison writes all rows of a new branch itself.
  if (plan.base !== null && !plan.base.own && !full) yield* copyBase(run, plan.base);
  const rules = await loadPathRules(run, plan);
  const files = [...plan.present, ...rules.reclassified];
  yield* importContents(run, plan, await classified(files, rules));
  yield* reclassify(run, rules);
  yield* importRows(run, plan, rules);
}

async function* copyBase(run: SyncRun, base: BaseSnapshot): AsyncGenerator<ProgressNote, void> {
  const note = run.note('IMPORT', 0.01, 'Starting from a stored snapshot of the repository');
  const copied = await run.store.copyBase(base, note);
  yield note;
  run.stats.entriesCreated += copied.entries;
  // Rows removed while they were copied would leave a snapshot that matches no commit.
  if (copied.files !== base.files)
    throw new SyncError('INTERNAL', 'The snapshot that this sync starts from has changed. Try again.', {
      retryable: true,
    });
}

/** Rewrites the rows of unchanged files that new rules treat differently. */
async function* reclassify(run: SyncRun, rules: PathRules): AsyncGenerator<ProgressNote, void> {
  const { reclassified } = rules;
  for (let at = 0; at < reclassified.length; at += ROWS_PER_WRITE) {
    run.signal.throwIfAborted();
    const slice = reclassified.slice(at, at + ROWS_PER_WRITE);
    const rows = (await classified(slice, rules)).map((file) => ({ ...file, renamedFrom: null }));
    const message = `${at + slice.length} files are treated by new rules`;
    const note = run.throttledNote('IMPORT', CONTENTS_SHARE, message);
    const ended = slice.map(({ path }) => path);
    countEntries(run, await run.store.saveFiles(rows, ended, note));
    if (note !== null) yield note;
  }
}

async function* importRows(
  run: SyncRun,
  plan: ScanPlan,
  { classify }: PathRules,
): AsyncGenerator<ProgressNote, void> {
  const { store, stats } = run;
  const renames = await findRenames(plan.changes, async (oids) => {
    const stored = await store.loadBlobs(oids);
    return new Map(
      [...stored].flatMap(([oid, blob]) => (blob.content === null ? [] : [[oid, blob.content] as const])),
    );
  });
  const renamedAway = new Set(renames.values());
  const total = plan.changes.length;
  for (let at = 0; at < total; at += ROWS_PER_WRITE) {
    run.signal.throwIfAborted();
    const slice = plan.changes.slice(at, at + ROWS_PER_WRITE);
    const classes = await classify(slice.flatMap(({ path, after }) => (after === null ? [] : [path])));
    const rows: FileRow[] = [];
    const ended: GitPath[] = [];
    for (const change of slice) {
      const { path, before, after } = change;
      const renamedFrom = renames.get(path) ?? null;
      if (before !== null) ended.push(path);
      const found = after === null ? undefined : classes[rows.length];
      if (after !== null && found !== undefined) rows.push({ path, ...after, ...found, renamedFrom });
      countFile(run, change, { isRenamed: renamedFrom !== null, isRenamedAway: renamedAway.has(path) });
    }
    const done = at + slice.length;
    const share = CONTENTS_SHARE + (done / total) * (1 - CONTENTS_SHARE);
    const note = run.throttledNote('IMPORT', share, `${done} of ${total} files listed`);
    countEntries(run, await store.saveFiles(rows, ended, note));
    if (note !== null) yield note;
  }
  stats.filesUnchanged = plan.filesTotal - stats.filesAdded - stats.filesModified - stats.filesRenamed;
}

async function classified<File extends { readonly path: GitPath }>(
  files: readonly File[],
  { classify }: PathRules,
): Promise<(File & FileClass)[]> {
  const classes = await classify(files.map(({ path }) => path));
  return files.flatMap((file, index) => {
    const found = classes[index];
    return found === undefined ? [] : [{ ...file, ...found }];
  });
}

function countFile(
  { stats }: SyncRun,
  { before, after }: PathChange,
  { isRenamed, isRenamedAway }: { isRenamed: boolean; isRenamedAway: boolean },
): void {
  if (before === null && isRenamed) stats.filesRenamed += 1;
  else if (before === null) stats.filesAdded += 1;
  else if (after !== null) stats.filesModified += 1;
  else if (!isRenamedAway) stats.filesRemoved += 1;
}

function countEntries({ stats }: SyncRun, counts: { created: number; superseded: number }): void {
  stats.entriesCreated += counts.created;
  stats.entriesSuperseded += counts.superseded;
}
