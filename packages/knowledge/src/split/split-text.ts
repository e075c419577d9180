import { redact } from '../secrets/redact.ts';
import { readSyntax } from '../syntax/read-syntax.ts';
import { grammarText } from './grammar-text.ts';
import { entriesOf } from './entries-of.ts';
import { lineOutline } from './line-outline.ts';
import { markdownOutline } from './markdown-outline.ts';
import { letterFacts } from './memory-letter.ts';
import type { Outline } from './piece.ts';
import { rstOutline } from './rst-outline.ts';
import { withScripts } from './script-outline.ts';
import type { SplitEntry } from './split-entry.ts';
import { isStructured, structureOutline } from './structure-outline.ts';
import { syntaxOutline } from './syntax-outline.ts';

const scripted = new Set(['html', 'svelte', 'vue']);

/** A text to be split. */
export interface SplitInput {
  readonly text: string;
  readonly dialect: string;
  /** Without a grammar: for a text on which a grammar hung or a thread died. */
  readonly byLines?: boolean;
  /** The time that a grammar may take; a text that it has not parsed by then is split by its lines. */
  /** Reads the facts of the text instead of splitting it. */
  readonly factsOnly?: boolean;
  readonly parseMs?: number | undefined;
}

/** Splits one text. Where a grammar fails, or the file is too large for it, the text is split by its lines. */
export async function splitText(input: SplitInput): Promise<SplitEntry[]> {
  const { dialect } = input;
  if (dialect === 'none') return [];
  // Redacted whole: the parts of a key that a cut runs through would not be recognised.
  const { text } = redact(input.text);
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (dialect === 'markdown') return entriesOf(lines, markdownOutline(lines), 'DOC');
  if (dialect === 'rst') return entriesOf(lines, rstOutline(lines), 'DOC');
  const [kind, day] = dialect.split(':', 2);
  if (kind === 'letter') {
    const facts = letterFacts(text, day);
    return entriesOf(lines, markdownOutline(lines), 'LETTER').map((entry) => ({ ...entry, ...facts }));
  }
  const outline = input.byLines === true ? null : await parsedOutline(lines, dialect, input.parseMs);
  return entriesOf(lines, outline ?? lineOutline(lines, dialect), 'CODE');
}

/** The outline of a file with a grammar; null where there is none, or where it fails. */
async function parsedOutline(
  lines: readonly string[],
  dialect: string,
  parseMs: number | undefined,
): Promise<Outline | null> {
  const outline = await readSyntax({ ...grammarText(lines, dialect), parseMs }, (root) =>
    isStructured(dialect) ? structureOutline(root, lines, dialect) : syntaxOutline(root, lines),
  );
  if (outline === null || !scripted.has(dialect)) return outline;
  return withScripts(
    lines,
    outline,
    async (code) => (await parsedOutline(code, 'typescript', parseMs)) ?? lineOutline(code, 'typescript'),
  );
}
