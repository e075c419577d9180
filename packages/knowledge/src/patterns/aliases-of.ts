import { parseJsonc } from '../resolve/parse-jsonc.ts';

const MOST = 300;
const LARGEST = 1 << 18;

/** Programs that set up bundlers, compilers and runners of tests. */
const configuration = /(?:^|\/)(?:[\w.-]*config[\w.-]*|\.[\w-]+rc)\.[cm]?[jt]s$/;

/**
 * Specifiers that the text of a file gives a meaning of its own: the paths of a compiler, the keys and names in the
 * configuration of a bundler, and modules that are declared. What is imported under one of them may come from anywhere.
 */
export function aliasesOf(path: string, text: string): string[] {
  if (text.length > LARGEST) return [];
  const found = new Set<string>();
  for (const written of [...keysOf(path, text), ...declaredIn(path, text)]) {
    const alias = written
      .replace(/^\^/, '')
      .replace(/[*($\\].*$/, '')
      .replace(/\/$/, '');
    if (/^@?[a-z0-9][\w.-]*(?:\/[\w./-]*)?$/i.test(alias)) found.add(alias);
  }
  return [...found].sort().slice(0, MOST);
}

function keysOf(path: string, text: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^[tj]sconfig[\w.-]*\.json$/.test(name)) return keysAt(text, ['compilerOptions', 'paths']);
  if (/^(?:deno\.jsonc?|import_?map\.json)$/.test(name)) return keysAt(text, ['imports']);
  if (name !== 'package.json') return configuration.test(path) ? namesIn(text) : [];
  const ways = [['alias'], ['browser'], ['_moduleAliases'], ['jest', 'moduleNameMapper']];
  return ways.flatMap((way) => keysAt(text, way));
}

function keysAt(text: string, way: readonly string[]): string[] {
  let at = parsed(text);
  for (const field of way) at = typeof at === 'object' && at !== null ? Reflect.get(at, field) : undefined;
  return typeof at === 'object' && at !== null && !Array.isArray(at) ? Object.keys(at) : [];
}

function parsed(text: string): unknown {
  try {
    return parseJsonc(text);
  } catch {
    return null;
  }
}

/** Whole strings, and keys with a text or a call behind them: a bundler takes its aliases in many forms. */
function namesIn(text: string): string[] {
  const found =
    /(?<=['"`/])[\w@^][^'"`\s,]{0,120}(?=['"`/])|(?<=^|[{,\s])[a-z]\w{0,60}(?=\s{0,9}:\s{0,9}(?:['"`]|[\w.]{1,60}\())/gm;
  return [...text.matchAll(found)].map(([name]) => name);
}

function declaredIn(path: string, text: string): string[] {
  if (!/\.[cm]?tsx?$/.test(path) || !text.includes('declare module')) return [];
  return [...text.matchAll(/\bdeclare module ['"]([^'"\n]{1,200})['"]/g)].flatMap(([, name]) => name ?? []);
}
