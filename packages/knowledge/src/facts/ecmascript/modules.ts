import type { ImportFact } from '../file-facts.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { bindingOfExpression } from './types.ts';
import { classes, functionValues } from './node-types.ts';

type ImportedName = ImportFact['names'][number];

/** An imported name and the node of its local alias. */
interface FoundName extends ImportedName {
  readonly node: number;
}

/** `import …`: its names are bound in the scope around it. */
export function declareImport(text: EcmascriptText, node: number, scope: number): void {
  const { tree } = text.facts;
  const require = tree.childOfType(node, 'import_require_clause');
  const source = tree.child(require >= 0 ? require : node, 'source');
  if (source < 0) return;
  const required = require < 0 ? -1 : tree.childOfType(require, 'identifier');
  const clause = tree.childOfType(node, 'import_clause');
  const found: FoundName[] = [
    ...(required < 0 ? [] : [{ name: '*', alias: tree.text(required), node: required }]),
    ...(clause < 0 ? [] : [...tree.children(clause)].flatMap((part) => namesOfClause(text, part))),
  ];
  const index = text.facts.import({
    kind: require >= 0 ? 'REQUIRE' : 'IMPORT',
    specifier: unquoted(tree.text(source)),
    line: tree.line(node),
    isTypeOnly: tree.has(node, 'type'),
    names: found.map(({ name, alias }) => ({ name, alias })),
    isWildcard: false,
  });
  bindNames(text, found, { index, scope });
}

/** The names of `value`, `* as namespace` or `{ a, b as c }`. */
function namesOfClause(text: EcmascriptText, part: number): FoundName[] {
  const { tree } = text.facts;
  switch (tree.type(part)) {
    case 'identifier':
      return [{ name: 'default', alias: tree.text(part), node: part }];
    case 'namespace_import': {
      const name = tree.childOfType(part, 'identifier');
      return name < 0 ? [] : [{ name: '*', alias: tree.text(name), node: name }];
    }
    case 'named_imports':
      return [...tree.children(part)].flatMap((specifier) => {
        const name = tree.child(specifier, 'name');
        if (name < 0) return [];
        const alias = tree.child(specifier, 'alias');
        text.declaring[name] = 1;
        const node = alias >= 0 ? alias : name;
        return [{ name: unquoted(tree.text(name)), alias: tree.text(node), node }];
      });
    default:
      return [];
  }
}

function bindNames(
  text: EcmascriptText,
  names: readonly FoundName[],
  { index, scope }: { index: number; scope: number },
): void {
  for (const { name, alias, node } of names) {
    text.declaring[node] = 1;
    if (index >= 0) text.scopes.declare(scope, alias, { is: 'IMPORT', import: index, name });
  }
}

/** `const x = require('y')` and `const { a } = await import('y')`; false for any other declarator. */
export function declareRequire(text: EcmascriptText, node: number, scope: number): boolean {
  const { facts } = text;
  const { tree } = facts;
  const call = requiredBy(text, tree.child(node, 'value'));
  const name = tree.child(node, 'name');
  if (call === null || name < 0) return false;
  const names: FoundName[] = [];
  if (tree.type(name) === 'identifier') names.push({ name: '*', alias: tree.text(name), node: name });
  else if (tree.type(name) === 'object_pattern')
    for (const part of tree.children(name)) {
      if (tree.type(part) === 'shorthand_property_identifier_pattern')
        names.push({ name: tree.text(part), alias: tree.text(part), node: part });
      const value = tree.child(part, 'value');
      if (tree.type(part) === 'pair_pattern' && tree.type(value) === 'identifier')
        names.push({ name: tree.text(tree.child(part, 'key')), alias: tree.text(value), node: value });
    }
  const index = facts.import({
    kind: call.kind,
    specifier: call.specifier,
    line: tree.line(node),
    isTypeOnly: false,
    names: names.map(({ name: imported, alias }) => ({ name: imported, alias })),
    isWildcard: false,
  });
  bindNames(text, names, { index, scope });
  return true;
}

