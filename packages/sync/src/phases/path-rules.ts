import type { FileClass } from '../ports/content-reader.ts';
import { decodeTree, MODE, type ObjectId } from '../objects/git-object.ts';
import { parsePath, showPath, type GitPath } from '../objects/git-path.ts';
import type { PresentFile, ScanPlan } from './scan.ts';
import type { SyncRun } from '../sync-run.ts';

const rulesPaths = {
  gitattributes: parsePath('.gitattributes'),
  projectsyncignore: parsePath('.projectsyncignore'),
};

/** How paths are treated by the commit's own rules. */
export interface Rules {
  readonly classify: (path: string) => FileClass;
  /** Files that have not changed, but are treated otherwise than they were. */
  readonly reclassified: readonly PresentFile[];
}

/** The rules that stand at the root of this very commit, and the files that only they change. */
export async function rulesOf(run: SyncRun, plan: ScanPlan): Promise<Rules> {
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
    reclassified: changed || run.store.sync.full ? await differently(run, plan, classify) : [],
  };
}

async function classifier(
  run: SyncRun,
  plan: ScanPlan,
  oids: ReadonlyMap<string, ObjectId>,
): Promise<(path: string) => FileClass> {
  const wanted = [...oids.values()];
  const texts = new Map<ObjectId, Uint8Array>();
  if (wanted.length > 0) {
    const held = await run.store.loadBlobs(wanted);
    for (const [oid, { content }] of held) if (content !== null) texts.set(oid, content);
    const missing = wanted.filter((oid) => !held.has(oid));
    if (missing.length > 0) await fetchInto(run, plan, missing, texts);
  }
  const textOf = (path: GitPath): string | null => {
    const content = texts.get(oids.get(path) ?? '');
    return content === undefined ? null : new TextDecoder().decode(content);
  };
  return run.options.reader.classifier({
    gitattributes: textOf(rulesPaths.gitattributes),
    projectsyncignore: textOf(rulesPaths.projectsyncignore),
  });
}

async function fetchInto(
  run: SyncRun,
  plan: ScanPlan,
  oids: readonly ObjectId[],
  texts: Map<ObjectId, Uint8Array>,
): Promise<void> {
  const source = await run.options.source();
  const asked = oids.map((oid) => ({ oid, path: rulesPaths.gitattributes, size: null }));
  const limits = { maxBytes: 1024 * 1024, total: plan.filesTotal };
  for await (const contents of source.blobs(plan.head, asked, limits, run.call()))
    for (const content of contents) if (content.kind === 'content') texts.set(content.oid, content.content);
}

async function differently(
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
