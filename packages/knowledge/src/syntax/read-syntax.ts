import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Language, Parser, type Tree } from 'web-tree-sitter';

const bundled = (name: string) => `@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`;
/** The grammar of each dialect. Only grammars that ship as WebAssembly are used: nothing is built on a user's machine. */
const grammars: Record<string, string> = {
  typescript: bundled('typescript'),
  tsx: bundled('tsx'),
  javascript: bundled('tsx'),
  python: bundled('python'),
  go: bundled('go'),
  rust: bundled('rust'),
  java: bundled('java'),
  c: 'tree-sitter-c/tree-sitter-c.wasm',
  cpp: bundled('cpp'),
  csharp: bundled('c-sharp'),
  ruby: bundled('ruby'),
  php: bundled('php'),
  bash: bundled('bash'),
  css: bundled('css'),
  scss: bundled('css'),
  powershell: bundled('powershell'),
  html: 'tree-sitter-html/tree-sitter-html.wasm',
  vue: 'tree-sitter-html/tree-sitter-html.wasm',
  svelte: '@tree-sitter-grammars/tree-sitter-svelte/tree-sitter-svelte.wasm',
  json: 'tree-sitter-json/tree-sitter-json.wasm',
  yaml: '@tree-sitter-grammars/tree-sitter-yaml/tree-sitter-yaml.wasm',
  toml: '@tree-sitter-grammars/tree-sitter-toml/tree-sitter-toml.wasm',
};
/** A syntax tree takes some forty times the memory of its text; larger files are split by their lines. */
const LARGEST_PARSED = 1_500_000;
/** No ordinary text takes a grammar this long. */
const PARSE_MS = 5000;
/** The memory that all grammars of a thread may use together, in pages of 64 KiB: some texts would use all there is. */
const MOST_PAGES = 8192;
const WORN_PAGES = 4096;

// Node has this global, but its types lack it.
declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

const { resolve } = createRequire(import.meta.url);
const loaded = new Map<string, Promise<Parser | null>>();
const memory = new WebAssembly.Memory({ initial: 512, maximum: MOST_PAGES });
let isBroken = false;

/**
 * Reads something from the syntax tree of a text by two readers. Null where there is no grammar for it, where the grammar fails, or
 * where it takes too long. Where the second reader fails, all that the first one read stays.
 */
export function readTwice<First, Second>(
  input: { text: string; dialect: string; parseMs?: number | undefined },
  first: (tree: Tree) => First,
  second: (tree: Tree) => Second,
): Promise<{ readonly first: First; readonly second: Second | null } | null> {
  return readTree(input, (tree) => {
    const found = first(tree);
    try {
      return { first: found, second: second(tree) };
    } catch {
      isBroken = true;
      return { first: found, second: null };
    }
  });
}

/** The same by one reader. */
export async function readTree<T>(
  { text, dialect, parseMs = PARSE_MS }: { text: string; dialect: string; parseMs?: number | undefined },
  read: (tree: Tree) => T,
): Promise<T | null> {
  const grammar = grammars[dialect];
  if (grammar === undefined || text.length > LARGEST_PARSED || isBroken) return null;
  const parser = await parserOf(grammar);
  if (parser === null) return null;
  const until = threadMs() + parseMs;
  try {
    const tree = parser.parse(text, null, { progressCallback: () => threadMs() > until });
    if (tree === null) {
      // Otherwise it would continue with this text, whatever it is given next.
      parser.reset();
      return null;
    }
    const found = read(tree);
    tree.delete();
    return found;
  } catch {
    // All grammars share one memory, which this one may have left in any state.
    isBroken = true;
    return null;
  }
}

/** The time that this thread has computed: one that gives way to others may wait for much longer. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Whether a grammar has failed in this thread, or its memory has grown, which never shrinks: a new thread does better. */
export function isWorn(): boolean {
  return isBroken || memory.buffer.byteLength > WORN_PAGES * 65_536;
}

function parserOf(grammar: string): Promise<Parser | null> {
  let parser = loaded.get(grammar);
  if (parser === undefined) {
    parser = load(grammar).catch(() => null);
    loaded.set(grammar, parser);
  }
  return parser;
}

async function load(grammar: string): Promise<Parser> {
  await Parser.init({ wasmMemory: memory, print: () => undefined, printErr: () => undefined });
  const language = await Language.load(new Uint8Array(await readFile(fileOf(grammar))));
  return new Parser().setLanguage(language);
}

/** Some packages export no file except package.json, so the folder is found by that. */
function fileOf(grammar: string): string {
  const parts = grammar.split('/');
  const name = parts.slice(0, grammar.startsWith('@') ? 2 : 1);
  return join(dirname(resolve(`${name.join('/')}/package.json`)), ...parts.slice(name.length));
}
