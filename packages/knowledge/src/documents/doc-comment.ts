import { withoutReferences } from './markdown-references.ts';

/** One thing that a doc comment says apart from its own words. */
export interface DocNote {
  readonly kind: 'param' | 'returns' | 'throws' | 'deprecated';
  /** The parameter or the error that it speaks of; empty where it names none. */
  readonly name: string;
  readonly says: string;
}

/** A doc comment, taken apart. */
export interface DocComment {
  /** Its own words, in paragraphs, without tags, sections, examples and notes to tools. */
  readonly words: string;
  readonly notes: readonly DocNote[];
}

const MOST_NOTES = 24;

/** Tags after which the comment's own words stand, or go on. */
const WORDS =
  /^(module|fileoverview|file|packageDocumentation|overview|description|desc|summary|remarks|brief|experimental|internal|alpha|beta|public|api|final|abstract|override|readonly|virtual|sealed|async|inheritDoc|class|constructor|function|method)$/i;
/** Of these the rest of the line names the thing itself. */
const NAMING = /^(module|file|class|constructor|function|method|api)$/i;
const KINDS: readonly (readonly [DocNote['kind'], RegExp])[] = [
  ['param', /^(param|arg|argument|parameter|key|keyword|tparam|yieldparam)$/i],
  ['returns', /^returns?$/i],
  ['throws', /^(throws?|exception|raises?|except|errors|panics|safety)$/i],
  ['deprecated', /^deprecated$/i],
];

