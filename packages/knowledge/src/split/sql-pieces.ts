import { crc32 } from 'node:zlib';
import { cutLarge, textDepth } from './cut-large.ts';
import type { Piece } from './split-entry.ts';

/** A statement of a script: the rows of its first and last words. */
interface Statement {
  readonly from: number;
  readonly to: number;
  /** Its first words without comments, in one line. */
  readonly head: string;
}

const name =
  '((?:"[^"]+"|`[^`]+`|\\[[^\\]]+\\]|[\\w$]+)(?:\\s*\\.\\s*(?:"[^"]+"|`[^`]+`|\\[[^\\]]+\\]|[\\w$]+))*)';
const created = new RegExp(
  `^create\\s+(?:[\\w=@\`']+\\s+){0,6}?(table|view|index|function|procedure|trigger|type|schema|policy|sequence|domain|extension|aggregate|event|rule|role|user|database|publication|statistics|operator\\s+(?:class|family)|foreign\\s+data\\s+wrapper|server|cast|collation|package(?:\\s+body)?)\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?${name}`,
  'i',
);
const touched = new RegExp(
  `^(?:alter|drop|comment\\s+on|insert\\s+into|update|delete\\s+from|truncate|merge\\s+into|copy|refresh\\s+materialized)\\s+(?:(?:table|view|index|function|procedure|trigger|type|schema|policy|sequence|domain|column|only|if|exists)\\s+)*${name}`,
  'i',
);
const onto = new RegExp(`\\son\\s+(?:only\\s+)?${name}`, 'i');
/** As much of a statement as may hold its name. */
const HEAD = 400;

/** Cuts a script at its statements: what creates something stands for itself, small other ones stay together. */
export function sqlPieces(lines: readonly string[]): Piece[] {
  const found = statements(lines.join('\n'));
  const begun = found.filter((statement, index) => {
    const before = found[index - 1];
    if (before === undefined || before.to >= statement.from) return index === 0;
    const large = [before, statement].some(({ from, to }) => to - from >= 8);
    const creates = [before, statement].some(({ head }) => /^create\b/i.test(head));
    return creates || large || crc32(statement.head) % 8 === 0;
  });
  const starts = begun.map((statement) => {
    const { symbol, parents } = named(statement.head);
    return { row: leadOf(lines, statement.from), symbol, parents };
  });
  if (starts[0]?.row !== 0) starts.unshift({ row: 0, symbol: null, parents: [] });
  const pieces = starts.flatMap(({ row, symbol, parents }, index): Piece[] => {
    const to = (starts[index + 1]?.row ?? lines.length) - 1;
    return to < row ? [] : [{ from: row, to, symbol, parents }];
  });
  const firsts = new Set(found.map(({ from }) => leadOf(lines, from)));
  const otherwise = textDepth(lines);
  return cutLarge(lines, pieces, (row) => (firsts.has(row) ? 0 : 1 + otherwise(row)));
}

/** The row of the comment that stands right above, which says what the statement is for. */
function leadOf(lines: readonly string[], row: number): number {
  let lead = row;
  while (/^\s*--/.test(lines[lead - 1] ?? '')) lead -= 1;
  if (/\*\/\s*$/.test(lines[lead - 1] ?? ''))
    for (let above = lead - 1; above >= 0; above -= 1) {
      if (/^\s*\/\*/.test(lines[above] ?? '')) return above;
      if ((lines[above] ?? '').includes('/*')) break;
    }
  return lead;
}

function named(head: string): { symbol: string | null; parents: string[] } {
  const creates = created.exec(head);
  const target = onto.exec(head)?.[1];
  const on = target === undefined ? [] : [plain(target)];
  if (creates !== null) {
    const of = /^(?:index|trigger|policy|rule|statistics)$/i.test(creates[1] ?? '');
    // An index may go without a name of its own; it is then called by its table.
    if (of && /^on$/i.test(creates[2] ?? '')) return { symbol: on[0] ?? null, parents: [] };
    return { symbol: plain(creates[2] ?? ''), parents: of ? on : [] };
  }
  const touches = touched.exec(head)?.[1];
  return { symbol: touches === undefined ? null : plain(touches), parents: [] };
}

