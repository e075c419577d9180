import { globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { origins, type FileLinks, type Origin } from '../src/resolve/file-links.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { symbolKeys } from '../src/resolve/surface.ts';
import { openFolderWorld } from './folder-world.ts';
import { projectResolver } from './typescript-projects.ts';

// Compares imports and references of a TypeScript repository with those of TypeScript's own checker:
//   node packages/knowledge/bench/typescript-oracle.ts --root FOLDER [--tests] [--show ORIGIN] [--types node_modules/@types]
const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    tests: { type: 'boolean' },
    show: { type: 'string' },
    types: { type: 'string' },
  },
});
const root = values.root ?? '.';
const isTest = /(^|\/)(tests?|__tests__|fixtures?)\/|[.-](test|spec)\./;
const files = globSync('**/*.{ts,tsx,mts,cts}', {
  cwd: root,
  exclude: (path) => /node_modules|\.git$/.test(path),
})
  .filter((file) => values.tests === true || !isTest.test(file))
  .filter((file) => statSync(join(root, file)).isFile())
  .sort();

const started = performance.now();
const facts = new Map<string, FileFacts>();
let bytes = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  bytes += text.length;
  const found = await factsOfText({ text, dialect: file.endsWith('.tsx') ? 'tsx' : 'typescript' });
  if (found !== null) facts.set(file, found);
}
const read = performance.now();
const world = openFolderWorld(root, facts);
const links = world.resolveAll((path, given, snapshot) =>
  resolveFile({ path, dialect: path.endsWith('.tsx') ? 'tsx' : 'typescript', facts: given }, snapshot),
);
const resolved = performance.now();
console.log(
  `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; facts ${(read - started).toFixed(0)} ms, links ${(resolved - read).toFixed(0)} ms`,
);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  jsx: ts.JsxEmit.Preserve,
  ...(values.types === undefined ? { types: [] } : { types: ['node'], typeRoots: [values.types] }),
};
const host = ts.createCompilerHost(options);
const resolveModule = projectResolver(root, options);
host.resolveModuleNameLiterals = (literals, from) =>
  literals.map(({ text }) => ({ resolvedModule: resolveModule(text, from) }));
const program = ts.createProgram({ rootNames: files.map((file) => join(root, file)), options, host });
const checker = program.getTypeChecker();
const known = new Set(files);
compareImports(links);
compareReferences(links);

function inRepository(path: string | undefined): string | null {
  if (path === undefined) return null;
  const own = relative(root, path);
  return known.has(own) ? own : null;
}

function compareImports(all: ReadonlyMap<string, FileLinks>): void {
  const counts = { right: 0, wrong: 0, missed: 0, invented: 0 };
  for (const [file, { imports }] of all) {
    const source = program.getSourceFile(join(root, file));
    if (source === undefined) continue;
    for (const { import: index, path } of imports) {
      const specifier = facts.get(file)?.imports[index]?.specifier ?? '';
      const expected = inRepository(resolveModule(specifier, join(root, file))?.resolvedFileName);
      const own = path !== null && known.has(path) ? path : null;
      const grade = gradeOfImport(own, expected);
      if (grade !== null) counts[grade] += 1;
      if (expected !== own && values.show === 'imports')
        console.log(`${file}: ${specifier} → ${own}, expected ${expected}`);
    }
  }
  const { right, wrong, missed, invented } = counts;
  console.log(
    `imports: ${right} right, ${wrong} wrong, ${missed} missed, ${invented} resolved by us alone; precision ${share(right, right + wrong)}, recall ${share(right, right + wrong + missed)}`,
  );
}

/** The grade of an import by its target and that of the compiler; null where both lead outside. */
function gradeOfImport(own: string | null, expected: string | null) {
  if (expected === null) return own === null ? null : 'invented';
  if (own === null) return 'missed';
  return own === expected ? 'right' : 'wrong';
}