/** Calls of `require` and `import()` that no declarator keeps: imports for their effects, or of unknown names. */
export function loneImports(text: EcmascriptText): void {
  const { tree } = text.facts;
  for (let node = 0; node < tree.count; node += 1) {
    if (tree.type(node) !== 'call_expression') continue;
    const call = requiredBy(text, node);
    if (call === null || isDeclared(text, node)) continue;
    text.facts.import({
      kind: call.kind,
      specifier: call.specifier,
      line: tree.line(node),
      isTypeOnly: false,
      names: [],
      isWildcard: false,
    });
  }
}

function isDeclared(text: EcmascriptText, node: number): boolean {
  const { tree } = text.facts;
  let parent = tree.parent(node);
  if (tree.type(parent) === 'await_expression') parent = tree.parent(parent);
  return tree.type(parent) === 'variable_declarator';
}

function requiredBy(
  text: EcmascriptText,
  node: number,
): { kind: 'REQUIRE' | 'DYNAMIC'; specifier: string } | null {
  const { tree } = text.facts;
  if (node < 0) return null;
  if (tree.type(node) === 'await_expression') {
    const call = tree.childOfType(node, 'call_expression');
    return call < 0 ? null : requiredBy(text, call);
  }
  if (tree.type(node) !== 'call_expression') return null;
  const callee = tree.child(node, 'function');
  const isImport = tree.type(callee) === 'import';
  if (!isImport && tree.text(callee) !== 'require') return null;
  const argument = tree.childOfType(tree.child(node, 'arguments'), 'string');
  if (argument < 0) return null;
  return { kind: isImport ? 'DYNAMIC' : 'REQUIRE', specifier: unquoted(tree.text(argument)) };
}

/** Reads export statements and the assignments of CommonJS to `exports`. */
export function readExports(text: EcmascriptText): void {
  const { tree } = text.facts;
  for (const node of tree.children(0)) {
    if (tree.type(node) === 'export_statement') readExport(text, node);
    else if (tree.type(node) === 'expression_statement') readCommonJs(text, node);
  }
}

function readExport(text: EcmascriptText, node: number): void {
  const { tree } = text.facts;
  const source = tree.child(node, 'source');
  const clause = tree.childOfType(node, 'export_clause');
  if (source >= 0) return readReexport(text, node, { source, clause });
  if (clause >= 0) return readExportList(text, clause, tree.line(node));
  readDeclared(text, node);
  if (tree.has(node, 'default')) readDefault(text, node);
}

/** `export { a, b as c }` */
function readExportList(text: EcmascriptText, clause: number, line: number): void {
  for (const { name, alias, at } of specifiersOf(text, clause)) {
    const binding = bindingOfExpression(text, at);
    text.declaring[at] = 1;
    if (binding?.to === 'SYMBOL') markExported(text, binding.symbol);
    text.facts.exports.push({ name: alias, binding: binding ?? { to: 'NAME', name, member: false }, line });
  }
}

/** The definitions that stand in an export statement. */
function readDeclared(text: EcmascriptText, node: number): void {
  const { facts } = text;
  const { tree } = facts;
  const isDefault = tree.has(node, 'default');
  const line = tree.line(node);
  for (const [symbol, at] of text.definedAt.entries()) {
    const fact = facts.symbols[symbol];
    if (fact === undefined || fact.parent !== null || at < node || at > tree.last(node)) continue;
    facts.exports.push({ name: isDefault ? 'default' : fact.name, binding: { to: 'SYMBOL', symbol }, line });
  }
}

/** `export default value` */
function readDefault(text: EcmascriptText, node: number): void {
  const { tree, exports } = text.facts;
  const line = tree.line(node);
  const value = tree.child(node, 'value');
  if (value < 0 || classes.has(tree.type(value)) || functionValues.has(tree.type(value))) {
    if (!exports.some(({ name }) => name === 'default'))
      exports.push({ name: 'default', binding: null, line });
    return;
  }
  const binding = bindingOfExpression(text, value);
  if (binding?.to === 'SYMBOL') markExported(text, binding.symbol);
  exports.push({ name: 'default', binding: binding?.to === 'NAME' ? null : binding, line });
}

