import type { Binding, TypeRef } from '../file-facts.ts';
import { memberBinding, typeOfDeclaration, type LanguageText } from '../language-text.ts';
import { typeOfDeclared } from '../scopes.ts';

const DEEPEST = 8;

/** `A::B` as written; null where a part of it is computed. */
function pathOf(text: LanguageText, node: number): string | null {
  const { tree } = text.facts;
  const path = tree.text(node).replace(/\s+/g, '');
  return /^(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*$/.test(path) ? path : null;
}

/** The class or module that a constant means: by the modules around it, inside of this file or by the others. */
export function constantType(text: LanguageText, node: number): TypeRef | null {
  const path = node < 0 ? null : pathOf(text, node);
  if (path === null) return null;
  const declared = path.includes('::') ? undefined : text.scopes.find(text.scopes.of(node), path);
  if (declared !== undefined) return typeOfDeclared(declared);
  return importedConstant(text, path, node);
}

/** A constant of another file counts as imported where it is used first: with the modules around it, as one path. */
function importedConstant(text: LanguageText, written: string, node: number): TypeRef | null {
  const { facts, paths } = text;
  const isFull = written.startsWith('::');
  const name = written.replace(/^::/, '');
  const around = isFull ? '' : nesting(text, node);
  const specifier = around === '' ? name : `${around}::${name}`;
  const key = `${specifier} ${name}`;
  let index = paths.get(key);
  if (index === undefined) {
    index = facts.import({
      kind: 'MODULE',
      specifier,
      line: facts.tree.line(node),
      isTypeOnly: false,
      names: [{ name, alias: name }],
      isWildcard: false,
    });
    paths.set(key, index);
  }
  return index < 0 ? null : { of: 'IMPORT', import: index, name, path: [] };
}

function nesting(text: LanguageText, node: number): string {
  const owner = ownerOf(text, node);
  return owner < 0 ? '' : (text.facts.symbols[owner]?.qualifiedName ?? '').replaceAll('.', '::');
}

/** The class of a value, where constructors state it. */
export function typeOfExpression(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'self':
      return ownerType(text, node);
    case 'constant':
    case 'scope_resolution':
      return constantType(text, node);
    case 'instance_variable':
      return typeOfInstanceVariable(text, node, depth);
    case 'identifier': {
      const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
      return declared?.is === 'LOCAL' ? typeOfDeclaration(text, declared, () => null) : null;
    }
    case 'call': {
      const receiver = tree.child(node, 'receiver');
      const isConstant = /^(?:constant|scope_resolution)$/.test(tree.type(receiver));
      return isConstant && tree.text(tree.child(node, 'method')) === 'new'
        ? constantType(text, receiver)
        : null;
    }
    default:
      return null;
  }
}

function typeOfInstanceVariable(text: LanguageText, node: number, depth: number): TypeRef | null {
  const field = text.members.get(ownerOf(text, node))?.get(text.facts.tree.text(node));
  return field === undefined ? null : typeOfField(text, field, depth);
}

export function typeOfField(text: LanguageText, symbol: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  return tree.type(node) === 'assignment'
    ? typeOfExpression(text, tree.child(node, 'right'), depth + 1)
    : null;
}

/** The binding of a call: a method of a receiver whose class is known, or of the class around. */
export function bindingOfCall(text: LanguageText, node: number): Binding | null {
  const { tree } = text.facts;
  const isCall = tree.type(node) === 'call';
  const receiver = isCall ? tree.child(node, 'receiver') : -1;
  const method = isCall ? tree.child(node, 'method') : node;
  if (method < 0 || tree.type(method) !== 'identifier') return null;
  const name = tree.text(method);
  if (receiver >= 0) {
    const type = typeOfExpression(text, receiver);
    return type === null || name === 'new' ? null : memberBinding(text, type, name);
  }
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared?.is === 'LOCAL') return null;
  const owner = ownerType(text, node);
  if (owner !== null) return memberBinding(text, owner, name);
  return declared?.is === 'SYMBOL' ? { to: 'SYMBOL', symbol: declared.symbol } : null;
}

/** The innermost class or module that a node stands in. */
export function ownerOf(text: LanguageText, node: number): number {
  const { symbols } = text.facts;
  for (let at = text.inside[node] ?? -1; at >= 0; at = symbols[at]?.parent ?? -1)
    if (/^(?:CLASS|MODULE)$/.test(symbols[at]?.kind ?? '')) return at;
  return -1;
}

function ownerType(text: LanguageText, node: number): TypeRef | null {
  const owner = ownerOf(text, node);
  return owner < 0 ? null : { of: 'SYMBOL', symbol: owner };
}
