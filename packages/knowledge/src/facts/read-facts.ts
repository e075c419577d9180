import type { Tree } from 'web-tree-sitter';
import { readEcmascript } from './ecmascript/read-ecmascript.ts';
import type { FileFacts } from './file-facts.ts';
import { FlatTree } from './flat-tree.ts';
import { readPython } from './python/read-python.ts';

type Reader = (tree: FlatTree) => FileFacts;

/** The reader of each dialect. A dialect without one has symbols only, from the splitter's definitions. */
const readers: Readonly<Record<string, Reader>> = {
  typescript: readEcmascript,
  tsx: readEcmascript,
  javascript: readEcmascript,
  python: readPython,
};

/** Whether texts of a dialect have facts. */
export const hasFacts = (dialect: string): boolean => readers[dialect] !== undefined;

/** Reads the facts of a text from its syntax tree; null where its dialect has no reader. */
export function readFacts(tree: Tree, source: string, dialect: string): FileFacts | null {
  const reader = readers[dialect];
  if (reader === undefined) return null;
  const facts = reader(new FlatTree(tree, source));
  return tree.rootNode.hasError ? { ...facts, isPartial: true } : facts;
}
