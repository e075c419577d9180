import { textDepth } from './cut-large.ts';
import { loosePiece, type Outline, type Piece } from './piece.ts';
import { sqlOutline } from './sql-outline.ts';
import type { Definition, DefinitionKind } from './split-entry.ts';

/** A line that begins a piece, and what it defines: the last group of the pattern is the name. */
interface LineRule {
  readonly start: RegExp;
  readonly kind?: DefinitionKind;
}

const modifiers =
  '(?:(?:public|private|protected|internal|open|abstract|final|sealed|static|override|suspend|inline|data|implicit|lazy|case|fileprivate|mutating|indirect|export|local|my|our)\\s+){0,6}';

/** Formats that show by the start of a line where a piece begins. */
const rules: Record<string, readonly LineRule[]> = {
  yaml: [{ start: /^["']?([\w./-]+)["']?\s*:/, kind: 'KEY' }],
  toml: [{ start: /^\[+([^\]]+)\]/, kind: 'KEY' }],
  json: [{ start: /^ {0,4}"([^"]+)"\s*:/, kind: 'KEY' }],
  ini: [{ start: /^\[([^\]]+)\]/, kind: 'KEY' }],
  html: [
    {
      start: /^<(?:script|style|template|head|body|main|section|article|nav|header|footer|div|form|table)\b/i,
    },
  ],
  svelte: [{ start: /^(?:<(?:script|style)\b|\{#snippet\b|<[a-z])/i }],
  graphql: [
    { start: /^(?:extend\s+)?(?:type|input|enum|interface|union|scalar|directive)\s+@?(\w+)/, kind: 'TYPE' },
    { start: /^(?:query|mutation|subscription|fragment)\s+(\w+)/, kind: 'FUNCTION' },
    { start: /^(?:schema|extend)\b/ },
  ],
  dockerfile: [{ start: /^FROM\b.*\bAS\s+(\S+)/i, kind: 'OBJECT' }, { start: /^FROM\b/i }],
  makefile: [{ start: /^([\w./%-]+):/, kind: 'OBJECT' }],
  protobuf: [
    { start: /^\s*(?:message|enum|service)\s+(\w+)/, kind: 'TYPE' },
    { start: /^\s*rpc\s+(\w+)/, kind: 'METHOD' },
  ],
  kotlin: [
    {
      start: new RegExp(
        `^\\s*${modifiers}(?:fun)\\s+(?:<[^>]{0,80}>\\s*)?(?:[\\w<>?, ]{1,60}\\.)?(\\w+)\\s*\\(`,
      ),
      kind: 'FUNCTION',
    },
    {
      start: new RegExp(`^\\s*${modifiers}(?:enum\\s+)?(?:class|interface|object)\\s+(\\w+)`),
      kind: 'CLASS',
    },
    { start: new RegExp(`^${modifiers}(?:const\\s+)?va[lr]\\s+(\\w+)`), kind: 'CONSTANT' },
  ],
  swift: [
    { start: new RegExp(`^\\s*${modifiers}func\\s+(\\w+)`), kind: 'FUNCTION' },
    {
      start: new RegExp(`^\\s*${modifiers}(?:class|struct|enum|protocol|extension|actor)\\s+(\\w+)`),
      kind: 'CLASS',
    },
    { start: new RegExp(`^${modifiers}(?:let|var)\\s+(\\w+)`), kind: 'CONSTANT' },
  ],
  scala: [
    { start: new RegExp(`^\\s*${modifiers}def\\s+(\\w+)`), kind: 'FUNCTION' },
    { start: new RegExp(`^\\s*${modifiers}(?:class|trait|object|enum)\\s+(\\w+)`), kind: 'CLASS' },
  ],
  lua: [{ start: new RegExp(`^\\s*${modifiers}function\\s+([\\w.:]+)`), kind: 'FUNCTION' }],
  perl: [
    { start: /^\s*sub\s+(\w+)/, kind: 'FUNCTION' },
    { start: /^package\s+([\w:]+)/, kind: 'MODULE' },
  ],
  r: [{ start: /^([\w.]+)\s*(?:<-|=)\s*function\b/, kind: 'FUNCTION' }],
};
/** Lines longer than this begin nothing that a person wrote. */
const LONGEST_START = 1000;

/** Cuts a text without a grammar: at the lines that begin something where its format is known, else at blank lines. */
export function lineOutline(lines: readonly string[], dialect: string): Outline {
  if (dialect === 'sql') return sqlOutline(lines);
  const pieces: Piece[] = [];
  const definitions: Definition[] = [];
  let piece = loosePiece(0, lines.length - 1);
  const around: { readonly name: string; readonly indent: number }[] = [];
  lines.forEach((line, row) => {
    const found = startOf(line, dialect);
    if (found === null) return;
    const { name, kind } = found;
    const indent = line.search(/\S/);
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop();
    const parents = around.map((each) => each.name);
    if (row > piece.from) pieces.push({ ...piece, to: row - 1 });
    piece = {
      ...loosePiece(row, lines.length - 1),
      symbol: name,
      parents,
      context: parents,
      signature: name === null ? null : signatureOf(line),
      rank: 1,
    };
    if (name === null) return;
    definitions.push({ name, qualifiedName: [...parents, name].join('.'), kind, line: row + 1 });
    if (kind === 'CLASS' || kind === 'TYPE') around.push({ name, indent });
  });
  return { pieces: [...pieces, piece], definitions, depth: textDepth(lines) };
}

function startOf(line: string, dialect: string): { name: string | null; kind: DefinitionKind } | null {
  if (line.length > LONGEST_START) return null;
  for (const { start, kind = 'OBJECT' } of rules[dialect] ?? []) {
    const match = start.exec(line);
    if (match !== null) return { name: match[1]?.trim().slice(0, 200) ?? null, kind };
  }
  return null;
}

const signatureOf = (line: string): string =>
  line
    .trim()
    .replace(/\s*\{?$/, '')
    .slice(0, 200);
