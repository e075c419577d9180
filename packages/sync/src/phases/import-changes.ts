import { findRenames } from '../objects/find-renames.ts';
import { showPath, type GitPath } from '../objects/git-path.ts';
import { importContents, readByNewRules } from './import-contents.ts';
import { rulesOf, type Rules } from './path-rules.ts';
import type { ScanPlan } from './scan.ts';
import { SyncError } from '../sync-error.ts';
import type { SyncRun } from '../sync-run.ts';
import type { FileRow, ProgressNote } from '../ports/sync-store.ts';

/** Rows of one transaction: enough to be worth it, little enough that embedded readers hardly wait. */
const ROWS = 1000;

/** Fetches the contents that are not held, reads what they say, and marks the rows that differ. */
export async function* importChanges(run: SyncRun, plan: ScanPlan): AsyncGenerator<ProgressNote, void> {
  const { full, readBy } = run.store.sync;
  const { split, redaction } = run.options.reader.version;
  if (readBy.split < split || readBy.redaction < redaction) yield* readByNewRules(run);
  if (plan.changes.length === 0 && plan.base?.own === true && !full) return;
  yield* run.report('IMPORT', 0, `${plan.changes.length} files to import`);

  // A comparison that trusts nothing writes a new branch's rows itself.
  if (plan.base !== null && !plan.base.own && !full) {
    const note = run.note('IMPORT', 0.01, `Starting from a snapshot that is held already`);
    const copied = await run.store.copyBase(plan.base, note);
    yield note;
    run.stats.entriesCreated += copied.entries;
    // Rows that went while they were copied would make a snapshot that no commit has ever had.
    if (copied.files !== plan.base.files)
      throw new SyncError('INTERNAL', 'The snapshot that this one starts from has changed. Try again.', {
        retryable: true,
      });
  }
  const rules = await rulesOf(run, plan);
  const files = [...plan.present, ...rules.reclassified];
  yield* importContents(
    run,
    plan,
    files.map((file) => ({ ...file, ...rules.classify(showPath(file.path)) })),
  );
  yield* importRows(run, plan, rules);
}

async function* importRows(
  run: SyncRun,
  plan: ScanPlan,
  { classify, reclassified }: Rules,
): AsyncGenerator<ProgressNote, void> {
  const { store, stats } = run;
  const count = ({ created, superseded }: { created: number; superseded: number }): void => {
    stats.entriesCreated += created;
    stats.entriesSuperseded += superseded;
  };
  for (let at = 0; at < reclassified.length; at += ROWS) {
    run.signal.throwIfAborted();
    const slice = reclassified.slice(at, at + ROWS);
    const rows = slice.map((file) => ({ ...file, ...classify(showPath(file.path)), renamedFrom: null }));
    const note = run.throttledNote('IMPORT', 0.8, `${at + slice.length} files are treated by new rules`);
    const ended = slice.map(({ path }) => path);
    count(await store.saveFiles(rows, ended, note));
    if (note !== null) yield note;
  }
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
    const note = run.throttledNote(
      'IMPORT',
      0.8 + share * 0.2,
      `${at + slice.length} of ${plan.changes.length} files listed`,
    );
    count(await store.saveFiles(rows, ended, note));
    if (note !== null) yield note;
  }
  stats.filesUnchanged = plan.filesTotal - stats.filesAdded - stats.filesModified - stats.filesRenamed;
}
