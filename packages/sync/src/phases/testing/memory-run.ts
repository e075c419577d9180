import {
  emptyTree,
  encodeTree,
  hashObject,
  type ObjectId,
  type TreeEntry,
} from '../../objects/git-object.ts';
import type { TreeLimits } from '../../objects/tree-limits.ts';
import type { ContentReader } from '../../ports/content-reader.ts';
import type { BlobContent, Head, Source } from '../../ports/source.ts';
import type { KeptAnalysis, KeptBlob, SyncStore } from '../../ports/sync-store.ts';
import { SyncRun } from '../../sync-run.ts';
import { claimedSync } from '../../testing/claimed-sync.ts';

/** A run whose source and store are in memory, for one phase alone. */
export interface MemoryRun {
  readonly run: SyncRun;
  /** The stored trees. */
  readonly trees: Map<ObjectId, Uint8Array>;
  readonly blobs: KeptBlob[];
  readonly analyses: KeptAnalysis[];
  /** Adds a tree to the source. */
  tree(entries: readonly TreeEntry[]): ObjectId;
}

/** Opens a run that reads the given trees and blobs. Parts of the ports that no test here reaches throw. */
export function memoryRun(options: { limits?: TreeLimits; blobs?: readonly BlobContent[] } = {}): MemoryRun {
  const atSource = new Map<ObjectId, Uint8Array>([[emptyTree('sha1'), new Uint8Array()]]);
  const trees = new Map<ObjectId, Uint8Array>();
  const blobs: KeptBlob[] = [];
  const analyses: KeptAnalysis[] = [];
  const source = memorySource(atSource, options.blobs ?? []);
  const store: Partial<SyncStore> = {
    sync: claimedSync(),
    trees: { load: (oids) => Promise.resolve(new Map(oids.map((oid) => [oid, trees.get(oid) ?? empty]))) },
    note: () => Promise.resolve(),
    saveTrees(batch) {
      for (const { oid, content } of batch) trees.set(oid, content);
      return Promise.resolve(0);
    },
    missing: (files) =>
      Promise.resolve({
        blobs: new Set(files.map(({ oid }) => oid)),
        analyses: new Set(files.map(({ oid, dialect }) => `${oid} ${dialect}`)),
      }),
    saveContents(contents) {
      blobs.push(...contents.blobs);
      analyses.push(...contents.analyses);
      return Promise.resolve();
    },
  };
  const run = new SyncRun({
    store: store as SyncStore,
    source: () => Promise.resolve(source),
    reader,
    enrichments: [],
    limits: {
      maxTextBytes: 1000,
      maxBinaryBytes: 1000,
      ...(options.limits === undefined ? {} : { tree: options.limits }),
    },
    signal: new AbortController().signal,
    now: () => 0,
  });
  return {
    run,
    trees,
    blobs,
    analyses,
    tree(entries) {
      const content = encodeTree(entries);
      const oid = hashObject('sha1', 'tree', content);
      atSource.set(oid, content);
      return oid;
    },
  };
}

function memorySource(trees: ReadonlyMap<ObjectId, Uint8Array>, blobs: readonly BlobContent[]): Source {
  const source: Partial<Source> = {
    async *trees() {
      yield await Promise.resolve({
        trees: [...trees].map(([oid, content]) => ({ oid, content })),
        sizes: new Map(),
      });
    },
    async *blobs() {
      yield await Promise.resolve(blobs);
    },
    usage: () => ({ requests: 1, bytes: 0 }),
  };
  return source as Source;
}

const empty = new Uint8Array();

const reader: ContentReader = {
  version: { split: 1, redaction: 1 },
  classifier: () => () => ({ language: null, dialect: 'text', ignored: null }),
  decode: (content) => ({ kind: 'text', text: Buffer.from(content).toString(), encoding: 'utf-8' }),
  split: () => Promise.resolve([]),
};

/** A head with the given root. */
export function headAt(treeOid: ObjectId): Head {
  return {
    commitOid: 'c'.repeat(40),
    treeOid,
    format: 'sha1',
    committedAt: null,
    message: null,
    author: null,
  };
}

/** Runs a phase to its end and returns its result. */
export async function finish<T>(phase: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await phase.next();
    if (step.done === true) return step.value;
  }
}
