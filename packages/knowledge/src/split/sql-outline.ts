import { textDepth } from './cut-large.ts';
import { loosePiece, type CutDepth, type Outline, type Piece } from './piece.ts';
import type { Definition, DefinitionKind } from './split-entry.ts';
import { sqlStatements } from './sql-statements.ts';

const name =
  '((?:"[^"]+"|`[^`]+`|\\[[^\\]]+\\]|[\\w$]+)(?:\\s*\\.\\s*(?:"[^"]+"|`[^`]+`|\\[[^\\]]+\\]|[\\w$]+))*)';
const created = new RegExp(
  `^create\\s+(?:[\\w=@\`']+\\s+){0,6}?(table|view|index|function|procedure|trigger|type|schema|policy|sequence|domain|extension|aggregate|event|rule|role|user|database|publication|statistics|operator\\s+(?:class|family)|foreign\\s+data\\s+wrapper|server|cast|collation|package(?:\\s+body)?)\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?${name}`,
  'i',
);
const changed = new RegExp(
  `^(?:alter|drop|comment\\s+on|insert\\s+into|update|delete\\s+from|truncate|merge\\s+into|copy|refresh\\s+materialized)\\s+(?:(?:table|view|index|function|procedure|trigger|type|schema|policy|sequence|domain|column|only|if|exists)\\s+)*${name}`,
  'i',
);
const target = new RegExp(`\\son\\s+(?:only\\s+)?${name}`, 'i');
const kinds: Record<string, DefinitionKind> = {
  table: 'CLASS',
  view: 'CLASS',
  type: 'TYPE',
  domain: 'TYPE',
  function: 'FUNCTION',
  procedure: 'FUNCTION',
  aggregate: 'FUNCTION',
  schema: 'MODULE',
};
/** As much of a statement as tells a reader which one it is. */
const SIGNATURE = 160;
/** The most rows of a comment that leads a statement. */
const LONGEST_COMMENT = 100;
/** Rows that begin a statement are better places for a cut than all others. */
const BETWEEN_STATEMENTS = 0;

/** Cuts a script at its statements, each with the comment right above it. */
export function sqlOutline(lines: readonly string[]): Outline {
  const statements = sqlStatements(lines.join('\n'));
  const leads = statements.map(({ from }) => leadOf(lines, from));
  const pieces: Piece[] = [];
  const definitions: Definition[] = [];
  let row = 0;
  for (const [index, statement] of statements.entries()) {
    const { symbol, parents, kind } = namesOf(statement.head);
    if (symbol !== null && kind !== null)
      definitions.push({
        name: symbol,
        qualifiedName: [...parents, symbol].join('.'),
        kind,
        line: statement.from + 1,
      });
    // A statement that begins on the last row of another one is a part of its piece.
    const isBegun = index > 0 && (statements[index - 1]?.to ?? 0) >= statement.from;
    const from = leads[index] ?? statement.from;
    if (isBegun || from < row) continue;
    if (pieces.length === 0 && from > 0) pieces.push(loosePiece(0, from - 1));
    const last = pieces.at(-1);
    if (last !== undefined) pieces.splice(-1, 1, { ...last, to: from - 1 });
    const signature = statement.head.slice(0, SIGNATURE);
    const rank = kind === null ? 0 : 1;
    pieces.push({
      ...loosePiece(from, lines.length - 1),
      symbol,
      parents,
      context: parents,
      signature,
      signatureRow: statement.from,
      rank,
    });
    row = from + 1;
  }
  if (pieces.length === 0) pieces.push(loosePiece(0, lines.length - 1));
  return { pieces, definitions, depth: depthOf(lines, leads) };
}

function depthOf(lines: readonly string[], leads: readonly number[]): CutDepth {
  const begins = new Set(leads);
  const elsewhere = textDepth(lines);
  return (row) => (begins.has(row) ? BETWEEN_STATEMENTS : 1 + elsewhere(row));
}

/** The first row of the comment right above, which says what the statement is for. */
function leadOf(lines: readonly string[], row: number): number {
  let lead = row;
  while (/^\s*--/.test(lines[lead - 1] ?? '')) lead -= 1;
  if (/\*\/\s*$/.test(lines[lead - 1] ?? ''))
    for (let above = lead - 1; above >= Math.max(0, lead - LONGEST_COMMENT); above -= 1) {
      const line = lines[above] ?? '';
      if (!line.includes('/*')) continue;
      if (/^\s*\/\*/.test(line)) return above;
      break;
    }
  return lead;
}

/** The name of what a statement creates or changes; the kind is null unless it creates it. */
function namesOf(head: string): { symbol: string | null; parents: string[]; kind: DefinitionKind | null } {
  const creates = created.exec(head);
  const on = target.exec(head)?.[1];
  const owner = on === undefined ? [] : [plain(on)];
  if (creates === null) {
    const changes = changed.exec(head)?.[1];
    return { symbol: changes === undefined ? null : plain(changes), parents: [], kind: null };
  }
  const word = creates[1]?.toLowerCase() ?? '';
  const isOwned = /^(?:index|trigger|policy|rule|statistics)$/.test(word);
  // An index may lack a name of its own; its table's name stands in for it.
  if (isOwned && /^on$/i.test(creates[2] ?? '')) return { symbol: owner[0] ?? null, parents: [], kind: null };
  return { symbol: plain(creates[2] ?? ''), parents: isOwned ? owner : [], kind: kinds[word] ?? 'OBJECT' };
}

const plain = (quoted: string): string => quoted.replace(/["`[\]\s]/g, '').slice(0, 200);
