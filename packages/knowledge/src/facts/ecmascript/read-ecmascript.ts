import { FactsBuilder } from '../facts-builder.ts';
import type { FileFacts, TypeRef } from '../file-facts.ts';
import type { FlatTree } from '../flat-tree.ts';
import { Scopes } from '../scopes.ts';
import { declareAll } from './declare.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { readFindings } from './findings.ts';
import { loneImports, readExports } from './modules.ts';
import { readReferences } from './references.ts';
import { typeOfAnnotation, typeOfExpression, typeOfSymbol } from './types.ts';

/** Reads the facts of a JavaScript or TypeScript text. */
export function readEcmascript(tree: FlatTree): FileFacts {
  const facts = new FactsBuilder(tree);
  const text: EcmascriptText = {
    facts,
    scopes: new Scopes(tree.count),
    inside: new Int32Array(tree.count).fill(-1),
    definedAt: [],
    declaring: new Uint8Array(tree.count),
    members: new Map(),
    following: new Set(),
  };
  declareAll(text);
  loneImports(text);
  for (const [symbol, fact] of facts.symbols.entries()) fact.bases = basesOf(text, symbol);
  for (const [symbol, fact] of facts.symbols.entries()) fact.type = typeOfSymbol(text, symbol);
  readExports(text);
  readReferences(text);
  readFindings(text);
  return facts.build((type) => type === 'comment' || type === 'hash_bang_line');
}

function basesOf(text: EcmascriptText, symbol: number): TypeRef[] {
  const { tree } = text.facts;
  let node = text.definedAt[symbol] ?? -1;
  const value = tree.child(node, 'value');
  if (value >= 0 && tree.type(value) === 'class') node = value;
  const found: TypeRef[] = [];
  for (const clause of tree.children(node)) {
    if (tree.type(clause) !== 'class_heritage' && tree.type(clause) !== 'extends_type_clause') continue;
    const parts = [...tree.children(clause)].flatMap((part) =>
      /^(extends|implements)_clause$/.test(tree.type(part)) ? [...tree.children(part)] : [part],
    );
    for (const part of parts) {
      const type = baseOf(text, part);
      if (type !== null) found.push(type);
    }
  }
  return found;
}

function baseOf(text: EcmascriptText, node: number): TypeRef | null {
  switch (text.facts.tree.type(node)) {
    case 'identifier': {
      // The constructor of `new Base()` and the name after `extends` mean the same.
      return typeOfAnnotation(text, node);
    }
    case 'member_expression':
      return typeOfExpression(text, node);
    case 'type_identifier':
    case 'generic_type':
    case 'nested_type_identifier':
      return typeOfAnnotation(text, node);
    default:
      return null;
  }
}
