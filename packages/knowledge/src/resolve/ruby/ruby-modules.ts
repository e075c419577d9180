import { commonMembers } from '../common-members.ts';
import type { ModuleRules, ModuleTarget } from '../module-rules.ts';
import { folderOf, foldersUp, inFolder, joinPath } from '../paths.ts';
import type { NamedSymbol, World } from '../world.ts';

const outside = (packageName: string | null): ModuleTarget => ({ path: null, packageName });
const inside = (path: string): ModuleTarget => ({ path, packageName: null });

/** Ruby's rules: files by the load path that gems have, constants by the modules around their use, innermost first. */
export const rubyModules: ModuleRules = {
  isCommon: (name) => commonMembers.ruby.has(name),

  target(world, from, { specifier, kind, names }): ModuleTarget {
    if (kind === 'MODULE') return constantAt(world, specifier, names[0]?.name ?? specifier);
    const file = /\.rb$/.test(specifier) ? specifier : `${specifier}.rb`;
    const folder = folderOf(from);
    if (kind === 'IMPORT' || specifier.startsWith('.')) {
      const path = joinPath(folder, file);
      return path !== null && world.isFile(path) ? inside(path) : outside(null);
    }
    for (const up of foldersUp(folder))
      for (const root of [inFolder(up, 'lib'), up]) {
        const path = joinPath(root, file);
        if (path !== null && path !== from && world.isFile(path)) return inside(path);
      }
    return outside(specifier.split('/')[0] ?? null);
  },
  isOpen: true,
};

/** `written` as seen from the modules before it in `specifier`. */
function constantAt(world: World, specifier: string, written: string): ModuleTarget {
  const parts = written.split('::');
  const around = specifier
    .slice(0, Math.max(0, specifier.length - written.length))
    .split('::')
    .filter(Boolean);
  const named = world.symbolsNamed(parts.at(-1) ?? '');
  for (let length = around.length; length >= 0; length -= 1) {
    const path = [...around.slice(0, length), ...parts];
    const found = chosen(named.filter(({ key }) => key === path.join('.')));
    if (found !== null) return { path: found.path, packageName: null, inside: path };
  }
  return outside(null);
}

/** Any file may open a class again: the file of its name counts, else the only one. */
function chosen(candidates: readonly NamedSymbol[]): NamedSymbol | null {
  const [only] = candidates;
  if (candidates.length < 2) return only ?? null;
  const fitting = candidates.filter(
    ({ path, key }) => path.endsWith(`/${fileName(key)}.rb`) || path === `${fileName(key)}.rb`,
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** `HTTPClient` is defined in `http_client.rb`. */
function fileName(key: string): string {
  return key
    .slice(key.lastIndexOf('.') + 1)
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
