import type { FileFacts, ImportFact, SymbolFact } from '../facts/file-facts.ts';
import { isGeneratedText } from '../files/generated-text.ts';
import { pathKind } from '../rank/path-kind.ts';
import type { FileLinks } from '../resolve/file-links.ts';
import { redact } from '../secrets/redact.ts';
import { aliasesOf } from './aliases-of.ts';
import { declaredLayers } from './declared-layers.ts';
import type {
  DigestExport,
  DigestFinding,
  DigestImport,
  DigestPackage,
  DigestPassage,
  FileDigest,
  FileRole,
  LongFunction,
  NameStyle,
} from './file-digest.ts';
import { mentionsOf } from './mentions-of.ts';
import { functionLengths, isFunction } from './function-lengths.ts';
import { cratesIn, loosely, packagesInStrings, packNames, wordsOf } from './name-hash.ts';
import { readManifest, withoutDependencies } from './read-manifest.ts';
import { settingsOf } from './settings-of.ts';

/** Everything that is known of one file of a snapshot. */
export interface DigestInput {
  readonly path: string;
  readonly dialect: string;
  /** The reason why the file is only listed. */
  readonly ignored: string | null;
  readonly facts: FileFacts | null;
  readonly links: FileLinks | null;
  /** The decoded text; null where there is none, or where the file is too large for this. */
  readonly text: string | null;
  readonly passages: readonly DigestPassage[];
}

/** The ends of the length classes of functions. */
export const LENGTH_CLASSES = [10, 20, 40, 80, 160, 320] as const;
const LONG_FUNCTION = 60;
const MOST = { findings: 200, longFunctions: 20, styles: 60, exports: 2000, passages: 400 } as const;

/** Reduces a file to what rules about the whole snapshot read. */
export function digestFile(input: DigestInput): FileDigest {
  const { path, dialect, facts, links, text } = input;
  const role = roleOf(path, input);
  const own = ownLines(dialect, text);
  const isListed = role === 'generated';
  return compact({
    dialect,
    role,
    lines: rounded(facts === null ? lineCount(text) : Math.min(facts.measures.codeLines, own)),
    ...(text === null || isListed ? {} : ofText({ path, dialect, text })),
    findings: isListed
      ? undefined
      : [...codeFindings(facts), ...secretsOf(path, role, text)].slice(0, MOST.findings),
    names: isListed ? undefined : packNames(usedNames(input)),
    ...(facts === null ? {} : ofCode({ dialect, facts, links, text })),
    passages:
      role === 'source'
        ? input.passages
            .filter((passage) => passage.startLine <= own && holdsCode(passage, facts))
            .slice(0, MOST.passages)
        : undefined,
  });
}

/** Whether half of a passage belongs to definitions: licences and imports are alike in many files. */
function holdsCode({ startLine, endLine }: DigestPassage, facts: FileFacts | null): boolean {
  const starts = (facts?.symbols ?? []).flatMap(({ kind, startLine: from, endLine: to }) =>
    /^(?:NAMESPACE|MODULE)$/.test(kind) || from > endLine || to < startLine
      ? []
      : [Math.max(from, startLine)],
  );
  return starts.length > 0 && (endLine - Math.min(...starts) + 1) * 2 >= endLine - startLine + 1;
}

/** The lines above the tests that a file of Rust has at its end; all of them in other languages. */
function ownLines(dialect: string, text: string | null): number {
  const at =
    dialect === 'rust' && text !== null ? /^#\[cfg\(test\)\]\s*\nmod \w+ \{/m.exec(text)?.index : undefined;
  return at === undefined ? Infinity : (text ?? '').slice(0, at).split('\n').length - 1;
}

function ofText({ path, dialect, text }: { path: string; dialect: string; text: string }) {
  return {
    manifest: readManifest(path, text),
    mentions: mentionsOf(path, dialect, text),
    layers: dialect === 'markdown' ? declaredLayers(text) : undefined,
    aliases: aliasesOf(path, text),
    settings: settingsOf(dialect, text),
  };
}

function ofCode({ dialect, facts, links, text }: CodeInput) {
  return {
    ...importsOf(facts, links, conditionsIn({ dialect, facts, text })),
    exports: exportsOf(facts).slice(0, MOST.exports),
    ...lengthsOf(facts, text),
    styles: stylesOf(facts),
  };
}

interface CodeInput extends Pick<DigestInput, 'dialect' | 'links' | 'text'> {
  readonly facts: FileFacts;
}

/** Without what is empty: most files have few of the parts. */
function compact(digest: { [Part in keyof FileDigest]: FileDigest[Part] | undefined }): FileDigest {
  const filled = Object.entries(digest).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  // Only optional parts can be empty.
  return Object.fromEntries(filled) as unknown as FileDigest;
}

