import type { SymbolKind } from '../file-facts.ts';
import {
  addMember,
  calledName,
  documentationAbove,
  walkScopes,
  type Around,
  type LanguageText,
  type LocalName,
} from '../language-text.ts';
import { declareImport, declarePackage } from './modules.ts';
import { typeOfAnnotation, typeOfExpression } from './types.ts';

const types: Readonly<Record<string, SymbolKind>> = {
  class_declaration: 'CLASS',
  record_declaration: 'CLASS',
  interface_declaration: 'INTERFACE',
  annotation_type_declaration: 'INTERFACE',
  enum_declaration: 'ENUM',
};

const methods: ReadonlySet<string> = new Set([
  'method_declaration',
  'constructor_declaration',
  'compact_constructor_declaration',
  'annotation_type_element_declaration',
]);

const opensScope: ReadonlySet<string> = new Set([
  'block',
  'lambda_expression',
  'for_statement',
  'enhanced_for_statement',
  'try_with_resources_statement',
  'catch_clause',
  'switch_block_statement_group',
  'switch_rule',
]);

/** The first pass: scopes, symbols, imports and local names. */
export function declareAll(text: LanguageText): void {
  walkScopes(text, (node, around) => {
    const type = text.facts.tree.type(node);
    const kind = types[type];
    if (kind !== undefined) return declareType(text, node, { kind, around });
    if (methods.has(type)) return declareMethod(text, node, around);
    const within = opensScope.has(type) ? { ...around, scope: text.scopes.open(around.scope) } : around;
    return declareNode(text, node, within);
  });
}

function declareNode(text: LanguageText, node: number, around: Around): Around {
  switch (text.facts.tree.type(node)) {
    case 'package_declaration':
      declarePackage(text, node);
      return around;
    case 'import_declaration':
      declareImport(text, node);
      return around;
    case 'variable_declarator':
      return declareVariable(text, node, around);
    case 'enum_constant':
      return declareConstant(text, node, around);
    case 'class_body':
      return openAnonymous(text, node, around);
    default:
      declareLocals(text, node, around.scope);
      return around;
  }
}

interface Definition {
  readonly name: number;
  readonly kind: SymbolKind;
  readonly parent: number;
  /** The whole definition, where a name is only a part of it. */
  readonly whole: number;
  readonly body: number;
}

function define(text: LanguageText, node: number, { name, kind, parent, whole, body }: Definition): number {
  const { facts, definedAt, declaring } = text;
  const { tree } = facts;
  if (name < 0) return -1;
  declaring[name] = 1;
  if (facts.isFull) {
    facts.isPartial = true;
    return -1;
  }
  const label = tree.text(name);
  const symbol = facts.symbol(whole, name, {
    name: label,
    kind,
    isExported: isVisible(text, whole, parent),
    parent: parent < 0 ? null : parent,
    signature: signatureOf(text, whole, body),
    documentation: documentationAbove(text, whole, (comment) => comment.startsWith('/**')),
    isStatic: kind === 'CONSTANT' || /\bstatic\b/.test(modifiersOf(text, whole)),
  });
  if (symbol >= 0) definedAt[symbol] = node;
  if (symbol >= 0 && parent >= 0) addMember(text, parent, { name: label, symbol });
  return symbol;
}

/** Without annotations, which may be longer than the rest. */
function signatureOf(text: LanguageText, whole: number, body: number): string {
  const { tree } = text.facts;
  const modifiers = tree.childOfType(whole, 'modifiers');
  const annotations =
    modifiers < 0 ? [] : [...tree.children(modifiers)].filter((each) => /annotation$/.test(tree.type(each)));
  let signature = text.facts.signatureOf(whole, body);
  for (const each of annotations)
    signature = signature.replace(tree.text(each).replace(/\s+/g, ' '), '').trim();
  return signature;
}

function modifiersOf(text: LanguageText, node: number): string {
  const { tree } = text.facts;
  const modifiers = tree.childOfType(node, 'modifiers');
  if (modifiers < 0) return '';
  return [...tree.children(modifiers)].map((each) => tree.type(each)).join(' ');
}

/** Public and protected definitions, and members of interfaces and enumerations, where their owner is visible too. */
function isVisible(text: LanguageText, node: number, parent: number): boolean {
  const { tree, symbols } = text.facts;
  const owner = symbols[parent];
  if (owner !== undefined && !owner.isExported) return false;
  const modifiers = modifiersOf(text, node);
  if (/\b(public|protected)\b/.test(modifiers)) return true;
  const isOpen = owner?.kind === 'INTERFACE' || tree.type(node) === 'enum_constant';
  return isOpen && !/\bprivate\b/.test(modifiers);
}

function declareType(
  text: LanguageText,
  node: number,
  { kind, around }: { kind: SymbolKind; around: Around },
): Around {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  const body = tree.child(node, 'body');
  const symbol = define(text, node, { name, kind, parent: around.symbol, whole: node, body });
  if (symbol < 0) return around;
  text.scopes.declare(around.scope, tree.text(name), { is: 'SYMBOL', symbol });
  const scope = text.scopes.open(around.scope);
  text.scopes.declare(scope, 'this', { is: 'LOCAL', type: () => ({ of: 'SYMBOL', symbol }) });
  if (tree.type(node) === 'record_declaration') declareComponents(text, node, { scope, symbol });
  return { scope, symbol };
}

