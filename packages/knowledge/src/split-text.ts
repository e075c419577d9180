import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { letterFacts } from './letter.ts';
import { linePieces, markdownPieces } from './line-pieces.ts';
import { redact } from './redact.ts';
import { entriesOf, type SplitEntry } from './split-entry.ts';
import { syntaxPieces } from './syntax-pieces.ts';

const grammars: Record<string, string> = {
  typescript: 'typescript',
  tsx: 'tsx',
  javascript: 'tsx',
  python: 'python',
  go: 'go',
  rust: 'rust',
  java: 'java',
  c: 'cpp',
  cpp: 'cpp',
  csharp: 'c-sharp',
  ruby: 'ruby',
  php: 'php',
  bash: 'bash',
  css: 'css',
  scss: 'css',
  powershell: 'powershell',
};
const documents = new Set(['markdown', 'letter']);
/** A parser's tree takes some forty times the text; larger files are read by lines. */
const LARGEST_PARSED = 1_500_000;

const folder = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm/package.json'));
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
    parser === null ? linePieces(lines, dialect) : parsedPieces(parser, lines, dialect),
    'CODE',
  );
}

function parsedPieces(parser: Parser, lines: readonly string[], dialect: string) {
  try {
    const tree = parser.parse(lines.join('\n'));
    if (tree === null) return linePieces(lines, dialect);
    try {
      return syntaxPieces(tree.rootNode, lines);
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
  const language = await Language.load(
    new Uint8Array(await readFile(join(folder, 'wasm', `tree-sitter-${grammar}.wasm`))),
  );
  return new Parser().setLanguage(language);
}
