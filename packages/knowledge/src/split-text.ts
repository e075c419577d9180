import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { letterFacts } from './letter.ts';
import { linePieces, markdownPieces } from './line-pieces.ts';
import { redact } from './redact.ts';
import { entriesOf, type Piece, type SplitEntry } from './split-entry.ts';
import { isStructured, structurePieces } from './structure-pieces.ts';
import { syntaxPieces } from './syntax-pieces.ts';

const bundled = (name: string) => `@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`;
/** Where each dialect's grammar lies. Only those that ship as WebAssembly are used: nothing is built on a user's machine. */
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
  svelte: '@tree-sitter-grammars/tree-sitter-svelte/tree-sitter-svelte.wasm',
  json: 'tree-sitter-json/tree-sitter-json.wasm',
  yaml: '@tree-sitter-grammars/tree-sitter-yaml/tree-sitter-yaml.wasm',
  toml: '@tree-sitter-grammars/tree-sitter-toml/tree-sitter-toml.wasm',
};
const scripted = new Set(['html', 'svelte', 'vue']);
const documents = new Set(['markdown', 'letter']);
/** A parser's tree takes some forty times the text; larger files are read by lines. */
const LARGEST_PARSED = 1_500_000;

const { resolve } = createRequire(import.meta.url);
const loaded = new Map<string, Promise<Parser | null>>();

/** Splits one text. A grammar that fails, or a file too large for it, is no reason to lose a line. */
export async function splitText({
  text: given,
  dialect,
}: {
  text: string;
  dialect: string;
}): Promise<SplitEntry[]> {
  if (dialect === 'none') return [];
  // Masked whole: a key that a cut runs through would be known by its first half only, and the rest kept.
  const { text } = redact(given);
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (documents.has(dialect)) {
    const kind = dialect === 'letter' ? 'LETTER' : 'DOC';
    const facts = dialect === 'letter' ? letterFacts(text) : {};
    return entriesOf(lines, markdownPieces(lines), kind).map((entry) => ({ ...entry, ...facts }));
  }
  const grammar = grammars[dialect];
  const parser = grammar === undefined || text.length > LARGEST_PARSED ? null : await parserOf(grammar);
  return entriesOf(
    lines,
    parser === null
      ? linePieces(lines, dialect)
      : scripted.has(dialect)
        ? withScripts(await parserOf(bundled('typescript')), lines, parsedPieces(parser, lines, dialect))
        : parsedPieces(parser, lines, dialect),
    'CODE',
  );
}

/** A script inside of a page is code, and is cut as code. */
function withScripts(parser: Parser | null, lines: readonly string[], pieces: readonly Piece[]): Piece[] {
  // One script may have been cut into several pieces already; it is parsed whole.
  const runs: Piece[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    const goesOn = last?.symbol === piece.symbol && isScript(piece);
    if (goesOn) runs[runs.length - 1] = { ...piece, from: last.from };
    else runs.push(piece);
  }
  return runs.flatMap((run) => {
    if (parser === null || !isScript(run)) return [run];
    // The tags stay where they are, as blanks, so that every line keeps its number.
    const code = lines.slice(run.from, run.to + 1).map((line) => line.replace(/<\/?script\b[^>]*>/gi, ''));
    return parsedPieces(parser, code, 'typescript').map(({ from, to, symbol, parents }) => ({
      from: run.from + from,
      to: run.from + to,
      symbol: symbol ?? run.symbol,
      parents: symbol === null ? run.parents : [...run.parents, 'script', ...parents],
    }));
  });
}

const isScript = ({ symbol }: Piece): boolean => /^script(#|$)/.test(symbol ?? '');

function parsedPieces(parser: Parser, lines: readonly string[], dialect: string) {
  try {
    const tree = parser.parse(lines.join('\n'));
    if (tree === null) return linePieces(lines, dialect);
    try {
      return isStructured(dialect)
        ? structurePieces(tree.rootNode, lines, dialect)
        : syntaxPieces(tree.rootNode, lines);
    } finally {
      tree.delete();
    }
  } catch {
    return linePieces(lines, dialect);
  }
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
  await Parser.init();
  const language = await Language.load(new Uint8Array(await readFile(fileOf(grammar))));
  return new Parser().setLanguage(language);
}

/** Some packages offer no file but their description to be resolved, so the folder is found by that. */
function fileOf(grammar: string): string {
  const parts = grammar.split('/');
  const name = parts.slice(0, grammar.startsWith('@') ? 2 : 1);
  return join(dirname(resolve(`${name.join('/')}/package.json`)), ...parts.slice(name.length));
}
