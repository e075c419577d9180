import { joinPath } from '../resolve/paths.ts';
import { moduleOf } from './module-facts.ts';
import type { EntryPoint } from './repository-facts.ts';

/** Entry points of one package that are looked for. */
const MOST = 60;
const BUILT = /^(?:dist|build|lib|out|es|esm|cjs)\/(?:(?:types|es|esm|cjs|mjs|src)\/)?(.*)$/;
const ENDINGS = ['ts', 'tsx', 'js', 'mts', 'mjs'];

/**
 * The files that a `package.json` names as entry points, and for what a build makes the sources that it is probably made from.
 * Which of these are files of the snapshot only the snapshot knows.
 */
export function builtEntries(
  json: Readonly<Record<string, unknown>>,
  { path, lines }: { readonly path: string; readonly lines: readonly string[] },
): EntryPoint[] {
  const targets = new Set(
    [json['bin'], json['exports'], json['source'], json['module'], json['main'], json['types']].flatMap(
      (value) => textsIn(value, 4),
    ),
  );
  const found = new Map<string, EntryPoint>();
  for (const target of [...targets].slice(0, MOST)) {
    const at = lines.findIndex((line) => line.includes(JSON.stringify(target)));
    const name = joinPath(moduleOf(path), target);
    if (name === null || name === '' || target.includes('*')) continue;
    const line = at < 0 ? 1 : at + 1;
    if (!found.has(name)) found.set(name, { name, path, line, built: null });
    for (const source of sourcesOf(target)) {
      const at = joinPath(moduleOf(path), source);
      if (at !== null && !found.has(at)) found.set(at, { name: at, path, line, built: target });
    }
  }
  return [...found.values()];
}

/** All texts in a value as `exports` has them, to a depth. */
function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner, depth - 1));
}

/** As in `./dist/types/index.d.ts`, which a build makes from `src/index.ts`. */
function sourcesOf(target: string): string[] {
  const inside = BUILT.exec(target.replace(/^\.\//, ''))?.[1];
  const stem = /^(.*?)(?:\.d)?\.[cm]?[jt]sx?$/.exec(inside ?? '')?.[1];
  return stem === undefined ? [] : ENDINGS.map((ending) => `src/${stem}.${ending}`);
}
