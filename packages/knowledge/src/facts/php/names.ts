import type { Binding, TypeRef } from '../file-facts.ts';
import type { LanguageText } from '../language-text.ts';
import { bindingOf, typeOfDeclared } from '../scopes.ts';

/** Names that stand for the class they are used in. */
const relative = /^(?:self|static|parent)$/i;
const builtIn =
  /^(?:array|bool|callable|false|float|int|iterable|mixed|never|null|object|string|true|void)$/i;

/** The namespace of a text, without a leading backslash. */
function namespaceOf(text: LanguageText): string {
  return text.facts.packageName?.slice('php:'.length) ?? '';
}

/** The class that a name means: of this file, imported, of the same namespace, or by its full name. */
export function classNamed(text: LanguageText, node: number): TypeRef | null {
  if (node < 0) return null;
  const name = text.facts.tree.text(node).trim();
  if (builtIn.test(name) || name === '') return null;
  if (relative.test(name)) return classAround(text, node, name);
  if (name.startsWith('\\')) return fullName(text, name.slice(1), node);
  const [first = '', ...rest] = name.split('\\');
  const declared = text.scopes.find(0, first);
  if (rest.length === 0 && declared !== undefined) return typeOfDeclared(declared);
  if (declared?.is === 'IMPORT') {
    const specifier = text.facts.imports[declared.import]?.specifier ?? first;
    return fullName(text, [specifier, ...rest].join('\\'), node);
  }
  const around = namespaceOf(text);
  if (around !== '') return fullName(text, `${around}\\${name}`, node);
  return rest.length === 0 ? { of: 'NAME', name } : fullName(text, name, node);
}

/** The class of `self`, `static` or `parent`. */
function classAround(text: LanguageText, node: number, name: string): TypeRef | null {
  const owner = ownerOf(text, node);
  if (owner < 0) return null;
  return name.toLowerCase() === 'parent'
    ? (text.facts.symbols[owner]?.bases[0] ?? null)
    : { of: 'SYMBOL', symbol: owner };
}

/** The type behind a full name, recorded as an import at its first use. */
function fullName(text: LanguageText, name: string, node: number): TypeRef | null {
  const { facts, paths } = text;
  const last = name.slice(name.lastIndexOf('\\') + 1);
  // Classes without a namespace are nearly all PHP's own.
  if (last === name) return null;
  let index = paths.get(name);
  if (index === undefined) {
    index = facts.import({
      kind: 'MODULE',
      specifier: name,
      line: facts.tree.line(node),
      isTypeOnly: false,
      names: [{ name: last, alias: last }],
      isWildcard: false,
    });
    paths.set(name, index);
  }
  return index < 0 ? null : { of: 'IMPORT', import: index, name: last, path: [] };
}

/** The binding of a reference to a type. */
export function bindingOfType(type: TypeRef | null): Binding | null {
  switch (type?.of) {
    case 'SYMBOL':
      return { to: 'SYMBOL', symbol: type.symbol };
    case 'IMPORT':
      return { to: 'IMPORT', import: type.import, name: type.name, path: type.path };
    case 'NAME':
      return { to: 'NAME', name: type.name, member: false };
    default:
      return null;
  }
}

/** A function by its name: of this file, imported, or of the same namespace. */
export function functionNamed(text: LanguageText, node: number): Binding | null {
  const name = text.facts.tree.text(node);
  if (name.includes('\\')) return bindingOfType(classNamed(text, node));
  const declared = text.scopes.find(0, name);
  return declared === undefined ? { to: 'NAME', name, member: false } : bindingOf(declared);
}

/** The innermost class, interface, trait or enumeration that a node stands in. */
export function ownerOf(text: LanguageText, node: number): number {
  const { symbols } = text.facts;
  for (let at = text.inside[node] ?? -1; at >= 0; at = symbols[at]?.parent ?? -1)
    if (/^(?:CLASS|INTERFACE|ENUM)$/.test(symbols[at]?.kind ?? '')) return at;
  return -1;
}
