import type { Tree } from 'web-tree-sitter';
import { readCFamily } from './cfamily/read-cfamily.ts';
import { readCsharp } from './csharp/read-csharp.ts';
import { readEcmascript } from './ecmascript/read-ecmascript.ts';
import type { FileFacts } from './file-facts.ts';
import { FlatTree } from './flat-tree.ts';
import { readGo } from './go/read-go.ts';
import { readJava } from './java/read-java.ts';
import { readPhp } from './php/read-php.ts';
import { readPython } from './python/read-python.ts';
import { readRuby } from './ruby/read-ruby.ts';
import { readRust } from './rust/read-rust.ts';

type Reader = (tree: FlatTree) => FileFacts;

/** The reader of each dialect. A dialect without one has symbols only, from the splitter's definitions. */
const readers: Readonly<Record<string, Reader>> = {
  typescript: readEcmascript,
  tsx: readEcmascript,
  javascript: readEcmascript,
  python: readPython,
  go: readGo,
  rust: readRust,
  java: readJava,
  c: readCFamily,
  cpp: readCFamily,
  csharp: readCsharp,
  php: readPhp,
  ruby: readRuby,
};

/** Whether texts of a dialect have facts. Those of a component come from its scripts and its markup. */
export const hasFacts = (dialect: string): boolean => dialect === 'svelte' || readers[dialect] !== undefined;

/** Reads the facts of a text from its syntax tree; null where its dialect has no reader. */
export function readFacts(tree: Tree, source: string, dialect: string): FileFacts | null {
  const reader = readers[dialect];
  if (reader === undefined) return null;
  const flat = new FlatTree(tree, source);
  const facts = reader(flat);
  return tree.rootNode.hasError || flat.isCut ? { ...facts, isPartial: true } : facts;
}
