import type { Around, LanguageText } from '../language-text.ts';

/** Lists of imports inside of each other, deeper than any that is written. */
const DEEPEST = 30;

/** The names of the inline modules around a symbol, the outermost first. */
function modulesAround(text: LanguageText, symbol: number): string[] {
  const { symbols } = text.facts;
  const names: string[] = [];
  for (let at: number | null = symbol; at !== null && at >= 0; at = symbols[at]?.parent ?? null)
    if (symbols[at]?.kind === 'NAMESPACE') names.unshift(symbols[at]?.name ?? '');
  return names;
}

/** `mod name;`: the module of another file. */
export function declareModule(text: LanguageText, node: number, around: Around): void {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const name = tree.child(node, 'name');
  if (name < 0) return;
  declaring[name] = 1;
  const alias = tree.text(name);
  const within = modulesAround(text, around.symbol);
  const index = facts.import({
    kind: 'MODULE',
    specifier: pathAttribute(text, node) ?? alias,
    line: tree.line(node),
    isTypeOnly: false,
    names: [{ name: '*', alias }],
    isWildcard: false,
    ...(within.length === 0 ? {} : { within }),
  });
  if (index < 0) return;
  scopes.declare(around.scope, alias, { is: 'IMPORT', import: index, name: '*' });
  if (within.length === 0) exportImport(text, index, alias);
}

/** `#[path = "other.rs"]` above a module. */
function pathAttribute(text: LanguageText, node: number): string | null {
  const { tree } = text.facts;
  for (let at = tree.before(node); at >= 0; at = tree.before(at)) {
    if (tree.type(at) !== 'attribute_item') return null;
    const path = /\bpath\s*=\s*"([^"\n]+\.rs)"/.exec(tree.text(at).slice(0, 1000))?.[1];
    if (path !== undefined) return path;
  }
  return null;
}

/** `extern crate name as other;` */
export function declareCrate(text: LanguageText, node: number, around: Around): void {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  const alias = tree.child(node, 'alias');
  if (name < 0) return;
  for (let at = node; at <= tree.last(node); at += 1) text.declaring[at] = 1;
  addUse(text, { path: tree.text(name), alias: tree.text(alias < 0 ? name : alias), node, around });
}

/** `use a::{b, c::*};`: one import for each name, since each may lead to another file. */
export function declareUse(text: LanguageText, node: number, around: Around): void {
  const { tree } = text.facts;
  const argument = tree.child(node, 'argument');
  for (let at = node; at <= tree.last(node); at += 1) text.declaring[at] = 1;
  if (argument >= 0) expand(text, argument, { prefix: '', node, around, depth: 0 });
}

interface Using {
  readonly prefix: string;
  readonly node: number;
  readonly around: Around;
  readonly depth: number;
}

function expand(text: LanguageText, part: number, using: Using): void {
  const { tree } = text.facts;
  const { prefix, node, around, depth } = using;
  if (depth > DEEPEST) return;
  const joined = (at: number): string => join(prefix, at < 0 ? '' : tree.text(at));
  switch (tree.type(part)) {
    case 'scoped_use_list': {
      const path = joined(tree.child(part, 'path'));
      return expandAll(text, tree.child(part, 'list'), { ...using, prefix: path === '' ? '::' : path });
    }
    case 'use_list':
      return expandAll(text, part, using);
    case 'use_as_clause':
      addUse(text, {
        path: joined(tree.child(part, 'path')),
        alias: tree.text(tree.child(part, 'alias')),
        node,
        around,
      });
      return;
    case 'use_wildcard': {
      const [inner] = [...tree.children(part)].filter((each) => /^[a-z]/.test(tree.type(each)));
      addUse(text, { path: join(joined(inner ?? -1), '*'), alias: '*', node: part, around, whole: node });
      return;
    }
    case 'identifier':
    case 'scoped_identifier':
    case 'self':
    case 'crate':
    case 'super':
      addUse(text, { path: joined(part), alias: null, node: part, around, whole: node });
  }
}

function expandAll(text: LanguageText, list: number, using: Using): void {
  if (list < 0) return;
  for (const part of text.facts.tree.children(list)) expand(text, part, { ...using, depth: using.depth + 1 });
}

function join(prefix: string, rest: string): string {
  const plain = rest.replace(/\s+/g, '');
  if (prefix === '' || plain === '') return prefix + plain;
  return prefix.endsWith('::') ? prefix + plain : `${prefix}::${plain}`;
}

interface Use {
  readonly path: string;
  readonly alias: string | null;
  readonly node: number;
  readonly around: Around;
  /** The whole declaration, where `node` is a part of it. */
  readonly whole?: number;
}

function addUse(text: LanguageText, { path, alias, node, around, whole = node }: Use): void {
  const { facts, scopes } = text;
  const { tree } = facts;
  // `a::{self}` means the module `a`.
  const specifier = path.length > 6 ? path.replace(/::self$/, '') : path;
  const name = specifier.slice(specifier.lastIndexOf(':') + 1);
  const bound = alias ?? name;
  const isWildcard = bound === '*';
  const within = modulesAround(text, around.symbol);
  const index = facts.import({
    kind: tree.childOfType(whole, 'visibility_modifier') >= 0 ? 'REEXPORT' : 'IMPORT',
    specifier,
    line: tree.line(node),
    isTypeOnly: false,
    names: isWildcard || bound === '_' ? [] : [{ name, alias: bound }],
    isWildcard,
    ...(within.length === 0 ? {} : { within }),
  });
  if (index < 0) return;
  if (!isWildcard && bound !== '_')
    scopes.declare(around.scope, bound, { is: 'IMPORT', import: index, name });
  if (within.length === 0 && facts.symbols[around.symbol] === undefined) exportImport(text, index, bound);
}

/** Modules below see everything that a module imports, so each import can be followed further. */
function exportImport({ facts }: LanguageText, index: number, name: string): void {
  const fact = facts.imports[index];
  if (name === '_' || fact === undefined) return;
  const [given] = fact.names;
  facts.exports.push({
    name,
    binding: { to: 'IMPORT', import: index, name: given?.name ?? '*', path: [] },
    line: fact.line,
  });
}

/** A path that is used without an import: `crate::net::connect()`, `serde_json::to_string(…)`. */
export function implicitImport(text: LanguageText, path: readonly string[], node: number): number {
  const { facts, inside } = text;
  const within = modulesAround(text, inside[node] ?? -1);
  const specifier = path.join('::');
  const key = `${within.join('::')} ${specifier}`;
  const known = text.paths.get(key);
  if (known !== undefined) return known;
  const index = facts.import({
    kind: 'IMPORT',
    specifier,
    line: facts.tree.line(node),
    isTypeOnly: false,
    names: [{ name: path.at(-1) ?? '', alias: specifier }],
    isWildcard: false,
    ...(within.length === 0 ? {} : { within }),
  });
  text.paths.set(key, index);
  return index;
}

/** Everything at the top can be named by other modules, private items by the modules below. */
export function readExports({ facts }: LanguageText): void {
  for (const [symbol, { name, parent, kind, line }] of facts.symbols.entries())
    if (parent === null && kind !== 'METHOD')
      facts.exports.push({ name, binding: { to: 'SYMBOL', symbol }, line });
}
