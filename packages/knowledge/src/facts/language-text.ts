import { createHash } from 'node:crypto';
import { commentText, FactsBuilder } from './facts-builder.ts';
import type { Binding, ReferenceFact, TypeRef } from './file-facts.ts';
import type { FlatTree } from './flat-tree.ts';
import { Scopes, type Declared } from './scopes.ts';

/** Everything the passes over one text share. */
export interface LanguageText {
  readonly facts: FactsBuilder;
  readonly scopes: Scopes;
  /** The symbol in whose definition each node stands; -1 at the top. */
  readonly inside: Int32Array;
  /** Where each symbol is defined, to work out types and bases later. */
  readonly definedAt: number[];
  /** Nodes that declare a name instead of using one. */
  readonly declaring: Uint8Array;
  /** Symbols by the type they are members of. */
  readonly members: Map<number, Map<string, number>>;
  /** The node of the type that a local name is written with, to look into containers. */
  readonly written: Map<Declared, number>;
  /** Nodes that give members to a type which is defined elsewhere: an `impl` of Rust. */
  readonly implementations: number[];
  /** Imports that stand for paths which are used without one. */
  readonly paths: Map<string, number>;
  /** Declarations whose type is being determined, to stop at circles. */
  readonly following: Set<Declared>;
}

/** A finding is recognised by this much of its text. */
const LONGEST_EVIDENCE = 2000;

/** The parts of a text that say where its references and findings stand. */
export type Located = Pick<LanguageText, 'facts' | 'inside'>;

/** A name of a parameter or local variable, with the way to work out its type. */
export interface LocalName {
  readonly scope: number;
  readonly type: () => TypeRef | null;
}

/** The scope and the symbol that a node stands in. */
export interface Around {
  readonly scope: number;
  readonly symbol: number;
}

export function openText(tree: FlatTree): LanguageText {
  return {
    facts: new FactsBuilder(tree),
    scopes: new Scopes(tree.count),
    inside: new Int32Array(tree.count).fill(-1),
    definedAt: [],
    declaring: new Uint8Array(tree.count),
    members: new Map(),
    written: new Map(),
    implementations: [],
    paths: new Map(),
    following: new Set(),
  };
}

/** Visits every node in source order. `enter` returns the scope and symbol for the nodes inside. */
export function walkScopes(text: LanguageText, enter: (node: number, around: Around) => Around): void {
  const { facts, scopes, inside } = text;
  const { tree } = facts;
  const top: Around = { scope: scopes.open(-1), symbol: -1 };
  const trail = [{ last: tree.last(0), around: top }];
  for (let node = 0; node < tree.count; node += 1) {
    while (trail.length > 1 && (trail.at(-1)?.last ?? 0) < node) trail.pop();
    const around = trail.at(-1)?.around ?? top;
    scopes.place(node, around.scope);
    inside[node] = around.symbol;
    const within = enter(node, around);
    if (within !== around) trail.push({ last: tree.last(node), around: within });
  }
}

/** Adds a member under its name; methods also under `name()`, since a field may have the name of a method. */
export function addMember(
  text: LanguageText,
  owner: number,
  { name, symbol }: { name: string; symbol: number },
): void {
  const members = text.members.get(owner) ?? new Map<string, number>();
  text.members.set(owner, members);
  const isMethod = text.facts.symbols[symbol]?.kind === 'METHOD';
  const present = text.facts.symbols[members.get(name) ?? -1];
  if (present === undefined || (present.kind === 'METHOD' && !isMethod)) members.set(name, symbol);
  const call = calledName(name);
  if (isMethod && !members.has(call)) members.set(call, symbol);
}

/** The name by which a call finds a method, where a field can have the same one. */
export const calledName = (name: string): string => `${name}()`;

/** A member of a type: the symbol itself where this file defines both. */
export function memberBinding(text: LanguageText, type: TypeRef, name: string): Binding {
  const symbol = type.of === 'SYMBOL' ? text.members.get(type.symbol)?.get(name) : undefined;
  return symbol === undefined ? { to: 'MEMBER', type, name } : { to: 'SYMBOL', symbol };
}

