import type { FileFacts, SymbolFact } from '../facts/file-facts.ts';

export const isFunction = ({ kind }: SymbolFact): boolean => kind === 'FUNCTION' || kind === 'METHOD';

/**
 * The functions of a text with the lines of code that are their own: neither empty nor comment nor doc string, and not those of
 * a function that is defined inside. Without the text all lines count.
 */
export function functionLengths(
  { symbols }: FileFacts,
  text: string | null,
): (readonly [symbol: SymbolFact, lines: number])[] {
  const before = text === null ? null : codeLinesBefore(text);
  // From its name on: decorators above it are settings.
  const total = ({ line, endLine }: SymbolFact): number =>
    before === null ? endLine - line + 1 : (before[endLine] ?? 0) - (before[line - 1] ?? 0);
  const own = symbols.map((symbol) => (isFunction(symbol) ? total(symbol) : 0));
  for (const symbol of symbols) {
    if (!isFunction(symbol)) continue;
    let around = symbol.parent;
    for (let at = around === null ? undefined : symbols[around]; at !== undefined && !isFunction(at);) {
      around = at.parent;
      at = around === null ? undefined : symbols[around];
    }
    if (around !== null) own[around] = (own[around] ?? 0) - total(symbol);
  }
  return symbols.flatMap((symbol, index) =>
    isFunction(symbol) ? [[symbol, Math.max(1, own[index] ?? 0)] as const] : [],
  );
}

/** For each line, the lines of code up to and with it; at 0 there are none. */
function codeLinesBefore(text: string): Uint32Array {
  const lines = text.split('\n');
  const counts = new Uint32Array(lines.length + 1);
  /** The end of the comment, doc string or text between backticks that goes on. */
  let open = '';
  for (const [index, line] of lines.entries()) {
    const words = line.trim();
    const isCode = open === '' && words !== '' && !comment.test(words);
    counts[index + 1] = (counts[index] ?? 0) + (isCode ? 1 : 0);
    if (open !== '') {
      if (words.includes(open)) open = '';
    } else open = openedBy(words, isCode);
  }
  return counts;
}

const comment = /^(?:\/\/|\/\*|#(?!\[|!|\w)|\*|--\s|[rubf]{0,2}(?:"""|'''))/i;

/** The end of what a line begins and does not end; empty where there is nothing. */
function openedBy(words: string, isCode: boolean): string {
  // A script or a page in the middle of code is data.
  if (isCode)
    return /^[^`]*`(?:[^`]*`[^`]*`)*[^`]*$/.test(words.replace(/'[^']*'|"[^"]*"|\\`/g, '')) ? '`' : '';
  const start = /^(?:\/\*|[rubf]{0,2}("""|'''))/i.exec(words);
  const end = start === null ? '' : (start[1] ?? '*/');
  return start !== null && words.slice(start[0].length).includes(end) ? '' : end;
}
