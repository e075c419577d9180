import { setImmediate as turn } from 'node:timers/promises';
import type { FileClass } from '../ports/content-reader.ts';
import { decodeTree, MODE, type ObjectId } from '../objects/git-object.ts';
import { parsePath, showPath, type GitPath } from '../objects/git-path.ts';
import type { PresentFile, ScanPlan } from './scan.ts';
import type { BaseSnapshot } from '../ports/sync-store.ts';
import type { SyncRun } from '../sync-run.ts';

const rulesPaths = {
  gitattributes: parsePath('.gitattributes'),
  projectsyncignore: parsePath('.projectsyncignore'),
};
const MAX_RULES_BYTES = 1024 * 1024;

/** The treatment of paths under the commit's own rules. */
export interface PathRules {
  readonly classify: (paths: readonly GitPath[]) => Promise<readonly FileClass[]>;
  /** Unchanged files that the rules now treat differently. */
  readonly reclassified: readonly PresentFile[];
}

/** Loads the rules at the root of this commit, and finds the files that only they change. */
export async function loadPathRules(run: SyncRun, plan: ScanPlan): Promise<PathRules> {
  const { head, base } = plan;
  const roots = await run.store.trees.load([head.treeOid, ...(base === null ? [] : [base.treeOid])]);
  const oidsIn = (tree: ObjectId): Map<string, ObjectId> => {
    const root = roots.get(tree);
    const entries = root === undefined ? [] : decodeTree(head.format, root);
    return new Map(
      entries
        .filter(({ mode }) => mode === MODE.file || mode === MODE.executable)
        .filter(({ name }) => name === rulesPaths.gitattributes || name === rulesPaths.projectsyncignore)
        .map(({ name, oid }) => [name, oid]),
    );
  };
  const oids = oidsIn(head.treeOid);
  const before = base === null ? oids : oidsIn(base.treeOid);
  const changed =
    hasOtherRules(run, base) || Object.values(rulesPaths).some((path) => oids.get(path) !== before.get(path));
  const classifyOne = await classifier(run, plan, oids);
  const classify = (paths: readonly GitPath[]) => classifyInTurns(paths, classifyOne, run.signal);
  return {
    classify,
    reclassified: changed || run.store.sync.full ? await reclassifiedFiles(run, plan, classify) : [],
  };
}

/** Whether the rules that are stored with the repository have changed since the base was classified. */
export function hasOtherRules({ store }: SyncRun, base: BaseSnapshot | null): boolean {
  return base !== null && base.rulesVersion !== store.sync.ignoreRules.version;
}

const MOST_MS_AT_ONCE = 10;

/**
 * Classifies paths, and lets others have the thread in between: under thousands of rules each path takes a millisecond, and
 * a repository may have a million of them.
 */
export async function classifyInTurns(
  paths: readonly GitPath[],
  classifyOne: (path: string) => FileClass,
  signal: AbortSignal,
): Promise<FileClass[]> {
  const classes: FileClass[] = [];
  let since = performance.now();
  for (const path of paths) {
    classes.push(classifyOne(showPath(path)));
    if (performance.now() - since < MOST_MS_AT_ONCE) continue;
    await turn();
    signal.throwIfAborted();
    since = performance.now();
  }
  return classes;
}

async function classifier(
  run: SyncRun,
  plan: ScanPlan,
  oids: ReadonlyMap<string, ObjectId>,
): Promise<(path: string) => FileClass> {
  const wanted = [...oids.values()];
  const contents = new Map<ObjectId, Uint8Array>();
  if (wanted.length > 0) {
    const stored = await run.store.loadBlobs(wanted);
    for (const [oid, { content }] of stored) if (content !== null) contents.set(oid, content);
    const missing = wanted.filter((oid) => !stored.has(oid));
    if (missing.length > 0)
      for (const [oid, content] of await fetchContents(run, plan, missing)) contents.set(oid, content);
  }
  const textAt = (path: GitPath): string | null => {
    const content = contents.get(oids.get(path) ?? '');
    return content === undefined ? null : new TextDecoder().decode(content);
  };
  return run.options.reader.classifier({
    gitattributes: textAt(rulesPaths.gitattributes),
    projectsyncignore: textAt(rulesPaths.projectsyncignore),
    stored: run.store.sync.ignoreRules.text,
  });
}

async function fetchContents(
  run: SyncRun,
  { head, filesTotal }: ScanPlan,
  oids: readonly ObjectId[],
): Promise<Map<ObjectId, Uint8Array>> {
  const source = await run.options.source();
  const wanted = oids.map((oid) => ({ oid, path: rulesPaths.gitattributes, size: null }));
  const request = { head, wanted, maxBytes: MAX_RULES_BYTES, total: filesTotal };
  const found = new Map<ObjectId, Uint8Array>();
  for await (const batch of source.blobs(request, run.call()))
    for (const blob of batch) if (blob.kind === 'content') found.set(blob.oid, blob.content);
  return found;
}

async function reclassifiedFiles(
  run: SyncRun,
  plan: ScanPlan,
  classify: PathRules['classify'],
): Promise<PresentFile[]> {
  const changing = new Set(plan.changes.map(({ path }) => path));
  const found: PresentFile[] = [];
  for await (const page of run.store.listing()) {
    run.signal.throwIfAborted();
    const unchanged = page.filter(({ path }) => !changing.has(path));
    const classes = await classify(unchanged.map(({ path }) => path));
    unchanged.forEach(({ path, mode, oid, dialect, language, ignored }, index) => {
      const now = classes[index];
      if (now?.dialect !== dialect || now.language !== language || now.ignored !== ignored)
        found.push({ path, mode, oid });
    });
  }
  return found;
}