/** The checker's findings on the uses of one name on one line. */
interface Expected {
  /** Every place where it says the name is defined. */
  readonly places: Set<string>;
  /** Whether one of them counts for recall. */
  isTracked: boolean;
  /** Whether one stands behind something whose type the checker does not know: a package that is not installed. */
  isUnknown: boolean;
  /** The syntax around the last of the uses. */
  form: string;
}

interface Grade {
  right: number;
  wrong: number;
  unknown: number;
}

function compareReferences(all: ReadonlyMap<string, FileLinks>): void {
  const grades = new Map<Origin, Grade>();
  let expectedAll = 0;
  let foundAll = 0;
  for (const [file, { references }] of all) {
    const expected = expectedOf(file);
    const reached = gradeFile(file, references, { expected, grades });
    for (const [id, { isTracked: counts, places, form }] of expected) {
      if (!counts) continue;
      expectedAll += 1;
      if (reached.has(id)) foundAll += 1;
      else if (values.show === 'missed') console.log(`${file}:${id} → ${[...places].join(' ')} (${form})`);
    }
  }
  printGrades(grades);
  console.log(`references: recall ${share(foundAll, expectedAll)} of ${expectedAll}`);
}

/** Grades the references of one file; returns those uses that were found. */
function gradeFile(
  file: string,
  references: FileLinks['references'],
  { expected, grades }: { expected: ReadonlyMap<string, Expected>; grades: Map<Origin, Grade> },
): Set<string> {
  const reached = new Set<string>();
  for (const { line, origin, path, key } of references) {
    const place = placeOf(path, key);
    if (place === null) continue;
    const id = `${line} ${place.name}`;
    const grade = grades.get(origin) ?? { right: 0, wrong: 0, unknown: 0 };
    grades.set(origin, grade);
    const said = expected.get(id);
    if (place.lines.some((each) => said?.places.has(`${path}:${each}`) === true)) {
      grade.right += 1;
      reached.add(id);
      continue;
    }
    if (said?.isUnknown === true) {
      grade.unknown += 1;
      if (values.show === 'unknown')
        console.log(`${file}:${id} ${origin} → ${path}:${place.lines.join('|')}`);
      continue;
    }
    grade.wrong += 1;
    if (values.show !== origin) continue;
    const places = [...(said?.places ?? [])].join(' ') || 'nothing';
    console.log(`${file}:${id} → ${path}:${place.lines.join('|')}, expected ${places}`);
  }
  return reached;
}

function printGrades(grades: ReadonlyMap<Origin, Grade>): void {
  const sums = {
    PROVEN: { right: 0, wrong: 0, unknown: 0 },
    LIKELY: { right: 0, wrong: 0, unknown: 0 },
    UNPROVEN: { right: 0, wrong: 0, unknown: 0 },
  };
  for (const [origin, { right, wrong, unknown }] of [...grades].sort()) {
    const sum = sums[origins[origin]];
    sum.right += right;
    sum.wrong += wrong;
    sum.unknown += unknown;
    console.log(
      `  ${origin.padEnd(26)} ${origins[origin].padEnd(9)} ${right} right, ${wrong} wrong, ${share(right, right + wrong)} (${unknown} the checker cannot judge)`,
    );
  }
  for (const [certainty, { right, wrong, unknown }] of Object.entries(sums))
    console.log(
      `references ${certainty}: precision ${share(right, right + wrong)} of ${right + wrong} (${unknown} the checker cannot judge)`,
    );
}

function placeOf(path: string, key: string): { name: string; lines: number[] } | null {
  const { symbols } = facts.get(path) ?? { symbols: [] };
  const index = symbolKeys(symbols).indexOf(key);
  const symbol = symbols[index];
  if (symbol === undefined) return null;
  // Overloads and merged declarations are one symbol to the checker.
  const same = symbols.filter((each) => each.qualifiedName === symbol.qualifiedName);
  return { name: symbol.name, lines: same.map(({ line }) => line) };
}

