import type { FileClass } from '../ports/content-reader.ts';
import { decodeTree, MODE, type ObjectId } from '../objects/git-object.ts';
import { parsePath, showPath, type GitPath } from '../objects/git-path.ts';
import type { PresentFile, ScanPlan } from './scan.ts';
import type { SyncRun } from '../sync-run.ts';

const rulesPaths = {
  gitattributes: parsePath('.gitattributes'),
  projectsyncignore: parsePath('.projectsyncignore'),
};
const MAX_RULES_BYTES = 1024 * 1024;

/** The treatment of paths under the commit's own rules. */
export interface PathRules {
  readonly classify: (path: string) => FileClass;
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
  const changed = Object.values(rulesPaths).some((path) => oids.get(path) !== before.get(path));
  const classify = await classifier(run, plan, oids);
  return {
    classify,
    reclassified: changed || run.store.sync.full ? await reclassifiedFiles(run, plan, classify) : [],
  };
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
  classify: (path: string) => FileClass,
): Promise<PresentFile[]> {
  const changing = new Set(plan.changes.map(({ path }) => path));
  const found: PresentFile[] = [];
  for await (const page of run.store.listing()) {
    run.signal.throwIfAborted();
    for (const { path, mode, oid, dialect, language, ignored } of page) {
      if (changing.has(path)) continue;
      const now = classify(showPath(path));
      if (now.dialect !== dialect || now.language !== language || now.ignored !== ignored)
        found.push({ path, mode, oid });
    }
  }
  return found;
}
