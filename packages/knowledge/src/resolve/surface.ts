import { createHash } from 'node:crypto';
import type {
  Binding,
  ExportFact,
  FileFacts,
  ImportFact,
  SymbolFact,
  SymbolKind,
  TypeRef,
} from '../facts/file-facts.ts';

/** A symbol as other files can see it. Its place in the text is left out: moving it changes nothing for others. */
export interface SurfaceSymbol {
  /** Unique within the file, and stable while other definitions come and go: `Router.add`, `Router.add~2`. */
  readonly key: string;
  readonly name: string;
  readonly kind: SymbolKind;
  readonly signature: string | null;
  readonly isExported: boolean;
  readonly isStatic: boolean;
  readonly parent: number | null;
  readonly owner: TypeRef | null;
  readonly bases: readonly TypeRef[];
  readonly type: TypeRef | null;
}

/** The part of a file's facts that other files depend on. Indexes refer to the lists of this surface. */
export interface FileSurface {
  readonly dialect: string;
  readonly symbols: readonly SurfaceSymbol[];
  readonly imports: readonly ImportFact[];
  readonly exports: readonly ExportFact[];
  readonly packageName: string | null;
}

/** The keys of a file's symbols, by their index. */
export function symbolKeys(symbols: readonly Pick<SymbolFact, 'qualifiedName'>[]): string[] {
  const counts = new Map<string, number>();
  return symbols.map(({ qualifiedName }) => {
    const count = (counts.get(qualifiedName) ?? 0) + 1;
    counts.set(qualifiedName, count);
    return count === 1 ? qualifiedName : `${qualifiedName}~${count}`;
  });
}

/** The surface of a file: exported symbols with their members, and the symbols that their stated types refer to. */
export function surfaceOf(facts: FileFacts, dialect: string): FileSurface {
  const keys = symbolKeys(facts.symbols);
  const symbols = reachable(facts);
  const imports = importsOf(facts, symbols);
  const renumber = numbering(symbols, imports);
  return {
    dialect,
    packageName: facts.packageName,
    symbols: symbols.map((index) => {
      const fact = facts.symbols[index];
      if (fact === undefined) throw new RangeError(`No symbol ${index}.`);
      const { name, kind, signature, isExported, isStatic, parent, owner, bases, type } = fact;
      return {
        key: keys[index] ?? '',
        name,
        kind,
        signature,
        isExported,
        isStatic,
        parent: parent === null ? null : (renumber.symbol(parent) ?? null),
        owner: owner === null ? null : renumber.type(owner),
        bases: bases.map(renumber.type),
        type: type === null ? null : renumber.type(type),
      };
    }),
    imports: imports.flatMap((index) => {
      const fact = facts.imports[index];
      // A re-export that moves to another line offers the same names.
      return fact === undefined ? [] : [{ ...fact, line: 0 }];
    }),
    exports: facts.exports.map(({ name, binding }) => ({
      name,
      binding: binding === null ? null : renumber.binding(binding),
      line: 0,
    })),
  };
}

/** Changes exactly when something that other files depend on does. */
export function surfaceHash(surface: FileSurface): string {
  return createHash('sha256').update(JSON.stringify(surface)).digest('hex').slice(0, 32);
}

/** Exported symbols, their members, and the symbols of this file that their bases and types name. */
function reachable(facts: FileFacts): number[] {
  const found = new Set<number>();
  const waiting: number[] = [];
  const add = (index: number | null): void => {
    if (index === null || found.has(index) || facts.symbols[index] === undefined) return;
    found.add(index);
    waiting.push(index);
  };
  const members = new Map<number, number[]>();
  for (const [index, { isExported, parent, owner }] of facts.symbols.entries()) {
    if (isExported || owner !== null) add(index);
    if (parent === null) continue;
    const own = members.get(parent);
    if (own === undefined) members.set(parent, [index]);
    else own.push(index);
  }
  for (const { binding } of facts.exports) if (binding !== null) symbolsIn(binding, add);
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const fact = facts.symbols[index];
    if (fact === undefined) continue;
    add(fact.parent);
    if (isOwner(fact.kind)) for (const member of members.get(index) ?? []) add(member);
    for (const type of typesOf(fact)) symbolsInType(type, add);
  }
  return [...found].sort((a, b) => a - b);
}

const typesOf = ({ bases, type, owner }: SymbolFact): TypeRef[] =>
  [...bases, type, owner].filter((each) => each !== null);

const isOwner = (kind: SymbolKind): boolean =>
  kind === 'CLASS' ||
  kind === 'INTERFACE' ||
  kind === 'ENUM' ||
  kind === 'NAMESPACE' ||
  kind === 'TYPE' ||
  kind === 'CONSTANT';

function symbolsIn(binding: Binding, add: (symbol: number) => void): void {
  if (binding.to === 'SYMBOL') add(binding.symbol);
  else if (binding.to === 'MEMBER') symbolsInType(binding.type, add);
}

