import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

type ResolveModule = (specifier: string, from: string) => ts.ResolvedModuleFull | undefined;

/**
 * TypeScript's own resolution in a repository of several projects: each file by the nearest configuration, and packages
 * of the repository as an installation would link them. No dependency from outside is there.
 */
export function projectResolver(root: string, base: ts.CompilerOptions): ResolveModule {
  const linked = linkPackages(resolve(root));
  const optionsOf = nearestOptions(resolve(root), base);
  const known = new Map<string, ts.ResolvedModuleFull | undefined>();
  return (specifier, from) => {
    const key = `${dirname(from)} ${specifier}`;
    if (!known.has(key)) {
      const options = optionsOf(dirname(resolve(from)));
      const own = ts.resolveModuleName(specifier, resolve(from), options, ts.sys).resolvedModule;
      const isBare = /^[@\w]/.test(specifier);
      known.set(
        key,
        own ?? (isBare ? ts.resolveModuleName(specifier, linked, options, ts.sys).resolvedModule : undefined),
      );
    }
    return known.get(key);
  };
}

/** A folder whose `node_modules` holds links to every package of the repository; returns a file in it to resolve from. */
function linkPackages(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'linked-packages-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const path of globSync('**/package.json', {
    cwd: root,
    exclude: (each) => /node_modules|\.git$/.test(each),
  })) {
    const name = /"name"\s*:\s*"([^"]+)"/.exec(readFileSync(join(root, path), 'utf8'))?.[1];
    if (name === undefined) continue;
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    if (!ts.sys.directoryExists(link)) symlinkSync(dirname(join(root, path)), link);
  }
  return join(folder, 'index.ts');
}

function nearestOptions(root: string, base: ts.CompilerOptions): (folder: string) => ts.CompilerOptions {
  const known = new Map<string, ts.CompilerOptions>();
  const optionsOf = (folder: string): ts.CompilerOptions => {
    const present = known.get(folder);
    if (present !== undefined) return present;
    const file = join(folder, 'tsconfig.json');
    const found = ts.sys.fileExists(file)
      ? { ...base, ...resolutionOf(file) }
      : folder === root || folder === dirname(folder)
        ? base
        : optionsOf(dirname(folder));
    known.set(folder, found);
    return found;
  };
  return optionsOf;
}

/** The options of a configuration that say where modules are. */
function resolutionOf(file: string): ts.CompilerOptions {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    dirname(file),
  );
  const { paths, baseUrl, pathsBasePath, customConditions } = options;
  return {
    ...(paths === undefined ? {} : { paths }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(pathsBasePath === undefined ? {} : { pathsBasePath }),
    ...(customConditions === undefined ? {} : { customConditions }),
  };
}
