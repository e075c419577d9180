import type { Binding, FileFacts, ReferenceKind, TypeRef } from '../file-facts.ts';
import { isExpectedLoss } from '../expected-loss.ts';
import type { FlatTree } from '../flat-tree.ts';
import { addFinding, addReference, openText, type LanguageText } from '../language-text.ts';
import { declareAll } from './declare.ts';
import { bindingOfCall, constantType, typeOfField } from './types.ts';

/** Reads the facts of a Ruby text. */
export function readRuby(tree: FlatTree): FileFacts {
  const text = openText(tree);
  const { facts } = text;
  declareAll(text);
  for (const [symbol, fact] of facts.symbols.entries()) {
    if (fact.parent === null)
      facts.exports.push({ name: fact.name, binding: { to: 'SYMBOL', symbol }, line: fact.line });
    if (fact.kind === 'CLASS' || fact.kind === 'MODULE') fact.bases = basesOf(text, symbol);
    if (fact.kind === 'FIELD') fact.type = typeOfField(text, symbol);
  }
  for (let node = 0; node < tree.count; node += 1) {
    if (text.declaring[node] !== 1) readReference(text, node);
    readFinding(text, node);
  }
  return facts.build((type) => type === 'comment');
}

/** The class above, and the modules that are mixed in. */
function basesOf(text: LanguageText, symbol: number): TypeRef[] {
  const { tree } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  if (node < 0) return [];
  const above = tree.child(node, 'superclass');
  const body = tree.child(node, 'body');
  const mixed = body < 0 ? [] : [...tree.children(body)].filter((each) => isMixin(text, each));
  const lists = mixed.flatMap((call) => [...tree.children(tree.child(call, 'arguments'))]);
  return [...(above < 0 ? [] : tree.children(above)), ...lists].flatMap(
    (each) => constantType(text, each) ?? [],
  );
}

function isMixin(text: LanguageText, node: number): boolean {
  const { tree } = text.facts;
  return (
    tree.type(node) === 'call' &&
    tree.child(node, 'arguments') >= 0 &&
    /^(?:include|extend|prepend)$/.test(tree.text(tree.child(node, 'method')))
  );
}

function readReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  switch (tree.type(node)) {
    case 'constant':
      if (tree.type(parent) === 'scope_resolution') return;
      return readConstant(text, node);
    case 'scope_resolution':
      if (tree.type(parent) === 'scope_resolution') return;
      return readConstant(text, node);
    case 'call': {
      const binding = bindingOfCall(text, node);
      if (binding !== null) addReference(text, tree.child(node, 'method'), { binding, kind: 'CALL' });
      return;
    }
    case 'identifier': {
      // A name by itself is a local variable or a call without arguments.
      if (tree.type(parent) === 'call' && tree.field(node) === 'method') return;
      const binding = bindingOfCall(text, node);
      if (binding !== null) addReference(text, node, { binding, kind: 'CALL' });
    }
  }
}

function readConstant(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const type = constantType(text, node);
  const binding: Binding | null =
    type?.of === 'SYMBOL'
      ? { to: 'SYMBOL', symbol: type.symbol }
      : type?.of === 'IMPORT'
        ? { to: 'IMPORT', import: type.import, name: type.name, path: type.path }
        : null;
  if (binding !== null) addReference(text, tree.last(node), { binding, kind: kindOf(text, node) });
}

function kindOf(text: LanguageText, node: number): ReferenceKind {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  if (tree.type(parent) === 'superclass') return 'EXTENDS';
  if (tree.type(parent) === 'argument_list' && isMixin(text, tree.parent(parent))) return 'EXTENDS';
  const isMade = tree.type(parent) === 'call' && tree.text(tree.child(parent, 'method')) === 'new';
  return isMade && tree.field(node) === 'receiver' ? 'CALL' : 'READ';
}

/** `rescue` of any error without a body. A named one is expected, as the file that is not there is for `LoadError`. */
function isSwallowed(text: LanguageText, node: number): boolean {
  const { tree } = text.facts;
  const errors = tree.child(node, 'exceptions');
  const isBroad = errors < 0 || /^(?:::)?(?:StandardError|Exception)$/.test(tree.text(errors).trim());
  return isBroad && tree.child(node, 'body') < 0 && !isExpectedLoss(text, node);
}

function readFinding(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'comment':
      if (/rubocop:\s*(?:disable|todo)\s+all\b/.test(tree.text(node).slice(0, 400)))
        addFinding(text, node, 'disabled-check');
      return;
    case 'rescue':
      if (tree.last(node) !== node && isSwallowed(text, node)) addFinding(text, node, 'swallowed-error');
  }
}
