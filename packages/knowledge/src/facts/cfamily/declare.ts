import type { SymbolKind, TypeRef } from '../file-facts.ts';
import {
  addMember,
  declareLocal,
  documentationAbove,
  walkScopes,
  type Around,
  type LanguageText,
} from '../language-text.ts';
import { declaratorsOf, lastOfPath, pathOf, unwrap } from './declarators.ts';
import { tagOf, typeOfLocal } from './types.ts';

const structures: Readonly<Record<string, SymbolKind>> = {
  struct_specifier: 'CLASS',
  union_specifier: 'CLASS',
  class_specifier: 'CLASS',
  enum_specifier: 'ENUM',
};

const blocks: ReadonlySet<string> = new Set([
  'compound_statement',
  'for_statement',
  'for_range_loop',
  'lambda_expression',
  'catch_clause',
]);

/** A declaration without a body. Its definition may be in another file. */
interface Prototype {
  readonly name: string;
  readonly scope: number;
  readonly symbol: number;
}

/** The first pass: scopes, symbols, includes and local names. */
export function declareAll(text: LanguageText): void {
  const prototypes: Prototype[] = [];
  walkScopes(text, (node, around) => {
    const type = text.facts.tree.type(node);
    const structure = structures[type];
    if (structure !== undefined) return declareStructure(text, node, { kind: structure, around });
    if (blocks.has(type)) return { ...around, scope: text.scopes.open(around.scope) };
    return declareNode(text, node, { type, around, prototypes });
  });
  // Where a file holds both, the name means the definition.
  for (const { name, scope, symbol } of prototypes)
    text.scopes.declare(scope, name, { is: 'SYMBOL', symbol });
}

interface Standing {
  readonly type: string;
  readonly around: Around;
  readonly prototypes: Prototype[];
}

function declareNode(text: LanguageText, node: number, standing: Standing): Around {
  const { type, around } = standing;
  if (type === 'function_definition') return declareFunction(text, node, around);
  if (type !== 'namespace_definition') {
    declareNames(text, node, standing);
    return around;
  }
  const name = text.facts.tree.child(node, 'name');
  const symbol = define(text, node, { name, kind: 'NAMESPACE', around });
  // Its names are found from the whole file: which of them a `using` brings in is not followed.
  return symbol < 0 ? around : { scope: around.scope, symbol };
}

/** Declares the names of a node that has no scope and no symbol for the nodes inside. */
function declareNames(text: LanguageText, node: number, { type, around, prototypes }: Standing): void {
  const { tree } = text.facts;
  switch (type) {
    case 'preproc_include':
      return declareInclude(text, node);
    case 'preproc_def':
    case 'preproc_function_def':
      return declareMacro(text, node, type);
    case 'type_definition':
    case 'alias_declaration':
      return declareAlias(text, node, around);
    case 'enumerator':
      return declareEnumerator(text, node, around);
    case 'field_declaration':
      return declareFields(text, node, around);
    case 'declaration':
      return declareVariables(text, node, { around, prototypes });
    case 'parameter_declaration':
    case 'optional_parameter_declaration':
      return declareLocals(text, node, around.scope);
    case 'type_parameter_declaration': {
      const name = tree.childOfType(node, 'type_identifier');
      if (name >= 0) declareLocal(text, name, { scope: around.scope, type: () => null });
    }
  }
}

interface Definition {
  readonly name: number;
  readonly kind: SymbolKind;
  readonly around: Around;
  /** Whether other definitions of the repository may stand behind this one. */
  readonly isPrototype?: boolean;
  readonly body?: number;
}

/** Adds a definition. Namespaces only appear in qualified names: their members are found without them. */
function define(text: LanguageText, node: number, given: Definition): number {
  const { facts, declaring, definedAt } = text;
  const { tree } = facts;
  const { name, kind, around } = given;
  if (name < 0) return -1;
  declaring[name] = 1;
  if (facts.isFull) {
    facts.isPartial = true;
    return -1;
  }
  const owner = facts.symbols[around.symbol];
  const isMember = /^(?:CLASS|ENUM)$/.test(owner?.kind ?? '');
  const label = tree.text(name);
  const whole = tree.type(tree.parent(node)) === 'template_declaration' ? tree.parent(node) : node;
  const isStatic = isStaticAt(text, node);
  const symbol = facts.symbol(whole, name, {
    name: label,
    kind,
    isExported: given.isPrototype !== true && (isMember || !isStatic),
    parent: isMember ? around.symbol : null,
    ...(owner === undefined ? {} : { qualifiedName: `${owner.qualifiedName}.${label}` }),
    signature: facts.signatureOf(whole, given.body ?? tree.child(node, 'body')),
    documentation: documentationAbove(text, whole, (comment) => /^(?:\/\*|\/\/)/.test(comment)),
    isStatic,
  });
  if (symbol < 0) return -1;
  definedAt[symbol] = node;
  if (isMember) addMember(text, around.symbol, { name: label, symbol });
  if (given.isPrototype !== true && kind !== 'METHOD')
    text.scopes.declare(around.scope, label, { is: 'SYMBOL', symbol });
  return symbol;
}

