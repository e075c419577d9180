/** A statement of a script: the rows of its first and last words. */
export interface SqlStatement {
  readonly from: number;
  readonly to: number;
  /** Its first words without comments, in one line. */
  readonly head: string;
}

/** As much of a statement as may hold its name. */
const HEAD = 400;
/** A text with more quotes that nothing closes is no script, and each costs a look through all of it. */
const MOST_UNCLOSED = 50;

/** Quotes and comments, which may hide a semicolon; words that open or end a body of statements; and all other words. */
const token =
  /--[^\n]*|\/\*|'|"[^"\n]*"|`[^`\n]*`|\$(?:[A-Za-z_]\w*)?\$|^delimiter[ \t]+\S+[^\n]*|^go[ \t]*$|\bend\s+(?:if|loop|while|repeat|for|case)\b|[\w.@#]+|\S/gim;

/** Reads the statements of a script. A semicolon inside a string, a comment or a body does not end one. */
export function sqlStatements(text: string): SqlStatement[] {
  return new StatementReader(text).read();
}

interface OpenStatement {
  readonly at: number;
  readonly from: number;
  readonly isCreate: boolean;
  /** The number of bodies of statements that are open in it. */
  bodies: number;
}

class StatementReader {
  readonly #text: string;
  readonly #found: SqlStatement[] = [];
  readonly #rowOf: (offset: number) => number;
  #open: OpenStatement | null = null;
  #ending = ';';
  #unclosed = 0;

  constructor(text: string) {
    this.#text = text;
    this.#rowOf = rowCounter(text);
  }

  read(): SqlStatement[] {
    token.lastIndex = 0;
    for (let match = token.exec(this.#text); match !== null; match = token.exec(this.#text)) {
      const word = match[0].toLowerCase().replace(/\s+/g, ' ');
      if (/^(?:delimiter |go *$)/.test(word)) {
        this.#close(match.index - 1);
        this.#ending = word.split(' ')[1] ?? this.#ending;
      } else if (this.#text.startsWith(this.#ending, match.index)) token.lastIndex = this.#end(match.index);
      else token.lastIndex = this.#word(match[0], match.index) ?? token.lastIndex;
    }
    this.#close(this.#text.length);
    return this.#found;
  }

  /** Ends the open statement at a semicolon, unless that ends a statement of its body, and returns where to go on. */
  #end(at: number): number {
    const behind = at + this.#ending.length;
    if ((this.#open?.bodies ?? 0) > 0) return behind;
    const head = this.#close(behind);
    // Data follows, up to a line of its own.
    const data = /^copy .* from stdin\b/i.test(head) ? this.#text.indexOf('\n\\.', at) : -1;
    return data >= 0 ? data + 3 : behind;
  }

  /** Reads a word, and returns the end of the string or comment that it begins. */
  #word(token: string, at: number): number | null {
    const hidden = this.#unclosed < MOST_UNCLOSED ? hiddenUntil(this.#text, at, token) : null;
    if (hidden === -1) this.#unclosed += 1;
    const end = hidden === -1 ? null : hidden;
    if (token.startsWith('--') || token === '/*') return end;
    const word = token.toLowerCase().replace(/\s+/g, ' ');
    // Some dialects do without semicolons: CREATE at the beginning of a line is a statement of its own.
    if (word === 'create' && this.#text[at - 1] === '\n' && (this.#open?.bodies ?? 0) === 0)
      this.#close(at - 1);
    this.#open ??= { at, from: this.#rowOf(at), isCreate: word === 'create', bodies: 0 };
    // Only what is created has a body; elsewhere BEGIN starts a transaction, which ends with its own line.
    if (this.#open.isCreate) this.#open.bodies = bodiesAfter(this.#open.bodies, word);
    return end;
  }

  #close(end: number): string {
    const open = this.#open;
    if (open === null) return '';
    const head = headOf(this.#text.slice(open.at, Math.min(end, open.at + HEAD)));
    this.#found.push({ from: open.from, to: this.#rowOf(end), head });
    this.#open = null;
    return head;
  }
}

function bodiesAfter(bodies: number, word: string): number {
  if (word === 'begin' || word === 'case') return bodies + 1;
  return word === 'end' || word === 'end case' ? Math.max(0, bodies - 1) : bodies;
}

/** Returns the row of each offset. Offsets must come in their order, so that each line is counted once. */
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

/** The end of a comment or string that begins here: null for a word, -1 for a quote that nothing closes. */
function hiddenUntil(text: string, at: number, token: string): number | null {
  if (token === '/*') {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (token !== "'" && !/^\$\w*\$$/.test(token)) return null;
  const escapes = token === "'" && /(?:^|\W)e$/i.test(text.slice(Math.max(0, at - 2), at));
  for (let end = text.indexOf(token, at + token.length); end >= 0; end = text.indexOf(token, end + 1))
    if (!escapes || text[end - 1] !== '\\') return end + token.length;
  return -1;
}

const headOf = (text: string): string =>
  text
    .replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
