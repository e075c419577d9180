import type { PythonText } from './python-text.ts';

/** `import a.b`, `import a as b`, `from a import b as c`, `from . import d` and `from a import *`. */
export function declareImports(text: PythonText, node: number, scope: number, isTop: boolean): void {
  const { tree } = text.facts;
  if (tree.type(node) === 'import_statement') {
    for (const part of tree.children(node)) {
      if (tree.type(part) === 'dotted_name') declareModule(text, node, part, null, { scope, isTop });
      else if (tree.type(part) === 'aliased_import')
        declareModule(text, node, tree.child(part, 'name'), tree.child(part, 'alias'), { scope, isTop });
    }
    return;
  }
  if (tree.type(node) === 'import_from_statement') declareFrom(text, node, { scope, isTop });
}

interface Place {
  readonly scope: number;
  /** Names imported at the top of a module can be imported from it. */
  readonly isTop: boolean;
}

function declareModule(
  text: PythonText,
  node: number,
  name: number,
  alias: number | null,
  place: Place,
): void {
  const { facts, scopes, declaring, dotted } = text;
  const { tree } = facts;
  const specifier = tree.text(name);
  const [first = '', ...rest] = specifier.split('.');
  const bound = alias === null ? first : tree.text(alias);
  for (let at = name; at <= tree.last(name); at += 1) declaring[at] = 1;
  if (alias !== null) declaring[alias] = 1;
  const index = facts.import({
    kind: 'IMPORT',
    specifier,
    line: tree.line(node),
    isTypeOnly: false,
    names: [{ name: '*', alias: bound }],
    isWildcard: false,
  });
  if (index < 0) return;
  if (alias === null && rest.length > 0) dotted.set(index, rest);
  scopes.declare(place.scope, bound, { is: 'IMPORT', import: index, name: '*' });
  if (place.isTop && (alias !== null || rest.length === 0))
    facts.exports.push({
      name: bound,
      binding: { to: 'IMPORT', import: index, name: '*', path: [] },
      line: tree.line(node),
    });
}

function declareFrom(text: PythonText, node: number, { scope, isTop }: Place): void {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const module = tree.child(node, 'module_name');
  const found: { name: string; alias: string }[] = [];
  for (const part of tree.children(node)) {
    if (part === module) continue;
    const isAliased = tree.type(part) === 'aliased_import';
    if (!isAliased && tree.type(part) !== 'dotted_name') continue;
    const name = tree.text(isAliased ? tree.child(part, 'name') : part);
    found.push({ name, alias: isAliased ? tree.text(tree.child(part, 'alias')) : name });
  }
  for (let at = node; at <= tree.last(node); at += 1) declaring[at] = 1;
  const isWildcard = tree.has(node, 'wildcard_import');
  const index = facts.import({
    kind: 'IMPORT',
    specifier: module < 0 ? '.' : tree.text(module).replace(/\s+/g, ''),
    line: tree.line(node),
    isTypeOnly: false,
    names: found,
    isWildcard,
  });
  if (index < 0) return;
  const line = tree.line(node);
  for (const { name, alias } of found) {
    scopes.declare(scope, alias, { is: 'IMPORT', import: index, name });
    if (isTop)
      facts.exports.push({ name: alias, binding: { to: 'IMPORT', import: index, name, path: [] }, line });
  }
  if (isWildcard && isTop)
    facts.exports.push({ name: '*', binding: { to: 'IMPORT', import: index, name: '*', path: [] }, line });
}

/** Everything at the top of a module can be imported; `__all__` says what is meant to be. */
export function readExports(text: PythonText): void {
  const { facts } = text;
  const listed = listedNames(text);
  for (const [symbol, fact] of facts.symbols.entries()) {
    if (fact.parent !== null) continue;
    if (listed !== null) fact.isExported = listed.has(fact.name);
    facts.exports.push({ name: fact.name, binding: { to: 'SYMBOL', symbol }, line: fact.line });
  }
}

function listedNames(text: PythonText): Set<string> | null {
  const { tree, symbols } = text.facts;
  const index = symbols.findIndex(({ name, parent }) => name === '__all__' && parent === null);
  const right = index < 0 ? -1 : tree.child(text.definedAt[index] ?? -1, 'right');
  if (right < 0) return null;
  const names = new Set<string>();
  for (let node = right; node <= tree.last(right); node += 1)
    if (tree.type(node) === 'string_content') names.add(tree.text(node));
  return names.size === 0 ? null : names;
}