function isStaticAt(text: LanguageText, node: number): boolean {
  const { tree } = text.facts;
  return [...tree.children(node)].some(
    (child) => tree.type(child) === 'storage_class_specifier' && tree.text(child) === 'static',
  );
}

function declareInclude(text: LanguageText, node: number): void {
  const { facts } = text;
  const { tree } = facts;
  const path = tree.child(node, 'path');
  if (path < 0 || !/^(string_literal|system_lib_string)$/.test(tree.type(path))) return;
  const line = tree.line(node);
  const index = facts.import({
    kind: 'INCLUDE',
    specifier: tree.text(path).replace(/^"|"$/g, ''),
    line,
    isTypeOnly: false,
    names: [],
    isWildcard: true,
  });
  if (index < 0) return;
  // A file that includes this header sees its includes as well.
  facts.exports.push({ name: '*', binding: { to: 'IMPORT', import: index, name: '*', path: [] }, line });
}

function declareMacro(text: LanguageText, node: number, type: string): void {
  const { tree } = text.facts;
  // A guard against being included twice has no value and is used nowhere else.
  const isGuard = type === 'preproc_def' && tree.child(node, 'value') < 0;
  const kind = type === 'preproc_def' ? 'CONSTANT' : 'FUNCTION';
  const body = tree.child(node, 'value');
  if (!isGuard) define(text, node, { name: tree.child(node, 'name'), kind, around: top, body });
}

const top: Around = { scope: 0, symbol: -1 };

function declareStructure(
  text: LanguageText,
  node: number,
  { kind, around }: { kind: SymbolKind; around: Around },
): Around {
  const { tree } = text.facts;
  let name = tree.child(node, 'name');
  if (tree.child(node, 'body') < 0) return around;
  const parent = tree.parent(node);
  // `typedef struct { … } Name` names the structure.
  if (name < 0 && tree.type(parent) === 'type_definition')
    name = declaratorsOf(tree, parent).find((each) => tree.type(each) === 'type_identifier') ?? -1;
  if (name < 0 || tree.type(name) === 'qualified_identifier') return around;
  const symbol = define(text, node, { name, kind, around });
  if (symbol < 0) return around;
  text.scopes.declare(around.scope, tagOf(tree.text(name)), { is: 'SYMBOL', symbol });
  return { scope: kind === 'ENUM' ? around.scope : text.scopes.open(around.scope), symbol };
}

/** Enumerators are names of the scope around, except those of an `enum class`. */
function declareEnumerator(text: LanguageText, node: number, around: Around): void {
  const { tree, symbols } = text.facts;
  const owner = symbols[around.symbol];
  const name = tree.child(node, 'name');
  const list = tree.parent(tree.parent(node));
  const isScoped = tree.has(list, 'class') || tree.has(list, 'struct');
  if (isScoped && owner?.kind === 'ENUM') {
    define(text, node, {
      name,
      kind: 'CONSTANT',
      around: { ...around, scope: text.scopes.open(around.scope) },
    });
    return;
  }
  const outside = owner?.kind === 'ENUM' ? (owner.parent ?? -1) : around.symbol;
  define(text, node, { name, kind: 'CONSTANT', around: { scope: around.scope, symbol: outside } });
}

function declareAlias(text: LanguageText, node: number, around: Around): void {
  const { tree } = text.facts;
  const names =
    tree.type(node) === 'alias_declaration'
      ? [tree.child(node, 'name')]
      : declaratorsOf(tree, node).flatMap((each) => unwrap(tree, each)?.name ?? []);
  const type = tree.child(node, 'type');
  const isUnnamed = structures[tree.type(type)] !== undefined && tree.child(type, 'name') < 0;
  for (const name of names) {
    const isStructure = isUnnamed && name === names[0] && tree.child(type, 'body') >= 0;
    if (!isStructure) define(text, node, { name, kind: 'TYPE', around });
  }
}

