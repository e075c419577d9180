import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { compareImports, countReferences, resolveFolder } from './check-imports.ts';

// Compares the imports of a Python repository with those that Python's own parser and file finder give:
//   node packages/knowledge/bench/python-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = values.root ?? '.';

/** Prints a line for each module of the repository that an import loads. It runs no code of the repository. */
const importsProgram = `
import ast, os, sys
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
root = os.path.realpath(sys.argv[1])
def roots(path):
    at = os.path.dirname(path)
    while os.path.exists(os.path.join(at, '__init__.py')):
        at = os.path.dirname(at)
    projects = []
    up = at
    while up.startswith(root):
        # Each project of the repository is installed with its own folder, or the one below it for sources.
        if up == root or os.path.exists(os.path.join(up, 'pyproject.toml')): projects += [up, os.path.join(up, 'src')]
        up = os.path.dirname(up)
    return [at] + projects
def find(name, path):
    portions = []
    for entry in path:
        found = FileFinder(entry, (SourceFileLoader, ['.py'])).find_spec(name)
        if found is None: continue
        if found.loader is not None: return found
        portions.extend(found.submodule_search_locations)
    if not portions: return None
    namespace = ModuleSpec(name, None)
    namespace.submodule_search_locations = portions
    return namespace
def spec(name, around):
    path = around
    found = None
    parts = name.split('.')
    for at in range(len(parts)):
        found = find('.'.join(parts[:at + 1]), path)
        if found is None: return None
        path = list(found.submodule_search_locations or [])
        if not path and at + 1 < len(parts): return None
    return found
def inside(found):
    return found is not None and found.origin not in (None, 'built-in', 'frozen') and os.path.realpath(found.origin).startswith(root + os.sep)
bound = {}
def names(origin):
    if origin not in bound:
        own = set()
        try: tree = ast.parse(open(origin, 'rb').read())
        except SyntaxError: tree = ast.Module([], [])
        def visit(body):
            for node in body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)): own.add(node.name)
                elif isinstance(node, (ast.Import, ast.ImportFrom)):
                    own.update((each.asname or each.name).split('.')[0] for each in node.names)
                elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                    for target in getattr(node, 'targets', None) or [node.target]:
                        own.update(each.id for each in ast.walk(target) if isinstance(each, ast.Name))
                for field in ('body', 'orelse', 'finalbody'):
                    if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef, ast.Lambda)) and isinstance(getattr(node, field, None), list): visit(getattr(node, field))
                for handler in getattr(node, 'handlers', []): visit(handler.body)
        visit(tree.body)
        bound[origin] = own
    return bound[origin]
def show(file, line, written, origin):
    print('\\t'.join([file, str(line), written, os.path.relpath(os.path.realpath(origin), root)]))
for folder, below, files in os.walk(root):
    below[:] = [each for each in below if each not in ('.git', 'node_modules', 'target')]
    for name in files:
        if not name.endswith('.py'): continue
        path = os.path.join(folder, name)
        file = os.path.relpath(path, root)
        try: tree = ast.parse(open(path, 'rb').read())
        except (SyntaxError, ValueError): continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for each in node.names:
                    found = spec(each.name, roots(path))
                    if inside(found) and os.path.realpath(found.origin) != path: show(file, node.lineno, each.name, found.origin)
            if isinstance(node, ast.ImportFrom):
                written = '.' * node.level + (node.module or '')
                around = roots(path)
                module = node.module or ''
                if node.level > 0:
                    at = os.path.dirname(path)
                    for _ in range(node.level - 1): at = os.path.dirname(at)
                    around = [os.path.dirname(at)]
                    module = os.path.basename(at) + ('.' + module if module else '')
                found = spec(module, around)
                if found is None: continue
                if inside(found) and os.path.realpath(found.origin) != path: show(file, node.lineno, written, found.origin)
                search = found.submodule_search_locations
                if search is None: continue
                own = names(found.origin) if inside(found) else set()
                for each in node.names:
                    if each.name == '*' or each.name in own: continue
                    part = find(module + '.' + each.name, list(search))
                    if inside(part) and os.path.realpath(part.origin) != path: show(file, node.lineno, written, part.origin)
`;

const resolved = await resolveFolder(root, '**/*.py', 'python');
countReferences(resolved);
const found = new Set<string>();
for (const [path, links] of resolved.links)
  for (const { import: index, path: target } of links.imports) {
    const fact = resolved.facts.get(path)?.imports[index];
    if (target?.endsWith('.py') === true && fact !== undefined)
      found.add(`${path}:${fact.line} ${fact.specifier} → ${target}`);
  }
const expected = new Set(
  rowsOf(importsProgram).map(([file, line, written, target]) => `${file}:${line} ${written} → ${target}`),
);
compareImports(found, expected, values.show === true);

function rowsOf(program: string): string[][] {
  return execFileSync('python3', ['-c', program, root], { encoding: 'utf8', maxBuffer: 1 << 29 })
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
