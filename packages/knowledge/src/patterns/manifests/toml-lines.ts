/** A field of a TOML text, or one string of a list that a field holds. */
export interface TomlField {
  /** The heading above it, such as `tool.poetry.dependencies`. */
  readonly table: string;
  readonly key: string;
  /** The value as it is written; of a string in a list or over several lines, what stands between its quotes. */
  readonly value: string;
  /** The text of a value that is a string. */
  readonly string: string | null;
  readonly isItem: boolean;
  readonly line: number;
}

type FieldPlace = Pick<TomlField, 'table' | 'key' | 'line'>;

const MOST_LINES = 50_000;
const LONGEST_STRING = 10_000;

/** Reads the fields of a TOML text in the forms that people and tools write, line by line. A broken line is left out. */
export function* tomlFields(text: string): Generator<TomlField> {
  const reader = new TomlReader();
  for (const [index, line] of text.split('\n', MOST_LINES).entries())
    yield* reader.read(line.replace(/\r$/, ''), index + 1);
}

interface OpenString {
  readonly quotes: string;
  readonly at: FieldPlace;
  text: string;
}

class TomlReader {
  #table = '';
  /** The key of a list that goes on over several lines. */
  #list: string | null = null;
  /** A string of several lines that goes on, and the quotes that end it. */
  #open: OpenString | null = null;

  *read(text: string, line: number): Generator<TomlField> {
    if (this.#open !== null) yield* this.#goOn(this.#open, text);
    else if (this.#list !== null) {
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
    if (opened !== undefined) {
      this.#open = { quotes: opened, at, text: '' };
      yield* this.#goOn(this.#open, value.slice(3));
    } else if (value.startsWith('[')) {
      yield* itemsOf(value, at);
      if (!endsList(value)) this.#list = key;
    } else
      yield {
        ...at,
        value: value.replace(/\s+#[^"']*$/, '').trim(),
        string:
          /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/
            .exec(value)
            ?.slice(1)
            .find((each) => each !== undefined) ?? null,
        isItem: false,
      };
  }

  *#goOn(open: OpenString, line: string): Generator<TomlField> {
    const end = line.indexOf(open.quotes);
    if (open.text.length < LONGEST_STRING)
      open.text += `${(end < 0 ? line : line.slice(0, end)).replace(/\\$/, '')}\n`;
    if (end < 0) return;
    this.#open = null;
    yield { ...open.at, value: open.text.trim(), string: open.text.trim(), isItem: false };
  }
}

/** The strings of a line of a list. */
function* itemsOf(text: string, at: FieldPlace): Generator<TomlField> {
  for (const [, double, single] of withoutComment(text).matchAll(/"([^"]*)"|'([^']*)'/g))
    yield { ...at, value: double ?? single ?? '', string: double ?? single ?? '', isItem: true };
}

const endsList = (text: string): boolean =>
  /\]\s*,?\s*$/.test(withoutComment(text).replace(/"[^"]*"|'[^']*'/g, '""'));

/** Without a comment at its end. A sign inside of quotes is none. */
function withoutComment(text: string): string {
  const plain = text.replace(/"[^"]*"|'[^']*'/g, (string) => '_'.repeat(string.length));
  const at = plain.indexOf('#');
  return at < 0 ? text : text.slice(0, at);
}
