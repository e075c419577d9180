import { countPlainWords, firstSentence, nameWords, type Pair } from './pair.ts';

/** How the comments of a family of languages are written. */
interface CommentStyle {
  readonly line: RegExp;
  readonly open: RegExp | null;
  readonly close: string;
}

const slashes: CommentStyle = { line: /^\s*\/\/[/!]?/, open: /^\s*\/\*/, close: '*/' };
const hashes: CommentStyle = { line: /^\s*#(?![!\w[])/, open: null, close: '' };
const dashes: CommentStyle = { line: /^\s*--/, open: /^\s*\{-/, close: '-}' };
const percents: CommentStyle = { line: /^\s*%+/, open: null, close: '' };
const php: CommentStyle = { ...slashes, line: /^\s*(?:\/\/|#(?!\[))/ };

const styles: Readonly<Record<string, CommentStyle>> = {
  ...Object.fromEntries(
    'ts tsx mts cts js jsx mjs cjs go rs java kt scala groovy c h cc cpp hpp hh cxx inl cs swift m mm dart sol proto gradle ipp'
      .split(' ')
      .map((extension) => [extension, slashes]),
  ),
  ...Object.fromEntries('py pyi rb rake ex exs cr nim pl pm sh pp'.split(' ').map((each) => [each, hashes])),
  ...Object.fromEntries('hs sql lua'.split(' ').map((each) => [each, dashes])),
  erl: percents,
  php,
};

/** True for files of code that the scanner can read. */
export function isCode(extension: string): boolean {
  return extension in styles;
}

const LONGEST_BLOCK_LINES = 40;
const LONGEST_BLOCK = 1500;

const definition =
  /^\s*(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([\w: ]+\))?|unsafe|const|inline|virtual|override|open|sealed|data|suspend|extern|declare|readonly|partial|export default)\s+)*(?:function\*?|def|defp|defmacro|defmodule|func|fn|fun|class|interface|struct|enum|trait|type|module|object|impl|protocol|extension|proc|method|namespace|macro_rules!|macro)\s+(?:\([^)]*\)\s*)?(?:<[^>]*>\s*)?(?:self\.)?([A-Za-z_$][\w$?!]*)/;
const assigned =
  /^\s*(?:(?:export|public|private|protected|static|readonly|pub|declare)\s+)*(?:const|let|var|val|static)?\s*([A-Za-z_$][\w$.]*)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:function|\(|[\w$]+\s*=>|new\b|class\b|\{|\[)/;
const called = /^\s*(?:[\w$<>[\],*&:?.~ ]+\s+[*&]*)?([A-Za-z_$~][\w$:]*)\s*(?:<[^>]*>)?\(/;
const notNames = new Set(
  'if for while switch return catch else elseif foreach when unless until with throw new case do try print assert await yield raise sizeof typeof not and or in'.split(
    ' ',
  ),
);

/** The name that a line defines; null where it defines none that can be seen. */
function definedName(line: string): string | null {
  const found = definition.exec(line) ?? assigned.exec(line) ?? called.exec(line);
  const name = found?.[1]?.split(/[.:]+/).at(-1) ?? null;
  return name === null || notNames.has(name) ? null : name;
}

function indentOf(line: string): number {
  let indent = 0;
  for (const letter of line) {
    if (letter === ' ') indent += 1;
    else if (letter === '\t') indent += 4;
    else break;
  }
  return indent;
}

const closing = /^\s*(?:[)}\]]|end\b|else|elif|elsif|catch|except|finally|rescue|ensure|\{|->|where\b|:)/;
const decorator = /^\s*(?:@\w|#\[|\[\w+[\](]|template\s*<|#pragma)/;

/** True if a block whose first line has an indentation goes on with a line. */
function belongsToBlock(lines: readonly string[], at: number, base: number): boolean {
  const line = lines[at] ?? '';
  if (line.trim() === '') {
    const next = lines[at + 1] ?? '';
    return next.trim() !== '' && (indentOf(next) > base || closing.test(next));
  }
  const indent = indentOf(line);
  if (indent !== base) return indent > base;
  return closing.test(line) || /[(,=]\s*$/.test(lines[at - 1] ?? '');
}

/** Where the block that begins at a line ends, as its indentation says. */
function blockAt(lines: readonly string[], from: number): number {
  let head = from;
  while (head < lines.length - 1 && decorator.test(lines[head] ?? '')) head += 1;
  const base = indentOf(lines[head] ?? '');
  let to = head + 1;
  let length = (lines[head] ?? '').length;
  while (to < lines.length && to - from < LONGEST_BLOCK_LINES && length < LONGEST_BLOCK) {
    if (!belongsToBlock(lines, to, base)) break;
    length += (lines[to] ?? '').length + 1;
    to += 1;
  }
  return to;
}

interface Comment {
  readonly text: string;
  readonly to: number;
}

/** A run of comment lines that begins at a line; null where none does. */
function commentAt(lines: readonly string[], from: number, style: CommentStyle): Comment | null {
  const first = lines[from] ?? '';
  let to = from;
  if (style.open?.test(first)) {
    while (to < lines.length && !(lines[to] ?? '').includes(style.close)) to += 1;
    to += 1;
  } else while (to < lines.length && style.line.test(lines[to] ?? '')) to += 1;
  if (to === from) return null;
  const text = lines
    .slice(from, to)
    .map((line) =>
      line
        .replace(/^\s*(?:\/\*+!?|\*+\/|\*(?=\s|$)|\/\/[/!]?|#+:?|--+\s?\|?|%+|\{-+)/, '')
        .replace(/(?:\*+\/|-\})\s*$/, ''),
    )
    .join('\n');
  return { text: readable(text), to };
}

const license =
  /copyright|licen[sc]e|spdx|all rights reserved|eslint|prettier|@ts-|clang-format|rubocop|noqa/i;

/** A comment without its markup; empty where it says nothing about the code. */
function readable(comment: string): string {
  if (license.test(comment.slice(0, 2000))) return '';
  const described =
    `\n${comment}`.split(
      /\n\s*(?:@(?:param|returns?|throws|see|since|version|author|private|type|ignore|api|var|template|psalm|phpstan|link)\b|[\\\\](?:param|returns?|since|sa|throws)\b|# ?(?:Examples?|Panics|Errors|Safety)\b|:param|:return)/,
    )[0] ?? '';
  const text = described
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/\{@\w+\s+([^}]*)\}/g, '$1')
    .replace(/<\/?[a-z][^>]*>/gi, ' ')
    .replace(/@(?:param|returns?|brief|description|summary|desc)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text;
}

/** Removes a name from a text, so that the answer does not repeat what the question says. */
function withoutName(text: string, name: string): string {
  return text.replaceAll(new RegExp(`(?<![\\w$])${name.replace(/[$?!]/g, '\\$&')}(?![\\w$])`, 'g'), ' ');
}

const testCall =
  /^\s*(?:it|test|describe|context|specify|scenario|should|t\.Run|b\.Run|suite|testset|feature)\b(?:\.\w+)*\s*\(?\s*(["'`])((?:(?!\1).){8,200})\1/;
const testName =
  /^\s*(?:public\s+|async\s+|pub\s+)*(?:def|func|fn|fun|function|void)\s+\(?[^(]*?\b(?:test_?|Test)([A-Za-z]\w{6,})\s*\(/;

function testTitle(line: string): string | null {
  const title = testCall.exec(line)?.[2];
  if (title !== undefined) return title;
  const name = testName.exec(line)?.[1];
  return name === undefined ? null : nameWords(name).join(' ');
}

const errorText =
  /(?:throw|raise|panic!?|errors?\.New|Errorf|Error|Exception|bail!?|fail\w*|die|abort|ereport|errmsg\w*|elog|warn\w*|log\w*\.\w+|expect)\s*\(?[^"'`]{0,40}(["'`])((?:(?!\1).){20,200})\1/;

const docstring = /^\s*[rRuUbB]{0,2}("""|''')/;

/** A documentation string below a definition, or null. */
function docstringAt(lines: readonly string[], from: number): Comment | null {
  const mark = docstring.exec(lines[from] ?? '')?.[1];
  if (mark === undefined) return null;
  let to = from;
  const first = (lines[from] ?? '').replace(docstring, '');
  if (!first.includes(mark)) {
    to += 1;
    while (to < lines.length && !(lines[to] ?? '').includes(mark)) to += 1;
  }
  const text = [first, ...lines.slice(from + 1, to + 1)].join('\n').replaceAll(mark, '');
  const described =
    text.split(
      /\n\s*(?:Parameters|Args|Arguments|Returns|Raises|Examples?|Notes|See Also|>>>|:param|\.\. )/,
    )[0] ?? '';
  return { text: readable(described), to: to + 1 };
}

const elixirDoc = /^\s*@(?:module)?doc\s+~?[sS]?"""/;

/** The words of a path that say what a file is about. */
function pathWords(path: string): string {
  const parts = path.split('/').slice(-3);
  return parts.map((part) => nameWords(part.replace(/\.\w+$/, '')).join(' ')).join(' ');
}

/** Reads the pairs of one file of code. */
export class CodeScanner {
  readonly #lines: readonly string[];
  readonly #style: CommentStyle;
  readonly #path: string;
  readonly #pairs: Pair[] = [];

  constructor(text: string, { path, extension }: { path: string; extension: string }) {
    this.#lines = text.split('\n');
    this.#style = styles[extension] ?? slashes;
    this.#path = path;
  }

  scan(): Pair[] {
    for (let at = 0; at < this.#lines.length;) at = this.#step(at);
    return this.#pairs;
  }

  #step(at: number): number {
    const line = this.#lines[at] ?? '';
    if (line.trim() === '') return at + 1;
    const comment = elixirDoc.test(line)
      ? docstringAt(['"""', ...this.#lines.slice(at + 1, at + 80)], 0)
      : commentAt(this.#lines, at, this.#style);
    if (comment !== null) {
      const to = elixirDoc.test(line) ? at + comment.to : comment.to;
      if (countPlainWords(comment.text) >= 3) this.#documented(comment.text, to);
      return Math.max(to, at + 1);
    }
    this.#test(at);
    this.#error(at);
    this.#definition(at);
    return at + 1;
  }

  /** A comment and the code below it. */
  #documented(text: string, at: number): void {
    let from = at;
    while (elixirSpec.test(this.#lines[from] ?? '')) from += 1;
    const line = this.#lines[from] ?? '';
    if (line.trim() === '') return;
    const to = blockAt(this.#lines, from);
    const body = this.#lines.slice(from, to).join('\n');
    if (to - from > 1 || definition.test(line)) {
      this.#add({ kind: 'doc', question: text, answer: body });
      this.#place(text, from);
      return;
    }
    let end = from;
    while (
      end < this.#lines.length &&
      end - from < 8 &&
      (this.#lines[end] ?? '').trim() !== '' &&
      !this.#style.line.test(this.#lines[end] ?? '')
    )
      end += 1;
    this.#add({ kind: 'comment', question: text, answer: this.#lines.slice(from, end).join('\n') });
  }

  /** A description and where the thing it describes stands. */
  #place(text: string, from: number): void {
    let head = from;
    while (decorator.test(this.#lines[head] ?? '')) head += 1;
    const line = this.#lines[head] ?? '';
    const name = definedName(line);
    if (name !== null && name.length > 3)
      this.#add({
        kind: 'place',
        question: firstSentence(text),
        answer: `${pathWords(this.#path)} ${line.trim()}`,
      });
  }

  #definition(at: number): void {
    const line = this.#lines[at] ?? '';
    const name =
      definition.exec(line)?.[1] ??
      assigned.exec(line)?.[1] ??
      (/\{\s*$/.test(line) ? definedName(line) : null);
    if (name === null || name === undefined) return;
    const to = blockAt(this.#lines, at);
    const doc = pythonDefinition.test(line) ? docstringAt(this.#lines, this.#bodyStart(at)) : null;
    if (doc !== null && countPlainWords(doc.text) >= 3) {
      const body = [
        ...this.#lines.slice(at, this.#bodyStart(at)),
        ...this.#lines.slice(doc.to, Math.max(doc.to, blockAt(this.#lines, doc.to))),
      ];
      this.#add({ kind: 'doc', question: doc.text, answer: body.join('\n') });
      this.#place(doc.text, at);
    }
    const words = nameWords(name);
    if (words.length < 2 || to - at < 4 || testTitle(line) !== null) return;
    this.#add({
      kind: 'name',
      question: words.join(' '),
      answer: withoutName(this.#lines.slice(at, to).join('\n'), name),
    });
  }

  /** The first line after a signature that may go over several lines. */
  #bodyStart(at: number): number {
    let line = at;
    while (line - at < 12 && !/[:{]\s*(?:#.*)?$/.test(this.#lines[line] ?? '')) line += 1;
    return line + 1;
  }

  #test(at: number): void {
    const title = testTitle(this.#lines[at] ?? '');
    if (title === null || countPlainWords(title) < 3) return;
    const body = this.#lines.slice(at, blockAt(this.#lines, at)).join('\n').replace(title, '');
    this.#add({ kind: 'test', question: title, answer: body });
  }

  #error(at: number): void {
    const message = errorText.exec(this.#lines[at] ?? '')?.[2];
    if (message === undefined || countPlainWords(message) < 4) return;
    const indent = indentOf(this.#lines[at] ?? '');
    let from = at;
    while (from > 0 && at - from < 30) {
      from -= 1;
      const line = this.#lines[from] ?? '';
      if (line.trim() !== '' && indentOf(line) < indent && definition.test(line)) break;
    }
    if (at - from >= 30) from = Math.max(0, at - 8);
    const to = Math.min(Math.max(blockAt(this.#lines, from), at + 2), from + LONGEST_BLOCK_LINES);
    const body = this.#lines.slice(from, to).join('\n').replace(message, '');
    this.#add({ kind: 'error', question: message.replace(/[%$]\{?\w*\}?/g, ' '), answer: body });
  }

  #add(pair: Pair): void {
    if (countPlainWords(pair.answer) >= 4) this.#pairs.push(pair);
  }
}

const pythonDefinition = /^\s*(?:async\s+def|def|class)\s/;
const elixirSpec = /^\s*@(?:spec|impl|since|deprecated|typedoc)\b/;