function readReexport(
  text: EcmascriptText,
  node: number,
  { source, clause }: { source: number; clause: number },
): void {
  const { facts } = text;
  const { tree } = facts;
  const line = tree.line(node);
  const specifiers = clause < 0 ? [] : specifiersOf(text, clause);
  for (const { at } of specifiers) text.declaring[at] = 1;
  const namespace = tree.childOfType(node, 'namespace_export');
  const alias = namespace < 0 ? null : tree.text(tree.last(namespace));
  const index = facts.import({
    kind: 'REEXPORT',
    specifier: unquoted(tree.text(source)),
    line,
    isTypeOnly: tree.has(node, 'type'),
    names:
      alias !== null
        ? [{ name: '*', alias }]
        : specifiers.map(({ name, alias: as }) => ({ name, alias: as })),
    isWildcard: clause < 0 && namespace < 0,
  });
  if (index < 0) return;
  const from = (name: string) => ({ to: 'IMPORT', import: index, name, path: [] }) as const;
  if (alias !== null) facts.exports.push({ name: alias, binding: from('*'), line });
  else if (clause < 0) facts.exports.push({ name: '*', binding: from('*'), line });
  else
    for (const { name, alias: as } of specifiers) facts.exports.push({ name: as, binding: from(name), line });
}

/** `exports.name = value`, `module.exports = value` and `module.exports = { a, b }`. */
function readCommonJs(text: EcmascriptText, statement: number): void {
  const { facts } = text;
  const { tree } = facts;
  const node = tree.childOfType(statement, 'assignment_expression');
  if (node < 0) return;
  const target = tree.text(tree.child(node, 'left'));
  const match = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(target);
  if (match === null || (target === 'exports' && match[1] === undefined)) return;
  const line = tree.line(node);
  const value = tree.child(node, 'right');
  const publish = (name: string, at: number): void => {
    const binding = at < 0 ? null : bindingOfExpression(text, at);
    if (binding?.to === 'SYMBOL') markExported(text, binding.symbol);
    facts.exports.push({ name, binding: binding?.to === 'NAME' ? null : binding, line });
  };
  if (match[1] !== undefined) return publish(match[1], value);
  publish('default', value);
  if (tree.type(value) !== 'object') return;
  for (const part of tree.children(value)) {
    if (tree.type(part) === 'shorthand_property_identifier') publish(tree.text(part), part);
    else if (tree.type(part) === 'pair')
      publish(unquoted(tree.text(tree.child(part, 'key'))), tree.child(part, 'value'));
  }
}

/** An exported class takes its members along. */
function markExported(text: EcmascriptText, symbol: number): void {
  const { symbols } = text.facts;
  const fact = symbols[symbol];
  if (fact === undefined || fact.isExported) return;
  fact.isExported = true;
  for (const member of text.members.get(symbol)?.values() ?? []) {
    const own = symbols[member];
    const isHidden =
      own === undefined || own.name.startsWith('#') || /^(?:private|protected)\b/.test(own.signature ?? '');
    if (!isHidden) own.isExported = true;
  }
}

function specifiersOf(text: EcmascriptText, clause: number): { name: string; alias: string; at: number }[] {
  const { tree } = text.facts;
  const found: { name: string; alias: string; at: number }[] = [];
  for (const specifier of tree.children(clause)) {
    const at = tree.child(specifier, 'name');
    if (at < 0) continue;
    const alias = tree.child(specifier, 'alias');
    if (alias >= 0) text.declaring[alias] = 1;
    const name = unquoted(tree.text(at));
    found.push({ name, alias: alias < 0 ? name : unquoted(tree.text(alias)), at });
  }
  return found;
}

const unquoted = (text: string): string => text.replace(/^(['"`])([\s\S]*)\1$/, '$2');
