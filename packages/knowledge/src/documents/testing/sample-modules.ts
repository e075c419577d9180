import { assembleModules, type FolderRows } from '../assemble-modules.ts';
import type { CheckedSnapshot } from '../check-page.ts';
import type { FolderSymbol } from '../module-facts.ts';

/** A symbol of a folder, of three lines unless it says more. */
export const symbol = (path: string, line: number, more: Partial<FolderSymbol>): FolderSymbol => ({
  path,
  qualifiedName: 'run',
  kind: 'FUNCTION',
  line,
  startLine: line,
  endLine: line + 2,
  signature: `function ${more.qualifiedName ?? 'run'}()`,
  documentation: null,
  isExported: true,
  ...more,
});
/** A file of a folder. */
export const file = (path: string, codeLines = 10) => ({
  path,
  language: 'TypeScript',
  codeLines,
  isTest: path.includes('.test.'),
});

/** A repository of two modules: what is stored of it. */
const rows: FolderRows = {
  files: [
    'app/main.ts',
    'app/main.test.ts',
    'store/index.ts',
    'store/file-store.ts',
    'store/memory_store.ts',
  ].map((path) => file(path)),
  symbols: [
    symbol('app/main.ts', 3, { qualifiedName: 'run', documentation: 'Runs it. And more.' }),
    symbol('app/main.test.ts', 1, { qualifiedName: 'helper' }),
    symbol('store/index.ts', 2, { qualifiedName: 'Store', kind: 'CLASS', signature: 'class Store' }),
    symbol('store/index.ts', 4, { qualifiedName: 'Store.save', kind: 'METHOD' }),
    symbol('store/file-store.ts', 1, { qualifiedName: 'hidden', isExported: false, endLine: 90 }),
  ],
  imports: [
    { from: 'app/main.ts', line: 1, to: 'store/index.ts', packageName: null },
    { from: 'app/main.ts', line: 2, to: null, packageName: 'zod' },
    { from: 'app/main.test.ts', line: 1, to: 'store/index.ts', packageName: null },
  ],
  readmes: ['store/README.md'],
};
const texts = new Map([
  ['store/README.md', '# Store\n\n[![x](y)](z)\n\nKeeps *ships*\nin `berths`.\n\nMore.\n'],
  ['README.md', '# Harbour\n\nA harbour.\n'],
  [
    'app/main.ts',
    "import { Store } from '../store';\nimport 'zod';\n/** Runs it. */\nexport function run() {}\n",
  ],
]);
/** Its modules, the root folder among them. */
export const modules = assembleModules(rows, texts);
export const moduleAt = (path: string) => modules.find((each) => each.path === path) ?? modules[0]!;

const lines = 'line\n'.repeat(100);
/** The snapshot that its pages speak of. */
export const snapshot: CheckedSnapshot = {
  isPath: (path) =>
    [...rows.files.map((each) => each.path), ...rows.readmes, 'package.json'].some(
      (each) => each === path || each.startsWith(`${path}/`),
    ),
  isSymbol: (name) => rows.symbols.some(({ qualifiedName }) => qualifiedName === name),
  textOf: (path) => texts.get(path) ?? `${lines} zod`,
};
