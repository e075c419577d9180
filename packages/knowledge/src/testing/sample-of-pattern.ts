/**
 * Builds texts that a regular expression begins to match, from its source: the beginnings at which a pattern that
 * backtracks would waste most time. It understands the syntax that the redaction rules use.
 */
export function beginningsOf({ source }: RegExp): string[] {
  const beginnings: string[] = [];
  let at = 0;

  /** Reads alternatives up to the end of a group, and returns a sample of the first. */
  const alternatives = (before: string): string => {
    let first: string | null = null;
    for (;;) {
      const sample = sequence(before);
      first ??= sample;
      if (source[at] !== '|') return first;
      at += 1;
    }
  };
  const sequence = (before: string): string => {
    let sample = '';
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const atom = readAtom(before + sample);
      const times = readQuantifier();
      sample += atom.repeat(times);
      if (times !== 1) beginnings.push(before + sample, before + sample + atom.repeat(3));
    }
    beginnings.push(before + sample);
    return sample;
  };
  const readAtom = (before: string): string => {
    const found = source[at] ?? '';
    at += 1;
    if (found === '(') {
      const kind = /^\?(?:<?[=!]|:)/.exec(source.slice(at))?.[0] ?? '';
      at += kind.length;
      const inner = alternatives(before);
      at += 1;
      return /[=!]/.test(kind) ? '' : inner;
    }
    if (found === '[') return readClass();
    if (found === '\\') return escaped();
    return found === '^' || found === '$' ? '' : found === '.' ? 'a' : found;
  };
  const escaped = (): string => {
    const letter = source[at] ?? '';
    at += 1;
    const known: Record<string, string> = { b: '', B: '', s: ' ', S: 'a', d: '7', w: 'a', n: '\n', t: '\t' };
    return known[letter] ?? letter;
  };
  const readClass = (): string => {
    const isNot = source[at] === '^';
    let end = at;
    while (source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
    const inside = new RegExp(`[${source.slice(at, end)}]`);
    at = end + 1;
    return (
      (isNot ? ['a', '7', '!'] : ['a', 'A', '7', 'f', 'G', '-', ' ']).find((each) => inside.test(each)) ?? ''
    );
  };
  const readQuantifier = (): number => {
    const [whole = '', least, most] = /^(?:\*|\+|\?|\{(\d+)(?:,(\d*))?\})\??/.exec(source.slice(at)) ?? [];
    at += whole.length;
    if (whole === '') return 1;
    return least === undefined
      ? whole.startsWith('?')
        ? 1
        : 2
      : Math.max(Number(least), Math.min(1, Number(most ?? 1)));
  };

  alternatives('');
  return [...new Set(beginnings)].filter((each) => each !== '');
}
