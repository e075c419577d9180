import type { SymbolKind } from '../file-facts.ts';
import {
  addMember,
  declareLocal,
  documentationAbove,
  walkScopes,
  type Around,
  type LanguageText,
} from '../language-text.ts';
import { typeOfAnnotation, typeOfExpression } from './types.ts';

const kinds: Readonly<Record<string, SymbolKind>> = {
  class_declaration: 'CLASS',
  struct_declaration: 'CLASS',
  record_declaration: 'CLASS',
  record_struct_declaration: 'CLASS',
  interface_declaration: 'INTERFACE',
  enum_declaration: 'ENUM',
  delegate_declaration: 'TYPE',
  method_declaration: 'METHOD',
  constructor_declaration: 'METHOD',
  local_function_statement: 'FUNCTION',
  property_declaration: 'FIELD',
  event_declaration: 'FIELD',
  enum_member_declaration: 'CONSTANT',
};

const blocks: ReadonlySet<string> = new Set([
  'block',
  'for_statement',
  'foreach_statement',
  'lambda_expression',
  'catch_clause',
  'switch_section',
  'accessor_declaration',
]);

/** The first pass: the namespace, symbols, imports and local names. */
export function declareAll(text: LanguageText): void {
  walkScopes(text, (node, around) => {
    const { tree } = text.facts;
    const type = tree.type(node);
    const kind = kinds[type];
    if (kind !== undefined) {
      const symbol = define(text, node, { kind, around, whole: node });
      return { symbol: symbol < 0 ? around.symbol : symbol, scope: text.scopes.open(around.scope) };
    }
    const within = blocks.has(type) ? { ...around, scope: text.scopes.open(around.scope) } : around;
    declareNode(text, node, within);
    return within;
  });
}

function declareNode(text: LanguageText, node: number, around: Around): void {
  const { facts } = text;
  const { tree } = facts;
  switch (tree.type(node)) {
    case 'namespace_declaration':
    case 'file_scoped_namespace_declaration':
      // Of several namespaces in one file the first counts.
      facts.packageName ??= `csharp:${tree.text(tree.child(node, 'name'))}`;
      return;
    case 'using_directive':
      return declareUsing(text, node);
    case 'variable_declarator':
      return declareVariable(text, node, around);
    case 'parameter':
      return declareLocal(text, tree.child(node, 'name'), {
        scope: around.scope,
        type: () => typeOfAnnotation(text, tree.child(node, 'type')),
      });
    case 'foreach_statement':
      return declareLocal(text, tree.child(node, 'left'), {
        scope: around.scope,
        type: () => typeOfAnnotation(text, tree.child(node, 'type')),
      });
    case 'declaration_expression':
    case 'declaration_pattern':
    case 'catch_declaration':
      return declareLocal(text, tree.child(node, 'name'), {
        scope: around.scope,
        type: () => typeOfAnnotation(text, tree.child(node, 'type')),
      });
    case 'type_parameter':
      return declareLocal(text, tree.childOfType(node, 'identifier'), {
        scope: around.scope,
        type: () => null,
      });
  }
}

function declareVariable(text: LanguageText, node: number, around: Around): void {
  const { tree } = text.facts;
  const declaration = tree.parent(node);
  const holder = tree.parent(declaration);
  if (/^(?:event_)?field_declaration$/.test(tree.type(holder))) {
    const isConstant = [...tree.children(holder)].some((child) => tree.text(child) === 'const');
    define(text, node, { kind: isConstant ? 'CONSTANT' : 'FIELD', around, whole: holder });
    return;
  }
  declareLocal(text, tree.child(node, 'name'), {
    scope: around.scope,
    type: () => {
      const type = tree.child(declaration, 'type');
      return tree.type(type) === 'implicit_type'
        ? typeOfExpression(text, tree.last(declaration) >= node ? valueOf(text, node) : -1)
        : typeOfAnnotation(text, type);
    },
  });
}

/** The value of a declarator, which fills no field of the syntax tree. */
function valueOf(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  return (
    [...tree.children(node)].findLast(
      (child) => /^[a-z]/.test(tree.type(child)) && tree.field(child) !== 'name',
    ) ?? -1
  );
}

interface Definition {
  readonly kind: SymbolKind;
  readonly around: Around;
  readonly whole: number;
}

function define(text: LanguageText, node: number, { kind, around, whole }: Definition): number {
  const { facts, declaring, definedAt } = text;
  const { tree } = facts;
  const name = tree.child(node, 'name');
  if (name < 0) return -1;
  declaring[name] = 1;
  if (facts.isFull) {
    facts.isPartial = true;
    return -1;
  }
  const owner = facts.symbols[around.symbol];
  const label = tree.text(name);
  const modifiers = modifiersOf(text, whole);
  const isOpen = owner === undefined || owner.kind === 'INTERFACE' || owner.kind === 'ENUM';
  const symbol = facts.symbol(whole, name, {
    name: label,
    kind,
    isExported:
      kind !== 'FUNCTION' &&
      (isOpen ? !modifiers.has('private') : modifiers.has('public') || modifiers.has('internal')),
    parent: around.symbol < 0 ? null : around.symbol,
    signature: facts.signatureOf(whole, bodyOf(text, node)),
    documentation: documentationOf(text, whole),
    isStatic: kind === 'CONSTANT' || modifiers.has('static'),
  });
  if (symbol < 0) return -1;
  definedAt[symbol] = node;
  if (owner !== undefined && kind !== 'FUNCTION') addMember(text, around.symbol, { name: label, symbol });
  if (tree.type(node) !== 'constructor_declaration')
    text.scopes.declare(around.scope, label, { is: 'SYMBOL', symbol });
  return symbol;
}

function bodyOf(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  const body = tree.child(node, 'body');
  return body >= 0 ? body : tree.child(node, 'accessors');
}

function documentationOf(text: LanguageText, node: number): string | null {
  const found = documentationAbove(text, node, (comment) => comment.startsWith('///'));
  return (
    found
      ?.replace(/<\/?(?:summary|remarks|para)>/g, '')
      .replace(/\s+/g, ' ')
      .trim() || null
  );
}

export function modifiersOf(text: LanguageText, node: number): ReadonlySet<string> {
  const { tree } = text.facts;
  return new Set(
    [...tree.children(node)]
      .filter((child) => tree.type(child) === 'modifier')
      .map((each) => tree.text(each)),
  );
}

/** `using A.B;`, `using static A.B.C;` and `using Alias = A.B.C;`. */
function declareUsing(text: LanguageText, node: number): void {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const alias = tree.child(node, 'name');
  const target = [...tree.children(node)].findLast((child) =>
    /^(?:identifier|qualified_name|generic_name)$/.test(tree.type(child)),
  );
  if (target === undefined) return;
  for (let at = node; at <= tree.last(node); at += 1) declaring[at] = 1;
  const specifier = tree.text(target).replace(/\s+/g, '');
  const name = specifier.slice(specifier.lastIndexOf('.') + 1);
  const isStatic = tree.has(node, 'static');
  const index = facts.import({
    kind: 'IMPORT',
    specifier: isStatic ? `static ${specifier}` : specifier,
    line: tree.line(node),
    isTypeOnly: false,
    names: alias < 0 ? [] : [{ name, alias: tree.text(alias) }],
    isWildcard: alias < 0,
  });
  if (alias >= 0 && index >= 0) scopes.declare(0, tree.text(alias), { is: 'IMPORT', import: index, name });
}