/** Names the file that a program made the text from: a grammar, most often. */
const madeFrom = /^(?:#|\/\/) ?line \d+ "[^"\n]+"/m;
const START = 2000;
/** Where a file says that a program wrote it, and enough to know minified code by. */
const HEAD = 20_000;

/** Support of tests, which stands beside the code in many languages. */
const ofTests = /(?:^|\/)(?:test_?(?:utils?|helpers?|support)\.\w+$|__(?:test)?fixtures__\/)/i;

/** Programs that measure the code. */
const measuring = /[a-z]Benchmarks?\.(?:java|kt|cs|scala)$/;

function roleOf(path: string, { ignored, text }: Pick<DigestInput, 'ignored' | 'text'>): FileRole {
  const head = (text ?? '').slice(0, HEAD);
  if (ignored !== null || madeFrom.test(head.slice(0, START))) return 'generated';
  const kind = pathKind(path);
  switch (kind) {
    case 'source':
    case 'layout':
      return isGeneratedText(head) ? 'generated' : roleOfCode(path);
    case 'test':
    case 'example':
    case 'typing':
    case 'document':
    case 'generated':
      return kind;
    case 'changelog':
    case 'translation':
    case 'meta':
      return 'other';
  }
}

function roleOfCode(path: string): FileRole {
  if (ofTests.test(path)) return 'test';
  return measuring.test(path) ? 'example' : 'source';
}

/** Two leading digits: a line more or less is no news. */
function rounded(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.round(count / unit) * unit;
}

const lineCount = (text: string | null): number => (text === null ? 0 : text.split('\n').length);

/** The imports of a text that do not always happen when it is loaded. */
interface Conditions {
  /** Lines that only type checkers read. */
  readonly typeLines: ReadonlySet<number>;
  readonly isConditional: (line: number) => boolean;
}

/** Python imports under a condition are indented; a file of Go that no build takes says so at its top. */
function conditionsIn({ dialect, facts, text }: Omit<CodeInput, 'links'>): Conditions {
  const lines = dialect === 'python' && facts.imports.length > 0 ? (text ?? '').split('\n') : [];
  const isLeftOut = /^\/\/(?:go:build| \+build) .*\bignore\b/m.test((text ?? '').slice(0, 4000));
  return {
    typeLines: typeOnlyLines(facts, text),
    isConditional: (line) => (dialect === 'go' && isLeftOut) || /^\s/.test(lines[line - 1] ?? ''),
  };
}

function importsOf(facts: FileFacts, links: FileLinks | null, { typeLines, isConditional }: Conditions) {
  const functions = facts.symbols.filter(isFunction);
  const onlyTypes = usedAsTypes(facts);
  const imports: DigestImport[] = [];
  const packages: DigestPackage[] = [];
  for (const { import: index, path, packageName } of links?.imports ?? []) {
    const fact = facts.imports[index];
    if (fact === undefined) continue;
    const { line, isTypeOnly } = fact;
    const isErased = isTypeOnly || typeLines.has(line) || (onlyTypes.get(index) ?? false);
    const type = isErased ? ({ isType: true } as const) : {};
    if (path !== null)
      imports.push({
        to: path,
        line,
        ...type,
        ...(isLate(fact, path, functions) ? { isLate: true } : {}),
        ...(isOpen(fact) ? { isOpen: true } : {}),
      });
    else if (packageName !== null)
      packages.push({
        name: packageName,
        line,
        ...type,
        ...(isConditional(line) ? { isConditional: true } : {}),
      });
  }
  return { imports, packages };
}

function isLate(
  { specifier, line, kind }: ImportFact,
  path: string,
  functions: readonly SymbolFact[],
): boolean {
  // `autoload` of Ruby reads the file when the name is first used.
  if (kind === 'DYNAMIC' && path.endsWith('.rb')) return true;
  // `from . import a` of Python asks for a module beside it, and finds its own package half loaded whatever that does.
  if (/^\.+$/.test(specifier) && path.endsWith('__init__.py')) return true;
  return functions.some(({ startLine, endLine }) => line > startLine && line <= endLine);
}

/** Whether an import may use any name of its target. */
const isOpen = ({ isWildcard, names, kind }: ImportFact): boolean =>
  isWildcard || kind === 'DYNAMIC' || kind === 'REQUIRE' || names.some(({ name }) => name === '*');

/** Imports whose names stand only where types do: a compiler takes them away, whether they say so or not. */
function usedAsTypes({ imports, references }: FileFacts): Map<number, boolean> {
  const only = new Map<number, boolean>();
  for (const { binding, kind } of references) {
    if (binding.to !== 'IMPORT' || kind === 'IMPORT' || imports[binding.import]?.kind !== 'IMPORT') continue;
    only.set(binding.import, (only.get(binding.import) ?? true) && kind === 'TYPE');
  }
  return only;
}

/** The lines of Python that only type checkers read: those below `if TYPE_CHECKING:`. */
function typeOnlyLines({ imports }: FileFacts, text: string | null): ReadonlySet<number> {
  const lines = new Set<number>();
  if (imports.length === 0 || text === null || !text.includes('TYPE_CHECKING:')) return lines;
  let indent = -1;
  for (const [index, line] of text.split('\n').entries()) {
    const own = line.search(/\S/);
    if (own >= 0 && own <= indent) indent = -1;
    if (indent >= 0) lines.add(index + 1);
    else if (/^\s*if\s+(?:\w+\.)?TYPE_CHECKING:/.test(line)) indent = own;
  }
  return lines;
}

function exportsOf(facts: FileFacts): DigestExport[] {
  const used = new Set<number>();
  for (const { binding, inside } of facts.references)
    if (binding.to === 'SYMBOL' && inside !== binding.symbol) used.add(binding.symbol);
  // Under another name, or as the default, it is imported by a name that this text does not know.
  const renamed = new Set(
    facts.exports.flatMap(({ name, binding }) =>
      binding?.to === 'SYMBOL' && facts.symbols[binding.symbol]?.name !== name ? [binding.symbol] : [],
    ),
  );
  return facts.symbols.flatMap(({ name, kind, line, isExported, parent }, index) =>
    isExported && parent === null && !renamed.has(index)
      ? [{ name, kind, line, ...(used.has(index) ? { isUsedHere: true as const } : {}) }]
      : [],
  );
}

function usedNames({ path, dialect, facts, text: given }: DigestInput): Set<string> {
  const text = given ?? '';
  // The crates first: they are the names that must not be missing from a list that is cut.
  if (facts !== null)
    return new Set([...(dialect === 'rust' ? cratesIn(text) : []), ...namesUsed(facts, text)]);
  return path.endsWith('package.json') ? wordsOf(withoutDependencies(text)) : wordsOf(text);
}

/** Every name that may stand for something of another file, and packages that are named in strings. */
function namesUsed(facts: FileFacts, text: string): Set<string> {
  const names = packagesInStrings(text);
  // A member of something unknown, and a name in a string, may mean any definition.
  for (const name of loosely(text)) names.add(name);
  for (const { binding } of facts.references) {
    if (binding.to === 'SYMBOL') continue;
    names.add(binding.name.replace(/\(\)$/, ''));
    if (binding.to === 'IMPORT') for (const name of binding.path) names.add(name);
  }
  for (const fact of facts.imports) for (const { name } of fact.names) names.add(name);
  return names;
}

function lengthsOf(facts: FileFacts, text: string | null): Pick<FileDigest, 'lengths' | 'longFunctions'> {
  const lengths = new Array<number>(LENGTH_CLASSES.length + 1).fill(0);
  const longFunctions: LongFunction[] = [];
  for (const [symbol, length] of functionLengths(facts, text)) {
    const at = LENGTH_CLASSES.findIndex((end) => length <= end);
    const place = at < 0 ? LENGTH_CLASSES.length : at;
    lengths[place] = (lengths[place] ?? 0) + 1;
    if (length >= LONG_FUNCTION)
      longFunctions.push({ name: symbol.qualifiedName, line: symbol.line, lines: rounded(length) });
  }
  longFunctions.sort((a, b) => b.lines - a.lines || a.line - b.line);
  return lengths.some((count) => count > 0)
    ? { lengths, longFunctions: longFunctions.slice(0, MOST.longFunctions) }
    : {};
}

function stylesOf(facts: FileFacts): NameStyle[] {
  return facts.symbols
    .flatMap((symbol): NameStyle[] => {
      if (isFunction(symbol)) return [{ name: symbol.name, of: 'FUNCTION', line: symbol.line }];
      return /^(?:CLASS|INTERFACE|TYPE|ENUM)$/.test(symbol.kind)
        ? [{ name: symbol.name, of: 'TYPE', line: symbol.line }]
        : [];
    })
    .slice(0, MOST.styles);
}

function codeFindings(facts: FileFacts | null): DigestFinding[] {
  return (facts?.findings ?? []).map(({ rule, startLine, endLine, inside, evidence }) => {
    const symbol = inside === null ? undefined : facts?.symbols[inside];
    return {
      rule,
      startLine,
      endLine,
      evidence,
      ...(symbol === undefined ? {} : { inside: symbol.qualifiedName }),
    };
  });
}

/** Secrets that stand in the text. Those of tests, examples and documents are made up. */
function secretsOf(path: string, role: FileRole, text: string | null): DigestFinding[] {
  if (
    text === null ||
    (role !== 'source' && role !== 'other') ||
    /(?:^|\/)(?:www|docs?|site|website)\//.test(path)
  )
    return [];
  const { text: masked, findings } = redact(text);
  if (findings.length === 0) return [];
  const lines = masked.split('\n');
  return findings.map(({ rule, line }) => ({
    rule: `secret:${rule}`,
    startLine: line,
    endLine: line,
    evidence: (lines[line - 1] ?? '').trim().slice(0, 200),
  }));
}
