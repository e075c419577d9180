import { readSyntax } from '../syntax/read-syntax.ts';
import { letterFacts } from './memory-letter.ts';
import { linePieces, markdownPieces } from './line-pieces.ts';
import { redact } from '../secrets/redact.ts';
import { entriesOf, type Piece, type SplitEntry } from './split-entry.ts';
import { isStructured, structurePieces } from './structure-pieces.ts';
import { syntaxPieces } from './syntax-pieces.ts';

const scripted = new Set(['html', 'svelte', 'vue']);

/** A text to be split. */
export interface SplitInput {
  readonly text: string;
  readonly dialect: string;
  /** Without a grammar: what is done with a text that no grammar survives. */
  readonly byLines?: boolean;
  /** How long a grammar may take; what it has not read by then is read by lines. */
  readonly parseMs?: number | undefined;
}

/** Splits one text. A grammar that fails, or a file too large for it, is no reason to lose a line. */
export async function splitText(input: SplitInput): Promise<SplitEntry[]> {
  const { dialect } = input;
  if (dialect === 'none') return [];
  // Masked whole: a key that a cut runs through would be known by its first half only, and the rest kept.
  const { text } = redact(input.text);
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (dialect === 'markdown') return entriesOf(lines, markdownPieces(lines), 'DOC');
  const [kind, day] = dialect.split(':', 2);
  if (kind === 'letter') {
    const facts = letterFacts(text, day);
    return entriesOf(lines, markdownPieces(lines), 'LETTER').map((entry) => ({ ...entry, ...facts }));
  }
  const pieces = input.byLines === true ? null : await parsedPieces(lines, dialect, input.parseMs);
  return entriesOf(lines, pieces ?? linePieces(lines, dialect), 'CODE');
}

async function parsedPieces(
  lines: readonly string[],
  dialect: string,
  parseMs: number | undefined,
): Promise<Piece[] | null> {
  const pieces = await readSyntax({ text: lines.join('\n'), dialect, parseMs }, (root) =>
    isStructured(dialect) ? structurePieces(root, lines, dialect) : syntaxPieces(root, lines),
  );
  if (pieces === null || !scripted.has(dialect)) return pieces;
  const parts: Piece[] = [];
  for (const run of scriptsJoined(pieces)) parts.push(...(await scriptPieces(run, lines, parseMs)));
  return parts;
}

/** One script may have been cut into several pieces already; it is parsed whole. */
function scriptsJoined(pieces: readonly Piece[]): Piece[] {
  const runs: Piece[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    const goesOn = last?.symbol === piece.symbol && isScript(piece);
    if (goesOn) runs[runs.length - 1] = { ...piece, from: last.from };
    else runs.push(piece);
  }
  return runs;
}

/** A script inside of a page is code, and is cut as code. */
async function scriptPieces(
  run: Piece,
  lines: readonly string[],
  parseMs: number | undefined,
): Promise<Piece[]> {
  if (!isScript(run)) return [run];
  // The tags stay where they are, as blanks, so that every line keeps its number.
  const code = lines.slice(run.from, run.to + 1).map((line) => line.replace(/<\/?script\b[^>]*>/gi, ''));
  const pieces = (await parsedPieces(code, 'typescript', parseMs)) ?? linePieces(code, 'typescript');
  return pieces.map(({ from, to, symbol, parents }) => ({
    from: run.from + from,
    to: run.from + to,
    symbol: symbol ?? run.symbol,
    parents: symbol === null ? run.parents : [...run.parents, 'script', ...parents],
  }));
}

const isScript = ({ symbol }: Piece): boolean => /^script(#|$)/.test(symbol ?? '');