const plain = (quoted: string): string => quoted.replace(/["`[\]\s]/g, '').slice(0, 200);

/** What a script is read by: what hides a semicolon, what opens and ends a body of statements, and words. */
const token =
  /--[^\n]*|\/\*|'|"[^"\n]*"|`[^`\n]*`|\$(?:[A-Za-z_]\w*)?\$|^delimiter[ \t]+\S+[^\n]*|^go[ \t]*$|\bend\s+(?:if|loop|while|repeat|for|case)\b|[\w.@#]+|\S/gim;
/** A text with more marks that nothing closes is no script, and each costs a look through all of it. */
const MOST_UNCLOSED = 50;

interface Open {
  readonly at: number;
  readonly from: number;
  /** How many bodies of statements are open in it. */
  inside: number;
}

/** The statements of a script. A semicolon within a string, a comment or a body ends none of them. */
function statements(text: string): Statement[] {
  const found: Statement[] = [];
  const rowOf = rowCounter(text);
  let open: Open | null = null;
  let ending = ';';
  let unclosed = 0;
  const close = (end: number): string => {
    if (open === null) return '';
    const head = headOf(text.slice(open.at, Math.min(end, open.at + HEAD)));
    found.push({ from: open.from, to: rowOf(end), head });
    open = null;
    return head;
  };
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [said] = match;
    const at = match.index;
    const word = said.toLowerCase().replace(/\s+/g, ' ');
    if (/^(?:delimiter |go *$)/.test(word)) {
      close(at - 1);
      ending = word.split(' ')[1] ?? ending;
    } else if (text.startsWith(ending, at)) {
      token.lastIndex = at + ending.length;
      if ((open?.inside ?? 0) > 0) continue;
      const head = close(token.lastIndex);
      // What follows is data, up to a line of its own.
      const data = /^copy .* from stdin\b/i.test(head) ? text.indexOf('\n\\.', at) : -1;
      if (data >= 0) token.lastIndex = data + 3;
    } else {
      const hidden = unclosed < MOST_UNCLOSED ? hiddenUntil(text, at, said) : null;
      if (hidden === -1) unclosed += 1;
      else if (hidden !== null) token.lastIndex = hidden;
      if (said.startsWith('--') || said === '/*') continue;
      const isCreate = word === 'create';
      // Some dialects do without semicolons; what is created at the beginning of a line is a statement of its own.
      if (isCreate && text[at - 1] === '\n' && (open?.inside ?? 0) === 0) close(at - 1);
      open ??= { at, from: rowOf(at), inside: 0 };
      // Only what is created has a body; anywhere else BEGIN is a transaction, and ends with its own line.
      if (/^create\b/i.test(text.slice(open.at, open.at + 7))) open.inside = bodies(open.inside, word);
    }
  }
  close(text.length);
  return found;
}

function bodies(inside: number, word: string): number {
  if (word === 'begin' || word === 'case') return inside + 1;
  return word === 'end' || word === 'end case' ? Math.max(0, inside - 1) : inside;
}

/** Tells the row of each offset; they must come in their order, so that each line is counted once. */
function rowCounter(text: string): (offset: number) => number {
  let row = 0;
  let counted = 0;
  return (offset) => {
    for (let at = text.indexOf('\n', counted); at >= 0 && at < offset; at = text.indexOf('\n', counted)) {
      row += 1;
      counted = at + 1;
    }
    return row;
  };
}

/** Where what began here ends: null for a word, -1 for a mark that nothing closes, which hides nothing. */
function hiddenUntil(text: string, at: number, said: string): number | null {
  if (said === '/*') {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (said !== "'" && !/^\$\w*\$$/.test(said)) return null;
  const escapes = said === "'" && /(?:^|\W)e$/i.test(text.slice(Math.max(0, at - 2), at));
  for (let end = text.indexOf(said, at + said.length); end >= 0; end = text.indexOf(said, end + 1))
    if (!escapes || text[end - 1] !== '\\') return end + said.length;
  return -1;
}

const headOf = (text: string): string =>
  text
    .replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