export function addReference(
  text: Located,
  node: number,
  { binding, kind }: Pick<ReferenceFact, 'binding' | 'kind'>,
): void {
  const { facts, inside } = text;
  const at = inside[node] ?? -1;
  facts.reference({ binding, kind, line: facts.tree.line(node), inside: at < 0 ? null : at });
}

export function addFinding(text: Located, node: number, rule: string): void {
  const { facts, inside } = text;
  const at = inside[node] ?? -1;
  facts.findings.push({
    rule,
    startLine: facts.tree.line(node),
    endLine: facts.tree.endLine(node),
    inside: at < 0 ? null : at,
    // A hash, because the text may hold a secret.
    evidence: createHash('sha256')
      .update(facts.tree.text(node).slice(0, LONGEST_EVIDENCE).replace(/\s+/g, ' '))
      .digest('hex')
      .slice(0, 16),
  });
}

/** Declares a parameter or local variable; a name of -1 is none. */
export function declareLocal(text: LanguageText, name: number, { scope, type }: LocalName): void {
  if (name < 0) return;
  text.declaring[name] = 1;
  text.scopes.declare(scope, text.facts.tree.text(name), { is: 'LOCAL', type });
}

/** The first child that is neither punctuation nor a keyword; -1 where there is none. */
export function firstNamed({ facts: { tree } }: Located, node: number): number {
  if (node < 0) return -1;
  for (const child of tree.children(node))
    if (/^[a-z]\w/.test(tree.type(child)) && !/^(?:await|clone)$/.test(tree.type(child))) return child;
  return -1;
}

/** Whether a block in braces holds nothing, not even a comment. */
export function isEmptyBlock({ facts: { tree } }: Located, block: number): boolean {
  return block >= 0 && ![...tree.children(block)].some((part) => !/^[{}]$/.test(tree.type(part)));
}

/** More comment lines than one doc comment has: a licence list of a program is cut there. */
const MOST_COMMENTS = 400;

/** The comments that stand on the lines right above a definition, those that `isDoc` accepts. */
export function documentationAbove(
  text: LanguageText,
  node: number,
  isDoc: (comment: string) => boolean,
): string | null {
  const { tree } = text.facts;
  const found: string[] = [];
  let line = tree.line(node);
  for (let at = tree.before(node); at >= 0 && found.length < MOST_COMMENTS; at = tree.before(at)) {
    const type = tree.type(at);
    if (/^(attribute_item|annotation|marker_annotation)$/.test(type)) {
      line = tree.line(at);
      continue;
    }
    if (!type.endsWith('comment') || line - tree.endLine(at) > 1 || !startsItsLine(tree, at)) break;
    const comment = tree.text(at);
    if (!isDoc(comment)) break;
    found.unshift(comment);
    line = tree.line(at);
  }
  return found.length === 0 ? null : commentText(found.map((each) => each.trimEnd()).join('\n')) || null;
}

/** Whether only blanks stand before a node on its line: a comment behind code belongs to that code. */
function startsItsLine(tree: FlatTree, node: number): boolean {
  for (let at = tree.start(node) - 1; at >= 0; at -= 1) {
    const character = tree.source[at];
    if (character === '\n') return true;
    if (character !== ' ' && character !== '\t') return false;
  }
  return true;
}

/** The result of a call of something known. */
export function typeOfResult(callee: Binding | null): TypeRef | null {
  return callee === null || callee.to === 'NAME' ? null : { of: 'RESULT', callee };
}

/** The stated type of the member that an expression reads. */
export function typeOfRead(
  binding: Binding | null,
  typeOfSymbol: (symbol: number) => TypeRef | null,
): TypeRef | null {
  if (binding?.to === 'SYMBOL') return typeOfSymbol(binding.symbol);
  return binding?.to === 'MEMBER' ? { of: 'MEMBER', type: binding.type, name: binding.name } : null;
}

/** Determines the type of a declared name; null for an import, and for a name whose type depends on itself. */
export function typeOfDeclaration(
  text: LanguageText,
  declared: Declared | undefined,
  typeOfSymbol: (symbol: number) => TypeRef | null,
): TypeRef | null {
  if (declared === undefined || declared.is === 'IMPORT' || text.following.has(declared)) return null;
  text.following.add(declared);
  try {
    return declared.is === 'LOCAL' ? declared.type() : typeOfSymbol(declared.symbol);
  } finally {
    text.following.delete(declared);
  }
}