/** The uses of names in a file, by line and name. */
function expectedOf(file: string): Map<string, Expected> {
  const source = program.getSourceFile(join(root, file));
  const expected = new Map<string, Expected>();
  if (source === undefined) return expected;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) addExpected(node, source, expected);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return expected;
}

function addExpected(
  node: ts.Identifier | ts.PrivateIdentifier,
  source: ts.SourceFile,
  expected: Map<string, Expected>,
): void {
  const { parent } = node;
  if (
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isExportSpecifier(parent)
  )
    return;
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const said = (name: string): Expected => {
    const id = `${line} ${name}`;
    const entry = expected.get(id) ?? {
      places: new Set(),
      isTracked: false,
      isUnknown: false,
      form: formOf(node),
    };
    expected.set(id, entry);
    return entry;
  };
  const symbol = symbolAt(node);
  if (symbol === undefined || symbol.declarations === undefined) {
    if (isUnknown(node)) said(node.text).isUnknown = true;
    return;
  }
  // The names of overloads and accessors of one symbol are not references to each other.
  const names = symbol.declarations.map((each) => ts.getNameOfDeclaration(each));
  if (names.includes(node)) return;
  for (const declaration of symbol.declarations) {
    const name = ts.getNameOfDeclaration(declaration);
    if (name === undefined) continue;
    const path = inRepository(declaration.getSourceFile().fileName);
    if (path === null) continue;
    const at = declaration.getSourceFile().getLineAndCharacterOfPosition(name.getStart()).line + 1;
    const entry = said(name.getText());
    entry.places.add(`${path}:${at}`);
    entry.isTracked ||= isTracked(declaration);
  }
}

function formOf(node: ts.Node): string {
  const { parent } = node;
  const kind = ts.SyntaxKind[parent.kind];
  return ts.isPropertyAccessExpression(parent) && parent.name === node
    ? `${kind} of ${ts.SyntaxKind[parent.expression.kind]}`
    : kind;
}

function symbolAt(node: ts.Identifier | ts.PrivateIdentifier): ts.Symbol | undefined {
  const { parent } = node;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(node);
  const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Whether the checker has no type to look a member up in, because a package that the type comes from is not there. */
function isUnknown(node: ts.Identifier | ts.PrivateIdentifier): boolean {
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  if (isMember) return (checker.getTypeAtLocation(parent.expression).flags & ts.TypeFlags.Any) !== 0;
  const symbol = checker.getSymbolAtLocation(node);
  return symbol !== undefined && checker.isUnknownSymbol(symbolAt(node) ?? symbol);
}

/** Definitions that count: those at the top of a file, functions anywhere, and members of classes, interfaces and enums. */
function isTracked(declaration: ts.Declaration): boolean {
  if (
    ts.isParameter(declaration) ||
    ts.isTypeParameterDeclaration(declaration) ||
    ts.isBindingElement(declaration)
  )
    return false;
  if (ts.isPropertyAssignment(declaration) || ts.isShorthandPropertyAssignment(declaration)) return false;
  if (ts.isVariableDeclaration(declaration)) {
    const statement = declaration.parent.parent;
    const isFunction = declaration.initializer !== undefined && ts.isFunctionLike(declaration.initializer);
    return isFunction || (ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent));
  }
  if (ts.isPropertySignature(declaration) || ts.isMethodSignature(declaration))
    return isOwned(declaration.parent);
  return !ts.isSourceFile(declaration);
}

/** Whether a literal type is the whole of an alias or a part of its union; others are types without a name. */
function isOwned(literal: ts.Node): boolean {
  if (!ts.isTypeLiteralNode(literal)) return true;
  let at: ts.Node = literal.parent;
  while (ts.isUnionTypeNode(at) || ts.isIntersectionTypeNode(at) || ts.isParenthesizedTypeNode(at))
    at = at.parent;
  return ts.isTypeAliasDeclaration(at);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(3);
}
