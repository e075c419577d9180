import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { origins, type FileLinks, type Origin } from '../src/resolve/file-links.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { symbolKeys } from '../src/resolve/surface.ts';
import { openFolderWorld } from './folder-world.ts';

// Compares imports and references of a TypeScript repository with those of TypeScript's own checker:
//   node packages/knowledge/bench/typescript-oracle.ts --root FOLDER [--tests] [--show ORIGIN]
const { values } = parseArgs({
  options: { root: { type: 'string' }, tests: { type: 'boolean' }, show: { type: 'string' } },
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

const program = ts.createProgram({
  rootNames: files.map((file) => join(root, file)),
  options: {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    jsx: ts.JsxEmit.Preserve,
    ...configuredPaths(),
  },
});
const checker = program.getTypeChecker();
const known = new Set(files);
compareImports(links);
compareReferences(links);

function configuredPaths(): ts.CompilerOptions {
  const file = join(root, 'tsconfig.json');
  if (!existsSync(file)) return {};
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, (path) => readFileSync(path, 'utf8')).config,
    ts.sys,
    root,
  );
  const { paths, baseUrl, pathsBasePath } = options;
  return {
    ...(paths === undefined ? {} : { paths }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(pathsBasePath === undefined ? {} : { pathsBasePath }),
  };
}

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
      const { resolvedModule } = ts.resolveModuleName(
        specifier,
        join(root, file),
        program.getCompilerOptions(),
        ts.sys,
      );
      const expected = inRepository(resolvedModule?.resolvedFileName);
      const own = path !== null && known.has(path) ? path : null;
      if (expected === own) counts.right += expected === null ? 0 : 1;
      else if (expected === null) counts.invented += 1;
      else if (own === null) counts.missed += 1;
      else counts.wrong += 1;
      if (expected !== own && values.show === 'imports')
        console.log(`${file}: ${specifier} → ${own}, expected ${expected}`);
    }
  }
  const { right, wrong, missed, invented } = counts;
  console.log(
    `imports: ${right} right, ${wrong} wrong, ${missed} missed, ${invented} resolved by us alone; precision ${share(right, right + wrong)}, recall ${share(right, right + wrong + missed)}`,
  );
}

/** The definitions of the checker by file and line, for every line and name that it resolves inside of the repository. */
function compareReferences(all: ReadonlyMap<string, FileLinks>): void {
  const grades = new Map<Origin, { right: number; wrong: number }>();
  let expectedAll = 0;
  let foundAll = 0;
  for (const [file, { references }] of all) {
    const expected = expectedOf(file);
    expectedAll += expected.size;
    const reached = new Set<string>();
    for (const { line, origin, path, key } of references) {
      const place = placeOf(path, key);
      if (place === null) continue;
      const { name, lines } = place;
      const id = `${line} ${name}`;
      const grade = grades.get(origin) ?? { right: 0, wrong: 0 };
      grades.set(origin, grade);
      const targets = expected.get(id);
      const isRight = targets !== undefined && lines.some((each) => targets.has(`${path}:${each}`));
      if (isRight) {
        grade.right += 1;
        reached.add(id);
      } else {
        grade.wrong += 1;
        if (values.show === origin)
          console.log(
            `${file}:${line} ${name} → ${path}:${lines.join('|')}, expected ${[...(targets ?? ['nothing'])].join(' ')}`,
          );
      }
    }
    foundAll += reached.size;
    if (values.show === 'missed')
      for (const [id, targets] of expected)
        if (!reached.has(id)) console.log(`${file}:${id} → ${[...targets].join(' ')}`);
  }
  const sums = { PROVEN: [0, 0], LIKELY: [0, 0], UNPROVEN: [0, 0] };
  for (const [origin, { right, wrong }] of [...grades].sort()) {
    const sum = sums[origins[origin]];
    sum[0] = (sum[0] ?? 0) + right;
    sum[1] = (sum[1] ?? 0) + wrong;
    console.log(
      `  ${origin.padEnd(26)} ${origins[origin].padEnd(9)} ${right} right, ${wrong} wrong, ${share(right, right + wrong)}`,
    );
  }
  for (const [certainty, [right = 0, wrong = 0]] of Object.entries(sums))
    console.log(`references ${certainty}: precision ${share(right, right + wrong)} of ${right + wrong}`);
  console.log(`references: recall ${share(foundAll, expectedAll)} of ${expectedAll}`);
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

/** Uses of top-level definitions and members, by line and name, with every place the checker says they are defined. */
function expectedOf(file: string): Map<string, Set<string>> {
  const source = program.getSourceFile(join(root, file));
  const expected = new Map<string, Set<string>>();
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
  expected: Map<string, Set<string>>,
): void {
  const { parent } = node;
  if (
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isExportSpecifier(parent)
  )
    return;
  let symbol = checker.getSymbolAtLocation(node);
  if (symbol === undefined) return;
  if (ts.isShorthandPropertyAssignment(parent))
    symbol = checker.getShorthandAssignmentValueSymbol(parent) ?? symbol;
  if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) symbol = checker.getAliasedSymbol(symbol);
  for (const declaration of symbol.declarations ?? []) {
    const name = ts.getNameOfDeclaration(declaration);
    if (name === node || name === undefined || !isTracked(declaration)) continue;
    const path = inRepository(declaration.getSourceFile().fileName);
    if (path === null) continue;
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const at = declaration.getSourceFile().getLineAndCharacterOfPosition(name.getStart()).line + 1;
    const id = `${line} ${name.getText()}`;
    expected.set(id, (expected.get(id) ?? new Set()).add(`${path}:${at}`));
  }
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