/** The components of a record are its fields. */
function declareComponents(text: LanguageText, node: number, { scope, symbol }: Around): void {
  const { tree } = text.facts;
  const list = tree.child(node, 'parameters');
  for (const each of list < 0 ? [] : tree.children(list)) {
    const name = tree.child(each, 'name');
    const field = define(text, each, { name, kind: 'FIELD', parent: symbol, whole: each, body: -1 });
    if (field >= 0) text.scopes.declare(scope, tree.text(name), { is: 'SYMBOL', symbol: field });
  }
}

/** Whether a member stands in the named type around it, not in a class without a name. */
function isDirect(text: LanguageText, member: number, { symbol }: Around): boolean {
  const { tree } = text.facts;
  if (symbol < 0) return false;
  const body = tree.parent(member);
  const holder = tree.type(body) === 'enum_body_declarations' ? tree.parent(body) : body;
  return tree.parent(holder) === text.definedAt[symbol];
}

function declareMethod(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  const scope = text.scopes.open(around.scope);
  if (name >= 0) text.declaring[name] = 1;
  if (!isDirect(text, node, around)) return { ...around, scope };
  const symbol = define(text, node, {
    name,
    kind: 'METHOD',
    parent: around.symbol,
    whole: node,
    body: tree.child(node, 'body'),
  });
  if (symbol < 0) return { ...around, scope };
  if (!/constructor/.test(tree.type(node)))
    text.scopes.declare(around.scope, calledName(tree.text(name)), { is: 'SYMBOL', symbol });
  return { scope, symbol };
}

function declareConstant(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  const symbol = define(text, node, {
    name,
    kind: 'CONSTANT',
    parent: around.symbol,
    whole: node,
    body: tree.child(node, 'body'),
  });
  if (symbol < 0) return around;
  text.scopes.declare(around.scope, tree.text(name), { is: 'SYMBOL', symbol });
  return { scope: text.scopes.open(around.scope), symbol };
}

/** The body of a class without a name has the members of the type that it extends. */
function openAnonymous(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  if (tree.type(parent) !== 'object_creation_expression') return around;
  const scope = text.scopes.open(around.scope);
  text.scopes.declare(scope, 'this', {
    is: 'LOCAL',
    type: () => typeOfAnnotation(text, tree.child(parent, 'type')),
  });
  return { ...around, scope };
}

function declareVariable(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const holder = tree.parent(node);
  const name = tree.child(node, 'name');
  if (name < 0) return around;
  const isField = /^(field|constant)_declaration$/.test(tree.type(holder));
  if (!isField || !isDirect(text, holder, around)) {
    const type = typeNodeOf(text, holder);
    const value = tree.child(node, 'value');
    declareLocal(text, name, {
      scope: around.scope,
      type: () => (tree.text(type) === 'var' ? typeOfExpression(text, value) : typeOfAnnotation(text, type)),
    });
    return around;
  }
  const isConstant = /\bstatic\b.*\bfinal\b|\bfinal\b.*\bstatic\b/.test(modifiersOf(text, holder));
  const symbol = define(text, node, {
    name,
    kind: isConstant || tree.type(holder) === 'constant_declaration' ? 'CONSTANT' : 'FIELD',
    parent: around.symbol,
    whole: holder,
    body: tree.child(node, 'value'),
  });
  if (symbol < 0) return around;
  text.scopes.declare(around.scope, tree.text(name), { is: 'SYMBOL', symbol });
  return { ...around, symbol };
}

function typeNodeOf(text: LanguageText, holder: number): number {
  const { tree } = text.facts;
  // `Type... name` declares an array.
  return tree.type(holder) === 'spread_parameter' ? -1 : tree.child(holder, 'type');
}

function declareLocals(text: LanguageText, node: number, scope: number): void {
  const { tree } = text.facts;
  const type = tree.type(node);
  switch (type) {
    case 'formal_parameter':
    case 'enhanced_for_statement':
    case 'resource': {
      const stated = tree.child(node, 'type');
      return declareLocal(text, tree.child(node, 'name'), {
        scope,
        type: () =>
          tree.text(stated) === 'var'
            ? typeOfExpression(text, type === 'resource' ? tree.child(node, 'value') : -1)
            : typeOfAnnotation(text, stated),
      });
    }
    case 'catch_formal_parameter':
      return declareLocal(text, tree.child(node, 'name'), { scope, type: () => null });
    case 'instanceof_expression':
      return declareLocal(text, tree.child(node, 'name'), {
        scope,
        type: () => typeOfAnnotation(text, tree.child(node, 'right')),
      });
    case 'type_pattern':
    case 'record_pattern_component':
      return declareLocal(text, tree.childOfType(node, 'identifier'), {
        scope,
        type: () => typeOfAnnotation(text, tree.childOfType(node, 'type_identifier')),
      });
    case 'lambda_expression':
      return declareLocal(text, tree.child(node, 'parameters'), { scope, type: () => null });
    case 'inferred_parameters':
      for (const each of tree.children(node)) declareLocal(text, each, { scope, type: () => null });
      return;
    case 'type_parameter': {
      const bound = tree.childOfType(node, 'type_bound');
      return declareLocal(text, tree.childOfType(node, 'type_identifier'), {
        scope,
        type: () => (bound < 0 ? null : typeOfAnnotation(text, bound + 2)),
      });
    }
  }
}

function declareLocal(text: LanguageText, name: number, { scope, type }: LocalName): void {
  const { tree } = text.facts;
  if (name < 0 || !/^(type_)?identifier$/.test(tree.type(name))) return;
  text.declaring[name] = 1;
  text.scopes.declare(scope, tree.text(name), { is: 'LOCAL', type });
}