function declareFunction(text: LanguageText, node: number, around: Around): Around {
  const { facts, scopes } = text;
  const { tree } = facts;
  const declared = unwrap(tree, tree.child(node, 'declarator'));
  const scope = scopes.open(around.scope);
  if (declared === null) return { ...around, scope };
  const isMember = facts.symbols[around.symbol]?.kind === 'CLASS';
  const path = pathOf(tree, declared.name);
  const ownerName = path.at(-2);
  const name = lastOfPath(tree, declared.name);
  for (let at = declared.name; at <= tree.last(declared.name); at += 1) text.declaring[at] = 1;
  const holder = ownerName === undefined ? undefined : scopes.find(around.scope, ownerName);
  const isNamespace = holder?.is === 'SYMBOL' && facts.symbols[holder.symbol]?.kind === 'NAMESPACE';
  const isMethod = isMember || (ownerName !== undefined && !isNamespace);
  const symbol = define(text, node, { name, kind: isMethod ? 'METHOD' : 'FUNCTION', around });
  const fact = facts.symbols[symbol];
  if (fact === undefined) return { ...around, scope };
  if (isMethod && !isMember && ownerName !== undefined) {
    fact.qualifiedName = `${ownerName}.${fact.name}`;
    fact.owner = ownerType(holder, ownerName);
  }
  return { scope, symbol };
}

function ownerType(holder: ReturnType<LanguageText['scopes']['find']>, name: string): TypeRef {
  return holder?.is === 'SYMBOL' ? { of: 'SYMBOL', symbol: holder.symbol } : { of: 'NAME', name };
}

function declareFields(text: LanguageText, node: number, around: Around): void {
  const { tree, symbols } = text.facts;
  if (symbols[around.symbol]?.kind !== 'CLASS') return;
  for (const declarator of declaratorsOf(tree, node)) {
    const declared = unwrap(tree, declarator);
    if (declared === null) continue;
    define(text, node, {
      name: declared.name,
      kind: declared.isFunction ? 'METHOD' : 'FIELD',
      around,
      body: -1,
    });
  }
}

type Declaring = Pick<Standing, 'around' | 'prototypes'>;

/** Names at the top of a file are symbols, those in a function are local. */
function declareVariables(text: LanguageText, node: number, { around, prototypes }: Declaring): void {
  const { tree, symbols } = text.facts;
  const owner = symbols[around.symbol];
  const isTop = owner === undefined || owner.kind === 'NAMESPACE';
  for (const declarator of declaratorsOf(tree, node)) {
    const declared = unwrap(tree, declarator);
    if (declared === null) continue;
    const { name, isFunction } = declared;
    if (tree.type(name) === 'qualified_identifier') continue;
    if (owner?.kind === 'CLASS') define(text, node, { name, kind: 'METHOD', around, body: -1 });
    else if (isTop) declareAtTop(text, node, { name, isFunction, declarator, around, prototypes });
    else if (!isFunction || tree.type(declarator) === 'init_declarator')
      declareLocal(text, name, { scope: around.scope, type: () => typeOfLocal(text, node, declarator) });
  }
}

interface TopName extends Declaring {
  readonly name: number;
  readonly isFunction: boolean;
  readonly declarator: number;
}

function declareAtTop(text: LanguageText, node: number, given: TopName): void {
  const { tree } = text.facts;
  const { name, isFunction, declarator, around, prototypes } = given;
  const isExtern = [...tree.children(node)].some((child) => tree.text(child) === 'extern');
  const isPrototype = isFunction || (isExtern && tree.type(declarator) !== 'init_declarator');
  const symbol = define(text, node, {
    name,
    kind: isFunction ? 'FUNCTION' : 'VARIABLE',
    around,
    isPrototype,
    body: isFunction ? -1 : tree.child(declarator, 'value'),
  });
  if (symbol >= 0 && isPrototype) prototypes.push({ name: tree.text(name), scope: around.scope, symbol });
}

function declareLocals(text: LanguageText, node: number, scope: number): void {
  const { tree } = text.facts;
  for (const declarator of declaratorsOf(tree, node)) {
    const declared = unwrap(tree, declarator);
    if (declared !== null)
      declareLocal(text, declared.name, { scope, type: () => typeOfLocal(text, node, declarator) });
  }
}
