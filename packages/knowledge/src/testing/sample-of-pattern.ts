/**
 * Builds texts that a regular expression begins to match, from its source: the beginnings at which a pattern that
 * backtracks would waste most time. It understands the syntax that the redaction rules use.
 */
export function beginningsOf({ source }: RegExp): string[] {
  return new PatternReader(source).read();
}

/** One character for each escape; anchors stand for nothing. */
const escapes: Record<string, string> = {
  b: '',
  B: '',
  s: ' ',
  S: 'a',
  d: '7',
  w: 'a',
  n: '\n',
  t: '\t',
  r: '\r',
};
/** The first of these that a class contains is its sample. */
const candidates = ['a', 'A', '7', 'f', 'G', '-', ' ', '!'];

class PatternReader {
  readonly #source: string;
  readonly #beginnings = new Set<string>();
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): string[] {
    this.#alternatives('');
    return [...this.#beginnings].filter((each) => each !== '');
  }

  /** Reads alternatives up to the end of their group, and returns a sample of the first. */
  #alternatives(before: string): string {
    const first = this.#sequence(before);
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      this.#sequence(before);
    }
    return first;
  }

  #sequence(before: string): string {
    let sample = '';
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const atom = this.#atom(before + sample);
      const times = this.#quantifier();
      sample += atom.repeat(times);
      if (times !== 1) this.#beginnings.add(before + sample).add(before + sample + atom.repeat(3));
    }
    this.#beginnings.add(before + sample);
    return sample;
  }

  #atom(before: string): string {
    const found = this.#source[this.#at] ?? '';
    this.#at += 1;
    if (found === '(') return this.#group(before);
    if (found === '[') return this.#characterClass();
    if (found === '\\') {
      const letter = this.#source[this.#at] ?? '';
      this.#at += 1;
      return escapes[letter] ?? letter;
    }
    return found === '^' || found === '$' ? '' : found === '.' ? 'a' : found;
  }

  #group(before: string): string {
    const kind = /^\?(?:<?[=!]|:)/.exec(this.#source.slice(this.#at))?.[0] ?? '';
    this.#at += kind.length;
    const inner = this.#alternatives(before);
    this.#at += 1;
    return /[=!]/.test(kind) ? '' : inner;
  }

  #characterClass(): string {
    let end = this.#at;
    while (this.#source[end] !== ']') end += this.#source[end] === '\\' ? 2 : 1;
    const inside = new RegExp(`[${this.#source.slice(this.#at, end)}]`);
    this.#at = end + 1;
    return candidates.find((each) => inside.test(each)) ?? '';
  }

  #quantifier(): number {
    const [whole = '', least] =
      /^(?:\*|\+|\?|\{(\d+)(?:,\d*)?\})\??/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += whole.length;
    if (whole === '' || whole.startsWith('?')) return 1;
    return least === undefined ? 2 : Math.max(Number(least), 1);
  }
}
