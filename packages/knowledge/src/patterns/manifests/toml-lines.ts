/** A field of a TOML text, or one string of a list that a field holds. */
export interface TomlField {
  /** The heading above it, such as `tool.poetry.dependencies`. */
  readonly table: string;
  readonly key: string;
  /** The value as it is written; of a string in a list, what stands between its quotes. */
  readonly value: string;
  readonly isItem: boolean;
  readonly line: number;
}

const MOST_LINES = 50_000;

/** Reads the fields of a TOML text in the forms that people and tools write, line by line. A broken line is left out. */
export function* tomlFields(text: string): Generator<TomlField> {
  let table = '';
  /** The key of a list that goes on over several lines. */
  let list: string | null = null;
  /** The quotes that end a string of several lines. */
  let quotes = '';
  for (const [index, raw] of text.split('\n', MOST_LINES).entries()) {
    const line = raw.replace(/\r$/, '');
    const at = { table, line: index + 1 };
    if (quotes !== '') {
      if (line.includes(quotes)) quotes = '';
      continue;
    }
    if (list !== null) {
      yield* itemsOf(line, { ...at, key: list });
      if (endsList(line)) list = null;
      continue;
    }
    const heading = /^\s*\[{1,2}\s*([^\][]{1,200}?)\s*\]{1,2}\s*(?:#.*)?$/.exec(line)?.[1];
    if (heading !== undefined) table = heading.replace(/["']/g, '');
    const [, quoted, bare, value = ''] =
      heading === undefined
        ? (/^\s*(?:["']([^"']{1,200})["']|([\w.-]{1,200}))\s*=\s*(.*)$/.exec(line) ?? [])
        : [];
    const key = quoted ?? bare;
    if (key === undefined) continue;
    const opened = /^("""|''')/.exec(value)?.[1];
    if (opened !== undefined) quotes = value.indexOf(opened, 3) < 0 ? opened : '';
    else if (value.startsWith('[')) {
      yield* itemsOf(value, { ...at, key });
      if (!endsList(value)) list = key;
    } else yield { ...at, key, value: value.replace(/\s+#[^"']*$/, '').trim(), isItem: false };
  }
}

/** The strings of a line of a list. */
function* itemsOf(text: string, at: Pick<TomlField, 'table' | 'key' | 'line'>): Generator<TomlField> {
  for (const [, double, single] of withoutComment(text).matchAll(/"([^"]*)"|'([^']*)'/g))
    yield { ...at, value: double ?? single ?? '', isItem: true };
}

const endsList = (text: string): boolean =>
  /\]\s*,?\s*$/.test(withoutComment(text).replace(/"[^"]*"|'[^']*'/g, '""'));

/** Without a comment at its end. A sign inside of quotes is none. */
function withoutComment(text: string): string {
  const plain = text.replace(/"[^"]*"|'[^']*'/g, (string) => '_'.repeat(string.length));
  const at = plain.indexOf('#');
  return at < 0 ? text : text.slice(0, at);
}
