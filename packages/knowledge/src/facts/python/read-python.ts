import { FactsBuilder } from '../facts-builder.ts';
import type { FileFacts, ReferenceKind, TypeRef } from '../file-facts.ts';
import type { FlatTree } from '../flat-tree.ts';
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
  add(text, node, withinModule(text, binding), kindOf(text, node));
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
  add(text, name, within, kind);
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

const disabled = /#\s*(?:noqa|type:\s*ignore|pylint:\s*disable|pragma:\s*no cover)/;

function readFinding(text: PythonText, node: number): void {
  const { tree } = text.facts;
  const rule = ruleOf(text, node);
  if (rule === null) return;
  const inside = text.inside[node] ?? -1;
  text.facts.findings.push({
    rule,
    startLine: tree.line(node),
    endLine: tree.endLine(node),
    inside: inside < 0 ? null : inside,
  });
}

function ruleOf(text: PythonText, node: number): string | null {
  const { tree } = text.facts;
  const type = tree.type(node);
  if (type === 'comment') return disabled.test(tree.text(node)) ? 'disabled-check' : null;
  if (type === 'except_clause') {
    const block = tree.childOfType(node, 'block');
    const parts = block < 0 ? [] : [...tree.children(block)].filter((each) => tree.type(each) !== 'comment');
    const [only] = parts;
    return parts.length === 1 && only !== undefined && tree.type(only) === 'pass_statement'
      ? 'swallowed-error'
      : null;
  }
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

function add(
  text: PythonText,
  node: number,
  binding: Parameters<PythonText['facts']['reference']>[0]['binding'],
  kind: ReferenceKind,
): void {
  const { facts, inside } = text;
  const at = inside[node] ?? -1;
  facts.reference({ binding, kind, line: facts.tree.line(node), inside: at < 0 ? null : at });
}
