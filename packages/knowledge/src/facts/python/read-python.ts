import { isExpectedLoss } from '../expected-loss.ts';
import { FactsBuilder } from '../facts-builder.ts';
import type { FileFacts, ReferenceKind, TypeRef } from '../file-facts.ts';
import type { FlatTree } from '../flat-tree.ts';
import { addFinding, addReference } from '../language-text.ts';
import { Scopes } from '../scopes.ts';
import { declareAll } from './declare.ts';
import { readExports } from './modules.ts';
import { builtIn, type PythonText } from './python-text.ts';
import { bindingOfExpression, typeOfAnnotation, typeOfSymbol, withinModule } from './types.ts';

/** Reads the facts of a Python text. */
export function readPython(tree: FlatTree): FileFacts {
  const facts = new FactsBuilder(tree);
  const text: PythonText = {
    facts,
    scopes: new Scopes(tree.count),
    inside: new Int32Array(tree.count).fill(-1),
    definedAt: [],
    declaring: new Uint8Array(tree.count),
    members: new Map(),
    values: new Map(),
    types: new Map(),
    stated: new Set(),
    following: new Set(),
    dotted: new Map(),
  };
  declareAll(text);
  readExports(text);
  for (const [symbol, fact] of facts.symbols.entries())
    if (fact.kind === 'CLASS') fact.bases = basesOf(text, symbol);
  for (const [symbol, fact] of facts.symbols.entries()) fact.type = typeOfSymbol(text, symbol);
  for (let node = 0; node < tree.count; node += 1) {
    if (tree.type(node) === 'identifier') readName(text, node);
    else if (tree.type(node) === 'attribute') readMember(text, node);
    readFinding(text, node);
  }
  return facts.build((type) => type === 'comment');
}

function basesOf(text: PythonText, symbol: number): TypeRef[] {
  const { tree } = text.facts;
  const list = tree.child(text.definedAt[symbol] ?? -1, 'superclasses');
  if (list < 0) return [];
  return [...tree.children(list)]
    .filter((each) => /^(identifier|attribute|subscript)$/.test(tree.type(each)))
    .flatMap((each) => typeOfAnnotation(text, each) ?? []);
}

function readName(text: PythonText, node: number): void {
  const { tree } = text.facts;
  const name = tree.text(node);
  if (text.declaring[node] === 1 || builtIn.has(name)) return;
  const parent = tree.parent(node);
  const parentType = tree.type(parent);
  if (parentType === 'attribute' && tree.field(node) === 'attribute') return;
  if (parentType === 'keyword_argument' && tree.field(node) === 'name') return;
  if (/^(global|nonlocal)_statement$/.test(parentType)) return;
  const binding = bindingOfExpression(text, node);
  if (binding === null) return;
  const isWildcard = text.facts.imports.some((each) => each.isWildcard);
  if (binding.to === 'NAME' && !isWildcard) return;
  addReference(text, node, { binding: withinModule(text, binding), kind: kindOf(text, node) });
}

function readMember(text: PythonText, node: number): void {
  const { tree } = text.facts;
  const name = tree.child(node, 'attribute');
  if (text.declaring[name] === 1) return;
  const binding = bindingOfExpression(text, node);
  const kind = kindOf(text, node);
  if (binding === null || (binding.to === 'NAME' && kind !== 'CALL')) return;
  // A shorter chain of `import a.b.c` is part of the way to the module and refers to nothing by itself.
  const within = withinModule(text, binding);
  if (within.to === 'NAME' && binding.to === 'IMPORT') return;
  addReference(text, name, { binding: within, kind });
}

function kindOf(text: PythonText, node: number): ReferenceKind {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  const parentType = tree.type(parent);
  if (parentType === 'call' && tree.field(node) === 'function') return 'CALL';
  if (parentType === 'decorator') return 'CALL';
  if (parentType === 'argument_list' && tree.field(parent) === 'superclasses') return 'EXTENDS';
  for (let at = parent, depth = 0; at >= 0 && depth < 6; at = tree.parent(at), depth += 1) {
    if (tree.type(at) === 'type') return 'TYPE';
    if (/^(block|call|argument_list|module)$/.test(tree.type(at))) break;
  }
  return 'READ';
}

// One named check for one line is a decision; all checks at once, or one for the whole file, hide what comes later.
const disabled =
  /(?:^|\s)#\s*(?:noqa(?!\s*:)|type:\s*ignore(?!\s*\[)|(?:flake8|ruff):\s*noqa|pylint:\s*(?:skip-file|disable=all))/;

function readFinding(text: PythonText, node: number): void {
  const rule = ruleOf(text, node);
  if (rule !== null) addFinding(text, node, rule);
}

/** `except Exception: pass`. A single named exception is expected, and a comment gives the reason. */
function isSwallowed(text: PythonText, node: number): boolean {
  const { tree } = text.facts;
  const block = tree.childOfType(node, 'block');
  const parts = block < 0 ? [] : [...tree.children(block)];
  const [only] = parts;
  const isBroad = /^except\s*(?::|\(?(?:Base)?Exception\b)/.test(tree.text(node).slice(0, 80));
  if (!isBroad || tree.text(node).includes('#') || parts.length !== 1 || only === undefined) return false;
  return tree.type(only) === 'pass_statement' && !isExpectedLoss(text, node);
}

function ruleOf(text: PythonText, node: number): string | null {
  const { tree } = text.facts;
  const type = tree.type(node);
  if (type === 'comment') return disabled.test(tree.text(node)) ? 'disabled-check' : null;
  if (type === 'except_clause') return isSwallowed(text, node) ? 'swallowed-error' : null;
  if (
    type !== 'call' ||
    !/^(?:eval|exec|os\.system|os\.popen)$/.test(tree.text(tree.child(node, 'function')))
  )
    return null;
  const first = [...tree.children(tree.child(node, 'arguments'))].find((each) =>
    /^[a-z]/.test(tree.type(each)),
  );
  if (first === undefined) return null;
  const isMade =
    /^(binary_operator|identifier|call|attribute)$/.test(tree.type(first)) ||
    /^[a-z]*f/i.test(tree.text(first));
  return isMade && tree.type(first) !== 'comment' ? 'code-from-text' : null;
}
