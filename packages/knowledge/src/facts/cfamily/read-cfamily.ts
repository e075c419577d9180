import type { FileFacts, ReferenceKind } from '../file-facts.ts';
import type { FlatTree } from '../flat-tree.ts';
import { addReference, openText, type LanguageText } from '../language-text.ts';
import { declareAll } from './declare.ts';
import { lastOfPath } from './declarators.ts';
import { basesOf, bindingOfExpression, typeOfSymbol } from './types.ts';

/** Reads the facts of a C or C++ text. */
export function readCFamily(tree: FlatTree): FileFacts {
  const text = openText(tree);
  const { facts } = text;
  declareAll(text);
  for (const [symbol, fact] of facts.symbols.entries()) {
    if (fact.kind === 'CLASS') fact.bases = basesOf(text, symbol);
    fact.type = typeOfSymbol(text, symbol);
    // An included text is part of the one that includes it: `static` hides nothing there.
    if (fact.parent === null && fact.kind !== 'METHOD')
      facts.exports.push({ name: fact.name, binding: { to: 'SYMBOL', symbol }, line: fact.line });
  }
  for (let node = 0; node < tree.count; node += 1) if (text.declaring[node] !== 1) readReference(text, node);
  return facts.build((type) => type === 'comment');
}

function readReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'identifier':
    case 'type_identifier':
      return readName(text, node);
    case 'qualified_identifier': {
      if (tree.type(tree.parent(node)) === 'qualified_identifier') return;
      const binding = bindingOfExpression(text, node);
      const last = lastOfPath(tree, node);
      if (binding !== null && text.declaring[last] !== 1)
        addReference(text, last, { binding, kind: kindOf(text, node) });
      return;
    }
    case 'field_expression': {
      const binding = bindingOfExpression(text, node);
      const kind = kindOf(text, node);
      if (binding === null || (binding.to === 'NAME' && kind !== 'CALL')) return;
      addReference(text, tree.child(node, 'field'), { binding, kind });
    }
  }
}

/** Names that other nodes account for. */
const elsewhere = /^(qualified_identifier|labeled_statement|goto_statement|preproc_\w*def|preproc_params)$/;

function readName(text: LanguageText, node: number): void {
  const { tree, symbols } = text.facts;
  if (elsewhere.test(tree.type(tree.parent(node)))) return;
  const binding = bindingOfExpression(text, node);
  if (binding === null) return;
  const own = binding.to === 'SYMBOL' ? symbols[binding.symbol] : undefined;
  if (own !== undefined && own.line === tree.line(node) && tree.field(node) === 'declarator') return;
  addReference(text, node, { binding, kind: kindOf(text, node) });
}

function kindOf(text: LanguageText, node: number): ReferenceKind {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  switch (tree.type(parent)) {
    case 'call_expression':
      return tree.field(node) === 'function' ? 'CALL' : 'READ';
    case 'new_expression':
      return tree.field(node) === 'type' ? 'CALL' : 'READ';
    case 'template_function':
      return 'CALL';
    case 'base_class_clause':
      return 'EXTENDS';
    default:
      return tree.type(node) === 'type_identifier' || tree.field(node) === 'type' ? 'TYPE' : 'READ';
  }
}
