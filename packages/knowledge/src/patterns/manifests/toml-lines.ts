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
  const reader = new TomlReader();
  for (const [index, line] of text.split('\n', MOST_LINES).entries())
    yield* reader.read(line.replace(/\r$/, ''), index + 1);
}

class TomlReader {
  #table = '';
  /** The key of a list that goes on over several lines. */
  #list: string | null = null;
  /** The quotes that end a string of several lines. */
  #quotes = '';

  *read(text: string, line: number): Generator<TomlField> {
    if (this.#quotes !== '') {
      if (text.includes(this.#quotes)) this.#quotes = '';
    } else if (this.#list !== null) {
      yield* itemsOf(text, { table: this.#table, line, key: this.#list });
      if (endsList(text)) this.#list = null;
    } else {
      const heading = /^\s*\[{1,2}\s*([^\][]{1,200}?)\s*\]{1,2}\s*(?:#.*)?$/.exec(text)?.[1];
      if (heading === undefined) yield* this.#field(text, line);
      else this.#table = heading.replace(/["']/g, '');
    }
  }

  *#field(text: string, line: number): Generator<TomlField> {
    const [, quoted, bare, value = ''] =
      /^\s*(?:["']([^"']{1,200})["']|([\w.-]{1,200}))\s*=\s*(.*)$/.exec(text) ?? [];
    const key = quoted ?? bare;
    if (key === undefined) return;
    const at = { table: this.#table, line, key };
    const opened = /^("{3}|'{3})/.exec(value)?.[1];
    if (opened !== undefined) this.#quotes = value.indexOf(opened, 3) < 0 ? opened : '';
    else if (value.startsWith('[')) {
      yield* itemsOf(value, at);
      if (!endsList(value)) this.#list = key;
    } else yield { ...at, value: value.replace(/\s+#[^"']*$/, '').trim(), isItem: false };
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
