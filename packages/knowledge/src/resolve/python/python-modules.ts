import type { ImportFact } from '../../facts/file-facts.ts';
import { commonMembers } from '../common-members.ts';
import type { ModuleRules } from '../module-rules.ts';
import { folderOf, foldersUp, inFolder } from '../paths.ts';
import type { World } from '../world.ts';

const outside = (packageName: string | null) => ({ path: null, packageName });
const inside = (path: string) => ({ path, packageName: null });

/** Python's rules: relative imports by folders, absolute ones from the roots that the repository's layout gives. */
export const pythonModules: ModuleRules = {
  isCommon: (name) => commonMembers.python.has(name) || /^__\w+__$/.test(name),

  // `self.name = value` without a type.
  isOnlyGiven: ({ kind, signature }) => kind === 'FIELD' && !/^[\w.]+\s*:/.test(signature ?? ''),

  target(world: World, from: string, { specifier, names }: ImportFact) {
    const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
    const parts = specifier.slice(dots).split('.').filter(Boolean);
    if (dots > 0) {
      const base = up(folderOf(from), dots - 1);
      const found = base === null ? null : moduleAt(world, { root: base, parts, names });
      return found === null ? outside(null) : inside(found);
    }
    for (const root of rootsOf(world, from)) {
      const found = moduleAt(world, { root, parts, names });
      if (found !== null && found !== from) return inside(found);
    }
    return outside(parts[0] ?? null);
  },

  /** `from package import module`: the name of a module of the package, where it exports nothing of that name. */
  submodule(world: World, packagePath: string, name: string) {
    if (!/(^|\/)__init__\.pyi?$/.test(packagePath)) return null;
    return fileOf(world, inFolder(folderOf(packagePath), name));
  },
};

/** The folders that absolute imports start from: those around the file that are no packages, and the usual layouts. */
function rootsOf(world: World, from: string): string[] {
  const around = [...foldersUp(folderOf(from))].filter(
    (folder) => !world.isFile(inFolder(folder, '__init__.py')),
  );
  return [...new Set([...around, '', 'src', 'lib', 'python'])];
}

function moduleAt(
  world: World,
  { root, parts, names }: { root: string; parts: readonly string[]; names: ImportFact['names'] },
): string | null {
  const path = parts.reduce(inFolder, root);
  const found = parts.length === 0 ? initOf(world, path) : fileOf(world, path);
  if (found !== null) return found;
  // A folder without `__init__.py` is a namespace: its modules are reached by the names that are imported from it.
  for (const { name } of names) {
    const module = name === '*' ? null : fileOf(world, inFolder(path, name));
    if (module !== null) return module;
  }
  return null;
}

function fileOf(world: World, path: string): string | null {
  for (const candidate of [
    inFolder(path, '__init__.py'),
    `${path}.py`,
    inFolder(path, '__init__.pyi'),
    `${path}.pyi`,
  ])
    if (world.isFile(candidate)) return candidate;
  return null;
}

function initOf(world: World, folder: string): string | null {
  for (const name of ['__init__.py', '__init__.pyi'])
    if (world.isFile(inFolder(folder, name))) return inFolder(folder, name);
  return null;
}

function up(folder: string, levels: number): string | null {
  let at = folder;
  for (let level = 0; level < levels; level += 1) {
    if (at === '') return null;
    at = folderOf(at);
  }
  return at;
}
