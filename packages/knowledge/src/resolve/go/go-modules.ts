import type { ModuleRules, ModuleTarget } from '../module-rules.ts';
import { folderOf, foldersUp, inFolder, joinPath } from '../paths.ts';
import type { World } from '../world.ts';
import { parseGoManifest, type GoManifest } from './go-manifest.ts';

/** A module of the repository: its path, and the folder that it starts from. */
interface GoModule {
  readonly module: string;
  readonly folder: string;
}

/**
 * Go's rules: an import names a package, which is all files of one folder. The links of an import go to those files of
 * the package that define something the importer uses, since a link has one file as its end, and to the first file in
 * byte order where none does, as with an import for its effects.
 */
export const goModules: ModuleRules = {
  target(world, from, { specifier }): ModuleTarget {
    const outside = (packageName: string): ModuleTarget => ({ path: null, packageName });
    const folder = folderOf(from);
    if (specifier === 'C') return outside('C');
    const home = manifestOf(world, folder, 'go.mod');
    if (home === null) return outside(specifier);
    const own: GoModule[] =
      home.manifest.module === null ? [] : [{ module: home.manifest.module, folder: home.folder }];
    const modules = [
      ...own,
      ...replacedModules(home.folder, home.manifest),
      ...workspaceModules(world, home.folder),
    ];
    for (const { module, folder: root } of modules.toSorted((a, b) => b.module.length - a.module.length)) {
      const target = folderIn(module, root, specifier);
      const file = target === null || isClosed(target, folder) ? undefined : packageFiles(world, target)[0];
      if (file !== undefined) return { path: file, packageName: root === home.folder ? null : module };
    }
    const vendored = packageFiles(world, inFolder(home.folder, `vendor/${specifier}`))[0];
    const required = home.manifest.required
      .filter((module) => folderIn(module, '', specifier) !== null)
      .toSorted((a, b) => b.length - a.length)[0];
    return { path: vendored ?? null, packageName: required ?? specifier };
  },

  siblings(world, { path, packageName }) {
    const isTest = path.endsWith('_test.go');
    return goFiles(world, folderOf(path)).filter(
      (file) => (isTest || !file.endsWith('_test.go')) && world.surface(file)?.packageName === packageName,
    );
  },

  parts: (world, path) => packageFiles(world, folderOf(path)),

  methods: 'PACKAGE',
};

function goFiles(world: World, folder: string): string[] {
  return world
    .filesIn(folder)
    .filter((name) => name.endsWith('.go') && !/^[._]/.test(name))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => inFolder(folder, name));
}

/** The files of a folder's package: without tests, and without programs that stand beside it and are built alone. */
function packageFiles(world: World, folder: string): string[] {
  const files = goFiles(world, folder).filter((file) => !file.endsWith('_test.go'));
  const names = files.map((file) => world.surface(file)?.packageName ?? null);
  const name = names.find((each) => each !== null && !/^go:(?:main|documentation)$/.test(each)) ?? names[0];
  return files.filter((_, index) => names[index] === name);
}

/** The folder of a package in a module; null for a package of another one. */
function folderIn(module: string, root: string, specifier: string): string | null {
  if (specifier === module) return root;
  return specifier.startsWith(`${module}/`) ? joinPath(root, specifier.slice(module.length + 1)) : null;
}

/** Packages below `internal` are visible only within the parent of that folder. */
function isClosed(target: string, from: string): boolean {
  const at = `/${target}/`.lastIndexOf('/internal/');
  if (at < 0) return false;
  const around = target.slice(0, Math.max(0, at - 1));
  return around !== '' && from !== around && !from.startsWith(`${around}/`);
}

function manifestOf(
  world: World,
  folder: string,
  name: string,
): { folder: string; manifest: GoManifest } | null {
  for (const up of foldersUp(folder)) {
    const path = inFolder(up, name);
    const manifest = world.isFile(path) ? world.config(path, parseGoManifest) : null;
    if (manifest !== null) return { folder: up, manifest };
  }
  return null;
}

/** `replace example.com/x => ../x` */
function replacedModules(folder: string, { replaced }: GoManifest): GoModule[] {
  return replaced.flatMap(({ module, folder: relative }) => {
    const target = joinPath(folder, relative);
    return target === null ? [] : [{ module, folder: target }];
  });
}

/** The modules of a `go.work` around. */
function workspaceModules(world: World, folder: string): GoModule[] {
  const work = manifestOf(world, folder, 'go.work');
  return (work?.manifest.uses ?? []).flatMap((relative) => {
    const target = joinPath(work?.folder ?? '', relative);
    const module = target === null ? null : world.config(inFolder(target, 'go.mod'), parseGoManifest)?.module;
    return target === null || !module ? [] : [{ module, folder: target }];
  });
}