const TAG = /^\s{0,3}@([a-zA-Z]+)(?=[\s{]|$)\s*(.*)$/;
const FIELD =
  /^\s*:(param|parameter|arg|argument|key|keyword|type|rtype|returns?|raises?|except|exception|i?var|cvar|meta|vartype)\b([^:]*):\s*(.*)$/;
const DIRECTIVE = /^\s*\.\.\s+([\w-]+)::\s*(.*)$/;
/** As Google writes them in Python, and a heading in the comments of Rust. */
const SECTION =
  /^\s*(?:#{1,4}\s+)?(Args|Arguments|Parameters|Params|Attributes|Returns?|Yields?|Raises|Throws|Errors|Panics|Safety|Examples?|Usage|Notes?|See Also|References|Warnings?|Todo)\s*:?\s*$/i;

/** Where the next line of a comment belongs. */
interface Reading {
  readonly words: string[];
  readonly notes: { kind: DocNote['kind']; name: string; says: string }[];
  into: 'words' | 'note' | 'params' | 'nothing';
  /** A line that is no deeper than this ends what is read; -1 where only the next tag does. */
  indent: number;
  isFenced: boolean;
}

/** Takes a doc comment apart: JSDoc, Javadoc, PHPDoc, YARD, the fields and directives of Sphinx, and sections. */
export function readDocComment(text: string): DocComment {
  const reading: Reading = { words: [], notes: [], into: 'words', indent: -1, isFenced: false };
  for (const line of dedented(withoutReferences(text))) readLine(reading, line);
  const notes = reading.notes
    .map((note) => ({ ...note, says: note.says.trim() }))
    .filter(({ says, kind }) => says !== '' || kind === 'deprecated');
  return { words: withoutLeadIn(reading.words.join('\n')), notes: notes.slice(0, MOST_NOTES) };
}

/** The lines with the indentation that all but the first share taken off: a docstring keeps that of its code. */
function dedented(text: string): string[] {
  const [first = '', ...rest] = text.split('\n').map((line) => line.replaceAll('\t', '    '));
  const depths = rest.filter((line) => line.trim() !== '').map(depthOf);
  const depth = depths.length === 0 ? 0 : Math.min(...depths);
  return [first.trim(), ...rest.map((line) => line.slice(Math.min(depth, depthOf(line))))];
}

const depthOf = (line: string): number => line.length - line.trimStart().length;

function turnTo(reading: Reading, into: Reading['into'], indent = -1): void {
  reading.into = into;
  reading.indent = indent;
}

function readLine(reading: Reading, line: string): void {
  if (/^\s*(```|~~~)/.test(line)) {
    reading.isFenced = !reading.isFenced;
    return;
  }
  if (reading.isFenced || readMark(reading, line)) return;
  const isBlank = line.trim() === '';
  if (!isBlank && reading.indent >= 0 && depthOf(line) <= reading.indent) turnTo(reading, 'words');
  if (reading.into === 'params' && readParameter(reading, line)) return;
  if (reading.into === 'words') addWords(reading, line);
  else if (!isBlank && reading.into !== 'nothing') {
    const note = reading.notes.at(-1);
    if (note !== undefined) note.says += ` ${line.trim()}`;
  }
}

/** Reads a line that begins something else than words; false where it begins nothing. */
function readMark(reading: Reading, line: string): boolean {
  const tag = TAG.exec(line);
  if (tag !== null) return beginTag(reading, tag[1] ?? '', tag[2] ?? '');
  const field = FIELD.exec(line);
  if (field !== null) {
    const [, name = '', of = '', says = ''] = field;
    const kind = kindOf(name);
    begin(reading, kind, { name: of.trim().split(/\s+/).at(-1) ?? '', says, indent: depthOf(line) });
    return true;
  }
  const directive = DIRECTIVE.exec(line);
  if (directive !== null) {
    const [, name = '', says = ''] = directive;
    begin(reading, kindOf(name), { name: '', says: says.replace(/^[\d.]+\s*/, ''), indent: depthOf(line) });
    return true;
  }
  const deprecated = /^Deprecated:\s*(.*)$/.exec(line);
  if (deprecated !== null) {
    begin(reading, 'deprecated', { name: '', says: deprecated[1] ?? '' });
    return true;
  }
  return beginSection(reading, line);
}

function beginSection(reading: Reading, line: string): boolean {
  const isHeading = /^\s*#{1,4}\s+\S/.test(line);
  const section = SECTION.exec(line)?.[1] ?? (isHeading ? 'Other' : undefined);
  // A word alone on its line is a section only with a colon or as a heading.
  if (section === undefined || !/[:#]/.test(line)) return false;
  const kind = kindOf(section);
  if (/^(args|arguments|parameters|params)$/i.test(section))
    turnTo(reading, 'params', isHeading ? -1 : depthOf(line));
  else begin(reading, kind, { name: '', says: '', indent: isHeading ? -1 : depthOf(line) });
  return true;
}

function kindOf(name: string): DocNote['kind'] | null {
  return KINDS.find(([, names]) => names.test(name))?.[0] ?? null;
}

function begin(
  reading: Reading,
  kind: DocNote['kind'] | null,
  { name, says, indent = -1 }: { readonly name: string; readonly says: string; readonly indent?: number },
): void {
  turnTo(reading, kind === null ? 'nothing' : 'note', indent);
  if (kind !== null) reading.notes.push({ kind, name, says });
}

function beginTag(reading: Reading, tag: string, rest: string): true {
  if (WORDS.test(tag)) {
    turnTo(reading, 'words');
    const isName = NAMING.test(tag) && !/\s/.test(rest);
    if (rest !== '' && !isName) addWords(reading, rest);
    return true;
  }
  const kind = kindOf(tag);
  const untyped = rest.replace(/^\{[^}]*\}\s*/, '').replace(/^\[[\w:, <>]*\]\s*/, '');
  if (kind !== 'param') {
    // Of a type alone the signature speaks already.
    const says = kind === 'returns' && !/\s/.test(untyped) ? '' : untyped.replace(/^[-:–]\s+/, '');
    begin(reading, kind, { name: '', says });
    return true;
  }
  const named =
    /\$(\w+)\s*(.*)$/.exec(untyped) ?? /^\[?([\w.]+)(?:=[^\]]*)?\]?(?:\s*\[[^\]]*\])?\s*(.*)$/.exec(untyped);
  begin(reading, kind, { name: named?.[1] ?? '', says: (named?.[2] ?? '').replace(/^[-:–]\s*/, '') });
  return true;
}

/** A parameter of a section, as in `name (type): what it is`. */
function readParameter(reading: Reading, line: string): boolean {
  const found = /^\s*[-*]*\s*`?([A-Za-z_]\w*)`?\s*(?:\([^)]*\))?\s*(?::|–|-)\s+(.*)$/.exec(line);
  if (found !== null) reading.notes.push({ kind: 'param', name: found[1] ?? '', says: found[2] ?? '' });
  return found !== null;
}

/** Code is set off by its indentation, below a blank line or a line that ends with two colons. */
function addWords(reading: Reading, line: string): void {
  const { words } = reading;
  const before = words.at(-1) ?? '';
  if (line.trim() !== '' && depthOf(line) >= 4 && (before === '' || before.endsWith('::'))) return;
  words.push(line.trim() === '' ? '' : line);
}

/** The last sentence of a paragraph may only lead to an example or a list, which is not shown. */
function withoutLeadIn(words: string): string {
  return words
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/::$/, ':'))
    .filter((paragraph) => paragraph !== '' && !/^\S*\s*(examples?|usage)\b[^.]*:$/i.test(paragraph))
    .map((paragraph) => paragraph.replace(/:$/, '.'))
    .join('\n\n');
}
