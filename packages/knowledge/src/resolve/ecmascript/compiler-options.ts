import { parseJsonc } from '../parse-jsonc.ts';
import { foldersUp, folderOf, inFolder, joinPath } from '../paths.ts';
import type { World } from '../world.ts';

/** The path mapping of the nearest `tsconfig.json`, with absolute targets. */
export interface PathMapping {
  readonly baseUrl: string | null;
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

interface CompilerConfig {
  readonly extends: readonly string[];
  readonly baseUrl: string | null;
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[] | null;
}

const none: PathMapping = { baseUrl: null, paths: [] };
/** Configurations that extend each other in a circle end somewhere. */
const LONGEST_CHAIN = 8;

/** The mapping that applies to files of a folder. */
export function pathMappingOf(world: World, folder: string): PathMapping {
  for (const up of foldersUp(folder)) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const path = inFolder(up, name);
      if (world.isFile(path)) return mappingIn(world, path, 0) ?? none;
    }
  }
  return none;
}

function mappingIn(world: World, path: string, depth: number): PathMapping | null {
  const config = depth > LONGEST_CHAIN ? null : world.config(path, parseCompilerConfig);
  if (config === null) return null;
  const folder = folderOf(path);
  const inherited = config.extends
    .map((base) => extended(world, folder, base, depth))
    .findLast((each) => each !== null);
  const baseUrl = config.baseUrl === null ? (inherited?.baseUrl ?? null) : joinPath(folder, config.baseUrl);
  const root = config.baseUrl === null ? folder : (baseUrl ?? folder);
  const paths = config.paths?.map(({ pattern, targets }) => ({
    pattern,
    targets: targets.flatMap((target) => joinPath(root, target) ?? []),
  }));
  return { baseUrl, paths: paths ?? inherited?.paths ?? [] };
}

function extended(world: World, folder: string, base: string, depth: number): PathMapping | null {
  if (!base.startsWith('.')) return null;
  const path = joinPath(folder, base);
  if (path === null) return null;
  for (const candidate of [path, `${path}.json`, inFolder(path, 'tsconfig.json')])
    if (world.isFile(candidate)) return mappingIn(world, candidate, depth + 1);
  return null;
}

function parseCompilerConfig(text: string): CompilerConfig {
  const json = parseJsonc(text);
  const field = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const options = field(json, 'compilerOptions');
  const baseUrl = field(options, 'baseUrl');
  const paths = field(options, 'paths');
  const base = field(json, 'extends');
  return {
    extends: (Array.isArray(base) ? base : [base]).filter((each) => typeof each === 'string'),
    baseUrl: typeof baseUrl === 'string' ? baseUrl : null,
    paths:
      typeof paths === 'object' && paths !== null
        ? Object.entries(paths).map(([pattern, targets]) => ({
            pattern,
            targets: Array.isArray(targets) ? targets.filter((each) => typeof each === 'string') : [],
          }))
        : null,
  };
}
