import type { SyncStore } from '@project-sync/sync';
import { StoredAnalysis } from '../analysis-store/analysis-store.ts';
import { StoredConsolidation } from '../consolidation-store/consolidation-store.ts';
import { StoredPatterns } from '../pattern-store/pattern-store.ts';
import { StoredWriting } from '../document-store/stored-writing.ts';
import { StoredDocuments } from '../document-store/document-store.ts';
import { storedRules } from '../rule-store/rule-store.ts';
import { BranchChain } from './branch-chain.ts';
import { ContentRows } from './content-rows.ts';
import { FencedWrites, type SyncStoreOptions } from './fenced-writes.ts';
import { FileRows } from './file-rows.ts';
import { restoreRows } from './restore-rows.ts';
import { sweepMarks } from './sweep-marks.ts';
import { touchedRows } from './touched-rows.ts';
import { TreeRows } from './tree-rows.ts';

/** The store of one claimed sync. It writes only while the claim is valid. */
export function syncStore(options: SyncStoreOptions): SyncStore {
  const { sync } = options;
  const writes = new FencedWrites(options);
  const trees = new TreeRows(writes);
  const contents = new ContentRows(writes);
  const files = new FileRows(writes);
  const chain = new BranchChain(writes);
  return {
    sync,
    trees: trees.stored,
    base: () => chain.base(),
    sweep: () => writes.write(null, (sql) => sweepMarks(sql, sync)),
    note: (note) => writes.write(note, () => Promise.resolve()),
    saveTrees: (given, how) => trees.save(given, how),
    missing: contents.missing,
    staleAnalyses: () => contents.stale(),
    markRead: () => contents.markRead(),
    loadBlobs: (oids) => contents.load(oids),
    saveContents: (given, note) => contents.save(given, note),
    copyBase: (base, note) => files.copyBase(base, note),
    saveFiles: (rows, ended, note) => files.save(rows, ended, note),
    listing: () => files.listing(),
    restore: (number) => restoreRows(writes, number),
    finalize: chain.finalize,
    finalized: () => chain.finalized(),
    touched: () => touchedRows(writes),
    analysis: () => new StoredAnalysis(options),
    consolidation: () => new StoredConsolidation(options),
    patterns: () => new StoredPatterns(options),
    documents: () => new StoredDocuments(options),
    writing: () => new StoredWriting(options),
    rules: () => storedRules(options),
    markGone: () => chain.markGone(),
  };
}
