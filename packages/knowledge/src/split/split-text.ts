import type { FileFacts } from '../facts/file-facts.ts';
import { factsOfText } from '../facts/facts-of-text.ts';
import { hasFacts, readFacts } from '../facts/read-facts.ts';
import { redact } from '../secrets/redact.ts';
import { readTwice } from '../syntax/read-syntax.ts';
import { entriesOf } from './entries-of.ts';
import { grammarText } from './grammar-text.ts';
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
  /** The passages of the text, its facts, or both of them from one syntax tree; passages alone if omitted. */
  readonly wanted?: 'FACTS' | 'BOTH';
  /** The time that a grammar may take; a text that it has not parsed by then is split by its lines. */
  readonly parseMs?: number | undefined;
}

/** The entries of a text and its facts, as far as they were asked for. */
export interface SplitResult {
  readonly entries: SplitEntry[];
  readonly facts: FileFacts | null;
}

/** Splits one text. Where a grammar fails, or the file is too large for it, the text is split by its lines. */
export async function splitText(input: SplitInput): Promise<SplitEntry[]> {
  return (await splitWithFacts(input)).entries;
}

/** Splits one text, and reads its facts from the same tree if they are wanted. */
export async function splitWithFacts(input: SplitInput): Promise<SplitResult> {
  const { dialect, parseMs, wanted } = input;
  if (dialect === 'none') return { entries: [], facts: null };
  // Redacted whole: the parts of a key that a cut runs through would not be recognised, and a signature holds default values.
  const { text } = redact(input.text);
  const isParsed = input.byLines !== true;
  const areWanted = isParsed && wanted !== undefined && hasFacts(dialect);
  const factsAlone = async () => (areWanted ? factsOfText({ text, dialect, parseMs }) : null);
  if (wanted === 'FACTS') return { entries: [], facts: await factsAlone() };
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const document = documentEntries(dialect, text, lines);
  if (document !== null) return { entries: document, facts: null };
  const given = isParsed ? grammarText(lines, dialect) : null;
  const areShared = areWanted && given === null && isReadAsItIs(text, dialect);
  const parsed = isParsed
    ? await parsedOutline(lines, { dialect, given, parseMs, withFacts: areShared })
    : null;
  const entries = entriesOf(lines, parsed?.outline ?? lineOutline(lines, dialect), 'CODE');
  return { entries, facts: areShared ? (parsed?.facts ?? null) : await factsAlone() };
}

/**
 * Whether the grammar of a dialect reads a text as it is, for facts are those of that text: with other ends of lines, of the scripts of
 * a component, and where a grammar gets another text, they are read by themselves.
 */
const isReadAsItIs = (text: string, dialect: string): boolean =>
  !scripted.has(dialect) && !text.includes('\r');

/** The entries of a text that is no code; null for code. */
function documentEntries(dialect: string, text: string, lines: readonly string[]): SplitEntry[] | null {
  if (dialect === 'markdown') return entriesOf(lines, markdownOutline(lines), 'DOC');
  if (dialect === 'rst') return entriesOf(lines, rstOutline(lines), 'DOC');
  const [kind, day] = dialect.split(':', 2);
  if (kind !== 'letter') return null;
  const about = letterFacts(text, day);
  return entriesOf(lines, markdownOutline(lines), 'LETTER').map((entry) => ({ ...entry, ...about }));
}

interface ParsedOptions {
  readonly dialect: string;
  /** The text and dialect that the grammar reads in place of the lines. */
  readonly given: ReturnType<typeof grammarText>;
  readonly parseMs: number | undefined;
  readonly withFacts: boolean;
}

/** The outline of a file with a grammar, and its facts if they are wanted; null where there is no grammar, or where it fails. */
async function parsedOutline(
  lines: readonly string[],
  { dialect, given, parseMs, withFacts }: ParsedOptions,
): Promise<{ readonly outline: Outline; readonly facts: FileFacts | null } | null> {
  const text = lines.join('\n');
  const read = await readTwice(
    { text, dialect, ...given, parseMs },
    ({ rootNode }) =>
      isStructured(dialect) ? structureOutline(rootNode, lines, dialect) : syntaxOutline(rootNode, lines),
    (tree) => (withFacts ? readFacts(tree, text, dialect) : null),
  );
  if (read === null) return null;
  const { first: outline, second: facts } = read;
  if (!scripted.has(dialect)) return { outline, facts };
  const ofScript = { dialect: 'typescript', given: null, parseMs, withFacts: false };
  const whole = await withScripts(
    lines,
    outline,
    async (code) => (await parsedOutline(code, ofScript))?.outline ?? lineOutline(code, 'typescript'),
  );
  return { outline: whole, facts: null };
}
