import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareImports, countReferences, resolveFolder } from './check-imports.ts';
import { crateOptions, documentCrate } from './document-crate.ts';

// Compares the `mod` and `use` of a crate with the tree of modules that rustc builds, without its dependencies from outside:
//   node packages/knowledge/bench/rust-oracle.ts --root FOLDER --crate src/lib.rs [--edition 2021] [--cfg 'feature="std"']…
//     [--needs NAME=FOLDER/src/lib.rs]… [--show]
const { values } = parseArgs({
  options: {
    ...crateOptions,
    show: { type: 'boolean', default: false },
  },
});
const { root, crate, edition } = values;

/** A module as rustc has it: its file, and the modules that its names lead to, by declaration or re-export. */
interface Module {
  readonly file: string;
  readonly parent: Module | null;
  readonly names: Map<string, Module>;
}

interface Item {
  readonly name: string | null;
  readonly span: { readonly filename: string } | null;
  readonly inner: {
    readonly module?: { readonly items: readonly number[] };
    readonly use?: { readonly name: string; readonly id: number | null; readonly is_glob: boolean };
  };
}

interface Documentation {
  readonly root: number;
  readonly index: Readonly<Record<string, Item>>;
}

const resolved = await resolveFolder(root, '**/*.rs', 'rust');
countReferences(resolved);
const top = moduleTree(documentation());
const homes = new Map<string, Module>();
collect(top);
const [expected, found] = [new Set<string>(), new Set<string>()];
for (const [file, home] of homes) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const [written, target] of declaredIn(text, home))
    if (target !== file) expected.add(`${file} ${written} → ${target}`);
  const lines = text.split('\n');
  for (const { import: index, path } of resolved.links.get(file)?.imports ?? []) {
    const fact = resolved.facts.get(file)?.imports[index];
    if (fact === undefined || path === null || !homes.has(path) || fact.within !== undefined) continue;
    // Paths without an import of their own, and imports inside of functions, are not compared.
    const isImplicit = fact.names[0]?.alias.includes('::') === true;
    if (!isImplicit && !isInside(lines, fact.line)) found.add(`${file} ${fact.specifier} → ${path}`);
  }
}
compareImports(found, expected, values.show);

/** Whether the statement that a line belongs to is indented. */
function isInside(lines: readonly string[], line: number): boolean {
  for (let at = line - 1; at >= 0; at -= 1) {
    const text = lines[at] ?? '';
    if (/^\s*(?:pub(?:\([^)]*\))?\s+)?(?:use|mod|extern)\s/.test(text)) return /^\s/.test(text);
  }
  return false;
}

function documentation(): Documentation {
  const folder = mkdtempSync(join(tmpdir(), 'rust-oracle-'));
  documentCrate(values, folder, ['--output-format', 'json', '--document-hidden-items']);
  const name = readdirSync(folder).find((each) => each.endsWith('.json')) ?? '';
  const parsed: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  rmSync(folder, { recursive: true });
  if (!isDocumentation(parsed)) throw new Error('This is no documentation of a crate.');
  return parsed;
}

function isDocumentation(given: unknown): given is Documentation {
  return typeof given === 'object' && given !== null && 'index' in given && 'root' in given;
}

function fileOf(item: Item | undefined, parent: Module | null): string {
  return item?.span?.filename ?? parent?.file ?? crate;
}

function moduleTree({ root: first, index }: Documentation): Module {
  const made = new Map<number, Module>();
  const uses: { readonly module: Module; readonly use: NonNullable<Item['inner']['use']> }[] = [];
  const make = (id: number, parent: Module | null): Module => {
    const item = index[String(id)];
    const module: Module = { file: fileOf(item, parent), parent, names: new Map() };
    made.set(id, module);
    for (const child of item?.inner.module?.items ?? []) {
      const own = index[String(child)];
      if (own === undefined) continue;
      if (own.inner.module !== undefined) module.names.set(own.name ?? '', make(child, module));
      if (own.inner.use !== undefined) uses.push({ module, use: own.inner.use });
    }
    return module;
  };
  const tree = make(first, null);
  for (const { module, use } of uses) {
    const target = use.id === null ? undefined : made.get(use.id);
    if (target !== undefined && !use.is_glob) module.names.set(use.name, target);
  }
  return tree;
}

/** The outermost module of each file. */
function collect(module: Module): void {
  if (!homes.has(module.file)) homes.set(module.file, module);
  for (const child of module.names.values()) if (child.parent === module) collect(child);
}

/** The declarations at the top of a text, each with the file of the module that its path leads to. */
function* declaredIn(text: string, home: Module): Generator<[written: string, target: string]> {
  const plain = text.replace(/\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, ' ');
  for (const [, attribute, name = ''] of plain.matchAll(
    /^(#\[path\s*=\s*"[^"]+"\]\s*)?(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;/gm,
  )) {
    const target = home.names.get(name);
    const written = /"([^"]+)"/.exec(attribute ?? '')?.[1] ?? name;
    if (target !== undefined) yield [written, target.file];
  }
  for (const [, tree = ''] of plain.matchAll(/^(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);/gm))
    for (const path of leaves(tree.replace(/\s+as\s+\w+/g, '').replace(/\s+/g, ''))) {
      const target = follow(home, path.split('::'));
      if (target !== null) yield [path, target.file];
    }
}

function* leaves(tree: string): Generator<string> {
  const at = tree.indexOf('{');
  if (at < 0) {
    yield tree.replace(/(?<=.)::self$/, '');
    return;
  }
  const prefix = tree.slice(0, at);
  let [depth, start] = [0, at + 1];
  for (let end = at; end < tree.length; end += 1) {
    if (tree[end] === '{') depth += 1;
    if (tree[end] === '}') depth -= 1;
    if ((tree[end] !== ',' || depth !== 1) && depth !== 0) continue;
    const part = tree.slice(start, end);
    if (part !== '') yield* leaves(prefix + part);
    start = end + 1;
    if (depth === 0) return;
  }
}

/** The deepest module on a path; null for one that starts outside of the crate. */
function follow(home: Module, path: readonly string[]): Module | null {
  let at: Module | null = home;
  let step = 0;
  if (path[0] === 'crate') [at, step] = [top, 1];
  else if (path[0] === 'self') step = 1;
  else if (path[0] === 'super') for (; path[step] === 'super' && at !== null; step += 1) at = at.parent;
  else if (!home.names.has(path[0] ?? ''))
    return edition === '2015' && top.names.has(path[0] ?? '') ? follow(top, path) : null;
  for (; at !== null && step < path.length; step += 1) {
    const next: Module | undefined = at.names.get(path[step] ?? '');
    if (next === undefined) break;
    at = next;
  }
  return at;
}
