import type { FileSurface } from '@project-sync/knowledge';
import {
  contentKey,
  type AnalysedFile,
  type AnalysisStore,
  type ChangedFile,
  type SymbolChanges,
} from '../../ports/analysis-store.ts';

/** Changes of exported symbols that are stored with a sync. */
const MOST_CHANGES = 500;

/** The differences since the branch was last analysed. */
export interface AnalysisChange {
  /** Files that have to be linked because their own content changed. */
  readonly changed: readonly AnalysedFile[];
  readonly gone: readonly string[];
  /** Questions whose answers may have changed. */
  readonly keys: readonly string[];
  readonly symbols: SymbolChanges;
}

/** Works out which questions about the snapshot have other answers than before. */
export async function changedKeys(store: AnalysisStore): Promise<AnalysisChange> {
  const changed: AnalysedFile[] = [];
  const gone: string[] = [];
  const keys = new Set<string>();
  const symbols = {
    symbolsAdded: 0,
    symbolsRemoved: 0,
    apiChanges: [] as SymbolChanges['apiChanges'][number][],
  };
  for await (const page of store.changes()) {
    const contents = page.flatMap(({ now, before }) => [now, before]).filter((each) => each !== null);
    const surfaces = await store.surfaces(contents);
    for (const file of page) {
      if (file.now === null) gone.push(file.path);
      else changed.push({ path: file.path, ...file.now });
      const before = file.before === null ? null : (surfaces.get(contentKey(file.before)) ?? null);
      const now = file.now === null ? null : (surfaces.get(contentKey(file.now)) ?? null);
      addKeys(keys, { file, before, now });
      countSymbols(symbols, { file, before, now });
    }
  }
  return {
    changed,
    gone,
    keys: [...keys],
    symbols: { ...symbols, apiChanges: foremost(symbols.apiChanges) },
  };
}

const urgency = { REMOVED: 0, CHANGED: 1, ADDED: 2 } as const;

/** The changes that callers may trip over come first. Of a first sync's thousands of new symbols a list says nothing. */
function foremost(changes: SymbolChanges['apiChanges']): SymbolChanges['apiChanges'] {
  return changes.toSorted((a, b) => urgency[a.kind] - urgency[b.kind]).slice(0, MOST_CHANGES);
}

/** A changed file with what others could see of it before, and can see now. */
interface SeenChange {
  readonly file: ChangedFile;
  readonly before: FileSurface | null;
  readonly now: FileSurface | null;
}

function addKeys(keys: Set<string>, { file, before, now }: SeenChange): void {
  const { path } = file;
  const isMoved = file.now === null || file.before === null;
  keys.add(`config:${path}`);
  if (isMoved) {
    keys.add(`path:${path}`);
    keys.add(`folder:${path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''}`);
  } else if (JSON.stringify(before) === JSON.stringify(now)) return;
  keys.add(`surface:${path}`);
  for (const surface of [before, now]) if (surface?.packageName) keys.add(`package:${surface.packageName}`);
  for (const name of changedNames(before, now, isMoved)) keys.add(`name:${name}`);
}

/** Names whose definitions may differ: of a file that came or went, all of them. */
function changedNames(before: FileSurface | null, now: FileSurface | null, isMoved: boolean): string[] {
  const [had, has] = [namesOf(before), namesOf(now)];
  const all = [...had, ...has];
  const different = isMoved ? all : all.filter((name) => !had.has(name) || !has.has(name));
  return different.map((definition) => definition.split('\0', 1)[0] ?? '');
}

/** Exported names with what tells two definitions of one name apart. */
function namesOf(surface: FileSurface | null): Set<string> {
  const exported = surface?.symbols.filter(({ isExported }) => isExported) ?? [];
  return new Set(exported.map(({ name, key, kind }) => `${name}\0${key}\0${kind}`));
}

interface Counts {
  symbolsAdded: number;
  symbolsRemoved: number;
  readonly apiChanges: SymbolChanges['apiChanges'][number][];
}

function countSymbols(changes: Counts, { file: { path }, before, now }: SeenChange): void {
  const had = new Map(before?.symbols.map((symbol) => [symbol.key, symbol]));
  const has = new Map(now?.symbols.map((symbol) => [symbol.key, symbol]));
  for (const [key, symbol] of has) {
    const old = had.get(key);
    if (old === undefined) changes.symbolsAdded += 1;
    if (!symbol.isExported && old?.isExported !== true) continue;
    const change = { qualifiedName: key, path, after: symbol.signature };
    if (old === undefined) changes.apiChanges.push({ kind: 'ADDED', before: null, ...change });
    else if (old.signature !== symbol.signature || old.isExported !== symbol.isExported)
      changes.apiChanges.push({ kind: 'CHANGED', before: old.signature, ...change });
  }
  for (const [key, { isExported, signature }] of had) {
    if (has.has(key)) continue;
    changes.symbolsRemoved += 1;
    if (isExported)
      changes.apiChanges.push({ kind: 'REMOVED', qualifiedName: key, path, before: signature, after: null });
  }
}