function symbolsInType(type: TypeRef, add: (symbol: number) => void): void {
  if (type.of === 'SYMBOL') add(type.symbol);
  else if (type.of === 'MEMBER') symbolsInType(type.type, add);
  else if (type.of === 'RESULT') symbolsIn(type.callee, add);
}

/** Imports that the surface leads through: re-exports, and those that its types come from. */
function importsOf(facts: FileFacts, symbols: readonly number[]): number[] {
  const found = new Set<number>();
  const inBinding = (binding: Binding): void => {
    if (binding.to === 'IMPORT') found.add(binding.import);
    else if (binding.to === 'MEMBER') inType(binding.type);
  };
  const inType = (type: TypeRef): void => {
    if (type.of === 'IMPORT') found.add(type.import);
    else if (type.of === 'MEMBER') inType(type.type);
    else if (type.of === 'RESULT') inBinding(type.callee);
  };
  for (const { binding } of facts.exports) if (binding !== null) inBinding(binding);
  for (const index of symbols) {
    const fact = facts.symbols[index];
    if (fact !== undefined) typesOf(fact).forEach(inType);
  }
  // A name of the surface may come from any wildcard import.
  for (const [index, { isWildcard }] of facts.imports.entries()) if (isWildcard) found.add(index);
  return [...found].sort((a, b) => a - b);
}

function numbering(symbols: readonly number[], imports: readonly number[]) {
  const symbolAt = new Map(symbols.map((from, to) => [from, to]));
  const importAt = new Map(imports.map((from, to) => [from, to]));
  const binding = (given: Binding): Binding => {
    switch (given.to) {
      case 'SYMBOL':
        return { ...given, symbol: symbolAt.get(given.symbol) ?? -1 };
      case 'IMPORT':
        return { ...given, import: importAt.get(given.import) ?? -1 };
      case 'MEMBER':
        return { ...given, type: type(given.type) };
      case 'NAME':
        return given;
    }
  };
  const type = (given: TypeRef): TypeRef => {
    switch (given.of) {
      case 'SYMBOL':
        return { ...given, symbol: symbolAt.get(given.symbol) ?? -1 };
      case 'IMPORT':
        return { ...given, import: importAt.get(given.import) ?? -1 };
      case 'MEMBER':
        return { ...given, type: type(given.type) };
      case 'RESULT':
        return { of: 'RESULT', callee: binding(given.callee) };
      case 'NAME':
        return given;
    }
  };
  return { symbol: (index: number) => symbolAt.get(index), binding, type };
}

const topNamesOf = new WeakMap<readonly SurfaceSymbol[], ReadonlyMap<string, number>>();
const memberNamesOf = new WeakMap<
  readonly SurfaceSymbol[],
  ReadonlyMap<number, ReadonlyMap<string, number>>
>();
const exportNamesOf = new WeakMap<readonly ExportFact[], ReadonlyMap<string, ExportFact>>();
const noMembers: ReadonlyMap<string, number> = new Map();

/** The symbols at the top of a file by their names; the first of several. */
export function topNames(symbols: readonly SurfaceSymbol[]): ReadonlyMap<string, number> {
  const known = topNamesOf.get(symbols);
  if (known !== undefined) return known;
  const names = new Map<string, number>();
  for (const [index, { name, parent, kind }] of symbols.entries())
    if (parent === null && kind !== 'METHOD' && !names.has(name)) names.set(name, index);
  topNamesOf.set(symbols, names);
  return names;
}

/** The members of a symbol by their names, methods also as `name()`: a field may have the name of a method. */
export function membersOf(symbols: readonly SurfaceSymbol[], owner: number): ReadonlyMap<string, number> {
  let all = memberNamesOf.get(symbols);
  if (all === undefined) {
    const collected = new Map<number, Map<string, number>>();
    for (const [index, { name, parent, kind }] of symbols.entries()) {
      if (parent === null) continue;
      const members = collected.get(parent) ?? new Map<string, number>();
      collected.set(parent, members);
      const present = symbols[members.get(name) ?? -1];
      if (present === undefined || (present.kind === 'METHOD' && kind !== 'METHOD')) members.set(name, index);
      if (kind === 'METHOD' && !members.has(`${name}()`)) members.set(`${name}()`, index);
    }
    memberNamesOf.set(symbols, (all = collected));
  }
  return all.get(owner) ?? noMembers;
}

/** The exports of a file by their names; the first of several. */
export function exportsOf({ exports }: Pick<FileSurface, 'exports'>): ReadonlyMap<string, ExportFact> {
  const known = exportNamesOf.get(exports);
  if (known !== undefined) return known;
  const names = new Map<string, ExportFact>();
  for (const fact of exports) if (!names.has(fact.name)) names.set(fact.name, fact);
  exportNamesOf.set(exports, names);
  return names;
}
