import type { ImportFact } from '../file-facts.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { bindingOfExpression } from './types.ts';
import { classes, functionValues } from './node-types.ts';

type ImportedName = ImportFact['names'][number];

/** `import …`: its names are bound in the scope around it. */
export function declareImport(text: EcmascriptText, node: number, scope: number): void {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const require = tree.childOfType(node, 'import_require_clause');
  const source = tree.child(require >= 0 ? require : node, 'source');
  if (source < 0) return;
  const found: { name: string; alias: string; node: number }[] = [];
  const clause = tree.childOfType(node, 'import_clause');
  if (require >= 0) {
    const name = tree.childOfType(require, 'identifier');
    if (name >= 0) found.push({ name: '*', alias: tree.text(name), node: name });
  }
  if (clause >= 0)
    for (const part of tree.children(clause)) {
      const type = tree.type(part);
      if (type === 'identifier') found.push({ name: 'default', alias: tree.text(part), node: part });
      else if (type === 'namespace_import') {
        const name = tree.childOfType(part, 'identifier');
        if (name >= 0) found.push({ name: '*', alias: tree.text(name), node: name });
      } else if (type === 'named_imports')
        for (const specifier of tree.children(part)) {
          const name = tree.child(specifier, 'name');
          if (name < 0) continue;
          const alias = tree.child(specifier, 'alias');
          declaring[name] = 1;
          found.push({
            name: unquoted(tree.text(name)),
            alias: tree.text(alias >= 0 ? alias : name),
            node: alias >= 0 ? alias : name,
          });
        }
    }
  const index = facts.import({
    kind: require >= 0 ? 'REQUIRE' : 'IMPORT',
    specifier: unquoted(tree.text(source)),
    line: tree.line(node),
    isTypeOnly: tree.has(node, 'type'),
    names: found.map(({ name, alias }) => ({ name, alias })),
    isWildcard: false,
  });
  for (const { name, alias, node: at } of found) {
    declaring[at] = 1;
    if (index >= 0) scopes.declare(scope, alias, { is: 'IMPORT', import: index, name });
  }
}

/** `const x = require('y')` and `const { a } = await import('y')`; false for any other declarator. */
export function declareRequire(text: EcmascriptText, node: number, scope: number): boolean {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const call = requiredBy(text, tree.child(node, 'value'));
  const name = tree.child(node, 'name');
  if (call === null || name < 0) return false;
  const names: (ImportedName & { node: number })[] = [];
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
  for (const { name: imported, alias, node: at } of names) {
    declaring[at] = 1;
    if (index >= 0) scopes.declare(scope, alias, { is: 'IMPORT', import: index, name: imported });
  }
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

/** Everything that leaves the file: export statements, and what CommonJS assigns to `exports`. */
export function readExports(text: EcmascriptText): void {
  const { tree } = text.facts;
  for (const node of tree.children(0)) {
    if (tree.type(node) === 'export_statement') readExport(text, node);
    else if (tree.type(node) === 'expression_statement') readCommonJs(text, node);
  }
}

function readExport(text: EcmascriptText, node: number): void {
  const { facts } = text;
  const { tree } = facts;
  const line = tree.line(node);
  const source = tree.child(node, 'source');
  const clause = tree.childOfType(node, 'export_clause');
  if (source >= 0) return readReexport(text, node, source, clause);
  if (clause >= 0) {
    for (const { name, alias, at } of specifiersOf(text, clause)) {
      const binding = bindingOfExpression(text, at);
      text.declaring[at] = 1;
      if (binding?.to === 'SYMBOL') markExported(text, binding.symbol);
      facts.exports.push({ name: alias, binding: binding ?? { to: 'NAME', name, member: false }, line });
    }
    return;
  }
  const isDefault = tree.has(node, 'default');
  for (const [symbol, at] of text.definedAt.entries()) {
    const fact = facts.symbols[symbol];
    if (fact === undefined || fact.parent !== null || at < node || at > tree.last(node)) continue;
    facts.exports.push({ name: isDefault ? 'default' : fact.name, binding: { to: 'SYMBOL', symbol }, line });
  }
  if (!isDefault) return;
  const value = tree.child(node, 'value');
  if (value < 0 || classes.has(tree.type(value)) || functionValues.has(tree.type(value))) {
    if (!facts.exports.some(({ name }) => name === 'default'))
      facts.exports.push({ name: 'default', binding: null, line });
    return;
  }
  const binding = bindingOfExpression(text, value);
  if (binding?.to === 'SYMBOL') markExported(text, binding.symbol);
  facts.exports.push({ name: 'default', binding: binding?.to === 'NAME' ? null : binding, line });
}

function readReexport(text: EcmascriptText, node: number, source: number, clause: number): void {
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
